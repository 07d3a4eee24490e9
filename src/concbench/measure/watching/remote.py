"""Watching tasks that run elsewhere: in a helper process, or in another interpreter of this one.

Nobody can look into a helper. So its tasks are wrapped there, as those of their dialect are here, and each
sends what it did along with its result; here all of that is entered in the ledger, in the order of time. (The
clock of all is the system's own.) Of tasks that nobody wrapped only the results are seen, and that they did
not run in this very process after all.
"""

import os
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module
from operator import attrgetter
from threading import get_ident
from time import perf_counter
from typing import Any, NamedTuple, cast

from concbench.measure.hook import Unwitnessable
from concbench.measure.ledger import Ledger
from concbench.measure.watching.base import Watching, watching
from concbench.models.base import Dialect, Factory


class Event(NamedTuple):
    """A step of a task: when (s), what the ledger calls it, whose, and in which process, interpreter, thread.

    ``frames`` stood on its stack, if it suspended.
    """

    at: float
    kind: str
    task: int
    where: tuple[int, int, int]
    frames: tuple[int | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What a watched task returns elsewhere: its result, and what it did."""

    task: int
    result: Any
    events: tuple[Event, ...]


class Recorder:
    """Stands in the place of a ledger in a helper: keeps what tasks report, and makes reports of results."""

    def __init__(self) -> None:
        self._events = defaultdict[int, list[Event]](list)
        self._running: dict[int, int] = {}

    def _note(self, kind: str, task: int, *frames: int | None) -> None:
        self._events[task].append(Event(perf_counter(), kind, task, here(), frames))

    def spawn(self, task: int) -> None:
        """A task was made."""
        self._note("spawn", task)

    def start(self, task: int, _object: object) -> None:
        """A task takes its first step."""
        self._running[get_ident()] = task
        self._note("start", task)

    def suspend(self, task: int, frames: int | None = None) -> None:
        """A task hands over."""
        self._note("suspend", task, frames)

    def resume(self, task: int, _object: object) -> None:
        """A suspended task goes on."""
        self._note("resume", task)

    def finish(self, task: int, result: Any = None) -> Report:
        """A task has ended: what it returns is a report."""
        self._note("finish", task)
        self._running.pop(get_ident(), None)
        return Report(task, result, tuple(self._events.pop(task)))

    def running(self) -> int | None:
        """Return the task that runs in this thread, where it runs there from its start to its end."""
        return self._running.get(get_ident())

    def observe(self) -> None:
        """A keeper looks: not at the tasks of all helpers, so what it sees is no figure."""


def recorded(dialect: Dialect, make: Callable[[Any], list[Factory]], rt: Any) -> list[Factory]:
    """Return the factories that ``make`` makes of a runtime, in a helper, each wrapped."""
    seen, recorder = watching(dialect), cast("Any", Recorder())
    file = seen.code(make(rt)[0]).co_filename
    return seen.tasks(recorder, file, make(seen.runtime(recorder, file, rt)))


def here() -> tuple[int, int, int]:
    """Return who runs: process, interpreter, thread."""
    return os.getpid(), _interpreter(), get_ident()


@cache
def _interpreter() -> int:
    """Return the number of this interpreter in its process; each has this cache to itself."""
    try:
        found = import_module("_interpreters").get_current()
    except ImportError:
        found = import_module("_xxsubinterpreters").get_current()
    return int(found[0] if isinstance(found, tuple) else found)


class Remote(Watching):
    """Tasks of a dialect that run elsewhere."""

    elsewhere = True

    def __init__(self, own: Watching) -> None:
        super().__init__(own.dialect)
        self.code, self.subject, self.goes_on = own.code, own.subject, own.goes_on  # type: ignore[method-assign]

    def tasks(self, _ledger: Ledger, _file: str, factories: list[Factory]) -> list[Factory]:
        """Return the factories as they are: the recipe says that a helper is to wrap its own."""
        return factories

    def runtime(self, _ledger: Ledger, _file: str, rt: Any) -> Any:
        """Return the runtime as it is."""
        return rt

    def collect(self, ledger: Ledger, returned: Any, began: float) -> Any:
        """Enter what tasks report with their results, and return the results by themselves."""
        if type(returned) is not list:
            return returned
        reports = [one for one in returned if type(one) is Report]
        results = {report.task: report.result for report in reports}
        clock, current = ledger.clock, ledger.current
        for event in sorted((one for report in reports for one in report.events), key=attrgetter("at")):
            if event.where[:2] == here()[:2]:
                raise Unwitnessable(
                    "its session has prepare, and its tasks run in this very process: leave prepare out"
                )
            if event.at < began and ledger.early is None:
                ledger.early = f"task {event.task} was at work before the run began"
            ledger.clock, ledger.current = partial(float, event.at), partial(str, event.where)
            given = {"suspend": event.frames, "finish": (results[event.task],), "spawn": ()}
            getattr(ledger, event.kind)(event.task, *given.get(event.kind, (None,)))
        ledger.clock, ledger.current = clock, current
        return [one.result if type(one) is Report else one for one in returned]
