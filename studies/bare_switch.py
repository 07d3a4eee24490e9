"""The bare loops of ``harness_overhead.py``: switching tasks, written by hand, as a user would time it.

This file imports nothing of concbench, and so shows what the work costs without it. Each slice makes
``tasks`` tasks that suspend ``suspensions`` times and return their own index, runs them to their end,
``number`` times over, and returns the time of it all in ns, and the results for the caller to check.
"""

import gc
from asyncio import Runner, TaskGroup, sleep
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter_ns
from typing import Any

PENDING = object()

Slice = Callable[[int, int, int], tuple[int, list[list[int]]]]
"""Takes ``tasks``, ``suspensions`` and ``number``; returns ns and the results of every run."""


def steps(index: int, suspensions: int) -> Generator[None, None, int]:
    """A generator task."""
    for _ in range(suspensions):
        yield
    return index


def step_all(tasks: list[Generator[None, None, int]]) -> list[Any]:
    """Send to each pending generator in turn until all have returned: the model's loop, written out.

    (Another loop would be another model: how a round is written changes its time by 10 % and more.)
    """
    orig = list(tasks)
    values = [PENDING] * len(orig)
    pending: Sequence[int] = range(len(orig))
    left = len(orig)
    while left:
        if left < len(pending):
            pending = [index for index in pending if values[index] is PENDING]
        for index in pending:
            try:
                orig[index].send(None)
            except StopIteration as stop:
                values[index] = stop.value
                left -= 1
    return values


def generator_slice(tasks: int, suspensions: int, number: int) -> tuple[int, list[list[int]]]:
    """Time one slice of generators."""
    gc.collect()
    returned = []
    start = perf_counter_ns()
    for _ in range(number):
        returned.append(step_all([steps(index, suspensions) for index in range(tasks)]))
    return perf_counter_ns() - start, returned


async def async_steps(index: int, suspensions: int) -> int:
    """A coroutine task. (A look-up of ``asyncio.sleep`` at each step takes 1 % longer: docs/OVERHEAD.md.)"""
    for _ in range(suspensions):
        await sleep(0)
    return index


async def timed_groups(tasks: int, suspensions: int, number: int) -> tuple[int, list[list[int]]]:
    """Time task groups from inside the loop that runs them."""
    gc.collect()
    returned = []
    start = perf_counter_ns()
    for _ in range(number):
        async with TaskGroup() as group:
            running = [group.create_task(async_steps(index, suspensions)) for index in range(tasks)]
        returned.append([task.result() for task in running])
    return perf_counter_ns() - start, returned


@contextmanager
def asyncio_slices() -> Iterator[Slice]:
    """Start one event loop for all slices: starting loops is not what is timed."""
    with Runner(debug=False) as runner:
        yield lambda tasks, suspensions, number: runner.run(timed_groups(tasks, suspensions, number))


@contextmanager
def generator_slices() -> Iterator[Slice]:
    """Start nothing: generators need nothing."""
    yield generator_slice


SLICES = {"asyncio": asyncio_slices, "generator": generator_slices}
"""What to open for slices, by the name of the model that they stand beside."""

TASKS = {"asyncio": async_steps, "generator": steps}
"""The function of each that is entered once for a start and once for a resume."""
