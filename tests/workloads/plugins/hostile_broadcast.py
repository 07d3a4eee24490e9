"""Clients for ``broadcast`` that die in the middle, or of which one stops reading."""

from dataclasses import replace

from concbench.workloads.base import Companion
from concbench.workloads.sockets.broadcast import WORKLOAD
from concbench.workloads.sockets.orders import companion

DYING = """
import concbench.workloads.sockets.companions.broadcast as broadcast
import os
broadcast.Audience.sip = lambda _self, _sip: os._exit(1)
broadcast.main()
"""

DEAF = """
import concbench.workloads.sockets.companions.broadcast as broadcast
broadcast.Audience.sip = lambda _self, _sip: None
honest = broadcast.Links.__init__
broadcast.Links.__init__ = lambda self, control, _patience: honest(self, control, 0.5)
broadcast.main()
"""


def beginning(program: str) -> Companion:
    """Return the companion whose program does something first."""
    whole = companion("broadcast").program
    return Companion(whole.partition("\nfrom concbench.workloads.sockets.comp")[0] + program)


WORKLOADS = [
    replace(WORKLOAD, name="dying", companion=lambda _p: beginning(DYING)),
    replace(WORKLOAD, name="deaf", companion=lambda _p: beginning(DEAF)),
]
