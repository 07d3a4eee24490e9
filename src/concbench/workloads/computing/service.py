"""service: n tasks to each of which something comes in now and then; it waits, computes, and has a deadline.

A round is what a request costs a service: it comes in at a time of its own, waits (for a database, say),
computes, and is done. Rounds come in whether the model has time for them or not, at times drawn beforehand,
and a round's latency counts from the time at which it was to come in: whoever is late for one is late for
all that wait behind it, and it shows (no coordinated omission). Between rounds a task sleeps, as an idle
connection does. Times are those of the system's clock, not of the model's.

All tasks are there before the first round: making them is not what a service does. Then rounds come in for as
long as a round waits, so that waiting and computing go on beside each other, and for the window. Over that
one task more, the keeper, reads how much of the machine's cores is in use.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from random import Random
from time import perf_counter as now
from time import process_time
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
from concbench.workloads.base import Preset, Version, Workload, at_least, numbers
from concbench.workloads.computing.arrivals import behind, end_of, rounds, steady_from, times_of
from concbench.workloads.computing.service_polled import keeper_class, served_class
from concbench.workloads.latency import latency
from concbench.workloads.questions import Question
from concbench.workloads.steps import after, compute, start_of

EARLY = 0.002
"""How early (s) a sleep may end: event loops round to ticks of 1 ms, and wake up to one tick too soon."""

WARM_S = 0.5
"""The window (s) of an untimed run: what it has to warm is warm by then, the rest would only wait."""

MOST_ROUNDS = 1_000_000
"""More than any model here serves in a window, and few enough to be drawn beforehand."""


@dataclass(frozen=True, slots=True)
class Params:
    """``tasks``: how many. ``rate``: rounds a minute of each. ``wait``: s, then ``steps`` of computing.

    ``deadline``: s, for a round from its coming in; ``share`` of the rounds have to keep it. Rounds come in
    for ``wait`` + ``window`` s, at times that ``seed`` draws. ``compute`` says how long (s) the steps were to
    take, where they were chosen for a time: the steps decide.
    """

    tasks: int = 100
    rate: float = 600.0
    wait: float = 0.005
    steps: int = 1000
    deadline: float = 0.05
    share: float = 0.99
    window: float = 0.5
    seed: int = 1
    compute: float = 0.0

    def __post_init__(self) -> None:
        at_least(1, tasks=self.tasks)
        at_least(0, wait=self.wait, steps=self.steps, compute=self.compute)
        at_least(1e-6, rate=self.rate, deadline=self.deadline, share=self.share, window=self.window)
        if self.share > 1:
            raise ValueError(f"share must be at most 1, not {self.share:g}")
        if self.tasks * (self.wait + self.window) * self.rate / 60 > MOST_ROUNDS:
            raise ValueError(
                f"rate must be such that no more than {MOST_ROUNDS} rounds come in, not {self.rate:g}"
            )


def values(salt: int, p: Params) -> list[int]:
    """Return what each task computes on, in a run of this salt."""
    return [start_of(number) for number in numbers(salt, p.tasks)]


def polling(rt: PollingRuntime, p: Params) -> list[Factory]:
    """Look at the clock at every poll: has the next round come in, has it waited?"""
    served = partial(served_class(rt.Task), (p.wait, p.steps, end_of(p)))
    tasks = map(partial, [served] * p.tasks, values(rt.salt, p), times_of(p))
    return [*tasks, partial(keeper_class(rt.Task), steady_from(p), p.window)]


def generator(rt: GeneratorRuntime, p: Params) -> list[Factory]:
    """Look at the clock at every step, in loops of the task's own."""
    end = end_of(p)

    def served(value: int, times: Sequence[float]) -> Any:
        begin, late = now(), []
        for time in times:
            while now() < begin + time:
                yield
            waited = now() + p.wait
            while now() < waited:
                yield
            value = compute(value, p.steps)
            late.append(now() - begin - time)
        while now() < begin + end:
            yield
        return value, late

    def keeper() -> Any:
        first = now() + steady_from(p)
        while now() < first:
            yield
        used, began = process_time(), now()
        while now() < began + p.window:
            yield
        return process_time() - used, now() - began

    return [*map(partial, [served] * p.tasks, values(rt.salt, p), times_of(p)), keeper]


def delegating(rt: DelegatingRuntime, p: Params) -> list[Factory]:
    """Wait in sub-generators."""
    sleep, end = rt.sleep, end_of(p)

    def served(value: int, times: Sequence[float]) -> Any:
        begin, late = now(), []
        for time in times:
            yield from sleep(max(0.0, begin + time - now()))
            yield from sleep(p.wait)
            value = compute(value, p.steps)
            late.append(now() - begin - time)
        yield from sleep(max(0.0, begin + end - now()))
        return value, late

    def keeper() -> Any:
        yield from sleep(steady_from(p))
        used, began = process_time(), now()
        yield from sleep(p.window)
        return process_time() - used, now() - began

    return [*map(partial, [served] * p.tasks, values(rt.salt, p), times_of(p)), keeper]


def coroutine(rt: CoroutineRuntime, p: Params) -> list[Factory]:
    """Await the library's sleep."""
    sleep, end = rt.sleep, end_of(p)

    async def served(value: int, times: Sequence[float]) -> tuple[int, list[float]]:
        begin, late = now(), list[float]()
        for time in times:
            await sleep(max(0.0, begin + time - now()))
            await sleep(p.wait)
            value = compute(value, p.steps)
            late.append(now() - begin - time)
        await sleep(max(0.0, begin + end - now()))
        return value, late

    async def keeper() -> tuple[float, float]:
        await sleep(steady_from(p))
        used, began = process_time(), now()
        await sleep(p.window)
        return process_time() - used, now() - began

    return [*map(partial, [served] * p.tasks, values(rt.salt, p), times_of(p)), keeper]


