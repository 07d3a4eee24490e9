"""From a request to the plan of a run, and to what starts its workers."""

from collections.abc import Callable
from pathlib import Path

from concbench.errors import RequestError, arg
from concbench.measure.described import handed_over, rest, searched_last
from concbench.measure.launch import ProcessLink, launch
from concbench.measure.plan import EFFORTS, Contender, Plan, make_points
from concbench.runs.request import RunRequest
from concbench.runs.selection import (
    chosen_workloads,
    contenders_of,
    refuse_too_large,
    refuse_unknown_params,
)
from concbench.workloads.base import at_least
from concbench.workloads.catalogue import Catalogue


def plan_of(request: RunRequest, catalogue: Catalogue) -> Plan:
    """Return the plan of a run; raises RequestError for what cannot be asked for."""
    workloads = chosen_workloads(request.workloads, catalogue)
    contenders = contenders_of(request, catalogue)
    refuse_unknown_params(request.params, workloads)
    ids = [contender.id for contender in contenders]
    if request.baseline and request.baseline not in ids:
        raise RequestError(
            f"{arg('baseline', repr(request.baseline))} does not take part; choose one of {', '.join(ids)}"
        )
    try:
        at_least(0.1, timeout=request.timeout)
        points = make_points(workloads, contenders, request.preset, request.params, weigh=request.memory)
    except ValueError as error:
        raise RequestError(str(error)) from error
    for point in points:
        refuse_too_large(catalogue.workload(point.workload), point.params, request.timeout)
    return Plan(contenders, points, EFFORTS[request.preset], request.seed)


def baseline_of(request: RunRequest, plan: Plan) -> str:
    """Return the contender that others are compared with: the one asked for, else asyncio, else the first."""
    ids = [contender.id for contender in plan.contenders]
    standard = [contender.id for contender in plan.contenders if contender.model == "asyncio"]
    return request.baseline or (standard or ids)[0]


def launcher(request: RunRequest) -> Callable[[Contender], ProcessLink]:
    """Return the function that starts a worker for a contender; raises PluginError."""
    plugins = handed_over(request.plugins)

    def start(contender: Contender) -> ProcessLink:
        rest()
        return launch(
            Path(contender.interpreter),
            contender.model,
            cpus=contender.cpus,
            plugins=plugins,
            loops=request.loops,
            after=searched_last(contender.model, request.loops),
        )

    return start
