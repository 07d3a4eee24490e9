"""Kinds: what a value that another process sent has to be, and in words what it should have been.

Descriptions (:mod:`concbench.drive.workers.descriptions`) are made of these.
"""

from collections.abc import Callable, Mapping
from math import isfinite
from typing import TypeAlias

from concbench.words import shown

Check: TypeAlias = Callable[[object], str | None]
"""Returns what a value should have been, or None where it is that."""

MOST = 1 << 62
"""No count, number of bytes or time in ns is larger: it would be 146 years."""

MOST_LETTERS = 20_000
MOST_SHOWN = 60


def integer(least: int, most: int = MOST) -> Check:
    """Return the check of a whole number within bounds. (True and False are none.)"""

    def check(value: object) -> str | None:
        fits = type(value) is int and least <= value <= most
        return None if fits else f"a whole number from {least} to {most}"

    return check


def text(value: object) -> str | None:
    """Check for text that can be written down, and is not a book."""
    if type(value) is not str:
        return "text"
    if len(value) > MOST_LETTERS:
        return f"text of {MOST_LETTERS} letters at most"
    return None if _is_writable(value) else "text that UTF-8 can write"


def truth(value: object) -> str | None:
    """Check for true or false."""
    return None if type(value) is bool else "true or false"


def nullable(kind: Check) -> Check:
    """Return the check of what may be null, too."""

    def check(value: object) -> str | None:
        wanted = None if value is None else kind(value)
        return wanted and f"{wanted} or null"

    return check


def one_of(*words: str) -> Check:
    """Return the check of one of some words."""

    def check(value: object) -> str | None:
        return None if type(value) is str and value in words else f"one of {', '.join(words)}"

    return check


def list_of(kind: Check, *, least: int = 0) -> Check:
    """Return the check of a list of at least so many values of a kind."""

    def check(value: object) -> str | None:
        if type(value) is not list or len(value) < least:
            return f"a list of {least} or more" if least else "a list"
        wanted = next(filter(None, map(kind, value)), None)
        return wanted and f"a list of {wanted}"

    return check


def by_name(kind: Check) -> Check:
    """Return the check of an object whose values are all of a kind."""

    def check(value: object) -> str | None:
        if type(value) is not dict or any(map(text, value)):
            return "an object"
        wanted = next(filter(None, map(kind, value.values())), None)
        return wanted and f"an object of {wanted}"

    return check


def keyed(keys: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """Return the check of an object with these keys and no others; it names the one that is wrong."""
    known = {**keys, **(optional or {})}

    def check(value: object) -> str | None:
        if type(value) is not dict:
            return "an object"
        strange = [name for name in value if name not in known]
        missing = [name for name in keys if name not in value]
        if strange:
            return f"an object without {shown(strange[0], MOST_SHOWN)}"
        if missing:
            return f"an object with {missing[0]}"
        for name, part in value.items():
            wanted = known[name](part)
            if wanted is not None:
                return f"an object whose {name} is {wanted} (but {shown(part, MOST_SHOWN)})"
        return None

    return check


def _is_writable(value: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in value)


def finite(value: object) -> str | None:
    """Check for a number of seconds that is not negative."""
    fits = type(value) in (int, float) and 0 <= value <= MOST  # type: ignore[operator]
    return None if fits else "a finite number, not negative"


def number(value: object) -> str | None:
    """Check for a finite number, of either sign."""
    fits = type(value) is int or (type(value) is float and isfinite(value))
    return None if fits else "a finite number"


def scalar(value: object) -> str | None:
    """Check for what a parameter may be: a finite number, or text."""
    return text(value) if type(value) is str else number(value) and "a finite number or text"


count, positive = integer(0), integer(1)


def stretch(value: object) -> str | None:
    """Check for two moments in ns, in order."""
    fits = type(value) is list and len(value) == 2 and not any(map(count, value)) and value[0] <= value[1]
    return None if fits else "pairs of moments in order"
