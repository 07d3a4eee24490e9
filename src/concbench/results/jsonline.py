"""One record to one line and back: strict JSON, so that any tool can read what we write.

Strict means: UTF-8 without lone surrogates, no NaN and no Infinity, no key twice in an object.
"""

import json
from collections.abc import Mapping
from math import isfinite
from sys import intern
from typing import Any, NoReturn

import msgspec

LONGEST = 64 << 20
"""Bytes that a line may have, its newline included: four times what a worker may answer at once."""


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON value")


def _finite(literal: str) -> float:
    number = float(literal)
    if not isfinite(number):
        raise ValueError(f"{literal} is too large for a 64-bit float")
    return number


_quickly = msgspec.json.Decoder().decode
_written = msgspec.json.Encoder().encode


def _build(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object whose keys are those of other lines: a million records need no million ``wall_ns``."""
    built = {intern(key): value for key, value in pairs}
    if len(built) != len(pairs):
        raise ValueError("an object has the same key twice")
    return built


_strictly = json.JSONDecoder(
    object_pairs_hook=_build, parse_float=_finite, parse_constant=_no_constant
).decode


def decode_line(line: bytes) -> Any:
    """Return the value in a line; raise ValueError, saying what is wrong, for what is no strict JSON.

    ``msgspec`` is five times as fast as ``json``, but laxer. So its answer is taken where writing it out
    again gives the very same bytes, as it does for most lines that we wrote; the others are read strictly.
    """
    try:
        value = _quickly(line)
        if _written(value) + b"\n" == line:
            return value
    except (ValueError, RecursionError, OverflowError):
        pass  # told below, in words that name the place
    try:
        return _strictly(line.decode().removesuffix("\n"))
    except UnicodeDecodeError as error:
        found = f"byte 0x{line[error.start]:02x} at column {error.start + 1}"
        raise ValueError(f"not UTF-8: {found}") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"not valid JSON: {error.msg} at column {error.colno}") from error
    except RecursionError as error:
        raise ValueError("not valid JSON for us: nested too deeply") from error


def too_long(line: bytes) -> str | None:
    """Return None if a line is as short as it has to be, else what is wrong, in words."""
    return (
        f"a line of more than {LONGEST >> 20} MiB, and no run file has one" if len(line) > LONGEST else None
    )


def encode_line(record: Mapping[str, Any]) -> bytes:
    """Return ``record`` as one line, newline included; raise ValueError if strict JSON cannot hold it."""
    try:
        line = json.dumps(dict(record), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return line.encode() + b"\n"
    except UnicodeEncodeError as error:
        raise ValueError("a string holds a lone surrogate; decode bytes with errors='replace'") from error
    except (TypeError, RecursionError) as error:
        raise ValueError(str(error)) from error
