"""Carrying out a run: the run file's header, its driver, and what happens when it is interrupted."""

import json
import platform
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

import concbench
from concbench.commands.progress import Bar
from concbench.commands.request import Request, baseline_of, launcher, plan_of
from concbench.commands.warner import Warner
from concbench.measure.driver import Driver, State
from concbench.measure.environment import describe, holding_repository
from concbench.measure.interpreters import probe
from concbench.measure.plan import Cell, Contender, Plan, rounds_of
from concbench.results import queries
from concbench.results.errors import RunFileError
from concbench.results.identity import check_resumable
from concbench.results.reader import Run, read_run
from concbench.results.schema import SCHEMA
from concbench.results.writer import RunWriter
from concbench.workloads.base import params_from_dict
from concbench.workloads.catalogue import Catalogue

Record = dict[str, Any]


def now() -> str:
    """Return the time, ISO 8601 in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def default_path() -> Path:
    """Return where a run file goes by default: under ``reports``, named by date and machine."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    return Path("reports") / f"{stamp}-{platform.node() or 'machine'}.jsonl"


def measure_anew(path: Path, request: Request, console: Console) -> bool:
    """Carry out a request into a new run file; return whether it came to its end.

    Raises RunFileError where the file cannot be written, click.UsageError for a request that makes no sense.
    """
    catalogue = Catalogue(request.plugins, request.loops)
    plan = plan_of(request, catalogue)
    request = replace(request, baseline=baseline_of(request, plan))
    environment = environment_of(request, plan)
    make_folder(path)
    with RunWriter.create(path, header_of(request, plan, catalogue, environment)) as writer:
        return _drive(plan, request, environment, writer, console, State(next_process=1))


def make_folder(path: Path) -> None:
    """Make the folder that a run file goes into; raises RunFileError where that cannot be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = f"its folder cannot be made ({error.strerror}); name another place with --output"
        raise RunFileError(reason, path) from error


def measure_on(path: Path, console: Console) -> bool:
    """Finish an interrupted run; return whether it came to its end.

    Raises RunFileError for a file that cannot be resumed, or not here.
    """
    before = read_run(path)
    try:
        request = Request.from_dict(before.header["settings"])
    except (AttributeError, KeyError, TypeError) as error:
        raise RunFileError(
            f"its settings are not those of a run ({error}); it cannot be resumed", path, 1
        ) from error
    if queries.is_complete(before):
        console.print(Text(f"{path} is complete: nothing is missing"))
        return True
    catalogue = Catalogue(request.plugins, request.loops)
    plan = plan_of(request, catalogue)
    environment = environment_of(request, plan)
    check_resumable(before.header, environment["identity"], path)
    refuse_other_plan(before, plan, catalogue)
    with RunWriter.resume(path, now=now(), identity=environment["identity"]) as writer:
        done = writer.resumed or before
        if done.torn:
            console.print(Text(f"moved aside: {done.torn}"))
        return _drive(plan, request, environment, writer, console, state_of(done))


def state_of(done: Run) -> State:
    """Return what a driver has to know of a run to go on with it."""
    return State(
        blocks=queries.completed_blocks(done),
        settled={record["cell"]: record["outcome"] for record in queries.of_type(done, "outcome")},
        witnessed=queries.witnesses(done),
        next_process=queries.next_process(done),
    )


def refuse_other_plan(before: Run, plan: Plan, catalogue: Catalogue) -> None:
    """Raise RunFileError if what was asked for then means something else today.

    A plug-in that was edited, or other CPUs to pin workers to: the samples would not be comparable.
    """
    today = {
        "contenders": [_contender(contender) for contender in plan.contenders],
        "cells": [_cell(cell, catalogue) for cell in plan.cells()],
    }
    for name, made in today.items():
        if made != before.header[name]:
            raise RunFileError(
                f"cannot go on: its {name} are not those that the same request gives today. Bring plug-ins "
                "and allowed CPUs back as they were, or start a new run",
                before.path,
            )


def environment_of(request: Request, plan: Plan) -> Record:
    """Return the record of the machine and of everything that the plan uses of it."""
    packages = sorted({spec.partition(":")[0].partition(".")[0] for spec in request.loops})
    interpreters = list(dict.fromkeys(Path(contender.interpreter) for contender in plan.contenders))
    cpus = max((contender.cpus for contender in plan.contenders), key=len, default=())
    return describe(interpreters, packages, holding_repository(), cpus or None)


def header_of(request: Request, plan: Plan, catalogue: Catalogue, environment: Record) -> Record:
    """Return a run file's header."""
    return {
        "type": "header",
        "schema": SCHEMA,
        "concbench": concbench.__version__,
        "run": uuid.uuid4().hex,
        "started": now(),
        "settings": request.to_dict(),
        "seed": request.seed,
        "gc": "collected before each sample, enabled during it",
        "environment": environment,
        "contenders": [_contender(contender) for contender in plan.contenders],
        "cells": [_cell(cell, catalogue) for cell in plan.cells()],
    }


