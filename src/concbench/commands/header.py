"""A run file's header: everything about a run that is known before it begins."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import concbench
from concbench.commands.owncode import label_of
from concbench.commands.request import Request, launcher
from concbench.measure.interpreters import probe
from concbench.measure.launch import ProcessLink, WorkerLost
from concbench.measure.plan import Cell, Contender, Plan
from concbench.results.schema import SCHEMA
from concbench.workloads.base import params_from_dict
from concbench.workloads.catalogue import Catalogue

Record = dict[str, Any]


def now() -> str:
    """Return the time, ISO 8601 in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def header_of(request: Request, plan: Plan, catalogue: Catalogue, environment: Record) -> Record:
    """Return a run file's header."""
    return {
        "type": "header",
        "schema": SCHEMA,
        "concbench": concbench.__version__,
        "run": uuid.uuid4().hex,
        "started": now(),
        "settings": {**request.to_dict(), "plugins": [label_of(plugin) for plugin in request.plugins]},
        "seed": request.seed,
        "gc": "workers freeze what they hold at the start; collected before each slice, enabled during it",
        "environment": environment,
        "readings": {
            name: catalogue.workload(name).reading for name in {cell.workload for cell in plan.cells()}
        },
        "contenders": contenders_for_header(plan, request),
        "cells": cells_for_header(plan, catalogue),
    }


def contenders_for_header(plan: Plan, request: Request) -> list[Record]:
    """Return what a header says of the contenders; a worker of each tells the version of its model."""
    start = launcher(request)
    return [_contender(contender, _version_of(contender, start)) for contender in plan.contenders]


def _version_of(contender: Contender, start: Callable[[Contender], ProcessLink]) -> str | None:
    try:
        link = start(contender)
    except WorkerLost:
        return None  # its cells will say why
    link.kill()
    version: str | None = link.greeting.get("version")
    return version


def _contender(contender: Contender, version: str | None) -> Record:
    about = {"id": contender.id, "model": contender.model, "dialect": contender.dialect}
    release = probe(Path(contender.interpreter)).release
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
