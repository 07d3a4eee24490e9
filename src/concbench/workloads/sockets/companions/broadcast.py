"""The clients of ``broadcast``: all are to have the same message, and some of them read slowly.

Orders: ``port``, ``connections`` and how many of them are ``slow``, ``size`` of the message, ``sip`` and
``pace``, ``seed``, ``buffer`` and ``small``, ``patience`` (s). When all are connected it says so (``open``),
and waits for another line. Then it says ``go``: by that the time begins, on this process's clock alone. A
fast client reads as soon as there is something; a slow one, whose receive buffer is ``small``, ``sip`` bytes
every ``pace`` s. Each checks every byte. How busy this process was is told of the time until the last fast
client had the message (``fast``): of the slow ones it mostly waits.
"""

import socket
from time import perf_counter
from typing import Any

from concbench.workloads.sockets.companions.control import Control, attend
from concbench.workloads.sockets.companions.faults import faults_in
from concbench.workloads.sockets.companions.idle import hear_the_end
from concbench.workloads.sockets.companions.links import CHUNK, Links, Unserved
from concbench.workloads.sockets.companions.payload import Payload
from concbench.workloads.sockets.companions.timing import Phases, options_of, sharp_timers, told


class Reader:
    """A client: how much of the message it has."""

    __slots__ = ("got", "message", "number", "socket")

    def __init__(self, number: int, one: socket.socket, message: bytes) -> None:
        self.number, self.socket, self.message, self.got = number, one, message, 0

    def take(self, most: int) -> bool:
        """Read what there is, at most so many bytes; return whether the message is whole. Raises Unserved."""
        try:
            data = self.socket.recv(min(most, len(self.message) - self.got))
        except BlockingIOError:
            return False
        if not data:
            raise Unserved(f"connection {self.number} was hung up on after {self.got} bytes")
        if data != self.message[self.got : self.got + len(data)]:
            raise Unserved(f"connection {self.number} got other bytes than the message has")
        self.got += len(data)
        return self.got == len(self.message)

    def require_silence(self) -> None:
        """Raise Unserved where anything has come before it was asked for."""
        try:
            self.socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return
        raise Unserved(f"connection {self.number} got something before it was asked for")


def readers(links: Links, message: bytes) -> dict[int, Reader]:
    """Return a reader for each connection, by its descriptor."""
    return {fd: Reader(link.number, link.socket, message) for fd, link in links.by_fd.items()}


class Audience:
    """All clients, and when each had the whole message (s after ``began``): the fast, and the slow."""

    def __init__(self, links: Links, message: bytes, slow: Links) -> None:
        self.links = links
        self.fast, self.slow = readers(links, message), readers(slow, message)
        self.fast_times: list[float] = []
        self.slow_times: list[float] = []
        for one in (*self.fast.values(), *self.slow.values()):
            one.require_silence()

    def begin(self, pace: float) -> None:
        """Begin the time: the slow clients sip every ``pace`` s from now on."""
        self.began = self.last = perf_counter()
        self.pace, self.due = pace, self.began + pace

    def listen(self, whom: dict[int, Reader], sip: int) -> None:
        """Read until all of these have the message; raises Unserved where nothing comes for too long."""
        while whom:
            if self.slow and perf_counter() >= self.due:
                self.due += self.pace
                self.sip(sip)
            else:
                self.read(self.due - perf_counter() if self.slow else self.links.patience)
            if perf_counter() - self.last > self.links.patience:
                left = len(self.fast) + len(self.slow)
                raise Unserved(f"nothing came for {left} clients within {self.links.patience:g} s")

    def sip(self, sip: int) -> None:
        """Have each slow client read a little."""
        for fd, one in list(self.slow.items()):
            before = one.got
            if one.take(sip):
                self.slow_times.append(perf_counter() - self.began)
                del self.slow[fd]
            if one.got > before:
                self.last = perf_counter()

    def read(self, seconds: float) -> None:
        """Wait for so long at most, and have the fast clients read that can."""
        for fd, _mask in self.links.poller.poll_sharply(max(0.0, seconds)):
            if fd not in self.fast:
                self.links.control.check()
                continue
            self.last = perf_counter()
            if self.fast[fd].take(CHUNK):
                self.fast_times.append(self.last - self.began)
                self.links.poller.remove(fd)
                del self.fast[fd]


def talk(control: Control, orders: dict[str, Any], fast: Links, slow: Links) -> dict[str, Any]:
    """Carry out the orders, and return what is to be reported."""
    phases = Phases()
    messages = Payload(orders["seed"], orders["size"])
    few = orders["slow"]
    with phases.phase("setup"):
        fast.open(orders["port"], orders["connections"] - few, messages.of, orders["buffer"])
        slow.open(orders["port"], few, messages.of, orders["small"])
    control.tell({"open": orders["connections"]})
    control.orders()
    audience = Audience(fast, messages.of(0, 0), slow)
    audience.begin(orders["pace"])
    control.tell({"go": True})
    with phases.phase("traffic"):
        with phases.phase("fast"):
            audience.listen(audience.fast, orders["sip"])
        audience.listen(audience.slow, orders["sip"])
    with phases.phase("teardown"):
        hear_the_end(fast)
        hear_the_end(slow)
    times = audience.fast_times + audience.slow_times
    report = told([round(1e9 * one) for one in audience.fast_times]) | phases.told("fast")
    report["fast_ns"], report["all_ns"] = round(1e9 * max(audience.fast_times)), round(1e9 * max(times))
    report["options"] = options_of(next(iter(fast.by_fd.values())).socket)
    small = next((options_of(one.socket)["rcvbuf"] for one in slow.by_fd.values()), None)
    return report | {"verified": len(times), "slow_rcvbuf": small}


def job(control: Control, orders: dict[str, Any]) -> dict[str, Any]:
    """Be the clients of one run."""
    fast, slow = Links(control, orders["patience"]), Links(control, orders["patience"])
    report: dict[str, Any] = {"seed": orders["seed"]}
    try:
        with faults_in(report):
            report |= talk(control, orders, fast, slow)
    finally:
        fast.close()
        slow.close()
    return report


def main() -> None:
    """Be the companion."""
    sharp_timers()
    attend(job)
