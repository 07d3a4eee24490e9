"""Sweeps: points of a workload that differ in one parameter only, and each contender's cost along them.

That parameter is the number of tasks or the depth of calls, where these were varied, else whatever number
was. What a law is fitted to is the cost of the whole run where tasks were varied (so that proportional growth
has the exponent 1), and the cost of one unit of work along any other parameter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from concbench.analysis.contenders import RunContender
from concbench.analysis.dataset import Dataset, ReportedCell, ReportedPoint
from concbench.analysis.generations import side_by_side
from concbench.metrics import METRICS
from concbench.stats.interval import MINIMUM_PROCESSES, Array

FIRST_CHOICE = ("tasks", "depth")


@dataclass(frozen=True, slots=True)
class Sweep:
    """Points along ``axis``, a parameter's name; ``fixed`` are other parameters that differ elsewhere.

    ``read`` are the same as a page writes them, with their digits in groups.
    """

    workload: str
    axis: str
    fixed: str
    xs: tuple[float, ...]
    points: tuple[ReportedPoint, ...]
    read: str

    @property
    def title(self) -> str:
        """The workload, with what else would tell this sweep from another of it."""
        return f"{self.workload} ({self.read})" if self.read else self.workload

    @property
    def counts_tasks(self) -> bool:
        """Whether the number of tasks is what grows."""
        return self.axis == "tasks"


@dataclass(frozen=True, slots=True)
class SweepCurve:
    """A contender's cost along a sweep: ``costs``, shape (generations, xs), complete; ``xs`` ascend."""

    contender: RunContender
    xs: Array
    costs: Array
    generations: Array


def sweeps_of(dataset: Dataset) -> list[Sweep]:
    """Return all sweeps of at least two points, workload by workload."""
    found = []
    for workload in dataset.workloads():
        varying = [name for name in dataset.varying(workload) if _is_number(dataset, workload, name)]
        axes = [name for name in FIRST_CHOICE if name in varying] or varying[:1]
        for axis in axes:
            others = [name for name in dataset.varying(workload) if name != axis]
            found += _along(dataset.points(workload), workload, axis, others)
    return found


def _is_number(dataset: Dataset, workload: str, name: str) -> bool:
    """Say whether a parameter can be an axis: a number that has a logarithm at every point."""
    values = [point.number(name) for point in dataset.points(workload)]
    return all(value is not None and value > 0 for value in values)


def _along(points: Sequence[ReportedPoint], workload: str, axis: str, others: Sequence[str]) -> list[Sweep]:
    groups: dict[tuple[Any, ...], list[ReportedPoint]] = {}
    for point in points:
        key = (point.version, *(item for item in point.params if item[0] != axis))
        groups.setdefault(key, []).append(point)
    versions = {point.version for point in points}
    sweeps = []
    for group in groups.values():
        ordered = sorted(group, key=lambda point: float(point.value(axis)))
        version = [f"version {ordered[0].version}"] if len(versions) > 1 else []
        fixed, read = (
            ", ".join(filter(None, (spelled(others), *version)))
            for spelled in (ordered[0].as_typed, ordered[0].spelled)
        )
        if len(ordered) > 1:
            xs = tuple(float(point.value(axis)) for point in ordered)
            sweeps.append(Sweep(workload, axis, fixed, xs, tuple(ordered), read))
    return sweeps


def curve_of(dataset: Dataset, sweep: Sweep, contender: RunContender, metric: str) -> SweepCurve:
    """Return a contender's cost of one metric along a sweep, at the points that it did.

    Generations in which a point is missing (a worker was lost) are left out, so every row is whole. A point
    that too few processes did for an interval (the run was interrupted) is left out where others have enough.
    """
    columns: dict[float, pd.Series] = {}
    for x, point in zip(sweep.xs, sweep.points, strict=True):
        cell = dataset.at(point, contender)
        if cell is not None and cell.ok:
            values = dataset.values(cell, metric) * _factor(sweep, cell, metric)
            if len(values):
                columns[x] = values
    if any(len(values) >= MINIMUM_PROCESSES for values in columns.values()):
        columns = {x: values for x, values in columns.items() if len(values) >= MINIMUM_PROCESSES}
    if not columns:
        return SweepCurve(contender, np.empty(0), np.empty((0, 0)), np.empty(0))
    generations, costs = side_by_side(list(columns.values()))
    xs = np.array(list(columns), dtype=np.float64)
    return SweepCurve(contender, xs, costs, generations.astype(np.float64))


def _factor(sweep: Sweep, cell: ReportedCell, metric: str) -> float:
    """Return what makes a cost per task that of all tasks, where tasks are what grows."""
    per_task = METRICS[metric].per != "run"
    return float(cell.summary.tasks) if sweep.counts_tasks and per_task else 1.0
