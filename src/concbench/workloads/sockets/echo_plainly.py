"""Echo servers of plain calls: threads and greenlets that block, and tasks that ask sockets over and over.

What they are for is told in ``echo``, what the wordings have in common in ``echo_ways``. Here one task, the
first, talks to the companion and accepts; each of the others serves one connection.
"""

from collections.abc import Generator
from contextlib import suppress
from functools import cache, partial
from typing import Any

from concbench.models.base import Factory
from concbench.workloads.base import numbers
from concbench.workloads.sockets.echo_ways import CHUNK, orders, way
from concbench.workloads.sockets.orders import PATIENCE, connected, heard, listening


def reported(line: bytes, p: Any) -> dict[str, Any]:
    """Return the companion's report, and how many tasks beside this one there are to return anything."""
    return heard(line, p.connections) | {"served_by": p.connections}


def is_next(listener: Any, control: Any) -> bool:
    """Wait until a connection comes in, or the companion says something instead: then there is none."""
    from selectors import EVENT_READ, DefaultSelector  # noqa: PLC0415  (gevent has patched them)

    with DefaultSelector() as selector:
        selector.register(listener, EVENT_READ)
        selector.register(control, EVENT_READ)
        while not (ready := selector.select()):
            pass
        return all(key.fileobj is listener for key, _ in ready)


def receive_and_send(connection: Any) -> None:
    """Serve a connection by calls on its socket."""
    while data := connection.recv(CHUNK):
        connection.sendall(data)


def read_and_send(connection: Any) -> None:
    """Serve a connection as ``socketserver.StreamRequestHandler`` does: reads are buffered, writes not."""
    with connection.makefile("rb") as reader:
        while data := reader.read1(CHUNK):
            connection.sendall(data)


def blocking(rt: Any, p: Any) -> list[Factory]:
    """A thread, or greenlet, for each connection: it waits for one to be handed over, and in calls on it."""
    put, get = rt.queue(p.connections)
    serve = way(
        p, "a plain call", {"usual": receive_and_send, "raw": receive_and_send, "streams": read_and_send}
    )

    def accept() -> dict[str, Any]:
        left = p.connections
        try:
            with listening() as listener, connected(rt.port) as control:
                listener.settimeout(PATIENCE)  # what it accepts may block then, on every system
                control.sendall(orders(rt, p, listener.getsockname()[1]))
                while left and is_next(listener, control):
                    put(listener.accept()[0])
                    left -= 1
                with control.makefile("rb") as lines:
                    return reported(lines.readline(), p)
        finally:  # nobody can cancel a thread that waits for a connection
            for _ in range(left):
                put(None)

    def one(number: int) -> int:
        connection = get()
        if connection is not None:
            with connection:
                serve(connection)
        return number

    return [accept, *(partial(one, number) for number in numbers(rt.salt, p.connections))]


class Door:
    """Where connections come in and the companion is heard, for tasks that never block."""

    def __init__(self, rt: Any, p: Any, connections: list[Any]) -> None:
        self.p, self.connections, self.said = p, connections, b""
        self.listener, self.control = listening(), connected(rt.port)
        self.control.sendall(orders(rt, p, self.listener.getsockname()[1]))
        self.control.setblocking(False)

    def look(self) -> dict[str, Any] | None:
        """Accept a connection, if there is one; return the companion's report when it is there."""
        if len(self.connections) < self.p.connections:
            with suppress(BlockingIOError):
                connection, _ = self.listener.accept()
                connection.setblocking(False)
                self.connections.append(connection)
        with suppress(BlockingIOError):
            more = self.control.recv(CHUNK)
            self.said += more
            if not more or more.endswith(b"\n"):
                self.listener.close()
                self.control.close()
                self.connections += [None] * (self.p.connections - len(self.connections))
                return reported(self.said, self.p)
        return None


@cache
def accepting_class(task: Any) -> Any:
    """Return the class of the task that accepts, the same for every run (see ``spawn``)."""

    class Accepting(task):  # type: ignore[misc]
        def __init__(self, rt: Any, p: Any, connections: list[Any]) -> None:
            super().__init__()
            self.open = partial(Door, rt, p, connections)
            self.door: Door | None = None

        def run(self) -> None:
            if self.door is None:
                self.door = self.open()
            self.result = self.door.look()
            self.ready = self.result is not None

    return Accepting


