"""The witness: run a cell instrumented, and hold what truly happened against what the workload promises.

A cell is run twice. The *watched* pass wraps every task and enters what each does in a ledger. The
*unwatched* pass runs the workload exactly as a timed run would, with native primitives and unwrapped
factories, and fills another ledger from the interpreter's profiling hook: a model that behaves only when
it sees its tasks wrapped falls short there. Neither pass is ever timed.

What no witness can see is listed in docs/VERIFYING.md.
"""

import gc
import signal
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from concbench.measure.checks import CHECKS, EVERY_CHECK, check_truth, check_unwatched
from concbench.measure.hook import Lookout, profiled, task_code
from concbench.measure.ledger import Ledger
from concbench.measure.watch import watch, watch_runtime
from concbench.models.base import Factory, Model, Session
from concbench.workloads.base import Promise, Workload


class Stalled(BaseException):
    """A witnessed run did not end in time. (No Exception, so that a library does not take it for its own.)"""


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


@dataclass(frozen=True, slots=True)
class Pass:
    """One run: its ledger, and its results or why it was stopped."""

    ledger: Ledger
    results: Sequence[Any]
    stopped: str | None


def bear_witness(
    workload: Workload[Any],
    params: Any,
    model: Model,
    session: Session,
    *,
    seconds: float = 60.0,
    checks: Collection[str] = EVERY_CHECK,
) -> Testimony:
    """Run a cell watched and unwatched, and return what the checks named by ``checks`` say.

    Must be called in the main thread: a run that takes longer than ``seconds`` is interrupted there, and
    fails the check ``completed``; it has no results to judge, and no unwatched run follows it. The session
    is of no use after that: an event loop that was interrupted in a step may wait for ever, even to close.
    Raises NotExpressible, and whatever the model or the tasks raise.
    """
    promise = workload.promise(params, model.dialect)
    watched = watched_pass(workload, params, model, session, seconds, Ledger(model.current))
    said = checked(workload, params, watched, promise)
    if watched.stopped is None:
        unwatched = _unwatched_pass(workload, params, model, session, seconds)
        said["completed"] = _unwatched(unwatched.stopped)
        if said["results"] is None and unwatched.stopped is None:
            said["results"] = _unwatched(workload.judge(unwatched.results, params))
        said["unwatched"] = check_unwatched(unwatched.ledger, promise, model.dialect, checks)
    return _testimony(watched.ledger, {name: message for name, message in said.items() if name in checks})


def checked(workload: Workload[Any], params: Any, watched: Pass, promise: Promise) -> dict[str, str | None]:
    """Return what each check says of a watched run; there is no ``results`` for one that was stopped."""
    said = {"completed": watched.stopped}
    said |= {name: check(watched.ledger, promise) for name, check in CHECKS.items()}
    if watched.stopped is None:
        wrong = workload.judge(watched.results, params)
        said["results"] = wrong or check_truth(watched.ledger, watched.results)
    return said


def _testimony(ledger: Ledger, said: Mapping[str, str | None]) -> Testimony:
    return Testimony(
        tasks=sum(task.finished for task in ledger.tasks),
        suspensions=sum(task.suspensions for task in ledger.tasks),
        peak_live=ledger.peak_live,
        checks=said,
    )


def _unwatched(message: str | None) -> str | None:
    return message and f"unwatched, {message}"


def watched_pass(
    workload: Workload[Any], params: Any, model: Model, session: Session, seconds: float, ledger: Ledger
) -> Pass:
    """Run with every task wrapped, and enter what each does in ``ledger``, which has no entries yet."""
    dialect = model.dialect
    spare = workload.factories(dialect, session.rt, params)
    file = task_code(dialect, spare[0]).co_filename
    rt = watch_runtime(ledger, dialect, file, session.rt)
    factories = workload.factories(dialect, rt, params)
    ledger.expect(len(factories))
    results, stopped = _run(session, watch(ledger, dialect, file, factories), seconds)
    ledger.close()
    return Pass(ledger, results, stopped)


def _unwatched_pass(
    workload: Workload[Any], params: Any, model: Model, session: Session, seconds: float
) -> Pass:
    """Run as a timed run would, looked at through the interpreter's hook.

    Suspended tasks that earlier runs left behind are closed before: the collector would close them sometime,
    and to the hook that is a task that takes a step.
    """
    dialect = model.dialect
    spare = workload.factories(dialect, session.rt, params)
    factories = workload.factories(dialect, session.rt, params)
    ledger = Ledger()
    ledger.expect(len(factories))
    for index in range(len(factories)):
        ledger.spawn(index)
    lookout = Lookout(ledger, dialect, {task_code(dialect, factory) for factory in spare})
    gc.collect()
    with profiled(lookout.hook):
        results, stopped = _run(session, factories, seconds)
    ledger.close()
    return Pass(ledger, results, stopped)


def _run(session: Session, factories: Sequence[Factory], seconds: float) -> tuple[Sequence[Any], str | None]:
    """Run within a time limit; return the results, and why the run was stopped, or None.

    A library may wrap the interruption in an error of its own, or swallow it and return late: that it
    was due is what counts.
    """
    limit = _Limit(seconds)
    try:
        with time_limit(limit):
            results = session.run(factories) or []  # a model may forget to return any
    except BaseException:
        if not limit.passed:
            raise
        results = []
    return results, f"the run did not end within {seconds:g} s" if limit.passed else None


@dataclass(slots=True)
class _Limit:
    """A time limit in s, and whether it has passed."""

    seconds: float
    armed: bool = True
    passed: bool = False

    def ring(self, _signal: int, _frame: FrameType | None) -> None:
        """Interrupt whatever the main thread is doing."""
        if self.armed:
            self.passed = True
            raise Stalled


@contextmanager
def time_limit(limit: _Limit) -> Iterator[None]:
    """Raise Stalled in the main thread, whatever it is doing, each time that the limit has passed again."""
    before: Callable[[int, FrameType | None], Any] | int | None = signal.signal(signal.SIGALRM, limit.ring)
    try:
        try:
            signal.setitimer(signal.ITIMER_REAL, limit.seconds, limit.seconds)
            yield
        finally:
            limit.armed = False
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
