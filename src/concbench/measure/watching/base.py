"""What watching a dialect takes: wrapped tasks and primitives, and what the profiling hook sees of bare ones.

A dialect has a module of its name here, which defines ``WATCHING``; nothing else names the dialects. Wrapped
tasks report every step to a ledger. The workload's own code is the very code that timed runs execute.
"""

import dis
import gc
from collections.abc import Callable, Collection, Sequence
from dataclasses import fields, replace
from functools import partial
from importlib import import_module
from inspect import CORO_CREATED, GEN_CREATED, getcoroutinestate, getgeneratorstate, unwrap
from pathlib import Path
from types import CodeType, CoroutineType, FrameType, GeneratorType
from typing import Any, NamedTuple

from concbench.measure.ledger import Ledger
from concbench.models.base import Dialect, Factory
from concbench.promised import Shows
from concbench.words import without_address

STANDS_AT_YIELD = {dis.opmap["YIELD_VALUE"], dis.opmap["RESUME"]}
"""Instructions at which a frame is left that will go on: the yield itself, in CPython 3.13 the next one."""


class Alive(NamedTuple):
    """How many tasks have not ended: ``made``, and of these ``started``, None where that is not seen."""

    made: int
    started: int | None


class Watching:
    """How the tasks of one dialect are watched.

    ``shows`` says what is seen of tasks that nobody wrapped, as promises name it. ``elsewhere``: they run in
    other processes or interpreters. ``current`` tells there which task runs, where code that it calls has to
    know. ``bears`` names the primitives by which tasks make others.
    """

    shows: tuple[Shows, ...] = ("always", "run", "steps")
    elsewhere = False
    current: Callable[[], object] | None = None
    bears: tuple[str, ...] = ("join", "cancel")

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect

    def task(self, ledger: Ledger, file: str, index: int, factory: Factory) -> Any:
        """Make a task that reports to ``ledger``, of a factory; frames in ``file`` are the workload's."""
        raise NotImplementedError

    def tasks(self, ledger: Ledger, file: str, factories: list[Factory]) -> list[Factory]:
        """Return the factories, each wrapped so that its task reports to ``ledger``."""
        return [partial(self.task, ledger, file, index, one) for index, one in enumerate(factories)]

    def children(
        self, ledger: Ledger, file: str, factories: Sequence[Factory], *, doomed: bool = False
    ) -> list[Factory]:
        """Return the factories of tasks that a task makes, each wrapped; ``doomed``: to be cancelled."""
        first = ledger.expect(len(factories), doomed=doomed)
        return [partial(self.task, ledger, file, first + place, one) for place, one in enumerate(factories)]

    def runtime(self, ledger: Ledger, file: str, rt: Any) -> Any:
        """Return the runtime with an observer, and with primitives that report where tasks alone cannot."""
        known, watched = {one.name: one for one in fields(rt)}, self.primitives(ledger, file, rt)
        lent = [name for name in watched if name in known and getattr(rt, name) is not known[name].default]
        return replace(rt, observe=ledger.observe, **{name: watched[name] for name in lent})

    def primitives(self, ledger: Ledger, file: str, rt: Any) -> dict[str, Any]:
        """Return, by their names, primitives that report what tasks do by those of ``rt``, if it has them.

        An older checkout's runtime has none of the later ones, and is not asked for them here.
        """

        def join(factories: Sequence[Factory]) -> Any:
            return rt.join(self.children(ledger, file, factories))

        def cancel(factories: Sequence[Factory], ready: Callable[[], Any]) -> Any:
            return rt.cancel(self.children(ledger, file, factories, doomed=True), ready)

        return {"join": join, "cancel": cancel}

    def bearing(self, rt: Any) -> dict[CodeType, str]:
        """Return the code of each primitive of ``rt`` that makes tasks, and what it calls their factories.

        That is its first parameter; one that is no Python code has none to be seen.
        """
        found: dict[CodeType, str] = {}
        for name in self.bears:
            lent: Any = getattr(rt, name, None)
            is_class = isinstance(lent, type)
            code = own_code(lent.__init__ if is_class else lent)
            own = is_class or hasattr(lent, "__self__")
            if isinstance(code, CodeType) and code.co_argcount > own:
                found[code] = code.co_varnames[own]
        return found

    def code(self, factory: Factory) -> CodeType:
        """Return the code of the outermost frame of the tasks of a factory; TypeError where it has none."""
        code = self.code_of(factory)
        if isinstance(code, CodeType):
            return code
        raise TypeError(
            f"the task factory {without_address(repr(factory))} makes no {self.dialect} task with Python code"
            " of its own, so nobody can see it run; make it a function (for polling, a class), or"
            " functools.partial of one"
        )

    def code_of(self, factory: Factory) -> Any:
        """Return what ``code`` does, or what is no code."""
        raise NotImplementedError

    def collect(self, ledger: Ledger, returned: Any, began: float) -> Any:
        """Return the tasks' own results from what a watched run ``elsewhere``, begun then (s), returned."""
        raise NotImplementedError

    def subject(self, frame: FrameType) -> Any:
        """Return what stands for the task whose outermost frame this is: the same one at each step."""
        return frame

    def alive(self, codes: Collection[CodeType]) -> Alive:
        """Return how many tasks of these codes there are in this process, nobody having wrapped them."""
        found = suspended_tasks(codes)
        return Alive(len(found), len(found) - sum(map(is_unstarted, found)))

    def goes_on(self, _subject: Any, instruction: int) -> bool:
        """Say whether the task goes on after it has left its outermost frame at an instruction."""
        return instruction in STANDS_AT_YIELD


def watching(dialect: Dialect) -> Watching:
    """Return how the tasks of a dialect are watched."""
    found: Watching = import_module(f"concbench.measure.watching.{dialect}").WATCHING
    return found


def suspended_tasks(codes: Collection[CodeType]) -> list[Any]:
    """Return all generators and coroutines of these codes that there are."""
    return [
        one
        for one in gc.get_objects()
        if (type(one) is GeneratorType and one.gi_code in codes)
        or (type(one) is CoroutineType and one.cr_code in codes)
    ]


def is_unstarted(one: Any) -> bool:
    """Say whether a generator or coroutine has not taken its first step."""
    if type(one) is GeneratorType:
        return getgeneratorstate(one) == GEN_CREATED
    return getcoroutinestate(one) == CORO_CREATED


def function_of(factory: Any) -> Any:
    """Return what a factory calls, whatever arguments it holds."""
    while isinstance(factory, partial):
        factory = factory.func
    return factory


def own_code(factory: Any) -> Any:
    """Return the code of the function that a factory calls; what is none, where it has none."""
    return getattr(unwrap(function_of(factory)), "__code__", None)


def place_of(factory: Factory) -> str:
    """Return where a factory stands, to be said after "the task factory"."""
    code = own_code(factory)
    if not isinstance(code, CodeType):
        return ""
    return f" {code.co_name} at {Path(code.co_filename).name}:{code.co_firstlineno}"
