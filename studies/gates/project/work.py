"""The project under test: three workloads of concbench, and ``steps``, which computes between suspensions.

It is a plug-in of concbench, and a module that the benchmarks of the other tools import. What a commit may
make dearer is the computing, in one dialect. Tasks are made and suspend as often as before, since concbench
refuses to compare sides that differ in that: one of them would not have done the work.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any

from concbench.models.base import (
    BlockingRuntime,
    CoroutineRuntime,
    DelegatingRuntime,
    Dialect,
    Factory,
    GeneratorRuntime,
    PollingRuntime,
)
from concbench.workloads import index

MORE: dict[Dialect, float] = {}
"""How many times the steps of a dialect are multiplied. The commits differ in this line alone."""

PREFIX = "gated-"


@dataclass(frozen=True, slots=True)
class Params:
    """``steps``: additions that each of so many tasks does before each of its suspensions."""

    tasks: int = 10
    suspensions: int = 10
    steps: int = 2000


def steps_of(dialect: Dialect, p: Params) -> int:
    """Return how many steps are really done before a suspension."""
    return round(MORE.get(dialect, 1) * p.steps)


def toil(steps: int) -> int:
    """Take so many steps, and return how many were taken."""
    taken = 0
    for _ in range(steps):
        taken += 1
    return taken


@cache
def toiling_class(task: Any) -> Any:
    """Return the class of the polled tasks, the same for every run."""

    class Toiling(task):  # type: ignore[misc]
        def __init__(self, suspensions: int, steps: int) -> None:
            super().__init__()
            self.left, self.steps, self.result = suspensions, steps, 0

        def run(self) -> None:
            if self.left:
                self.left -= 1
                self.result += toil(self.steps)
            else:
                self.ready = True

    return Toiling


def polling(rt: PollingRuntime, p: Params) -> list[Factory]:
    """Toil at each poll."""
    return [partial(toiling_class(rt.Task), p.suspensions, steps_of("polling", p))] * p.tasks


def flat(dialect: Dialect, _rt: GeneratorRuntime | DelegatingRuntime, p: Params) -> list[Factory]:
    """Toil and yield."""
    steps = steps_of(dialect, p)

    def task() -> Any:
        taken = 0
        for _ in range(p.suspensions):
            taken += toil(steps)
            yield
        return taken

    return [task] * p.tasks


def coroutine(rt: CoroutineRuntime, p: Params) -> list[Factory]:
    """Toil and await the model's switch."""
    steps = steps_of("coroutine", p)

    async def task() -> int:
        taken, switch = 0, rt.switch
        for _ in range(p.suspensions):
            taken += toil(steps)
            await switch()
        return taken

    return [task] * p.tasks


def blocking(rt: BlockingRuntime, p: Params) -> list[Factory]:
    """Toil and hand over round a ring of locks, as in ``switch``."""
    steps = steps_of("blocking", p)
    ring = [rt.Lock() for _ in range(p.tasks)]
    for lock in ring[1:]:
        lock.acquire()

    def task(index: int) -> int:
        wait, hand_over = ring[index].acquire, ring[(index + 1) % p.tasks].release
        taken = 0
        wait()
        for _ in range(p.suspensions):
            taken += toil(steps)
            hand_over()
            wait()
        if index < p.tasks - 1:
            hand_over()
        return taken

    return [partial(task, index) for index in range(p.tasks)]


def judge(results: Sequence[Any], p: Params) -> str | None:
    """Every task took as many steps as this commit means."""
    meant = {p.suspensions * round(factor * p.steps) for factor in (1, *MORE.values())}
    taken = set(results)
    return None if len(results) == p.tasks and len(taken) == 1 and taken <= meant else f"took {taken} steps"


STEPS = replace(
    index.get("switch"),
    name="steps",
    summary="T tasks that compute, and suspend K times each",
    reading="Time of a run, nearly all of it computing.",
    params=Params,
    versions={
        "polling": polling,
        "generator": partial(flat, "generator"),
        "delegating": partial(flat, "delegating"),
        "coroutine": coroutine,
        "blocking": blocking,
    },
    judge=judge,
    points=lambda _preset: [Params()],
    small=lambda _rng: [Params(tasks=2, steps=3)],
    smallest=Params(tasks=2, suspensions=2, steps=3),
    brief=Params(),
    doubled=None,
    unit="task",
    questions=(),
    lanes=None,
)

WORKLOADS = [
    replace(workload, name=PREFIX + workload.name)
    for workload in (*(index.get(name) for name in ("spawn", "parked", "switch")), STEPS)
]
