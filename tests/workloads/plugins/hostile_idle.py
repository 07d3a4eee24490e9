"""Clients for ``idle`` that die when all are connected, that hang, or that have no descriptors left."""

from dataclasses import replace

from concbench.workloads.base import Companion
from concbench.workloads.sockets.idle import WORKLOAD
from concbench.workloads.sockets.orders import companion

DYING = """
import concbench.workloads.sockets.companions.idle as idle
import os
idle.burst = lambda _links, _latencies: os._exit(1)
idle.main()
"""

CROWDED = """
import concbench.workloads.sockets.companions.idle as idle
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (12, 12))
idle.main()
"""

CHANGING = """
import concbench.workloads.sockets.companions.idle as idle
honest = idle.Links.ready
def late(links, missed):
    for link in links.by_fd.values():
        link._expected = b"x" + link._expected[1:]
    return honest(links, missed)
def burst(links, latencies):
    idle.Links.ready = late
    real(links, latencies)
real, idle.burst = idle.burst, burst
idle.main()
"""


def beginning(program: str) -> Companion:
    """Return the companion whose program does something first."""
    first, _, _ = companion("idle").program.partition("\nfrom concbench.workloads.sockets.comp")
    return Companion(first + program)


WORKLOADS = [
    replace(WORKLOAD, name="dying", companion=lambda _p: beginning(DYING)),
    replace(WORKLOAD, name="crowded", companion=lambda _p: beginning(CROWDED)),
    replace(WORKLOAD, name="changing", companion=lambda _p: beginning(CHANGING)),
]
