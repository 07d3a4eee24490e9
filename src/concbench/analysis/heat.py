"""The heat map: every cell relative to the best of its row, and every outcome as what it is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from concbench.analysis.contenders import Arm
from concbench.analysis.dataset import LOST, LOST_MEANING, Cell, Dataset, Point, is_lost
from concbench.analysis.summary import Estimate
from concbench.analysis.units import TIME_UNITS, scaled, three_digits
from concbench.analysis.wording import outcome_words, why

Metric = Literal["wall", "cpu"]

HOTTEST = 1000.0
"""The ratio to the best from which on a field is as hot as can be."""


@dataclass(frozen=True, slots=True)
class Field:
    """One cell: its ``words``, its heat between 0 (the best) and 1 or None (no figures), and a remark."""

    arm: Arm
    words: str
    heat: float | None
    hover: str


@dataclass(frozen=True, slots=True)
class Row:
    """One point, with a field for each arm (None: not asked for)."""

    point: Point
    fields: tuple[Field | None, ...]


def heat_rows(dataset: Dataset, metric: Metric) -> list[Row]:
    """Return a row for each point that anything was asked of.

    Where there is a floor, the time of the whole run is compared, and shown as the difference to the best,
    since a ratio of two delays says nothing.
    """
    return [
        Row(point, tuple(_fields(dataset, [dataset.at(point, arm) for arm in dataset.arms], metric)))
        for point in dataset.points()
    ]


def _fields(dataset: Dataset, cells: Sequence[Cell | None], metric: Metric) -> list[Field | None]:
    lost = [cell is not None and _is_lost(dataset, cell, metric) for cell in cells]
    figures = [
        None if cell is None or hidden else _figure(dataset, cell, metric)
        for cell, hidden in zip(cells, lost, strict=True)
    ]
    best = min((figure for figure in figures if figure is not None), default=None)
    return [
        None
        if cell is None
        else Field(cell.arm, LOST, None, LOST_MEANING)
        if hidden
        else _field(cell, figure, best, metric)
        for cell, hidden, figure in zip(cells, lost, figures, strict=True)
    ]


def _is_lost(dataset: Dataset, cell: Cell, metric: Metric) -> bool:
    """Say whether noise hid what a row compares: by the same rule as in the chooser and the rank."""
    compared = "run_wall" if _has_floor(cell, metric) else metric
    return is_lost(dataset.values(cell, compared))


def _figure(dataset: Dataset, cell: Cell, metric: Metric) -> float | None:
    """Return what a row compares, in ns: the cost of a unit; the whole run's time where there is a floor."""
    if _has_floor(cell, metric):
        values = dataset.values(cell, "run_wall")
        return float(values.median()) if len(values) else None
    estimate = _estimate(cell, metric)
    return None if estimate is None else estimate.middle


def _has_floor(cell: Cell, metric: Metric) -> bool:
    return metric == "wall" and cell.summary.floor_ns > 0


def _estimate(cell: Cell, metric: Metric) -> Estimate | None:
    return cell.summary.wall if metric == "wall" else cell.summary.cpu


def _field(cell: Cell, figure: float | None, best: float | None, metric: Metric) -> Field:
    estimate = _estimate(cell, metric)
    if figure is None or best is None or estimate is None:
        if cell.ok:
            return Field(cell.arm, "not timed", None, "only weighed, not timed")
        return Field(cell.arm, outcome_words(cell.summary), None, why(cell.summary.outcome))
    value = f"{scaled(estimate.middle, TIME_UNITS)} per {cell.summary.unit}"
    if _has_floor(cell, metric):
        words = "best" if figure == best else f"+{scaled(figure - best, TIME_UNITS)}"
    else:
        words = f"×{three_digits(figure / best)}"
    return Field(cell.arm, words, _heat(figure / best), value)


def _heat(ratio: float) -> float:
    return min(1.0, max(0.0, math.log(max(ratio, 1.0)) / math.log(HOTTEST)))
