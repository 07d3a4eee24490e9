"""mix: n tasks that wait, then compute, round after round: what services do between two requests.

A round is a wait (for a database, say), then so many steps of pure computing, the same on every interpreter
(:mod:`concbench.workloads.steps`). What it shows is at which share of computing models change places. A
loop in one thread computes for one task at a time, and all others are late meanwhile; threads under one
lock take turns at computing and pay for the turns; processes, interpreters and threads of a build without
that lock compute side by side, and pools have fewer workers than tasks.

A task asks the system's clock, not the model's, twice a round: when it had waited, and when it had computed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial
from random import Random
from time import perf_counter as now
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
from concbench.workloads.basics.timers import EARLY_TOLERANCE, NUMBERS, SURE_DELAY, SURE_TASKS
from concbench.workloads.computing.rounds import Waits, latencies, require_few, rounds_of
from concbench.workloads.latency import distribution, latency
from concbench.workloads.questions import Lanes, Question
from concbench.workloads.steps import after, compute, start_of


@dataclass(frozen=True, slots=True)
class Params:
    """``tasks``: how many there are. ``rounds``: how often each waits and computes. ``wait``: s.

    ``steps``: of computing, in each round. ``spread``: waits are drawn from wait × [1 − spread, 1 + spread],
    each anew; ``seed`` draws them. ``deadline``: within how many s of the end of its wait a round has to be
    done to count as kept; it changes nothing that is done.
    """

    tasks: int = 8
    rounds: int = 2
    wait: float = 0.004
    steps: int = 4_000
    spread: float = 0.0
    seed: int = 1
    deadline: float = 0.1

    def __post_init__(self) -> None:
        require_few(self.tasks, self.rounds)
        at_least(0, wait=self.wait, steps=self.steps, spread=self.spread, deadline=self.deadline)
        if self.spread > 1:
            raise ValueError(f"spread must be at most 1, not {self.spread:g}")


@lru_cache(maxsize=16)
def waits(p: Params) -> tuple[Waits, ...]:
    """Return each task's waits in s, one for each round."""
    rng, least = Random(p.seed), p.wait * (1 - p.spread)
    each = [[least + 2 * p.wait * p.spread * rng.random() for _ in range(p.rounds)] for _ in range(p.tasks)]
    return tuple(map(tuple, each))


def tasks_of(rt: Any, p: Params, task: Any) -> list[Factory]:
    """Return a factory for each task: ``task`` is given where its computing starts, and its waits."""
    begin = map(start_of, numbers(rt.salt, p.tasks))
    return [partial(task, value, mine) for value, mine in zip(begin, waits(p), strict=True)]


@cache
def mixed_class(task: Any, sleep: Any) -> Any:
    """Return the class of the polled tasks, the same for every run (see ``spawn``)."""

    class Mixed(task):  # type: ignore[misc]
        def __init__(self, steps: int, value: int, waits: Waits) -> None:
            super().__init__()
            self.steps, self.value, self.waits = steps, value, iter(waits)
            self.times: list[float] = []
            self.waiting = sleep(next(self.waits))

        def run(self) -> None:
            if not self.times:
                self.times.append(now())
            self.waiting.run()
            if self.waiting.ready:
                self.times.append(now())
                self.value = compute(self.value, self.steps)
                self.times.append(now())
                self.go_on()

        def go_on(self) -> None:
            wait = next(self.waits, None)
            if wait is None:
                self.result = self.value, *self.times
                self.ready = True
            else:
                self.waiting = sleep(wait)
                self.waiting.run()

    return Mixed


def polling(rt: PollingRuntime, p: Params) -> list[Factory]:
    """A state machine that polls the tutorial's Sleep, and computes when that is ready."""
    return tasks_of(rt, p, partial(mixed_class(rt.Task, rt.Sleep), p.steps))


def generator(rt: GeneratorRuntime, p: Params) -> list[Factory]:
    """The tutorial's sleep_generator, written out in the task, since a flat generator calls none."""
    steps = p.steps

    def mixed(value: int, waits: Waits) -> Any:
        times = [now()]
        for wait in waits:
            threshold = now() + wait
            while now() < threshold:
                yield
            times.append(now())
            value = compute(value, steps)
            times.append(now())
        return value, *times

    return tasks_of(rt, p, mixed)


def delegating(rt: DelegatingRuntime, p: Params) -> list[Factory]:
    """Wait in a sub-generator."""
    steps = p.steps

    def mixed(value: int, waits: Waits) -> Any:
        times = [now()]
        for wait in waits:
            yield from rt.sleep(wait)
            times.append(now())
            value = compute(value, steps)
            times.append(now())
        return value, *times

    return tasks_of(rt, p, mixed)


def coroutine(rt: CoroutineRuntime, p: Params) -> list[Factory]:
    """Await the library's sleep; compute in the loop's thread, as whoever does not think of it does."""
    steps = p.steps

    async def mixed(value: int, waits: Waits) -> Any:
        times = [now()]
        for wait in waits:
            await rt.sleep(wait)
            times.append(now())
            value = compute(value, steps)
            times.append(now())
        return value, *times

    return tasks_of(rt, p, mixed)


def blocking(rt: BlockingRuntime, p: Params) -> list[Factory]:
    """Call the system's sleep, and compute."""
    steps = p.steps

    def mixed(value: int, waits: Waits) -> Any:
        times = [now()]
        for wait in waits:
            rt.sleep(wait)
            times.append(now())
            value = compute(value, steps)
            times.append(now())
        return value, *times

    return tasks_of(rt, p, mixed)


