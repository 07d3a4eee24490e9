"""Step 8: a task may fail or be cancelled where it waits, whoever joins it learns how it ended: a server."""

import time
from collections import deque
from collections.abc import Generator, Iterable
from heapq import heapify, heappop, heappush
from itertools import count
from selectors import EVENT_READ, EVENT_WRITE, DefaultSelector
from socket import socket
from typing import Any

Work = Generator[Any, Any, Any]


def sleep(seconds: float) -> Work:
    yield "wake_at", time.perf_counter() + seconds


def ready(connection: socket, event: int = EVENT_READ) -> Work:
    yield "wait_for", (connection, event)


class Event:
    def __init__(self) -> None:
        self.happened, self.waiting = False, deque()

    def wait(self) -> Work:
        if not self.happened:
            yield "park", self.waiting

    def set(self) -> Work:
        self.happened = True
        yield "wake", self.waiting


class Cancelled(BaseException):
    """What is thrown into a task that is cancelled, where it waits."""


class Task:
    """Work, what it is told at its next step, what lets it wait no more, whether it has ended, and how."""

    def __init__(self, work: Work) -> None:
        self.work, self.news, self.forget, self.ended, self.how = work, None, None, Event(), None


def result_of(task: Task) -> Any:
    if isinstance(task.how, StopIteration):
        return task.how.value
    raise task.how


def join(task: Task) -> Work:
    yield from task.ended.wait()
    return result_of(task)


def gather(works: Iterable[Work]) -> Work:
    tasks, results = (yield "start", works), []
    for task in tasks:
        results.append((yield from join(task)))
    return results


class Loop:
    """Tasks that can go on, a heap of those that sleep, and a selector of sockets that others wait for."""

    def __init__(self) -> None:
        self.ready: deque[Task] = deque()
        self.timers: list[tuple[float, int, Task]] = []
        self.order, self.selector = count(), DefaultSelector()

    def run(self, main: Task) -> Any:
        self.ready.append(main)
        while not main.ended.happened:
            self.wait()
            for _ in range(len(self.ready)):
                task = self.ready.popleft()
                news, task.news, task.forget = task.news, None, None
                try:
                    request = (task.work.throw if isinstance(news, Cancelled) else task.work.send)(news)
                except (Exception, Cancelled) as how:
                    task.how, task.ended.happened = how, True
                    self.ready.extend(task.ended.waiting)
                else:
                    if request:
                        getattr(self, request[0])(task, request[1])
                    else:
                        self.ready.append(task)
        self.selector.close()
        return result_of(main)

    def wake_at(self, task: Task, due: float) -> None:
        heappush(self.timers, entry := (due, next(self.order), task))
        task.forget = lambda: self.timers.remove(entry)

    def park(self, task: Task, place: deque[Task]) -> None:
        place.append(task)
        task.forget = lambda: place.remove(task)

    def wake(self, task: Task, place: deque[Task]) -> None:
        self.ready.extend(place)
        self.ready.appendleft(task)
        place.clear()

    def wait_for(self, task: Task, what: tuple[socket, int]) -> None:
        self.selector.register(*what, task)
        task.forget = lambda: self.selector.unregister(what[0])

    def start(self, task: Task, works: Iterable[Work]) -> None:
        task.news = [Task(work) for work in works]
        self.ready.extend((*task.news, task))

    def cancel(self, task: Task, other: Task) -> None:
        if other.forget and other not in self.ready:
            other.forget()
            heapify(self.timers)
            self.ready.append(other)
        other.news = Cancelled()
        self.ready.append(task)

    def wait(self) -> None:
        """Sleep until somebody can go on, and find who that is."""
        pause = 0.0 if self.ready else self.timers[0][0] - time.perf_counter() if self.timers else None
        if pause is None and not self.selector.get_map():
            raise RuntimeError("every task waits for another one")
        for key, _ in self.selector.select(pause):
            self.selector.unregister(key.fileobj)
            self.ready.append(key.data)
        while self.timers and self.timers[0][0] <= time.perf_counter():
            self.ready.append(heappop(self.timers)[2])


def run(tasks: Iterable[Work]) -> list[Any]:
    return Loop().run(Task(gather(tasks)))


def echo(connection: socket) -> Work:
    with connection:
        yield from ready(connection)
        while data := connection.recv(4096):
            yield from ready(connection, EVENT_WRITE)
            connection.sendall(data)
            yield from ready(connection)


def serve(listener: socket) -> Work:
    while True:
        yield from ready(listener)
        yield "start", [echo(listener.accept()[0])]
