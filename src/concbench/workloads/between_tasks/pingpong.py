"""pingpong: pairs of tasks that hand a ball to and fro through two mailboxes with room for one.

What it measures is the round trip: from handing something to another task to having its answer. One of a pair
goes on only when the other has answered: it is ``queue`` without any room to hide in. The first of each pair
looks at the system's clock, which no model lends, at every ball that comes back.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cache, partial
from itertools import pairwise
from random import Random
from time import perf_counter
from typing import Any, TypeAlias

from concbench.models.base import (
    BlockingRuntime,
    CoroutineRuntime,
    DelegatingRuntime,
    Dialect,
    Factory,
    GeneratorRuntime,
    PollingRuntime,
)
from concbench.promised import Promised
from concbench.promises import Overlap, Spawned, Suspends
from concbench.workloads.base import Preset, Workload, at_least
from concbench.workloads.between_tasks.passing import Ends, at_most_queued, made_once, versions
from concbench.workloads.latency import latency
from concbench.workloads.questions import Lanes, Question

Played: TypeAlias = tuple[list[float], int]
"""What a task returns: times (s) at which it looked at the clock, and the ball that it had last."""


@dataclass(frozen=True, slots=True)
class Params:
    """``pairs``: how many play side by side. ``rounds``: how often the ball of each goes to and fro."""

    pairs: int = 1
    rounds: int = 100

    def __post_init__(self) -> None:
        at_least(1, **asdict(self))


def balls(salt: int, p: Params) -> range:
    """Return the ball of each pair; it is worth one more each time that it is returned."""
    return range(salt, salt + p.pairs * p.rounds, p.rounds)


@cache
def server_class(task: Any) -> Any:
    """Return the class of the polled tasks that serve, the same for every run (see ``spawn``)."""

    class Pinging(task):  # type: ignore[misc]
        def __init__(self, ball: int, there: list[int], back: list[int], rounds: int) -> None:
            super().__init__()
            self.there, self.back, self.rounds = there, back, rounds
            self.times: list[float] = []
            self.back.append(ball)  # it has come back before, so to speak

        def run(self) -> None:
            if self.back:
                ball = self.back.pop()
                self.times.append(perf_counter())
                if len(self.times) > self.rounds:
                    self.result, self.ready = (self.times, ball), True
                else:
                    self.there.append(ball)

    return Pinging


@cache
def returner_class(task: Any) -> Any:
    """Return the class of the polled tasks that return the ball."""

    class Ponging(task):  # type: ignore[misc]
        def __init__(self, there: list[int], back: list[int], rounds: int) -> None:
            super().__init__()
            self.there, self.back, self.left = there, back, rounds
            self.began: float | None = None

        def run(self) -> None:
            if self.began is None:
                self.began = perf_counter()
            if self.there:
                ball = self.there.pop() + 1
                self.back.append(ball)
                self.left -= 1
                if not self.left:
                    self.result, self.ready = ([self.began, perf_counter()], ball), True

    return Ponging


def polling(rt: PollingRuntime, p: Params) -> list[Factory]:
    """Look into a box at every poll. There is room: who puts has taken the last answer out."""
    serve, give_back = server_class(rt.Task), returner_class(rt.Task)
    return paired(p, rt.salt, list, partial(serve, rounds=p.rounds), partial(give_back, rounds=p.rounds))


def paired(p: Params, salt: int, boxes: Callable[[], Any], serve: Any, give_back: Any) -> list[Factory]:
    """Return the factories of all pairs, each with boxes of its own: who serve first, then who return."""
    pairs = [(ball, boxes(), boxes()) for ball in balls(salt, p)]
    return [partial(serve, *pair) for pair in pairs] + [partial(give_back, *pair[1:]) for pair in pairs]


def generator(rt: GeneratorRuntime | DelegatingRuntime, p: Params) -> list[Factory]:
    """Yield as long as the box is empty. There is always room: who puts has taken the last answer out."""

    def serve(ball: int, there: list[int], back: list[int]) -> Any:
        times = [perf_counter()]
        for _ in range(p.rounds):
            there.append(ball)
            while not back:
                yield
            ball = back.pop()
            times.append(perf_counter())
        return times, ball

    def give_back(there: list[int], back: list[int]) -> Any:
        began, ball = perf_counter(), 0
        for _ in range(p.rounds):
            while not there:
                yield
            ball = there.pop() + 1
            back.append(ball)
        return [began, perf_counter()], ball

    return paired(p, rt.salt, list, serve, give_back)


def coroutine(rt: CoroutineRuntime, p: Params) -> list[Factory]:
    """Await the put and the get of two of the library's queues, of capacity one."""

    async def serve(ball: int, there: Any, back: Any) -> Played:
        put, get = there()[0], back()[1]
        times = [perf_counter()]
        for _ in range(p.rounds):
            await put(ball)
            ball = await get()
            times.append(perf_counter())
        return times, ball

    async def give_back(there: Any, back: Any) -> Played:
        put, get = back()[0], there()[1]
        began, ball = perf_counter(), 0
        for _ in range(p.rounds):
            ball = await get() + 1
            await put(ball)
        return [began, perf_counter()], ball

    return paired(p, rt.salt, lambda: made_once(rt.queue, 1), serve, give_back)


