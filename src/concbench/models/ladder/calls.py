"""What tasks call on the rungs that have a kernel: all that a task sees, made of requests.

``yield "park", place`` leaves the task with those who wait there, ``yield "wake", place`` lets them go on. A
gate, a lock or a queue needs no more of a kernel than these two. They are written once for all such rungs: to
``types.coroutine`` a generator is the same whether it is delegated to by ``yield from`` or awaited.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from selectors import EVENT_READ, EVENT_WRITE
from time import perf_counter
from types import MappingProxyType, coroutine
from typing import Any

from concbench.models.base import Factory

Place = deque[Any]
"""Where tasks wait: who came first is first."""


@coroutine
def switch() -> Any:
    """Let the others have their turn."""
    yield


@coroutine
def sleep(seconds: float) -> Any:
    """Wait for a time."""
    yield "wake_at", perf_counter() + seconds


@coroutine
def readable(socket: Any) -> Any:
    """Wait until something can be received; one task at a time may wait for a socket."""
    yield "wait_for", (socket, EVENT_READ)


@coroutine
def writable(socket: Any) -> Any:
    """Wait until something can be sent."""
    yield "wait_for", (socket, EVENT_WRITE)


@coroutine
def start(tasks: Sequence[Any]) -> Any:
    """Start tasks that nobody waits for."""
    yield "start", tasks


@coroutine
def join(factories: Sequence[Factory]) -> Any:
    """Start tasks that put down their values, the last of which wakes this one; return these in order."""
    values, here = dict[int, Any](), Place()

    def child(index: int, task: Any) -> Any:
        values[index] = yield from task
        if len(values) == len(factories):
            yield "wake", here

    if factories:
        yield "start", [child(index, factory()) for index, factory in enumerate(factories)]
        yield "park", here
    return [values[index] for index in range(len(factories))]


@coroutine
def cancel(factories: Sequence[Factory], ready: Callable[[], Any]) -> Any:
    """Start tasks, wait until ``ready()`` returns, and close each where it stands.

    It stays where it waited, since no kernel below task objects knows where that is. A task that has been
    closed has ended, and is dropped when it is woken, with the slot or the item that it was woken for.
    """
    children = [factory() for factory in factories]
    yield "start", children
    yield from ready()
    for child in children:
        child.close()


class Event:
    """What happens once: who waits for it goes on then."""

    def __init__(self) -> None:
        self.happened, self.waiting = False, Place()

    @coroutine
    def wait(self) -> Any:
        """Wait until it has happened."""
        if not self.happened:
            yield "park", self.waiting

    @coroutine
    def set(self) -> Any:
        """Let it happen."""
        self.happened = True
        yield "wake", self.waiting


class Semaphore:
    """So many may be inside at once; the others wait in line."""

    def __init__(self, value: int) -> None:
        self.left, self.waiting = value, Place()

    @coroutine
    def acquire(self) -> Any:
        """Go in, when there is room."""
        if self.left:
            self.left -= 1
        else:
            yield "park", self.waiting

    @coroutine
    def release(self) -> Any:
        """Go out: whoever is first in line has the place."""
        if self.waiting:
            yield "wake", [self.waiting.popleft()]
        else:
            self.left += 1

    __aenter__ = acquire

    def __aexit__(self, *_raised: object) -> Any:
        return self.release()


class Queue:
    """Items in order, at most ``capacity`` at once; who puts too many waits, and who gets too early."""

    def __init__(self, capacity: int) -> None:
        self.items: deque[Any] = deque()
        self.room, self.filled = Semaphore(capacity), Semaphore(0)

    @coroutine
    def put(self, item: Any) -> Any:
        """Put an item, when there is room."""
        yield from self.room.acquire()
        self.items.append(item)
        yield from self.filled.release()

    @coroutine
    def get(self) -> Any:
        """Take the first item, when there is one."""
        yield from self.filled.acquire()
        item = self.items.popleft()
        yield from self.room.release()
        return item


def queue(capacity: int) -> tuple[Callable[[Any], Any], Callable[[], Any]]:
    """Return how to put into a queue, and how to get from it."""
    made = Queue(capacity)
    return made.put, made.get


WAITING: Mapping[str, Any] = MappingProxyType(
    {"sleep": sleep, "cancel": cancel, "Event": Event, "Semaphore": Semaphore, "queue": queue}
)
"""What a kernel can lend that has the traps of the ready queue."""

SOCKETS: Mapping[str, Any] = MappingProxyType({"readable": readable, "writable": writable})
"""What a kernel can lend, too, that has a selector."""
