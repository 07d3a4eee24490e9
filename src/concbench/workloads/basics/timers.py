"""timers: n tasks that each sleep until a deadline of their own.

What it measures is punctuality and its price: how late each task goes on, and what the model spent to
get there. A task arms its deadline when it first runs, as any ``sleep`` does, so a model that runs its
tasks one after another is late by all the delays before. The floor is the longest delay itself.
"""

from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial
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
from concbench.promises import Delays, Overlap, Spawned
from concbench.workloads.base import Preset, Version, Workload, at_least
from concbench.workloads.latency import lateness as figures_of
from concbench.workloads.questions import Lanes, Question

EARLY_TOLERANCE = 0.002
"""How early (s) a task may wake and still have slept: event loops round deadlines to 1 ms ticks, and
wake up to one tick early (uvloop does). Every early wake is counted all the same."""

SURE_DELAY = 0.02
SURE_TASKS = 5
"""From which delay (s) and number of tasks on two tasks surely overlap: on a busy machine a delay may be
over before the next thread has started, but hardly so four times in a row. That each task suspends is not
promised: if its process is taken from the CPU when it has just armed, the delay is over at its first look.
"""

NUMBERS = frozenset({int, float})


@dataclass(frozen=True, slots=True)
class Params:
    """``tasks``: how many sleep. ``delay``: s. ``spread``: delays are drawn from delay × [1 − spread, 1].

    ``seed`` draws them.
    """

    tasks: int = 100
    delay: float = 0.02
    spread: float = 0.0
    seed: int = 1

    def __post_init__(self) -> None:
        at_least(1, tasks=self.tasks)
        at_least(0, delay=self.delay, spread=self.spread)
        if self.spread > 1:
            raise ValueError(f"spread must be at most 1, not {self.spread:g}")


@lru_cache(maxsize=64)
def delays(p: Params) -> tuple[float, ...]:
    """Return each task's delay in s; the longest is always ``p.delay`` itself, so the floor is exact."""
    rng = Random(p.seed)
    drawn = [p.delay * (1 - p.spread * rng.random()) for _ in range(p.tasks)]
    drawn[rng.randrange(p.tasks)] = p.delay
    return tuple(drawn)


@cache
def timer_class(sleep: Any) -> Any:
    """Return the class of the polled tasks, the same for every run (see ``spawn``)."""

    class Timer(sleep):  # type: ignore[misc]
        @property
        def result(self) -> tuple[float, float]:
            return self.armed, self.woke

        @result.setter
        def result(self, value: object) -> None:
            """Ignore the base class's initial None."""

    return Timer


def polling(rt: PollingRuntime, p: Params) -> list[Factory]:
    """The tutorial's Sleep, which knows when it was armed and when it woke."""
    timer = timer_class(rt.Sleep)
    return [partial(timer, delay) for delay in delays(p)]


def generator(rt: GeneratorRuntime, p: Params) -> list[Factory]:
    """The tutorial's sleep_generator: the waiting loop stands in the task itself."""
    now = rt.now

    def timer(delay: float) -> Any:
        armed = now()
        threshold = armed + delay
        while now() < threshold:
            yield
        return armed, now()

    return [partial(timer, delay) for delay in delays(p)]


def delegating(rt: DelegatingRuntime, p: Params) -> list[Factory]:
    """Wait in a sub-generator."""
    now = rt.now

    def timer(delay: float) -> Any:
        armed = now()
        yield from rt.sleep(delay)
        return armed, now()

    return [partial(timer, delay) for delay in delays(p)]


def coroutine(rt: CoroutineRuntime, p: Params) -> list[Factory]:
    """Await the library's sleep."""
    now = rt.now

    async def timer(delay: float) -> tuple[float, float]:
        armed = now()
        await rt.sleep(delay)
        return armed, now()

    return [partial(timer, delay) for delay in delays(p)]


def blocking(rt: BlockingRuntime, p: Params) -> list[Factory]:
    """Call the system's sleep."""
    now = rt.now

    def timer(delay: float) -> tuple[float, float]:
        armed = now()
        rt.sleep(delay)
        return armed, now()

    return [partial(timer, delay) for delay in delays(p)]


def lateness(results: Sequence[tuple[float, float]], p: Params) -> list[float]:
    """Return each task's signed lateness in s: negative where it went on before its deadline."""
    return [woke - armed - delay for (armed, woke), delay in zip(results, delays(p), strict=True)]


def inversions(results: Sequence[tuple[float, float]], p: Params) -> int:
    """Return how many pairs of tasks went on in the opposite order of their deadlines."""
    by_wake = sorted(zip(results, delays(p), strict=True), key=lambda item: item[0][1])
    seen: list[float] = []
    count = 0
    for (armed, _woke), delay in by_wake:
        deadline = armed + delay
        count += len(seen) - bisect_right(seen, deadline)
        insort(seen, deadline)
    return count


