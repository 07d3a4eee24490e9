"""Who runs when: a few tasks of a workload, watched, under every model."""

from collections.abc import Mapping, Sequence
from typing import Any

from concbench.errors import RequestError
from concbench.measure.bench import Bench
from concbench.measure.described import Described
from concbench.measure.plan import Contender
from concbench.platforms import refuse_where_nothing_can_be_measured
from concbench.results.header import HeaderTrace
from concbench.runs.arguments import asks
from concbench.runs.planning import launcher
from concbench.runs.request import RunRequest
from concbench.runs.scenes import Scene, scene_of, trace_of
from concbench.runs.selection import chosen_workloads, contenders_of, refuse_too_large
from concbench.runs.watching import SILENT, Watcher
from concbench.workloads.base import Workload, params_from_dict

MOST_LANES = 24
MOST_STRETCHES = 400


@asks(RunRequest, but=("workloads", "params", "preset", "baseline", "memory", "seed"))
def trace(
    request: RunRequest,
    workload: str,
    params: Mapping[str, Any] | None = None,
    *,
    watcher: Watcher = SILENT,
) -> list[HeaderTrace]:
    """Return a trace of each contender at a workload: its ``lanes``, or ``outcome`` and ``reason``.

    ``params`` are in place of those that show what the workload is about. Watching takes time, so what a
    trace says is an order, and never a timing. Raises RequestError for what cannot be asked for, or drawn.
    """
    refuse_where_nothing_can_be_measured()
    catalogue = Described(request.plugins, request.loops)
    (chosen,) = chosen_workloads((workload,), catalogue)
    contenders = contenders_of(request, catalogue)
    scene = _scene_asked(chosen, contenders, params or {}, request.timeout)
    start, traces = launcher(request), []
    for contender in contenders:
        watcher.at(f"trace {scene.workload}/{contender.id}")
        with Bench(start, contender) as bench:
            traces.append(trace_of(bench, scene, seconds=request.timeout, most=MOST_STRETCHES))
    return traces


def _scene_asked(
    workload: Workload[Any], contenders: Sequence[Contender], asked: Mapping[str, Any], timeout: float
) -> Scene:
    try:
        scene = scene_of(workload, asked)
        params = params_from_dict(workload, scene.params)
    except ValueError as error:
        raise RequestError(str(error)) from error
    refuse_too_large(workload, scene.params, timeout)
    _refuse_lanes(scene.params.get("tasks", 0))  # before a promise lists what each of them is to do
    _refuse_lanes(max(workload.promise(params, one.dialect).tasks for one in contenders))  # type: ignore[arg-type]
    return scene


def _refuse_lanes(lanes: int) -> None:
    if lanes > MOST_LANES:
        raise RequestError(f"these are {lanes} lanes; a picture has room for {MOST_LANES}")
