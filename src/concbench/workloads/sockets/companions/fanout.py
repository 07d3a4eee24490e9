"""The server of ``fanout``: it answers each request as long after it has come as it asks for.

What it tells of itself in each answer is in ``answers``.

Where a client has closed its connection the server resets it, so that no port lingers: after some hundred
runs with a hundred connections each the system would have none left.
"""

import socket
import struct
import sys
from heapq import heappop, heappush
from time import perf_counter

from concbench.workloads.sockets.companions.answers import HEAD, REQUEST, answer
from concbench.workloads.sockets.companions.polling import READ, WRITE, poller
from concbench.workloads.sockets.companions.timing import sharp_timers

RESET = struct.pack("ii", 1, 0)
HOUR = 3600.0


class Guest:
    """A connection: what came of a request that is not whole, what waits for its time, and what is unsent.

    It is ``stuck`` while its socket takes no more.
    """

    __slots__ = ("begun", "connection", "stuck", "unsent", "waiting")

    def __init__(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connection = connection
        self.begun, self.unsent = b"", bytearray()
        self.stuck = False
        self.waiting = 0


class Server:
    """All connections, and the requests that wait, in the order in which they are due."""

    def __init__(self, listener: socket.socket) -> None:
        listener.setblocking(False)
        self.listener = listener
        self.due: list[tuple[float, int, Guest, bytes, int]] = []
        self.inside = self.come = 0
        self.guests: dict[int, Guest] = {}
        self.poller = poller()
        self.poller.add(listener)

    def serve(self) -> None:
        """Wait for whatever comes next: a guest, a request, or the time of an answer."""
        while True:
            wait = self.due[0][0] - perf_counter() if self.due else HOUR
            for descriptor, mask in self.poller.poll_sharply(max(0.0, wait)):
                guest = self.guests.get(descriptor)
                if guest is None:
                    self.accept()
                elif mask & READ:
                    self.read(guest)
                else:
                    self.send(guest)
            while self.due and self.due[0][0] <= perf_counter():
                self.reply(*heappop(self.due))

    def accept(self) -> None:
        """Take in all who knock."""
        while True:
            try:
                connection, _ = self.listener.accept()
            except BlockingIOError:
                return
            connection.setblocking(False)
            self.guests[connection.fileno()] = Guest(connection)
            self.poller.add(connection)

    def read(self, guest: Guest) -> None:
        """Take in the requests that have come, and let go of who has closed."""
        try:
            came = guest.connection.recv(1 << 16)
        except ConnectionError:
            came = b""
        if not came:
            self.let_go(guest)
            return
        came = guest.begun + came
        whole = len(came) // REQUEST.size * REQUEST.size
        guest.begun = came[whole:]
        now = perf_counter()
        for start in range(0, whole, REQUEST.size):
            request = came[start : start + REQUEST.size]
            self.inside += 1
            self.come += 1
            guest.waiting += 1
            due = now + REQUEST.unpack(request)[2] / 1e6
            heappush(self.due, (due, self.come, guest, request, self.inside))

    def reply(self, due: float, _order: int, guest: Guest, request: bytes, inside: int) -> None:
        """Answer a request whose time has come; nobody is there to read it where the guest has closed."""
        if not guest.waiting:
            return
        self.inside -= 1
        guest.waiting -= 1
        head = HEAD.pack(inside, round(1e9 * (perf_counter() - due)))
        guest.unsent += answer(request, head)
        if not guest.stuck:
            self.send(guest)

    def send(self, guest: Guest) -> None:
        """Send what the guest's socket takes; the rest when it takes more."""
        try:
            sent = guest.connection.send(guest.unsent)
        except BlockingIOError:
            sent = 0
        except OSError:  # it has closed
            self.let_go(guest)
            return
        del guest.unsent[:sent]
        if guest.stuck != bool(guest.unsent):
            guest.stuck = not guest.stuck
            self.poller.modify(guest.connection, READ | WRITE if guest.stuck else READ)

    def let_go(self, guest: Guest) -> None:
        """Reset a connection, and forget what its guest asked for."""
        self.poller.remove(guest.connection)
        del self.guests[guest.connection.fileno()]
        guest.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        guest.connection.close()
        self.inside -= guest.waiting
        guest.waiting = 0


def main() -> None:
    """Serve until the end."""
    sharp_timers()
    server = Server(socket.socket(fileno=int(sys.argv[1])))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    server.serve()
