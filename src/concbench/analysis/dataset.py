"""Everything that a report is made of: the contenders, their cells, and each process's values as one table.

Charts, laws, choices and ranks are all computed from here; nothing else of a run file is looked at again.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast

import pandas as pd

from concbench.analysis.contenders import RunContender, check_comparable, contenders_of
from concbench.analysis.curves import any_text, process_values
from concbench.analysis.history import HistorySeries
from concbench.analysis.summary import Summary, summarise
from concbench.metrics import Kind
from concbench.results.header import Header
from concbench.results.measured import Measured
from concbench.workloads import index
from concbench.workloads.spelling import read, spell


@dataclass(frozen=True, slots=True)
class ReportedPoint:
    """A workload with one set of parameters, wherever it was measured: the same work has the same point.

    ``units`` are those of parameters that are no counts.
    """

    workload: str
    version: str
    params: tuple[tuple[str, Any], ...]
    units: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def value(self, name: str) -> Any:
        """Return a parameter's value, or None where the workload has no such parameter."""
        return dict(self.params).get(name)

    def number(self, name: str) -> float | None:
        """Return a parameter's value, or None where it is no number or the workload has no such parameter."""
        value = self.value(name)
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

    def spelled(self, names: Iterable[str]) -> str:
        """Return these parameters in words: ``tasks 1 000, delay 0.5 s``."""
        return self._in_words(names, read)

    def as_typed(self, names: Iterable[str]) -> str:
        """Return the same with values as they are on a command line: ``tasks 1000``."""
        return self._in_words(names, spell)

    def _in_words(self, names: Iterable[str], spelled: Callable[[Any], str]) -> str:
        known = {name: spelled(value) for name, value in self.params}
        units = {name: f" {unit}" for name, unit in self.units.items()}
        return ", ".join(f"{name} {known[name]}{units.get(name, '')}" for name in names if name in known)


@dataclass(frozen=True, slots=True)
class ReportedCell:
    """What a contender did at a point."""

    contender: RunContender
    point: ReportedPoint
    summary: Summary

    @property
    def ok(self) -> bool:
        """Whether there are figures."""
        return self.summary.outcome.name == "ok"


@dataclass(frozen=True)
class Dataset:
    """Runs in the order they were named, and all that was found in them.

    ``table`` has a row for each process of each cell and metric; beside the columns of
    :func:`concbench.analysis.curves.process_values` it has ``run`` (a number) and ``label``.
    ``history`` are the traces that stand beside the runs.
    """

    runs: tuple[Measured, ...]
    contenders: tuple[RunContender, ...]
    cells: tuple[ReportedCell, ...]
    table: pd.DataFrame
    baselines: tuple[str | None, ...] = field(default=())
    history: tuple[HistorySeries, ...] = field(default=())

    @cached_property
    def _places(self) -> dict[tuple[ReportedPoint, str], ReportedCell]:
        return {(cell.point, cell.contender.label): cell for cell in self.cells}

    @cached_property
    def _values(self) -> dict[tuple[int, str, str], pd.Series]:
        keys = ["run", "cell", "metric"]
        means = self.table.groupby([*keys, "generation"], sort=False)["value"].mean().reset_index(keys)
        parts = means.groupby(keys, sort=False)["value"]
        return {cast("tuple[int, str, str]", key): part for key, part in parts}

    @cached_property
    def _points(self) -> Collection[ReportedPoint]:
        return dict.fromkeys(cell.point for cell in self.cells)

    @cached_property
    def _points_of(self) -> dict[str, list[ReportedPoint]]:
        return {name: [one for one in self._points if one.workload == name] for name in self.workloads()}

    @cached_property
    def _varying(self) -> dict[str, list[str]]:
        return {workload: _differing(points) for workload, points in self._points_of.items()}

    def at(self, point: ReportedPoint, contender: RunContender) -> ReportedCell | None:
        """Return the cell of ``contender`` at ``point``, or None where that was not asked for."""
        return self._places.get((point, contender.label))

    def values(self, cell: ReportedCell, metric: str) -> pd.Series:
        """Return a cell's values of one metric, one for each generation (the index); perhaps none.

        Where a worker was lost and replaced, the two processes of its generation are averaged.
        """
        found = self._values.get((cell.contender.run, cell.summary.cell, metric))
        return pd.Series(dtype="float64") if found is None else found

    def points(self, workload: str | None = None) -> list[ReportedPoint]:
        """Return the points, of one workload or of all, in the order of the headers."""
        return [*self._points] if workload is None else [*self._points_of.get(workload, ())]

    def unit_of(self, points: Collection[ReportedPoint]) -> str:
        """Return what cost is counted per at some points of one workload."""
        return next(cell.summary.unit for cell in self.cells if cell.point in points)

    def workloads(self) -> list[str]:
        """Return the workloads in the order of the headers."""
        return list(dict.fromkeys(cell.point.workload for cell in self.cells))

    def varying(self, workload: str) -> list[str]:
        """Return the parameters that differ between the points of a workload."""
        return self._varying.get(workload, [])

    def contenders_of_run(self, run: int) -> list[RunContender]:
        """Return the contenders of one run."""
        return [contender for contender in self.contenders if contender.run == run]


