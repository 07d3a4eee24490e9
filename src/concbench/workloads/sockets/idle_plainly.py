"""idle by plain calls: threads and greenlets that block, and tasks that look at sockets over and over.

What it is for is told in ``idle``.
"""

from collections.abc import Generator
from functools import partial
from typing import Any

from concbench.models.base import Factory
from concbench.workloads.base import numbers
from concbench.workloads.sockets.descriptors import require_room
from concbench.workloads.sockets.orders import BUFFER, PATIENCE, heard, ordered
from concbench.workloads.sockets.plain_halls import (
    PolledHall,
    accepted_in_threads,
    all_held,
    one_by_one,
    plain_hall,
)
from concbench.workloads.sockets.polled import Stepped, polled
from concbench.workloads.sockets.receiving import at_hand, received


def orders(rt: Any, p: Any, port: int) -> bytes:
    """Return what the companion is to do."""
    about = {"connections": p.tasks, "payload": p.payload}
    return ordered(port=port, seed=rt.salt, buffer=BUFFER, patience=PATIENCE, **about)


def serve(connection: Any, size: int) -> None:
    """Answer once."""
    with connection:
        connection.sendall(received(connection, size))


def accept_all(rt: Any, p: Any, put: Any, hear: Any) -> dict[str, Any]:
    """Keep: accept all, wait until all are held, look, have all speak, and return the companion's report.

    Where that fails, whoever waits for a connection gets None, since nobody can cancel a thread.
    """
    waiting = [put] * p.tasks
    try:
        with plain_hall(rt, BUFFER) as hall:
            giving = one_by_one(waiting)
            all_held(hall, orders(rt, p, hall.port), giving, hear, tasks=p.tasks, here=p.tasks)
            rt.observe()
            hall.control.sendall(ordered())
            return heard(hall.lines.readline(), p.tasks)
    finally:
        for give in waiting:
            give(None)


def blocking(rt: Any, p: Any) -> list[Factory]:
    """A thread, or greenlet, for each connection, which waits in calls on it."""
    require_room(p.tasks)
    (put, get), (say, hear) = rt.queue(p.tasks), rt.queue(p.tasks)

    def one(number: int) -> int:
        connection = get()
        if connection is not None:
            say(None)
            serve(connection, p.payload)
        return number

    keeper = partial(accept_all, rt, p, put, hear)
    return [keeper, *(partial(one, number) for number in numbers(rt.salt, p.tasks))]


def keeping(rt: Any, p: Any, connections: list[Any], here: list[int]) -> Generator[None, None, Any]:
    """Look at the companion in each round: all are connected, all are here, all are answered."""
    hall = PolledHall(rt, BUFFER)
    asked = orders(rt, p, hall.port)
    yield from hall.all_held(asked, connections, here, tasks=p.tasks, wanted=p.tasks)
    rt.observe()
    hall.control.send(ordered())
    said = yield from hall.next_line()
    hall.close()
    return heard(said, p.tasks)


def generator(rt: Any, p: Any) -> list[Factory]:
    """Look at the socket at every step."""
    require_room(p.tasks)
    connections: list[Any] = []
    here: list[int] = []

    def one(index: int, number: int) -> Generator[None, None, int]:
        while not connections:
            yield
        here.append(number)
        with connections[index] as connection:
            message = b""
            while len(message) < p.payload:
                yield
                message += at_hand(connection, p.payload - len(message))
            connection.sendall(message)
        return number

    numbered = enumerate(numbers(rt.salt, p.tasks))
    keeper = partial(keeping, rt, p, connections, here)
    return [keeper, *(partial(one, index, number) for index, number in numbered)]


class IdleConnection:
    """A connection as a polled object: ``message`` is what has come, None before it is there."""

    ready: bool

    def __init__(self, connections: list[Any], here: list[int], size: int, index: int, number: int) -> None:
        super().__init__()
        self.connections, self.here, self.size, self.index = connections, here, size, index
        self.result = number
        self.message: bytes | None = None

    def run(self) -> None:
        """Look at the socket."""
        if self.message is None:
            if self.connections:
                self.connection, self.message = self.connections[self.index], b""
                self.here.append(self.result)
        else:
            self.message += at_hand(self.connection, self.size - len(self.message))
            if len(self.message) == self.size:
                self.connection.sendall(self.message)
                self.connection.close()
                self.ready = True


def polling(rt: Any, p: Any) -> list[Factory]:
    """Look at the socket at every poll. (The keeper is stepped as a generator is.)"""
    require_room(p.tasks)
    stepped, one = polled(Stepped, rt.Task), polled(IdleConnection, rt.Task)
    connections: list[Any] = []
    here: list[int] = []
    keep = partial(keeping, rt, p, connections, here)
    numbered = enumerate(numbers(rt.salt, p.tasks))
    served = (partial(one, connections, here, p.payload, index, number) for index, number in numbered)
    return [partial(stepped, keep), *served]


def tinyio(rt: Any, p: Any) -> list[Factory]:
    """tinyio's own: it has no sockets, so a thread waits at each."""
    require_room(p.tasks)
    accepted = [rt.Event() for _ in range(p.tasks)]
    all_here = rt.Event()
    connections: list[Any] = []
    here: list[int] = []

    def one(index: int, number: int) -> Any:
        yield from accepted[index].wait()
        here.append(number)
        if len(here) == p.tasks:
            all_here.set()
        yield from rt.offload(partial(serve, connections[index], p.payload))
        return number

    def keeper() -> Any:
        with plain_hall(rt, BUFFER) as hall:
            yield from accepted_in_threads(rt, hall, orders(rt, p, hall.port), connections, accepted)
            yield from all_here.wait()
            rt.observe()
            hall.control.sendall(ordered())
            return heard((yield from rt.offload(hall.lines.readline)), p.tasks)

    return [keeper, *(partial(one, index, number) for index, number in enumerate(numbers(rt.salt, p.tasks)))]
