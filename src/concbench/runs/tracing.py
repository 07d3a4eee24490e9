"""Who runs when: a few tasks of a workload, watched, under every model."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Unpack

from concbench.drive.plan import Contender
from concbench.drive.workers.client import WorkerClient
from concbench.drive.workers.described import Described
from concbench.errors import RequestError, arg
from concbench.measure.failures import outcome
from concbench.outcomes import CellOutcome
from concbench.promising import promises_of
from concbench.results.header import HeaderTrace
from concbench.results.lines import converted
from concbench.runs.arguments import asks, made
from concbench.runs.planning import begin, contenders_of, launcher, refuse_too_large
from concbench.runs.request import ContenderOptions, RunRequest
from concbench.runs.selection import chosen_workloads
from concbench.runs.watching import SILENT, Watcher
from concbench.words import several, shown
from concbench.workloads.base import Workload, params_from_dict, params_to_dict
from concbench.workloads.catalogue import Catalogue

MOST_LANES = 24
MOST_STRETCHES = 400

TASKS = 4

SECONDS = 5.0
"""How long a trace of a run file may take: it is no reason for a run to wait."""

MOST_IN_RUN_FILE = 20
"""Stretches of one task in a run file's header, which stays small."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A workload with the parameters that are traced; ``impossible`` says why a contender has none of it."""

    workload: str
    params: Mapping[str, Any]
    impossible: Callable[[Contender], str | None] = lambda _contender: None


def scene_of(workload: Workload[Any], asked: Mapping[str, Any]) -> Scene:
    """Return the scene of a workload, with the parameters ``asked`` for in place of ours.

    A workload that has chosen no parameters for it is shown at its smallest, with four tasks where it has
    a number of tasks. Raises ValueError for parameters that the workload does not have or take.
    """
    ours = params_to_dict(workload.lanes.params if workload.lanes else workload.smallest)
    if workload.lanes is None and type(ours.get("tasks")) is int:
        ours["tasks"] = TASKS
    params = params_from_dict(workload, {**ours, **asked})
    return Scene(
        workload.name, params_to_dict(params), lambda who: workload.impossible(who, params, workload.smallest)
    )


def scenes_for(workloads: set[str], catalogue: Catalogue) -> list[Scene]:
    """Return the scenes that a run of these workloads keeps."""
    found = [catalogue.workload(name) for name in catalogue.workload_names(workloads) if name in workloads]
    return [scene_of(workload, {}) for workload in found if workload.lanes and workload.lanes.kept]


def trace_of(
    client: WorkerClient, scene: Scene, *, seconds: float = SECONDS, most: int = MOST_IN_RUN_FILE
) -> HeaderTrace:
    """Have a contender's worker run a scene watched; return who ran when, or why there is nothing to see.

    No worker is started for what is impossible anyway.
    """
    if (why := scene.impossible(client.contender)) is not None:
        return record_of(client.contender.id, scene, outcome(CellOutcome.NOT_EXPRESSIBLE.value, why))
    about = {"op": "trace", "workload": scene.workload, "params": dict(scene.params)}
    answer = client.ask({**about, "seconds": seconds, "most": most}, 3 * seconds)
    return record_of(client.contender.id, scene, answer)


def record_of(contender: str, scene: Scene, answer: Mapping[str, Any]) -> HeaderTrace:
    """Return a trace as it is kept, from a worker's answer.

    Besides ``contender``, ``workload`` and ``params`` it has ``span_ns`` and ``lanes`` as
    :func:`concbench.measure.trace.trace_cell` returns them, or ``outcome`` and ``reason``.
    """
    kept = ("outcome", "reason") if "outcome" in answer else ("span_ns", "lanes", "preempted", "clock")
    about = {"contender": contender, "workload": scene.workload, "params": dict(scene.params)}
    return converted(about | {name: answer[name] for name in kept}, HeaderTrace)


@asks(RunRequest)
def trace(
    workload: str,
    params: Mapping[str, Any] | None = None,
    *,
    watcher: Watcher = SILENT,
    **options: Unpack[ContenderOptions],
) -> list[HeaderTrace]:
    """Return a trace of each contender at a workload: its ``lanes``, or ``outcome`` and ``reason``.

    ``params`` are in place of those that show what the workload is about. Watching takes time, so what a
    trace says is an order, and never a timing. Raises RequestError for what cannot be asked for, or drawn.
    """
    request = made(RunRequest, options)
    begin()
    _refuse_no_scene(workload, params)
    catalogue = Described(request.plugins, request.loops)
    (chosen,) = chosen_workloads((workload,), (), catalogue)
    contenders = contenders_of(request, catalogue)
    scene = _scene_asked(chosen, contenders, params or {}, request.timeout)
    start, traces = launcher(request), []
    for contender in contenders:
        watcher.at(f"trace {scene.workload}/{contender.id}")
        with WorkerClient(start, contender) as client:
            traces.append(trace_of(client, scene, seconds=request.timeout, most=MOST_STRETCHES))
        watcher.detail(_told(traces[-1]))
    return traces


def _told(trace: HeaderTrace) -> str:
    """Return what came of a trace in a line."""
    if trace.outcome is not None:
        return f"{trace.workload}/{trace.contender} is {trace.outcome}: {trace.reason}"
    lanes, span = several(len(trace.lanes), "lane"), trace.span_ns / 1e6
    return f"{trace.workload}/{trace.contender}: {lanes} over {span:.3f} ms"


def _refuse_no_scene(workload: object, params: object) -> None:
    if type(workload) is not str:
        raise RequestError(f"{arg('workload')}: expected a name, got {shown(workload)}")
    mapped = isinstance(params, Mapping) and all(type(name) is str for name in params)
    if params is not None and not mapped:
        raise RequestError(f"{arg('params')}: expected a mapping of names, got {shown(params)}")


def _scene_asked(
    workload: Workload[Any], contenders: Sequence[Contender], asked: Mapping[str, Any], timeout: float
) -> Scene:
    try:
        scene = scene_of(workload, asked)
        params = params_from_dict(workload, scene.params)
    except ValueError as error:
        raise RequestError(str(error)) from error
    refuse_too_large(workload, scene.params, timeout)
    if type(tasks := scene.params.get("tasks")) is int:
        _refuse_lanes(tasks)  # before a promise lists what each of them is to do
    dialects = {one.dialect for one in contenders if workload.impossible(one) is None}
    for dialect in dialects:  # nothing is promised to others
        _refuse_lanes(promises_of(workload.promise(params, dialect)).tasks)
    return scene


def _refuse_lanes(lanes: int) -> None:
    if lanes > MOST_LANES:
        raise RequestError(f"these are {lanes} lanes; a picture has room for {MOST_LANES}")
