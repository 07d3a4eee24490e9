"""A history as the page and the table show it: a trace for each model and load, and its step changes."""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from concbench.analysis.contenders import SeriesPlace, places_of
from concbench.analysis.units import SIZE_UNITS, TIME_UNITS, UNITLESS, Units
from concbench.metrics import Better, Kind
from concbench.results.histories import BenchmarkSeries, Commit, History, HistoryPoint
from concbench.stats.change import ChangePoint
from concbench.stats.discoveries import ALONE, RATE, Figures, discoveries, orders_for
from concbench.stats.scores import TIMES, ScoreScales
from concbench.stats.speeds import from_quartiles, from_samples
from concbench.stats.steps import steps
from concbench.workloads.spelling import quoted

LONGEST = 500
"""Commits of a trace that are looked at: the latest ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A step change of a trace; places count its points from 0.

    From the point ``at`` on, or any of ``first`` to ``last``, the figures are other than before: by the
    factor ``middle`` or, where ``kind`` says so, by the difference, with its 95 % interval. ``level`` is the
    median of the figures that follow, up to the next change.
    """

    at: int
    first: int
    last: int
    kind: Kind
    low: float
    middle: float
    high: float
    level: float
    p_value: float

    @property
    def ends(self) -> tuple[float | None, float | None]:
        """The interval; None for an end that is open, since figures are too few or too noisy."""
        lowest = 0.0 if self.kind == "ratio" else -math.inf
        return self.low if self.low > lowest else None, self.high if self.high < math.inf else None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistorySeries:
    """One benchmark with one set of parameters, on one machine and in one environment.

    ``load`` are its parameters without the model. ``values`` are ns for times, bytes for memory, in order of
    the commits' dates, but for ``left_out`` figures of other versions of the benchmark. ``changes`` are real
    at the page's false-discovery rate; ``reason`` says why nothing can be told of so few points.
    """

    benchmark: str
    model: str
    load: tuple[tuple[str, Any], ...]
    machine: str
    env: str
    python: str
    units: Units
    unit: str
    place: SeriesPlace
    commits: tuple[Commit, ...]
    values: tuple[float, ...]
    start: float
    left_out: int = 0
    changes: tuple[Change, ...] = ()
    reason: str | None = None
    better: Better = "less"

    @property
    def name(self) -> str:
        """The benchmark and its load, in words."""
        return f"{self.benchmark} ({self.spelled_load})" if self.load else self.benchmark

    @property
    def spelled_load(self) -> str:
        """The parameters without the model, in words."""
        told = ((name, quoted(value) if isinstance(value, str) else value) for name, value in self.load)
        return ", ".join(f"{name} {value}" for name, value in told)

    @property
    def workload(self) -> str:
        """The first part of the benchmark's name: in our suite, the workload."""
        return self.benchmark.partition(".")[0]


_UNITS: Mapping[str, tuple[float, Units, str]] = {
    "seconds": (1e9, TIME_UNITS, "time"),
    "bytes": (1.0, SIZE_UNITS, "memory"),
}
"""What one of asv's units is in ours, how it is spelled, and what it measures."""


def traces_of(
    history: History,
    models: Sequence[str] = (),
    tell: Callable[[str, int, int], None] = lambda _name, _done, _of: None,
) -> tuple[HistorySeries, ...]:
    """Return a trace for each series, machine and environment, with its changes, in the history's order.

    ``models`` are those of the runs on the page, of which they are told apart by colour.
    ``tell`` is called before each trace is looked at, as in :func:`discoveries`.

    Points that were measured with another version of their benchmark are left out: they are of other work.
    Where none was measured with today's, the last version that was counts.
    A trace has a change if its p-value is 0.2 % or less, and it is among the discoveries over all traces
    (Benjamini and Hochberg, 1 %). Further ones in it are held to the level that made it one, and need an
    interval that excludes no change at the place where they were found.
    """
    traces = list(_bare(history, models))
    told = [number for number, trace in enumerate(traces) if trace.reason is None]
    figures = [Figures(traces[number].name, *_scaled(traces[number])[:2]) for number in told]
    found = discoveries(figures, tell)
    stepped = [place for place, real in enumerate(found.real) if real]
    for done, place in enumerate(stepped):
        number = told[place]
        tell(traces[number].name, done, len(stepped))
        traces[number] = _with_changes(traces[number], found.level, found.changes[place])
    return tuple(traces)


def _bare(history: History, first: Sequence[str]) -> Iterator[HistorySeries]:
    models = [series.model for series in history.series]
    order = places_of([(model, "") for model in (*first, *models)])
    for series, model in zip(history.series, models, strict=True):
        places: dict[tuple[str, str], list[HistoryPoint]] = {}
        for point in series.points:
            places.setdefault((point.machine, point.env), []).append(point)
        for points in places.values():
            today = any(series.comparable(point) for point in points)
            version = series.version if today else points[-1].version
            of_version = replace(series, version=version)
            same = [point for point in points if of_version.comparable(point)]
            trace = _trace(series, model, order[model, ""], same[-LONGEST:])
            yield replace(trace, left_out=len(points) - len(same))


