"""Step 1: a task is an object, and a loop asks each of them over and over whether it is ready."""

import time
from collections.abc import Iterable
from typing import Any


class Task:
    """Something to ask: call ``run()`` until ``ready`` is true, then read ``result``."""

    ready, result = False, None

    def run(self) -> None:
        raise NotImplementedError


class Sleep(Task):
    """Ready when some seconds have passed since the first ``run()``."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.armed, self.woke = seconds, None, None

    def run(self) -> None:
        now = time.perf_counter()
        if self.armed is None:
            self.armed = now
        elif now >= self.armed + self.seconds:
            self.woke, self.ready = now, True


def run(tasks: Iterable[Task]) -> list[Any]:
    """Ask every pending task in turn until none is left; return their results."""
    asked = list(tasks)
    pending = asked
    while pending:
        for task in pending:
            task.run()
        pending = [task for task in pending if not task.ready]
    return [task.result for task in asked]
