"""ring: N tasks in a ring pass one token round, each through a mailbox of its own with room for one.

What it measures is the price of a hop as the ring grows: at any moment one task of all has something to do.
A loop that is told who has goes on at the same price however many wait; one that asks pays for each that it
asks. The token counts its hops, so that what each task saw last proves that it passed all of them, in their
order. Who sits beside whom is drawn, and is not the order in which a model happens to have its tasks.
"""

from collections.abc import Callable, Sequence
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
from concbench.promised import Promised
from concbench.promises import Overlap, Spawned, Suspends
from concbench.workloads.base import Preset, Workload, at_least, judge_equal
from concbench.workloads.between_tasks.passing import (
    Ends,
    at_most_queued,
    got_of,
    made_once,
    versions,
)
from concbench.workloads.questions import Lanes, Question


@dataclass(frozen=True, slots=True)
class Params:
    """``tasks``: N, how many sit in the ring. ``laps``: how often the token goes round.

    ``seed`` draws who sits beside whom; with 0 they sit in the order of their making.
    """

    tasks: int = 10
    laps: int = 10
    seed: int = 1

    def __post_init__(self) -> None:
        at_least(1, tasks=self.tasks, laps=self.laps)
        at_least(0, seed=self.seed)
        if self.tasks == 1:
            raise ValueError("tasks must be at least 2: one alone has nobody to pass the token to")


@lru_cache(maxsize=64)
def seats(p: Params) -> tuple[int, ...]:
    """Return each task's seat; the token goes from a seat to the one with the next number."""
    drawn = list(range(p.tasks))
    if p.seed:
        Random(p.seed).shuffle(drawn)
    return tuple(drawn)


@cache
def passing_class(task: Any) -> Any:
    """Return the class of the polled tasks, the same for every run (see ``spawn``)."""

    class Passing(task):  # type: ignore[misc]
        def __init__(self, here: list[int], there: list[int], laps: int) -> None:
            super().__init__()
            self.here, self.there, self.left = here, there, laps

        def run(self) -> None:
            if self.here:
                self.result = self.here.pop()
                self.there.append(self.result + 1)
                self.left -= 1
                self.ready = not self.left

    return Passing


def boxes_of_lists(salt: int, p: Params) -> list[list[int]]:
    """Return a list for each seat, and the first one's once more at the end: there lies the token."""
    boxes: list[list[int]] = [[] for _ in range(p.tasks)]
    boxes[0].append(salt)
    return [*boxes, boxes[0]]


def polling(rt: PollingRuntime, p: Params) -> list[Factory]:
    """Look into a box at every poll. There is always room: there is one token."""
    boxes, passing = boxes_of_lists(rt.salt, p), passing_class(rt.Task)
    return [partial(passing, boxes[seat], boxes[seat + 1], p.laps) for seat in seats(p)]


def generator(rt: GeneratorRuntime | DelegatingRuntime, p: Params) -> list[Factory]:
    """Yield as long as the box is empty. There is always room: there is one token."""
    boxes = boxes_of_lists(rt.salt, p)

    def pass_on(seat: int) -> Any:
        here, there, token = boxes[seat], boxes[seat + 1], 0
        for _ in range(p.laps):
            while not here:
                yield
            token = here.pop()
            there.append(token + 1)
        return token

    return [partial(pass_on, seat) for seat in seats(p)]


def coroutine(rt: CoroutineRuntime, p: Params) -> list[Factory]:
    """Await the put and the get of the library's own queues, of capacity one. Seat 0 begins."""
    boxes = [made_once(rt.queue, 1) for _ in range(p.tasks)]

    async def pass_on(seat: int) -> int:
        _, get = boxes[seat]()
        put, _ = boxes[(seat + 1) % p.tasks]()
        token = 0
        if seat == 0:
            await boxes[0]()[0](rt.salt)
        for _ in range(p.laps):
            token = await get()
            await put(token + 1)
        return token

    return [partial(pass_on, seat) for seat in seats(p)]


