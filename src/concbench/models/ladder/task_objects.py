"""Task objects: a task is a thing that others hold, join and cancel, and that keeps what became of it.

So far a task was its bare generator, and only who started it learned its value, all of a group at once. Now
"start" answers with objects. One knows its value or its exception, who waits for it, where it waits itself,
and its news: an answer, or an exception to be thrown in where it stands, which is what cancelling is.

What it should buy: any task can wait for any other, errors arrive at who asked, a time limit is a task that
cancels another. What it costs: an object and a list per task, a look at each step; unasked errors vanish.
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
from concbench.models.ladder.handles import HANDLES, Cancelled, join, result_of
from concbench.models.rungs import on_a_selector, rung


class Task:
    """What is known of a task; ``place`` is a list or a socket, ``ended`` a list that it joins in the end."""

    __slots__ = ("done", "ended", "error", "generator", "news", "place", "send", "value", "waiting")

    def __init__(self, generator: Any) -> None:
        self.generator, self.send = generator, generator.send
        self.done, self.waiting = False, list[Task]()
        self.ended = self.news = self.place = self.value = self.error = cast("Any", None)

    def tell(self) -> Any:
        """Step it with its news."""
        news, self.news = self.news, None
        return self.generator.throw(news) if isinstance(news, Cancelled) else self.send(news)

    def send_until_it_waits(self, news: Any) -> Any:
        """Step it, and throw Cancelled in where it waits next; what it is handed before is its own."""
        request = self.generator.send(news)
        if request is None or request[0] in ("wake_at", "park", "wait_for"):
            self.send, request = self.generator.send, self.generator.throw(Cancelled())
        return request


class Kernel:
    """Who can go on, who sleeps until when, and who waits for which socket."""

    def __init__(self, selector: BaseSelector) -> None:
        self.selector, self.ready, self.order = selector, list[Task](), count()
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
                try:
                    while (request := task.send(None) if task.news is None else task.tell()) is not None:
                        trap, argument = request
                        if not getattr(self, trap)(task, argument):
                            break
                    else:
                        again(task)
                except StopIteration as stop:
                    self.end(task, stop.value)
                except (Exception, Cancelled) as error:  # noqa: BLE001  (whoever joins the task gets it)
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

    # The traps. They return whether the task goes on at once.

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
        task.place = what[0]
        self.selector.register(*what, task)
        return False

    def start(self, task: Task, generators: Sequence[Any]) -> bool:
        """Start tasks, and tell the one that asks which they are."""
        task.news = [Task(one) for one in generators]
        self.ready.extend(task.news)
        return True

    def cancel(self, _task: Task, other: Task) -> bool:
        """Throw Cancelled into a task: taken away from where it waits, or where it waits next."""
        if other.place is not None:
            if hasattr(other.place, "fileno"):
                self.selector.unregister(other.place)
            else:
                other.place.remove(other)
            other.news = Cancelled()
            self.wake(other, [other])
        elif not other.done:
            other.send = other.send_until_it_waits
        return True


MODEL = rung(
    "task-objects",
    DelegatingRuntime(**{**WAITING, **SOCKETS, **HANDLES}),
    lambda: on_a_selector(lambda selector, factories: Kernel(selector).run(Task(join(factories)))),
    summary="a task is an object that can be joined and cancelled, and keeps its value or its exception",
    cost="an object and a list per task, and at each step a look at what it is to be told",
)
