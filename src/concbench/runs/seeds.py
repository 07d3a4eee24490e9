"""Replaying the tutorial's examples, each once, in a worker of its own."""

import contextlib
import platform
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import concbench
from concbench.drive.workers.lastwords import with_words
from concbench.drive.workers.launch import ProcessLink, WorkerLost, launch
from concbench.errors import RequestError, arg
from concbench.models import index
from concbench.outcomes import CellOutcome
from concbench.runs.planning import pinned_cpus
from concbench.runs.replays import PAUSE, REPLAYS, SOURCE, TASKS, Replay

PATIENCE = 60.0
"""How much longer (s) than ten times its delay a replay may take before it counts as hung."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of a replay; figures are None, and ``reason`` says why, unless the outcome is ``ok``.

    ``results`` counts the right ones, all of which the worker has judged.
    """

    outcome: str
    reason: str | None = None
    wall_ns: int | None = None
    cpu_ns: int | None = None
    lateness_p50_ns: int | None = None
    lateness_max_ns: int | None = None
    results: int | None = None
    ticks_ns: list[int] = field(default_factory=list)


def chosen(models: Sequence[str]) -> list[Replay]:
    """Return the replays of these models, or all; raises RequestError for one that takes no part."""
    known = list(dict.fromkeys(replay.model for replay in REPLAYS))
    for model in models:
        if model not in known:
            raise RequestError(f"{arg('model')}: {model!r} takes no part; choose from {', '.join(known)}")
    return [replay for replay in REPLAYS if not models or replay.model in models]


def start_worker(model: str) -> ProcessLink:
    """Start a worker in this interpreter, pinned as ``concbench run`` pins it; raises WorkerLost."""
    cpus = pinned_cpus("auto") if index.get(model).traits.pinnable else ()
    return launch(Path(sys.executable), model, cpus=cpus)


def play(replay: Replay, scale: float, tick: Callable[[float], None]) -> Result:
    """Run a replay in a worker of its own, and tell every tick (s); what goes wrong is a result."""
    delay = scale * replay.delay
    request: dict[str, Any] = {"op": "step", "delay": delay, "pause": scale * PAUSE}
    if replay.workload:
        params = {"tasks": TASKS, "delay": delay}
        request = {"op": "once", "workload": replay.workload, "params": params}
    with contextlib.ExitStack() as stack:
        try:
            link = start_worker(replay.model)
            stack.callback(link.kill)
            if link.greeting["unavailable"] is not None:
                return Result(outcome=CellOutcome.UNAVAILABLE, reason=link.greeting["unavailable"])
            return result_of(link.request(request, 10 * delay + PATIENCE, tick))
        except WorkerLost as lost:
            return Result(outcome=lost.outcome, reason=with_words(lost.reason, lost.last_words))


def result_of(answer: dict[str, Any]) -> Result:
    """Return the result that a worker's answer stands for."""
    if "outcome" in answer:
        return Result(outcome=answer["outcome"], reason=answer["reason"])
    figures, records = answer["figures"], answer.get("records", {})
    late = {name: records.get(name) for name in ("lateness_p50_ns", "lateness_max_ns")}
    return Result(
        outcome=CellOutcome.OK,
        wall_ns=figures["wall_ns"],
        cpu_ns=figures["cpu_ns"],
        results=records.get("collected", answer.get("results")),
        ticks_ns=answer.get("ticks_ns", []),
        **late,
    )


def plain(replays: Sequence[Replay], results: Sequence[Result], scale: float) -> dict[str, Any]:
    """Return everything as plain data: the tutorial's figures in s as it prints them, ours in ns."""
    return {
        "concbench": concbench.__version__,
        "python": platform.python_version(),
        "scale": scale,
        "tasks": TASKS,
        "tutorial": SOURCE,
        "replays": [
            {**asdict(replay), "delay": scale * replay.delay, **asdict(result)}
            for replay, result in zip(replays, results, strict=True)
        ],
    }
