"""semaphore: T tasks that enter a room for S of them, each R times, and hand over once while they are inside.

What it measures is the price of an acquisition, as more tasks wait for one, and who is served first. A task
hands over while it is inside, as who calls a server there would, so others come, and wait. It leaves and asks
again at once: where a free slot is anybody's, that task has it again before a waiter has woken up, who was
overtaken. A line of waiters that hands slots on costs more, and is fair.

A task writes its number into a book, one list for all, when it asks, when it is inside and before it leaves.
So it is known afterwards, of timed runs too, that never more than S were inside, that all entered R times,
and how often anyone was overtaken. (Three appends are part of each acquisition; docs/LOADS.md says what they
cost.) The first of the T + 1 tasks is the clerk, who returns the book.
"""

from collections.abc import Callable, Sequence
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
from concbench.promised import INSIDE, Promised, Seen
from concbench.promises import AtMost, Overlap, Spawned
from concbench.workloads.base import NotExpressible, Preset, Version, Workload, at_least, judge_equal, numbers
from concbench.workloads.basics.spawn import finish_class
from concbench.workloads.between_tasks.book import Book, Slots, most_overtakes, wrong_with_book
from concbench.workloads.between_tasks.desk import Desk, held
from concbench.workloads.between_tasks.semaphore_wordings import delegating, gevent
from concbench.workloads.questions import Lanes, Question

SHARED = frozenset({Capability.SHARED_MEMORY})


@dataclass(frozen=True, slots=True)
class Params:
    """``tasks``: T, how many enter. ``slots``: S, how many may be inside. ``rounds``: R, how often."""

    tasks: int = 100
    slots: int = 10
    rounds: int = 10

    def __post_init__(self) -> None:
        at_least(1, tasks=self.tasks, slots=self.slots, rounds=self.rounds)


@cache
def enters_class(task: Any) -> Any:
    """Return the class of the polled tasks, the same for every run (see ``spawn``)."""

    class Enters(task):  # type: ignore[misc]
        def __init__(self, slots: Slots, note: Callable[[int], None], number: int, rounds: int) -> None:
            super().__init__()
            self.slots, self.note, self.result, self.left = slots, note, number, rounds
            self.asked = self.inside = False

        def run(self) -> None:
            if self.inside:
                self.note(self.result)
                self.slots.free += 1
                self.asked = self.inside = False
                self.left -= 1
                if not self.left:
                    self.ready = True
                    return
            if not self.asked:
                self.note(self.result)
                self.asked = True
            if self.slots.free:
                self.slots.free -= 1
                self.note(self.result)
                self.inside = True

    return Enters


def polling(rt: PollingRuntime, p: Params) -> list[Factory]:
    """Count free slots, and look at the count at every poll: whoever is polled next takes what is free."""
    book: Book = []
    slots, enters = Slots(p.slots), enters_class(rt.Task)
    numbered = (partial(enters, slots, book.append, number, p.rounds) for number in numbers(rt.salt, p.tasks))
    return [partial(finish_class(rt.Task), book), *numbered]


def generator(rt: GeneratorRuntime | DelegatingRuntime, p: Params) -> list[Factory]:
    """Count free slots, and look at the count at every step."""
    book: Book = []
    slots = Slots(p.slots)

    def clerk() -> Any:
        return book
        yield

    def enters(number: int) -> Any:
        note = book.append
        for _ in range(p.rounds):
            note(number)
            while not slots.free:
                yield
            slots.free -= 1
            note(number)
            yield
            note(number)
            slots.free += 1
        return number

    return [clerk, *(partial(enters, number) for number in numbers(rt.salt, p.tasks))]


def coroutine(rt: CoroutineRuntime, p: Params) -> list[Factory]:
    """Enter the library's semaphore by ``async with``."""
    book: Book = []
    semaphore: Any = None

    async def clerk() -> Book:
        return book

    async def enters(number: int) -> int:
        nonlocal semaphore
        if semaphore is None:  # made inside the loop: some libraries insist on that
            semaphore = rt.Semaphore(p.slots)
        note, switch = book.append, rt.switch
        for _ in range(p.rounds):
            note(number)
            async with semaphore:
                note(number)
                await switch()
                note(number)
        return number

    return [clerk, *(partial(enters, number) for number in numbers(rt.salt, p.tasks))]


def blocking(rt: BlockingRuntime, p: Params) -> list[Factory]:
    """Enter the semaphore by ``with``, and hand over to the clerk, who answers at once.

    A thread alone never hands over: it would have asked, entered and left R times before another had a look.
    So who is inside wakes the clerk and waits for the answer, as who calls a server would: two hand-overs
    where a coroutine has one. The clerk answers nobody before all are there, since threads start slowly.
    """
    book: Book = []
    semaphore, desk = rt.Semaphore(p.slots), Desk(rt)

    def clerk() -> Book:
        desk.gather(p.tasks)
        desk.serve(p.tasks * p.rounds)
        return book

    def enters(number: int, answer: Any, wait: Any) -> int:
        note, hand_over = book.append, desk.hand_over
        hand_over(answer, wait)
        for _ in range(p.rounds):
            note(number)
            with semaphore:
                note(number)
                hand_over(answer, wait)
                note(number)
        return number

    return [clerk, *(partial(enters, number, *held(rt.Lock())) for number in numbers(rt.salt, p.tasks))]


