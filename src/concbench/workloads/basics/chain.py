"""chain: a value returned through ``depth`` nested calls that suspend at the leaf.

What it measures is the price of suspending deep inside ordinary structured code: each resume has to get
from the loop to the leaf. For generators and coroutines the interpreter passes through every frame on
the way; a thread keeps its stack and goes on where it stood. The cost is the paired slope between K and
2K suspensions, so building and unwinding the chain cancels.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

from concbench.models.base import BlockingRuntime, CoroutineRuntime, DelegatingRuntime, Dialect, Factory
from concbench.models.capabilities import Capability
from concbench.promised import Promised
from concbench.promises import Fair, Frames, Overlap, Spawned, Suspends
from concbench.workloads.base import NotExpressible, Preset, Version, Workload, at_least, judge_equal
from concbench.workloads.questions import Lanes, Question

VALUE = 123
"""What the tutorial's ``bar`` returns; the salt of a run is added to it."""


@dataclass(frozen=True, slots=True)
class Params:
    """``tasks``: how many chains take turns. ``depth``: frames in each. ``suspensions``: K, at each leaf."""

    tasks: int = 10
    depth: int = 10
    suspensions: int = 100

    def __post_init__(self) -> None:
        at_least(1, tasks=self.tasks, depth=self.depth, suspensions=self.suspensions)


POLLING = NotExpressible("an object that is polled through run() has no call stack to suspend")
GENERATOR = NotExpressible("without `yield from`, a generator cannot suspend inside a call that it makes")


def delegating(rt: DelegatingRuntime, p: Params) -> list[Factory]:
    """The tutorial's foo → bar → leaf, for any depth."""
    value = VALUE + rt.salt

    def call(depth: int) -> Generator[None, None, int]:
        if depth > 1:
            return (yield from call(depth - 1))
        for _ in range(p.suspensions):
            yield
        return value

    return [partial(call, p.depth)] * p.tasks


def coroutine(rt: CoroutineRuntime, p: Params) -> list[Factory]:
    """The same with await."""
    value = VALUE + rt.salt

    async def call(depth: int) -> int:
        if depth > 1:
            return await call(depth - 1)
        switch = rt.switch
        for _ in range(p.suspensions):
            await switch()
        return value

    return [partial(call, p.depth)] * p.tasks


def blocking(rt: BlockingRuntime, p: Params) -> list[Factory]:
    """The same with plain calls; the leaves hand over round a ring of locks, as in ``switch``."""
    if p.tasks == 1:
        raise NotExpressible("one thread alone has nobody to hand over to, so it cannot suspend")
    value = VALUE + rt.salt
    ring = [rt.Lock() for _ in range(p.tasks)]
    for lock in ring[1:]:
        lock.acquire()

    def call(depth: int, index: int) -> int:
        if depth > 1:
            return call(depth - 1, index)
        wait, hand_over = ring[index].acquire, ring[(index + 1) % p.tasks].release
        wait()
        for _ in range(p.suspensions):
            hand_over()
            wait()
        if index < p.tasks - 1:
            hand_over()
        return value

    return [partial(call, p.depth, index) for index in range(p.tasks)]


def promise(p: Params, dialect: Dialect) -> tuple[Promised, ...]:
    """Every task suspends K times, ``depth`` frames deep, in turn; a thread also waits for its first turn."""
    first_turn = dialect == "blocking"
    suspends = Suspends(p.suspensions + first_turn)
    return Spawned(p.tasks), Overlap(p.tasks), suspends, Fair(), Frames(p.depth)


def judge(results: Sequence[Any], p: Params, salt: int = 0) -> str | None:
    """Every task returns the tutorial's 123, and what this run adds to it."""
    return judge_equal(results, [VALUE + salt] * p.tasks)


def points(preset: Preset) -> list[Params]:
    """Depth up to just below the interpreter's default recursion limit of 1000."""
    if preset == "quick":
        return [Params(depth=depth, suspensions=10) for depth in (1, 100, 500)]
    suspensions = {"standard": 50, "thorough": 100}[preset]
    return [Params(depth=depth, suspensions=suspensions) for depth in (1, 10, 100, 500, 900)]


def small(rng: Random) -> list[Params]:
    """One task alone, shallow and deep, and a random shape."""
    drawn = Params(tasks=rng.randint(2, 12), depth=rng.randint(2, 60), suspensions=rng.randint(4, 12))
    return [Params(1, 3, 5), Params(4, 1, 6), Params(3, 100, 4), drawn]


WORKLOAD = Workload(
    name="chain",
    version="1",
    family="basics",
    summary="123 returned through nested calls that suspend at the leaf",
    reading=(
        "Time and CPU per resume as the calls grow deeper, for the stated number of tasks. Where it grows "
        "with depth, every `await` or `yield from` between the loop and the leaf is paid for at each resume."
    ),
    params=Params,
    versions={
        "polling": POLLING,
        "generator": GENERATOR,
        "delegating": delegating,
        "coroutine": Version(coroutine, needs={Capability.SWITCH}),
        "blocking": Version(blocking, needs={Capability.LOCK, Capability.SHARED_MEMORY}),
    },
    promise=promise,
    judge=judge,
    points=points,
    small=small,
    smallest=Params(tasks=2, depth=2, suspensions=2),
    brief=Params(tasks=5, depth=10, suspensions=100),
    doubled="suspensions",
    questions=(
        Question(
            title="Deep calls",
            metric="wall",
            axis="depth",
            bound=50,
            rank=50,
            goal="least time per resume",
            price="The deeper the calls, the more a resume costs where it passes through every frame.",
        ),
    ),
    lanes=Lanes(params=Params(tasks=4, depth=3, suspensions=3), reading=""),
)
