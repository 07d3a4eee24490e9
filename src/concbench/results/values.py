"""Values of records: numbers within bounds, names, parameters, moments, and what a workload tells besides."""

from datetime import datetime, timedelta
from math import nextafter
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from concbench.outcomes import OUTCOMES
from concbench.validators import LARGEST, LAST_ORDINAL, LATE

YEARS = range(1970, 2262)
"""The years of a time: beyond them 64 bits of nanoseconds do not tell it."""

_LARGEST_FLOAT = nextafter(2.0**63, 0)
"""``float(LARGEST)`` is 2**63, one more."""

Count: TypeAlias = Annotated[int, Meta(ge=0, le=LARGEST)]
Positive: TypeAlias = Annotated[int, Meta(ge=1, le=LARGEST)]
Ordinal: TypeAlias = Annotated[int, Meta(ge=0, le=LAST_ORDINAL)]
Integer: TypeAlias = Annotated[int, Meta(ge=-LARGEST, le=LARGEST)]
Number: TypeAlias = Integer | Annotated[float, Meta(ge=-_LARGEST_FLOAT, le=_LARGEST_FLOAT)]
NotNegative: TypeAlias = Count | Annotated[float, Meta(ge=0, le=_LARGEST_FLOAT)]
AboveZero: TypeAlias = Positive | Annotated[float, Meta(ge=1e-9, le=_LARGEST_FLOAT)]
Params: TypeAlias = dict[str, str | bool | Number]
Extras: TypeAlias = dict[str, Number | str | bool | list[Number] | None]
LegName: TypeAlias = Literal["single", "short", "long"]
Purpose: TypeAlias = Literal["pilot", "time", "memory"]
OutcomeName: TypeAlias = Literal[OUTCOMES]  # type: ignore[valid-type]

_LATE = frozenset(LATE)
NUMBERS = _LATE | {"early"}
"""What a workload may tell of its runs that is always a number."""


def complaint_about(extras: Extras) -> str | None:
    """Return None if the figures that are known are numbers, else what is wrong."""
    for name, value in extras.items():
        kind = type(value)
        if name in _LATE:
            if kind is not int and kind is not float:
                return f"records.{name} is {value!r}, not a number"
        elif name == "lateness_ns":
            if kind is not list:
                return f"records.{name} is {value!r}, not a list of numbers"
        elif name == "early" and (kind is not int or value < 0):  # type: ignore[operator]
            return f"records.{name} is {value!r}, not an integer of 0 or more"
    return None


def check_extras(extras: Extras) -> None:
    """Raise ValueError for the same."""
    if (complaint := complaint_about(extras)) is not None:
        raise ValueError(complaint)


def moment_of(told: str) -> datetime | None:
    """Return a time of ISO 8601, with any offset or with none, in one of ``YEARS``; None for what is none."""
    try:
        found = datetime.fromisoformat(told)
    except ValueError:
        return None
    return found if found.year in YEARS else None


def check_moment(name: str, told: str) -> None:
    """Raise ValueError for what is no time of ISO 8601 in UTC, under this name."""
    found = moment_of(told)
    if found is None or found.utcoffset() != timedelta():
        raise ValueError(f"{name} is {told!r}, not a time in UTC such as 2026-11-22T12:00:00+00:00")


class Record(Struct, frozen=True, gc=False, omit_defaults=True, tag_field="type", tag=""):
    """A line of a run file."""

    @property
    def type(self) -> str:
        """What kind of record it is, as the file says it."""
        return str(self.__struct_config__.tag)
