"""timeout: T tasks that put R time limits, one after another, on something that takes no time, or for ever.

What it measures is the price of a time limit: of arming it and taking it back, which is what a service does
with nearly all of its limits (``fires=0``: a limit of a minute on a wait of one turn); or of arming one that
fires, and going on (``fires=1``: it is over at once, on what never comes, so that no waiting is in the
figures). Start-up cancels, because the cost is the paired slope between R and 2R rounds.

Each task ends with one limit more, of ``delay`` s, on what never comes, the same in both legs: no run can do
without limits that work, and how late tasks go on after it is recorded, where ``delay`` is not 0.

- asyncio: ``async with timeout(s)``, a timer in the loop's heap that is marked as cancelled in the end (a
  round of the loop sweeps these out from time to time). When it fires it cancels the task, and the block
  makes a TimeoutError of that, if nobody else had asked for it (``uncancel``).
- trio, anyio: ``with move_on_after(s) as scope``, a cancel scope with a deadline; curio: ``async with
  ignore_after(s)``; gevent: ``with Timeout(s, False)``; tinyio: ``timeout(coro, s)``, which runs what is
  limited as a coroutine of the loop beside the task. (They and polled objects stand in ``timeout_wordings``.)
- threads: there is no limit on a block of code, but each call that blocks takes one: ``acquire(timeout=s)``.
  A turn is the ring of locks of ``switch``.
- generators: ``within`` looks at the clock after each step of what is limited, and closes it. Flat generators
  and polled objects look themselves.

The same turns without limits are ``switch``; gevent alone takes other turns here, by ``sleep(0)``.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from functools import partial
from math import inf
from random import Random
from time import perf_counter
from typing import Any

from concbench.models.base import (
    BlockingRuntime,
    CoroutineRuntime,
    DelegatingRuntime,
    Dialect,
    Factory,
    GeneratorRuntime,
)
from concbench.models.capabilities import Capability
from concbench.promised import Promised
from concbench.promises import Delays, Overlap, Spawned, Suspends
from concbench.workloads.base import NotExpressible, Preset, Version, Workload, at_least, numbers
from concbench.workloads.between_tasks import timeout_wordings as own
from concbench.workloads.between_tasks.timeout_wordings import EARLY_TOLERANCE, LONG, OVER
from concbench.workloads.latency import lateness
from concbench.workloads.questions import Lanes, Question


@dataclass(frozen=True, slots=True)
class Params:
    """``tasks``: T. ``rounds``: R, the limits of each task. ``fires``: 1 if they fire, 0 if not.

    ``delay``: s, the last limit of each task, which fires; 0: as soon as it is looked at.
    """

    tasks: int = 10
    rounds: int = 100
    fires: int = 0
    delay: float = 0.0

    def __post_init__(self) -> None:
        at_least(1, tasks=self.tasks, rounds=self.rounds)
        at_least(0, fires=self.fires, delay=self.delay)
        if self.fires > 1:
            raise ValueError(f"fires must be 0 or 1, not {self.fires}")

    @property
    def last(self) -> float:
        """The last limit of each task."""
        return max(self.delay, OVER)


def generator(rt: GeneratorRuntime, p: Params) -> list[Factory]:
    """Look at the clock after each yield: nobody else can end what stands in the task itself."""

    def limited(number: int) -> Any:
        fired = 0
        for _ in range(p.rounds):
            over = perf_counter() + (OVER if p.fires else LONG)
            yield
            while p.fires and perf_counter() < over:
                yield
            fired += perf_counter() >= over
        armed = perf_counter()
        yield
        while perf_counter() < armed + p.last:
            yield
        return number, fired + 1, perf_counter() - armed

    return [partial(limited, number) for number in numbers(rt.salt, p.tasks)]


def within(seconds: float, body: Generator[None, None, Any]) -> Generator[None, None, bool]:
    """Step ``body`` to its end, or until its time is over: then it is closed, and True returned."""
    over = perf_counter() + seconds
    for _ in body:
        yield
        if perf_counter() >= over:
            body.close()
            return True
    return False


def delegating(rt: DelegatingRuntime, p: Params) -> list[Factory]:
    """Step what is limited by a generator that looks at the clock after each step."""

    def turn() -> Any:
        yield

    def nothing_comes() -> Any:
        while True:
            yield

    def limited(number: int) -> Any:
        seconds, body = (OVER, nothing_comes) if p.fires else (LONG, turn)
        fired = 0
        for _ in range(p.rounds):
            fired += yield from within(seconds, body())
        armed = perf_counter()
        fired += yield from within(p.last, nothing_comes())
        return number, fired, perf_counter() - armed

    return [partial(limited, number) for number in numbers(rt.salt, p.tasks)]


def coroutine(rt: CoroutineRuntime, p: Params) -> list[Factory]:
    """Enter ``timeout``, which raises TimeoutError when the time is over."""

    async def nothing_comes(seconds: float) -> bool:
        try:
            async with rt.timeout(seconds):
                await rt.Event().wait()
        except TimeoutError:
            return True
        return False

    async def limited(number: int) -> tuple[int, int, float]:
        timeout, switch, fired = rt.timeout, rt.switch, 0
        if p.fires:
            for _ in range(p.rounds):
                fired += await nothing_comes(OVER)
        else:
            for _ in range(p.rounds):
                async with timeout(LONG):
                    await switch()
        armed = perf_counter()
        fired += await nothing_comes(p.last)
        return number, fired, perf_counter() - armed

    return [partial(limited, number) for number in numbers(rt.salt, p.tasks)]


def blocking(rt: BlockingRuntime, p: Params) -> list[Factory]:
    """Take a lock with a time limit: one's turn in the ring of ``switch``, or what nobody frees."""
    if p.tasks == 1 and not p.fires:
        raise NotExpressible("one thread alone has nobody to hand over to, so it cannot suspend")
    ring = [rt.Lock() for _ in range(p.tasks)]
    for lock in ring if p.fires else ring[1:]:
        lock.acquire()

    def limited(index: int, number: int) -> tuple[int, int, float]:
        wait, hand_over, fired = ring[index].acquire, ring[(index + 1) % p.tasks].release, 0
        if p.fires:
            for _ in range(p.rounds):
                fired += not wait(timeout=OVER)
        else:
            wait()
            for _ in range(p.rounds):
                hand_over()
                fired += not wait(timeout=LONG)
            if index < p.tasks - 1:
                hand_over()
        armed = perf_counter()
        fired += not wait(timeout=p.last)
        return number, fired, perf_counter() - armed

    return [partial(limited, index, number) for index, number in enumerate(numbers(rt.salt, p.tasks))]


