"""Timer heap: deadlines lie in a heap, whose first is the earliest, so sleeping tasks are looked at no more.

The loop keeps two things: the tasks to step in this round, and the others in a heap by their deadlines. A
task that sleeps is touched twice, when it lies down and when it gets up, however long the others run
meanwhile.

What it should buy: rounds that cost nothing for who sleeps; with n timers, n log n in place of n² looks. What
it costs: a push and a pop for each sleep, in C. Who waits for anything but a time still keeps the loop awake.
"""

import time
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import nullcontext
from heapq import heappop, heappush
from time import perf_counter
from typing import Any

from concbench.models.base import PENDING, DelegatingRuntime, Factory
from concbench.models.rungs import rung

Task = Generator[float | None, None, Any]


def sleep(seconds: float) -> Task:
    """Say until when there is nothing to do."""
    yield perf_counter() + seconds


def side_by_side(tasks: Iterable[Task]) -> Generator[float | None, None, list[Any]]:
    """Step tasks whose time has come, yield when the next one's comes, and return their values."""
    tasks = list(tasks)
    values = [PENDING] * len(tasks)
    timers: list[tuple[float, int]] = []
    pending: Sequence[int] = range(len(tasks))
    while True:
        again = []
        for index in pending:
            try:
                due = tasks[index].send(None)
            except StopIteration as stop:
                values[index] = stop.value
            else:
                if due is None:
                    again.append(index)
                else:
                    heappush(timers, (due, index))
        pending = again
        if timers and not pending:
            yield timers[0][0]
        elif pending:
            yield None
        else:
            return values
        while timers and timers[0][0] <= perf_counter():
            pending.append(heappop(timers)[1])


def run(tasks: Iterable[Task]) -> list[Any]:
    """Run tasks to their end, asleep while none has anything to do."""
    loop = side_by_side(tasks)
    try:
        while True:
            due = next(loop)
            if due is not None and (pause := due - perf_counter()) > 0:
                time.sleep(pause)
    except StopIteration as stop:
        values: list[Any] = stop.value
        return values


def join(factories: Sequence[Factory]) -> Generator[float | None, None, list[Any]]:
    """Run tasks of one's own in a loop within the loop, and return their values in order."""
    return side_by_side([factory() for factory in factories])


def cancel(factories: Sequence[Factory], ready: Callable[[], Task]) -> Task:
    """Run tasks of one's own until ``ready()`` returns, and close each where it stands."""
    children = [factory() for factory in factories]
    waiting = side_by_side([ready()])
    for _ in side_by_side(children):
        try:
            waiting.send(None)
        except StopIteration:
            break
        yield None
    else:
        yield from waiting
    for child in children:
        child.close()


MODEL = rung(
    "timer-heap",
    DelegatingRuntime(sleep=sleep, join=join, cancel=cancel),
    lambda: nullcontext(lambda factories: run([factory() for factory in factories])),
    summary="deadlines lie in a heap, so who sleeps is not looked at",
    cost="a push and a pop per sleep; a whole core where anybody waits for more than a time",
)
