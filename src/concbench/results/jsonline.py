"""One record to one line and back: strict JSON, so that any tool can read what we write.

Strict means: UTF-8 without lone surrogates, no NaN and no Infinity, no key twice in an object.
"""

import json
from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any, NoReturn

import msgspec


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON value")


def _finite(literal: str) -> float:
    number = float(literal)
    if not isfinite(number):
        raise ValueError(f"{literal} is too large for a 64-bit float")
    return number


_quickly = msgspec.json.Decoder().decode
_written = msgspec.json.Encoder().encode


def line_decoder() -> Callable[[bytes], Any]:
    """Return a function from the bytes of a line to its value; it raises ValueError saying what is wrong.

    The values that one decoder returns share their keys: the ``json`` module shares keys within one line
    only, and a million samples would hold a million copies of ``wall_ns``.

    ``msgspec`` is five times as fast, but laxer. So its answer is taken where writing it out again gives the
    very same bytes, as it does for most lines that we wrote; the others are read strictly.
    """
    shared: dict[str, str] = {}
    share = shared.setdefault

    def build(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        built = {share(key, key): value for key, value in pairs}
        if len(built) != len(pairs):
            raise ValueError("an object has the same key twice")
        return built

    parse = json.JSONDecoder(object_pairs_hook=build, parse_float=_finite, parse_constant=_no_constant).decode

    def decode(line: bytes) -> Any:
        try:
            value = _quickly(line)
            if _written(value) + b"\n" == line:
                return value
        except (ValueError, RecursionError, OverflowError):
            pass  # told below, in words that name the place
        try:
            return parse(line.decode().removesuffix("\n"))
        except UnicodeDecodeError as error:
            found = f"byte 0x{line[error.start]:02x} at column {error.start + 1}"
            raise ValueError(f"not UTF-8: {found}") from error
        except json.JSONDecodeError as error:
            raise ValueError(f"not valid JSON: {error.msg} at column {error.colno}") from error
        except RecursionError as error:
            raise ValueError("not valid JSON for us: nested too deeply") from error

    return decode


def encode_line(record: Mapping[str, Any]) -> bytes:
    """Return ``record`` as one line, newline included; raise ValueError if strict JSON cannot hold it."""
    try:
        line = json.dumps(dict(record), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return line.encode() + b"\n"
    except UnicodeEncodeError as error:
        raise ValueError("a string holds a lone surrogate; decode bytes with errors='replace'") from error
    except (TypeError, RecursionError) as error:
        raise ValueError(str(error)) from error
