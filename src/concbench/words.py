"""Words that others chose (names, summaries, reasons), made fit for a line of a terminal or of a page."""

import re
from collections.abc import Callable, Sequence
from typing import Any

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
MOST_LETTERS = 2000
"""A reason, or an error's own words, that has more is cut, and a summary is refused: it would fill pages."""

VOWELS = frozenset("aeiou")

MOST_SHOWN = 80
"""Letters of a value that is shown in a sentence."""

MOST_SAID = 1500
"""Letters of an error's own words in a reason: there has to be room for the line that raised it."""

ADDRESS = re.compile(r"\bat 0x[0-9A-Fa-f]{2,16}\b")
"""Where an object lies, as Python's ``repr`` says it: ``<function f at 0x7f3c…>``."""

STAND_INS = str.maketrans(
    {"█": "#", "·": ".", "…": ".", "–": "-", "×": "x", "µ": "u", "↑": "+", "↓": "-", "→": ">", "✗": "!"}
    | {"\N{NARROW NO-BREAK SPACE}": " "}
)
"""What stands for characters of ours where they cannot be shown, each as wide as the other."""


def plain_text(words: object) -> str:
    """Return words as one line: what cannot be printed is replaced, any white space is a space.

    Marks that turn the direction of reading count as such; letters that are read from right to left do not.
    """
    line = str(words)
    return line if line.isprintable() else "".join(map(_printable, line))


def plain_lines(words: object) -> str:
    """Return words with their line ends, each line as :func:`plain_text` has it."""
    return "\n".join(map(plain_text, str(words).split("\n")))


def in_encoding(line: str, encoding: str) -> str:
    """Return a line in characters that ``encoding`` has, as far as we know other ones for ours."""
    try:
        line.encode(encoding)
    except UnicodeEncodeError:
        return line.translate(STAND_INS)
    return line


def _printable(letter: str) -> str:
    if letter.isprintable() or letter == "\N{NARROW NO-BREAK SPACE}":
        return letter
    return " " if letter.isspace() else REPLACEMENT


def cut(words: str, most: int = MOST_LETTERS) -> str:
    """Return words, of which no more than the first ``most`` letters, with a mark where more were cut."""
    return words if len(words) <= most else f"{words[:most]}…"


def wrong_text(value: object) -> str | None:
    """Return what keeps a value from being a text that is told, or None where nothing does."""
    if type(value) is not str:
        return f"must be text, not {shown(value)}"
    if len(value) > MOST_LETTERS:
        return f"has {len(value)} characters; {MOST_LETTERS} are the most"
    apart = any("\ud800" <= letter <= "\udfff" for letter in value)
    return f"has letters that UTF-8 cannot write: {cut(ascii(value), MOST_SHOWN)}" if apart else None


def a_kind(kind: type) -> str:
    """Return what an object of a type is, in words: ``a list``, ``an int``; None is what it is called."""
    if kind is type(None):
        return "None"
    name = called(kind)
    return f"{'an' if name[:1].lower() in VOWELS else 'a'} {name}"


def called(kind: type) -> str:
    """Return a class's name, whatever its own class says when it is asked for that."""
    name: str = type.__dict__["__name__"].__get__(kind)
    return name


def error_words(error: BaseException, words: Callable[[Any], object] = str) -> str:
    """Return an exception's own words, whatever it does when asked for them."""
    try:
        return str(words(error))
    except (Exception, SystemExit) as another:  # noqa: BLE001  (it is foreign code that makes the words)
        return f"(its words cannot be had: {called(type(another))})"


def error_told(error: BaseException) -> str:
    """Return an exception's type and words, with room for the line that raised it."""
    said = error_words(error)
    return cut(f"{called(type(error))}: {said}" if said else called(type(error)), MOST_SAID)


def grouped(number: float) -> str:
    """Return a whole number with its digits in groups: ``1 000``."""
    return f"{number:,.0f}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def sentence(words: str) -> str:
    """Return words with a capital at their beginning and a full stop at their end."""
    return f"{words[:1].upper()}{words[1:]}{'' if words.endswith(('.', '!', '?')) else '.'}"


def several(number: int, what: str) -> str:
    """Return a number of things in words: ``1 cell``, ``2 cells``."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def few(names: Sequence[str], most: int = 3) -> str:
    """Return names, of more than ``most`` the first and how many others there are: ``a, b, c and 4 more``."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"


def no_such(what: str, name: str, known: Sequence[str]) -> str:
    """Return that there is no such thing, which one is spelled much like it, and which there are."""
    from difflib import get_close_matches  # noqa: PLC0415  (workers never need it)

    like = get_close_matches(name, known, n=1)
    meant = f"did you mean {like[0]!r}? There" if like else "there"
    return f"there is no {what} {name!r}; {meant} are {', '.join(known)}"


def shown(value: object, most: int = MOST_SHOWN) -> str:
    """Return a value as Python spells it, cut: what others made may be long, or fail to be spelled."""
    try:
        spelled = repr(value)
    except (Exception, SystemExit):  # noqa: BLE001  (whatever an object of others' does)
        spelled = a_kind(type(value))
    return cut(without_address(spelled), most)


PLACE = re.compile(r"(?:^|\s)(?P<file>(?!/)[^\s:]+\.py):(?P<line>\d+)\b")
"""A line of a project's own, by its path there."""


def place_told(words: str) -> tuple[str, int] | None:
    """Return the first line of a Python file in words (``src/a.py:3``), or None."""
    found = PLACE.search(words)
    return (found["file"], int(found["line"])) if found else None


def without_address(text: str) -> str:
    """Return a text with every address of memory in it as ``at 0x…``: it is another in each process."""
    return ADDRESS.sub("at 0x…", text) if " 0x" in text else text
