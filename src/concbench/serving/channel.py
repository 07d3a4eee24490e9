"""The channel: where a process that serves tests reads what it is asked, and answers, wherever it is.

Requests and answers are those of :mod:`concbench.measure.worker`: one JSON object a line, each answer with
the number of its request. A test stands still inside its fixture while it is served, so the channel is one
object that the loop over tests and the fixture share, and either of them reads on where the other stopped.
"""

import gc
import json
import os
import sys
from collections.abc import Mapping
from time import perf_counter_ns
from typing import IO, Any

from concbench.measure.calibration import calibrate
from concbench.measure.worker import GREETING, OPENED, holds_gil, send

Message = dict[str, Any]

NOT_AGAIN = (
    "this process has not found it: its name is another in each (does it show an address, or what is drawn?)"
)
"""Said of a benchmark that another process of the same side has found."""


class Channel:
    """Reads requests from a file, and answers on a file descriptor; ``setup`` says what is served."""

    def __init__(self, requests: IO[str], reply_fd: int, setup: Mapping[str, Any]) -> None:
        self._requests, self._reply_fd, self.setup = requests, reply_fd, setup
        self._request: Message = {}
        self._pid = os.getpid()
        self._number = OPENED
        self._began = perf_counter_ns()

    def greet(self, version: str) -> None:
        """Say that there is something to serve, by which version of what finds it."""
        self._say(GREETING, unavailable=None, version=version)

    def decline(self, reason: str) -> None:
        """Say why nothing can be served here: in place of a greeting."""
        self._say(GREETING, unavailable=reason)

    def _say(self, number: int, **about: Any) -> None:
        about |= {"pid": os.getpid(), "python": ".".join(map(str, sys.version_info[:3])), "dialect": "tests"}
        send(self._reply_fd, {"id": number, **about})

    def open(self) -> None:
        """Say that all tests were found; from here on the process keeps to its CPUs."""
        if self.setup["cpus"]:
            os.sched_setaffinity(0, self.setup["cpus"])
        gc.collect()
        gc.freeze()  # what finding the tests has made is not looked through in any slice
        opened = {"open_ns": perf_counter_ns() - self._began, "gil": holds_gil()}
        send(self._reply_fd, {"id": OPENED, **opened})

    def give_up(self, outcome: Message) -> None:
        """Say why no test can be found: in place of the message that all were."""
        send(self._reply_fd, {"id": OPENED, **outcome})

    def next(self) -> Message | None:
        """Return the next request, or None once there are no more; readings of the pace are answered here."""
        self._refuse_copies()
        for line in self._requests:
            self._request = json.loads(line)
            self._number = self._request["id"]
            if self._request["op"] != "calibrate":
                return self._request
            self.answer({"calibration_ns": [calibrate() for _ in range(self._request["count"])]})
        return None

    def answer(self, message: Message) -> None:
        """Answer the request that was read last."""
        self._refuse_copies()
        send(self._reply_fd, {**message, "id": self._number})

    def _refuse_copies(self) -> None:
        """End a process that a test has forked and let run on: what is asked is not for it."""
        if os.getpid() != self._pid:
            os._exit(1)

    def close(self, began_ns: int) -> None:
        """Say that all has ended in order, and how long that took."""
        send(self._reply_fd, {"id": self._number + 1, "close_ns": perf_counter_ns() - began_ns})
