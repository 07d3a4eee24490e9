"""Does every model really do the work of every workload?

Each cell is run instrumented, in a worker, with small sizes and with parameters drawn from a seed, and
what truly happened is held against what the workload promises.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from random import Random
from typing import Any, Unpack

from concbench.drive.workers.client import WorkerClient
from concbench.drive.workers.described import Described
from concbench.outcomes import CellOutcome
from concbench.runs.arguments import asks, made
from concbench.runs.planning import begin, contenders_of, launcher, refuse_too_large
from concbench.runs.request import CellOptions, RunRequest
from concbench.runs.selection import chosen_workloads
from concbench.runs.watching import SILENT, Watcher
from concbench.workloads.base import Workload, params_from_dict, params_to_dict
from concbench.workloads.spelling import spelled


@dataclass(frozen=True, slots=True)
class Finding:
    """What the witness said of one contender at one workload with one set of parameters.

    ``tasks`` and ``suspensions`` are what it counted, None where it counted nothing; the suspensions are
    promised if ``exact``. ``units``: how many of the workload's own unit, None where it has none. ``doubts``:
    what the workload leaves open. ``closing``: what went wrong when the contender's model was closed in the
    end, at its last finding alone.
    """

    workload: str
    contender: str
    params: dict[str, Any]
    outcome: str = CellOutcome.OK.value
    reason: str | None = None
    checks: dict[str, str | None] = field(default_factory=dict)
    tasks: int | None = None
    suspensions: int | None = None
    exact: bool = False
    units: int | None = None
    doubts: Sequence[str] = ()
    closing: str | None = None


@asks(RunRequest)
def verify(*, watcher: Watcher = SILENT, **options: Unpack[CellOptions]) -> list[Finding]:
    """Return a finding for each contender, workload and set of parameters.

    Raises RequestError for what cannot be asked for, before anything is run.
    """
    request = made(RunRequest, options)
    begin()
    catalogue = Described(request.plugins, request.loops)
    workloads = chosen_workloads(request.workloads, catalogue.workload_names(), catalogue)
    sizes = [
        (one, params_to_dict(params))
        for one in workloads
        for params in one.small(Random(f"{request.seed}/{one.name}"))
    ]
    for workload, params in sizes:
        refuse_too_large(workload, params, request.timeout)
    start, contenders = launcher(request), contenders_of(request, catalogue, catalogue.model_names())
    findings = []
    for contender in contenders:
        with WorkerClient(start, contender) as client:
            for workload, params in sizes:
                watcher.at(f"verify {workload.name}/{contender.id}")
                findings.append(examine(client, workload, params, request.timeout))
                watcher.detail(_told(findings[-1]))
            wrong = client.close()
        if wrong is not None:
            findings[-1] = replace(findings[-1], closing=wrong)
    return findings


def _told(found: Finding) -> str:
    """Return what came of one cell in a line."""
    cell = f"{found.workload}[{spelled(found.params)}]/{found.contender}"
    if found.outcome != CellOutcome.OK:
        return f"{cell} is {found.outcome}: {found.reason}"
    return f"{cell} is ok: {found.tasks} tasks, {found.suspensions} suspensions, {len(found.checks)} checks"


def examine(client: WorkerClient, workload: Workload[Any], params: dict[str, Any], seconds: float) -> Finding:
    """Have one cell witnessed, in a worker that is started then; none is for what is impossible anyway."""
    reason = workload.impossible(client.contender, params_from_dict(workload, params))
    if reason is not None:
        impossible = CellOutcome.NOT_EXPRESSIBLE.value
        return Finding(workload.name, client.contender.id, params, impossible, reason)
    request = {"op": "verify", "workload": workload.name, "params": params, "seconds": seconds}
    answer = client.ask(request, 3 * seconds)
    told = {one.name: answer[one.name] for one in fields(Finding) if one.name in answer}
    return Finding(workload=workload.name, contender=client.contender.id, params=params, **told)


FIRST_TURN = 1
"""Suspensions that a task may have more under one model than another: a thread waits for its first turn."""


def warnings_of(findings: Sequence[Finding]) -> list[str]:
    """Return what to warn of, each once: what a workload leaves open, uneven work, what is not closed."""
    closing = (f"{found.contender}: {found.closing}" for found in findings if found.closing)
    open_ = (f"{found.workload}: {doubt}" for found in findings for doubt in found.doubts)
    return list(dict.fromkeys([*open_, *_uneven(findings), *closing]))


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
    """Return the least and the most work that was counted where all should do as much, or None.

    Where a workload counts a unit of its own, that is its work, by whatever tasks it is done.
    """
    if all(found.units is not None for found in alike):
        by_units = sorted(alike, key=lambda found: found.units or 0)
        few, many = by_units[0], by_units[-1]
        told = f"{few.contender} did {few.units} units, {many.contender} {many.units}"
        return None if few.units == many.units else told
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
