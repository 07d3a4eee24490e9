"""What all echo servers have in common: which of a library's APIs serves, and what the companion is told.

``api`` chooses among what a library has: ``protocol`` (it calls an object back for each piece that came in),
``streams`` (it has objects to read from and write to), ``raw`` (its calls on bare sockets). ``usual`` is what
its own documentation shows first: streams, and where there are none, raw sockets.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from concbench.workloads.base import NotExpressible
from concbench.workloads.sockets.descriptors import require_room
from concbench.workloads.sockets.orders import BUFFER, PATIENCE, ordered

CHUNK = 1 << 16
"""Bytes that are asked for at once: what trio's and anyio's streams take of themselves."""

WORDS = {"protocol": "protocols, which it calls back", "streams": "streams", "raw": "calls on bare sockets"}

W = TypeVar("W")


def way(p: Any, who: str, ways: Mapping[str, W], why: str = "") -> W:
    """Return the one among several wordings that the parameters ask for. Raises NotExpressible, Exhausted."""
    require_room(p.connections)
    if p.api not in ways:
        raise NotExpressible(why or f"{who} has no {WORDS[p.api]}")
    return ways[p.api]


def orders(rt: Any, p: Any, port: int) -> bytes:
    """Return what the companion is to do."""
    about = {"connections": p.connections, "requests": p.requests, "payload": p.payload, "share": p.share}
    return ordered(port=port, seed=rt.salt, buffer=BUFFER, patience=PATIENCE, **about)
