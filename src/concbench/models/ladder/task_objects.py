"""Task objects: a task is a thing that others hold, join and cancel, and that keeps what became of it.

So far a task was its bare generator, and only who started it learned its value, all of a group at once. Now "start"
answers with objects. One knows its value or its exception, who waits for it, where it waits itself, and what it is
told at its next step: an answer, or an exception that is thrown in where it stands. That is what cancelling is.

What it should buy: any task can wait for any other, errors arrive at who asked, a time limit is a task that cancels
another. What it costs: an object and a list per task, and at each step a look at what it is to be told.
"""

from collections import deque
from collections.abc import Generator, Iterator, MutableSequence, Sequence
from contextlib import contextmanager
from heapq import heappop, heappush
from itertools import count
from selectors import BaseSelector, DefaultSelector
from socket import socket
from time import perf_counter
from typing import Any

from concbench.models.base import DelegatingRuntime
from concbench.models.ladder.calls import SOCKETS, WAITING
from concbench.models.ladder.handles import HANDLES, join, result_of
from concbench.models.rungs import Run, rung

Request = tuple[str, Any] | None


class Cancelled(BaseException):
    """What is thrown into a task that is cancelled."""


class Task:
    """What is known of a task: where it waits (a list, a socket, the number of a timer), and its ``news``."""

    __slots__ = ("done", "error", "news", "place", "send", "throw", "value", "waiting")

    def __init__(self, generator: Generator[Request, Any, Any]) -> None:
        self.send, self.throw = generator.send, generator.throw
        self.news = self.place = self.value = self.error = None
        self.done = False
        self.waiting: list[Task] = []

    def tell(self) -> Request:
        """Step it with its news."""
        news, self.news = self.news, None
        return self.throw(news) if isinstance(news, Cancelled) else self.send(news)


class Kernel:
    """A queue of tasks that can go on, a heap of those that sleep, and who waits for which socket."""

    def __init__(self, selector: BaseSelector) -> None:
        self.ready: deque[Task] = deque()
        self.timers: list[tuple[float, int, Task]] = []
        self.order = count()
        self.selector = selector

    def run(self, main: Task) -> Any:
        """Step who can go on, asleep while nobody can, until ``main`` has ended; return its value."""
        ready, timers = self.ready, self.timers
        ready.append(main)
        while True:
            for _ in range(len(ready)):
                task = ready.popleft()
                try:
                    request = task.send(None) if task.news is None else task.tell()
                except StopIteration as stop:
                    self.end(task, stop.value)
                except (Exception, Cancelled) as error:  # noqa: BLE001  (whoever joins the task gets it)
                    self.end(task, None, error)
                else:
                    if request is None:
                        ready.append(task)
                    else:
                        trap, argument = request
                        getattr(self, trap)(task, argument)
            if main.done:
                return result_of(main)
            self.poll()
            while timers and timers[0][0] <= perf_counter():
                _, order, task = heappop(timers)
                if task.place == order:
                    self.go_on([task])

    def poll(self) -> None:
        """Wake who has a socket that is ready; if nobody can go on sleep until then, or until the first deadline."""
        pause = 0 if self.ready else None
        if pause is None and self.timers:
            pause = max(0, self.timers[0][0] - perf_counter())
        elif pause is None and not self.selector.get_map():
            raise RuntimeError("every task waits for another one")
        for key, _ in self.selector.select(pause):
            self.selector.unregister(key.fileobj)
            self.go_on([key.data])

    def go_on(self, tasks: Sequence[Task]) -> None:
        """Put tasks back that waited."""
        for task in tasks:
            task.place = None
        self.ready.extend(tasks)

    def end(self, task: Task, value: Any, error: BaseException | None = None) -> None:
        """Keep what became of a task, and wake who waits for it."""
        task.done, task.value, task.error = True, value, error
        self.go_on(task.waiting)

    # The traps. One that has nothing to wait for puts the task in front, and it goes on at once.

    def wake_at(self, task: Task, due: float) -> None:
        """Leave the task alone until then."""
        task.place = order = next(self.order)
        heappush(self.timers, (due, order, task))

    def park(self, task: Task, place: MutableSequence[Task]) -> None:
        """Leave the task with those who wait there."""
        task.place = place
        place.append(task)

    def wake(self, task: Task, place: MutableSequence[Task]) -> None:
        """Let all go on who wait there."""
        self.go_on(place)
        place.clear()
        self.ready.appendleft(task)

    def wake_one(self, task: Task, place: deque[Task]) -> None:
        """Let the first go on who waits there."""
        self.go_on([place.popleft()])
        self.ready.appendleft(task)

    def wait_for(self, task: Task, what: tuple[socket, int]) -> None:
        """Leave the task alone until something can be received from a socket, or sent."""
        task.place = what[0]
        self.selector.register(*what, task)

    def start(self, task: Task, generators: Sequence[Any]) -> None:
        """Start tasks, and tell the one that asks which they are."""
        task.news = [Task(one) for one in generators]
        self.ready.extend(task.news)
        self.ready.appendleft(task)

    def cancel(self, task: Task, other: Task) -> None:
        """Take a task away from where it waits, and throw Cancelled into it, unless it has ended."""
        if other.place is not None:
            if hasattr(other.place, "fileno"):
                self.selector.unregister(other.place)
            elif not isinstance(other.place, int):
                other.place.remove(other)
            self.go_on([other])
        other.news = Cancelled()
        self.ready.appendleft(task)


@contextmanager
def opened() -> Iterator[Run]:
    """Open the rung: its selector is there for all runs."""
    with DefaultSelector() as selector:
        yield lambda factories: Kernel(selector).run(Task(join(factories)))


MODEL = rung(
    "task-objects",
    DelegatingRuntime(**{**WAITING, **SOCKETS, **HANDLES}),
    opened,
    summary="a task is an object that can be joined and cancelled, and keeps its value or its exception",
    cost="an object and a list per task, and at each step a look at what it is to be told",
)
