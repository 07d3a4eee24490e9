"""Kinds of JSON values that other tools wrote: a small vocabulary for what is needed of them.

A kind takes a value as the JSON decoder made it and returns None if it fits. Otherwise it returns the rest of
a sentence that begins with the value's place: `` is -3, not an integer of 0 or more``. Containers put the
place of the inner value in front of it: ``.entries[1].date is -3, not …``. (Our own records are typed:
``records``.)
"""

from collections.abc import Callable, Mapping
from reprlib import repr as shortened
from typing import Any, TypeAlias

Kind: TypeAlias = Callable[[Any], str | None]

LARGEST = 2**63 - 1
"""The largest number: what 64 bits hold, so that columns do. In nanoseconds it is 292 years."""


def _unlike(value: object, expected: str) -> str:
    return f" is {shortened(value)}, not {expected}"


def _whole(least: int, most: int, expected: str) -> Kind:
    """Return the kind of an integer within bounds."""

    def check(value: object) -> str | None:
        if type(value) is int and least <= value <= most:
            return None
        beyond = type(value) is int and value > most
        return _unlike(value, f"an integer of {most} at most" if beyond else expected)

    return check


integer = _whole(-LARGEST, LARGEST, "an integer")
"""Any integer of 64 bits."""

count = _whole(0, LARGEST, "an integer of 0 or more")
"""0, 1, 2, …: a number of things, ns or bytes, of 64 bits."""

positive = _whole(1, LARGEST, "an integer of 1 or more")
"""1, 2, 3, …: a number of things of which there is at least one, of 64 bits."""


def _is_bounded(value: object) -> bool:
    return type(value) in (int, float) and -LARGEST <= value <= LARGEST  # type: ignore[operator]


def above_zero(value: object) -> str | None:
    """Take a number, whole or not, that is a billionth or more, and not beyond 64 bits."""
    fits = _is_bounded(value) and value >= 1e-9  # type: ignore[operator]
    return None if fits else _unlike(value, f"a number of a billionth or more, {LARGEST} at most")


def scalar(value: object) -> str | None:
    """Take a value of a parameter: a string, true or false, or a number within 64 bits."""
    fits = type(value) in (str, bool) or _is_bounded(value)
    return None if fits else _unlike(value, f"a string, true or false, or a number within ±{LARGEST}")


def text(value: object) -> str | None:
    """Take any string."""
    return None if type(value) is str else _unlike(value, "a string")


def mapping(value: object) -> str | None:
    """Take any JSON object."""
    return None if type(value) is dict else _unlike(value, "an object")


def one_of(*names: str) -> Kind:
    """Return the kind of a string that is one of ``names``."""
    expected = "one of " + ", ".join(names)

    def check(value: object) -> str | None:
        return None if type(value) is str and value in names else _unlike(value, expected)

    return check


def nullable(kind: Kind) -> Kind:
    """Return the kind of a value that is null or of ``kind``."""

    def check(value: object) -> str | None:
        complaint = None if value is None else kind(value)
        return None if complaint is None else f"{complaint} or null"

    return check


def list_of(kind: Kind) -> Kind:
    """Return the kind of a list, perhaps empty, of values of ``kind``."""

    def check(value: object) -> str | None:
        if type(value) is not list:
            return _unlike(value, "a list")
        for index, item in enumerate(value):
            if (complaint := kind(item)) is not None:
                return f"[{index}]{complaint}"
        return None

    return check


def each_value(kind: Kind) -> Kind:
    """Return the kind of an object with any keys, all of whose values are of ``kind``."""

    def check(value: object) -> str | None:
        if type(value) is not dict:
            return _unlike(value, "an object")
        for key, item in value.items():
            if (complaint := kind(item)) is not None:
                return f"[{key!r}]{complaint}"
        return None

    return check


def object_of(keys: Mapping[str, Kind], optional: Mapping[str, Kind] | None = None) -> Kind:
    """Return the kind of an object with at least ``keys``, and its ``optional`` ones of their kind if there.

    Further keys are allowed, with any value.
    """
    required = tuple(keys.items())
    others = tuple((optional or {}).items())

    def check(value: object) -> str | None:
        if type(value) is not dict:
            return _unlike(value, "an object")
        for key, kind in required:
            try:
                found = value[key]
            except KeyError:
                return f".{key} is missing"
            if (complaint := kind(found)) is not None:
                return f".{key}{complaint}"
        if len(value) > len(required):
            for key, kind in others:
                if key in value and (complaint := kind(value[key])) is not None:
                    return f".{key}{complaint}"
        return None

    return check
