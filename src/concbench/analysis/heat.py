"""The heat map: every cell relative to the best of its row, and every outcome as what it is."""

from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TypeGuard

from concbench.analysis.choices import deployed_of
from concbench.analysis.contenders import RunContender
from concbench.analysis.dataset import LOST, LOST_MEANING, Dataset, ReportedCell, ReportedPoint, is_lost
from concbench.analysis.loads import loads_of
from concbench.analysis.units import scaled, three_digits, units_of
from concbench.analysis.wording import outcome_words, why
from concbench.metrics import METRICS, Metric

GRADES = (1.1, 1.5, 3.0, 10.0, 100.0)
"""How many times the best's cost is still of each grade; what is more is of a further one."""


@dataclass(frozen=True, slots=True)
class HeatField:
    """One cell: its ``words``, how many ``times`` the best's cost it is (None: no figures), and a remark."""

    contender: RunContender
    words: str
    times: float | None
    hover: str

    @property
    def grade(self) -> int | None:
        """How far behind the best it is: 0 is as good, and above each of ``GRADES`` it is one more."""
        return None if self.times is None else bisect_left(GRADES, self.times)


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One point, with a field for each contender (None: not asked for)."""

    point: ReportedPoint
    fields: tuple[HeatField | None, ...]


def standing_for(dataset: Dataset) -> list[ReportedPoint]:
    """Return a point for each load that was measured, workload by workload: that at which it is answered.

    A workload that answers to no load has its last point at which anybody has a time.
    """
    deployed, loads = deployed_of(dataset), loads_of(dataset.runs)
    found: dict[ReportedPoint, None] = {}
    for workload in dataset.workloads():
        asked = [load.point(dataset, deployed) for load in loads if load.workload == workload]
        cells = [cell.point for cell in dataset.cells if cell.summary.wall]
        timed = [point for point in dataset.points(workload) if point in cells]
        answered = [point for point in asked if point is not None and point in timed]
        found.update(dict.fromkeys(sorted(answered, key=timed.index) or timed[-1:]))
    return list(found)


def heat_rows(dataset: Dataset, name: str, points: Collection[ReportedPoint] | None = None) -> list[HeatRow]:
    """Return a row for each of these points, or each that anything was asked of, by the metric of this name.

    Where there is a floor, the time of the whole run is compared, and shown as the difference to the best,
    since a ratio of two delays says nothing. The best is one of those that one deploys, where any of them has
    a figure: a loop that teaches may come out below it.
    """
    metric = METRICS[name]
    return [
        HeatRow(
            point,
            tuple(
                _fields(dataset, [dataset.at(point, contender) for contender in dataset.contenders], metric)
            ),
        )
        for point in (dataset.points() if points is None else points)
    ]


def _fields(dataset: Dataset, cells: Sequence[ReportedCell | None], metric: Metric) -> list[HeatField | None]:
    figures = [None if cell is None else _figure(dataset, cell, metric) for cell in cells]
    best = _best(dataset, cells, figures)
    return [
        None if cell is None else _field(cell, figure, best, metric)
        for cell, figure in zip(cells, figures, strict=True)
    ]


def _best(
    dataset: Dataset, cells: Sequence[ReportedCell | None], figures: Sequence[float | str | None]
) -> float | None:
    """Return the least figure of those that one deploys; of all, where none of these has any."""
    deployed = deployed_of(dataset)
    known = {cell.contender: one for cell, one in zip(cells, figures, strict=True) if cell and _is_known(one)}
    some = [one for contender, one in known.items() if contender in deployed] or known.values()
    return min(some, default=None)


def _is_known(figure: float | str | None) -> TypeGuard[float]:
    return isinstance(figure, float)


def _figure(dataset: Dataset, cell: ReportedCell, metric: Metric) -> float | str | None:
    """Return what a row compares: the cost of a unit; that of the whole run where there is a floor.

    It is ``LOST`` where noise hid it, by the same rule as in the chooser and the rank.
    """
    floor = _has_floor(cell, metric)
    values = dataset.values(cell, f"run_{metric.name}" if floor else metric.name)
    if is_lost(values):
        return LOST
    if floor:
        return float(values.median()) if len(values) else None
    estimate = cell.summary.figures.get(metric.name)
    return None if estimate is None else estimate.middle


def _has_floor(cell: ReportedCell, metric: Metric) -> bool:
    return metric.above_floor and cell.summary.floor_ns > 0


def _field(cell: ReportedCell, figure: float | str | None, best: float | None, metric: Metric) -> HeatField:
    if isinstance(figure, str):
        return HeatField(cell.contender, figure, None, LOST_MEANING)
    estimate = cell.summary.figures.get(metric.name)
    if figure is None or best is None or estimate is None:
        if cell.ok:
            return HeatField(cell.contender, "not timed", None, "only weighed, not timed")
        return HeatField(cell.contender, outcome_words(cell.summary), None, why(cell.summary.outcome))
    value = f"{scaled(estimate.middle, units_of(metric))} per {cell.summary.unit}"
    if _has_floor(cell, metric):
        more = scaled(figure - best, units_of(metric))
        words = "best" if figure == best else more if figure < best else f"+{more}"
    else:
        words = f"×{three_digits(figure / best)}"
    return HeatField(cell.contender, words, figure / best, value)
