"""Show what keeps a library's start-up out of a sample: ``python studies/staying_open.py``.

``trio.run`` and ``anyio.run`` start a loop at each call, and cannot be left and entered again. Each way to
run batch after batch is measured in fresh processes, pinned to one CPU: µs for each batch of so many tasks
that end at once, and by how many µs tasks go on too late that sleep 5 ms, one alone and a hundred together.
They are medians, of the process in which they are least: the machine may be at work with other things.
``--processes`` says how many there are of each. docs/METHODOLOGY.md says which way the models take.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from queue import SimpleQueue
from statistics import median
from threading import Event, Thread
from time import perf_counter
from typing import Any

from concbench.models import anyio_asyncio, anyio_trio, trio
from concbench.models.base import Factory

SLEEP = 0.005
BATCHES = {1: 200, 10: 100, 100: 30}
"""How many batches of so many tasks."""

Run = Callable[[Sequence[Factory]], list[Any]]


@contextmanager
def trio_run_each() -> Iterator[Run]:
    """Call trio.run for each batch, as anyone's program does once."""
    import trio as library  # noqa: PLC0415

    yield partial(library.run, trio.in_a_nursery)


@contextmanager
def trio_guest() -> Iterator[Run]:
    """Trio as the guest of the smallest loop, which runs what it is handed, while there is a batch."""
    import trio as library  # noqa: PLC0415

    todo, batches, ended = SimpleQueue[Any](), list[Sequence[Factory]](), list[Any]()
    wake = library.Event

    async def serve() -> None:
        nonlocal wake
        while True:
            wake = library.Event()
            ended.append(None)
            await wake.wait()
            if not batches:
                return
            ended.append(await trio.in_a_nursery(batches.pop()))

    def until(number: int) -> None:
        while len(ended) < number:
            todo.get()()

    def run(factories: Sequence[Factory]) -> list[Any]:
        ended.clear()
        batches.append(factories)
        todo.put(wake.set)
        until(2)
        results: list[Any] = ended[0]
        return results

    library.lowlevel.start_guest_run(serve, run_sync_soon_threadsafe=todo.put, done_callback=ended.append)
    until(1)
    yield run
    todo.put(wake.set)
    until(3)


@contextmanager
def trio_from_thread() -> Iterator[Run]:
    """A trio.run in another thread, which is called by trio's own trio.from_thread.run."""
    import trio as library  # noqa: PLC0415

    up, found = Event(), list[Any]()

    async def wait() -> None:
        found.extend([library.lowlevel.current_trio_token(), library.Event()])
        up.set()
        await found[1].wait()

    thread = Thread(target=library.run, args=(wait,))
    thread.start()
    up.wait()
    yield partial(library.from_thread.run, trio.in_a_nursery, trio_token=found[0])
    library.from_thread.run_sync(found[1].set, trio_token=found[0])
    thread.join()


@contextmanager
def anyio_run_each(backend: str) -> Iterator[Run]:
    """Call anyio.run for each batch."""
    import anyio  # noqa: PLC0415

    yield partial(anyio.run, anyio_asyncio.in_a_task_group, backend=backend)


@contextmanager
def anyio_portal(backend: str) -> Iterator[Run]:
    """anyio's blocking portal, a loop in another thread."""
    from anyio.from_thread import start_blocking_portal  # noqa: PLC0415

    with start_blocking_portal(backend=backend) as portal:
        yield partial(portal.call, anyio_asyncio.in_a_task_group)


@contextmanager
def as_model(model: Any) -> Iterator[Run]:
    """As the model has it."""
    with model.open() as session:
        yield session.run


WAYS: Mapping[str, Callable[[], AbstractContextManager[Run]]] = {
    "trio.run for each batch": trio_run_each,
    "trio's guest mode": trio_guest,
    "trio.from_thread.run": trio_from_thread,
    "trio (the model)": partial(as_model, trio.MODEL),
    "anyio.run on trio for each batch": partial(anyio_run_each, "trio"),
    "anyio's portal on trio": partial(anyio_portal, "trio"),
    "anyio-trio (the model)": partial(as_model, anyio_trio.MODEL),
    "anyio.run on asyncio for each batch": partial(anyio_run_each, "asyncio"),
    "anyio's portal on asyncio": partial(anyio_portal, "asyncio"),
    "anyio-asyncio (the model)": partial(as_model, anyio_asyncio.MODEL),
}


def figures(way: str) -> dict[str, list[float]]:
    """Return, in µs, what each batch of each size took, and how late each task went on."""
    sleep = __import__("trio" if way.startswith("trio") else "anyio").sleep

    async def end() -> None:
        pass

    async def late() -> float:
        armed = perf_counter()
        await sleep(SLEEP)
        return perf_counter() - armed - SLEEP

    found: dict[str, list[float]] = {}
    with WAYS[way]() as run:
        for tasks, batches in BATCHES.items():
            times = [timed(run, [end] * tasks) for _ in range(batches)]
            found[f"{tasks} tasks"] = times[batches // 10 :]
        for tasks, batches in ((1, 20), (100, 5)):
            found[f"late, {tasks}"] = [1e6 * one for _ in range(batches) for one in run([late] * tasks)]
    return found


def timed(run: Run, batch: Sequence[Factory]) -> float:
    """Return how long a batch takes, in µs."""
    start = perf_counter()
    run(batch)
    return 1e6 * (perf_counter() - start)


def main() -> None:
    """Print the table, or, for one way, its figures as JSON."""
    parser = argparse.ArgumentParser(description="what keeps a library's start-up out of a sample")
    parser.add_argument("--processes", type=int, default=5)
    parser.add_argument("--way", choices=WAYS)
    asked = parser.parse_args()
    if asked.way:
        print(json.dumps(figures(asked.way)))
        return
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    told: dict[str, dict[str, list[float]]] = {way: {} for way in WAYS}
    for _ in range(asked.processes):
        for way, so_far in told.items():
            command = [sys.executable, __file__, "--way", way]
            done = subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=120)
            for name, values in json.loads(done.stdout).items():
                so_far.setdefault(name, []).append(median(values))
    columns = next(iter(told.values()))
    print(f"{'µs':36}", *(f"{name:>10}" for name in columns))
    for way, values_of in told.items():
        print(f"{way:36}", *(f"{min(values):10.0f}" for values in values_of.values()))


if __name__ == "__main__":
    main()