@dataclass(frozen=True, slots=True)
class EachHandsOver(Promised):
    """All tasks but one, the clerk, suspend so many times at least."""

    times: int
    name = "hand-overs"
    shows = "steps"

    def broken(self, seen: Seen) -> str | None:
        """Look for a second task that suspends less often."""
        few = sorted(task.suspensions for task in seen.tasks if task.suspensions < self.times)
        return f"a task suspended {few[-1]} times instead of {self.times} at least" if len(few) > 1 else None


def promise(p: Params, dialect: Dialect) -> tuple[Promised, ...]:
    """T tasks and the clerk, for whom there has to be room at once; all T are alive at once, and hand over.

    Where a semaphore is lent it lets in S at most.
    """
    spawned, hands_over = Spawned(p.tasks + 1), EachHandsOver(p.rounds)
    overlap = Overlap(p.tasks, room=p.tasks + 1 if dialect == "blocking" else 0)
    lent = (AtMost(p.slots, INSIDE),) if dialect in ("coroutine", "blocking") else ()
    return spawned, overlap, hands_over, *lent


def judge(results: Sequence[Any], p: Params, salt: int = 0) -> str | None:
    """Every task returns its own number, and the clerk a book in which all is as it has to be."""
    tasks = numbers(salt, p.tasks)
    return judge_equal(results[1:], tasks) or wrong_with_book(results[0], tasks, p.slots, p.rounds)


def records(results: Sequence[Any], _p: Params) -> dict[str, Any]:
    """Record how many that had asked later were let in before somebody, at most."""
    return {"overtakes": most_overtakes(results[0])}


def counts(p: Params, ledger: Any) -> dict[str, int]:
    """Count the acquisitions: those that semaphores reported; else those that stand in the book."""
    seen = sum(event.kind == INSIDE and event.key > 0 for event in ledger.events)
    return {"acquisition": seen or p.tasks * p.rounds}


def points(preset: Preset) -> list[Params]:
    """T in decades, from as many tasks as there are slots on."""
    rounds = {"quick": 3, "standard": 5, "thorough": 10}[preset]
    sizes = (10, 100, 1000) if preset == "quick" else (10, 30, 100, 300, 1000)
    return [Params(tasks=tasks, slots=10, rounds=rounds) for tasks in sizes]


def small(rng: Random) -> list[Params]:
    """One task alone, more slots than tasks, a mutex, and a random number of each."""
    drawn = Params(tasks=rng.randint(3, 20), slots=rng.randint(1, 6), rounds=rng.randint(1, 10))
    return [Params(1, 1, 5), Params(3, 5, 2), Params(6, 1, 4), drawn]


WORKLOAD = Workload(
    name="semaphore",
    version="1",
    family="between-tasks",
    summary="T tasks that enter a semaphore of S slots R times, and hand over inside",
    reading=(
        "Time and CPU per acquisition, from the paired slope between R and 2R, with one hand-over inside (of"
        " threads two). Most overtakes: how many that asked later were let in before one; 0: a line. It does"
        " not tell how long work inside holds others up, or what a cancelled waiter costs."
    ),
    params=Params,
    versions={
        "polling": Version(polling, needs=SHARED),
        "generator": Version(generator, needs=SHARED),
        "delegating": Version(
            generator, needs=SHARED, preferred=Version(delegating, needs=SHARED | {Capability.SEMAPHORE})
        ),
        "coroutine": Version(coroutine, needs=SHARED | {Capability.SEMAPHORE, Capability.SWITCH}),
        "blocking": Version(
            blocking, needs=SHARED | {Capability.SEMAPHORE, Capability.LOCK, Capability.CONDITION}
        ),
        "tinyio": NotExpressible(
            "the semaphore of tinyio 0.4 raises an AssertionError where a task asks after a waiter has been"
            " woken and before it runs, as here"
        ),
        "gevent": Version(gevent, needs=SHARED | {Capability.SEMAPHORE, Capability.SLEEP}),
    },
    promise=promise,
    judge=judge,
    points=points,
    small=small,
    smallest=Params(tasks=2, slots=1, rounds=1),
    records=records,
    brief=Params(tasks=10, slots=2, rounds=100),
    doubled="rounds",
    unit="acquisition",
    counts=counts,
    questions=(
        Question(
            title="Much waiting for a slot",
            metric="wall",
            goal="least time per acquisition",
            rank=60,
            price="Cheap semaphores are unfair ones: look at the most overtakes beside it.",
        ),
    ),
    lanes=Lanes(params=Params(4, 2, 2), reading="Two of four tasks may be inside; the others wait."),
)
