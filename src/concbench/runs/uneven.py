"""What verifying warns of: work that differs between contenders, and what workloads leave open."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from concbench.runs.verifying import Finding
from concbench.workloads.base import spelled

FIRST_TURN = 1
"""Suspensions that a task may have more under one model than another: a thread waits for its first turn."""


def warnings_of(findings: Sequence[Finding]) -> list[str]:
    """Return what to warn of, each once: first what a workload leaves open, then work that is uneven."""
    open_ = (f"{found.workload}: {doubt}" for found in findings for doubt in found.doubts)
    return list(dict.fromkeys([*open_, *_uneven(findings)]))


def _uneven(findings: Sequence[Finding]) -> Iterator[str]:
    """Yield, once for each workload, where the witness counted different work under two contenders."""
    cells: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for found in findings:
        if found.tasks is not None:
            cells[found.workload, spelled(found.params)].append(found)
    told = set()
    for (workload, params), alike in cells.items():
        difference = _difference(alike)
        if difference is not None and workload not in told:
            told.add(workload)
            yield (
                f"{workload}: the dialects did different amounts of work with {params}: {difference}; "
                "figures of these models are not to be compared"
            )


def _difference(alike: Sequence[Finding]) -> str | None:
    """Return the least and the most work that was counted where all should do as much, or None."""
    by_tasks = sorted(alike, key=lambda found: found.tasks or 0)
    least, most = by_tasks[0], by_tasks[-1]
    if least.tasks != most.tasks:
        return f"{least.contender} ran {least.tasks} tasks, {most.contender} {most.tasks}"
    exact = sorted((found for found in alike if found.exact), key=lambda found: found.suspensions or 0)
    if not exact:
        return None
    few, many = exact[0], exact[-1]
    if (many.suspensions or 0) - (few.suspensions or 0) <= FIRST_TURN * (many.tasks or 0):
        return None
    return f"{few.contender} suspended {few.suspensions} times, {many.contender} {many.suspensions} times"
