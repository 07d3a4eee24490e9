"""A gallery of cheats, first room: cheats that any model can play, whatever its dialect.

Each is a function that makes a dishonest model out of an honest one; its docstring says what the model
pretends. Most put themselves between the caller and the honest ``run``, so a cheat is the few lines in
which it is one.
"""

import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from concbench.measure import watch
from concbench.models.asyncio import MODEL as ASYNCIO
from concbench.models.base import Factory, Model, Session
from concbench.models.polling import MODEL as POLLING
from concbench.models.threads import MODEL as THREADS
from concbench.models.yield_from import MODEL as YIELD_FROM

HONEST: Mapping[str, Model] = {
    "polling": POLLING,
    "delegating": YIELD_FROM,
    "coroutine": ASYNCIO,
    "blocking": THREADS,
}
"""An honest model of each dialect. (``yield-from`` stands for ``generator`` too: it runs on its loop.)"""

Run = Callable[[Sequence[Factory]], list[Any]]
MakeModel = Callable[[Model], Model]


@dataclass(frozen=True, slots=True)
class Stage:
    """A session that is put together from a runtime and a way to run."""

    rt: Any
    run: Run


def played_by(honest: Model, trick: Callable[[Session], Any]) -> Model:
    """Return a model whose session is what ``trick`` makes of an honest session."""

    @contextmanager
    def open_stage() -> Iterator[Any]:
        with honest.open() as session:
            yield trick(session)

    return replace(honest, name=f"cheating {honest.name}", open=open_stage)


def running(honest: Model, trick: Callable[[Run, Sequence[Factory]], list[Any]]) -> Model:
    """Return a model that lends the honest primitives, and runs by ``trick(honest run, factories)``."""
    return played_by(honest, lambda session: Stage(session.rt, partial(trick, session.run)))


def lending(honest: Model, **primitives: Any) -> Model:
    """Return a model that runs honestly, and lends its tasks these primitives in place of the honest ones."""
    return played_by(honest, lambda session: Stage(replace(session.rt, **primitives), session.run))


def made_up(index: int, neighbour: Any) -> Any:
    """Return what task ``index`` would probably have returned, from what task ``index - 1`` returned."""
    return index if neighbour == index - 1 else neighbour


def one_after_another(honest: Model) -> Model:
    """Pretend concurrency: start each task when the one before has ended."""
    return running(honest, lambda run, factories: [run([factory])[0] for factory in factories])


def drops_every_tenth_task(honest: Model) -> Model:
    """Pretend to have run all: make every tenth task, throw it away, and make up its result.

    To make a blocking task is to run it, so those are not even made.
    """

    def run_most(run: Run, factories: Sequence[Factory]) -> list[Any]:
        dropped = range(9, len(factories), 10)
        thrown_away = [factories[index]() for index in dropped if honest.dialect != "blocking"]
        results = run([factory for index, factory in enumerate(factories) if index not in dropped])
        for index in dropped:
            results.insert(index, made_up(index, results[index - 1]))
        del thrown_away
        return results

    return running(honest, run_most)


def reports_more_than_it_did(honest: Model) -> Model:
    """Pretend twice the work: run the first half, and make up the results of the rest."""

    def run_half(run: Run, factories: Sequence[Factory]) -> list[Any]:
        results = run(factories[: len(factories) // 2])
        while len(results) < len(factories):
            results.append(made_up(len(results), results[-1]))
        return results

    return running(honest, run_half)


def returns_a_constant(honest: Model) -> Model:
    """Pretend that results are collected: return the first one for all."""
    return running(honest, lambda run, factories: run(factories)[:1] * len(factories))


def loses_the_order(honest: Model) -> Model:
    """Pretend that results are in the order of the tasks: return them last first."""
    return running(honest, lambda run, factories: run(factories)[::-1])


def runs_twice(honest: Model) -> Model:
    """Pretend to have run every task once: run all, then run all again."""

    def again(run: Run, factories: Sequence[Factory]) -> list[Any]:
        results = run(factories)
        run(factories)
        return results

    return running(honest, again)


def hangs_at_the_end(honest: Model) -> Model:
    """Pretend to be still at work: run every task to its end, and never return."""

    def hang(run: Run, factories: Sequence[Factory]) -> list[Any]:
        run(factories)
        threading.Event().wait()
        return []

    return running(honest, hang)


def swallows_the_interruption(honest: Model) -> Model:
    """Pretend that a stall was none: catch what interrupts it, and return late."""

    def hang(run: Run, factories: Sequence[Factory]) -> list[Any]:
        results = run(factories)
        try:
            threading.Event().wait()
        except BaseException:  # noqa: BLE001  (that is the cheat)
            return results
        return results

    return running(honest, hang)


def behaves_when(honest: Model, seen: Callable[[Sequence[Factory]], bool]) -> Model:
    """Behave while ``seen``; else run nothing, and return what an earlier run with as many tasks returned."""
    remembered: dict[int, list[Any]] = {}

    def from_memory(run: Run, factories: Sequence[Factory]) -> list[Any]:
        if seen(factories):
            remembered[len(factories)] = run(factories)
        return remembered[len(factories)]

    return running(honest, from_memory)


def is_wrapped(factories: Sequence[Factory]) -> bool:
    """Recognise the witness's wrapping."""
    return all(getattr(factory, "func", factory).__module__ == watch.__name__ for factory in factories)


def behaves_only_when_watched(honest: Model) -> Model:
    """Pretend to be honest: behave when the tasks are wrapped by the witness, else run nothing at all."""
    return behaves_when(honest, is_wrapped)


def behaves_whenever_anyone_looks(honest: Model) -> Model:
    """Pretend to be honest to any instrument: wrapped tasks, and the interpreter's hooks."""
    return behaves_when(honest, lambda factories: is_wrapped(factories) or sys.getprofile() is not None)


def behaves_at_small_sizes(honest: Model, most: int = 100) -> Model:
    """Pretend at the sizes that ``verify`` uses: run honestly up to ``most`` tasks, above that only so many,
    and make up the results of the rest.
    """

    def run_some(run: Run, factories: Sequence[Factory]) -> list[Any]:
        results = run(factories[:most])
        while len(results) < len(factories):
            results.append(made_up(len(results), results[-1]))
        return results

    return running(honest, run_some)


def wrong_in_run(honest: Model, number: int) -> Model:
    """Be honest in all runs but one: in run ``number`` (from 1) the last result is missing."""
    runs = 0

    def once_wrong(run: Run, factories: Sequence[Factory]) -> list[Any]:
        nonlocal runs
        runs += 1
        results = run(factories)
        return results[:-1] if runs == number else results

    return running(honest, once_wrong)
