"""What a load says to its companion, and hears of it: one connection a run, JSON, a line each.

A load's task connects to ``rt.port`` by its model's own API, sends ``ordered(...)``, does its side of the
work, reads lines, and hands each to ``heard``, which raises what the companion says that went wrong. On the
companion's side is ``companions.control``, whose docstring says what a program is.

``listening`` is the one way in which a load's server comes to its listening socket, so that buffers, delay
and backlog are the same for all; the model's API takes it from there. ``connected`` is how plain calls come
to a connection.
"""

import json
from typing import TYPE_CHECKING, Any

from concbench.importing import importing
from concbench.models.base import Exhausted
from concbench.workloads.base import Companion

if TYPE_CHECKING:
    import socket

HOST = "127.0.0.1"
BACKLOG = 4096
"""Connections that may wait to be accepted. Who hands a socket to asyncio says it again: it listens anew,
with 100, and clients that are silent never learn that they were dropped."""

PATIENCE = 10.0
"""Seconds for which either side waits for the other to do anything, before it gives up."""

BUFFER = 1 << 16
"""Bytes of each socket's buffers, both ways, which both sides ask for."""

PROGRAM = """
from concbench.workloads.sockets.companions.{module} import main
main()
"""


def companion(module: str) -> Companion:
    """Return the companion whose program is a module of ``concbench.workloads.sockets.companions``."""
    return Companion(importing() + PROGRAM.format(module=module))


def ordered(**orders: Any) -> bytes:
    """Return the line of orders."""
    return json.dumps(orders).encode() + b"\n"


class CompanionFailed(RuntimeError):
    """What a companion could not do, or that it is gone."""


def heard(line: bytes, connections: int = 0) -> dict[str, Any]:
    """Return what a companion says in a line.

    Raises Exhausted where it has no room for so many ``connections``, else CompanionFailed, for what went
    wrong there, and where it is gone.
    """
    if not line.endswith(b"\n"):
        raise CompanionFailed("the workload's companion hung up before it had reported")
    said: dict[str, Any] = json.loads(line)
    if "error" not in said:
        return said
    if said.get("errno") in _out_of():
        raise Exhausted(f"the workload's companion ran out: {said['error']}", at=connections)
    raise CompanionFailed(f"the workload's companion reports {said['error']}")


def _out_of() -> set[int]:
    import errno  # noqa: PLC0415

    ports = {errno.EADDRNOTAVAIL, errno.EADDRINUSE}
    return {errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS} | ports


def non_blocking() -> "socket.socket":
    """Return a non-blocking socket."""
    import socket  # noqa: PLC0415

    one = socket.socket()
    one.setblocking(False)
    return one


def connected(port: int) -> "socket.socket":
    """Return a connected socket; on this interface the system connects at once, whoever accepts."""
    import socket  # noqa: PLC0415  (as it is when tasks are made: gevent patches it)

    connection = socket.create_connection((HOST, port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def listening(buffer: int = BUFFER) -> "socket.socket":
    """Return a non-blocking socket that listens on a free port of the loopback interface.

    What it accepts has its options (on Linux and the BSDs).
    """
    import socket  # noqa: PLC0415

    listener = non_blocking()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # beside what lingers of earlier runs
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, buffer)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    listener.bind((HOST, 0))
    listener.listen(BACKLOG)
    return listener
