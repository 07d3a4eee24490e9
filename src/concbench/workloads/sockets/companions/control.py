"""How a companion gets its orders and reports: JSON, a line each, on one connection for each run.

A program's ``main`` is ``attend(job)``. For each run somebody connects to the companion's own port and sends
a line, the orders; ``job(control, orders)`` does what they ask for, and what it returns is sent back as the
last line, the report. Before that it may say something by ``control.tell``: where it listens, say. Whatever
it raises is reported, too: ``{"error": …, "errno": …}``, and the next run finds the companion as before.

Where the other side of the connection is closed, nobody wants the report any more: a job that watches
``control`` among its sockets calls ``control.check()`` when that is readable, which raises ``Abandoned``.
A job that hears nothing from its peer for too long raises ``LeftWaiting``: it never waits for ever.
"""

import gc
import json
import socket
import sys
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

LONGEST = 1 << 16
"""Bytes of a line of orders, at most."""


class Abandoned(Exception):
    """Whoever gave the orders is gone."""


class LeftWaiting(Exception):
    """The peer did not do in time what it has to do, or did something else."""


class Control:
    """The connection on which orders come; to a poller it is a socket like others (``fileno``)."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def fileno(self) -> int:
        """Return the file descriptor."""
        return self._connection.fileno()

    def orders(self) -> dict[str, Any]:
        """Return the orders, which are one line. Raises Abandoned where there is none."""
        line = b""
        while not line.endswith(b"\n"):
            more = self._connection.recv(LONGEST)
            if not more or len(line) > LONGEST:
                raise Abandoned
            line += more
        orders: dict[str, Any] = json.loads(line)
        return orders

    def tell(self, said: Mapping[str, Any]) -> None:
        """Send a line. Raises Abandoned where nobody is there to read it."""
        try:
            self._connection.sendall(json.dumps(said).encode() + b"\n")
        except OSError as error:
            raise Abandoned from error

    def check(self) -> None:
        """Raise Abandoned if the other side has hung up; to be called when the connection is readable."""
        try:
            heard = self._connection.recv(1, socket.MSG_PEEK | getattr(socket, "MSG_DONTWAIT", 0))
        except BlockingIOError:
            return
        except OSError as error:
            raise Abandoned from error
        if not heard:
            raise Abandoned


Job: TypeAlias = Callable[[Control, dict[str, Any]], Mapping[str, Any]]


def attend(job: Job) -> None:
    """Be a companion: say that it is ready, and do the job for each run, one after another, without end."""
    listener = socket.socket(fileno=int(sys.argv[1]))
    listener.setblocking(True)  # who made it may have had it otherwise, as gevent has, and the two share that
    gc.disable()  # a pause of its own would be in somebody's latencies: it collects between runs
    gc.freeze()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        connection, _ = listener.accept()
        with connection:
            answer(Control(connection), job)
        gc.collect()


def answer(control: Control, job: Job) -> None:
    """Do one job, and report what came of it, if anybody still wants to know."""
    try:
        try:
            report = job(control, control.orders())
        except Abandoned:
            return
        except Exception as error:  # noqa: BLE001  (it is reported: the run that it spoils says so)
            report = {"error": f"{type(error).__name__}: {error}", "errno": getattr(error, "errno", None)}
        control.tell(report)
    except (Abandoned, OSError):
        return
