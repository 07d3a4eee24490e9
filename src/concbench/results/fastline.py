"""Samples at speed: many lines decoded at once into typed objects, where nothing about them is in doubt.

The lines of a run file are mostly samples, and strict decoding with a check of every key takes 10 to 30 µs
for each. ``msgspec`` takes one, but is laxer: it lets a key stand twice in an object, say. So its answer
is taken only where writing it out again gives the very same bytes: then the line holds these keys once, in
this order, with these values, and what ``schema`` asks beyond that is asked here. Every other line, and it
may well be sound, is for the strict way.
"""

from collections.abc import Sequence, Set
from reprlib import repr as shortened
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from concbench.results.schema import Record

START = b'{"type":"sample",'
"""How a line begins that is worth an attempt."""

LARGEST = 2**63 - 1
"""What a column of 64-bit integers holds."""

TOLD = ("lateness_p50_ns", "lateness_p90_ns", "lateness_p99_ns", "lateness_max_ns", "early")
"""The numbers in a sample's ``records`` that are known here."""

LABELS = ("process", "generation", "block", "round", "calibration_ns")
LegName = Literal["single", "short", "long"]
_Count = Annotated[int, Meta(ge=0, le=LARGEST)]
_Positive = Annotated[int, Meta(ge=1, le=LARGEST)]
_Integer = Annotated[int, Meta(ge=-LARGEST, le=LARGEST)]


class Leg(Struct, frozen=True, gc=False):
    """A leg of a sample, as in the file."""

    leg: LegName
    number: _Positive
    wall_ns: _Count
    cpu_ns: _Count
    user_ns: _Count
    system_ns: _Count
    voluntary: _Count
    involuntary: _Count
    gc: _Count


class Sample(Struct, frozen=True, gc=False, tag_field="type", tag="sample"):
    """A sample, as in the file; from ``sample_of`` its ``records`` hold what is known here alone."""

    cell: str
    process: _Count
    generation: _Count
    block: _Count
    round: _Count
    turn: _Count
    legs: Annotated[list[Leg], Meta(min_length=1, max_length=2)]
    first: LegName
    calibration_ns: _Count
    records: dict[str, _Integer | float | str | bool | list[_Integer | float] | None]


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
    if _encode(samples) != written or not cells >= {sample.cell for sample in samples}:
        return None
    return samples if all(map(_legs_fit, samples)) else None


def _legs_fit(sample: Sample) -> bool:
    legs, first = sample.legs, sample.first
    if len(legs) == 1:
        return legs[0].leg == first == "single"
    return first != "single" and {legs[0].leg, legs[1].leg} == {"short", "long"}


def sample_of(record: Record) -> Sample:
    """Return a record that ``schema`` has no complaint about as a sample.

    Raises ValueError for a number that is too large for a column.
    """
    kept: dict[str, Any] = {name: record["records"].get(name) for name in TOLD}
    told = {name: value for name, value in kept.items() if is_number(value)}
    late = record["records"].get("lateness_ns")
    listed: dict[str, Any] = (
        {"lateness_ns": late} if isinstance(late, list) and all(map(is_number, late)) else {}
    )
    for name in LABELS:
        _refuse_more_than(LARGEST, name, record[name])
    for leg in record["legs"]:
        for figure in ("number", "wall_ns", "cpu_ns"):
            _refuse_more_than(_LARGEST_FLOAT, f"legs.{figure}", leg[figure])
    for value in (*told.values(), *listed.get("lateness_ns", ())):
        _refuse_more_than(_LARGEST_FLOAT, "records", abs(value))
    legs = [Leg(**{name: leg[name] for name in Leg.__struct_fields__}) for leg in record["legs"]]
    figures = {name: record[name] for name in Sample.__struct_fields__}
    return Sample(**figures | {"legs": legs, "records": told | listed})


_LARGEST_FLOAT = 2**1023


def _refuse_more_than(limit: int, name: str, value: float) -> None:
    if value > limit:
        held = "an integer of 64 bits" if limit == LARGEST else "a 64-bit float"
        raise ValueError(f"sample: {name} is {shortened(value)}, too large for {held} to reckon with")


def is_number(value: object) -> bool:
    """Say whether a JSON value is a number."""
    return type(value) in (int, float)
