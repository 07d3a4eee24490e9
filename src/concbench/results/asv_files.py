"""The files of asv's results folder, one at a time: what ``asv run`` saved of one commit and environment.

The layout is that of asv's ``results.py``, api_version 2; asv_v1.py has the one before, asv_folders.py what
lies beside these files.

A benchmark is a row of ``result_columns`` without its trailing nulls, and its lists run through the product
of the parameters' values, the last parameter fastest. Parameters are written as the ``repr`` of their values.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from math import isfinite, prod
from pathlib import Path
from typing import Any

from concbench.results.addresses import without_addresses
from concbench.results.asv_folders import API_VERSION, MACHINE, check_version
from concbench.results.asv_v1 import as_current
from concbench.results.errors import ResultsError
from concbench.results.foreign import (
    MOST,
    check,
    checked,
    measurable,
    milliseconds,
    number,
    time_at,
)
from concbench.validators import list_of, mapping, nullable, object_of, text
from concbench.words import plain_text


@dataclass(frozen=True, slots=True)
class Value:
    """What was measured with one set of parameters, in the benchmark's unit.

    ``params`` are the reprs of the parameters' values. ``samples`` is None where none were saved; the lower
    and the upper of the ``quartiles``, and the ``interval``, of at least 99 % for the median, where asv told
    none that is finite.
    """

    params: tuple[str, ...]
    value: float
    samples: tuple[float, ...] | None
    quartiles: tuple[float, float] | None
    interval: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A benchmark of a result file; what failed or was not applicable is not among the ``values``."""

    name: str
    version: str | None
    started: datetime | None
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class ResultFile:
    """A result file. ``date`` is that of the commit; ``python`` may be a path, as it was asked for.

    ``beyond`` are sentences on figures that nobody can have measured, and that are not among the rows.
    """

    path: Path
    commit: str
    date: datetime
    machine: str
    env: str
    python: str
    rows: tuple[ResultRow, ...]
    beyond: tuple[str, ...] = ()


def is_asv(content: Any) -> bool:
    """Say whether this is the JSON of an asv result file, of whatever version."""
    return isinstance(content, dict) and {"commit_hash", "results"} <= content.keys()


def check_machine(file: ResultFile, machine: str | None) -> ResultFile:
    """Return a file of the ``machine`` whose folder it is in. Raises ResultsError for one of another.

    asv refuses it as well: taken for a machine of its own, or for this one, its figures would be steps.
    """
    if machine is not None and file.machine != machine:
        reason = f"was measured on {file.machine!r}, and {MACHINE} beside it is of {machine!r}"
        raise ResultsError(f"{reason}; move it to the folder of its machine", file.path)
    return file


def results_of(content: Any, path: Path) -> ResultFile:
    """Return what the JSON of a result file holds.

    Raises ResultsError for one that is damaged or of another format version.
    """
    if not is_asv(content):
        raise ResultsError("JSON, but no result of asv: it has no commit_hash and results", path)
    version = check_version(content, path, (1, API_VERSION))
    about = checked(as_current(content, path) if version == 1 else content, _FILE, path)
    columns = about["result_columns"]
    if len(set(columns)) != len(columns):
        raise ResultsError("result_columns names a column twice", path)
    if missing := [name for name in ("result", "params") if name not in columns]:
        raise ResultsError(f"result_columns has no {missing[0]!r}", path)
    beyond: list[str] = []
    names = without_addresses(about["results"])
    return ResultFile(
        path=path,
        commit=plain_text(about["commit_hash"]),
        date=time_at(about["date"]),
        machine=about["params"]["machine"],
        env=about["env_name"],
        python=about["python"],
        rows=tuple(
            _row(name, cells, columns, path, beyond)
            for name, cells in zip(names, about["results"].values(), strict=True)
        ),
        beyond=tuple(beyond),
    )


_FILE = {
    "commit_hash": text,
    "date": milliseconds,
    "env_name": text,
    "python": text,
    "params": object_of({"machine": text}),
    "result_columns": list_of(text),
    "results": mapping,
}


def _row(name: str, cells: Any, columns: Sequence[str], path: Path, beyond: list[str]) -> ResultRow:
    """Return a row; adds a sentence to ``beyond`` for each figure that nobody can have measured."""
    place = f"results[{name!r}]"
    check(cells, _anything, path, place)
    if len(cells) > len(columns):
        raise ResultsError(f"{place} has {len(cells)} columns, but there are {len(columns)}", path)
    row = checked(dict.fromkeys(_ROW) | dict(zip(columns, cells, strict=False)), _ROW, path, place)
    started = row["started_at"]
    return ResultRow(
        name=name,
        version=row["version"],
        started=None if started is None else time_at(started),
        values=tuple(_values(row, path, place, beyond)),
    )


def _values(row: Mapping[str, Any], path: Path, place: str, beyond: list[str]) -> Iterator[Value]:
    """Yield what was measured, with its parameters; nothing for null, NaN and the infinite."""
    params, results = list(map(without_addresses, row["params"] or [])), row["result"]
    size = prod(map(len, params))
    for name in _LISTS:
        if row[name] is not None and len(row[name]) != size:
            found = f"{len(row[name])} values, but its parameters make {size}"
            raise ResultsError(f"{place}.{name} has {found}", path)
    if results is None:
        return
    columns = (row[name] or [None] * size for name in _LISTS[1:])
    for reprs, value, low, high, lower, upper, many in zip(product(*params), results, *columns, strict=True):
        if value is None or not isfinite(value):
            continue
        if not measurable(value) or (many and not all(map(measurable, many))):
            strange = [one for one in (value, *(many or ())) if not measurable(one)]
            told = f"{place} has {strange[0]:g}, which nobody can have measured; it is passed over"
            beyond.append(told)
        else:
            yield Value(
                params=reprs,
                value=float(value),
                samples=None if many is None else tuple(map(float, many)),
                quartiles=_both(lower, upper),
                interval=_both(low, high),
            )


def _both(low: float | None, high: float | None) -> tuple[float, float] | None:
    if low is None or high is None or not (abs(low) <= MOST and abs(high) <= MOST):
        return None
    return float(low), float(high)


_anything = list_of(lambda _: None)
_numbers = nullable(list_of(nullable(number)))
_LISTS = ("result", "stats_ci_99_a", "stats_ci_99_b", "stats_q_25", "stats_q_75", "samples")
_ROW = {
    "result": _numbers,
    "stats_ci_99_a": _numbers,
    "stats_ci_99_b": _numbers,
    "stats_q_25": _numbers,
    "stats_q_75": _numbers,
    "samples": nullable(list_of(nullable(list_of(number)))),
    "params": nullable(list_of(list_of(text))),
    "version": nullable(text),
    "started_at": nullable(milliseconds),
}
