"""A pool of interpreters, kept open: InterpreterPoolExecutor, a submit for each task, then each result().

Each thread of the pool has an interpreter of its own in this process, with a lock of its own, so tasks that
compute run side by side. The price is paid per call: what is no number or text is pickled to be handed over,
and each interpreter imports all that its tasks need once more.

It has four interpreters, the same on every machine, so that the name means the same everywhere
(``interpreter-pool:8`` has eight). All are started when the model is opened. The executor came with Python
3.14; on 3.13 it is that of the backport interpreters-pep-734. Locks and conditions are not lent, since tasks
of several interpreters share no objects.
"""

import os
import platform
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from typing import Any

from concbench.importing import importing
from concbench.models.base import Model
from concbench.models.helpers import LENDS, Gate, Helped, enter
from concbench.models.packages import lacking, released
from concbench.models.sizes import sized_up_to
from concbench.traits import Traits

WORKERS = 4
MOST = 100
"""More interpreters than a pool is for; each takes some MB."""

BUILT_IN = sys.version_info >= (3, 14)
BACKPORTED = sys.version_info[:2] == (3, 13)
BACKPORT, DISTRIBUTION = "interpreters_backport", "interpreters-pep-734"

START = """
from concbench.models.interpreter_pool import start
start(reading, writing)
"""
"""What an interpreter runs first, when it can import this package: it is told no more than where to wait."""


def start(reading: int, writing: int) -> None:
    """Begin as a helper; a file descriptor is the same in every interpreter of a process."""
    enter(Gate(lambda: os.read(reading, 1), lambda others: os.write(writing, bytes(others))))


def opening(workers: int) -> Callable[[], AbstractContextManager[Helped]]:
    """Return what opens a pool of so many interpreters, all of them started."""

    @contextmanager
    def open_session() -> Iterator[Helped]:
        with started(workers) as pool:
            yield Helped(pool, workers)

    return open_session


@contextmanager
def started(workers: int) -> Iterator[Any]:
    """Have a pool of so many interpreters; each starts at its first call (``helpers.everywhere``)."""
    reading, writing = os.pipe()
    try:
        names = {"reading": reading, "writing": writing}
        pool = executor()(workers, initializer=exec, initargs=(importing() + START, names))
        with pool, _closing(writing):
            yield pool
    finally:
        os.close(reading)


@contextmanager
def _closing(writing: int) -> Iterator[None]:
    """Close the gate's pipe before the pool is waited for: whoever is still at the gate goes on then."""
    try:
        yield
    finally:
        os.close(writing)


def executor() -> Any:
    """Return InterpreterPoolExecutor, of the standard library or of its backport."""
    place = "concurrent.futures" if BUILT_IN else f"{BACKPORT}.concurrent.futures.interpreter"
    return import_module(place).InterpreterPoolExecutor


def unavailable() -> str | None:
    """Return why there is no such pool in this Python, or None."""
    if BUILT_IN:
        return None
    if BACKPORTED:
        return lacking(BACKPORT, "which brings to Python 3.13 the InterpreterPoolExecutor of 3.14")
    return "InterpreterPoolExecutor came with Python 3.14, and there is a backport for 3.13 alone"


def version() -> str:
    """Return Python's version, and that of the backport where it is one."""
    return platform.python_version() if BUILT_IN else f"{platform.python_version()}, {released(DISTRIBUTION)}"


def pool_of(workers: int, name: str) -> Model:
    """Return the model with so many interpreters."""
    return Model(
        name=name,
        dialect="blocking",
        family="pool",
        summary=f"a pool of {workers} interpreters that is kept open: InterpreterPoolExecutor",
        cost="a call and its result handed from one interpreter to another; all modules once more in each",
        source="CPython's concurrent.futures.InterpreterPoolExecutor (3.14; on 3.13 interpreters-pep-734)",
        version=version,
        open=opening(workers),
        unavailable=unavailable,
        traits=Traits(runs_on="interpreters", pinnable=False, reuses=True, workers=workers),
        lends=LENDS,
        sized=sized_up_to(MOST, lambda number: pool_of(number, f"interpreter-pool:{number}")),
    )


MODEL = pool_of(WORKERS, "interpreter-pool")
