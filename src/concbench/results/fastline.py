"""Samples at speed: many lines decoded at once into typed objects, where nothing about them is in doubt.

The lines of a run file are mostly samples, and a dictionary of each, every key of which is checked, takes
20 µs. To decode it into a ``Sample`` takes ``msgspec`` two, but that is laxer: it lets a key stand twice in
an object, say. So its answer is taken only where writing it out again gives the very same bytes: then the
line holds these keys once, in this order, with these values, and what ``schema`` asks beyond that is asked
here. Every other line, and it may well be sound, is for ``jsonline`` and ``schema``.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from math import nextafter
from operator import attrgetter
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from concbench.results.kinds import LARGEST, LAST_ORDINAL
from concbench.results.schema import LATE, Record

START = b'{"type":"sample",'
"""How a line begins that is worth an attempt."""

TOLD = (*LATE, "early")
"""The numbers in a sample's ``records`` that are known here."""

LABELS = ("process", "generation", "block", "round", "calibration_ns")
_LATE = frozenset(LATE)
_OTHER_LEG = {"short": "long", "long": "short"}
LegName = Literal["single", "short", "long"]
_Count = Annotated[int, Meta(ge=0, le=LARGEST)]
_Positive = Annotated[int, Meta(ge=1, le=LARGEST)]
_Ordinal = Annotated[int, Meta(ge=0, le=LAST_ORDINAL)]
_Integer = Annotated[int, Meta(ge=-LARGEST, le=LARGEST)]
_LARGEST_FLOAT = nextafter(2.0**63, 0)
"""``float(LARGEST)`` is 2**63, one more."""

_Float = Annotated[float, Meta(ge=-_LARGEST_FLOAT, le=_LARGEST_FLOAT)]


class Leg(Struct, frozen=True, gc=False):
    """A leg of a sample, as in the file."""

    leg: LegName
    number: _Positive
    wall_ns: _Positive
    cpu_ns: _Count
    user_ns: _Count
    system_ns: _Count
    voluntary: _Count
    involuntary: _Count
    gc: _Count


class Sample(Struct, frozen=True, gc=False, tag_field="type", tag="sample"):
    """A sample, as in the file; from ``sample_of`` its ``records`` hold what is known here alone."""

    cell: str
    process: _Ordinal
    generation: _Ordinal
    block: _Ordinal
    round: _Ordinal
    turn: _Ordinal
    legs: Annotated[list[Leg], Meta(min_length=1, max_length=2)]
    first: LegName
    calibration_ns: _Positive
    records: dict[str, _Integer | _Float | str | bool | list[_Integer | _Float] | None]


_decode = msgspec.json.Decoder(Sample).decode_lines
_encode = msgspec.json.Encoder().encode_lines


def samples_in(lines: Sequence[bytes], cells: Set[str]) -> list[Sample] | None:
    """Return the samples of whole lines, or None if the strict way has to look at them.

    ``cells`` has the ids of the header's cells.
    """
    written = b"".join(lines)
    try:
        samples: list[Sample] = _decode(written)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if _encode(samples) != written or not cells >= set(map(attrgetter("cell"), samples)):
        return None
    return samples if _all_fit(samples) else None


def _all_fit(samples: Iterable[Sample]) -> bool:
    for sample in samples:
        legs, first = sample.legs, sample.first
        one = legs[0].leg
        if len(legs) == 1:
            if not one == first == "single":
                return False
        elif first == "single" or legs[1].leg != _OTHER_LEG.get(one):
            return False
        if sample.records and not _records_fit(sample.records):
            return False
    return True


def _records_fit(records: Mapping[str, Any]) -> bool:
    """Say whether the figures that are known are numbers, which are bounded by then."""
    for name, value in records.items():
        kind = type(value)
        if name in _LATE:
            if kind is not int and kind is not float:
                return False
        elif name == "lateness_ns":
            if kind is not list:
                return False
        elif name == "early" and (kind is not int or value < 0):
            return False
    return True


def sample_of(record: Record) -> Sample:
    """Return a record that ``schema`` has no complaint about as a sample."""
    records = {name: record["records"][name] for name in (*TOLD, "lateness_ns") if name in record["records"]}
    legs = [Leg(**{name: leg[name] for name in Leg.__struct_fields__}) for leg in record["legs"]]
    figures = {name: record[name] for name in Sample.__struct_fields__}
    return Sample(**figures | {"legs": legs, "records": records})


def is_number(value: object) -> bool:
    """Say whether a JSON value is a number."""
    return type(value) in (int, float)
