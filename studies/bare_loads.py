"""The bare loops of ``load_overhead.py``: loads between tasks, written by hand for asyncio.

This file imports nothing of concbench, and so shows what a load costs without it. Each slice does a load
``number`` times over, with parameters that it takes as a dict, and returns the time of it all in ns, by the
clock that it is given, and what the tasks returned for the caller to check.
"""

import gc
from asyncio import Event, Queue, Runner, Semaphore, TaskGroup, sleep, timeout, to_thread
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, partial
from os import getpid
from threading import get_native_id
from time import perf_counter
from typing import Any

Clock = Callable[[], int]
Slice = Callable[[Mapping[str, int], int, Clock], tuple[int, list[list[Any]]]]
"""Takes the parameters, ``number`` and a clock (ns); returns ns and the results of every run."""


async def clerk(book: list[int]) -> list[int]:
    """Return the book in which the others write."""
    return book


async def enters(number: int, semaphore: Semaphore, book: list[int], rounds: int) -> int:
    """Enter so often, hand over inside, and write of it into the book."""
    note = book.append
    for _ in range(rounds):
        note(number)
        async with semaphore:
            note(number)
            await sleep(0)
            note(number)
    return number


async def enters_unseen(number: int, semaphore: Semaphore, _book: list[int], rounds: int) -> int:
    """Enter so often, and hand over inside; nobody writes of it."""
    for _ in range(rounds):
        async with semaphore:
            await sleep(0)
    return number


async def timed_semaphores(
    load: Mapping[str, int], number: int, clock: Clock, task: Any
) -> tuple[int, list[list[Any]]]:
    """Time runs from inside the loop."""
    gc.collect()
    returned, tasks = [], range(load["tasks"])
    start = clock()
    for _ in range(number):
        semaphore, book = Semaphore(load["slots"]), list[int]()
        async with TaskGroup() as group:
            running: list[Any] = [group.create_task(clerk(book))]
            running += [group.create_task(task(one, semaphore, book, load["rounds"])) for one in tasks]
        returned.append([task.result() for task in running])
    return clock() - start, returned


async def is_over(seconds: float) -> bool:
    """Wait for nothing under a limit; return whether it was over."""
    try:
        async with timeout(seconds):
            await Event().wait()
    except TimeoutError:
        return True
    return False


async def is_limited(number: int, rounds: int) -> tuple[int, int, float]:
    """Hand over under a limit of a minute so often, and wait for nothing under one that is over at once."""
    for _ in range(rounds):
        async with timeout(60.0):
            await sleep(0)
    armed = perf_counter()
    fired = await is_over(1e-9)
    return number, int(fired), perf_counter() - armed


async def timed_limits(
    load: Mapping[str, int], number: int, clock: Clock, task: Any
) -> tuple[int, list[list[Any]]]:
    """Time runs from inside the loop."""
    gc.collect()
    returned = []
    start = clock()
    for _ in range(number):
        async with TaskGroup() as group:
            running = [group.create_task(task(one, load["rounds"])) for one in range(load["tasks"])]
        returned.append([task.result() for task in running])
    return clock() - start, returned


FIRST_ITEM = 2**40
"""As large as a salted number: small ones are there already, and Python makes no object for them."""


async def produces(queue: "Queue[int]", first: int, items: int) -> int:
    """Put numbered items."""
    for item in range(first, first + items):
        await queue.put(item)
    return items


async def consumes(queue: "Queue[int]", share: int) -> list[int]:
    """Take so many."""
    got = list[int]()
    for _ in range(share):
        got.append(await queue.get())
    return got


async def timed_queues(
    load: Mapping[str, int], number: int, clock: Clock, _task: Any
) -> tuple[int, list[list[Any]]]:
    """Time runs from inside the loop."""
    gc.collect()
    returned, total = [], load["producers"] * load["items"]
    start = clock()
    for _ in range(number):
        queue: Queue[int] = Queue(load["capacity"])
        async with TaskGroup() as group:
            running: list[Any] = [
                group.create_task(produces(queue, first, load["items"]))
                for first in range(FIRST_ITEM, FIRST_ITEM + total, load["items"])
            ]
            share = total // load["consumers"]
            running += [group.create_task(consumes(queue, share)) for _ in range(load["consumers"])]
        returned.append([task.result() for task in running])
    return clock() - start, returned


@cache
def interpreter() -> int:
    """Return the number of the only interpreter."""
    return 0


def here() -> tuple[int, int, int]:
    """Return who runs: the process, the interpreter, the thread."""
    return getpid(), interpreter(), get_native_id()


def compute(value: int, steps: int) -> int:
    """Do so many steps from ``value`` on."""
    for _ in range(steps):
        value = (value * 48_271 + 11) % (2**31 - 1)
    return value


def called(value: int, steps: int) -> tuple[float, float, int, tuple[int, int, int]]:
    """Be a call: compute, and tell when it began and ended, where it led, and who ran it."""
    began = perf_counter()
    value = compute(value, steps)
    return began, perf_counter(), value, here()


async def hands(calls: list[Any]) -> tuple[Any, list[Any]]:
    """Hand calls to threads, one after another."""
    done = []
    for call in calls:
        asked = perf_counter()
        told = await to_thread(call)
        done.append((asked, told, perf_counter()))
    return here(), done


async def timed_calls(
    load: Mapping[str, int], number: int, clock: Clock, task: Any
) -> tuple[int, list[list[Any]]]:
    """Time runs from inside the loop; the calls are made before."""
    turns, firsts = range(load["calls"]), range(0, load["tasks"] * load["calls"], load["calls"])
    given = [
        [[partial(called, first + turn, 0) for turn in turns] for first in firsts] for _run in range(number)
    ]
    gc.collect()
    returned = []
    start = clock()
    for each in given:
        async with TaskGroup() as group:
            running = [group.create_task(task(calls)) for calls in each]
        returned.append([task.result() for task in running])
    return clock() - start, returned


def _slices(timed: Any, task: Any) -> Any:
    @contextmanager
    def opened() -> Iterator[Slice]:
        """Start one event loop for all slices: starting loops is not what is timed."""
        with Runner(debug=False) as runner:
            yield lambda load, number, clock: runner.run(timed(load, number, clock, task))

    return opened


SLICES = {
    "semaphore": _slices(timed_semaphores, enters),
    "semaphore, unseen": _slices(timed_semaphores, enters_unseen),
    "timeout": _slices(timed_limits, is_limited),
    "queue": _slices(timed_queues, consumes),
    "queue for one": _slices(timed_queues, consumes),
    "offload": _slices(timed_calls, hands),
}
"""What to open for slices, by the name of what stands beside the workload."""

TASKS = {
    "semaphore": enters,
    "semaphore, unseen": enters_unseen,
    "timeout": is_limited,
    "queue": consumes,
    "queue for one": consumes,
    "offload": hands,
}
"""The function of each that is entered once for a start and once for a resume."""

SALTS = {"queue": FIRST_ITEM, "queue for one": FIRST_ITEM}
"""From which number on tasks return theirs, 0 for all others."""
