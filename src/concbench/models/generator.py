"""Flat generators: each task is one generator, stepped in turn until it returns.

The tutorial's second system. ``yield`` says "resume me later", and the interpreter keeps the place, so
a task reads top to bottom instead of as a state machine, and a step costs one ``send``. What it cannot
do is suspend inside a function that it calls: every ``yield`` stands in the task itself. Like class
polling it never sleeps: one core burns for as long as anything is pending.
"""

import platform
import sys
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from time import perf_counter
from typing import Any

from concbench.models.base import PENDING, Factory, GeneratorRuntime, Model
from concbench.models.capabilities import Capability
from concbench.models.clocks import Clock, lent_clock
from concbench.models.executors import Executors
from concbench.traits import Traits


def sleep_generator(duration: float) -> Generator[None, None, None]:
    """Yield until ``duration`` seconds have passed since the first step."""
    threshold = perf_counter() + duration
    while perf_counter() < threshold:
        yield


def wait_gen(tasks: Iterable[Generator[Any, None, Any]]) -> list[Any]:
    """Step every pending generator in turn until all have returned, and return their values in order.

    ``pending`` holds positions, and loses those of finished tasks before the next round. A dictionary from
    task to value would read better, but its upkeep falls just when many tasks end: it made them later than
    the tutorial's loop does (docs/SEEDS.md).
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


class _Session:
    def __init__(self, executors: Executors) -> None:
        self.rt = GeneratorRuntime(executor=executors.submit)
        self.processes = executors.processes

    @staticmethod
    def run(factories: Sequence[Factory]) -> list[Any]:
        return wait_gen([factory() for factory in factories])


@contextmanager
def open_session() -> Iterator[_Session]:
    """Open the model: a generator loop has nothing to start."""
    with Executors() as executors:
        yield _Session(executors)


def on_clock(clock: Clock) -> AbstractContextManager[None]:
    """Let sleepers read another clock (s) for as long as that lasts."""
    return lent_clock(sys.modules[__name__], clock)


MODEL = Model(
    name="generator",
    dialect="generator",
    family="teaching",
    summary="flat generators, stepped round and round (the tutorial's second system)",
    cost="a send per task and round; a whole core while anything is pending",
    source="seed tutorial, example 2, corrected (concbench docs TUTORIAL)",
    version=platform.python_version,
    open=open_session,
    traits=Traits(polls=True),
    on_clock=on_clock,
    lends={Capability.EXECUTOR},
)
