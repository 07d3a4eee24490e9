"""Carrying out a run: the run file's header, its driver, and what happens when it is interrupted."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from concbench.commands.header import cells_for_header, contenders_for_header, header_of, now
from concbench.commands.owncode import OwnCode
from concbench.commands.progress import Bar
from concbench.commands.request import Request, baseline_of, launcher, plan_of
from concbench.commands.streams import tell
from concbench.commands.warner import Warner
from concbench.measure.described import Described
from concbench.measure.driver import Driver
from concbench.measure.environment import describe
from concbench.measure.machine import machine_id
from concbench.measure.origin import origin
from concbench.measure.plan import Plan, rounds_of
from concbench.measure.state import State
from concbench.results import queries
from concbench.results.errors import RunFileError
from concbench.results.identity import check_resumable
from concbench.results.reader import Run, read_run
from concbench.results.records import EndRecord, HeaderCell, HeaderContender, OutcomeRecord
from concbench.results.writer import RunWriter
from concbench.words import several
from concbench.workloads.base import spell
from concbench.workloads.catalogue import packages_of

Record = dict[str, Any]


def default_path() -> Path:
    """Return where a run file goes by default: under ``reports``, named by date and machine."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    return Path("reports") / f"{stamp}-{machine_id()['id']}.jsonl"


def measure_anew(path: Path, request: Request, console: Console) -> bool:
    """Carry out a request into a new run file; return whether it came to its end.

    Raises RunFileError where the file cannot be written, click.UsageError for a request that makes no sense.
    """
    catalogue = Described(request.plugins, request.loops)
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


def measure_on(path: Path, own: OwnCode, console: Console) -> bool:
    """Finish an interrupted run; return whether it came to its end.

    Raises RunFileError for a file that cannot be resumed, or not here, or not with the code in ``own``.
    """
    before = read_run(path)
    try:
        request = Request.from_dict(before.header.settings)
    except (AttributeError, KeyError, TypeError) as error:
        raise RunFileError(
            f"its settings are not those of a run ({error}); it cannot be resumed", path, 1
        ) from error
    if queries.is_complete(before):
        console.print(Text(f"{path} is complete: nothing is missing"))
        return True
    request = own.take_the_place(request, path)
    catalogue = Described(request.plugins, request.loops)
    plan = plan_of(request, catalogue)
    environment = environment_of(request, plan)
    check_resumable(before.header, environment["identity"], path)
    refuse_other_plan(before, contenders_for_header(plan, request), cells_for_header(plan, catalogue))
    with RunWriter.resume(path, now=now(), identity=environment["identity"]) as writer:
        done = writer.resumed or before
        if done.torn:
            console.print(Text(f"moved aside: {done.torn}"))
        return _drive(plan, request, environment, writer, console, state_of(done))


def state_of(done: Run) -> State:
    """Return what a driver has to know of a run to go on with it."""
    return State(
        blocks=queries.completed_blocks(done),
        settled={record.cell: record.outcome for record in queries.of_type(done, OutcomeRecord)},
        witnessed=queries.witnesses(done),
        next_process=queries.next_process(done),
    )


def refuse_other_plan(before: Run, contenders: list[HeaderContender], cells: list[HeaderCell]) -> None:
    """Raise RunFileError if what was asked for then means something else today.

    Another version of a library, or other CPUs to pin workers to: the samples would not be comparable.
    """
    for name, made in (("contenders", contenders), ("cells", cells)):
        if made != getattr(before.header, name):
            raise RunFileError(
                f"cannot go on: its {name} are not those that the same request gives today. Bring libraries "
                "and allowed CPUs back as they were, or start a new run",
                before.path,
            )


def environment_of(request: Request, plan: Plan) -> Record:
    """Return the record of the machine and of everything that the plan uses of it."""
    packages = packages_of(request.loops)
    interpreters = list(dict.fromkeys(Path(contender.interpreter) for contender in plan.contenders))
    cpus = max((contender.cpus for contender in plan.contenders), key=len, default=())
    return describe(interpreters, packages, origin(), cpus or None)


def _drive(
    plan: Plan, request: Request, environment: Record, writer: RunWriter, console: Console, state: State
) -> bool:
    with Bar(console) as bar:
        writer.say = bar.say
        pythons = {contender.id: contender.python for contender in plan.contenders}
        sink = Warner(environment, pythons, writer.append, bar.say).take
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
        writer.append(EndRecord(finished=now(), complete=complete))
    return complete


def dry_run(request: Request, console: Console, *, as_json: bool) -> None:
    """Witness every cell, and print what a run would do and how long it would take."""
    plan = plan_of(request, Described(request.plugins, request.loops))
    records: list[Any] = []
    with Bar(console) as bar:
        driver = Driver(plan, launcher(request), records.append, bar, seconds=request.timeout)
        try:
            driver.witness()
        finally:
            driver.stop()
        seconds = driver.estimates.missing_ns() / 1e9
    points = [_planned(point, plan, driver.state) for point in plan.points]
    if as_json:
        about = {"contenders": [contender.id for contender in plan.contenders], "seconds": round(seconds, 1)}
        click.echo(json.dumps({**about, "generations": plan.effort.generations, "points": points}, indent=2))
        return
    for point in points:
        params = ", ".join(f"{name} {spell(value)}" for name, value in point["params"].items())
        left_out = "".join(f"; {name} is {outcome}" for name, outcome in point["outcomes"].items())
        rounds = f" × {several(point['rounds'], 'round')}" if point["purpose"] == "time" else ""
        cells = several(len(point["cells"]), "cell")
        tell(f"{point['purpose']:6} {point['workload']} ({params}): {cells}{rounds}{left_out}")
    generations, contenders = plan.effort.generations, len(plan.contenders)
    tell(f"{generations} generations of {contenders} fresh workers: about {seconds:.0f} s")


def _planned(point: Any, plan: Plan, state: State) -> Record:
    active = [cell for cell in point.cells if cell.id in state.witnessed]
    estimates = [round(state.witnessed[cell.id].estimate_ns) for cell in active]
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
