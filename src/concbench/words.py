"""Words that others chose (names, reasons, values), made fit for a line of a terminal or of a page."""

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def plain_text(words: object) -> str:
    """Return words as one line: what cannot be printed is replaced, any white space is a space.

    Marks that turn the direction of reading count as such; letters that are read from right to left do not.
    """
    line = str(words)
    return line if line.isprintable() else "".join(map(_printable, line))


def plain_lines(words: object) -> str:
    """Return words with their line ends, each line as :func:`plain_text` has it."""
    return "\n".join(map(plain_text, str(words).split("\n")))


def shown(value: object) -> str:
    """Return a value as Python spells it, short: what somebody wrote may be long, or fail to be spelled."""
    try:
        spelled = repr(value)
    except Exception:  # noqa: BLE001  (whatever an object of the user's does)
        spelled = f"a {type(value).__name__}"
    return spelled if len(spelled) <= 80 else f"{spelled[:79]}…"


def _printable(letter: str) -> str:
    if letter.isprintable() or letter == "\N{NARROW NO-BREAK SPACE}":
        return letter
    return " " if letter.isspace() else REPLACEMENT
