"""An example of a workload of one's own: every task counts down from a number of its own.

concbench verify --plugin docs/examples/countdown_workload.py --workload countdown
concbench run --plugin docs/examples/countdown_workload.py --workload countdown --param tasks=10,100
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

from concbench.models.base import CoroutineRuntime, DelegatingRuntime, Dialect, Factory, GeneratorRuntime
from concbench.models.capabilities import Capability
from concbench.promised import Promised
from concbench.promises import Fair, Overlap, Spawned, Suspends
from concbench.workloads.base import NotExpressible, Preset, Version, Workload, at_least, judge_equal, numbers


@dataclass(frozen=True, slots=True)
class Params:
    """``tasks``: how many count. ``start``: where each begins."""

    tasks: int = 100
    start: int = 10

    def __post_init__(self) -> None:
        at_least(1, tasks=self.tasks, start=self.start)


def generator(rt: GeneratorRuntime | DelegatingRuntime, p: Params) -> list[Factory]:
    """Yield between two numbers."""

    def count(number: int) -> Generator[None, None, int]:
        left = p.start
        while left:
            left -= 1
            yield
        return number

    return [partial(count, number) for number in numbers(rt.salt, p.tasks)]


def coroutine(rt: CoroutineRuntime, p: Params) -> list[Factory]:
    """Await a switch between two numbers."""

    async def count(number: int) -> int:
        left = p.start
        while left:
            left -= 1
            await rt.switch()
        return number

    return [partial(count, number) for number in numbers(rt.salt, p.tasks)]


def promise(p: Params, _dialect: Dialect) -> tuple[Promised, ...]:
    """Each task suspends once for each number, in turn with the others."""
    return Spawned(p.tasks), Overlap(p.tasks), Suspends(p.start), Fair()


def judge(results: Sequence[Any], p: Params, salt: int) -> str | None:
    """Every task returns its own number, which nobody could know before this run."""
    return judge_equal(results, numbers(salt, p.tasks))


def points(_preset: Preset) -> list[Params]:
    """Two sizes."""
    return [Params(tasks=10), Params(tasks=1000)]


def small(rng: Random) -> list[Params]:
    """One fixed, one random shape."""
    return [Params(3, 5), Params(rng.randint(2, 20), rng.randint(4, 10))]


WORKLOADS = [
    Workload(
        name="countdown",
        version="1",
        summary="tasks that count down in turn",
        reading="Time per task; it holds `start` suspensions.",
        params=Params,
        versions={
            "polling": NotExpressible("left as an exercise"),
            "generator": generator,
            "delegating": generator,
            "coroutine": Version(coroutine, needs={Capability.SWITCH}),
            "blocking": NotExpressible("left as an exercise"),
        },
        promise=promise,
        judge=judge,
        points=points,
        small=small,
        smallest=Params(2, 2),
    )
]
