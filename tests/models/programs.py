"""Random programs of tasks for the rungs of the ladder, and what they return by a reference without loops.

A program is a list of operations; a task does them in order and returns a list of what they brought.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from random import Random
from time import perf_counter
from types import coroutine
from typing import Any

from concbench.models import index
from concbench.models.base import Model

RUNGS = ("yield-from", *index.MEMBERS["ladder"])
WITH_KERNEL = RUNGS[RUNGS.index("ready-queue") :]
CANCELLING = ("cancellation", "async-await")
"""Rungs that throw an exception into a task where it waits; those below close it."""

TELLING = tuple(name for name in RUNGS if name not in ("ready-queue", "selector"))
"""Rungs on which what a child raises arrives at who joined it: without task objects a kernel ends with it."""

LONG = 5.0
"""A time (s) that nobody is to wait for."""

Program = list[tuple[Any, ...]]


class Wrong(Exception):
    """What tasks raise."""


def drawn(rng: Random, depth: int = 3) -> Program:
    """Draw a program."""
    return [drawn_operation(rng, depth) for _ in range(rng.randint(0, 4))]


def drawn_operation(rng: Random, depth: int) -> tuple[Any, ...]:
    kind = rng.choice(("turns", "sleep", "join", "cancel") if depth else ("turns", "sleep"))
    if kind == "turns":
        return kind, rng.randint(0, 3)
    if kind == "sleep":
        return kind, rng.choice((-1, 0, 0.0005, 0.0005, 0.002))
    if kind == "join":
        return kind, [drawn(rng, depth - 1) for _ in range(rng.randint(0, 4))]
    return kind, rng.randint(0, 4), drawn(rng, depth - 1)


def reference(program: Program) -> list[Any]:
    """Return what a task of this program has to return."""
    values: list[Any] = []
    for kind, argument, *more in program:
        if kind == "join":
            values.append([reference(one) for one in argument])
        elif kind == "cancel":
            values.append((argument, reference(more[0])))
        else:
            values.append((kind, True))
    return values


class Tasks:
    """The tasks of programs on a session of a rung."""

    def __init__(self, model: Model, session: Any) -> None:
        self.rt, self.awaited = session.rt, model.dialect == "coroutine"

    def factory(self, make: Callable[..., Any], *arguments: Any) -> Callable[[], Any]:
        """Return what makes a task of the rung's kind: a generator, or a coroutine that awaits one."""
        words: Callable[..., Any] = coroutine(make)

        async def awaiting() -> Any:
            return await words(*arguments)

        return awaiting if self.awaited else partial(words, *arguments)

    def task(self, program: Program) -> Any:
        """Do what a program says."""
        values: list[Any] = []
        for kind, *arguments in program:
            values.append((yield from getattr(self, kind)(*arguments)))
        return values

    def turns(self, number: int) -> Any:
        for _ in range(number):
            yield
        return "turns", True

    def sleep(self, seconds: float) -> Any:
        due = perf_counter() + seconds
        yield from self.rt.sleep(seconds)
        return "sleep", perf_counter() >= due

    def join(self, programs: list[Program]) -> Any:
        return (yield from self.rt.join([self.factory(self.task, one) for one in programs]))

    def cancel(self, number: int, program: Program) -> Any:
        """Cancel tasks that never end, once a program has been done; count who cleaned up."""
        cleaned: list[int] = []
        done: list[Any] = []
        begun: list[int] = []

        def endless(which: int) -> Any:
            begun.append(which)
            try:
                while True:
                    yield from self.rt.sleep(LONG) if which % 2 else self.turns(1)
            finally:
                cleaned.append(which)

        def ready() -> Any:
            done.append((yield from self.task(program)))
            while len(begun) < number:
                yield

        endings = [self.factory(endless, which) for which in range(number)]
        yield from self.rt.cancel(endings, coroutine(ready))
        assert sorted(cleaned) == list(range(number))
        return len(cleaned), done[0]


@contextmanager
def opened(name: str) -> Iterator[tuple[Tasks, Callable[..., list[Any]]]]:
    """Open a rung; lend tasks on it, and ``run(make, …)``, which runs one task for each."""
    model = index.get(name)
    with model.open() as session:
        tasks = Tasks(model, session)
        yield tasks, lambda *makes: session.run([tasks.factory(make) for make in makes])