def records(results: Sequence[tuple[float, float]], p: Params) -> dict[str, Any]:
    """Return the figures of the lateness, the early wakes among them, and the inversions."""
    figures = figures_of(lateness(results, p))
    return figures | {"inversions": inversions(results, p)} if p.spread else figures


def promise(p: Params, _dialect: Dialect) -> tuple[Promised, ...]:
    """Tasks sleep side by side, and none goes on before its time (less the tolerance)."""
    sure = p.tasks >= SURE_TASKS and p.delay * (1 - p.spread) >= SURE_DELAY
    return Spawned(p.tasks), Overlap(2 if sure else 1, room=p.tasks), Delays(delays(p), EARLY_TOLERANCE)


def judge(results: Sequence[Any], p: Params) -> str | None:
    """Every task slept, none beyond the tolerance too early."""
    if len(results) != p.tasks:
        return f"{len(results)} results instead of {p.tasks}"
    for index, (result, delay) in enumerate(zip(results, delays(p), strict=True)):
        if not (type(result) is tuple and len(result) == 2 and NUMBERS.issuperset(map(type, result))):
            return f"task {index} returned {result!r} instead of (armed, woke)"
        if not result[1] - result[0] >= delay - EARLY_TOLERANCE:
            return f"task {index} slept {result[1] - result[0]:.6f} s of its {delay:.6f} s"
    return None


def points(preset: Preset) -> list[Params]:
    """n in decades; beyond ``quick``, once more with deadlines that differ."""
    if preset == "quick":
        return [Params(tasks=tasks, delay=0.02) for tasks in (10, 100, 1000)]
    counts = (1, 10, 100, 1000)
    delay = {"standard": 0.05, "thorough": 0.1}[preset]
    return [Params(tasks, delay, spread) for spread in (0.0, 0.5) for tasks in counts]


def small(rng: Random) -> list[Params]:
    """One task, a few with the same delay, and a random number with different ones."""
    drawn = Params(rng.randint(5, 40), rng.uniform(0.05, 0.08), rng.uniform(0.1, 0.5), rng.randrange(10**6))
    return [Params(1, 0.02), Params(10, 0.03), drawn]


WORKLOAD = Workload(
    name="timers",
    version="1",
    family="basics",
    summary="n tasks that each sleep until a deadline of their own",
    reading=(
        "Time above the floor (the longest delay) and CPU per task; lateness p50 and p99 say how punctual "
        "a typical and an unlucky task was. A busy loop is the most punctual while tasks are few, and pays "
        "with a whole core; read the CPU column before you believe the lateness column."
    ),
    params=Params,
    units={"delay": "s"},
    versions={
        "polling": Version(polling, needs={Capability.SLEEP}),
        "generator": generator,
        "delegating": Version(delegating, needs={Capability.SLEEP}),
        "coroutine": Version(coroutine, needs={Capability.SLEEP}),
        "blocking": Version(blocking, needs={Capability.SLEEP}),
    },
    promise=promise,
    judge=judge,
    points=points,
    small=small,
    smallest=Params(tasks=2, delay=0.001),
    brief=Params(tasks=100, delay=0.01),
    records=records,
    floor=lambda p: p.delay,
    needs_own_slice=True,
    reported=lambda result: result,
    questions=(
        Question(
            title="A few timers",
            metric="lateness_p50",
            goal="least late",
            many=False,
            bound=10,
            rank=10,
            price=(
                "A loop that polls is punctual because it never sleeps: it keeps a core busy all the while."
            ),
        ),
        Question(
            title="Many timers, punctual",
            metric="lateness_p99",
            goal="unlucky tasks (p99) least late",
            rank=10,
            tells="punctual",
            price=(
                "Polling keeps a core busy; tasks that start slowly, as threads do, also end later than"
                " asked."
            ),
        ),
        Question(
            title="Many timers, cheap",
            metric="cpu",
            goal="least CPU per task",
            rank=10,
            tells="cheap",
            price=(
                "It is the price of making, parking and waking; a sleeping model pays nothing for the delay."
            ),
        ),
    ),
    lanes=Lanes(
        # With this seed four tasks sleep about 5, 10, 15 and 20 ms.
        params=Params(tasks=4, delay=0.02, spread=0.8, seed=6481),
        reading=(
            "Each lane is a task: a bar where it ran, a thin line where it was suspended. A busy loop asks"
            " its tasks over and over whether their time has come, so their lanes are solid; an event loop"
            " and threads leave them alone until it has, and the processor is free in between. The number at"
            " the right says how often the task was resumed."
        ),
        kept=True,
    ),
)
