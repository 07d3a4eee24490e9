"""The laws of a sweep: how cost grows, for each contender and metric, and where two contenders cross.

What the data do not determine is said with its reason, never left out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TypeVar

import numpy as np

from concbench.analysis.computing import share_at
from concbench.analysis.contenders import RunContender
from concbench.analysis.dataset import Dataset
from concbench.analysis.sweeps import Sweep, SweepCurve, curve_of
from concbench.metrics import METRICS, names_for
from concbench.stats.crossover import Crossover, crossovers
from concbench.stats.interval import Interval, NotDetermined
from concbench.stats.knee import Knee, knee
from concbench.stats.line import FittedLine, line
from concbench.stats.scaling import PowerLaw, better_law, power_law

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Law:
    """What was found for a contender and metric along a sweep; a string is the reason why something was not.

    ``power``: cost ∝ x to the ``exponent``. ``line``: fixed + per unit · x. ``better``: which of the two
    describes the curve better. ``knee``: None where there is none.
    """

    contender: RunContender
    metric: str
    power: PowerLaw | str
    line: FittedLine | str
    better: str
    knee: Knee | str | None


@dataclass(frozen=True, slots=True)
class Crossing:
    """Two contenders of a run that cross in one metric: ``before`` is the cheaper one below ``found.at``.

    ``share`` is the share of its time for which a task of ``before`` computes there, where that is told.
    """

    metric: str
    before: RunContender
    after: RunContender
    found: Crossover
    share: Interval | None = None


def laws_of(dataset: Dataset, sweep: Sweep) -> list[Law]:
    """Return a law for each contender and each metric that it was measured by at two sizes or more."""
    metrics = names_for("laws")
    curves = [
        (metric, curve_of(dataset, sweep, contender, metric))
        for contender in dataset.contenders
        for metric in metrics
    ]
    return [_law(metric, curve) for metric, curve in curves if curve.xs.size > 1]


def _law(metric: str, curve: SweepCurve) -> Law:
    xs, costs = curve.xs, curve.costs
    if (reason := _not_above_zero(metric, curve)) is not None:
        return Law(
            contender=curve.contender, metric=metric, power=reason, line=reason, better=reason, knee=reason
        )
    return Law(
        contender=curve.contender,
        metric=metric,
        power=_or_reason(lambda: power_law(xs, costs)),
        line=_or_reason(lambda: line(xs, costs)),
        better=_or_reason(lambda: better_law(xs, costs)),
        knee=_or_reason(lambda: knee(xs, costs)),
    )


def _not_above_zero(metric: str, curve: SweepCurve) -> str | None:
    """Return why a curve has no logarithm, or None where it has one."""
    at = curve.xs[(curve.costs <= 0).any(axis=0)]
    if not at.size:
        return None
    sizes = ", ".join(f"{x:g}" for x in at)
    if METRICS[metric].compare == "difference" and METRICS[metric].quantity == "ns":
        return f"at {sizes} a process was not late at all, and a law needs lateness above zero"
    return (
        f"at {sizes} a cost came out at zero or below, so it is smaller than the noise: measure more rounds"
        " (--preset standard) or more work per task"
    )


def _or_reason(find: Callable[[], Found]) -> Found | str:
    try:
        return find()
    except NotDetermined as undetermined:
        return undetermined.reason


def crossings_of(dataset: Dataset, sweep: Sweep) -> list[Crossing]:
    """Return where contenders of one run cross, for every pair of them."""
    found: list[Crossing] = []
    for metric in names_for("crossings"):
        for run in range(len(dataset.runs)):
            curves = [
                curve_of(dataset, sweep, contender, metric) for contender in dataset.contenders_of_run(run)
            ]
            for a, b in combinations([curve for curve in curves if curve.xs.size], 2):
                found += _crossings(metric, a, b)
    return [replace(one, share=share_at(dataset, sweep, one.before, one.found.at)) for one in found]


def _crossings(metric: str, a: SweepCurve, b: SweepCurve) -> Sequence[Crossing]:
    xs, at_a, at_b = np.intersect1d(a.xs, b.xs, return_indices=True)
    _, row_a, row_b = np.intersect1d(a.generations, b.generations, return_indices=True)
    try:
        crossed = crossovers(xs, a.costs[np.ix_(row_a, at_a)], b.costs[np.ix_(row_b, at_b)])
    except NotDetermined:
        return []  # the law of one of the two says why
    return [
        Crossing(
            metric,
            *((a.contender, b.contender) if one.cheaper_before == "a" else (b.contender, a.contender)),
            one,
        )
        for one in crossed
    ]
