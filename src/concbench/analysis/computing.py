"""What computing side by side comes to: speed-ups over one task, and the share of computing at a crossing."""

from dataclasses import dataclass

import numpy as np

from concbench.analysis.contenders import RunContender
from concbench.analysis.dataset import Dataset, ReportedCell
from concbench.analysis.sweeps import Sweep, curve_of
from concbench.models import index
from concbench.stats.interval import Interval, NotDetermined
from concbench.stats.paired import ratio_interval
from concbench.traits import unsized
from concbench.workloads.index import family_of

SHARE = "computing"
"""The metric that says which share of its time a task computes."""


@dataclass(frozen=True, slots=True)
class Speedup:
    """How many times as fast a contender did so many tasks as if it did them one after another.

    ``found`` is k · time(1) / time(k), or the reason why that is not determined. ``cores`` is how many were
    busy on average: CPU time by wall time.
    """

    contender: RunContender
    tasks: int
    found: Interval | str
    cores: float | None


def speedups_of(dataset: Dataset, sweep: Sweep) -> list[Speedup]:
    """Return the speed-ups along a sweep over tasks that only compute, from one task on; else nothing."""
    if not (sweep.counts_tasks and sweep.xs[0] == 1 and family_of(sweep.workload) == "computing"):
        return []
    return [
        found
        for place in range(1, len(sweep.xs))
        for contender in dataset.contenders
        if (found := _speedup(dataset, sweep, contender, place)) is not None
    ]


def _speedup(dataset: Dataset, sweep: Sweep, contender: RunContender, place: int) -> Speedup | None:
    """Return a speed-up over the sweep's first point; None where either has no figures, or asks to wait."""
    cells = [dataset.at(sweep.points[one], contender) for one in (0, place)]
    if not all(cell is not None and cell.ok and not cell.summary.floor_ns for cell in cells):
        return None
    curve, tasks = curve_of(dataset, sweep, contender, "wall"), sweep.xs[place]
    if 1 not in curve.xs or tasks not in curve.xs:
        return None
    one, many = (curve.costs[:, curve.xs == x].ravel() for x in (1, tasks))
    try:
        found: Interval | str = ratio_interval(tasks * one, many).interval
    except NotDetermined as undetermined:
        found = undetermined.reason
    return Speedup(contender, int(tasks), found, cores_busy(dataset, cells[1]))


def polls(model: str) -> bool:
    """Say whether a model of the package's keeps the CPU busy; of others nobody knows here."""
    name = unsized(model)
    return name in index.names() and index.get(name).traits.polls


def cores_busy(dataset: Dataset, cell: ReportedCell | None) -> float | None:
    """Return how many cores a cell kept busy on average; None where no time was measured."""
    if cell is None:
        return None
    wall = dataset.values(cell, "run_wall")
    shares = dataset.values(cell, "run_cpu") / wall[wall > 0]
    return float(shares.median()) if shares.notna().any() else None


def share_at(dataset: Dataset, sweep: Sweep, contender: RunContender, at: Interval) -> Interval | None:
    """Return the share of computing at a place along a sweep; None where a contender does not tell it.

    Between two points it is taken for what it is where steps are the axis: of w waited and c computed it is
    c / (w + c), and c grows with the steps. The interval is that of the place.
    """
    xs, shares = _told(dataset, sweep, contender)
    if len(xs) < 2 or not all(0 < share < 1 for share in shares):
        return None
    odds = np.log(shares) - np.log1p(-np.asarray(shares))
    places = np.log([at.low, at.middle, at.high])
    low, middle, high = 1 / (1 + np.exp(-np.interp(places, np.log(xs), odds)))
    return Interval(float(low), float(middle), float(high), at.confidence, at.n)


def _told(dataset: Dataset, sweep: Sweep, contender: RunContender) -> tuple[list[float], list[float]]:
    """Return the points at which a share is told, and the least there: of a process that was not held up."""
    cells = [(x, dataset.at(point, contender)) for x, point in zip(sweep.xs, sweep.points, strict=True)]
    values = [(x, dataset.values(cell, SHARE)) for x, cell in cells if cell is not None]
    found = [(x, float(shares.min())) for x, shares in values if len(shares)]
    return [x for x, _ in found], [share for _, share in found]
