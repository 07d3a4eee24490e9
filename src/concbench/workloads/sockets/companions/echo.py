"""A load client: connections that send messages and check every byte of what comes back.

Orders: ``port``, ``connections``, ``requests`` on each of them, ``payload`` (bytes), ``seed``, ``share``,
``buffer``, ``patience`` (s). With ``share`` 0 it is a closed loop: each connection sends its next message
when it has the reply to the last. Else the client first finds out by ``CALIBRATION`` requests what rate such
a loop comes to, and then sends at that share of it, one message after another at equal intervals, on each
connection in turn, whatever comes back; latencies count from the time for which a message was meant, also
where its connection was still waiting for a reply. ``companion_busy`` is told of both parts, of the busier:
a rate that the clients themselves held down is a share of theirs, and not of the server's.

What the server does wrong (other bytes, too many of them, a hang-up, nothing for ``patience``) ends the run,
and stands as ``fault`` in the report, beside the number of requests that were verified until then.
"""

from time import perf_counter_ns
from typing import Any

from concbench.workloads.sockets.companions.control import Control, attend
from concbench.workloads.sockets.companions.faults import faults_in
from concbench.workloads.sockets.companions.links import Links, Peer
from concbench.workloads.sockets.companions.payload import Payload
from concbench.workloads.sockets.companions.timing import Phases, options_of, sharp_timers, told

CALIBRATION = 1000
"""Requests, on all connections together, by which the rate of the closed loop is found."""

NO_REPLY = "no reply came"


def closed(links: Links, requests: int, latencies: list[int]) -> None:
    """Send so many messages on each connection, each when the reply to the one before is there."""
    by_fd, ready, now, keep = links.by_fd, links.ready, perf_counter_ns, latencies.append
    for link in by_fd.values():
        link.left = requests
        link.begin(now())
    left = len(by_fd)
    while left:
        for fd, mask in ready(NO_REPLY):
            link = by_fd.get(fd)  # type: ignore[assignment]
            if link is None:
                links.control.check()
            elif link.take(mask):
                at = now()
                keep(at - link.meant)
                link.left -= 1
                if link.left:
                    link.begin(at)
                else:
                    left -= 1


def at_a_rate(links: Links, requests: int, rate: float, latencies: list[int]) -> None:
    """Send so many messages on each connection, all together ``rate`` a second, whatever comes back."""
    order, total = list(links.by_fd.values()), requests * len(links.by_fd)
    now, began, step = perf_counter_ns, perf_counter_ns(), 1e9 / rate
    sent, done = 0, 0
    while done < total:
        while sent < total and (meant := began + round(sent * step)) <= now():
            _send_or_wait(order[sent % len(order)], meant)
            sent += 1
        seconds = (began + sent * step - now()) / 1e9
        found = links.poller.poll_sharply(max(0.0, seconds)) if sent < total else links.ready(NO_REPLY)
        for fd, mask in found:
            link = links.by_fd.get(fd)
            if link is None:
                links.control.check()
            elif link.take(mask):
                latencies.append(now() - link.meant)
                done += 1
                if link.waiting:
                    link.begin(link.waiting.popleft())


def _send_or_wait(link: Peer, meant: int) -> None:
    if link.idle:
        link.begin(meant)
    else:
        link.waiting.append(meant)


def talk(links: Links, orders: dict[str, Any], latencies: list[int]) -> dict[str, Any]:
    """Carry out the orders, and return what is to be reported of them."""
    number, requests, more, phases = orders["connections"], orders["requests"], dict[str, Any](), Phases()
    with phases.phase("setup"):
        links.open(orders["port"], number, Payload(orders["seed"], orders["payload"]).of, orders["buffer"])
    more["options"] = options_of(next(iter(links.by_fd.values())).socket)
    if orders["share"]:
        each = -(-CALIBRATION // number)
        with phases.phase("calibration"):
            closed(links, each, [])
        more["closed_per_s"] = 1e9 * each * number / phases.wall["calibration"]
        with phases.phase("traffic"):
            at_a_rate(links, requests, orders["share"] * more["closed_per_s"], latencies)
    else:
        with phases.phase("traffic"):
            closed(links, requests, latencies)
    with phases.phase("teardown"):
        links.finish()
    return more | told(latencies) | phases.told("traffic", *(["calibration"] if orders["share"] else []))


def job(control: Control, orders: dict[str, Any]) -> dict[str, Any]:
    """Be the clients of one run."""
    latencies, links = list[int](), Links(control, orders["patience"])
    report: dict[str, Any] = {"seed": orders["seed"]}
    try:
        with faults_in(report):
            report |= talk(links, orders, latencies)
    finally:
        links.close()
    return report | {"verified": len(latencies)}


def main() -> None:
    """Be the companion."""
    sharp_timers()
    attend(job)
