"""Selector: the loop sleeps in the system's wait for sockets, so a message wakes it as a deadline does.

A task that finds nothing to receive asks for the trap "wait_for": the kernel tells the system's selector
(epoll, kqueue) which task to wake for that socket, and sleeps there in place of ``time.sleep``, until a
socket is ready or the first deadline has come. Between two rounds it asks the selector without waiting.

What it should buy: thousands of silent connections cost nothing, and no socket is asked in vain. What it
costs: a system call per round, two more per wait for a socket; and deadlines are late by up to a millisecond,
since ``epoll_wait`` counts in such.
"""

from collections.abc import Generator, MutableSequence, Sequence
from heapq import heappop, heappush
from itertools import count
from selectors import BaseSelector
from socket import socket
from time import perf_counter
from typing import Any

from concbench.models.base import DelegatingRuntime
from concbench.models.ladder.calls import SOCKETS, WAITING, join
from concbench.models.rungs import on_a_selector, rung

Task = Generator[tuple[str, Any] | None, None, Any]


class Kernel:
    """Who can go on, who sleeps until when, and who waits for which socket."""

    def __init__(self, selector: BaseSelector) -> None:
        self.selector = selector
        self.ready, self.order = list[Task](), count()
        self.timers: list[tuple[float, int, Task]] = []
        self.started = set[Task]()

    def run(self, tasks: list[Task]) -> list[Any]:
        """Step who can go on, asleep while nobody can, until all have ended; return their values in order."""
        values: dict[Task, Any] = {}
        started, timers, self.ready = self.started, self.timers, tasks
        while len(values) < len(tasks):
            self.poll()
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

    def poll(self) -> None:
        """Wake whose socket is ready; if nobody can go on sleep until then, or the first deadline."""
        pause: float | None = 0 if self.ready else None
        if pause is None and self.timers:
            pause = max(0, self.timers[0][0] - perf_counter())
        elif pause is None and not self.selector.get_map():
            raise RuntimeError("every task waits for another one")
        for key, _ in self.selector.select(pause):
            self.selector.unregister(key.fileobj)
            self.ready.append(key.data)

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

    def wait_for(self, task: Task, what: tuple[socket, int]) -> bool:
        """Leave the task alone until something can be received from a socket, or sent."""
        self.selector.register(*what, task)
        return False

    def start(self, _task: Task, tasks: Sequence[Task]) -> bool:
        """Start tasks; what they return is nobody's but theirs."""
        self.started.update(tasks)
        self.ready.extend(tasks)
        return True


MODEL = rung(
    "selector",
    DelegatingRuntime(join=join, **WAITING, **SOCKETS),
    lambda: on_a_selector(
        lambda selector, factories: Kernel(selector).run([factory() for factory in factories])
    ),
    summary="the loop sleeps in the system's wait for sockets",
    cost="a system call per round, two more per wait for a socket",
)
