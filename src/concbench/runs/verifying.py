"""Does every model really do the work of every workload?

Each cell is run instrumented, in a worker, with small sizes and with parameters drawn from a seed, and
what truly happened is held against what the workload promises.
"""

from dataclasses import dataclass
from random import Random
from typing import Any

from concbench.measure.bench import Bench
from concbench.measure.described import Described
from concbench.outcomes import CellOutcome
from concbench.platforms import refuse_where_nothing_can_be_measured
from concbench.runs.arguments import asks
from concbench.runs.planning import launcher
from concbench.runs.request import RunRequest
from concbench.runs.selection import chosen_workloads, contenders_of, refuse_too_large
from concbench.runs.watching import SILENT, Watcher
from concbench.workloads.base import Workload, params_to_dict


@dataclass(frozen=True, slots=True)
class Finding:
    """What the witness said of one contender at one workload with one set of parameters.

    ``tasks`` and ``suspensions`` are what it counted, None where it counted nothing; the suspensions are
    promised if ``exact``. ``doubts``: what the workload leaves open.
    """

    workload: str
    contender: str
    params: dict[str, Any]
    outcome: str
    reason: str | None
    checks: dict[str, str | None]
    tasks: int | None = None
    suspensions: int | None = None
    exact: bool = False
    doubts: tuple[str, ...] = ()


@asks(RunRequest, but=("params", "preset", "baseline", "memory"))
def verify(request: RunRequest, *, watcher: Watcher = SILENT) -> list[Finding]:
    """Return a finding for each contender, workload and set of parameters.

    Raises RequestError for what cannot be asked for, before anything is run.
    """
    refuse_where_nothing_can_be_measured()
    catalogue = Described(request.plugins, request.loops)
    workloads = chosen_workloads(request.workloads, catalogue)
    sizes = [(one, params) for one in workloads for params in _small(one, request.seed)]
    for workload, params in sizes:
        refuse_too_large(workload, params, request.timeout)
    start, contenders = launcher(request), contenders_of(request, catalogue)
    findings = []
    for contender in contenders:
        with Bench(start, contender) as bench:
            for workload, params in sizes:
                watcher.at(f"verify {workload.name}/{contender.id}")
                findings.append(examine(bench, workload, params, request.timeout))
    return findings


def _small(workload: Workload[Any], seed: int) -> list[dict[str, Any]]:
    return list(map(params_to_dict, workload.small(Random(f"{seed}/{workload.name}"))))


def examine(bench: Bench, workload: Workload[Any], params: dict[str, Any], seconds: float) -> Finding:
    """Have one cell witnessed."""
    request = {"op": "verify", "workload": workload.name, "params": params, "seconds": seconds}
    answer = bench.ask(request, 3 * seconds)
    return Finding(
        workload.name,
        bench.contender.id,
        params,
        answer.get("outcome", CellOutcome.OK.value),
        answer.get("reason"),
        answer.get("checks", {}),
        answer.get("tasks"),
        answer.get("suspensions"),
        answer.get("exact", False),
        tuple(answer.get("doubts", ())),
    )
