"""Halls of plain calls, as ``halls`` has them awaited: sockets that block, and sockets that are looked at.

It is what is done once a run, around what ``idle`` and ``broadcast`` measure: the clients connect, each of
their connections is given to who is to hold it, and it is waited until all are held.
"""

from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager, suppress
from types import coroutine
from typing import Any, NamedTuple

from concbench.workloads.sockets.orders import PATIENCE, connected, listening
from concbench.workloads.sockets.reports import agreed


class PlainHall(NamedTuple):
    """A listening socket, and the companion: a connection to it, and the lines that come on that."""

    listener: Any
    control: Any
    lines: Any

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self.listener.getsockname()[1]
        return port


@contextmanager
def plain_hall(rt: Any, buffer: int) -> Generator[PlainHall, None, None]:
    """Listen, and connect to the companion; neither is waited for without end."""
    with listening(buffer) as listener, connected(rt.port) as control, control.makefile("rb") as lines:
        listener.settimeout(PATIENCE)
        control.settimeout(PATIENCE)
        yield PlainHall(listener, control, lines)


def all_held(
    hall: PlainHall, orders: bytes, giving: Iterable[Any], hear: Any, *, tasks: int, here: int
) -> None:
    """Have clients connect, give each connection to who is to hold it, and hear of so many that are here."""
    hall.control.sendall(orders)
    agreed(hall.lines.readline(), tasks)
    for give in giving:
        give(hall.listener.accept()[0])
    for _ in range(here):
        hear()


def one_by_one(waiting: list[Any]) -> Generator[Any, None, None]:
    """Yield those who wait, each of whom waits until what was done with it is done."""
    while waiting:
        yield waiting[0]
        del waiting[0]


def accepted_in_threads(
    rt: Any, hall: PlainHall, orders: bytes, connections: list[Any], accepted: Sequence[Any]
) -> Any:
    """Have clients connect, and accept each by a call in a thread, as tinyio has it: an event tells of it."""
    hall.control.sendall(orders)
    agreed((yield from rt.offload(hall.lines.readline)), len(accepted))
    for event in accepted:
        connections.append((yield from rt.offload(hall.listener.accept))[0])
        event.set()


class PolledHall:
    """A hall whose sockets never block: each is looked at, over and over."""

    def __init__(self, rt: Any, buffer: int) -> None:
        self.listener, self.control, self._said = listening(buffer), connected(rt.port), b""
        self.control.setblocking(False)
        self.port = int(self.listener.getsockname()[1])

    def all_held(
        self, orders: bytes, connections: list[Any], here: Sequence[Any], *, tasks: int, wanted: int
    ) -> Generator[None, None, None]:
        """Have clients connect, put connections where all can see them, and look until so many are here.

        The system has connected them all by the time that the clients say so.
        """
        self.control.send(orders)
        agreed((yield from self.next_line()), tasks)
        self.listener.settimeout(PATIENCE)
        accepted = [self.listener.accept()[0] for _ in range(tasks)]
        for one in accepted:
            one.setblocking(False)
        connections += accepted
        while len(here) < wanted:
            yield

    def next_line(self) -> Generator[None, None, bytes]:
        """Look in each round what the companion says, until its line is whole or nothing more comes."""
        while (said := self.line()) is None:
            yield
        return said

    def line(self) -> bytes | None:
        """Return what the companion says, when its line is whole or nothing more comes; else None."""
        with suppress(BlockingIOError):
            more: bytes = self.control.recv(1 << 16)
            self._said += more
            if not more or more.endswith(b"\n"):
                said, self._said = self._said, b""
                return said
        return None

    @coroutine
    def waited_line(self, rt: Any) -> Any:
        """Wait for what the companion says, as a task that can wait for a socket."""
        while (said := self.line()) is None:
            yield from rt.readable(self.control)
        return said

    def close(self) -> None:
        """Close both."""
        self.listener.close()
        self.control.close()
