"""Selector: the loop sleeps in the system's wait for sockets, so a message wakes it as a deadline does.

A task that finds nothing to receive asks for the trap "wait_for": the kernel tells the system's selector
(epoll, kqueue) which task to wake for that socket, and sleeps there in place of ``time.sleep``, until a
socket is ready or the first deadline has come. Between two rounds it asks the selector without waiting.

What it should buy: thousands of silent connections cost nothing, and no socket is asked in vain. What it
costs: a system call per round, two more per wait for a socket; and deadlines are late by up to a millisecond,
since ``epoll_wait`` counts in such.
"""

from collections import deque
from collections.abc import Generator, MutableSequence, Sequence
from heapq import heappop, heappush
from itertools import count
from selectors import BaseSelector
from socket import socket
from time import perf_counter
from typing import Any

from concbench.models.base import PENDING, DelegatingRuntime, Factory
from concbench.models.ladder.calls import SOCKETS, WAITING
from concbench.models.rungs import on_a_selector, rung

Task = Generator[tuple[str, Any] | None, None, Any]


class Group:
    """Tasks whose values one task waits for: it is woken when none is left."""

    def __init__(self, tasks: Sequence[Task]) -> None:
        self.values = dict.fromkeys(tasks, PENDING)
        self.left = len(tasks)
        self.waiting: Any = None


class Kernel:
    """Who can go on, who sleeps until when, who waits for which socket, and for whose end."""

    def __init__(self, selector: BaseSelector) -> None:
        self.ready, self.order = deque[Task](), count()
        self.timers: list[tuple[float, int, Task]] = []
        self.groups: dict[Task, Group] = {}
        self.selector = selector

    def run(self, main: Task) -> Any:
        """Step who can go on, asleep while nobody can, until ``main`` returns; return its value."""
        ready, timers = self.ready, self.timers
        ready.append(main)
        while True:
            for _ in range(len(ready)):
                task = ready.popleft()
                try:
                    request = task.send(None)
                except StopIteration as stop:
                    if task is main:
                        return stop.value
                    self.end(task, stop.value)
                else:
                    if request is None:
                        ready.append(task)
                    else:
                        trap, argument = request
                        getattr(self, trap)(task, argument)
            self.poll()
            while timers and timers[0][0] <= perf_counter():
                ready.append(heappop(timers)[2])

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

    def end(self, task: Task, value: Any) -> None:
        """Keep the value of a task that has ended, and wake who waits for the last of its group."""
        if group := self.groups.pop(task, None):
            group.values[task] = value
            group.left -= 1
            if not group.left:
                self.ready.append(group.waiting)

    # The traps. One that has nothing to wait for puts the task in front, and it goes on at once.

    def wake_at(self, task: Task, due: float) -> None:
        """Leave the task alone until then."""
        heappush(self.timers, (due, next(self.order), task))

    def park(self, task: Task, place: MutableSequence[Task]) -> None:
        """Leave the task with those who wait there."""
        place.append(task)

    def wake(self, task: Task, place: MutableSequence[Task]) -> None:
        """Let all go on who wait there."""
        self.ready.extend(place)
        place.clear()
        self.ready.appendleft(task)

    def wait_for(self, task: Task, what: tuple[socket, int]) -> None:
        """Leave the task alone until something can be received from a socket, or sent."""
        self.selector.register(*what, task)

    def start(self, task: Task, tasks: Sequence[Task]) -> None:
        """Start tasks that nobody waits for."""
        self.ready.extend(tasks)
        self.ready.appendleft(task)

    def gather(self, task: Task, group: Group) -> None:
        """Start tasks, and leave the one that asks alone until the last has ended."""
        group.waiting = task
        self.groups.update(dict.fromkeys(group.values, group))
        self.ready.extend(group.values or (task,))


def join(factories: Sequence[Factory]) -> Task:
    """Run tasks of one's own, and return their values in order."""
    group = Group([factory() for factory in factories])
    yield "gather", group
    return list(group.values.values())


MODEL = rung(
    "selector",
    DelegatingRuntime(join=join, **WAITING, **SOCKETS),
    lambda: on_a_selector(lambda selector, factories: Kernel(selector).run(join(factories))),
    summary="the loop sleeps in the system's wait for sockets",
    cost="a system call per round, two more per wait for a socket",
)
