"""What the steps of the ladder did, by the figures of a run, beside what was predicted of them.

A step is judged at one point of each workload, the last of its sweep at which most rungs have figures. There
a rung is compared with the one below it, paired by generation. An interval tells a sign if all of it lies in
that sign's range; a prediction is right if that is its own, wrong if no part of it is, and open else.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import inf
from typing import Literal, TypeAlias

import pandas as pd

from concbench.analysis.contenders import RunContender
from concbench.analysis.contrast import Versus, versus
from concbench.analysis.dataset import LOST_MEANING, Dataset, ReportedCell, ReportedPoint, is_lost
from concbench.analysis.ladder.rungs import RUNGS, STEP_TO
from concbench.analysis.ladder.steps import EFFECTS, Effect, Expected, LadderStep, Sign
from concbench.analysis.summary import Summary, mark_real
from concbench.metrics import METRICS, Metric

Standing: TypeAlias = Literal["right", "wrong", "open"]

ABOUT = 0.05
"""Ratios within this of 1 are about the same."""

ABOUT_NS = 20_000.0
"""Times of a run that differ by less (ns) are about the same, where no ratio can be told."""

LEAST_PEAK = 1000
"""Tasks below which a peak is too coarse to tell what one of them takes: memory comes in pages."""

METRICS_OF: Mapping[Effect, tuple[str, ...]] = {
    "wall": ("wall",),
    "CPU": ("cpu",),
    "memory": ("memory", "peak"),
    "lateness": ("lateness_p50",),
}
"""By which metric an effect is told: by the first that was measured."""


@dataclass(frozen=True, slots=True)
class LadderChange:
    """What a step did to one figure: medians ``below`` and ``here``, in the metric's quantity, per unit.

    ``against`` compares the rung with the one below; ``margin`` is how far from no difference is about the
    same. ``predicted`` is None where nothing was: the rungs are no neighbours.
    """

    effect: Effect
    metric: Metric
    below: float
    here: float
    against: Versus
    margin: float
    predicted: Sign | None

    def within(self, sign: Sign) -> tuple[float, float]:
        """Return the ends of the range that a sign stands for."""
        ratio = self.against.kind == "ratio"
        low, high = (1 / (1 + self.margin), 1 + self.margin) if ratio else (-self.margin, self.margin)
        return {"less": (-inf, low), "same": (low, high), "more": (high, inf)}[sign]

    @property
    def seen(self) -> Sign | None:
        """The sign that was measured, None where the interval reaches into the ranges of several."""
        signs: tuple[Sign, ...] = ("less", "same", "more")
        return next((sign for sign in signs if self._lies_in(sign)), None)

    @property
    def standing(self) -> Standing | None:
        """How the prediction stands."""
        if self.predicted is None:
            return None
        if self._lies_in(self.predicted):
            return "right"
        return "wrong" if self._misses(self.predicted) else "open"

    def _lies_in(self, sign: Sign) -> bool:
        (low, high), found = self.within(sign), self.against.interval
        return found is not None and low <= found.low and found.high <= high

    def _misses(self, sign: Sign) -> bool:
        (low, high), found = self.within(sign), self.against.interval
        return found is not None and (found.high < low or found.low > high)


@dataclass(frozen=True, slots=True)
class Climbed:
    """A step at one point of a workload: from the rung ``below`` to ``rung``, and what it ``changes``.

    ``step`` is None where they are no neighbours. ``unit`` is what the workload's cost is counted per.
    """

    step: LadderStep | None
    below: ReportedCell
    rung: ReportedCell
    unit: str
    changes: tuple[LadderChange, ...]

    @property
    def point(self) -> ReportedPoint:
        """Where it was measured."""
        return self.rung.point

    @property
    def expects(self) -> Expected | None:
        """What was predicted, and why."""
        return self.step.expects(self.point.workload) if self.step else None

    def change(self, effect: Effect) -> LadderChange | None:
        """Return what it did to one effect, None where that was not measured."""
        return next((one for one in self.changes if one.effect == effect), None)

    def lesson(self, effect: Effect) -> str:
        """Return what was learned where the prediction was wrong, or nothing."""
        return self.step.lesson(self.point.workload, effect) if self.step else ""


def ladder_of(dataset: Dataset, *, asked: bool = False) -> list[Climbed]:
    """Return the steps that were measured, workload by workload, each from the lowest up; perhaps none.

    In a run that has none of the ladder's own rungs, neighbours among the library's count where they are
    ``asked`` for.
    """
    found = [
        _climbed(dataset, below, rung)
        for ladder in _ladders(dataset, asked=asked)
        for cells in _at_a_point_each(dataset, ladder)
        for below, rung in pairwise(cells)
    ]
    every = [change for one in found for change in one.changes]
    marked = iter(mark_real(change.against for change in every))
    return [
        replace(one, changes=tuple(replace(change, against=next(marked)) for change in one.changes))
        for one in found
    ]


def _ladders(dataset: Dataset, *, asked: bool) -> Iterator[list[RunContender]]:
    """Yield the rungs of each run and interpreter, the lowest first, where there are two of them."""
    found: dict[tuple[int, str], list[RunContender]] = {}
    for one in dataset.contenders:
        if one.model in RUNGS:
            found.setdefault((one.run, one.id.partition("@")[2]), []).append(one)
    for ladder in found.values():
        if len(ladder) > 1 and (any(one.family == "ladder" for one in ladder) or (asked and _climbs(ladder))):
            yield sorted(ladder, key=lambda one: RUNGS.index(one.model))


def _climbs(ladder: Sequence[RunContender]) -> bool:
    """Say whether two are neighbours."""
    names = {one.model for one in ladder}
    return any(step.rung in names and step.below in names for step in STEP_TO.values())


def _at_a_point_each(dataset: Dataset, ladder: Sequence[RunContender]) -> Iterator[list[ReportedCell]]:
    """Yield the cells that are ok at the last point of each workload at which most are."""
    for workload in dataset.workloads():
        best: list[ReportedCell] = []
        for point in dataset.points(workload):
            cells = [cell for one in ladder if (cell := dataset.at(point, one)) and cell.ok]
            best = cells if len(cells) >= len(best) else best
        yield best


def _climbed(dataset: Dataset, below: ReportedCell, rung: ReportedCell) -> Climbed:
    step = STEP_TO.get(rung.contender.model)
    known = step if step is not None and step.below == below.contender.model else None
    expects = known.expects(rung.point.workload) if known else None
    changes = [
        change
        for effect in EFFECTS
        if (change := _change(dataset, below, rung, effect, expects.signs[effect] if expects else None))
    ]
    return Climbed(known, below, rung, rung.summary.unit, tuple(changes))


def _change(
    dataset: Dataset, below: ReportedCell, rung: ReportedCell, effect: Effect, predicted: Sign | None
) -> LadderChange | None:
    """Return what a step did to one effect, None where not both rungs have figures of it."""
    for name in METRICS_OF[effect]:
        before, after = (_values(dataset, cell, name) for cell in (below, rung))
        if not before.empty and not after.empty:
            against, margin = _against(before, after, effect, rung)
            medians = float(before.median()), float(after.median())
            return LadderChange(effect, METRICS[name], *medians, against, margin, predicted)
    return None


def _values(dataset: Dataset, cell: ReportedCell, metric: str) -> pd.Series:
    """Return a cell's values, one for each generation; peaks for each task, and none of few tasks."""
    values = dataset.values(cell, metric)
    if metric != "peak":
        return values
    return values / cell.summary.tasks if cell.summary.tasks >= LEAST_PEAK else values[:0]


