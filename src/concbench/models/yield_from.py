"""Generators that call generators: ``yield from`` lets a task suspend at any depth of its calls.

The tutorial's third system, on the very loop of the second. A task is ordinary structured code again:
it calls sub-generators, gets their return values, and a ``yield`` at the leaf suspends the whole chain.
The price of that is paid per resume: the interpreter walks down every frame of the chain, so the cost
grows with depth. The loop is still the busy one: a core burns for as long as anything is pending.
"""

import platform
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from concbench.models.base import PENDING, DelegatingRuntime, Factory, Model
from concbench.models.capabilities import Capability, lent_by
from concbench.models.executors import Executors
from concbench.models.generator import on_clock, sleep_generator, wait_gen
from concbench.traits import Traits


def join(factories: Sequence[Factory]) -> Generator[None, None, list[Any]]:
    """Step tasks of one's own in turn, suspending after each round, and return their values in order."""
    children = [factory() for factory in factories]
    values = [PENDING] * len(children)
    pending: Sequence[int] = range(len(children))
    while True:
        for index in pending:
            try:
                children[index].send(None)
            except StopIteration as stop:
                values[index] = stop.value
        pending = [index for index in pending if values[index] is PENDING]
        if not pending:
            return values
        yield


def cancel(
    factories: Sequence[Factory], ready: Callable[[], Generator[None, None, object]]
) -> Generator[None, None, None]:
    """Step tasks of one's own in turn until ``ready()`` returns, and close each where it stands."""
    children = [factory() for factory in factories]
    waiting = ready()
    while True:
        for child in children:
            child.send(None)
        try:
            waiting.send(None)
        except StopIteration:
            break
        yield
    for child in children:
        child.close()


RT = DelegatingRuntime(sleep=sleep_generator, join=join, cancel=cancel)


class _Session:
    def __init__(self, executors: Executors) -> None:
        self.rt = replace(RT, executor=executors.submit)
        self.processes = executors.processes

    @staticmethod
    def run(factories: Sequence[Factory]) -> list[Any]:
        return wait_gen([factory() for factory in factories])


@contextmanager
def open_session() -> Iterator[_Session]:
    """Open the model: a generator loop has nothing to start."""
    with Executors() as executors:
        yield _Session(executors)


MODEL = Model(
    name="yield-from",
    dialect="delegating",
    family="teaching",
    summary="generators composed by yield from, on the same loop (the tutorial's third system)",
    cost="a send per task and round, growing with call depth; a whole core while anything is pending",
    source="seed tutorial, example 3, corrected (concbench docs TUTORIAL)",
    version=platform.python_version,
    open=open_session,
    traits=Traits(polls=True),
    on_clock=on_clock,
    lends=lent_by(RT) | {Capability.EXECUTOR},
)
