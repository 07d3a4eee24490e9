"""offload and interference for tasks that can wait for a socket: the ladder's, from its selector on.

The future of a call that is handed over rings a bell, which is a pair of sockets.
"""

from collections.abc import Iterator
from contextlib import closing
from time import perf_counter as now
from typing import Any

from concbench.models.base import DelegatingRuntime, Factory
from concbench.models.ladder.bells import Bell
from concbench.workloads.computing import handing, in_place, ticking
from concbench.workloads.computing.handing import Call, here


def offload(rt: DelegatingRuntime, p: Any) -> list[Factory]:
    """Submit to an executor, and wait for the bell that the future rings."""
    if p.to == "inline":
        return in_place.generator(rt, p)
    submit = handing.handing(rt, p.to, p.tasks if p.to == "thread" else p.workers)

    def makes(calls: list[Call]) -> Any:
        done = []
        with closing(Bell()) as bell:
            for call in calls:
                asked = now()
                told = yield from bell.answered(submit(call))
                done.append((asked, told, now()))
        return here(), done

    return handing.tasks_of(rt, p, makes)


def interference(rt: DelegatingRuntime, p: Any) -> list[Factory]:
    """Submit chunks to an executor, and wait for the bell that each one's future rings."""
    if p.to in ("none", "inline"):
        return ticking.delegating(rt, p)
    submit = ticking.hand_of(rt, p)

    def hog(state: ticking.Over, chunks: Iterator[Call]) -> Any:
        done: list[Any] = []
        with closing(Bell()) as bell:
            while not state.over or not done:
                asked = now()
                told = yield from bell.answered(submit(next(chunks)))
                done.append((asked, told, now()))
        return here(), done

    return ticking.tasks_of(rt, p, ticking.delegating_ticker(rt, p), hog)
