"""What an idle task weighs, and what a million of them would: extrapolated unless so many were weighed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from concbench.analysis.contenders import RunContender
from concbench.analysis.dataset import Dataset, ReportedCell
from concbench.analysis.summary import Estimate

MILLION = 1_000_000

PAGE = 4096
"""Resident memory comes in pages of so many bytes: what a run weighed is known to one of them."""


def step_of(cell: ReportedCell) -> float:
    """Return the resolution of a cell's bytes per task: a page, shared by its tasks."""
    return PAGE / max(1, cell.summary.tasks)


@dataclass(frozen=True, slots=True)
class TaskWeight:
    """Bytes per parked task as measured with ``tasks`` tasks, the most that were weighed.

    ``limit`` is how many the model is known not to reach, with the reason, or None: what a million would
    weigh is then a number without a machine to have it on.
    """

    contender: RunContender
    workload: str
    tasks: int
    per_task: Estimate
    limit: str | None

    @property
    def weighed_a_million(self) -> bool:
        """Whether what a million tasks weigh was measured."""
        return self.tasks >= MILLION

    @property
    def million(self) -> Estimate:
        """What a million tasks would weigh in bytes, if each weighed the same: proportional, no more."""
        interval = self.per_task.interval
        if interval is not None:
            low, middle, high = (end * MILLION for end in (interval.low, interval.middle, interval.high))
            interval = replace(interval, low=low, middle=middle, high=high)
        return Estimate(self.per_task.middle * MILLION, interval)


def weights_of(dataset: Dataset) -> list[TaskWeight]:
    """Return the weight of each contender that was weighed task by task, workload by workload."""
    found = []
    for workload, contender in product(dataset.workloads(), dataset.contenders):
        cells = [
            (cell, memory)
            for cell in dataset.cells
            if cell.point.workload == workload and cell.contender == contender and (memory := _per_task(cell))
        ]
        if cells:
            cell, memory = max(cells, key=lambda one: one[0].summary.tasks)
            limit = _limit(dataset, contender, workload)
            found.append(
                TaskWeight(
                    contender, cell.point.workload, cell.summary.tasks, _widened(memory, step_of(cell)), limit
                )
            )
    return found


def _widened(memory: Estimate, step: float) -> Estimate:
    """Return what a task weighs with an interval that reaches a step further on either side."""
    interval = memory.interval
    if interval is None:
        return memory
    wide = replace(interval, low=max(0.0, interval.low - step), high=interval.high + step)
    return Estimate(memory.middle, wide)


def _per_task(cell: ReportedCell) -> Estimate | None:
    """Return what a task weighed, or None where that was not seen or lies within what was there before."""
    memory = cell.summary.memory
    seen = cell.summary.memory_kind == "per task" and memory is not None and memory.middle > 0
    return memory if seen else None


def _limit(dataset: Dataset, contender: RunContender, workload: str) -> str | None:
    """Return where the model is known to end before a million: where it ran out, or the system's threads.

    Only the workload counts that it was weighed in: a deep chain runs out of frames, not of tasks.
    """
    ran_out = [
        cell.summary.outcome
        for cell in dataset.cells
        if cell.contender == contender
        and cell.point.workload == workload
        and cell.summary.outcome.name == "exhausted"
    ]
    if ran_out:
        at = "" if ran_out[0].at is None else f" at {ran_out[0].at:,} tasks".replace(",", " ")
        return f"it ran out{at} in this run: {ran_out[0].reason}"
    run = dataset.runs[contender.run]
    own = next(one for one in run.header.contenders if one.id == contender.id)
    threads, why = min(_thread_limits(run.header.about.os), default=(MILLION, ""))
    if own.tasks_run_on == "threads" and threads < MILLION:
        number = f"{threads:,}".replace(",", " ")
        return f"this system allows {number} threads at most ({why})"
    return None


def _thread_limits(system: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    """Yield what the run's record says of the number of threads, each with its name; the least one holds."""
    for name, key, per_thread in (
        ("kernel.threads-max", "threads_max", 1),
        ("kernel.pid_max", "pid_max", 1),
        ("its cgroup", "pids_max", 1),
        ("ulimit -u", "processes_max", 1),
        ("vm.max_map_count, two a thread", "mappings_max", 2),
    ):
        limit = system.get(key)
        if type(limit) is int:
            yield limit // per_thread, name
