"""A pool of processes, kept open: ProcessPoolExecutor, a submit for each task, then each result().

Each process has an interpreter and a lock of its own, so tasks that compute run side by side. The price is
paid per call: function, arguments and result are pickled, written to pipes and read, by three threads of
Python's own in this process, and the processes have to be there: some 10 MB and 50 ms each.

It has four processes, the same on every machine, so that the name means the same everywhere
(``process-pool:8`` has eight). All are started when the model is opened. Locks and conditions are not lent,
since tasks do not share them: those of ``multiprocessing`` are files of the system's, and another thing.

Processes are started by *spawn*, in every version of Python. Fork is what this one's threads, the pool's own
among them, make unsafe. Python 3.14's choice, a server that forks, would be a process more that nobody's
figures hold, and pages that helpers share would count for each of them. How a helper came to be is no part
of what a call costs.
"""

import platform
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from concbench.importing import importing
from concbench.models.base import Model
from concbench.models.helpers import LENDS, Gate, Helped, enter
from concbench.models.sizes import sized_up_to
from concbench.traits import Traits

WORKERS = 4
MOST = 100
"""More processes than a pool is for; each takes some 10 MB."""

START = """
from concbench.models.process_pool import start
start(semaphore)
"""
"""What a helper runs first, when it can import this package: it is told no more than where to wait."""


def start(semaphore: Any) -> None:
    """Begin as a helper process, one that ends with who started it, however that one ends."""
    import multiprocessing  # noqa: PLC0415  (what only lists this model need not load it)

    from concbench.lifeline import hold  # noqa: PLC0415  (it imports what only some platforms have)

    parent = multiprocessing.parent_process()
    assert parent is not None  # noqa: S101  (a helper has one)
    hold(parent.sentinel)
    enter(Gate(semaphore.acquire, lambda others: [semaphore.release() for _ in range(others)]))


class _Session(Helped):
    def processes(self) -> list[int]:
        return self.helpers


def opening(workers: int) -> Callable[[], AbstractContextManager[_Session]]:
    """Return what opens a pool of so many processes, all of them started."""

    @contextmanager
    def open_session() -> Iterator[_Session]:
        with started(workers) as pool:
            yield _Session(pool, workers)

    return open_session


@contextmanager
def started(workers: int) -> Iterator[Any]:
    """Have a pool of so many processes, each of which starts at its first call (``helpers.everywhere``)."""
    import multiprocessing  # noqa: PLC0415
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415

    spawn = multiprocessing.get_context("spawn")
    gate = spawn.Semaphore(0)
    given = (importing() + START, {"semaphore": gate})
    pool = ProcessPoolExecutor(workers, mp_context=spawn, initializer=exec, initargs=given)
    with pool, _opening_in_the_end(gate, workers):
        yield pool


@contextmanager
def _opening_in_the_end(gate: Any, workers: int) -> Iterator[None]:
    """Open the gate before the pool is waited for: whoever is still there, alone, goes on then."""
    try:
        yield
    finally:
        for _ in range(workers):
            gate.release()


def pool_of(workers: int, name: str) -> Model:
    """Return the model with so many processes."""
    return Model(
        name=name,
        dialect="blocking",
        family="pool",
        summary=f"a pool of {workers} processes that is kept open: ProcessPoolExecutor",
        cost="call and result pickled and sent through pipes; an interpreter and its memory per process",
        source="CPython's concurrent.futures.ProcessPoolExecutor, processes started by spawn",
        version=platform.python_version,
        open=opening(workers),
        traits=Traits(runs_on="processes", pinnable=False, reuses=True, workers=workers),
        lends=LENDS,
        sized=sized_up_to(MOST, lambda number: pool_of(number, f"process-pool:{number}")),
    )


MODEL = pool_of(WORKERS, "process-pool")
