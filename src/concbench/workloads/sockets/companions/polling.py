"""Sockets that are ready: epoll itself on Linux, and what takes its place elsewhere.

A companion is not to be the bottleneck, and ``selectors`` makes an object for each event. ``add``, ``modify``
and ``remove`` take what has a ``fileno`` or is one; ``poll`` takes seconds and returns pairs of file
descriptor and mask, of which ``READ`` and ``WRITE`` are bits (an error or a hang-up sets ``READ``, too, so
that whoever reads finds out). ``poll_sharply`` does the same, and is not rounded to whole milliseconds.
"""

import select
import selectors
import socket
from typing import Any

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE

if hasattr(select, "epoll"):
    READ, WRITE = select.EPOLLIN | select.EPOLLHUP | select.EPOLLERR, select.EPOLLOUT


class _ByEpoll:
    def __init__(self) -> None:
        self._epoll = select.epoll()
        self.modify, self.remove = self._epoll.modify, self._epoll.unregister
        self.close = self._epoll.close

    def add(self, one: Any, mask: int = READ) -> None:
        self._epoll.register(one, mask)

    def poll(self, seconds: float) -> list[tuple[int, int]]:
        return self._epoll.poll(seconds)

    def poll_sharply(self, seconds: float) -> list[tuple[int, int]]:
        return self._epoll.poll(0) if select.select([self._epoll], [], [], seconds)[0] else []


class _BySelectors:
    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self.close = self._selector.close

    def add(self, one: Any, mask: int = READ) -> None:
        self._selector.register(one, mask)

    def modify(self, one: Any, mask: int) -> None:
        self._selector.modify(one, mask)

    def remove(self, one: Any) -> None:
        self._selector.unregister(one)

    def poll(self, seconds: float) -> list[tuple[int, int]]:
        return [(key.fd, mask) for key, mask in self._selector.select(seconds)]

    poll_sharply = poll


def poller() -> Any:
    """Return a new poller, to be closed."""
    return _ByEpoll() if hasattr(select, "epoll") else _BySelectors()


def fitted(one: socket.socket, buffer: int) -> socket.socket:
    """Return a socket as both sides of every load have it: non-blocking, no delay, buffers of that size.

    Its address may be taken again: what it was closed with lingers for a minute, and no listener finds a free
    port where thousands do.
    """
    one.setblocking(False)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, buffer)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    return one