def promise(p: Params, dialect: Dialect) -> tuple[Promised, ...]:
    """T tasks, side by side where they take turns, that suspend under each limit; the last of each passes."""
    overlap = Overlap(1 if p.fires and dialect == "blocking" else p.tasks)
    suspends = Suspends(p.rounds + 1, exact=False)
    return Spawned(p.tasks), overlap, suspends, Delays((p.delay,) * p.tasks, EARLY_TOLERANCE)


def judge(results: Sequence[Any], p: Params, salt: int = 0) -> str | None:
    """Each limit fired that was to, and no other; the last of each task not before its time."""
    if len(results) != p.tasks:
        return f"{len(results)} results instead of {p.tasks}"
    right = 1 + p.rounds * p.fires
    for number, result in zip(numbers(salt, p.tasks), results, strict=True):
        if type(result) is not tuple or [*map(type, result)] != [int, int, float] or result[0] != number:
            return f"a task returned {result!r}; what it is to return begins with {number}"
        if result[1] != right:
            return f"{result[1]} limits fired, and {right} were to"
        if not p.delay - EARLY_TOLERANCE <= result[2] < inf:
            return f"a limit of {p.delay:.6f} s fired after {result[2]:.6f} s"
    return None


def records(results: Sequence[Any], p: Params) -> dict[str, Any]:
    """Return how late tasks went on after their last limit, where it is one that they wait for."""
    return lateness([took - p.delay for _number, _fired, took in results]) if p.delay else {}