def _against(before: pd.Series, after: pd.Series, effect: Effect, rung: ReportedCell) -> tuple[Versus, float]:
    """Return how the rung compares with the one below, and the margin: a ratio where there is one.

    Time above a floor may be next to nothing, or less: then it is a difference, as lateness always is.
    """
    if effect == "lateness":
        return versus(after, before, "difference"), ABOUT_NS
    if not (is_lost(before) or is_lost(after)):
        return versus(after, before), ABOUT
    if effect == "wall" and rung.summary.floor_ns:
        return versus(after, before, "difference"), ABOUT_NS / max(1, rung.summary.tasks)
    return Versus("ratio", None, LOST_MEANING), ABOUT


def without_figures(dataset: Dataset, climbed: Sequence[Climbed]) -> list[Summary]:
    """Return what became of the rungs without figures where steps were judged; where none was, anywhere."""
    points = {(one.rung.contender.run, one.point) for one in climbed}
    return [
        cell.summary
        for cell in dataset.cells
        if cell.contender.model in RUNGS and not cell.ok
        if not points or (cell.contender.run, cell.point) in points
    ]


def wrong_of(climbed: Sequence[Climbed]) -> list[tuple[Climbed, LadderChange]]:
    """Return what was predicted wrongly."""
    return [(one, change) for one in climbed for change in one.changes if change.standing == "wrong"]


def tally_of(climbed: Sequence[Climbed]) -> dict[Standing, int]:
    """Return how many predictions were right, wrong, and are open."""
    found: dict[Standing, int] = {"right": 0, "wrong": 0, "open": 0}
    for change in (change for one in climbed for change in one.changes):
        if change.standing is not None:
            found[change.standing] += 1
    return found
