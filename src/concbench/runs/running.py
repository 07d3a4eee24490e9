"""Carrying out a run into its file, going on with one that was interrupted, and rehearsing one."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path
from typing import Any, Unpack

import msgspec

from concbench.drive.driver import Driver
from concbench.drive.host.environment import now
from concbench.drive.host.machine import machine_id
from concbench.drive.host.switches import InterpreterError
from concbench.drive.plan import Plan, PlannedPoint, rounds_of, without
from concbench.drive.presets import REACHES
from concbench.drive.state import State
from concbench.drive.workers.described import Described
from concbench.errors import RequestError, arg
from concbench.results import queries
from concbench.results.errors import RunFileError
from concbench.results.header import HeaderCell, HeaderContender
from concbench.results.identity import check_resumable
from concbench.results.places import require_rewritable
from concbench.results.reader import Run, read_run
from concbench.results.records import EndRecord, OutcomeRecord
from concbench.results.resuming import verb_of
from concbench.results.values import Record
from concbench.results.writer import RunWriter, refuse_taken
from concbench.runs.arguments import asks, made
from concbench.runs.details import tell_header, telling
from concbench.runs.header import cells_for_header, environment_of, header_of
from concbench.runs.owncode import OwnCode
from concbench.runs.planning import baseline_of, begin, launcher, plan_of
from concbench.runs.request import OwnCodeOptions, RunOptions, RunRequest
from concbench.runs.result import Interrupted, RunResult
from concbench.runs.survey import Surveyed, absent, survey
from concbench.runs.tracing import scenes_for
from concbench.runs.warner import Warner, warn_of_gil
from concbench.runs.watching import SILENT, Watcher
from concbench.workloads.catalogue import Catalogue


def default_path() -> Path:
    """Return where a run file goes by default: under ``reports``, named by date and machine.

    Of what is made in one second the second has ``-2`` at its end, and so on.
    """
    name = Path("reports") / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{machine_id()['id']}"
    names = chain((f"{name}.jsonl",), (f"{name}-{number}.jsonl" for number in count(2)))
    return next(path for path in map(Path, names) if not path.exists())


@asks(RunRequest)
def run(
    *, to: Path | str | None = None, watcher: Watcher = SILENT, **options: Unpack[RunOptions]
) -> RunResult:
    """Witness and measure every cell, contenders interleaved, into the new run file ``to``.

    Arguments that are left out are as ``concbench run`` has them. Raises RequestError for what cannot be
    asked for, RunFileError where the file cannot be written, and Interrupted, which is a KeyboardInterrupt,
    with a whole file that can be resumed.
    """
    return carry_out(made(RunRequest, options), to, watcher)


@asks(RunRequest)
def ladder(
    *, to: Path | str | None = None, watcher: Watcher = SILENT, **options: Unpack[RunOptions]
) -> RunResult:
    """Do what ``run`` does, for rungs of the ladder: the run file keeps that, and its page begins with it.

    Without ``models`` they are all rungs; :mod:`concbench.analysis.ladder.rungs` has their names. Raises what
    a run does.
    """
    from concbench.analysis.ladder.rungs import RUNGS  # noqa: PLC0415  (other runs need it not)

    request = made(RunRequest, options)
    request = replace(request, models=request.models or RUNGS, command="ladder")
    return carry_out(request, to, watcher)


def carry_out(request: RunRequest, to: Path | str | None, watcher: Watcher) -> RunResult:
    """Do what ``run`` does."""
    begin()
    catalogue = Described(request.plugins, request.loops)
    plan = plan_of(request, catalogue)
    request = replace(request, baseline=baseline_of(request, plan))
    if to is not None:
        refuse_taken(Path(to), verb_of(request.command))
    plan, surveyed, left_out = _surveyed(request, plan, catalogue)
    environment = environment_of(plan.contenders, request.loops)
    path = default_path() if to is None else Path(to)
    make_folder(path)
    header = header_of(request, plan, surveyed, catalogue, environment, left_out)
    with RunWriter.create(path, header) as writer:
        warn_of_gil(header, writer.append, watcher.say)
        tell_header(header, watcher)
        complete = _drive(plan, request, environment, writer, watcher, State(next_process=1))
    return _result(
        path, complete, OwnCode(plugins=request.plugins, loops=request.loops, pythons=request.pythons)
    )


@asks(OwnCode)
def resume(path: Path | str, *, watcher: Watcher = SILENT, **options: Unpack[OwnCodeOptions]) -> RunResult:
    """Finish a run that was interrupted, as it was asked for; the user's code has to be named again.

    Raises Interrupted, and RunFileError for a file that cannot be resumed, here or with this code.
    """
    own = made(OwnCode, options)
    begin()
    path = Path(path)
    require_rewritable(path)
    before = read_run(path)
    request = _asked_then(before)
    if queries.is_complete(before):
        watcher.say(f"{path} is complete: nothing is missing")
        return RunResult(path, complete=True)
    request = own.take_the_place(request, path)
    catalogue = Described(request.plugins, request.loops)
    plan = _planned_then(request, catalogue, before)
    plan, surveyed, _ = _surveyed(request, plan)
    environment = environment_of(plan.contenders, request.loops)
    check_resumable(before.header, environment["identity"], path)
    refuse_other_plan(before, [one.about for one in surveyed], cells_for_header(plan, catalogue))
    with RunWriter.resume(path, now=now(), identity=environment["identity"]) as writer:
        done = writer.resumed or before
        if done.torn:
            watcher.say(f"moved aside: {done.torn}")
        tell_header(before.header, watcher)
        complete = _drive(plan, request, environment, writer, watcher, state_of(done))
    return _result(path, complete, own)


def _planned_then(request: RunRequest, catalogue: Catalogue, before: Run) -> Plan:
    """Return the plan, without what was left out then; it may be there by now.

    Raises RunFileError where the same cannot be asked for here: nobody has typed what is wrong with it.
    """
    try:
        plan = plan_of(request, catalogue)
    except (RequestError, InterpreterError) as error:
        raise RunFileError(f"cannot go on: {error.spelled(arg)}", before.path) from error
    return without(plan, before.header.left_out.keys())


def _surveyed(
    request: RunRequest, plan: Plan, catalogue: Catalogue | None = None
) -> tuple[Plan, list[Surveyed], dict[str, str]]:
    """Return the plan of what there is, what is told of its contenders, and why others are left out.

    A model of the package's that nobody named, and that is not to be had here, is left out. With a
    ``catalogue`` there are traces.
    """
    workloads = {cell.workload for cell in plan.cells()}
    scenes = scenes_for(workloads, catalogue) if catalogue else ()
    idle = set(plan.contenders) - set(plan.able())
    told = survey(plan.contenders, launcher(request), scenes, idle)
    left_out = {}
    if not request.models:
        left_out = absent(told, request.baseline_model)
        taken = {contender.model for contender in plan.contenders}
        omitted = (name for name in REACHES[request.preset].omitted if name not in taken)
        left_out |= dict.fromkeys(omitted, f"left out by the preset {request.preset}")
    there = [one for one in told if one.about.id not in left_out]
    return without(plan, left_out.keys()), there, left_out


def _asked_then(before: Run) -> RunRequest:
    """Return what was asked for; raises RunFileError where that was no run."""
    try:
        return msgspec.convert(RunRequest.from_dict(before.header.settings).to_dict(), RunRequest)
    except (AttributeError, KeyError, TypeError, msgspec.ValidationError) as error:
        raise RunFileError(
            f"its settings are not those of a run ({error}); it cannot be resumed", before.path, 1
        ) from error


def _result(path: Path, complete: bool, own: OwnCode) -> RunResult:
    """Return what was measured; raises Interrupted where that is not all."""
    result = RunResult(path, complete)
    if not complete:
        raise Interrupted(result, f"interrupted; go on with: {own.resume_call(path)}")
    return result


def make_folder(path: Path) -> None:
    """Make the folder that a run file goes into; raises RunFileError where that cannot be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = error.strerror
        raise RunFileError(
            f"its folder cannot be made ({why}); name another place with {arg('to')}", path
        ) from error


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
    for name, today in (("contenders", contenders), ("cells", cells)):
        if today != getattr(before.header, name):
            raise RunFileError(
                f"cannot go on: its {name} are not those that the same request gives today. Bring libraries "
                "and allowed CPUs back as they were, or start a new run",
                before.path,
            )


