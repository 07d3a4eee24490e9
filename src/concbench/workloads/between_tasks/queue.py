"""queue: producers put numbered items into a queue of some capacity, consumers take them out.

What it measures is the price of an item on its way from one task to another. With a capacity of one nearly
every item is a hand-over; with a large one a task puts or takes many before it has to wait, and what is left
is the queue's own work. A consumer takes a share that is known beforehand, so no item marks the end. Making
tasks cancels in the slope between so many items and twice as many.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cache, partial
from itertools import chain
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
from concbench.promises import Overlap, Spawned
from concbench.workloads.base import Preset, Workload, at_least, judge_equal
from concbench.workloads.between_tasks.passing import (
    Ends,
    HandsOver,
    at_most_queued,
    made_once,
    may_lend,
    versions,
)
from concbench.workloads.questions import Lanes, Question


@dataclass(frozen=True, slots=True)
class Params:
    """``capacity``: of the queue. ``producers`` put ``items`` each; ``consumers`` take equal shares."""

    capacity: int = 10
    producers: int = 1
    consumers: int = 1
    items: int = 1000

    def __post_init__(self) -> None:
        at_least(1, **asdict(self))
        if self.total % self.consumers:
            raise ValueError(f"items × producers, {self.total}, must be a multiple of consumers")

    @property
    def total(self) -> int:
        """How many items there are in all."""
        return self.items * self.producers

    @property
    def share(self) -> int:
        """How many each consumer takes."""
        return self.total // self.consumers


def firsts(salt: int, p: Params) -> range:
    """Return the first item of each producer: items are numbered from the run's salt on."""
    return range(salt, salt + p.total, p.items)


@cache
def producer_class(task: Any) -> Any:
    """Return the class of the polled producers, the same for every run (see ``spawn``)."""

    class Producer(task):  # type: ignore[misc]
        def __init__(self, queue: deque[int], capacity: int, first: int, items: int) -> None:
            super().__init__()
            self.queue, self.capacity = queue, capacity
            self.next, self.end = first, first + items
            self.result = items

        def run(self) -> None:
            while self.next < self.end and len(self.queue) < self.capacity:
                self.queue.append(self.next)
                self.next += 1
            self.ready = self.next == self.end

    return Producer


@cache
def consumer_class(task: Any) -> Any:
    """Return the class of the polled consumers."""

    class Consumer(task):  # type: ignore[misc]
        def __init__(self, queue: deque[int], share: int) -> None:
            super().__init__()
            self.queue, self.share = queue, share
            self.result: list[int] = []

        def run(self) -> None:
            while self.queue and len(self.result) < self.share:
                self.result.append(self.queue.popleft())
            self.ready = len(self.result) == self.share

    return Consumer


def polling(rt: PollingRuntime, p: Params) -> list[Factory]:
    """Put, or take, as long as there is room, or an item, and be polled again when there is none."""
    queue: deque[int] = deque()
    producer, consumer = producer_class(rt.Task), consumer_class(rt.Task)
    producers = [partial(producer, queue, p.capacity, first, p.items) for first in firsts(rt.salt, p)]
    return producers + [partial(consumer, queue, p.share)] * p.consumers


def generator(rt: GeneratorRuntime | DelegatingRuntime, p: Params) -> list[Factory]:
    """A deque that all share: yield while it is full, or empty. There is nothing to put a wait into."""
    queue: deque[int] = deque()

    def produce(first: int) -> Any:
        for item in range(first, first + p.items):
            while len(queue) == p.capacity:
                yield
            queue.append(item)
        return p.items

    def consume() -> Any:
        got: list[int] = []
        for _ in range(p.share):
            while not queue:
                yield
            got.append(queue.popleft())
        return got

    return [*(partial(produce, first) for first in firsts(rt.salt, p)), *[consume] * p.consumers]


def coroutine(rt: CoroutineRuntime, p: Params) -> list[Factory]:
    """Await the put and the get of the library's own queue."""
    queue = made_once(rt.queue, p.capacity)

    async def produce(first: int) -> int:
        put, _ = queue()
        for item in range(first, first + p.items):
            await put(item)
        return p.items

    async def consume() -> list[int]:
        _, get = queue()
        got: list[int] = []
        for _ in range(p.share):
            got.append(await get())
        return got

    return [*(partial(produce, first) for first in firsts(rt.salt, p)), *[consume] * p.consumers]


def blocking(rt: BlockingRuntime, p: Params) -> list[Factory]:
    """The same, called plainly."""
    put, get = rt.queue(p.capacity)

    def produce(first: int) -> int:
        for item in range(first, first + p.items):
            put(item)
        return p.items

    def consume() -> list[int]:
        got: list[int] = []
        for _ in range(p.share):
            got.append(get())
        return got

    return [*(partial(produce, first) for first in firsts(rt.salt, p)), *[consume] * p.consumers]