def points(preset: Preset) -> list[Params]:
    """T in decades; limits that fire; and last limits that are waited for."""
    counts = (100,) if preset == "quick" else (1, 10, 100, 1000)
    rounds = {"quick": 20, "standard": 50, "thorough": 100}[preset]
    never = [Params(tasks=tasks, rounds=rounds if tasks < 1000 else rounds // 10) for tasks in counts]
    return [*never, Params(tasks=10, rounds=rounds, fires=1), Params(tasks=50, rounds=rounds, delay=0.02)]


def small(rng: Random) -> list[Params]:
    """One task, two, a few that wait for their last limit, and a random number of each."""
    drawn = Params(rng.randint(3, 20), rng.randint(2, 10), rng.randint(0, 1), rng.uniform(0.01, 0.03))
    return [Params(1, 5), Params(1, 5, fires=1), Params(2, 1, delay=0.02), Params(5, 10, fires=1), drawn]


WORKLOAD = Workload(
    name="timeout",
    version="1",
    family="between-tasks",
    summary="T tasks that put R time limits on a turn, or on what never comes",
    reading=(
        "Time and CPU per limit, from the paired slope between R and 2R. With fires=0 a limit of a minute is"
        " armed, a turn is taken, and it is taken back: the same turns without limits are switch, and the"
        " difference is the price of a limit. With fires=1 it is over at once: the price of one that fires,"
        " with no waiting in it. With a delay, lateness says how late tasks go on after their last limit. It"
        " does not tell of limits within limits, nor of many thousands that are armed at once for long."
    ),
    params=Params,
    units={"delay": "s"},
    versions={
        "polling": own.polling,
        "generator": generator,
        "delegating": Version(
            delegating, preferred=Version(own.of_tasks, needs={Capability.TIMEOUT, Capability.EVENT})
        ),
        "coroutine": Version(coroutine, needs={Capability.TIMEOUT, Capability.SWITCH, Capability.EVENT}),
        "blocking": Version(blocking, needs={Capability.LOCK, Capability.SHARED_MEMORY}),
        "trio": own.scoped,
        "anyio-asyncio": own.scoped,
        "anyio-trio": own.scoped,
        "curio": own.curio,
        "tinyio": own.tinyio,
        "async-await": own.of_coroutines,
        "gevent": own.gevent,
    },
    promise=promise,
    judge=judge,
    points=points,
    small=small,
    memory_points=lambda _points: [],
    smallest=Params(tasks=2, rounds=2),
    brief=Params(tasks=10, rounds=100),
    doubled="rounds",
    unit="timeout",
    counts=lambda p, _ledger: {"timeout": p.tasks * (p.rounds + 1)},
    floor=lambda p: p.delay,
    records=records,
    questions=(
        Question(
            title="Time limits that never fire",
            where="fires=0",
            metric="wall",
            goal="least time per limit",
            rank=61,
            price=(
                "One turn is in it, whose own price is that of switch. Who looks at a clock at each turn, as"
                " polling loops do, has no limit on what does not look."
            ),
        ),
        Question(
            title="Time limits that fire",
            where="fires=1",
            metric="wall",
            goal="least time per limit",
            axis="fires",
            bound=1,
            rank=62,
            price="It is over as soon as it is armed: what is measured is to stop a task, not to wait.",
        ),
    ),
    lanes=Lanes(
        params=Params(tasks=3, rounds=2, delay=0.002),
        reading=(
            "Each task takes two turns under a limit that does not fire, and then waits for what never comes,"
            " until its last limit, of 2 ms, wakes it. Who polls is asked all the while."
        ),
    ),
)
