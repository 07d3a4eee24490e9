"""parked: n tasks that wait at a gate until a keeper task, seeing all of them there, opens it.

What it measures is the price of a live, idle task: bytes, and the time to make one, park it, wake it and
collect it. The run cannot end unless all n tasks are suspended at once, so it also shows how many can live.
In memory passes the keeper's observation reads the process's resident memory; in timed runs it does nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from inspect import iscoroutinefunction
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
from concbench.promises import Gathered, Overlap, Spawned
from concbench.workloads.base import NotExpressible, Preset, Version, Workload, at_least, judge_equal, numbers
from concbench.workloads.basics.parked_wordings import KEEPER, curio, delegating, tinyio
from concbench.workloads.questions import Question

LEAST_WEIGHED = 1000
"""Tasks below which the pages of memory are too coarse a unit to tell what one task takes."""

MOST_WARM = 10_000
"""Tasks of the untimed run before a sample, at most: a larger one would only take longer."""


@dataclass(frozen=True, slots=True)
class Params:
    """``tasks``: how many are parked. The keeper comes on top."""

    tasks: int = 1000

    def __post_init__(self) -> None:
        at_least(1, tasks=self.tasks)


class _Gate:
    """What polled tasks and generators look at: how many have arrived, and whether it is open."""

    __slots__ = ("arrived", "open")

    def __init__(self) -> None:
        self.arrived = 0
        self.open = False


@cache
def parked_class(task: Any) -> Any:
    """Return the class of the polled tasks, the same for every run (see ``spawn``)."""

    class Parked(task):  # type: ignore[misc]
        def __init__(self, gate: _Gate, number: int) -> None:
            super().__init__()
            self.gate = gate
            self.result = number
            self.here = False

        def run(self) -> None:
            if self.gate.open:
                self.ready = True
            elif not self.here:
                self.here = True
                self.gate.arrived += 1

    return Parked


@cache
def keeper_class(task: Any) -> Any:
    """Return the class of the polled keeper."""

    class Keeper(task):  # type: ignore[misc]
        def __init__(self, gate: _Gate, tasks: int, observe: Callable[[], None]) -> None:
            super().__init__()
            self.gate, self.tasks, self.observe = gate, tasks, observe

        def run(self) -> None:
            if self.gate.arrived == self.tasks:
                self.observe()
                self.gate.open = True
                self.result = KEEPER
                self.ready = True

    return Keeper


def polling(rt: PollingRuntime, p: Params) -> list[Factory]:
    """Look at the gate at every poll."""
    gate = _Gate()
    parked, keeper = parked_class(rt.Task), keeper_class(rt.Task)
    numbered = (partial(parked, gate, number) for number in numbers(rt.salt, p.tasks))
    return [*numbered, partial(keeper, gate, p.tasks, rt.observe)]


def generator(rt: GeneratorRuntime | DelegatingRuntime, p: Params) -> list[Factory]:
    """Look at the gate at every step."""
    gate = _Gate()

    def parked(number: int) -> Any:
        gate.arrived += 1
        while not gate.open:
            yield
        return number

    def keeper() -> Any:
        while gate.arrived < p.tasks:
            yield
        rt.observe()
        gate.open = True
        return KEEPER

    return [*(partial(parked, number) for number in numbers(rt.salt, p.tasks)), keeper]


def coroutine(rt: CoroutineRuntime, p: Params) -> list[Factory]:
    """Wait for an event; the last to arrive tells the keeper through another.

    An event only schedules whoever waits for it, so the last arrival is suspended too when the keeper runs.
    """
    if iscoroutinefunction(getattr(rt.Event, "set", None)):
        raise NotExpressible(
            "set() of the model's Event is a coroutine function, and a gate calls it plainly"
        )
    arrived = 0
    all_here: Any = None
    gate: Any = None

    async def parked(number: int) -> int:
        nonlocal arrived
        if gate is None:
            prepare()
        arrived += 1
        if arrived == p.tasks:
            all_here.set()
        await gate.wait()
        return number

    async def keeper() -> str:
        if gate is None:
            prepare()
        await all_here.wait()
        rt.observe()
        gate.set()
        return KEEPER

    def prepare() -> None:
        """Make the events inside the loop: some libraries insist on that."""
        nonlocal all_here, gate
        all_here, gate = rt.Event(), rt.Event()

    return [*(partial(parked, number) for number in numbers(rt.salt, p.tasks)), keeper]


def blocking(rt: BlockingRuntime, p: Params) -> list[Factory]:
    """Wait on a condition; the keeper waits on another of the same lock.

    The keeper can only look while it holds the lock, and a task lets go of the lock only by waiting, so
    all n are suspended when it does.
    """
    lock = rt.Lock()
    all_here, gate = rt.Condition(lock), rt.Condition(lock)
    arrived = 0
    is_open = False

    def parked(number: int) -> int:
        nonlocal arrived
        with lock:
            arrived += 1
            if arrived == p.tasks:
                all_here.notify()
            while not is_open:
                gate.wait()
        return number

    def keeper() -> str:
        nonlocal is_open
        with lock:
            while arrived < p.tasks:
                all_here.wait()
            rt.observe()
            is_open = True
            gate.notify_all()
        return KEEPER

    return [*(partial(parked, number) for number in numbers(rt.salt, p.tasks)), keeper]


def promise(p: Params, _dialect: Dialect) -> tuple[Promised, ...]:
    """n parked tasks and the keeper; all n are suspended when the keeper observes."""
    return Spawned(p.tasks + 1), Overlap(p.tasks + 1), Gathered(p.tasks)


def judge(results: Sequence[Any], p: Params, salt: int = 0) -> str | None:
    """Every task returns its own number, the keeper its word."""
    return judge_equal(results, [*numbers(salt, p.tasks), KEEPER])


def points(preset: Preset) -> list[Params]:
    """n in decades."""
    counts = (10, 100, 1000) if preset == "quick" else (1, 10, 100, 1000, 4000)
    return [Params(tasks=tasks) for tasks in counts]


def small(rng: Random) -> list[Params]:
    """One task, a few, and a random number."""
    return [Params(tasks=tasks) for tasks in (1, 10, rng.randint(11, 60))]


WORKLOAD = Workload(
    name="parked",
    version="1",
    family="basics",
    summary="n tasks parked at a gate that a keeper opens once all are there",
    reading=(
        "Bytes per live, idle task (resident memory that the keeper sees, less what was there before), and "
        "time and CPU to make, park, wake and collect one. The keeper counts as a task."
    ),
    params=Params,
    versions={
        "polling": Version(polling, needs={Capability.SHARED_MEMORY}),
        "generator": Version(generator, needs={Capability.SHARED_MEMORY}),
        "delegating": Version(
            generator,
            needs={Capability.SHARED_MEMORY},
            preferred=Version(delegating, needs={Capability.EVENT, Capability.SHARED_MEMORY}),
        ),
        "coroutine": Version(coroutine, needs={Capability.EVENT, Capability.SHARED_MEMORY}),
        "blocking": Version(
            blocking, needs={Capability.LOCK, Capability.CONDITION, Capability.SHARED_MEMORY}
        ),
        "tinyio": Version(tinyio, needs={Capability.SHARED_MEMORY}),
        "curio": Version(curio, needs={Capability.SHARED_MEMORY}),
        "async-await": Version(curio, needs={Capability.SHARED_MEMORY}),
    },
    promise=promise,
    judge=judge,
    points=points,
    small=small,
    memory_points=lambda points: [p for p in points[-1:] if p.tasks >= LEAST_WEIGHED],
    smallest=Params(tasks=2),
    brief=Params(tasks=100),
    warm=lambda p: Params(tasks=min(p.tasks, MOST_WARM)),
    questions=(
        Question(
            title="Many idle tasks",
            metric="memory",
            goal="least memory per task",
            rank=20,
            price="No socket is open (see “Many silent connections”); who polls keeps a core busy meanwhile.",
        ),
    ),
)