def _trace(
    series: BenchmarkSeries, model: str, place: SeriesPlace, points: Sequence[HistoryPoint]
) -> HistorySeries:
    one, units, unit = _UNITS.get(series.unit or "", (1.0, UNITLESS, series.unit or ""))
    values = one * _figures(series, points)
    bare = HistorySeries(
        benchmark=series.benchmark,
        model=model,
        load=tuple((name, value) for name, value in series.params if name != "model"),
        machine=points[0].machine,
        env=points[0].env,
        python=points[0].python,
        units=units,
        unit=unit,
        place=place,
        commits=tuple(point.commit for point in points),
        values=tuple(float(value) for value in values),
        start=float(np.median(values)),
        better=series.better,
    )
    return bare if len(points) >= fewest() else replace(bare, reason=_too_few(len(points)))


def _figures(series: BenchmarkSeries, points: Sequence[HistoryPoint]) -> NDArray[np.float64]:
    """Return a figure for each point, in the unit of the series: of times, what the fast machine took.

    Whether samples, quartiles or the values alone are looked at is the same for all: else the commit from
    which on asv was told to keep samples would have a step.
    """
    values = np.array([point.value for point in points])
    if series.kind != "time" or values.min() <= 0:
        return values
    samples = [point.samples for point in points if point.samples]
    if len(samples) == len(points) and min(map(min, samples)) > 0:
        return from_samples(samples)
    quartiles = [(point.quartiles[0], point.value, point.quartiles[1]) for point in points if point.quartiles]
    if len(quartiles) == len(points) and min(map(min, quartiles)) > 0:
        return from_quartiles(quartiles)
    return values


def _too_few(commits: int) -> str:
    spelled = "one commit is" if commits == 1 else f"{commits} commits are"
    return f"{spelled} too few to tell a step from noise: {fewest()} are needed"


@cache
def fewest(traces: int = 1) -> int:
    """Return how many commits are needed before the clearest step, in one of so many traces, could be real.

    That is one in the middle, all figures before it being on one side of all that follow: two of the ways
    to divide them are like that.
    """
    commits = 2
    while 2 / math.comb(commits, commits // 2) > min(ALONE, RATE / traces):
        commits += 1
    return commits


def _scaled(trace: HistorySeries) -> tuple[NDArray[np.float64], ScoreScales | None, Kind]:
    """Return the figures, and scales, that they are compared on: logarithms of amounts and rates."""
    values = np.array(trace.values)
    if (trace.unit in ("time", "memory") or trace.better == "more") and values.min() > 0:
        return np.log(values), TIMES, "ratio"
    return values, None, "difference"


def _with_changes(trace: HistorySeries, level: float, known: ChangePoint) -> HistorySeries:
    """Return a trace with its steps, of which the ``known`` one is real at the ``level``."""
    values, scales, kind = _scaled(trace)
    level = max(level, known.p_value)
    found = steps(values, level, scales=scales, most=orders_for(level), known=known)
    first = min(found, key=lambda step: step.p_value)
    found = [step for step in found if step is first or step.clear]
    edges = [step.at for step in found] + [len(trace.values)]
    back = np.exp if kind == "ratio" else np.asarray
    changes = tuple(
        Change(
            at=step.at,
            first=step.first,
            last=step.last,
            kind=kind,
            low=float(back(step.low)),
            middle=float(back(step.change)),
            high=float(back(step.high)),
            level=float(np.median(trace.values[step.at : end])),
            p_value=step.p_value,
        )
        for step, end in zip(found, edges[1:], strict=True)
    )
    return replace(trace, changes=changes, start=float(np.median(trace.values[: edges[0]])))


@dataclass(frozen=True, slots=True)
class Shared:
    """A commit that many traces may have stepped at: ``may`` of the ``told``, and ``found`` just there."""

    commit: Commit
    found: int
    may: int
    told: int


def shared_place(traces: Sequence[HistorySeries]) -> Shared | None:
    """Return the commit that half of the traces that could be told, and six at least, may have stepped at.

    Of several it is the one that most were found to step at. None where there is no such commit: then
    nothing says that something else than the code changed.
    """
    told = [trace for trace in traces if trace.reason is None]
    found: Counter[Commit] = Counter()
    may: Counter[Commit] = Counter()
    for trace in told:
        found.update(trace.commits[change.at] for change in trace.changes)
        may.update(
            {trace.commits[at] for change in trace.changes for at in range(change.first, change.last + 1)}
        )
    often = [commit for commit in may if may[commit] >= max(6, len(told) / 2)]
    commit = max(often, key=lambda one: (found[one], may[one]), default=None)
    return None if commit is None else Shared(commit, found[commit], may[commit], len(told))
