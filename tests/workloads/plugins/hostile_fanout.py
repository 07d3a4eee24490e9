"""Servers for ``fanout`` that die when they are asked, or never answer."""

from dataclasses import replace

from concbench.workloads.base import Companion
from concbench.workloads.sockets.fanout import WORKLOAD

DYING = """
import os, socket, sys
listener = socket.socket(fileno=int(sys.argv[1]))
print(flush=True)
connection, _ = listener.accept()
connection.recv(8)
os._exit(1)
"""

HANGING = """
import time
print(flush=True)
time.sleep(600)
"""

WORKLOADS = [
    replace(WORKLOAD, name="dying", companion=lambda _p: Companion(DYING)),
    replace(WORKLOAD, name="hanging", companion=lambda _p: Companion(HANGING)),
]
