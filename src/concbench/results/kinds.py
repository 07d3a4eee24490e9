"""Kinds of JSON values: the small vocabulary that ``schema`` describes records in.

A kind takes a value as the JSON decoder made it and returns None if it fits. Otherwise it returns the rest of
a sentence that begins with the value's place: `` is -3, not an integer of 0 or more``. Containers put the
place of the inner value in front of it: ``.legs[1].wall_ns is -3, not …``.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from reprlib import repr as shortened
from typing import Any, TypeAlias

Kind: TypeAlias = Callable[[Any], str | None]


def _unlike(value: object, expected: str) -> str:
    return f" is {shortened(value)}, not {expected}"


def integer(value: object) -> str | None:
    """Take any integer."""
    return None if type(value) is int else _unlike(value, "an integer")


def count(value: object) -> str | None:
    """Take 0, 1, 2, …: a number of things, ns or bytes."""
    return None if type(value) is int and value >= 0 else _unlike(value, "an integer of 0 or more")


def positive(value: object) -> str | None:
    """Take 1, 2, 3, …: a number of things of which there is at least one."""
    return None if type(value) is int and value >= 1 else _unlike(value, "an integer of 1 or more")


def amount(value: object) -> str | None:
    """Take a number, whole or not, that is not negative."""
    fits = type(value) in (int, float) and value >= 0  # type: ignore[operator]
    return None if fits else _unlike(value, "a number of 0 or more")


def text(value: object) -> str | None:
    """Take any string."""
    return None if type(value) is str else _unlike(value, "a string")


def truth(value: object) -> str | None:
    """Take true or false."""
    return None if type(value) is bool else _unlike(value, "true or false")


def mapping(value: object) -> str | None:
    """Take any JSON object."""
    return None if type(value) is dict else _unlike(value, "an object")


def hexadecimal(value: object) -> str | None:
    """Take a UUID as 32 lower-case hexadecimal digits."""
    fits = type(value) is str and re.fullmatch("[0-9a-f]{32}", value)
    return None if fits else _unlike(value, "32 lower-case hexadecimal digits")


def moment(value: object) -> str | None:
    """Take a date and time of ISO 8601 that states its offset, which is that of UTC."""
    try:
        fits = type(value) is str and datetime.fromisoformat(value).utcoffset() == timedelta()
    except ValueError:
        fits = False
    return None if fits else _unlike(value, "a time in UTC such as 2026-11-22T12:00:00+00:00")


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


def object_of(keys: Mapping[str, Kind]) -> Kind:
    """Return the kind of an object with at least ``keys``; further keys are allowed, with any value."""
    required = tuple(keys.items())

    def check(value: object) -> str | None:
        if type(value) is not dict:
            return _unlike(value, "an object")
        for key, kind in required:
            if key not in value:
                return f".{key} is missing"
            if (complaint := kind(value[key])) is not None:
                return f".{key}{complaint}"
        return None

    return check
