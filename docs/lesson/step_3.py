"""Step 3: a task says until when it sleeps, once, and a loop that knows of all of them sleeps as well."""

import time
from collections.abc import Generator, Iterable
from typing import Any

Work = Generator[Any, Any, Any]
Task = Work


def sleep(seconds: float) -> Work:
    """Say until when there is nothing to do."""
    yield time.perf_counter() + seconds


class Loop:
    """Tasks, what became of each, and when those that go on do so."""

    def __init__(self, tasks: Iterable[Work]) -> None:
        self.results = dict.fromkeys(tasks)
        self.due = dict.fromkeys(self.results, 0.0)

    def run(self) -> list[Any]:
        while self.due:
            for task in self.wait():
                try:
                    self.due[task] = task.send(None) or 0.0
                except StopIteration as stop:
                    self.results[task] = stop.value
                    del self.due[task]
        return list(self.results.values())

    def wait(self) -> list[Task]:
        """Sleep until somebody can go on, and find who that is."""
        pause = min(self.due.values()) - time.perf_counter()
        if pause > 0:
            time.sleep(pause)
        now = time.perf_counter()
        return [task for task, due in self.due.items() if due <= now]


def run(tasks: Iterable[Work]) -> list[Any]:
    return Loop(tasks).run()
