"""tutorial: foo → bar → sleep, 123 handed back up the calls: the seed tutorial's third example.

What it shows is that a task may wait deep inside its calls and still hand a value back, for any number of
tasks at once. It belongs to ``concbench seeds`` and is left out of the list of workloads: ``timers`` and
``chain`` measure its two halves apart. Beyond the 123, each task returns when it was armed and when it
went on, so that its lateness is known.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from concbench.models.base import BlockingRuntime, CoroutineRuntime, DelegatingRuntime, Dialect, Factory
from concbench.models.capabilities import Capability
from concbench.promised import Promised
from concbench.workloads.base import Preset, Version, Workload, at_least, judge_equal
from concbench.workloads.basics import timers
from concbench.workloads.basics.chain import GENERATOR, POLLING

VALUE = 123
"""What ``bar`` returns, and what the tutorial's loop drops."""

Result = tuple[int, float, float]
"""The value, and when (s) the task was armed and went on."""


@dataclass(frozen=True, slots=True)
class Params:
    """``tasks``: how many call foo. ``delay``: s that each of them sleeps in bar."""

    tasks: int = 100
    delay: float = 0.02

    def __post_init__(self) -> None:
        at_least(1, tasks=self.tasks)
        at_least(0, delay=self.delay)


def delegating(rt: DelegatingRuntime, p: Params) -> list[Factory]:
    """The tutorial's own foo and bar."""
    now = rt.now

    def bar() -> Generator[None, None, int]:
        yield from rt.sleep(p.delay)
        return VALUE

    def foo() -> Generator[None, None, Result]:
        armed = now()
        value = yield from bar()
        return value, armed, now()

    return [foo] * p.tasks


def coroutine(rt: CoroutineRuntime, p: Params) -> list[Factory]:
    """The same with await."""
    now = rt.now

    async def bar() -> int:
        await rt.sleep(p.delay)
        return VALUE

    async def foo() -> Result:
        armed = now()
        value = await bar()
        return value, armed, now()

    return [foo] * p.tasks


def blocking(rt: BlockingRuntime, p: Params) -> list[Factory]:
    """The same with plain calls."""
    now = rt.now

    def bar() -> int:
        rt.sleep(p.delay)
        return VALUE

    def foo() -> Result:
        armed = now()
        value = bar()
        return value, armed, now()

    return [foo] * p.tasks


def timers_of(p: Params) -> timers.Params:
    """Return the parameters of the sleeping half: the same tasks and delay, in the workload ``timers``."""
    return timers.Params(p.tasks, p.delay)


def records(results: Sequence[Result], p: Params) -> dict[str, Any]:
    """Return how many tasks handed 123 back (``collected``), and the records of ``timers`` (ns)."""
    collected = sum(value == VALUE for value, _armed, _woke in results)
    slept = [(armed, woke) for _value, armed, woke in results]
    return {"collected": collected} | timers.records(slept, timers_of(p))


def promise(p: Params, dialect: Dialect) -> tuple[Promised, ...]:
    """What ``timers`` promises, for the same reasons; ``chain`` promises the depth at which tasks suspend."""
    return timers.promise(timers_of(p), dialect)


def judge(results: Sequence[Any], p: Params) -> str | None:
    """Every task hands back 123, and slept for it."""
    for index, result in enumerate(results):
        if not (type(result) is tuple and len(result) == 3):
            return f"task {index} returned {result!r} instead of (123, armed, woke)"
    wrong = judge_equal([value for value, _armed, _woke in results], [VALUE] * p.tasks)
    return wrong or timers.judge([(armed, woke) for _value, armed, woke in results], timers_of(p))


def points(_preset: Preset) -> list[Params]:
    """The tutorial's number of tasks, whatever the preset."""
    return [Params()]


def small(rng: Random) -> list[Params]:
    """One task, and a few with a random delay."""
    return [Params(1, 0.02), Params(rng.randint(2, 20), rng.uniform(0.02, 0.05))]


WORKLOAD = Workload(
    name="tutorial",
    version="1",
    family="basics",
    summary="foo → bar → sleep, 123 handed back: the seed tutorial's third example",
    reading=(
        "Time above the delay and lateness beside the CPU time that they cost: the tutorial prints the "
        "first alone, and a loop that never sleeps looks best there."
    ),
    params=Params,
    units={"delay": "s"},
    versions={
        "polling": POLLING,
        "generator": GENERATOR,
        "delegating": Version(delegating, needs={Capability.SLEEP}),
        "coroutine": Version(coroutine, needs={Capability.SLEEP}),
        "blocking": Version(blocking, needs={Capability.SLEEP}),
    },
    promise=promise,
    judge=judge,
    points=points,
    small=small,
    smallest=Params(tasks=2, delay=0.001),
    records=records,
    floor=lambda p: p.delay,
    needs_own_slice=True,
    reported=lambda result: result[1:],
)