def blocking(rt: BlockingRuntime, p: Params) -> list[Factory]:
    """The same, called plainly. (Two locks hand over sooner, see ``switch``, but they carry no message.)"""

    def serve(ball: int, there: Any, back: Any) -> Played:
        put, get = there[0], back[1]
        times = [perf_counter()]
        for _ in range(p.rounds):
            put(ball)
            ball = get()
            times.append(perf_counter())
        return times, ball

    def give_back(there: Any, back: Any) -> Played:
        put, get = back[0], there[1]
        began, ball = perf_counter(), 0
        for _ in range(p.rounds):
            ball = get() + 1
            put(ball)
        return [began, perf_counter()], ball

    return paired(p, rt.salt, lambda: rt.queue(1), serve, give_back)


def waiting(rt: Any, p: Params, queue: Callable[[int], Ends]) -> list[Factory]:
    """Delegate to the put and the get of a queue of one place, each way, and leave the loop asleep."""

    def serve(ball: int, there: Ends, back: Ends) -> Any:
        put, get = there[0], back[1]
        times = [perf_counter()]
        for _ in range(p.rounds):
            yield from put(ball)
            ball = yield from get()
            times.append(perf_counter())
        return times, ball

    def give_back(there: Ends, back: Ends) -> Any:
        get, put = there[1], back[0]
        began, ball = perf_counter(), 0
        for _ in range(p.rounds):
            ball = (yield from get()) + 1
            yield from put(ball)
        return [began, perf_counter()], ball

    return paired(p, rt.salt, partial(queue, 1), serve, give_back)


def promise(p: Params, dialect: Dialect) -> tuple[Promised, ...]:
    """In each round both wait for the other (but for a first ball that is there), and a pair has one ball.

    Pairs in threads may be over before others start; elsewhere all have begun before any second round.
    """
    tasks, waits = 2 * p.pairs, Suspends(p.rounds - 1, exact=False)
    together = tasks if dialect != "blocking" and p.rounds > 1 else 2
    kept = at_most_queued(p.pairs, dialect)
    return Spawned(tasks), Overlap(together, room=tasks), waits, *kept


def judge(results: Sequence[Any], p: Params, salt: int = 0) -> str | None:
    """Every ball was returned in every round, and the clock never went back."""
    if len(results) != 2 * p.pairs:
        return f"{len(results)} results instead of {2 * p.pairs}"
    for index, result in enumerate(results):
        if tuple(map(type, result if type(result) is tuple else ())) != (list, int):
            return f"task {index} returned {result!r} instead of (times, ball)"
        times, ball = result
        if ball != salt + (index % p.pairs + 1) * p.rounds:
            return f"task {index} ended with the ball {ball} instead of its own, returned {p.rounds} times"
        if len(times) != (p.rounds + 1 if index < p.pairs else 2) or {*map(type, times)} != {float}:
            return f"task {index} returned {len(times)} times, which are not one for each ball"
        if any(later < sooner for sooner, later in pairwise(times)):
            return f"task {index} saw the clock go back"
    return None


def records(results: Sequence[Played], p: Params) -> dict[str, Any]:
    """Return how long round trips took, as who served saw them."""
    return latency([back - there for times, _ in results[: p.pairs] for there, back in pairwise(times)])


def counts(p: Params, ledger: Any) -> dict[str, int]:
    """Return how many balls came back."""
    return {"round trip": sum(len(task.result[0]) - 1 for task in ledger.tasks[: p.pairs])}


def points(preset: Preset) -> list[Params]:
    """Pairs in decades."""
    return [Params(pairs, {"quick": 20, "standard": 50, "thorough": 100}[preset]) for pairs in (1, 10, 100)]


def small(rng: Random) -> list[Params]:
    """One ball that goes once, one that goes often, some pairs, and a random number of each."""
    return [Params(1, 1), Params(1, 20), Params(5, 3), Params(rng.randint(2, 8), rng.randint(2, 15))]


WORKLOAD = Workload(
    name="pingpong",
    version="1",
    family="between-tasks",
    summary="pairs of tasks that hand a ball to and fro, strictly in turn",
    reading=(
        "Time and CPU per round trip, and its latency (p50, p99) as tasks see it by the clock: with one pair"
        " they are the same, with many a ball waits for the others too. A loop that polls answers at once and"
        " keeps a core busy. What needs no answer is told by queue."
    ),
    params=Params,
    versions=versions(
        polling=polling, generator=generator, coroutine=coroutine, blocking=blocking, waiting=waiting
    ),
    promise=promise,
    judge=judge,
    points=points,
    small=small,
    smallest=Params(pairs=1, rounds=2),
    brief=Params(pairs=2, rounds=100),
    memory_points=lambda _points: [],
    records=records,
    doubled="rounds",
    unit="round trip",
    counts=counts,
    questions=(
        Question(
            title="Asking another task, and waiting for its answer",
            metric="latency_p50",
            axis="pairs",
            many=False,
            bound=1,
            goal="shortest round trip",
            rank=62,
            price="Nothing else runs meanwhile: with other tasks about, an answer waits for their turns.",
        ),
    ),
    lanes=Lanes(params=Params(2, 3), reading="Two lanes serve, two return: one of a pair can ever go on."),
)
