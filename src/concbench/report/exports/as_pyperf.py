"""The tidy table as pyperf's JSON: a benchmark for each cell and metric, a run for each process.

pyperf knows three units, ``second``, ``byte`` and ``integer``, and only values above zero: a share of tasks,
a lateness of tasks that woke early, and the slope of a noisy process that came out negative are not among
what it can hold. A series with one such value is left out as a whole: what is left of it would be trimmed.
"""

import io
import json
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

import pandas as pd
import pyperf  # type: ignore[import-untyped]

from concbench.report.exports import Format
from concbench.report.exports.cells import CellValues, LeftOut, sorted_out
from concbench.results.tidy.from_pyperf import LABELS, PROCESS

UNITS: Mapping[str, str] = {"s": "second", "B": "byte"}


def as_pyperf(table: pd.DataFrame) -> tuple[str, list[LeftOut]]:
    """Return pyperf's JSON of a table, and what is not in it.

    A process keeps its number, unless the table is of several files: then all processes are numbered anew.
    """
    taken, left_out = sorted_out(_numbered_anew(table), _objection)
    return _json([_benchmark(series) for series in taken]), left_out


def _numbered_anew(table: pd.DataFrame) -> pd.DataFrame:
    if table["file"].nunique() < 2:
        return table
    numbers = table.groupby(["file", "process"], sort=False).ngroup()  # -1 where the process is missing
    return table.assign(process=numbers.astype("Int64").where(table["process"].notna()) + 1)


def _objection(series: CellValues) -> str | None:
    if series.quantity not in UNITS:
        return f"pyperf knows seconds and bytes, not {series.unit!r}"
    values = [value for process in series.processes for value in process]
    bad = sum(not (isfinite(value) and value > 0) for value in values)
    return f"{bad} of {len(values)} values are not above zero, as pyperf wants them" if bad else None


def _benchmark(series: CellValues) -> pyperf.Benchmark:
    about = _metadata(series)
    runs = [
        pyperf.Run(
            list(values),
            metadata=about if number is None else about | {PROCESS: number},
            collect_metadata=False,
        )
        for number, values in zip(series.numbers, series.processes, strict=True)
    ]
    return pyperf.Benchmark(runs)


def _metadata(series: CellValues) -> dict[str, Any]:
    """Return what pyperf is told of a series, without what is not known: it takes no empty text.

    pyperf adds values up to durations, unless it is told one; bytes have none.
    """
    labels = series.labels
    time = series.time.isoformat() if series.time else None
    restored = {name: value for name, value in labels.items() if name != "file"} | {"time": time}
    duration = {"duration": 0} if series.quantity == "B" else {}
    told = {
        "name": series.name,
        "unit": UNITS[series.quantity],
        "python_version": labels["python"],
        "hostname": labels["machine"],
        "commit_id": labels["commit"],
        LABELS: json.dumps(restored, ensure_ascii=True),
    }
    return duration | {name: value for name, value in told.items() if value and value.strip()}


def _json(benchmarks: Sequence[pyperf.Benchmark]) -> str:
    if not benchmarks:
        return ""
    text = io.StringIO()
    pyperf.BenchmarkSuite(benchmarks).dump(text)
    return text.getvalue()


FORMAT = Format(write=as_pyperf, mark=b'"concbench":"{')
