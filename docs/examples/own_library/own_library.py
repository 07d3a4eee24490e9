"""A library of one's own: a kernel that runs coroutines, with a sleep, a switch and an event.

Its model, as a plug-in and as a package with an entry point:

concbench verify --plugin docs/examples/own_library/own_library.py --model own-library
pip install --no-deps ./docs/examples/own_library && concbench verify --model own-library
"""

import time
import types
from collections import deque
from collections.abc import Callable, Coroutine, Generator, Iterator, Sequence
from contextlib import contextmanager
from heapq import heappop, heappush
from itertools import count
from typing import Any

from concbench.models.base import CoroutineRuntime, Factory, Model
from concbench.models.capabilities import lent_by

# The library: a task that suspends says who keeps it until it is ready again, and the kernel hands it over.


class Task:
    """A coroutine, and what it returned."""

    def __init__(self, coroutine: Coroutine[Any, None, Any]) -> None:
        self.coroutine, self.result = coroutine, None


class Kernel:
    """The tasks that are ready, those that sleep, and the one that runs."""

    def __init__(self) -> None:
        self.ready: deque[Task] = deque()
        self.timers: list[tuple[float, int, Task]] = []
        self.running: Task | None = None

    def run(self, coroutines: Sequence[Coroutine[Any, None, Any]]) -> list[Any]:
        """Run coroutines to their ends, and return what they returned."""
        tasks = [Task(one) for one in coroutines]
        self.ready.extend(tasks)
        left = len(tasks)
        while left:
            self.wake()
            for _ in range(len(self.ready)):
                task = self.running = self.ready.popleft()
                try:
                    keep = task.coroutine.send(None)
                except StopIteration as stop:
                    task.result = stop.value
                    left -= 1
                else:
                    keep(task)
        self.running = None
        return [task.result for task in tasks]

    def wake(self) -> None:
        """Make ready what is due; where nothing is ready, sleep until something is."""
        if not (self.ready or self.timers):
            raise RuntimeError("all tasks wait, and nothing will wake them")
        if not self.ready:
            time.sleep(max(0.0, self.timers[0][0] - time.perf_counter()))
        while self.timers and self.timers[0][0] <= time.perf_counter():
            self.ready.append(heappop(self.timers)[2])


kernel, number = Kernel(), count()


@types.coroutine
def suspend(keep: Callable[[Task], None]) -> Generator[Callable[[Task], None], None, None]:
    """Suspend the running task: ``keep`` is handed it."""
    yield keep


def switch() -> Any:
    """Go to the end of the queue."""
    return suspend(kernel.ready.append)


def sleep(seconds: float) -> Any:
    """Suspend for so long at least."""
    due = time.perf_counter() + seconds
    return suspend(lambda task: heappush(kernel.timers, (due, next(number), task)))


class Event:
    """Something that tasks wait for."""

    def __init__(self) -> None:
        self.is_set = False
        self.waiting: list[Task] = []

    def set(self) -> None:
        """Let all go on that wait, and nobody wait from now on."""
        self.is_set = True
        kernel.ready.extend(self.waiting)
        self.waiting.clear()

    async def wait(self) -> None:
        """Wait until it is set."""
        if not self.is_set:
            await suspend(self.waiting.append)


# Its model: what concbench is told of it.


class Session:
    """Lends the library's own primitives, and runs tasks by its own ``run``."""

    rt = CoroutineRuntime(sleep=sleep, switch=switch, Event=Event)

    def run(self, factories: Sequence[Factory]) -> list[Any]:
        """Make the tasks, run them, and return their results in the factories' order."""
        return kernel.run([factory() for factory in factories])


@contextmanager
def open_session() -> Iterator[Session]:
    """Nothing to start, and nothing to end."""
    yield Session()


MODEL = Model(
    name="own-library",
    dialect="coroutine",
    summary="coroutines on a small kernel of one's own",
    cost="a send and two turns of a queue per step; idle tasks use no CPU",
    source="docs/examples/own_library",
    version=lambda: "1.0",
    open=open_session,
    lends=lent_by(Session.rt),
    current=lambda: kernel.running,
)
MODELS = [MODEL]
