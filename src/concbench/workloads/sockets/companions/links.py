"""Connections of a load client: each sends messages that both sides can work out, and checks what returns.

``Links`` opens them, closes them, and finds those that are ready. What the server does wrong raises
``Unserved``.
"""

import errno
import os
import socket
from collections import deque
from collections.abc import Callable
from typing import Any

from concbench.workloads.sockets.companions.control import Control
from concbench.workloads.sockets.companions.polling import READ, WRITE, fitted, poller

CHUNK = 1 << 18
"""Bytes that are read at once, at most."""

GIVEN_UP = (errno.ECONNRESET, errno.EPIPE, errno.ECONNREFUSED, errno.ECONNABORTED)


class Unserved(Exception):
    """What the server did wrong."""


class Peer:
    """One connection: ``meant`` is the time (ns) for which its message was meant, ``left`` how many it sends.

    ``waiting`` are the times of those that wait for the reply to the one before.
    """

    __slots__ = ("_expected", "_got", "_poller", "_unsent", "fd", "left", "meant", "next", "number", "of",
                 "recv", "send", "socket", "waiting")  # fmt: skip

    def __init__(self, number: int, one: socket.socket, of: Callable[[int, int], bytes], poller: Any) -> None:
        self.number, self.socket, self.of, self._poller = number, one, of, poller
        self.fd, self.recv, self.send = one.fileno(), one.recv, one.send
        self.next = self.left = self.meant = self._got = 0
        self._expected = self._unsent = b""
        self.waiting: deque[int] = deque()

    @property
    def idle(self) -> bool:
        """Whether it has had the reply to all that it has sent."""
        return not self._expected

    def begin(self, meant: int) -> None:
        """Send the next message."""
        message = self.of(self.number, self.next)
        self.next += 1
        self.meant, self._expected = meant, message
        self._send(message)

    def _send(self, message: bytes) -> None:
        try:
            sent = self.send(message)
        except BlockingIOError:
            sent = 0
        if sent != len(message):
            self._poller.modify(self.fd, READ | WRITE)
        elif self._unsent:
            self._poller.modify(self.fd, READ)
        self._unsent = message[sent:]

    def take(self, mask: int) -> bool:
        """Do what can be done; return whether the reply is complete. Raises Unserved for any other byte."""
        if mask & WRITE and self._unsent:
            self._send(self._unsent)
        if not mask & READ:
            return False
        data = self.recv(CHUNK)
        if data != self._expected or self._got or not data:
            begun = self._got
            self._got = end = begun + len(data)
            if not data or data != self._expected[begun:end]:
                raise Unserved(self._wrong(data, begun))
            if end != len(self._expected):
                return False
        self._got, self._expected = 0, b""
        return True

    def _wrong(self, data: bytes, begun: int) -> str:
        who = f"connection {self.number}"
        if not data:
            return f"{who} was hung up on, {'after' if self.idle else 'in'} its message {self.next}"
        expected = self._expected[begun:]
        if data.startswith(expected):
            return f"{who} got {len(data) - len(expected)} bytes more than it had sent"
        place = next(at for at, (one, other) in enumerate(zip(data, expected, strict=False)) if one != other)
        return f"{who} got another byte than it had sent, at {begun + place} of its message {self.next}"


class Links:
    """All connections of a run, and what is ready among them and the control connection."""

    def __init__(self, control: Control, patience: float) -> None:
        self.control, self.patience = control, patience
        self.poller = poller()
        self.by_fd: dict[int, Peer] = {}

    def open(self, port: int, number: int, of: Callable[[int, int], bytes], buffer: int) -> None:
        """Open so many connections, and wait until they are. Raises Unserved, OSError for want of room."""
        for which in range(number):
            one = socket.socket()
            self.by_fd[one.fileno()] = Peer(which, one, of, self.poller)
            wrong = fitted(one, buffer).connect_ex(("127.0.0.1", port))
            if wrong not in (0, errno.EINPROGRESS):  # there is no port left, say
                raise OSError(wrong, f"connection {which} of {number}: {os.strerror(wrong)}")
            self.poller.add(one, WRITE)
        opened = 0
        while opened < number:
            for fd, _mask in self.ready("no connection was accepted"):
                if wrong := self.by_fd[fd].socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                    raise OSError(wrong, "a connection failed")
                self.poller.modify(fd, READ)
                opened += 1
        self.poller.add(self.control)

    def ready(self, missed: str) -> list[tuple[int, int]]:
        """Return what is ready; raises Unserved where nothing is for too long."""
        found: list[tuple[int, int]] = self.poller.poll(self.patience)
        if not found:
            raise Unserved(f"{missed} within {self.patience:g} s")
        return found

    def finish(self) -> None:
        """Say on each connection that nothing more comes, and wait until the server has closed it, too."""
        for link in self.by_fd.values():
            link.socket.shutdown(socket.SHUT_WR)
        open_still = set(self.by_fd)
        while open_still:
            for fd, _mask in self.ready(f"{len(open_still)} connections were not closed"):
                if fd not in self.by_fd:
                    self.control.check()
                elif more := self.by_fd[fd].recv(CHUNK):
                    raise Unserved(
                        f"connection {self.by_fd[fd].number} got {len(more)} bytes more in the end"
                    )
                else:
                    self.poller.remove(fd)
                    open_still.remove(fd)

    def close(self) -> None:
        """Close whatever is open."""
        for link in self.by_fd.values():
            link.socket.close()
        self.poller.close()