def waiting(rt: Any, p: Params, queue: Callable[[int], Ends]) -> list[Factory]:
    """Delegate to the put and the get of a queue, and leave the loop asleep."""
    put, get = queue(p.capacity)

    def produce(first: int) -> Any:
        for item in range(first, first + p.items):
            yield from put(item)
        return p.items

    def consume() -> Any:
        got: list[int] = []
        for _ in range(p.share):
            got.append((yield from get()))
        return got

    return [*(partial(produce, first) for first in firsts(rt.salt, p)), *[consume] * p.consumers]


def promise(p: Params, dialect: Dialect) -> tuple[Promised, ...]:
    """The queue never holds more than it should.

    Of a queue that is lent the witness sees what was put and not yet got: what lies in it, and what was
    handed to a consumer whose ``get`` has not come back, one each. Of a deque in the tasks' own code it sees
    who waits: while a producer runs no consumer does, so between two suspensions (or ends) it puts no more
    than the queue holds; nor does a consumer take more. (A lent one may hand on more to those that wait.)
    """
    put, taken = (p.capacity + may_lend(dialect) * waiting for waiting in (p.consumers, p.producers))
    tasks, steps = p.producers + p.consumers, -(-p.total // put) + -(-p.total // taken)
    overlap = Overlap(2 if p.capacity < max(p.items, p.share) else 1, room=tasks)
    kept = at_most_queued(p.capacity + p.consumers, dialect)
    return Spawned(tasks), overlap, HandsOver(max(0, steps - tasks)), *kept


def judge(results: Sequence[Any], p: Params, salt: int = 0) -> str | None:
    """Every item was got once, and those of a producer in their order by each consumer."""
    if len(results) != p.producers + p.consumers:
        return f"{len(results)} results instead of {p.producers + p.consumers}"
    if wrong := judge_equal(results[: p.producers], [p.items] * p.producers):
        return wrong
    consumed = results[p.producers :]
    for index, got in enumerate(consumed):
        if type(got) is not list or len(got) != p.share or set(map(type, got)) != {int}:
            return f"consumer {index} returned {got!r} instead of {p.share} items"
        last: dict[int, int] = {}
        for item in got:
            producer = (item - salt) // p.items
            if item <= last.get(producer, item - 1):
                return f"consumer {index} got {item} after {last[producer]}, of the same producer"
            last[producer] = item
    kept = sorted(chain(*consumed)) == list(range(salt, salt + p.total))
    return None if kept else "an item was lost, or got twice, or never put"


def counts(_p: Params, ledger: Any) -> dict[str, int]:
    """Return how many items the consumers came back with."""
    return {"item": sum(len(task.result) for task in ledger.tasks if type(task.result) is list)}


def points(preset: Preset) -> list[Params]:
    """A queue that grows between two tasks, and one between many."""
    pair = [Params(capacity=capacity, items=500) for capacity in (1, 10, 100)]
    crowd = [Params(capacity=10, producers=10, consumers=10, items=100)]
    if preset == "quick":
        return [pair[0], pair[-1], *crowd]
    return [*pair, *crowd, Params(capacity=10, producers=100, consumers=100, items=20)]


def small(rng: Random) -> list[Params]:
    """One item, a queue for one, more consumers than a producer has items, and a random shape."""
    producers, consumers = rng.randint(1, 5), rng.randint(1, 5)
    items = consumers * rng.randint(1, 12)
    drawn = Params(rng.randint(1, 12), producers, consumers, items)
    return [Params(1, 1, 1, 1), Params(1, 1, 1, 20), Params(2, 4, 8, 4), Params(3, 1, 3, 30), drawn]


WORKLOAD = Workload(
    name="queue",
    version="1",
    family="between-tasks",
    summary="items from producers to consumers, through a queue of some capacity",
    reading=(
        "Time and CPU per item. With room for one nearly every item is a hand-over, with room for many it is"
        " the queue’s own work. Nothing is done with an item: a real consumer pays this beside its work. It"
        " does not tell how long an item waits, nor how an unbounded queue grows."
    ),
    params=Params,
    versions=versions(
        polling=polling, generator=generator, coroutine=coroutine, blocking=blocking, waiting=waiting
    ),
    promise=promise,
    judge=judge,
    points=points,
    small=small,
    smallest=Params(capacity=1, producers=1, consumers=1, items=2),
    brief=Params(capacity=10, items=200),
    memory_points=lambda _points: [],
    doubled="items",
    unit="item",
    counts=counts,
    questions=(
        Question(
            title="A queue between two tasks",
            metric="wall",
            axis="capacity",
            goal="least time per item",
            rank=60,
            price="With room for one each item is a hand-over, and another may win.",
        ),
        Question(
            title="Workers at a queue",
            metric="wall",
            axis="consumers",
            bound=10,
            goal="least time per item",
            rank=61,
            price="Loops that poll ask every task that waits: many at an empty queue cost them most.",
        ),
    ),
    lanes=Lanes(
        params=Params(capacity=2, producers=2, consumers=2, items=4),
        reading=(
            "The first two lanes put, the others take. Where a lane is thin its task waits for room or items."
        ),
    ),
)
