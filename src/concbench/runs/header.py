"""A run file's header: everything about a run or a comparison that is known before it begins."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import concbench
from concbench.drive.host.environment import describe, now
from concbench.drive.host.interpreter_info import probe
from concbench.drive.host.origin import origin
from concbench.drive.plan import Contender, Plan, PlannedCell
from concbench.drive.workers.client import WorkerClient
from concbench.drive.workers.launch import Link
from concbench.results.header import SCHEMA, Header, HeaderCell, HeaderContender, HeaderTrace, HeaderWorkload
from concbench.results.lines import converted
from concbench.runs.owncode import labels_of
from concbench.runs.planning import launcher
from concbench.runs.request import RunRequest
from concbench.runs.tracing import Scene, record_of, scenes_for, trace_of
from concbench.workloads import index
from concbench.workloads.base import Workload, params_from_dict
from concbench.workloads.catalogue import Catalogue, packages_of


def header_of(request: RunRequest, plan: Plan, catalogue: Catalogue, environment: dict[str, Any]) -> Header:
    """Return the header of a run."""
    workloads = {cell.workload for cell in plan.cells()}
    contenders, traces = survey(plan.contenders, launcher(request), scenes_for(workloads, catalogue))
    settings = request.to_dict() | labels_of(request.plugins, request.loops)
    return Header(
        **opening(settings, environment),
        readings={name: catalogue.workload(name).reading for name in workloads},
        workloads={
            name: told_of(catalogue.workload(name)) for name in workloads if name not in index.names()
        },
        contenders=contenders,
        cells=cells_for_header(plan, catalogue),
        traces=traces,
    )


def told_of(workload: Workload[Any]) -> HeaderWorkload:
    """Return what a workload that the package lacks brings to the report."""
    lanes = workload.lanes.reading if workload.lanes else ""
    return HeaderWorkload(questions=list(workload.questions), lanes=lanes)


def opening(settings: Mapping[str, Any], environment: dict[str, Any]) -> dict[str, Any]:
    """Return what every header has."""
    return {
        "schema": SCHEMA,
        "concbench": concbench.__version__,
        "run": uuid.uuid4().hex,
        "started": now(),
        "settings": dict(settings),
        "seed": settings["seed"],
        "gc": "workers freeze what they hold at the start; collected before each slice, enabled during it",
        "environment": environment,
    }


def environment_of(contenders: Sequence[Contender], loops: Sequence[str]) -> dict[str, Any]:
    """Return the record of the machine and of everything that contenders and event loops use of it."""
    interpreters = list(dict.fromkeys(contender.interpreter for contender in contenders))
    cpus = max((contender.cpus for contender in contenders), key=len, default=())
    return describe(interpreters, packages_of(loops), origin(), cpus or None)


def survey(
    contenders: Sequence[Contender], start: Callable[[Contender], Link], scenes: Sequence[Scene] = ()
) -> tuple[list[HeaderContender], list[HeaderTrace]]:
    """Return what a header says of the contenders, and a trace of each contender in each scene.

    One worker of each contender tells both, and the version of its model; none of those that are timed later
    has a part in it.
    """
    interpreters = dict.fromkeys(contender.interpreter for contender in contenders)
    releases = {one: probe(one.executable, switches=one.switches).name for one in interpreters}
    about, traces = [], []
    for contender in contenders:
        with WorkerClient(start, contender) as client:
            greeting = client.greet()
            about.append(_contender(contender, releases[contender.interpreter], greeting))
            if "outcome" in greeting:
                traces += [record_of(contender.id, scene, greeting) for scene in scenes]
            else:
                traces += [trace_of(client, scene) for scene in scenes]
    return about, traces


def _contender(contender: Contender, release: str, greeting: Mapping[str, Any]) -> HeaderContender:
    about = {name: getattr(contender, name) for name in ("id", "model", "dialect", "runs_on")}
    place = {"python": contender.python or release, "release": release, "cpus": list(contender.cpus)}
    said = {name: greeting.get(name) for name in ("version", "gil", "gil_by")}
    return converted({**about, **place, **said}, HeaderContender)


def cells_for_header(plan: Plan, catalogue: Catalogue) -> list[HeaderCell]:
    """Return what a header says of the cells."""
    return [cell_for_header(cell, catalogue) for cell in plan.cells()]


def cell_for_header(cell: PlannedCell, catalogue: Catalogue) -> HeaderCell:
    """Return what a header says of a cell."""
    workload = catalogue.workload(cell.workload)
    floor = workload.floor(params_from_dict(workload, cell.params))
    told = {
        "id": cell.id,
        "workload": cell.workload,
        "contender": cell.contender,
        "params": dict(cell.params),
        "unit": workload.cost_unit,
        "floor_ns": round(1e9 * floor),
        "workload_version": workload.version,
    }
    return converted(told, HeaderCell)
