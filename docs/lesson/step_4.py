"""Step 4: deadlines lie in a heap, the earliest on top, so that nobody looks at the others who sleep."""

import time
from collections import deque
from collections.abc import Generator, Iterable
from heapq import heappop, heappush
from itertools import count
from typing import Any

Work = Generator[Any, Any, Any]
Task = Work


def sleep(seconds: float) -> Work:
    """Say until when there is nothing to do."""
    yield time.perf_counter() + seconds


class Loop:
    """Tasks that can go on, a heap of those that sleep, and what became of each."""

    def __init__(self, tasks: Iterable[Work]) -> None:
        self.results = dict.fromkeys(tasks)
        self.left = len(self.results)
        self.ready = deque(self.results)
        self.timers: list[tuple[float, int, Task]] = []
        self.order = count()

    def run(self) -> list[Any]:
        while self.left:
            self.wait()
            for _ in range(len(self.ready)):
                task = self.ready.popleft()
                try:
                    due = task.send(None)
                except StopIteration as stop:
                    self.results[task] = stop.value
                    self.left -= 1
                else:
                    if due:
                        self.wake_at(task, due)
                    else:
                        self.ready.append(task)
        return list(self.results.values())

    def wake_at(self, task: Task, due: float) -> None:
        heappush(self.timers, (due, next(self.order), task))

    def wait(self) -> None:
        """Sleep until somebody can go on, and find who that is."""
        if self.timers and not self.ready:
            time.sleep(max(0.0, self.timers[0][0] - time.perf_counter()))
        while self.timers and self.timers[0][0] <= time.perf_counter():
            self.ready.append(heappop(self.timers)[2])


def run(tasks: Iterable[Work]) -> list[Any]:
    return Loop(tasks).run()
