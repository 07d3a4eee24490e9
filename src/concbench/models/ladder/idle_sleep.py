"""Idle sleep: a task says until when it waits, and a loop that knows of all of them sleeps until the first.

The tutorial's sleeper looks at the clock at every step, so the loop has to come by as often as it can. Here
it yields its deadline once instead. A bare ``yield`` still means "at once"; who waits for anything but a time
has no other way to say so, and keeps the loop awake.

What it should buy: a processor that is free while everybody sleeps. What it costs: every round looks at the
deadline of every task, the sleeping ones too, and the system wakes a sleeper later than a loop that never
slept.
"""

import time
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import nullcontext
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
    due = [0.0] * len(tasks)
    pending: Sequence[int] = range(len(tasks))
    while True:
        now = perf_counter()
        for index in pending:
            if due[index] <= now:
                try:
                    due[index] = tasks[index].send(None) or now
                except StopIteration as stop:
                    values[index] = stop.value
        pending = [index for index in pending if values[index] is PENDING]
        if not pending:
            return values
        yield min(map(due.__getitem__, pending))


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
    "idle-sleep",
    DelegatingRuntime(sleep=sleep, join=join, cancel=cancel),
    lambda: nullcontext(lambda factories: run([factory() for factory in factories])),
    summary="sleepers yield their deadline, and the loop sleeps until the first one",
    cost="a look at each task per round; a whole core where anybody waits for more than a time",
)
