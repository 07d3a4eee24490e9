"""Sockets of a scene, which block as any socket does: what would block is found out in place of it.

All of a scene runs in one thread, so a call that blocks would never end. Standard library only.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from socket import MSG_DONTWAIT, MSG_PEEK, MSG_WAITALL, socket, socketpair
from typing import Any

from concbench.lessons.blame import Wrong

Pair = Callable[[], tuple[socket, socket]]

ROOM = (
    "the connection blocks, as sockets do: wait until it is ready to write, and have `send` take what fits"
    " (the flag MSG_DONTWAIT)"
)

COME = "the connection blocks, as sockets do: before each `recv` wait until it is ready; take what has come"


class SceneSocket(socket):
    """A socket whose calls raise Wrong where they would wait, unless it, or the call, is told not to."""

    def send(self, data: Any, flags: int = 0) -> int:
        """Send what there is room for; of a socket that blocks that has to be all."""
        return self._sent("send", data, flags)

    def _sent(self, name: str, data: Any, flags: int) -> int:
        sent, size = 0, memoryview(data).nbytes
        try:
            sent = super().send(data, flags | MSG_DONTWAIT)
        except BlockingIOError:
            if not self._waits(flags):
                raise
        if sent < size and self._waits(flags):
            raise _blocks(name, f"there is no room for all of {size} bytes", ROOM)
        return sent

    def sendall(self, data: Any, flags: int = 0) -> None:
        """Send all there is, or raise Wrong."""
        if self._waits(flags):
            self._sent("sendall", data, flags)
        else:
            super().sendall(data, flags)

    def recv(self, bufsize: int, flags: int = 0) -> bytes:
        """Return what has come; of a socket that blocks that is something."""
        self._come("recv", bufsize, flags)
        return super().recv(bufsize, flags)

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
        """Put what has come into a buffer."""
        self._come("recv_into", nbytes or memoryview(buffer).nbytes, flags)
        return super().recv_into(buffer, nbytes, flags)

    def _waits(self, flags: int) -> bool:
        return self.gettimeout() is None and not flags & MSG_DONTWAIT

    def _come(self, name: str, number: int, flags: int) -> None:
        """Raise Wrong where a call would wait for so many bytes: for all, or for any."""
        if not self._waits(flags) or not number:
            return
        try:
            there = len(super().recv(number, MSG_PEEK | MSG_DONTWAIT))
        except BlockingIOError:
            raise _blocks(name, "nothing has come", COME) from None
        if there and there < number and flags & MSG_WAITALL:
            raise _blocks(name, f"{there} of {number} bytes have come", COME)


def _blocks(name: str, why: str, look: str) -> Wrong:
    return Wrong(f"{name} blocks: {why}, and all tasks wait with it", look)


@contextmanager
def pairs() -> Iterator[Pair]:
    """Lend what makes two connected sockets; all are closed in the end."""
    with ExitStack() as stack:

        def pair_of() -> tuple[socket, socket]:
            ours, theirs = (stack.enter_context(_of_scene(one)) for one in socketpair())
            return ours, theirs

        yield pair_of


def _of_scene(one: socket) -> socket:
    return SceneSocket(one.family, one.type, one.proto, one.detach())
