"""What tasks pass items by, and what nobody can pass them without: a queue of one's own, and waiting."""

from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, TypeAlias

from concbench.models.base import Dialect, Factory
from concbench.models.capabilities import Capability
from concbench.promised import QUEUED, Promised, Seen
from concbench.promises import AtMost
from concbench.workloads.base import Version, Wording

Ends: TypeAlias = tuple[Callable[[Any], Any], Callable[[], Any]]
"""``put(item)`` and ``get()`` of a queue, which wait while it is full, or empty."""


def made_once(make: Callable[[int], Ends], capacity: int) -> Callable[[], Ends]:
    """Return a function that makes a queue when it is first called, and returns that one ever after.

    What tasks await is made by the first of them that wants it: some libraries insist on a running loop.
    """
    return cache(lambda: make(capacity))


Waiting: TypeAlias = Callable[[Any, Any, Callable[[int], Ends]], list[Factory]]
"""A wording by generators that wait at the ends of queues, which the third argument makes."""


def versions(
    *, polling: Wording, generator: Wording, waiting: Waiting, coroutine: Wording, blocking: Wording
) -> dict[str, Version]:
    """Return the versions of a load whose tasks pass things on by a queue that is lent.

    Where none is, they have a place of their own for them, which all tasks have to see.
    """
    seen = {Capability.SHARED_MEMORY}
    return {
        "polling": Version(polling, needs=seen),
        "generator": Version(generator, needs=seen),
        "delegating": Version(
            generator,
            needs=seen,
            preferred=Version(lambda rt, p: waiting(rt, p, rt.queue), needs=seen | {Capability.QUEUE}),
        ),
        "coroutine": Version(coroutine, needs=seen | {Capability.QUEUE}),
        "blocking": Version(blocking, needs=seen | {Capability.QUEUE}),
        "tinyio": Version(lambda rt, p: waiting(rt, p, partial(queue_of_events, rt.Event)), needs=seen),
    }


def lends(dialect: Dialect) -> bool:
    """Say whether it is a queue of the model's by which tasks of a dialect pass things on."""
    return dialect in ("coroutine", "blocking")


def may_lend(dialect: Dialect) -> bool:
    """Say whether a model may lend a queue to tasks of a dialect: to those that delegate it may, or not."""
    return lends(dialect) or dialect == "delegating"


def at_most_queued(most: int, dialect: Dialect) -> tuple[Promised, ...]:
    """Promise of queues that a model lends that no more items lie in all of them together."""
    return (AtMost(most, QUEUED),) if lends(dialect) else ()


def got_of(ledger: Any) -> int:
    """Return how many items were got from queues that a model lends, as the witness saw."""
    return sum(event.kind == QUEUED and event.key < 0 for event in ledger.events)


class QueueOfEvents:
    """A queue for generators, as a user writes it whose library has events and no queue (tinyio).

    A deque, and an event for each task that waits in line, as tinyio's own semaphore has it, so that who
    waits leaves the loop asleep. Whoever is woken looks again: another may have been there first.
    """

    def __init__(self, event: Callable[[], Any], capacity: int) -> None:
        self.event, self.capacity = event, capacity
        self.items: deque[Any] = deque()
        self.putting: deque[Any] = deque()
        self.getting: deque[Any] = deque()

    def put(self, item: Any) -> Generator[Any, Any, None]:
        """Put an item in, when there is room."""
        while len(self.items) == self.capacity:
            self.putting.append(turn := self.event())
            yield from turn.wait()
        self.items.append(item)
        if self.getting:
            self.getting.popleft().set()

    def get(self) -> Generator[Any, Any, Any]:
        """Take an item out, when there is one, and return it."""
        while not self.items:
            self.getting.append(turn := self.event())
            yield from turn.wait()
        item = self.items.popleft()
        if self.putting:
            self.putting.popleft().set()
        return item


def queue_of_events(event: Callable[[], Any], capacity: int) -> Ends:
    """Return the ends of a queue that is made of events."""
    queue = QueueOfEvents(event, capacity)
    return queue.put, queue.get


@dataclass(frozen=True, slots=True)
class HandsOver(Promised):
    """In all, tasks suspend at least so often: who never waits has put more than the queue holds."""

    times: int
    name = "hand-overs"
    shows = "steps"

    def broken(self, seen: Seen) -> str | None:
        """Add up the suspensions of all tasks."""
        suspensions = sum(task.suspensions for task in seen.tasks)
        if suspensions >= self.times:
            return None
        return f"the tasks suspended {suspensions} times in all; a queue that fills makes it {self.times}"
