"""github-action-benchmark's data as parts of the tidy table: a row for each figure of every commit's entries.

How far a figure spreads has a row of its own, the metric ``range``, in the figure's unit.
"""

from collections.abc import Iterator

import numpy as np

from concbench.results.github import Bench, CommitEntry, Data
from concbench.results.tidy.schema import Part

SOURCE = "github-action-benchmark"

MORE, LESS = "more_is_better", "less_is_better"
"""The metrics of figures that are neither times nor memory."""

RANGE = "range"
"""The metric of how far figures spread."""


def parts_of_github(data: Data) -> Iterator[Part]:
    """Yield what a file holds, entry by entry in its order.

    ``process``, ``python``, ``machine`` and ``version`` are missing: the action does not tell them. ``time``
    is when the entry was kept. Where there are several suites, a benchmark's name has that of its suite.
    """
    several = len({entry.suite for entry in data.entries}) > 1
    for entry in data.entries:
        for bench in entry.benches:
            name = f"{entry.suite}: {bench.name}" if several else bench.name
            yield _part(data, entry, name, _metric(bench), bench.amount.unit, bench.value)
            if bench.spread is not None:
                yield _part(data, entry, name, RANGE, bench.amount.unit, bench.spread)


def _metric(bench: Bench) -> str:
    kind = {"s": "time", "B": "memory"}.get(bench.amount.unit.partition("/")[0])
    return kind if kind and bench.better == "less" else MORE if bench.better == "more" else LESS


def _part(data: Data, entry: CommitEntry, name: str, metric: str, unit: str, value: float) -> Part:
    return Part(
        workload=name,
        metric=metric,
        unit=unit,
        values=np.array([value]),
        commit=entry.commit,
        source=SOURCE,
        time=entry.measured,
        file=str(data.path),
    )
