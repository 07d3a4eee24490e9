"""How far the counting of instructions is: its processes run side by side, and are told of as each ends."""

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, wait
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar

from concbench.drive.cachegrind import Running, TallyRunner
from concbench.drive.workers.place import Place
from concbench.runs.watching import Watcher

Told = TypeVar("Told")

PROCESSES, PROCESS_NS = 6, 2_000_000_000
"""How many processes it takes to count a cell, and about how long each takes, while two go side by side."""

TELL_S = 0.5
"""How often it is looked how many of them have ended."""


class ToldRunner(TallyRunner):
    """Knows how many of its processes have answered; several threads may share one."""

    def __init__(self, seconds: float, running: Running) -> None:
        super().__init__(seconds, running)
        self.answers = SimpleQueue[None]()

    def natively(self, place: Place, setup: dict[str, Any]) -> dict[str, Any]:
        """Note that it has answered."""
        answer = super().natively(place, setup)
        self.answers.put(None)
        return answer

    def under(
        self,
        place: Place,
        setup: dict[str, Any],
        options: Callable[[Path], Sequence[str]],
        read: Callable[[Path], Told],
    ) -> Told:
        """Note that it has been counted."""
        told = super().under(place, setup, options, read)
        self.answers.put(None)
        return told


def wait_for(counts: Sequence[Future[Any]], answers: "SimpleQueue[None]", watcher: Watcher) -> None:
    """Wait until all counts are there, and tell of each process that ends; raises what one of them does."""
    pending: set[Future[Any]] = {*counts}
    while pending:
        done, pending = wait(pending, TELL_S, FIRST_EXCEPTION)
        while not answers.empty():
            answers.get()
            watcher.did(PROCESS_NS)
        for one in done:
            one.result()