def _drive(
    plan: Plan,
    request: RunRequest,
    environment: dict[str, Any],
    writer: RunWriter,
    watcher: Watcher,
    state: State,
) -> bool:
    writer.say = watcher.say
    pythons = {contender.id: contender.python for contender in plan.contenders}
    sink = telling(Warner(environment, pythons, writer.append, watcher.say).take, watcher)
    driver = Driver(plan, launcher(request), sink, watcher, state=state, seconds=request.timeout)
    complete = False
    try:
        watcher.at("calibrating")
        driver.noise("before")
        driver.run()
        driver.noise("after")
        complete = True
    except KeyboardInterrupt:
        watcher.say("interrupted")
    writer.append(EndRecord(finished=now(), complete=complete))
    return complete


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a run would do: a record for each point, and about how many ``seconds`` it would take.

    ``left_out`` says why models are, and ``settled`` why cells would not be measured.
    """

    plan: Plan
    points: list[dict[str, Any]]
    seconds: float
    left_out: dict[str, str]
    settled: dict[str, OutcomeRecord]


@asks(RunRequest)
def rehearse(*, watcher: Watcher = SILENT, **options: Unpack[RunOptions]) -> Rehearsal:
    """Witness every cell, and return what a run would do and how long it would take; nothing is written."""
    request = made(RunRequest, options)
    begin()
    plan, _, left_out = _surveyed(request, plan_of(request, Described(request.plugins, request.loops)))
    for name, reason in left_out.items():
        watcher.detail(f"{name} is left out: {reason}")
    records: list[Record] = []
    sink = telling(records.append, watcher)
    driver = Driver(plan, launcher(request), sink, watcher, seconds=request.timeout)
    try:
        driver.witness()
    finally:
        driver.stop()
    points = [_planned(point, plan, driver.state) for point in plan.points]
    settled = {record.cell: record for record in records if isinstance(record, OutcomeRecord)}
    return Rehearsal(plan, points, driver.estimates.missing_ns() / 1e9, left_out, settled)


def _planned(point: PlannedPoint, plan: Plan, state: State) -> dict[str, Any]:
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
