"""Watching tasks that run elsewhere: in a helper process, or in another interpreter of this one.

Nobody can look into a helper. So its tasks are wrapped there, as those of their dialect are here, and each
sends what it did along with its result; here all of that is entered in the ledger, in the order of time. (The
clock of all is the system's own.) Of tasks that nobody wrapped only the results are seen, and that they did
not run in this very process after all.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module
from operator import attrgetter
from threading import get_ident
from types import CodeType, FrameType
from typing import Any, NamedTuple

from concbench.measure.hook import Unwitnessable
from concbench.measure.ledger import Ledger
from concbench.measure.watching.base import Watching, watching
from concbench.models.base import Dialect, Factory


class Step(NamedTuple):
    """A step of a task: when (s), what the ledger calls it, whose, in which process, interpreter, thread."""

    at: float
    kind: str
    task: int
    where: tuple[int, int, int]
    frames: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What a watched task returns elsewhere: its result, and what it did."""

    index: int
    result: Any
    events: tuple[Step, ...]


class Recorder(Ledger):
    """A ledger in a helper: it keeps what each task reports, and makes a report of its result."""

    def __init__(self, current: Callable[[], object] | None) -> None:
        super().__init__(current)
        self._events: list[list[Step]] = []

    def expect(self, tasks: int, *, doomed: bool = False) -> int:
        """Open an entry for each of ``tasks`` tasks more."""
        self._events += [[] for _ in range(tasks)]
        return super().expect(tasks, doomed=doomed)

    def _note(self, kind: str, index: int, frames: int | None = None) -> None:
        self._events[index].append(Step(self.clock(), kind, index, here(), frames))

    def spawn(self, index: int) -> None:
        """A task was made."""
        self._note("spawn", index)
        super().spawn(index)

    def start(self, index: int, task: object) -> None:
        """A task takes its first step."""
        self._note("start", index)
        super().start(index, task)

    def suspend(self, index: int, frames: int | None = None) -> None:
        """A task hands over."""
        super().suspend(index, frames)
        self._note("suspend", index, frames)

    def resume(self, index: int, task: object) -> None:
        """A suspended task goes on."""
        self._note("resume", index)
        super().resume(index, task)

    def finish(self, index: int, result: Any = None) -> Report:
        """A task has ended: what it returns is a report."""
        super().finish(index, result)
        self._note("finish", index)
        return Report(index, result, tuple(self._events[index]))


def recorded(dialect: Dialect, make: Callable[[Any], list[Factory]], rt: Any) -> list[Factory]:
    """Return the factories that ``make`` makes of a runtime, in a helper, each wrapped."""
    seen = watching(dialect)
    recorder = Recorder(seen.current)
    file = seen.code(make(rt)[0]).co_filename
    factories = make(seen.runtime(recorder, file, rt))
    recorder.expect(len(factories))
    return seen.tasks(recorder, file, factories)


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

    shows = ("always",)
    elsewhere = True

    def __init__(self, own: Watching) -> None:
        super().__init__(own.dialect)
        self._own = own

    def tasks(self, _ledger: Ledger, _file: str, factories: list[Factory]) -> list[Factory]:
        """Return the factories as they are: the recipe says that a helper is to wrap its own."""
        return factories

    def runtime(self, _ledger: Ledger, _file: str, rt: Any) -> Any:
        """Return the runtime as it is."""
        return rt

    def code(self, factory: Factory) -> CodeType:
        """Return the code of the tasks' outermost frame."""
        return self._own.code(factory)

    def subject(self, frame: FrameType) -> Any:
        """Return what stands for the task whose outermost frame this is."""
        return self._own.subject(frame)

    def goes_on(self, subject: Any, instruction: int) -> bool:
        """Say whether the task goes on after it has left its outermost frame at an instruction."""
        return self._own.goes_on(subject, instruction)

    def collect(self, ledger: Ledger, returned: Any, began: float) -> Any:
        """Enter what tasks report with their results, and return the results by themselves."""
        if type(returned) is not list:
            return returned
        returned = returned.copy()  # what comes in later came too late
        reports = [one for one in returned if type(one) is Report]
        results = {report.index: report.result for report in reports}
        clock, current = ledger.clock, ledger.current
        for event in sorted((one for report in reports for one in report.events), key=attrgetter("at")):
            if event.where[:2] == here()[:2]:
                raise Unwitnessable(
                    "its session has prepare, and its tasks run in this very process: leave prepare out"
                )
            ledger.helpers.add(event.where[0])
            if event.at < began and ledger.early is None:
                ledger.early = f"task {event.task} was at work before the run began"
            ledger.clock, ledger.current = partial(float, event.at), partial(str, event.where)
            _enter(ledger, event, results)
        ledger.clock, ledger.current = clock, current
        return [one.result if type(one) is Report else one for one in returned]


def _enter(ledger: Ledger, event: Step, results: dict[int, Any]) -> None:
    match event.kind:
        case "spawn":
            ledger.spawn(event.task)
        case "suspend":
            ledger.suspend(event.task, event.frames)
        case "finish":
            ledger.finish(event.task, results[event.task])
        case _:
            getattr(ledger, event.kind)(event.task, None)
