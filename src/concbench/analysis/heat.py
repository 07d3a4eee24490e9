"""The heat map: every cell relative to the best of its row, and every outcome as what it is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from concbench.analysis.contenders import RunContender
from concbench.analysis.dataset import LOST, LOST_MEANING, Dataset, ReportedCell, ReportedPoint, is_lost
from concbench.analysis.units import scaled, three_digits, units_of
from concbench.analysis.wording import outcome_words, why
from concbench.metrics import METRICS, Metric

HOTTEST = 1000.0
"""The ratio to the best from which on a field is as hot as can be."""


@dataclass(frozen=True, slots=True)
class HeatField:
    """One cell: its ``words``, its heat between 0 (the best) and 1 or None (no figures), and a remark."""

    contender: RunContender
    words: str
    heat: float | None
    hover: str


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One point, with a field for each contender (None: not asked for)."""

    point: ReportedPoint
    fields: tuple[HeatField | None, ...]


def heat_rows(dataset: Dataset, name: str) -> list[HeatRow]:
    """Return a row for each point that anything was asked of, by the metric of this name.

    Where there is a floor, the time of the whole run is compared, and shown as the difference to the best,
    since a ratio of two delays says nothing.
    """
    metric = METRICS[name]
    return [
        HeatRow(
            point,
            tuple(
                _fields(dataset, [dataset.at(point, contender) for contender in dataset.contenders], metric)
            ),
        )
        for point in dataset.points()
    ]


def _fields(dataset: Dataset, cells: Sequence[ReportedCell | None], metric: Metric) -> list[HeatField | None]:
    figures = [None if cell is None else _figure(dataset, cell, metric) for cell in cells]
    best = min((figure for figure in figures if isinstance(figure, float)), default=None)
    return [
        None if cell is None else _field(cell, figure, best, metric)
        for cell, figure in zip(cells, figures, strict=True)
    ]


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
        words = "best" if figure == best else f"+{scaled(figure - best, units_of(metric))}"
    else:
        words = f"×{three_digits(figure / best)}"
    heat = min(1.0, math.log(max(figure / best, 1.0)) / math.log(HOTTEST))
    return HeatField(cell.contender, words, heat, value)
