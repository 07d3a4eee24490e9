"""The tidy table as the JSON that github-action-benchmark calls ``customSmallerIsBetter``.

One figure for each cell and metric: the median over the medians of its processes.
"""

import json
from math import isfinite
from statistics import median
from typing import Any

import pandas as pd

from concbench.metrics import METRICS
from concbench.report.exports import Format
from concbench.report.exports.cells import CellValues, LeftOut, sorted_out
from concbench.results.tidy.from_github import LESS, MORE, RANGE, SOURCE
from concbench.stats.interval import MINIMUM_PROCESSES
from concbench.stats.median import median_interval

WRITTEN_BY = "written by concbench convert"
"""The last line of each entry's ``extra``."""


def as_github(table: pd.DataFrame) -> tuple[str, list[LeftOut]]:
    """Return the JSON array, and what is not in it, but for how far the action's own figures spread."""
    table = table[(table["metric"] != RANGE) | (table["source"] != SOURCE)]
    taken, left_out = sorted_out(table, _objection)
    entries = list(map(_entry, taken))
    content = json.dumps(entries, indent=2, allow_nan=False, ensure_ascii=False) + "\n" if entries else ""
    return content, left_out


def _figures(series: CellValues) -> list[float]:
    return [median(values) for values in series.processes]


def _objection(series: CellValues) -> str | None:
    figures = _figures(series)
    if series.metric == MORE:
        return "more is better of it, and customSmallerIsBetter holds the opposite"
    if not _less_is_better(series):
        return f"nobody knows whether less is better of {series.metric!r} in {series.unit!r}"
    if not all(map(isfinite, figures)) or median(figures) <= 0:
        return "its median is not above zero, and the action compares by ratios"
    return None


def _less_is_better(series: CellValues) -> bool:
    """Say whether less is better: of times and bytes, of a metric that says so, and of how it grows."""
    known = METRICS.get(series.metric.removesuffix("_exponent"))
    if known is not None:
        return known.better == "less"
    return series.quantity in ("s", "B") or series.metric == LESS


def _entry(series: CellValues) -> dict[str, Any]:
    labels, figures = series.labels, _figures(series)
    values = sum(map(len, series.processes))
    known = [(name, labels[name]) for name in ("version", "python", "machine", "commit", "source")]
    told = [f"{name} {value}" for name, value in known if value]
    return {
        "name": series.name,
        "unit": series.unit,
        "value": median(figures),
        "range": _range(series, figures),
        "extra": "\n".join([f"{values} values in {_processes(series)}", *told, WRITTEN_BY]),
    }


def _processes(series: CellValues) -> str:
    if series.numbers == (None,):
        return "an unknown number of processes"
    return "1 process" if len(series.numbers) == 1 else f"{len(series.numbers)} processes"


def _range(series: CellValues, figures: list[float]) -> str:
    """Return the 95 % interval of the median where processes are enough, else the range of the values."""
    if len(figures) >= MINIMUM_PROCESSES:
        interval = median_interval(figures)
        return f"{interval.low:.4g} to {interval.high:.4g}, 95 % interval"
    values = [value for process in series.processes for value in process]
    return f"{min(values):.4g} to {max(values):.4g}, all values"


FORMAT = Format(write=as_github, mark=WRITTEN_BY.encode())
