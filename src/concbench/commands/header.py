"""A run file's header: everything about a run that is known before it begins."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict
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
from concbench.results.schema import SCHEMA
from concbench.workloads import index
from concbench.workloads.base import Workload, params_from_dict
from concbench.workloads.catalogue import Catalogue

Record = dict[str, Any]


def now() -> str:
    """Return the time, ISO 8601 in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def header_of(request: Request, plan: Plan, catalogue: Catalogue, environment: Record) -> Record:
    """Return a run file's header."""
    workloads = {cell.workload for cell in plan.cells()}
    contenders, traces = survey(plan, request, scenes_for(workloads, catalogue))
    return {
        "type": "header",
        "schema": SCHEMA,
        "concbench": concbench.__version__,
        "run": uuid.uuid4().hex,
        "started": now(),
        "settings": {
            **request.to_dict(),
            "plugins": [label_of(plugin) for plugin in request.plugins],
            "loops": [label_of_loop(loop) for loop in request.loops],
        },
        "seed": request.seed,
        "gc": "workers freeze what they hold at the start; collected before each slice, enabled during it",
        "environment": environment,
        "readings": {name: catalogue.workload(name).reading for name in workloads},
        "workloads": {
            name: told_of(catalogue.workload(name)) for name in workloads if name not in index.names()
        },
        "contenders": contenders,
        "cells": cells_for_header(plan, catalogue),
        "traces": traces,
    }


def told_of(workload: Workload[Any]) -> Record:
    """Return what a workload that the package lacks brings to the report."""
    lanes = workload.lanes.reading if workload.lanes else ""
    return {"questions": [asdict(question) for question in workload.questions], "lanes": lanes}


def contenders_for_header(plan: Plan, request: Request) -> list[Record]:
    """Return what a header says of the contenders; a worker of each tells the version of its model."""
    return survey(plan, request, ())[0]


def survey(plan: Plan, request: Request, scenes: Sequence[Scene]) -> tuple[list[Record], list[Record]]:
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


def _contender(contender: Contender, release: str, version: str | None) -> Record:
    about = {"id": contender.id, "model": contender.model, "dialect": contender.dialect}
    about["runs_on"] = contender.runs_on
    place = {"python": contender.python, "release": release, "cpus": list(contender.cpus)}
    return {**about, **place, "version": version}


def cells_for_header(plan: Plan, catalogue: Catalogue) -> list[Record]:
    """Return what a header says of the cells."""
    return [_cell(cell, catalogue) for cell in plan.cells()]


def _cell(cell: Cell, catalogue: Catalogue) -> Record:
    workload = catalogue.workload(cell.workload)
    floor = workload.floor(params_from_dict(workload, cell.params))
    return {
        "id": cell.id,
        "workload": cell.workload,
        "contender": cell.contender,
        "params": dict(cell.params),
        "unit": workload.unit,
        "floor_ns": round(1e9 * floor),
        "workload_version": workload.version,
    }
