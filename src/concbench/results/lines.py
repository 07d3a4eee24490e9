"""One record to one line and back: strict JSON, so that any tool can read what we write.

Strict means: UTF-8 without lone surrogates, no NaN and no Infinity, no key twice in an object. ``msgspec``
decodes a line into a record in a few µs, but it is laxer: it lets a key stand twice, say. So its answer is
taken where writing it out again gives the very same bytes; every other line is read strictly.
"""

import json
import re
from collections.abc import Sequence, Set
from math import isfinite
from operator import attrgetter
from reprlib import repr as shortened
from typing import Any, NoReturn, TypeVar, Union

import msgspec

from concbench.results.lift import lifted
from concbench.results.records import RECORDS, TYPES, Sample
from concbench.results.values import Record

LONGEST = 64 << 20
"""Bytes that a line may have, its newline included: four times what a worker may answer at once."""

TOO_LONG = f"a line of more than {LONGEST >> 20} MiB, and no run file has one"

SAMPLE = b'{"type":"sample",'
"""How a line begins that is worth decoding together with others."""

T = TypeVar("T")

_quickly = msgspec.json.Decoder(Union[RECORDS]).decode  # noqa: UP007
_samples = msgspec.json.Decoder(Sample).decode_lines
_encoder = msgspec.json.Encoder()
_cell_of = attrgetter("cell")


def encode_line(record: Record) -> bytes:
    """Return ``record`` as one line, newline included; raise ValueError if strict JSON cannot hold it."""
    try:
        return _encoder.encode(record) + b"\n"
    except UnicodeEncodeError as error:
        raise ValueError("a string holds a lone surrogate; decode bytes with errors='replace'") from error
    except (TypeError, RecursionError, OverflowError) as error:
        raise ValueError(str(error)) from error


def record_in(line: bytes) -> Record:
    """Return the record in a line; raise ValueError, saying what is wrong, for what is none."""
    try:
        record: Record = _quickly(line)
        if encode_line(record) == line:
            return _checked(record)
    except (ValueError, RecursionError, OverflowError):
        pass  # told below, in words that name the place
    return as_record(json_in(line))


def as_record(value: object) -> Record:
    """Return the record that plain data of any schema is; raise ValueError for what is none."""
    if not isinstance(value, dict):
        raise ValueError(f"{shortened(value)} is not an object")  # noqa: TRY004  (it is the line that is wrong)
    name = value.get("type")
    if not isinstance(name, str):
        raise ValueError("it has no string under the key `type`")  # noqa: TRY004  (as above)
    if name not in TYPES:
        raise ValueError(f"record type {name!r} is not one of {', '.join(TYPES)}")
    try:
        return _checked(converted(lifted(value), TYPES[name]))
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error


def _checked(record: Record) -> Record:
    if isinstance(record, Sample) and (complaint := record.complaint()) is not None:
        raise ValueError(complaint)
    return record


def converted(value: Any, kind: type[T]) -> T:
    """Return plain data as what it is; raise ValueError, which names the place and what stands there."""
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise ValueError(f"{error}{found_at(value, error)}") from error
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def found_at(value: Any, error: msgspec.ValidationError) -> str:
    """Return what stands at the place that an error names, where it can be told."""
    complaint = str(error)
    place = re.search(r"- at `\$([\w.\[\]]*)`$", complaint)
    if place is None or "missing" in complaint:
        return ""
    for name, index in re.findall(r"\.(\w+)|\[(\d+)\]", place[1]):
        key = int(index) if index else name
        if not isinstance(value, list if index else dict) or (name and name not in value):
            return ""
        value = value[key]
    return f" (but {shortened(value)})"


def samples_in(lines: Sequence[bytes], cells: Set[str]) -> list[Sample] | None:
    """Return the samples of whole lines, or None if each has to be looked at.

    ``cells`` has the ids of the header's cells.
    """
    written = b"".join(lines)
    try:
        samples: list[Sample] = _samples(written)
    except (ValueError, RecursionError):
        return None
    if _encoder.encode_lines(samples) != written or not cells >= set(map(_cell_of, samples)):
        return None
    return None if any(map(Sample.complaint, samples)) else samples


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON value")


def _finite(literal: str) -> float:
    number = float(literal)
    if not isfinite(number):
        raise ValueError(f"{literal} is too large for a 64-bit float")
    return number


def _build(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    built = dict(pairs)
    if len(built) != len(pairs):
        raise ValueError("an object has the same key twice")
    return built


_strictly = json.JSONDecoder(
    object_pairs_hook=_build, parse_float=_finite, parse_constant=_no_constant
).decode


def json_in(line: bytes) -> Any:
    """Return the value in a line; raise ValueError, saying what is wrong, for what is no strict JSON."""
    try:
        return _strictly(line.decode().removesuffix("\n"))
    except UnicodeDecodeError as error:
        found = f"byte 0x{line[error.start]:02x} at column {error.start + 1}"
        raise ValueError(f"not UTF-8: {found}") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"not valid JSON: {error.msg} at column {error.colno}") from error
    except RecursionError as error:
        raise ValueError("not valid JSON for us: nested too deeply") from error
