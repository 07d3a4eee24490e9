"""A run file's header: everything about a run that is known before it begins."""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import concbench
from concbench.commands.owncode import label_of, label_of_loop
from concbench.commands.request import Request, launcher
from concbench.commands.tracing import Scene, record_of, scenes_for, trace_of
from concbench.measure.bench import Bench
from concbench.measure.interpreter_info import probe
from concbench.measure.plan import Cell, Contender, Plan
from concbench.results.lines import converted
from concbench.results.records import SCHEMA, Header, HeaderCell, HeaderContender, HeaderTrace
from concbench.workloads.base import params_from_dict
from concbench.workloads.catalogue import Catalogue

Record = dict[str, Any]


def now() -> str:
    """Return the time, ISO 8601 in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def header_of(request: Request, plan: Plan, catalogue: Catalogue, environment: Record) -> Header:
    """Return a run file's header."""
    workloads = {cell.workload for cell in plan.cells()}
    contenders, traces = survey(plan, request, scenes_for(workloads, catalogue))
    return Header(
        schema=SCHEMA,
        concbench=concbench.__version__,
        run=uuid.uuid4().hex,
        started=now(),
        settings={
            **request.to_dict(),
            "plugins": [label_of(plugin) for plugin in request.plugins],
            "loops": [label_of_loop(loop) for loop in request.loops],
        },
        seed=request.seed,
        gc="workers freeze what they hold at the start; collected before each slice, enabled during it",
        environment=environment,
        readings={name: catalogue.workload(name).reading for name in workloads},
        contenders=contenders,
        cells=cells_for_header(plan, catalogue),
        traces=traces,
    )


def contenders_for_header(plan: Plan, request: Request) -> list[HeaderContender]:
    """Return what a header says of the contenders; a worker of each tells the version of its model."""
    return survey(plan, request, ())[0]


def survey(
    plan: Plan, request: Request, scenes: Sequence[Scene]
) -> tuple[list[HeaderContender], list[HeaderTrace]]:
    """Return what a header says of the contenders, and a trace of each contender in each scene.

    One worker of each contender tells both; none of those that are timed later has a part in it.
    """
    start = launcher(request)
    interpreters = dict.fromkeys(contender.interpreter for contender in plan.contenders)
    releases = {interpreter: probe(Path(interpreter)).release for interpreter in interpreters}
    contenders, traces = [], []
    for contender in plan.contenders:
        with Bench(start, contender) as bench:
            greeting = bench.greet()
            contenders.append(_contender(contender, releases[contender.interpreter], greeting.get("version")))
            if "outcome" in greeting:
                traces += [record_of(contender.id, scene, greeting) for scene in scenes]
            else:
                traces += [trace_of(bench, scene) for scene in scenes]
    return contenders, traces


def _contender(contender: Contender, release: str, version: str | None) -> HeaderContender:
    about = {"id": contender.id, "model": contender.model, "dialect": contender.dialect}
    place = {"python": contender.python, "release": release, "cpus": list(contender.cpus)}
    return converted({**about, **place, "version": version}, HeaderContender)


def cells_for_header(plan: Plan, catalogue: Catalogue) -> list[HeaderCell]:
    """Return what a header says of the cells."""
    return [_cell(cell, catalogue) for cell in plan.cells()]


def _cell(cell: Cell, catalogue: Catalogue) -> HeaderCell:
    workload = catalogue.workload(cell.workload)
    floor = workload.floor(params_from_dict(workload, cell.params))
    about = {"id": cell.id, "workload": cell.workload, "contender": cell.contender}
    kind = {"unit": workload.unit, "workload_version": workload.version}
    told = {**about, **kind, "params": dict(cell.params), "floor_ns": round(1e9 * floor)}
    return converted(told, HeaderCell)
