"""Reading what other tools wrote: their JSON, which is laxer than ours, held to what we need of it.

Nothing of a file is evaluated, but for literals of Python that asv writes as text: numbers and strings.
"""

import ast
import json
import warnings
from codecs import BOM_UTF8
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from io import BytesIO
from math import isfinite
from pathlib import Path
from typing import Any

from concbench.results.errors import ResultsError
from concbench.results.places import is_read_once, opened
from concbench.validators import Validator, finite, nullable, object_of, unlike

LARGEST = 1 << 30
"""Bytes that a JSON file may have, compressed or not: it is held in memory as a whole."""

MOST = 1e100
"""What no time, memory or count exceeds: squares of such figures still fit into a float."""

LONGEST_LITERAL = 200
"""Characters of a parameter's text that are read as a literal; longer ones stay text."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def held(path: Path) -> bytes | None:
    """Return all that is in a pipe or a device, which can be read only once; None for a file.

    It is refused as by :func:`read_json`. The functions that read a file take it in place of opening one.
    """
    return read_bytes(path) if is_read_once(path) else None


def read_json(path: Path, held: bytes | None = None) -> Any:
    """Return what a JSON file holds, plain or (if its name ends in ``.gz``) compressed.

    Python's own reading of JSON: ``NaN`` and ``Infinity`` are numbers. Raises ResultsError for what cannot be
    read, is no JSON, or is too large.
    """
    return parsed(read_bytes(path, held), path)


def read_bytes(path: Path, held: bytes | None = None) -> bytes:
    """Return a whole file, decompressed and refused as :func:`read_json` does it."""
    if held is not None:
        return held
    with opened(path) as stream:
        content = stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise ResultsError(f"holds more than {LARGEST >> 20} MB, which is too much to read at once", path)
    return content


def start_of(path: Path, size: int = 64, held: bytes | None = None) -> bytes:
    """Return the first bytes of a file, after a byte-order mark, read and refused as by :func:`read_json`."""
    with opened(path) if held is None else BytesIO(held) as stream:
        return stream.read(len(BOM_UTF8) + size).removeprefix(BOM_UTF8)[:size]


def parsed(content: bytes, path: Path) -> Any:
    """Return the JSON that the ``content`` of a file is; raises ResultsError for what is none."""
    try:
        return json.loads(content)
    except UnicodeDecodeError as error:
        reason = f"not JSON: byte {error.start} is no text"
        raise ResultsError(reason, path) from error
    except json.JSONDecodeError as error:
        reason = f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        raise ResultsError(reason, path) from error
    except RecursionError as error:
        raise ResultsError("not JSON for us: nested too deeply", path) from error
    except ValueError as error:  # a whole number of more digits than Python converts
        raise ResultsError(f"not JSON for us: {error}", path) from error


def check(value: object, kind: Validator, path: Path, place: str = "") -> None:
    """Return if ``value``, which stands at ``place`` of a file, is of a kind; raise ResultsError if not."""
    if (complaint := kind(value)) is not None:
        raise ResultsError(f"{place}{complaint}".lstrip(". "), path)


def checked(
    value: Any,
    keys: Mapping[str, Validator],
    path: Path,
    place: str = "",
    optional: Mapping[str, Validator] | None = None,
) -> dict[str, Any]:
    """Return ``value``, an object as ``object_of`` has it; raises ResultsError for anything else."""
    check(value, object_of(keys, optional), path, place)
    found: dict[str, Any] = value
    return found


def where_there(keys: Mapping[str, Validator]) -> Validator:
    """Return the kind of an object in which each of ``keys`` that is there, and not null, has its kind."""
    return object_of({}, {name: nullable(kind) for name, kind in keys.items()})


def number(value: object) -> str | None:
    """Take a number that a 64-bit float can hold, whole or not, NaN and infinities included."""
    try:
        fits = type(value) in (int, float) and float(value) is not None  # type: ignore[arg-type]
    except OverflowError:
        fits = False
    return None if fits else unlike(value, "a number")


def measurement(value: object) -> str | None:
    """Take a number, whole or not, that may have been measured: neither infinite nor beyond ``MOST``."""
    complaint = number(value) or finite(value)
    if complaint is None and abs(value) > MOST:  # type: ignore[arg-type]
        return f" is {value:g}, and nothing measured is so large"
    return complaint


def measurable(value: float) -> bool:
    """Say whether a finite figure may have been measured: 0, or neither beyond ``MOST`` nor below 1 / it."""
    return value == 0 or 1 / MOST <= abs(value) <= MOST


def not_negative(value: object) -> str | None:
    """Take a finite number of 0 or more, whole or not, as a measured duration is."""
    complaint = measurement(value)
    if complaint is None and value < 0:  # type: ignore[operator]
        return f" is {value:g}, below zero"
    return complaint


def text_or_none(value: object) -> str | None:
    """Return a text as it is, and None for anything else: what a file may tell, and need not."""
    return value if isinstance(value, str) else None


def milliseconds(value: object) -> str | None:
    """Take a time in ms since 1970, whole or not, within the years that a calendar has."""
    fits = measurement(value) is None and 0 <= value < 2.5e14  # type: ignore[operator]
    return None if fits else unlike(value, "a time in ms since 1970")


def time_at(ms: float) -> datetime:
    """Return the time in UTC that so many ms since 1970 are."""
    return EPOCH + timedelta(milliseconds=ms)


def utc_of(told: Any, assumed: tzinfo | None = UTC) -> datetime | None:
    """Return a time in UTC; None for what is no time.

    One that does not say its zone is taken to be of the ``assumed`` one; where that is None, it is no time.
    """
    try:
        time = datetime.fromisoformat(told)
        zone = time.tzinfo or assumed
        return None if zone is None else time.replace(tzinfo=zone).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def literal(text: str) -> Any:
    """Return the finite number, string, truth value or None that a text spells in Python, else the text.

    A string that looks like the text of something else, ``'(1, 2)'``, keeps its quotes.
    """
    if len(text) > LONGEST_LITERAL:
        return text
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an escape that Python will drop one day is no concern of ours
            value = ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return text
    if isinstance(value, float) and not isfinite(value):  # 1e999, which no JSON of ours could say again
        return text
    if isinstance(value, str) and value[:1] + value[-1:] in ("()", "[]", "{}"):
        return text
    return value if value is None or isinstance(value, bool | int | float | str) else text
