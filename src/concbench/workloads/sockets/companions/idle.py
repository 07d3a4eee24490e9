"""The clients of ``idle``: connections that are silent until all are told to speak, which they do at once.

Orders: ``port``, ``connections``, ``payload`` (bytes), ``seed``, ``buffer``, ``patience`` (s). When all are
connected it says so (``open``), and waits for another line; then each sends a message and checks the echo.
"""

from time import perf_counter_ns
from typing import Any

from concbench.workloads.sockets.companions.control import Control, attend
from concbench.workloads.sockets.companions.faults import faults_in
from concbench.workloads.sockets.companions.links import Links, Unserved
from concbench.workloads.sockets.companions.payload import Payload
from concbench.workloads.sockets.companions.timing import Phases, options_of, sharp_timers, told


def burst(links: Links, latencies: list[int]) -> None:
    """Send a message on every connection, and wait for all replies: each is looked at until it is there."""
    now, left = perf_counter_ns, dict(links.by_fd)
    for link in left.values():
        link.begin(now())
    while left:
        for fd, mask in links.ready(f"{len(left)} replies did not come"):
            link = left.get(fd)  # type: ignore[assignment]
            if link is None:
                links.control.check()
            elif link.take(mask):
                latencies.append(now() - link.meant)
                links.poller.remove(fd)
                del left[fd]


def hear_the_end(links: Links) -> None:
    """Wait until the server has closed each connection, which is what it does when it has answered."""
    for link in links.by_fd.values():
        link.socket.settimeout(links.patience)
        try:
            more = link.recv(1)
        except TimeoutError:
            raise Unserved(f"connection {link.number} was not closed in {links.patience:g} s") from None
        if more:
            raise Unserved(f"connection {link.number} got more than it had sent")


def job(control: Control, orders: dict[str, Any]) -> dict[str, Any]:
    """Be the clients of one run."""
    phases, latencies, links = Phases(), list[int](), Links(control, orders["patience"])
    report: dict[str, Any] = {"seed": orders["seed"]}
    number, messages = orders["connections"], Payload(orders["seed"], orders["payload"])
    try:
        with faults_in(report):
            with phases.phase("setup"):
                links.open(orders["port"], number, messages.of, orders["buffer"])
            report["options"] = options_of(next(iter(links.by_fd.values())).socket)
            control.tell({"open": number})
            control.orders()
            with phases.phase("traffic"):
                burst(links, latencies)
            with phases.phase("teardown"):
                hear_the_end(links)
            report |= told(latencies) | phases.told()
    finally:
        links.close()
    return report | {"verified": len(latencies)}


def main() -> None:
    """Be the companion."""
    sharp_timers()
    attend(job)
