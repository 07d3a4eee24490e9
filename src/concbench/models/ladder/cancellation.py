"""Cancellation: a task can be stopped where it waits, by an exception that is thrown in there.

What it should buy: tasks clean up, limits cancel, a join whose task fails ends the others. What it costs: the
kernel notes at each wait where a task is, to take it away: two fields per task, a list for each deadline.
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
from concbench.models.ladder.handles import HANDLES, Cancelled, cancelling_join, result_of
from concbench.models.rungs import on_a_selector, rung


class Task:
    """What is known of a task; ``place`` is a list or a socket, ``ended`` a list that it joins in the end."""

    __slots__ = ("done", "ended", "error", "generator", "place", "send", "value", "waiting")

    def __init__(self, generator: Any) -> None:
        self.generator, self.send, self.done, self.waiting = generator, generator.send, False, list[Task]()
        self.ended = self.place = self.value = self.error = cast("Any", None)

    def throw(self, _answer: object) -> Any:
        """Throw Cancelled in, in place of a step."""
        self.send = self.generator.send
        return self.generator.throw(Cancelled())

    def send_until_it_waits(self, answer: Any) -> Any:
        """Step it, and throw Cancelled in where it waits next; what it is handed before is its own."""
        self.send = self.generator.send
        if (request := self.send(answer)) is None or request[0] in ("wake_at", "park", "wait_for"):
            return self.throw(None)
        self.send = self.send_until_it_waits
        return request


class Kernel:
    """Who can go on, who sleeps until when, and who waits for which socket."""

    def __init__(self, selector: BaseSelector) -> None:
        self.selector = selector
        self.ready, self.order = list[Task](), count()
        self.timers: list[tuple[float, int, list[Task]]] = []

    def run(self, main: Task) -> Any:
        """Step who can go on, asleep while nobody can, until ``main`` has ended; return its value."""
        timers, self.ready = self.timers, [main]
        while not main.done:
            self.poll()
            while timers and timers[0][0] <= perf_counter():
                self.wake(main, heappop(timers)[2])
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
                except Cancelled:
                    self.end(task, None, Cancelled())
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
            self.wake(key.data, [key.data])

    def end(self, task: Task, value: Any, error: BaseException | None = None) -> None:
        """Keep what became of it, and wake who waits for it."""
        task.done, task.value, task.error = True, value, error
        if task.ended is not None:
            task.ended.append(task)
        self.wake(task, task.waiting)

    # The traps. They return an answer, or False where the task has to wait.

    def wake_at(self, task: Task, due: float) -> bool:
        """Leave the task alone until then."""
        task.place = [task]
        heappush(self.timers, (due, next(self.order), task.place))
        return False

    def park(self, task: Task, place: MutableSequence[Task]) -> bool:
        """Leave the task with those who wait there."""
        task.place = place
        place.append(task)
        return False

    def wake(self, _task: Task, place: MutableSequence[Task]) -> bool:
        """Let all go on who wait there."""
        for task in place:
            task.place = None
        self.ready.extend(place)
        place.clear()
        return True

    def wait_for(self, task: Task, what: tuple[socket, int]) -> bool:
        """Leave the task alone until something can be received from a socket, or sent."""
        self.selector.register(*what, task)
        task.place = what[0]
        return False

    def start(self, _task: Task, generators: Sequence[Any]) -> list[Task]:
        """Start tasks, and tell the one that asks which they are."""
        tasks = [Task(generator) for generator in generators]
        self.ready.extend(tasks)
        return tasks

    def cancel(self, _task: Task, other: Task) -> bool:
        """Throw Cancelled into a task: taken away from where it waits, or where it waits next."""
        if other.place is not None:
            if hasattr(other.place, "fileno"):
                self.selector.unregister(other.place)
            else:
                other.place.remove(other)
            other.send = other.throw
            self.wake(other, [other])
        elif not other.done and other.send == other.generator.send:  # nobody has cancelled it yet
            other.send = other.send_until_it_waits
        return True


MODEL = rung(
    "cancellation",
    DelegatingRuntime(**{**WAITING, **SOCKETS, **HANDLES}),
    lambda: on_a_selector(lambda selector, factories: Kernel(selector).run(Task(cancelling_join(factories)))),
    summary="a task can be cancelled where it waits, by an exception that is thrown in",
    cost="a note at each wait of where that is; a list for each deadline",
)
