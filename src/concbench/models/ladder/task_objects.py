"""Task objects: a task is a thing that others hold and join, and that keeps what became of it.

So far a task was its bare generator: what it returned was lost unless it put it down somewhere, and what it
raised ended the loop. Now the kernel answers a request: "start" is answered with objects. One knows its value
or its exception, and who waits for it.

What it should buy: any task can wait for any other, and an error arrives at who asked. What it costs: an
object, a list and a bound method per task; an error that nobody asks for vanishes.
"""

from collections.abc import MutableSequence, Sequence
from heapq import heappop, heappush
from itertools import count
from selectors import BaseSelector
from socket import socket
from time import perf_counter
from typing import Any, cast

from concbench.models.base import DelegatingRuntime
from concbench.models.ladder.calls import SOCKETS, WAITING
from concbench.models.ladder.handles import join, result_of
from concbench.models.rungs import on_a_selector, rung


class Task:
    """What is known of a task; ``ended`` is a list that it joins in the end."""

    __slots__ = ("done", "ended", "error", "send", "value", "waiting")

    def __init__(self, generator: Any) -> None:
        self.send, self.done, self.waiting = generator.send, False, list[Task]()
        self.ended = self.value = self.error = cast("Any", None)


class Kernel:
    """Who can go on, who sleeps until when, and who waits for which socket."""

    def __init__(self, selector: BaseSelector) -> None:
        self.selector = selector
        self.ready, self.order = list[Task](), count()
        self.timers: list[tuple[float, int, Task]] = []

    def run(self, main: Task) -> Any:
        """Step who can go on, asleep while nobody can, until ``main`` has ended; return its value."""
        timers, self.ready = self.timers, [main]
        while not main.done:
            self.poll()
            while timers and timers[0][0] <= perf_counter():
                self.ready.append(heappop(timers)[2])
            turns, self.ready = self.ready, []
            again = self.ready.append
            for task in turns:
                answer = None
                try:
                    while (request := task.send(answer)) is not None:
                        trap, argument = request
                        if (answer := getattr(self, trap)(task, argument)) is False:
                            break
                    else:
                        again(task)
                except StopIteration as stop:
                    self.end(task, stop.value)
                except Exception as error:  # noqa: BLE001  (whoever joins the task gets it)
                    self.end(task, None, error)
        return result_of(main)

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

    def end(self, task: Task, value: Any, error: BaseException | None = None) -> None:
        """Keep what became of it, and wake who waits for it."""
        task.done, task.value, task.error = True, value, error
        if task.ended is not None:
            task.ended.append(task)
        self.wake(task, task.waiting)

    # The traps. They return an answer, or False where the task has to wait.

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

    def start(self, _task: Task, generators: Sequence[Any]) -> list[Task]:
        """Start tasks, and tell the one that asks which they are."""
        tasks = [Task(generator) for generator in generators]
        self.ready.extend(tasks)
        return tasks


MODEL = rung(
    "task-objects",
    DelegatingRuntime(join=join, **WAITING, **SOCKETS),
    lambda: on_a_selector(lambda selector, factories: Kernel(selector).run(Task(join(factories)))),
    summary="a task is an object that can be joined, and keeps its value or its exception",
    cost="an object, a list and a bound method per task",
)
