"""Figures that are no time of a region: lateness, bytes, and how cost grows with size."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log
from statistics import linear_regression, median
from time import perf_counter, process_time
from typing import Any, Literal, TypeAlias

from benchmarks import cells
from concbench.workloads.base import params_to_dict

WORKERS = 3
"""Fresh processes that a weight is the median of."""

LATE_WORKERS = 5
"""Fresh processes that a lateness is the median of: processes differ by more than p50 and p99 do."""

Metric: TypeAlias = Literal["wall", "cpu"]
CLOCKS: Mapping[Metric, Callable[[], float]] = {"wall": perf_counter, "cpu": process_time}

LEAST_PASSES, MOST_PASSES = 3, 9
PASSES_S = 0.6
"""How often the sizes of a law are gone through: at least, at most, and the seconds that are enough."""

SLICE_S = 0.005
"""How long a size of a law is measured at a time: short, so that all sizes meet the same noise."""


@dataclass(frozen=True, slots=True)
class Lateness:
    """Lateness in s, signed: of a typical task (``p50``) and of an unlucky one (``p99``)."""

    p50: float
    p99: float


def lateness(cell: cells.Cell, workers: int = LATE_WORKERS) -> Lateness:
    """Return the median over fresh workers of a run's quantiles; each has a run before it, as a warm-up.

    Raises NotHere and Failed.
    """
    request = {"op": "turn", "number": 1, "long_first": False}
    return late_of([cells.ask(cell, request)["records"] for _ in range(workers)])


def late_of(records: Sequence[Mapping[str, Any]]) -> Lateness:
    """Return the median of each quantile over the records of several runs (ns), in s."""
    return Lateness(*(median(one[f"lateness_{name}_ns"] for one in records) / 1e9 for name in ("p50", "p99")))


@dataclass(frozen=True, slots=True)
class Weight:
    """Bytes: resident per parked task (None where no keeper looked), and by how much a run's peak rose."""

    per_task: float | None
    peak: float


def weigh(cell: cells.Cell, workers: int = WORKERS) -> Weight:
    """Return what one run of a cell takes, the median over fresh workers. Raises NotHere and Failed."""
    request = {"op": "weigh", "smallest": params_to_dict(cell.workload.smallest)}
    return weight_of([cells.ask(cell, request) for _ in range(workers)])


def weight_of(answers: Sequence[Mapping[str, Any]]) -> Weight:
    """Return the median over what workers answered."""
    peak = median(one["peak_bytes"] - one["floor_bytes"] for one in answers)
    if any(one["observed_bytes"] is None or one["baseline_bytes"] is None for one in answers):
        return Weight(None, peak)
    per_task = median((one["observed_bytes"] - one["baseline_bytes"]) / one["tasks"] for one in answers)
    return Weight(per_task, peak)


def exponent(cell: cells.Cell, axis: str, sizes: Sequence[int], metric: Metric) -> float:
    """Return b of cost ∝ size^b for one run: the median over passes of each pass's slope, to 0.001.

    A pass goes through the sizes and back again, so that they meet the same moments of a machine whose speed
    changes. 1 means that a run costs in proportion to its size, so an operation costs the same at each.
    """
    sized = [cell.with_params(**{axis: size}) for size in sizes]
    numbers = [cells.settle(one, least=SLICE_S)[0] for one in sized]
    slopes: list[float] = []
    end = perf_counter() + PASSES_S
    while len(slopes) < LEAST_PASSES or (len(slopes) < MOST_PASSES and perf_counter() < end):
        slopes.append(slope(sizes, _pass(sized, numbers, CLOCKS[metric])))
    return round(median(slopes), 3)


def _pass(sized: Sequence[cells.Cell], numbers: Sequence[int], clock: Callable[[], float]) -> list[float]:
    """Return what one run costs at each size, measured on the way up and on the way down."""
    costs = [0.0] * len(sized)
    for index in (*range(len(sized)), *reversed(range(len(sized)))):
        costs[index] += cells.slice_of(sized[index], numbers[index], clock) / (2 * numbers[index])
    return costs


def slope(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """Return the slope of log cost over log size, by least squares."""
    return linear_regression([log(size) for size in sizes], [log(cost) for cost in costs]).slope
