"""What tasks pass items by, and what nobody can pass them without: a queue of one's own, and waiting."""

from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from concbench.promised import Promised, Seen

QUEUED = "queued"
"""The kind of events by which the witness sees what is in a queue that a model lends."""

Ends: TypeAlias = tuple[Callable[[Any], Any], Callable[[], Any]]
"""``put(item)`` and ``get()`` of a queue, which wait while it is full, or empty."""


def made_once(make: Callable[[int], Ends], capacity: int) -> Callable[[], Ends]:
    """Return a function that makes a queue when it is first called, and returns that one ever after.

    What tasks await is made by the first of them that wants it: some libraries insist on a running loop.
    """
    return cache(lambda: make(capacity))


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
