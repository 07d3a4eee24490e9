"""The server of ``fanout``: it answers each request a while after it has come, and tells what it saw.

Where a client has closed its connection the server resets it, so that no port lingers: after some hundred
runs with a hundred connections each the system would have none left.
"""

import select
import selectors
import socket
import struct
import sys
from collections import deque
from time import perf_counter
from typing import Any

from concbench.workloads.companions.answers import HEAD, REQUEST, answer

RESET = struct.pack("ii", 1, 0)


class Client:
    """A connection: what came of a request that is not whole, and how many wait for their answers."""

    __slots__ = ("begun", "connection", "waiting")

    def __init__(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connection = connection
        self.begun = b""
        self.waiting = 0


class Server:
    """All connections, and the requests that wait, in the order in which they are due."""

    def __init__(self, listener: socket.socket, delay: float, size: int) -> None:
        listener.setblocking(False)
        self.listener, self.delay, self.size = listener, delay, size
        self.due: deque[tuple[float, Client, bytes, int]] = deque()
        self.inside = 0
        self.selector: Any = selectors.DefaultSelector()
        self.selector.register(listener, selectors.EVENT_READ)

    def serve(self) -> None:
        """Wait for whatever comes next: a client, a request, or the time of an answer."""
        while True:
            for key, _ in self.events():
                if key.fileobj is self.listener:
                    self.accept()
                else:
                    self.read(key.data)
            while self.due and self.due[0][0] <= perf_counter():
                self.reply(*self.due.popleft())

    def events(self) -> Any:
        """Wait until there is something to do, and return which sockets are ready.

        Epoll rounds up to ms, and an answer would be late by that; so ``select`` waits for epoll itself.
        """
        if not self.due:
            return self.selector.select()
        wait = max(0.0, self.due[0][0] - perf_counter())
        if not hasattr(self.selector, "fileno"):
            return self.selector.select(wait)
        select.select([self.selector.fileno()], [], [], wait)
        return self.selector.select(0)

    def accept(self) -> None:
        """Take in all who knock."""
        while True:
            try:
                connection, _ = self.listener.accept()
            except BlockingIOError:
                return
            connection.setblocking(False)
            self.selector.register(connection, selectors.EVENT_READ, Client(connection))

    def read(self, client: Client) -> None:
        """Take in the requests that have come, and let go of who has closed."""
        try:
            came = client.connection.recv(1 << 16)
        except ConnectionError:
            came = b""
        if not came:
            self.let_go(client)
            return
        came = client.begun + came
        whole = len(came) // REQUEST * REQUEST
        client.begun = came[whole:]
        due = perf_counter() + self.delay
        for start in range(0, whole, REQUEST):
            self.inside += 1
            client.waiting += 1
            self.due.append((due, client, came[start : start + REQUEST], self.inside))

    def reply(self, due: float, client: Client, request: bytes, inside: int) -> None:
        """Answer a request whose time has come; nobody is there to read it where the client has closed."""
        if not client.waiting:
            return
        self.inside -= 1
        client.waiting -= 1
        head = HEAD.pack(inside, round(1e9 * (perf_counter() - due)))
        try:
            client.connection.sendall(answer(request, head, self.size))
        except OSError:  # it has closed, or does not read
            self.let_go(client)

    def let_go(self, client: Client) -> None:
        """Reset a connection, and forget what its client asked for."""
        self.selector.unregister(client.connection)
        client.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        client.connection.close()
        self.inside -= client.waiting
        client.waiting = 0


def main() -> None:
    """Serve until the end: delay (s) and size come after the socket."""
    delay, size = float(sys.argv[2]), int(sys.argv[3])
    server = Server(socket.socket(fileno=int(sys.argv[1])), delay, size)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    server.serve()