def _contender(contender: Contender) -> Record:
    about = {"id": contender.id, "model": contender.model, "dialect": contender.dialect}
    release = probe(Path(contender.interpreter)).release
    return {**about, "python": contender.python, "version": release, "cpus": list(contender.cpus)}


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


def _drive(
    plan: Plan, request: Request, environment: Record, writer: RunWriter, console: Console, state: State
) -> bool:
    with Bar(console) as bar:
        sink = Warner(environment, writer.append, bar.say).take
        driver = Driver(plan, launcher(request), sink, bar, state=state, seconds=request.timeout)
        complete = False
        try:
            bar.at("calibrating")
            driver.noise("before")
            driver.run()
            driver.noise("after")
            complete = True
        except KeyboardInterrupt:
            bar.say("interrupted")
        writer.append({"type": "end", "finished": now(), "complete": complete})
    return complete


def dry_run(request: Request, console: Console, *, as_json: bool) -> None:
    """Witness every cell, and print what a run would do and how long it would take."""
    plan = plan_of(request, Catalogue(request.plugins, request.loops))
    records: list[Record] = []
    with Bar(console) as bar:
        driver = Driver(plan, launcher(request), records.append, bar, seconds=request.timeout)
        try:
            driver.witness()
        finally:
            driver.stop()
        seconds = driver.estimate_ns() / 1e9
    points = [_planned(point, plan, driver.state) for point in plan.points]
    if as_json:
        about = {"contenders": [contender.id for contender in plan.contenders], "seconds": round(seconds, 1)}
        click.echo(json.dumps({**about, "generations": plan.effort.generations, "points": points}, indent=2))
        return
    for point in points:
        params = ", ".join(f"{name} {value:g}" for name, value in point["params"].items())
        left_out = "".join(f"; {name} is {outcome}" for name, outcome in point["outcomes"].items())
        rounds = f" × {point['rounds']} rounds" if point["purpose"] == "time" else ""
        cells = f"{len(point['cells'])} cells"
        click.echo(f"{point['purpose']:6} {point['workload']} ({params}): {cells}{rounds}{left_out}")
    generations, contenders = plan.effort.generations, len(plan.contenders)
    click.echo(f"{generations} generations of {contenders} fresh workers: about {seconds:.0f} s")


def _planned(point: Any, plan: Plan, state: State) -> Record:
    active = [cell for cell in point.cells if cell.id in state.witnessed]
    estimates = [state.witnessed[cell.id]["estimate_ns"] for cell in active]
    return {
        "purpose": point.purpose,
        "workload": point.workload,
        "params": dict(point.params),
        "cells": [cell.contender for cell in active],
        "outcomes": {
            cell.contender: state.settled[cell.id] for cell in point.cells if cell.id in state.settled
        },
        "rounds": rounds_of(plan.effort, estimates) if point.purpose == "time" else 1,
    }
