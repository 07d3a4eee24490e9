"""switch: T tasks that suspend K times each, and do nothing else.

What it measures is the price of handing over: the time from one task's suspension to the next task's
resume. Start-up and spawning cancel, because the cost is the paired slope between K and 2K suspensions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from random import Random
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
from concbench.models.capabilities import Capability
from concbench.promised import Promised
from concbench.promises import Fair, Overlap, Spawned, Suspends
from concbench.workloads.base import NotExpressible, Preset, Version, Workload, at_least, judge_equal, numbers
from concbench.workloads.questions import Lanes, Question


@dataclass(frozen=True, slots=True)
class Params:
    """``tasks``: T, how many take turns. ``suspensions``: K, how often each suspends."""

    tasks: int = 100
    suspensions: int = 100

    def __post_init__(self) -> None:
        at_least(1, tasks=self.tasks, suspensions=self.suspensions)


@cache
def steps_class(task: Any) -> Any:
    """Return the class of the polled tasks, the same for every run (see ``spawn``)."""

    class Steps(task):  # type: ignore[misc]
        def __init__(self, number: int, suspensions: int) -> None:
            super().__init__()
            self.left = suspensions
            self.result = number

        def run(self) -> None:
            if self.left:
                self.left -= 1
            else:
                self.ready = True

    return Steps


def polling(rt: PollingRuntime, p: Params) -> list[Factory]:
    """Return from run() without being ready, K times."""
    steps = steps_class(rt.Task)
    return [partial(steps, number, p.suspensions) for number in numbers(rt.salt, p.tasks)]


def generator(rt: GeneratorRuntime | DelegatingRuntime, p: Params) -> list[Factory]:
    """Yield K times."""

    def steps(number: int) -> Any:
        for _ in range(p.suspensions):
            yield
        return number

    return [partial(steps, number) for number in numbers(rt.salt, p.tasks)]


def coroutine(rt: CoroutineRuntime, p: Params) -> list[Factory]:
    """Await the model's switch K times."""

    async def steps(number: int) -> int:
        switch = rt.switch
        for _ in range(p.suspensions):
            await switch()
        return number

    return [partial(steps, number) for number in numbers(rt.salt, p.tasks)]


def blocking(rt: BlockingRuntime, p: Params) -> list[Factory]:
    """Hand over round a ring of locks, K times.

    Each task waits for its own lock and releases its neighbour's, so exactly one runs at a time and the
    one that is woken is the one that can go on. (``time.sleep(0)`` asks the system for far more than a
    switch, and one shared condition would wake everybody for the sake of one.)
    """
    if p.tasks == 1:
        raise NotExpressible("one thread alone has nobody to hand over to, so it cannot suspend")
    ring = [rt.Lock() for _ in range(p.tasks)]
    for lock in ring[1:]:
        lock.acquire()

    def steps(index: int, number: int) -> int:
        wait, hand_over = ring[index].acquire, ring[(index + 1) % p.tasks].release
        wait()
        for _ in range(p.suspensions):
            hand_over()
            wait()
        if index < p.tasks - 1:
            hand_over()
        return number

    return [partial(steps, index, number) for index, number in enumerate(numbers(rt.salt, p.tasks))]


def promise(p: Params, dialect: Dialect) -> tuple[Promised, ...]:
    """T tasks, K suspensions each, taken in turn; a thread also waits for its first turn."""
    first_turn = dialect == "blocking"
    return Spawned(p.tasks), Overlap(p.tasks), Suspends(p.suspensions + first_turn), Fair()


def judge(results: Sequence[Any], p: Params, salt: int = 0) -> str | None:
    """Every task returns its own number."""
    return judge_equal(results, numbers(salt, p.tasks))


def points(preset: Preset) -> list[Params]:
    """T in decades."""
    if preset == "quick":
        return [Params(tasks=tasks, suspensions=3) for tasks in (10, 100, 1000)]
    suspensions = {"standard": 50, "thorough": 100}[preset]
    return [Params(tasks=tasks, suspensions=suspensions) for tasks in (1, 10, 100, 1000)]


def small(rng: Random) -> list[Params]:
    """One task alone, a pair, a few, and a random number of each."""
    drawn = Params(tasks=rng.randint(3, 30), suspensions=rng.randint(4, 20))
    return [Params(1, 10), Params(2, 5), Params(10, 10), drawn]


WORKLOAD = Workload(
    name="switch",
    version="1",
    family="basics",
    summary="T tasks that suspend K times each, taking turns",
    reading=(
        "Time and CPU per suspension, from the paired slope between K and 2K. A busy loop looks cheapest "
        "here because every task is always ready: this is the one load it is made for."
    ),
    params=Params,
    versions={
        "polling": polling,
        "generator": generator,
        "delegating": generator,
        "coroutine": Version(coroutine, needs={Capability.SWITCH}),
        "blocking": Version(blocking, needs={Capability.LOCK, Capability.SHARED_MEMORY}),
    },
    promise=promise,
    judge=judge,
    points=points,
    small=small,
    smallest=Params(tasks=2, suspensions=2),
    brief=Params(tasks=10, suspensions=100),
    doubled="suspensions",
    questions=(
        Question(
            title="Much switching",
            metric="wall",
            goal="least time per suspension",
            rank=40,
            price="Every task is always ready here, the one load that polling is made for.",
        ),
    ),
    lanes=Lanes(
        params=Params(tasks=4, suspensions=3),
        reading=(
            "The same few suspensions under each model: tasks take turns, and what lies between two bars is"
            " the model’s own work of handing over."
        ),
        kept=True,
    ),
)
