"""Counters: the same as ``halls`` for plain calls. Sockets that block, and sockets that are only looked at.

It is what is done once a run, around what ``idle`` and ``broadcast`` measure.
"""

from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

from concbench.workloads.sockets.fanning import connected
from concbench.workloads.sockets.orders import PATIENCE, listening


class Counter(NamedTuple):
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
def counter(rt: Any, buffer: int) -> Generator[Counter, None, None]:
    """Listen, and connect to the companion; neither is waited for without end."""
    with listening(buffer) as listener, connected(rt.port) as control, control.makefile("rb") as lines:
        listener.settimeout(PATIENCE)
        control.settimeout(PATIENCE)
        yield Counter(listener, control, lines)


def received(connection: Any, size: int) -> bytes:
    """Wait for a whole message, by plain blocking calls."""
    message = b""
    while len(message) < size:
        came = connection.recv(size - len(message))
        if not came:
            raise EOFError("the other side closed the connection")
        message += came
    return message


class Window:
    """A counter whose sockets never block: each is looked at, over and over."""

    def __init__(self, rt: Any, buffer: int) -> None:
        self.listener, self.control, self._said = listening(buffer), connected(rt.port), b""
        self.control.setblocking(False)
        self.port = int(self.listener.getsockname()[1])

    def accepted(self, connections: int) -> list[Any]:
        """Accept so many, all of which the system has connected already."""
        self.listener.settimeout(PATIENCE)
        accepted = [self.listener.accept()[0] for _ in range(connections)]
        for one in accepted:
            one.setblocking(False)
        return accepted

    def line(self) -> bytes | None:
        """Return what the companion says, when its line is whole or nothing more comes; else None."""
        with suppress(BlockingIOError):
            more: bytes = self.control.recv(1 << 16)
            self._said += more
            if not more or more.endswith(b"\n"):
                said, self._said = self._said, b""
                return said
        return None

    def close(self) -> None:
        """Close both."""
        self.listener.close()
        self.control.close()
