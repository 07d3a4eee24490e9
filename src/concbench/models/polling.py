"""Class polling: objects that are asked, over and over, whether they are ready.

The tutorial's first system. A task is an object with ``run()`` and ``ready``; the loop calls ``run()``
on every pending task, round and round. There is nothing to learn and nothing to import, a switch costs
one method call, and lateness is as small as one round of the loop. The price: it never sleeps. One core
burns at 100 % for as long as anything is pending, every round costs time in proportion to the number
of pending tasks, and a task must be written as a state machine, since it has no stack to come back to.
"""

import platform
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from math import inf
from time import perf_counter
from typing import Any

from concbench.models.base import Factory, Model, PollingRuntime
from concbench.models.capabilities import Capability, lent_by
from concbench.models.clocks import Clock, lent_clock
from concbench.models.executors import Executors
from concbench.traits import Traits

UNARMED = -inf


class Task:
    """Something to be polled: call ``run()`` until ``ready`` is true, then read ``result``."""

    def __init__(self) -> None:
        self.ready = False
        self.result: Any = None

    def run(self) -> None:
        """Take one step."""
        raise NotImplementedError


class Sleep(Task):
    """Ready once ``duration`` seconds have passed since the *first* ``run()``.

    An unarmed threshold lies in the past, so a poll that is too early costs one comparison,
    as in the tutorial; only the first and the last poll take the branch.
    """

    def __init__(self, duration: float) -> None:
        super().__init__()
        self.duration = duration
        self.threshold = UNARMED

    def run(self) -> None:
        """Arm on the first call; become ready on the first call at or past the threshold."""
        now = perf_counter()
        if now >= self.threshold:
            if self.threshold == UNARMED:
                self.armed = now
                self.threshold = now + self.duration
            else:
                self.woke = now
                self.ready = True


class Join(Task):
    """Polls tasks of its own, each once at every ``run()``; ready with their results when all are."""

    def __init__(self, factories: Sequence[Factory]) -> None:
        super().__init__()
        self.children = [factory() for factory in factories]
        self.pending = dict.fromkeys(self.children)

    def run(self) -> None:
        """Poll every child that is pending."""
        for child in list(self.pending):
            child.run()
            if child.ready:
                del self.pending[child]
        if not self.pending:
            self.result = [child.result for child in self.children]
            self.ready = True


def wait(tasks: Iterable[Task]) -> list[Any]:
    """Poll every pending task in turn until none is left, and return their results in order."""
    orig = list(tasks)
    pending = dict.fromkeys(orig)
    while pending:
        for task in list(pending):
            task.run()
            if task.ready:
                del pending[task]
    return [task.result for task in orig]


RT = PollingRuntime(Task=Task, Sleep=Sleep, Join=Join)


class _Session:
    def __init__(self, executors: Executors) -> None:
        self.rt = replace(RT, executor=executors.submit)
        self.processes = executors.processes

    @staticmethod
    def run(factories: Sequence[Factory]) -> list[Any]:
        return wait([factory() for factory in factories])


@contextmanager
def open_session() -> Iterator[_Session]:
    """Open the model: a polling loop has nothing to start."""
    with Executors() as executors:
        yield _Session(executors)


def on_clock(clock: Clock) -> AbstractContextManager[None]:
    """Let sleepers read another clock (s) for as long as that lasts."""
    return lent_clock(sys.modules[__name__], clock)


MODEL = Model(
    name="polling",
    dialect="polling",
    family="teaching",
    summary="objects with run() and ready, polled round and round (the tutorial's first system)",
    cost="a method call per task and round; a whole core while anything is pending",
    source="seed tutorial, example 1, corrected (concbench docs TUTORIAL)",
    version=platform.python_version,
    open=open_session,
    traits=Traits(polls=True),
    on_clock=on_clock,
    lends=lent_by(RT) | {Capability.EXECUTOR},
)