def blocking(rt: BlockingRuntime, p: Params) -> list[Factory]:
    """The same, called plainly."""
    boxes = [rt.queue(1) for _ in range(p.tasks)]

    def pass_on(seat: int) -> int:
        _, get = boxes[seat]
        put, _ = boxes[(seat + 1) % p.tasks]
        token = 0
        if seat == 0:
            boxes[0][0](rt.salt)
        for _ in range(p.laps):
            token = get()
            put(token + 1)
        return token

    return [partial(pass_on, seat) for seat in seats(p)]


def waiting(rt: Any, p: Params, queue: Callable[[int], Ends]) -> list[Factory]:
    """Delegate to the get of one's own queue and the put of one's neighbour's, and leave the loop asleep."""
    boxes = [queue(1) for _ in range(p.tasks)]

    def pass_on(seat: int) -> Any:
        (begin, get), (put, _), token = boxes[seat], boxes[(seat + 1) % p.tasks], 0
        if seat == 0:
            yield from begin(rt.salt)
        for _ in range(p.laps):
            token = yield from get()
            yield from put(token + 1)
        return token

    return [partial(pass_on, seat) for seat in seats(p)]


def promise(p: Params, dialect: Dialect) -> tuple[Promised, ...]:
    """In each lap but the first a task waits for all others, so from two laps on all are alive at once.

    There is one token: no more is ever in all queues together.
    """
    kept = at_most_queued(1, dialect)
    together = Overlap(p.tasks if p.laps > 1 else 1, room=p.tasks)
    return Spawned(p.tasks), together, Suspends(p.laps - 1, exact=False), *kept


def judge(results: Sequence[Any], p: Params, salt: int = 0) -> str | None:
    """The token came to every task in the last lap as it had to after all hops before."""
    last_lap = salt + (p.laps - 1) * p.tasks
    return judge_equal(results, [last_lap + seat for seat in seats(p)])


def counts(p: Params, ledger: Any) -> dict[str, int]:
    """Count the hops: how often a queue reported that the token was got; else what the judge saw."""
    return {"hop": got_of(ledger) or p.tasks * p.laps}


def points(preset: Preset) -> list[Params]:
    """N in decades."""
    if preset == "quick":
        return [Params(tasks, laps=3) for tasks in (10, 100, 1000)]
    return [Params(tasks, laps={"standard": 5, "thorough": 10}[preset]) for tasks in (2, 10, 100, 1000)]


def small(rng: Random) -> list[Params]:
    """Two tasks, a lap alone, all in their order, and a random ring."""
    drawn = Params(rng.randint(3, 30), rng.randint(2, 10), rng.randrange(1, 10**6))
    return [Params(2, 10), Params(6, 1), Params(8, 4, seed=0), drawn]


WORKLOAD = Workload(
    name="ring",
    version="1",
    family="between-tasks",
    summary="N tasks in a ring that pass one token round",
    reading=(
        "Time and CPU per hop, from the paired slope between so many laps and twice as many. Read it along N:"
        " where it stays, the model is told who can go on; where it grows, it asks all. Nothing overlaps"
        " here, so several cores gain nothing."
    ),
    params=Params,
    versions=versions(
        polling=polling, generator=generator, coroutine=coroutine, blocking=blocking, waiting=waiting
    ),
    promise=promise,
    judge=judge,
    points=points,
    small=small,
    smallest=Params(tasks=2, laps=2),
    brief=Params(tasks=10, laps=100),
    memory_points=lambda _points: [],
    doubled="laps",
    unit="hop",
    counts=counts,
    questions=(
        Question(
            title="Many tasks, of which one has something to do",
            metric="wall",
            goal="least time per hop",
            rank=63,
            price="Loops that poll ask all the others too, so they lose it the sooner the more tasks wait.",
        ),
    ),
    lanes=Lanes(
        params=Params(tasks=4, laps=2),
        reading="One token: a lane that is thick has it, or is asked whether it has.",
    ),
)
