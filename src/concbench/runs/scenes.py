"""Scenes: the few tasks of a workload whose lanes are worth looking at, and asking a worker for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from concbench.measure.bench import Bench
from concbench.results.header import HeaderTrace
from concbench.results.lines import converted
from concbench.workloads.base import Workload, params_from_dict, params_to_dict
from concbench.workloads.catalogue import Catalogue

Record = dict[str, Any]

TASKS = 4

IN_RUN_FILES = ("timers", "switch")
"""Workloads of which every run keeps a trace."""

SECONDS = 5.0
"""How long a trace of a run file may take: it is no reason for a run to wait."""

MOST_IN_RUN_FILE = 20
"""Stretches of one task in a run file's header, which stays small."""

CHOSEN: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        # With this seed four tasks sleep about 5, 10, 15 and 20 ms.
        "timers": {"tasks": TASKS, "delay": 0.02, "spread": 0.8, "seed": 6481},
        "switch": {"tasks": TASKS, "suspensions": 3},
        "chain": {"tasks": TASKS, "depth": 3, "suspensions": 3},
    }
)
"""Parameters that show what a workload is about."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What is traced: a workload with its parameters."""

    workload: str
    params: Mapping[str, Any]


def scene_of(workload: Workload[Any], asked: Mapping[str, Any]) -> Scene:
    """Return the scene of a workload, with the parameters ``asked`` for in place of ours.

    A workload that nobody has chosen parameters for is shown at its smallest, with four tasks where it has
    tasks. Raises ValueError for parameters that the workload does not have or take.
    """
    ours = CHOSEN.get(workload.name)
    if ours is None:
        smallest = params_to_dict(workload.smallest)
        ours = smallest | ({"tasks": TASKS} if "tasks" in smallest else {})
    return Scene(workload.name, params_to_dict(params_from_dict(workload, {**ours, **asked})))


def scenes_for(workloads: set[str], catalogue: Catalogue) -> list[Scene]:
    """Return the scenes that a run of these workloads keeps."""
    return [scene_of(catalogue.workload(name), {}) for name in IN_RUN_FILES if name in workloads]


def trace_of(
    bench: Bench, scene: Scene, *, seconds: float = SECONDS, most: int = MOST_IN_RUN_FILE
) -> HeaderTrace:
    """Have a contender's worker run a scene watched; return who ran when, or why there is nothing to see."""
    about = {"op": "trace", "workload": scene.workload, "params": dict(scene.params)}
    answer = bench.ask({**about, "seconds": seconds, "most": most}, 3 * seconds)
    return record_of(bench.contender.id, scene, answer)


def record_of(contender: str, scene: Scene, answer: Record) -> HeaderTrace:
    """Return a trace as it is kept, from a worker's answer.

    Besides ``contender``, ``workload`` and ``params`` it has ``span_ns`` and ``lanes`` as
    :func:`concbench.measure.trace.trace_cell` returns them, or ``outcome`` and ``reason``.
    """
    kept = ("outcome", "reason") if "outcome" in answer else ("span_ns", "lanes")
    about = {"contender": contender, "workload": scene.workload, "params": dict(scene.params)}
    return converted(about | {name: answer[name] for name in kept}, HeaderTrace)
