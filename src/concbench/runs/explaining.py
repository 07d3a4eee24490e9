"""Why a cell costs what it costs: where its CPU time and its instructions go, layer by layer."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from math import isfinite
from random import Random
from typing import Any, Literal, TypeAlias, Unpack, get_args

from concbench.analysis.explained import Explanation, Split, instructions_split, time_split
from concbench.drive.cachegrind import CountingFailed, Running, valgrind_path
from concbench.drive.callgrind import count_functions
from concbench.drive.instructions import CountedCell, choose_number, count_instructions, countable
from concbench.drive.observing.spots import OpenLink
from concbench.drive.observing.tracee import Unobservable, refused
from concbench.drive.observing.turns import Observer, asked
from concbench.drive.plan import Contender
from concbench.drive.sides.side import Side
from concbench.drive.workers.client import WorkerClient
from concbench.drive.workers.described import Described
from concbench.drive.workers.lastwords import ProcessLost
from concbench.drive.workers.sources import current_sources
from concbench.errors import RequestError, arg
from concbench.models.base import Model
from concbench.outcomes import CellOutcome
from concbench.runs.arguments import asks, made
from concbench.runs.counting import PROCESS_NS, PROCESSES, ToldRunner, wait_for
from concbench.runs.planning import begin, contenders_of, launcher, place_of, refuse_too_large
from concbench.runs.request import OneCellOptions, RunRequest
from concbench.runs.selection import chosen_workloads
from concbench.runs.watching import SILENT, Watcher
from concbench.words import shown
from concbench.workloads.base import Workload, params_from_dict, params_to_dict

SLICE_NS = 200_000_000
"""About how long a worker is at it before it answers."""

MOST_RUNS = 10_000
SECONDS = 3.0
LONGEST_S = 600.0
MOST_TRIES = 3

Wish: TypeAlias = Literal["auto", "on", "off"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """The cell that is to be explained, and who does it."""

    request: RunRequest
    contender: Contender
    model: Model
    workload: Workload[Any]
    params: Mapping[str, Any]

    @property
    def cell(self) -> dict[str, Any]:
        return {"workload": self.workload.name, "params": dict(self.params)}

    def unmeasured(self) -> Explanation:
        return Explanation(
            contender=self.contender.id,
            workload=self.workload.name,
            params=self.params,
            unit=self.workload.cost_unit,
        )


@asks(RunRequest)
def why(
    model: str,
    workload: str,
    params: Mapping[str, Any] | None = None,
    *,
    seconds: float = SECONDS,
    instructions: Wish = "auto",
    watcher: Watcher = SILENT,
    **options: Unpack[OneCellOptions],
) -> Explanation:
    """Return where the price of a cell goes, at the size at which ``compare`` takes it, but for ``params``.

    It is observed until it has been at work for ``seconds``. ``instructions``: ``on``, ``off``, or
    ``auto``: where valgrind is there. A cell that cannot be measured, or fails, has an ``outcome``. Raises
    RequestError.
    """
    _refuse(model=model, workload=workload, seconds=seconds, instructions=instructions)
    request = made(RunRequest, {**options, "models": [model], "workloads": [workload]})
    begin()
    case = _case(request, params or {})
    bare, params_made = case.unmeasured(), params_from_dict(case.workload, case.params)
    if (impossible := case.workload.impossible(case.contender, params_made)) is not None:
        return replace(bare, outcome=CellOutcome.NOT_EXPRESSIBLE.value, reason=impossible)
    try:
        timed = _timed(case, bare, seconds, watcher)
        return _with_instructions(case, timed, instructions, watcher)
    except ProcessLost as lost:
        return replace(bare, outcome=lost.outcome, reason=str(lost))


def _refuse(*, model: object, workload: object, seconds: object, instructions: object) -> None:
    """Raise RequestError for what is none of these."""
    for name, value in (("model", model), ("workload", workload)):
        if type(value) is not str:
            raise RequestError(f"{arg(name)}: expected a name, got {shown(value)}")
    if not isinstance(seconds, int | float) or not isfinite(seconds) or not 0 < seconds <= LONGEST_S:
        raise RequestError(
            f"{arg('seconds')} takes a number above 0, up to {LONGEST_S:g}, not {shown(seconds)}"
        )
    if instructions not in get_args(Wish):
        raise RequestError(
            f"{arg('instructions')} takes {', '.join(get_args(Wish))}, not {shown(instructions)}"
        )
    if instructions == "on" and valgrind_path() is None:
        raise RequestError(
            f"{arg('instructions', 'on')} needs valgrind: install it (apt-get install valgrind)"
        )


def _case(request: RunRequest, asked_for: Mapping[str, Any]) -> _Case:
    """Return the cell that is asked for; raises RequestError."""
    catalogue = Described(request.plugins, request.loops)
    workloads = chosen_workloads(request.workloads, (), catalogue)
    contenders = contenders_of(request, catalogue)
    if len(workloads) > 1 or len(contenders) > 1:
        many = [one.name for one in workloads] if len(workloads) > 1 else [one.id for one in contenders]
        raise RequestError(f"one cell is explained at a time; choose one of {', '.join(many)}")
    (workload,), (contender,) = workloads, contenders
    model = catalogue.model(contender.model)
    if model.traits.preempted or not model.traits.pinnable:
        raise RequestError(
            f"{contender.id} runs in several threads or processes, and one thread is looked into: choose"
            " another model (concbench list)"
        )
    usual = params_to_dict(workload.brief if workload.brief is not None else workload.smallest)
    try:
        params = params_to_dict(params_from_dict(workload, {**usual, **asked_for}))
    except ValueError as error:
        raise RequestError(str(error)) from error
    refuse_too_large(workload, params, request.timeout)
    return _Case(request=request, contender=contender, model=model, workload=workload, params=params)


def _timed(case: _Case, bare: Explanation, seconds: float, watcher: Watcher) -> Explanation:
    """Return the explanation with the split of the time; raises ProcessLost."""
    start, timeout = launcher(case.request, OpenLink), case.request.timeout
    name = f"{case.workload.name}/{case.contender.id}"
    with WorkerClient(start, case.contender) as client:
        watcher.at(f"witness {name}")
        witnessed = asked(client, {"op": "witness", **case.cell, "seconds": timeout}, 3 * timeout)
        unit, units = _counted(case.workload, witnessed["legs"][0])
        about = replace(bare, unit=unit, units=units, python=client.greet()["python"])
        if (why_not := refused()) is not None:
            return replace(about, without={"time": why_not})
        number = 1 if case.workload.needs_own_slice else min(MOST_RUNS, -(-SLICE_NS // witnessed["once_ns"]))
        watcher.at(f"observe {name}")
        random = Random(case.request.seed)
        observer = Observer(
            client=client, cell=case.cell, number=number, timeout=timeout, random=random, tell=watcher.did
        )
        try:
            return replace(about, time=_observed(observer, units, seconds, watcher))
        except Unobservable as refusal:
            return replace(about, without={"time": str(refusal)})


def _observed(observer: Observer, units: int, seconds: float, watcher: Watcher) -> Split:
    """Return the split of the time; while it does not add up, the cell is looked at for as long again."""
    expected_ns = round(2e9 * seconds)  # it is at work for as long while nobody looks
    watcher.expect(expected_ns)
    seen = observer.observe(seconds)
    for _ in range(MOST_TRIES):
        done = units * seen.runs
        split = time_split(seen.spots, whole=seen.cpu_ns / done, units=done)
        if split.adds_up:
            break
        watcher.expect(expected_ns)
        seen = seen.and_(observer.observe(seconds))
    return split


def _counted(workload: Workload[Any], leg: Mapping[str, Any]) -> tuple[str, int]:
    """Return what a price is per, and how many there are in a run, as the witness counted them."""
    counts = {**leg["counts"], "task": leg["tasks"], "suspension": leg["suspensions"]}
    units = (workload.cost_unit, "suspension", "task")
    return next((unit, counts[unit]) for unit in units if counts.get(unit))


def _with_instructions(case: _Case, about: Explanation, wish: Wish, watcher: Watcher) -> Explanation:
    """Return the explanation with the split of the instructions too, or why there is none."""
    why_not = countable(case.model, case.workload)
    if wish == "off":
        why_not = "they were not asked for"
    elif valgrind_path() is None:
        why_not = "valgrind is not installed (apt-get install valgrind)"
    if why_not is None:
        watcher.at(f"count the instructions of {case.workload.name}/{case.contender.id}")
        try:
            return replace(about, instructions=_split_instructions(case, about.units, watcher))
        except CountingFailed as failed:
            why_not = f"{failed.outcome}, {failed.reason}"
    return replace(about, without={**about.without, "instructions": why_not})


def _split_instructions(case: _Case, units: int, watcher: Watcher) -> Split:
    """Count the whole, and beside it each function; raises CountingFailed."""
    request, running = case.request, Running()
    place = place_of(case.contender, current_sources())
    side = Side(label=case.contender.id, place=place, plugins=request.plugins, loops=request.loops)
    cell = CountedCell(model=case.contender.model, workload=case.workload.name, params=case.params)
    runner = ToldRunner(2 * request.timeout, running)
    with ThreadPoolExecutor(2) as pool:
        try:
            watcher.expect(PROCESSES * PROCESS_NS)
            number = choose_number(side, cell, runner=runner)
            functions = pool.submit(count_functions, side, cell, number=number, runner=runner)
            whole = pool.submit(count_instructions, side, cell, number=number, runner=runner)
            wait_for((functions, whole), runner.answers, watcher)
            per_unit = whole.result().work / (number * units)
            return instructions_split(functions.result(), whole=per_unit, units=number * units, runs=number)
        finally:
            running.end_all()
