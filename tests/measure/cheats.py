"""A gallery of cheats, first room: cheats that any model can play, whatever its dialect.

Each is a function that makes a dishonest model out of an honest one; its docstring says what the model
pretends. Most put themselves between the caller and the honest ``run``, so a cheat is the few lines in
which it is one.
"""

import gc
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from time import perf_counter
from typing import Any

from concbench.measure import watching
from concbench.measure.salting import SALT_BYTES
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

SALTED = 1 << 8 * SALT_BYTES - 1
"""No number that a workload hands its tasks is so large, but for salted ones."""

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


def made_up(known: Sequence[Any]) -> Any:
    """Return what the next task would probably have returned, from what those before it returned."""
    if len(known) < 2:
        return known[0] if known else None
    *_, before, last = known
    return last + 1 if type(last) is int and last == before + 1 else last


def as_the_factory_shows(factories: Sequence[Factory]) -> list[Any]:
    """Return what tasks would have returned, without running them: read off what their factories hold.

    ``salt`` or ``value`` of a closure, the last number that a task is given, or the times of a sleep to come.
    """
    return [_shown_by(factory, index) for index, factory in enumerate(factories)]


def _shown_by(factory: Any, index: int) -> Any:
    arguments: tuple[Any, ...] = ()
    while isinstance(factory, partial):
        arguments, factory = (*factory.args, *arguments), factory.func
    code = getattr(factory, "__code__", None)
    closed = {} if code is None else dict(zip(code.co_freevars, factory.__closure__ or (), strict=True))
    if "value" in closed:
        return closed["value"].cell_contents
    if arguments and isinstance(arguments[-1], float):
        armed = perf_counter()
        return armed, armed + arguments[-1]
    numbers = [one for one in arguments if type(one) is int and one > SALTED]
    return numbers[0] if numbers else "opened"


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
            results.insert(index, made_up(results[:index]))
        del thrown_away
        return results

    return running(honest, run_most)


def reports_more_than_it_did(honest: Model) -> Model:
    """Pretend twice the work: run the first half, and make up the results of the rest."""

    def run_half(run: Run, factories: Sequence[Factory]) -> list[Any]:
        results = run(factories[: len(factories) // 2])
        while len(results) < len(factories):
            results.append(made_up(results))
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
    """Behave while ``seen``; else run nothing, and return what the factories show that tasks would return.

    Where tasks sleep, it waits as long as they would, or the run would be shorter than the floor.
    """

    def made_without(run: Run, factories: Sequence[Factory]) -> list[Any]:
        if seen(factories):
            return run(factories)
        results = as_the_factory_shows(factories)
        if results and isinstance(results[0], tuple):
            time.sleep(max(0.0, *(woke - perf_counter() for _armed, woke in results)))
        return results

    return running(honest, made_without)


def replays(honest: Model, honest_runs: int = 2) -> Model:
    """Pretend to run again: be honest in the first runs, then return what an earlier one returned."""
    runs, remembered = count(), dict[int, list[Any]]()

    def from_memory(run: Run, factories: Sequence[Factory]) -> list[Any]:
        if next(runs) < honest_runs:
            remembered[len(factories)] = run(factories)
        return remembered[len(factories)]

    return running(honest, from_memory)


def replays_once_it_is_trusted(honest: Model) -> Model:
    """Pretend to run again: be honest once, under the eyes of the watched pass, then replay it."""
    return replays(honest, honest_runs=1)


class Later(list[Any]):
    """A list that runs the tasks when somebody looks at it."""

    def __init__(self, run: Run, factories: Sequence[Factory]) -> None:
        super().__init__()
        self._todo: tuple[Run, Sequence[Factory]] | None = (run, factories)

    def _do(self) -> None:
        if self._todo:
            (run, factories), self._todo = self._todo, None
            self[:] = run(factories)

    def __len__(self) -> int:
        self._do()
        return super().__len__()

    def __iter__(self) -> Iterator[Any]:
        self._do()
        return super().__iter__()

    def __getitem__(self, index: Any) -> Any:
        self._do()
        return super().__getitem__(index)

    def __bool__(self) -> bool:
        self._do()
        return True

    def copy(self) -> list[Any]:
        self._do()
        return super().copy()


def returns_a_lazy_list(honest: Model) -> Model:
    """Pretend to have run: return at once, and run the tasks when somebody looks at the list."""
    return running(honest, Later)


class Promised(int):
    """A number that is found out when it is compared."""

    def __new__(cls, _find: Callable[[], Any]) -> "Promised":
        return super().__new__(cls)

    def __init__(self, find: Callable[[], Any]) -> None:
        self._find = find

    def __eq__(self, other: object) -> bool:
        return bool(self._find() == other)

    def __ne__(self, other: object) -> bool:
        return bool(self._find() != other)

    __hash__ = int.__hash__


def returns_lazy_results(honest: Model) -> Model:
    """Pretend to have run: return a list of numbers, and run the tasks when the first is compared."""

    def promise(run: Run, factories: Sequence[Factory]) -> list[Any]:
        found: list[Any] = []

        def find(index: int) -> Any:
            if not found:
                found[:] = run(factories)
            return found[index]

        return [Promised(partial(find, index)) for index in range(len(factories))]

    return running(honest, promise)


class _Finalizer:
    """Garbage whose end is the beginning: ``find`` is called when the collector comes by."""

    def __init__(self, find: Callable[[], None]) -> None:
        self._find, self._itself = find, self

    def __del__(self) -> None:
        self._find()


def _is_batch(one: object) -> bool:
    if type(one) is not list or not one or type(one[0]) is not partial:
        return False
    return getattr(one[0].func, "__module__", "").startswith("concbench.workloads")


def _being_made() -> bool:
    """Say whether a batch is being made: the collector comes by on its own, and half a batch would hang."""
    frame = sys._getframe()
    while frame is not None:
        if frame.f_code.co_name == "factories_of":
            return True
        frame = frame.f_back  # type: ignore[assignment]
    return False


def runs_tasks_before_the_clock_starts(honest: Model) -> Model:
    """Pretend to run: a finalizer has run the tasks when the harness collected the garbage, before its clock.

    Each run leaves garbage for the next collection. The collector comes by on its own, too: then it waits for
    the next time, as tasks that run, or ran, would wait for each other for ever.
    """

    @contextmanager
    def open_stage() -> Iterator[Stage]:
        ready: dict[int, list[Any]] = {}
        met = {id(batch): batch for batch in filter(_is_batch, gc.get_objects())}
        is_open, is_busy = True, False

        def find() -> None:
            if _being_made() or is_busy:
                _Finalizer(find)
                return
            for batch in filter(_is_batch, gc.get_objects() if is_open else ()):
                if id(batch) not in met:
                    met[id(batch)] = batch
                    ready[id(batch)] = session.run(batch)

        def run(factories: Sequence[Factory]) -> list[Any]:
            nonlocal is_busy
            is_busy, known = True, ready.pop(id(factories), None)
            met[id(factories)] = factories
            try:
                return session.run(factories) if known is None else known
            finally:
                is_busy = False
                _Finalizer(find)

        with honest.open() as session:
            try:
                yield Stage(session.rt, run)
            finally:
                is_open = False

    return replace(honest, name=f"cheating {honest.name}", open=open_stage)


def is_wrapped(factories: Sequence[Factory]) -> bool:
    """Recognise the witness's wrapping."""
    modules = (getattr(factory, "func", factory).__module__ for factory in factories)
    return all(module.startswith(watching.__name__) for module in modules)


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
            results.append(made_up(results))
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
