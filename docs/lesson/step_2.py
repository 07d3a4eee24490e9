"""Step 2: a task is a generator. The interpreter keeps its place, in all the generators that it calls."""

import time
from collections.abc import Generator, Iterable
from typing import Any

Work = Generator[Any, Any, Any]
Task = Work


def sleep(seconds: float) -> Work:
    """Come back until some seconds have passed."""
    due = time.perf_counter() + seconds
    while time.perf_counter() < due:
        yield


def run(tasks: Iterable[Work]) -> list[Any]:
    """Step every pending task in turn until none is left; return their results."""
    results = dict.fromkeys(tasks)
    pending = list(results)
    while pending:
        ready, pending = pending, []
        for task in ready:
            try:
                task.send(None)
            except StopIteration as stop:
                results[task] = stop.value
            else:
                pending.append(task)
    return list(results.values())
