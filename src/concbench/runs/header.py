"""A run file's header: everything about a run or a comparison that is known before it begins."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import concbench
from concbench.drive.host.environment import describe, now
from concbench.drive.host.origin import origin
from concbench.drive.plan import Contender, Plan, PlannedCell
from concbench.results.header import SCHEMA, Header, HeaderCell, HeaderWorkload
from concbench.results.lines import converted
from concbench.runs.owncode import labels_of
from concbench.runs.request import RunRequest
from concbench.runs.survey import Surveyed
from concbench.workloads import index
from concbench.workloads.base import Workload, params_from_dict
from concbench.workloads.catalogue import Catalogue, packages_of


def header_of(
    request: RunRequest,
    plan: Plan,
    surveyed: Sequence[Surveyed],
    catalogue: Catalogue,
    environment: dict[str, Any],
    left_out: Mapping[str, str],
) -> Header:
    """Return the header of a run of the contenders that were surveyed; the others were ``left_out``: why."""
    workloads = {cell.workload for cell in plan.cells()}
    settings = request.to_dict() | labels_of(request.plugins, request.loops)
    return Header(
        **opening(settings, environment),
        readings={name: catalogue.workload(name).reading for name in workloads},
        workloads={
            name: told_of(catalogue.workload(name)) for name in workloads if name not in index.names()
        },
        contenders=[one.about for one in surveyed],
        cells=cells_for_header(plan, catalogue),
        left_out=dict(left_out),
        traces=[trace for one in surveyed for trace in one.traces],
    )


def told_of(workload: Workload[Any]) -> HeaderWorkload:
    """Return what a workload that the package lacks brings to the report."""
    lanes = workload.lanes.reading if workload.lanes else ""
    return HeaderWorkload(questions=list(workload.questions), lanes=lanes, units=dict(workload.units))


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


def cells_for_header(plan: Plan, catalogue: Catalogue) -> list[HeaderCell]:
    """Return what a header says of the cells."""
    return [cell_for_header(cell, catalogue) for cell in plan.cells()]


def cell_for_header(cell: PlannedCell, catalogue: Catalogue) -> HeaderCell:
    """Return what a header says of a cell."""
    workload = catalogue.workload(cell.workload)
    params = params_from_dict(workload, cell.params)
    floor = round(1e9 * workload.floor(params))
    long = round(1e9 * workload.floor(workload.double(params))) if workload.doubled else floor
    told = {
        "id": cell.id,
        "workload": cell.workload,
        "contender": cell.contender,
        "params": dict(cell.params),
        "unit": workload.cost_unit,
        "floor_ns": floor,
        "workload_version": workload.version,
        "long_floor_ns": None if long == floor else long,
    }
    return converted(told, HeaderCell)