def _differing(points: Collection[ReportedPoint]) -> list[str]:
    """Return the names of the parameters that are not the same at all points."""
    names = dict.fromkeys(name for point in points for name, _value in point.params)
    return [name for name in names if len({point.value(name) for point in points}) > 1]


LOST = "lost in noise"
LOST_MEANING = (
    "in some process the cost came out at zero or below, so it is smaller than the noise of this run"
)


def is_lost(values: pd.Series) -> bool:
    """Say whether noise hid a cost, of which ``values`` has one for each generation: some are not above zero.

    Such a cost is neither judged nor the best anywhere.
    """
    return bool((values <= 0).any())


def can_be_judged(values: pd.Series, kind: Kind) -> bool:
    """Say whether there are values that say something: a ratio of costs that noise hid says nothing."""
    return len(values) > 0 and (kind == "difference" or not is_lost(values))


def gather(
    runs: Sequence[Measured],
    *,
    baseline: str | None = None,
    different_machines: bool = False,
    history: Sequence[HistorySeries] = (),
) -> Dataset:
    """Return the dataset of a report.

    ``baseline`` is the contender to compare with; None takes each run's own. ``history`` stands beside the
    runs. Raises Mismatch for runs that must not stand side by side.
    """
    check_comparable(runs, different_machines=different_machines)
    contenders = contenders_of(runs)
    places = {(contender.run, contender.id): contender for contender in contenders}
    baselines = tuple(_baseline(run.header, baseline) for run in runs)
    cells = tuple(
        ReportedCell(places[number, summary.contender], _point(summary, run.header), summary)
        for number, run in enumerate(runs)
        for summary in summarise(run, baselines[number])
    )
    with any_text():
        tables = [_labelled(process_values(run), number, places) for number, run in enumerate(runs)]
        table = pd.concat(tables, ignore_index=True)
    return Dataset(tuple(runs), contenders, cells, table, baselines, tuple(history))


def _baseline(header: Header, asked: str | None) -> str | None:
    chosen = asked or header.asked.baseline
    known = [contender.id for contender in header.contenders]
    return chosen if chosen in known else None


def _point(summary: Summary, header: Header) -> ReportedPoint:
    params = tuple((name, _hashable(value)) for name, value in summary.params.items())
    return ReportedPoint(summary.workload, summary.workload_version, params, _units(summary.workload, header))


def _units(workload: str, header: Header) -> Mapping[str, str]:
    """Return the units of a workload's parameters: the package's own, or those that a run brings."""
    if workload in index.names():
        return index.get(workload).units
    told = header.workloads.get(workload)
    return told.units if told else {}


def _hashable(value: Any) -> Any:
    """Return a parameter's value with lists and objects, however deep, as tuples."""
    if isinstance(value, dict):
        return tuple((name, _hashable(inner)) for name, inner in value.items())
    return tuple(map(_hashable, value)) if isinstance(value, list) else value


def _labelled(table: pd.DataFrame, run: int, places: Mapping[tuple[int, str], RunContender]) -> pd.DataFrame:
    labels = {name: contender.label for (number, name), contender in places.items() if number == run}
    return table.assign(run=run, label=table["contender"].map(labels))
