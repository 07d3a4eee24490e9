"""The witness: run a cell instrumented, and hold what truly happened against what the workload promises.

A cell is run twice. The *watched* pass wraps every task and counts what each does. The *unwatched* pass
runs the workload exactly as a timed run would, with native primitives and unwrapped factories, while
the interpreter's profiling hook counts how often the workload's code is entered: a model that behaves
only when it sees itself watched is short of entries there. Neither pass is ever timed.

What no witness can see is listed in docs/VERIFYING.md.
"""

import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import CodeType, FrameType
from typing import Any

from concbench.measure.checks import CHECKS, Check
from concbench.measure.ledger import Ledger
from concbench.measure.watch import watch, watch_runtime
from concbench.models.base import Dialect, Model, Session
from concbench.workloads.base import Promise, Workload


class Stalled(Exception):
    """A witnessed run did not end in time."""


@dataclass(frozen=True, slots=True)
class Testimony:
    """What the witness saw: counts, and for each check None or what is wrong."""

    tasks: int
    suspensions: int
    peak_live: int
    checks: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def failures(self) -> dict[str, str]:
        """The checks that failed, with what they say."""
        return {name: message for name, message in self.checks.items() if message is not None}


def bear_witness(
    workload: Workload[Any],
    params: Any,
    model: Model,
    session: Session,
    *,
    seconds: float = 60.0,
    checks: Mapping[str, Check] = CHECKS,
) -> Testimony:
    """Run a cell watched and unwatched, and return what was seen.

    Must be called in the main thread: a run that takes longer than ``seconds`` is interrupted there, and
    fails the check ``completed``. Raises NotExpressible, and whatever the model or the tasks raise.
    """
    promise = workload.promise(params, model.dialect)
    ledger, stopped = _watched_pass(workload, params, model, session, seconds)
    said: dict[str, str | None] = {"completed": stopped}
    if stopped is None:
        said |= {name: check(ledger, promise) for name, check in checks.items()}
        said["results"] = workload.judge(ledger.results or [], params)
        said["unwatched"] = _unwatched_pass(workload, params, model, session, seconds)
    return Testimony(
        tasks=sum(task.finished for task in ledger.tasks),
        suspensions=sum(task.suspensions for task in ledger.tasks),
        peak_live=ledger.peak_live,
        checks=said,
    )


def count_work(workload: Workload[Any], params: Any, model: Model, session: Session) -> Testimony:
    """Run a cell watched, for its counts alone."""
    ledger, _ = _watched_pass(workload, params, model, session, seconds=None)
    return Testimony(
        tasks=sum(task.finished for task in ledger.tasks),
        suspensions=sum(task.suspensions for task in ledger.tasks),
        peak_live=ledger.peak_live,
    )


def _watched_pass(
    workload: Workload[Any], params: Any, model: Model, session: Session, seconds: float | None
) -> tuple[Ledger, str | None]:
    """Run watched; return the ledger, and why the run was stopped before its end, or None."""
    file = code_file(workload, model.dialect)
    ledger = Ledger(model.current)
    rt = watch_runtime(ledger, model.dialect, file, session.rt)
    factories = workload.factories(model.dialect, rt, params)
    ledger.expect(len(factories))
    results, stopped = None, None
    try:
        with time_limit(seconds):
            results = session.run(watch(ledger, model.dialect, file, factories))
    except Stalled as stall:
        stopped = str(stall)
    ledger.close(results)
    return ledger, stopped


def _unwatched_pass(
    workload: Workload[Any], params: Any, model: Model, session: Session, seconds: float
) -> str | None:
    """Run as a timed run would; return how it fell short of what the watched run did, or None."""
    counts = entry_counter(workload, params, model, session)
    factories = workload.factories(model.dialect, session.rt, params)
    try:
        with time_limit(seconds), profiled(counts.hook):
            results = session.run(factories)
    except Stalled as stall:
        return f"unwatched, {stall}"
    wrong = workload.judge(results, params)
    if wrong is not None:
        return f"unwatched, {wrong}"
    least = least_entries(workload.promise(params, model.dialect), model.dialect)
    if len(counts.entries) < least:
        return f"unwatched, the tasks' code was entered {len(counts.entries)} times; {least} is the least possible"
    return None


def least_entries(promise: Promise, dialect: Dialect) -> int:
    """Return how often a workload's code must be entered at least: at each start and each resume, for every
    frame. A blocked thread goes on inside the primitive that it called, so its code is entered once.
    """
    steps = 1 if dialect == "blocking" else 1 + promise.suspensions
    frames = 1 if promise.frames is None else promise.frames
    return promise.tasks * steps * frames


class EntryCounter:
    """A profiling hook that counts entries into the code that ``wanted`` accepts, in any thread."""

    def __init__(self, wanted: Callable[[CodeType], bool]) -> None:
        self.wanted = wanted
        self.entries: list[None] = []

    def hook(self, frame: FrameType, event: str, _argument: Any) -> None:
        """Take note of one profiling event. (Appending is atomic, adding to an integer is not.)"""
        if event == "call" and self.wanted(frame.f_code):
            self.entries.append(None)


def entry_counter(workload: Workload[Any], params: Any, model: Model, session: Session) -> EntryCounter:
    """Return a counter for the tasks' own code.

    That is the code in the workload's file; for polled objects, the ``run`` of the classes themselves,
    which they may inherit from the model.
    """
    if model.dialect != "polling":
        file = code_file(workload, model.dialect)
        return EntryCounter(lambda code: code.co_filename == file)
    made = workload.factories(model.dialect, session.rt, params)
    codes = {type(factory()).run.__code__ for factory in made}
    return EntryCounter(codes.__contains__)


@contextmanager
def profiled(hook: Callable[[FrameType, str, Any], None]) -> Iterator[None]:
    """Have the interpreter call ``hook`` in this thread and in all threads that start meanwhile."""
    before = sys.getprofile()
    threading.setprofile(hook)
    sys.setprofile(hook)
    try:
        yield
    finally:
        sys.setprofile(before)
        threading.setprofile(before)


@contextmanager
def time_limit(seconds: float | None) -> Iterator[None]:
    """Raise Stalled in the main thread, whatever it is doing, once ``seconds`` have passed."""
    if seconds is None:
        yield
        return

    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise Stalled(f"the run did not end within {seconds:g} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def code_file(workload: Workload[Any], dialect: Dialect) -> str:
    """Return the file of a workload's code in a dialect, or an empty string where it has none."""
    code: CodeType | None = getattr(workload.versions[dialect], "__code__", None)
    return code.co_filename if code else ""
