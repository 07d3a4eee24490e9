"""Ready queue: the loop steps only who can go on, and a task says by a request what has to happen first.

What a task yields is a request, a trap's name and an argument, and the kernel answers it as a system answers
a call: "wake me then", "leave me with those who wait here", "start these". It is the only door between the
two: a task never sees the queue (what it calls stands in ``calls``). Who waits stands in no queue of the
loop's, whatever for; a request of somebody else's puts it back.

What it should buy: waiting for another task costs nothing meanwhile, so a gate or a lock leaves the processor
free. What it costs: each task is put back into the queue after each step; one that nobody wakes sleeps for
ever, and one that raises ends the loop, whoever waits for it.
"""

import time
from collections.abc import Generator, MutableSequence, Sequence
from contextlib import nullcontext
from heapq import heappop, heappush
from itertools import count
from time import perf_counter
from typing import Any

from concbench.models.base import DelegatingRuntime
from concbench.models.ladder.calls import WAITING, join
from concbench.models.rungs import rung

Task = Generator[tuple[str, Any] | None, None, Any]


class Kernel:
    """Who can go on, and who sleeps until when."""

    def __init__(self) -> None:
        self.ready, self.order = list[Task](), count()
        self.timers: list[tuple[float, int, Task]] = []
        self.started = set[Task]()

    def run(self, tasks: list[Task]) -> list[Any]:
        """Step who can go on, asleep while nobody can, until all have ended; return their values in order."""
        values: dict[Task, Any] = {}
        started, timers, self.ready = self.started, self.timers, tasks
        while len(values) < len(tasks):
            if not self.ready:
                self.idle()
            while timers and timers[0][0] <= perf_counter():
                self.ready.append(heappop(timers)[2])
            turns, self.ready = self.ready, []
            again = self.ready.append
            for task in turns:
                try:
                    while (request := task.send(None)) is not None:
                        trap, argument = request
                        if not getattr(self, trap)(task, argument):
                            break
                    else:
                        again(task)
                except StopIteration as stop:
                    if started and task in started:
                        started.remove(task)
                    else:
                        values[task] = stop.value
        return [values[task] for task in tasks]

    def idle(self) -> None:
        """Sleep until somebody can go on."""
        if not self.timers:
            raise RuntimeError("every task waits for another one")
        time.sleep(max(0, self.timers[0][0] - perf_counter()))

    # The traps. They return whether the task goes on at once.

    def wake_at(self, task: Task, due: float) -> bool:
        """Leave the task alone until then."""
        heappush(self.timers, (due, next(self.order), task))
        return False

    def park(self, task: Task, place: MutableSequence[Task]) -> bool:
        """Leave the task with those who wait there."""
        place.append(task)
        return False

    def wake(self, _task: Task, place: MutableSequence[Task]) -> bool:
        """Let all go on who wait there."""
        self.ready.extend(place)
        place.clear()
        return True

    def start(self, _task: Task, tasks: Sequence[Task]) -> bool:
        """Start tasks; what they return is nobody's but theirs."""
        self.started.update(tasks)
        self.ready.extend(tasks)
        return True


MODEL = rung(
    "ready-queue",
    DelegatingRuntime(join=join, **WAITING),
    lambda: nullcontext(lambda factories: Kernel().run([factory() for factory in factories])),
    summary="a task says by a request what it waits for, and who cannot go on is in no queue",
    cost="a list to push to per step; a task that nobody wakes sleeps for ever",
)