def records(results: Sequence[Sequence[float]], p: Params) -> dict[str, Any]:
    """Return the latency of rounds, the share of them within the deadline, and that of computing.

    ``computing_share`` is what the quickest round's computing is of it and the wait: the share of its time
    for which a task wants a CPU to itself. ``latency_ns`` holds every latency in ascending order; beyond 101
    rounds, their percentiles.
    """
    late = latencies(results, waits(p))
    rounds = (one for result, mine in zip(results, waits(p), strict=True) for one in rounds_of(result, mine))
    computing = min(one.done - one.woke for one in rounds)
    kept = sum(one <= p.deadline for one in late) / len(late)
    share = computing / (computing + p.wait) if computing else 0.0
    return latency(late) | distribution(late) | {"kept": kept, "computing_share": share}


def promise(p: Params, _dialect: Dialect) -> tuple[Promised, ...]:
    """Tasks wait side by side, as many as there are workers, and none goes on before its time."""
    asleep = tuple(map(sum, waits(p)))
    sure = p.tasks >= SURE_TASKS and min(asleep) >= SURE_DELAY
    delays = Delays(asleep, p.rounds * EARLY_TOLERANCE)
    return Spawned(p.tasks), Overlap(2 if sure else 1, queues=True), delays


def judge(results: Sequence[Any], p: Params, salt: int = 0) -> str | None:
    """Every task computed from its own number on, all rounds, and none before its wait was over."""
    if len(results) != p.tasks:
        return f"{len(results)} results instead of {p.tasks}"
    for index, (number, mine) in enumerate(zip(numbers(salt, p.tasks), waits(p), strict=True)):
        result, right = results[index], after(start_of(number), p.rounds * p.steps)
        if type(result) is not tuple or len(result) != 2 + 2 * p.rounds:
            return f"task {index} returned {result!r} instead of a number and {1 + 2 * p.rounds} times"
        if type(result[0]) is not int or result[0] != right:
            return f"task {index} computed {result[0]!r} instead of {right}"
        if not NUMBERS.issuperset(map(type, result)):
            return f"task {index} returned {result!r}, in which a time is none"
        for place, one in enumerate(rounds_of(result, mine)):
            if not (one.woke - one.began >= one.wait - EARLY_TOLERANCE and one.done >= one.woke):
                return (
                    f"task {index} waited {one.woke - one.began:.6f} s of its {one.wait:.6f} s in round"
                    f" {place}, and was done {one.done - one.woke:.6f} s later"
                )
    return None


def points(preset: Preset) -> list[Params]:
    """Computing from next to nothing to as long as the wait; a step takes some 60 to 150 ns."""
    sweep = (400, 4_000, 40_000) if preset == "quick" else (400, 2_000, 4_000, 8_000, 16_000, 40_000)
    return [Params(steps=steps) for steps in sweep]


def small(rng: Random) -> list[Params]:
    """One task of one round, more tasks than a small pool has workers, and random waits."""
    drawn = Params(rng.randint(5, 20), rng.randint(2, 4), rng.uniform(0.01, 0.02), rng.randint(0, 5_000))
    spread, seed = rng.uniform(0, 0.3), rng.randrange(10**6)
    return [Params(1, 1, 0.005, 0), Params(10, 3, 0.01, 1_000), replace(drawn, spread=spread, seed=seed)]


WORKLOAD = Workload(
    name="mix",
    version="1",
    family="computing",
    summary="n tasks × r rounds of waiting and then computing",
    reading=(
        "Time above the floor (the waits themselves) and CPU per round. `computing` is the share of a task's"
        " time for which it wants a CPU to itself: where two models' times cross over the steps, read there"
        " at which share they change places. `latency` is how long after the end of its wait a round was"
        " done, the first counted from when the first of all tasks began, so who waits for a worker of a pool"
        " is late; `in time` is the share of rounds within the deadline. It does not tell how a model does"
        " whose computing is handed to helpers (see offload), nor with other numbers of CPUs."
    ),
    params=Params,
    units={"wait": "s", "deadline": "s"},
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
    smallest=Params(tasks=2, rounds=1, wait=0.001, steps=10),
    brief=Params(tasks=100, rounds=1, wait=0.001, steps=200),
    records=records,
    floor=lambda p: max(map(sum, waits(p))),
    needs_own_slice=True,
    unit="round",
    counts=lambda p, _ledger: {"round": p.tasks * p.rounds},
    questions=(
        Question(
            title="Waiting, and a little computing",
            metric="latency_p99",
            goal="unlucky rounds (p99) least late",
            axis="steps",
            many=False,
            bound=4_000,
            rank=50,
            price="A pool with fewer workers than tasks keeps tasks waiting for a worker, and that is late.",
        ),
        Question(
            title="Waiting, and much computing",
            metric="wall",
            goal="least time per round",
            axis="steps",
            bound=40_000,
            rank=50,
            price="With a GIL only processes and interpreters compute side by side, on more than one CPU.",
        ),
    ),
    lanes=Lanes(
        params=Params(tasks=4, rounds=2, wait=0.004, steps=20_000),
        reading=(
            "Each lane is a task, a bar where it ran. In a loop no two bars stand above each other: who wakes"
            " while another computes is late by all of that. Where tasks run in threads, bars overlap, and"
            " are longer by the turns that the others take."
        ),
    ),
)