def blocking(rt: BlockingRuntime, p: Params) -> list[Factory]:
    """Call the system's sleep."""
    sleep, end = rt.sleep, end_of(p)

    def served(value: int, times: Sequence[float]) -> tuple[int, list[float]]:
        begin, late = now(), list[float]()
        for time in times:
            sleep(max(0.0, begin + time - now()))
            sleep(p.wait)
            value = compute(value, p.steps)
            late.append(now() - begin - time)
        sleep(max(0.0, begin + end - now()))
        return value, late

    def keeper() -> tuple[float, float]:
        sleep(steady_from(p))
        used, began = process_time(), now()
        sleep(p.window)
        return process_time() - used, now() - began

    return [*map(partial, [served] * p.tasks, values(rt.salt, p), times_of(p)), keeper]


def promise(p: Params, _dialect: Dialect) -> tuple[Promised, ...]:
    """All tasks and the keeper find room, and each stays until its window is over.

    Half of them are there at once: where it takes long to start threads, the first have ended by the last.
    """
    end = end_of(p)
    together = Overlap(1 + p.tasks // 2, room=p.tasks + 1)
    return Spawned(p.tasks + 1), together, Delays((end,) * (p.tasks + 1), EARLY)


def judge(results: Sequence[Any], p: Params, salt: int = 0) -> str | None:
    """Every round was computed, and none was done before it had come in and waited."""
    if len(results) != p.tasks + 1:
        return f"{len(results)} results instead of {p.tasks + 1}"
    for index, (result, times) in enumerate(zip(results[:-1], times_of(p), strict=True)):
        if not (type(result) is tuple and len(result) == 2 and _times(result[1], len(times))):
            return f"task {index} returned {result!r} instead of a value and {len(times)} latencies"
        if type(result[0]) is not int or result[0] != after(start_of(salt + index), p.steps * len(times)):
            return f"task {index} computed {result[0]!r}"
        if result[1] and min(result[1]) < p.wait - 2 * EARLY:
            return f"a round of task {index} was done after {min(result[1]):.6f} s of its {p.wait:.6f} s"
    if not (type(results[-1]) is tuple and _times(list(results[-1]), 2)):
        return f"the keeper returned {results[-1]!r} instead of CPU time and time"
    return None


def _times(told: object, count: int) -> bool:
    return type(told) is list and len(told) == count and all(type(one) is float for one in told)


def records(results: Sequence[Any], p: Params) -> dict[str, Any]:
    """Return latencies (ns), which share of rounds kept the deadline, how many cores were in use, the delay.

    ``behind`` is how much later (s) rounds were done for each s in which they came in: where more comes in
    than is done it grows with the load, and rounds would be ever later if the window were longer.
    """
    came = sorted(zip(chain(*times_of(p)), chain(*(late for _, late in results[:-1])), strict=True))
    late = [one for _, one in came]
    used, seconds = results[-1]
    kept = sum(one <= p.deadline for one in late) / len(late)
    return latency(late) | {"kept": kept, "cores": max(0.0, used) / seconds, "behind": behind(came)}


def points(preset: Preset) -> list[Params]:
    """n in decades, at the same number of rounds for each."""
    counts = (100, 1000) if preset == "quick" else (10, 100, 1000)
    return [Params(tasks=tasks, rate=60.0, window=1.0) for tasks in counts]


def small(rng: Random) -> list[Params]:
    """One task, a few, and some with much to do."""
    return [
        Params(1, rate=6000, window=0.05),
        Params(7, rate=1.0, window=0.05),
        Params(
            rng.randint(8, 30), rate=rng.uniform(600, 3000), wait=0.0, window=0.1, seed=rng.randrange(10**6)
        ),
    ]


WORKLOAD = Workload(
    name="service",
    version="1",
    family="computing",
    summary="n tasks whose rounds come in by themselves: each waits, computes, and has a deadline",
    reading=(
        "Latency counts from when a round comes in, so it holds what the load waits for; kept is the share of"
        " rounds within the deadline; cores says how much of the machine is in use meanwhile; behind, how"
        " much later rounds are done for each second in which they come in: from some hundredths on a longer"
        " window would have worse latencies. A model that polls uses a core whatever comes in."
    ),
    params=Params,
    units={"rate": "/min", "wait": "s", "deadline": "s", "window": "s", "compute": "s"},
    versions={
        "polling": polling,
        "generator": generator,
        "delegating": Version(delegating, needs={Capability.SLEEP}),
        "coroutine": Version(coroutine, needs={Capability.SLEEP}),
        # The keeper reads the CPU time of one process.
        "blocking": Version(blocking, needs={Capability.SLEEP, Capability.SHARED_MEMORY}),
    },
    promise=promise,
    judge=judge,
    points=points,
    small=small,
    smallest=Params(tasks=2, rate=6000, wait=0.001, steps=10, window=0.01),
    brief=Params(tasks=100, rate=600, window=0.1),
    warm=lambda p: replace(p, window=min(p.window, WARM_S)),
    records=records,
    memory_points=lambda sets: [one for one in sets if one.steps] or sets,
    floor=end_of,
    needs_own_slice=True,
    unit="round",
    counts=lambda p, _ledger: {"round": rounds(p)},
    questions=(
        Question(
            title="A service with a deadline",
            metric="latency_p99",
            goal="unlucky rounds (p99) done soonest",
            rank=60,
            price="It is measured at the suite's own numbers; concbench advise measures yours.",
        ),
    ),
)
