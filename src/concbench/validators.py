"""Validators of JSON that others made: other tools' files, workers' answers, what plug-ins say of themselves.

A validator takes a value as the JSON decoder made it and returns None if it fits. Otherwise it returns the
rest of a sentence that begins with the value's place: `` is -3, not an integer of 0 or more``. Containers put
the place of the inner value in front of it: ``.entries[1].date is -3, not …``. (Our own records are typed:
:mod:`concbench.results.records`.)
"""

from collections.abc import Callable, Mapping
from math import isfinite
from reprlib import repr as shortened
from typing import Any, TypeAlias

from concbench.words import a_kind, cut, shown

Validator: TypeAlias = Callable[[Any], str | None]

LARGEST = 2**63 - 1
"""The largest number: what 64 bits hold, so that columns do. In nanoseconds it is 292 years."""

MOST = 2**62
"""No count, number of bytes or time in ns is larger, so that two can be added."""

LATE = ("lateness_p50_ns", "lateness_p90_ns", "lateness_p99_ns", "lateness_max_ns")
"""What a workload may tell of its runs that is always a number: how late tasks were."""

LAST_ORDINAL = 2**31 - 1
"""The largest number of a process, a block, a round, a task and the like."""

DECODED = (dict, list, str, int, float, bool, type(None))
"""What JSON is decoded to; other objects are not spelled, which would run code of others."""

MOST_LETTERS = 20_000
MOST_SHOWN = 60


def unlike(value: object, expected: str) -> str:
    """Return what is wrong with a value that is not what was expected, in few words."""
    try:
        spelled = shortened(value) if type(value) in DECODED else a_kind(type(value))
    except Exception:  # noqa: BLE001  (an integer of too many digits, whatever an object of others' does)
        spelled = a_kind(type(value))
    return f" is {cut(spelled, MOST_SHOWN)}, not {expected}"


def _kind(fits: Callable[[Any], bool], expected: str) -> Validator:
    return lambda value: None if fits(value) else unlike(value, expected)


def _whole(least: int, most: int, expected: str) -> Validator:
    """Return the validator of an integer within bounds. (True and False are none.)"""

    def check(value: object) -> str | None:
        if type(value) is int and least <= value <= most:
            return None
        beyond = type(value) is int and value > most
        return unlike(value, f"an integer of {most} at most" if beyond else expected)

    return check


def is_bounded(value: object) -> bool:
    """Say whether a value is a number, whole or not, within ± ``LARGEST``."""
    return type(value) in (int, float) and -LARGEST <= value <= LARGEST  # type: ignore[operator]


def _is_finite(value: object) -> bool:
    return type(value) is int or (type(value) is float and isfinite(value))


def _is_stretch(value: object) -> bool:
    return type(value) is list and len(value) == 2 and not any(map(count, value)) and value[0] <= value[1]


integer = _whole(-LARGEST, LARGEST, "an integer")
count = _whole(0, MOST, "an integer of 0 or more")
ordinal = _whole(0, LAST_ORDINAL, "an integer of 0 or more")
positive = _whole(1, MOST, "an integer of 1 or more")
finite = _kind(_is_finite, "a finite number")
above_zero = _kind(
    lambda value: is_bounded(value) and value >= 1e-9, f"a number of a billionth or more, {LARGEST} at most"
)
seconds = _kind(lambda value: is_bounded(value) and 0 <= value <= MOST, "a finite number of 0 or more")
stretch = _kind(_is_stretch, "two moments in ns, in order")
truth = _kind(lambda value: type(value) is bool, "true or false")
text = _kind(lambda value: type(value) is str, "a string")
mapping = _kind(lambda value: type(value) is dict, "an object")
scalar = _kind(
    lambda value: type(value) in (str, bool) or is_bounded(value),
    f"a string, true or false, or a number within ±{LARGEST}",
)


def writable(value: object) -> str | None:
    """Take a string that can be written down, and is not a book."""
    if type(value) is not str:
        return unlike(value, "a string")
    if len(value) > MOST_LETTERS:
        return unlike(value, f"a string of {MOST_LETTERS} letters at most")
    apart = any("\ud800" <= letter <= "\udfff" for letter in value)
    return unlike(value, "a string that UTF-8 can write") if apart else None


def parameter(value: object) -> str | None:
    """Take what a parameter may be: a string that can be written down, or a finite number."""
    if type(value) is str:
        return writable(value)
    return finite(value) and unlike(value, "a finite number or a string")


def one_of(*names: str) -> Validator:
    """Return the validator of a string that is one of ``names``."""
    return _kind(lambda value: type(value) is str and value in names, "one of " + ", ".join(names))


def nullable(kind: Validator) -> Validator:
    """Return the validator of a value that is null or of ``kind``."""

    def check(value: object) -> str | None:
        complaint = None if value is None else kind(value)
        return None if complaint is None else f"{complaint} or null"

    return check


def list_of(kind: Validator, *, least: int = 0) -> Validator:
    """Return the validator of a list of at least so many values of ``kind``."""

    def check(value: object) -> str | None:
        if type(value) is not list or len(value) < least:
            return unlike(value, f"a list of {least} or more" if least else "a list")
        for index, item in enumerate(value):
            if (complaint := kind(item)) is not None:
                return f"[{index}]{complaint}"
        return None

    return check


def each_value(kind: Validator, key: Validator = text) -> Validator:
    """Return the validator of an object with any keys of one kind, all of whose values are of another."""

    def check(value: object) -> str | None:
        if type(value) is not dict:
            return unlike(value, "an object")
        for name, item in value.items():
            if (complaint := key(name) or kind(item)) is not None:
                return f"[{shown(name)}]{complaint}"
        return None

    return check


def object_of(keys: Mapping[str, Validator], optional: Mapping[str, Validator] | None = None) -> Validator:
    """Return the validator of an object with at least ``keys``, and its ``optional`` ones if there.

    Further keys are allowed, with any value.
    """
    others = optional or {}

    def check(value: object) -> str | None:
        if type(value) is not dict:
            return unlike(value, "an object")
        for key, kind in keys.items():
            if key not in value:
                return f".{key} is missing"
            if (complaint := kind(value[key])) is not None:
                return f".{key}{complaint}"
        for key, kind in others.items() if len(value) > len(keys) else ():
            if key in value and (complaint := kind(value[key])) is not None:
                return f".{key}{complaint}"
        return None

    return check


def only(keys: Mapping[str, Validator], optional: Mapping[str, Validator] | None = None) -> Validator:
    """Return the validator of an object as ``object_of`` has it, with no further keys."""
    known, held = {*keys, *(optional or {})}, object_of(keys, optional)

    def check(value: object) -> str | None:
        strange = [name for name in value if name not in known] if type(value) is dict else []
        return f" has {shown(strange[0], MOST_SHOWN)}, which is none of its keys" if strange else held(value)

    return check