@cache
def serving_class(task: Any) -> Any:
    """Return the class of the tasks that serve a connection each."""

    class Serving(task):  # type: ignore[misc]
        def __init__(self, connections: list[Any], index: int, number: int) -> None:
            super().__init__()
            self.connections, self.index, self.result = connections, index, number
            self.connection: Any = None
            self.unsent = b""

        def run(self) -> None:
            if self.connection is None:
                if len(self.connections) <= self.index:
                    return
                self.connection = self.connections[self.index]
                self.ready = self.connection is None
                return
            try:
                data = self.unsent or self.connection.recv(CHUNK)
                if data:
                    self.unsent = data
                    self.unsent = data[self.connection.send(data) :]
                else:
                    self.connection.close()
                    self.ready = True
            except BlockingIOError:
                pass

    return Serving


def polling(rt: Any, p: Any) -> list[Factory]:
    """Ask each socket at every poll whether there is anything to receive."""
    way(p, "an object that is polled", {"usual": None, "raw": None})
    accepting, serving = accepting_class(rt.Task), serving_class(rt.Task)
    connections: list[Any] = []
    numbered = enumerate(numbers(rt.salt, p.connections))
    return [
        partial(accepting, rt, p, connections),
        *(partial(serving, connections, index, number) for index, number in numbered),
    ]


def accepting(rt: Any, p: Any, connections: list[Any]) -> Generator[None, None, dict[str, Any]]:
    """Look at the door in each round, until the companion has reported."""
    door = Door(rt, p, connections)
    while (report := door.look()) is None:
        yield
    return report


def generator(rt: Any, p: Any) -> list[Factory]:
    """Ask the socket at every step: each ``yield`` stands in the task itself."""
    way(p, "a flat generator", {"usual": None, "raw": None})
    connections: list[Any] = []

    def serve(index: int, number: int) -> Generator[None, None, int]:
        while len(connections) <= index:
            yield
        if connections[index] is None:
            return number
        with connections[index] as connection:
            while True:
                try:
                    data = connection.recv(CHUNK)
                except BlockingIOError:
                    yield
                    continue
                if not data:
                    return number
                while data:
                    try:
                        data = data[connection.send(data) :]
                    except BlockingIOError:
                        yield

    numbered = enumerate(numbers(rt.salt, p.connections))
    served = (partial(serve, index, number) for index, number in numbered)
    return [partial(accepting, rt, p, connections), *served]


def receive(one: Any) -> Generator[None, None, bytes]:
    """Receive something, suspending until there is anything; nothing at the end."""
    while True:
        try:
            data: bytes = one.recv(CHUNK)
        except BlockingIOError:
            yield
        else:
            return data


def send_all(one: Any, data: bytes) -> Generator[None, None, None]:
    """Send data, suspending while there is no room for it."""
    while data:
        try:
            data = data[one.send(data) :]
        except BlockingIOError:
            yield


def delegating(rt: Any, p: Any) -> list[Factory]:
    """The same by sub-generators: a task receives and sends as if these were calls."""
    way(p, "a generator", {"usual": None, "raw": None})
    connections: list[Any] = []

    def serve(index: int, number: int) -> Generator[None, None, int]:
        while len(connections) <= index:
            yield
        if connections[index] is None:
            return number
        with connections[index] as connection:
            while data := (yield from receive(connection)):
                yield from send_all(connection, data)
        return number

    numbered = enumerate(numbers(rt.salt, p.connections))
    served = (partial(serve, index, number) for index, number in numbered)
    return [partial(accepting, rt, p, connections), *served]


def tinyio(rt: Any, p: Any) -> list[Factory]:
    """tinyio's own: it has no sockets, so each call that blocks is made in a thread."""
    way(p, "tinyio", {"usual": None, "raw": None})
    arrived = [rt.Event() for _ in range(p.connections)]
    connections: list[Any] = []

    def accept() -> Any:
        with listening() as listener, (yield from rt.offload(partial(connected, rt.port))) as control:
            listener.settimeout(PATIENCE)
            yield from rt.offload(partial(control.sendall, orders(rt, p, listener.getsockname()[1])))
            for event in arrived:
                connection, _ = yield from rt.offload(listener.accept)
                connections.append(connection)
                event.set()
            with control.makefile("rb") as lines:
                line = yield from rt.offload(lines.readline)
            return reported(line, p)

    def serve(index: int, number: int) -> Any:
        yield from arrived[index].wait()
        with connections[index] as connection:
            while data := (yield from rt.offload(partial(connection.recv, CHUNK))):
                yield from rt.offload(partial(connection.sendall, data))
        return number

    numbered = enumerate(numbers(rt.salt, p.connections))
    return [accept, *(partial(serve, index, number) for index, number in numbered)]
