"""The witness: run a cell instrumented, and hold what truly happened against what the workload promises.

A cell is run twice. The *watched* pass wraps every task and enters what each does in a ledger. The
*unwatched* pass runs the workload exactly as a timed run would, with native primitives and unwrapped
factories, and fills another ledger from the interpreter's profiling hook: a model that behaves only when
it sees its tasks wrapped falls short there. Neither pass is ever timed.

What no witness can see is listed in docs/VERIFYING.md.
"""

import gc
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from concbench.measure.checks import CHECKS, EVERY_CHECK, check_reported, check_truth, check_unwatched
from concbench.measure.clocks import Clock, ahead_of, clock_of, drifted
from concbench.measure.hook import (
    SEES_ALL_THREADS,
    Lookout,
    others,
    profiled,
    require_seen,
    running_threads,
    suspended_tasks,
    task_code,
)
from concbench.measure.ledger import Ledger
from concbench.measure.limit import Limit, time_limit
from concbench.measure.salting import batch_of, factories_of, reported_by, reuses, workers_of, wrong_with
from concbench.measure.watch import watch, watch_runtime
from concbench.models.base import Factory, Model, Session
from concbench.workloads.base import NotExpressible, Promise, Workload


@contextmanager
def crashing() -> Iterator[None]:
    """Make a crash of NotExpressible: once its tasks run, a model cannot say that they cannot be written."""
    try:
        yield
    except NotExpressible as error:
        raise RuntimeError(f"run raised NotExpressible: {error}") from error


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
    """One run: its ledger, its results or why it was stopped, the salt that they show.

    ``clock`` is how far (s) the clock that the model lends is ahead of the ledger's, or why it is no clock.
    """

    ledger: Ledger
    results: Any
    stopped: str | None
    salt: int
    clock: float | str


def bear_witness(
    workload: Workload[Any],
    params: Any,
    model: Model,
    session: Session,
    *,
    seconds: float = 60.0,
    checks: Collection[str] = EVERY_CHECK,
    keep: Callable[[Pass], None] | None = None,
) -> Testimony:
    """Run a cell watched and unwatched, and return what the checks named by ``checks`` say.

    ``keep`` is given the unwatched run, if it ended in time.

    Must be called in the main thread: a run that takes longer than ``seconds`` is interrupted there, and
    fails the check ``completed``; it has no results to judge, and no unwatched run follows it. The session
    is of no use after that: an event loop that was interrupted in a step may wait for ever, even to close.
    Raises NotExpressible, WrongFactories, Unwitnessable, and whatever the model or the tasks raise.
    """
    promise = workload.promise(params, model.dialect)
    require_workers(promise, model)
    watched = watched_pass(workload, params, model, session, seconds, new_ledger(model))
    said = checked(workload, params, watched, promise)
    if watched.stopped is None:
        running = running_threads(watched.ledger)
        unwatched = unwatched_pass(workload, params, model, session, seconds, running)
        if unwatched.stopped is None:
            require_seen(unwatched.ledger, watched.ledger, running)
            if keep is not None:
                keep(unwatched)
        said["completed"] = _unwatched(unwatched.stopped)
        for name, message in checked_results(workload, params, unwatched).items():
            said[name] = said[name] or _unwatched(message)
        said["unwatched"] = check_unwatched(unwatched.ledger, promise, model.dialect, checks)
    return _testimony(watched.ledger, {name: message for name, message in said.items() if name in checks})


def look_again(
    workload: Workload[Any], params: Any, model: Model, session: Session, *, seconds: float = 60.0
) -> Testimony:
    """Run a cell once, unwatched, in a process that has timed it, and return what the checks say.

    A model that was honest only at first falls short here. The rest is as in ``bear_witness``.
    """
    promise = workload.promise(params, model.dialect)
    unwatched = unwatched_pass(workload, params, model, session, seconds, others())
    said = {"completed": unwatched.stopped} | checked_results(workload, params, unwatched)
    if unwatched.stopped is None:
        said["unwatched"] = check_unwatched(unwatched.ledger, promise, model.dialect, CHECKS)
    return _testimony(unwatched.ledger, said)


def new_ledger(model: Model) -> Ledger:
    """Return an empty ledger that knows who runs under a model: for ``blocking``, threads if nobody says."""
    current = model.current or (threading.current_thread if model.dialect == "blocking" else None)
    return Ledger(current, reuses=reuses(model), preempted=model.dialect == "blocking")


def require_workers(promise: Promise, model: Model) -> None:
    """Raise NotExpressible where more tasks have to be alive at once than the model can have alive."""
    workers = workers_of(model)
    if workers is not None and promise.overlap > workers:
        raise NotExpressible(
            f"{promise.overlap} tasks have to be alive at once, and {model.name} has {workers} workers"
        )


def checked(workload: Workload[Any], params: Any, watched: Pass, promise: Promise) -> dict[str, str | None]:
    """Return what each check says of a watched run; there is no ``results`` for one that was stopped."""
    said = {"completed": watched.stopped}
    said |= {name: check(watched.ledger, promise) for name, check in CHECKS.items()}
    said |= checked_results(workload, params, watched)
    if watched.stopped is None and said["results"] is None:
        said["results"] = check_truth(watched.ledger, watched.results)
    return said


def checked_results(workload: Workload[Any], params: Any, done: Pass) -> dict[str, str | None]:
    """Return what is wrong with a run's results and the times in them; nothing for one that was stopped."""
    if done.stopped is not None:
        return {}
    wrong, reported = wrong_with(workload, done.results, params, done.salt), reported_by(workload)
    if wrong is not None or reported is None:
        return {"results": wrong, "reported": None}
    if not isinstance(done.clock, float):
        return {"results": None, "reported": done.clock}
    said = [reported(result) for result in done.results]
    ours = [(began - done.clock, woke - done.clock) for began, woke in said]
    return {"results": None, "reported": check_reported(done.ledger, ours)}


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
    """Run with every task wrapped, and enter what each does in ``ledger``, which has no entries yet.

    The garbage collector runs right before, as it does before the clock of a timed run starts: a model whose
    finalizers find the tasks and run them is seen to do so.
    """
    dialect = model.dialect
    spare = factories_of(workload, dialect, session.rt, params)
    file = task_code(dialect, spare[0]).co_filename
    batch = batch_of(workload, dialect, watch_runtime(ledger, dialect, file, session.rt), params)
    ledger.expect(len(batch.factories))
    tasks = watch(ledger, dialect, file, batch.factories)
    gc.collect()
    return _run(session, tasks, batch.salt, seconds, ledger, clock_of(workload, session.rt))


def unwatched_pass(
    workload: Workload[Any],
    params: Any,
    model: Model,
    session: Session,
    seconds: float,
    running: frozenset[int] = frozenset(),
) -> Pass:
    """Run as a timed run would, looked at through the interpreter's hook.

    ``running`` are threads that may run tasks and were there before: where this Python cannot look into
    them, a session is opened whose threads it can. As in a timed run, the garbage collector runs when the
    batch is there, and not since the run before. Suspended tasks that earlier runs left behind are kept from
    it: it would close them, and to the hook that is a task that takes a step.
    """
    dialect, ledger = model.dialect, Ledger()
    spare = factories_of(workload, dialect, session.rt, params)
    codes = {task_code(dialect, factory) for factory in spare}
    lookout = Lookout(ledger, dialect, codes)
    ledger.expect(len(spare))
    for task in ledger.tasks:
        task.spawned = 1  # the hook does not see it
    left_behind = suspended_tasks(codes)
    with _seen_by(lookout, model, session, anew=bool(running) and not SEES_ALL_THREADS) as seen:
        batch = batch_of(workload, dialect, seen.rt, params)
        gc.collect()
        done = _run(seen, batch.factories, batch.salt, seconds, ledger, clock_of(workload, seen.rt))
    del left_behind
    return done


@contextmanager
def _seen_by(lookout: Lookout, model: Model, session: Session, *, anew: bool) -> Iterator[Session]:
    """Yield the session while the lookout looks, or, ``anew``, one whose threads start under its eyes."""
    with profiled(lookout.hook):
        if anew:
            with model.open() as opened:
                yield opened
        else:
            yield session


def _run(
    session: Session, factories: Sequence[Factory], salt: int, seconds: float, ledger: Ledger, now: Clock
) -> Pass:
    """Run within a time limit, by our own clock too: a model may have put its hands on the interval timer.

    A library may wrap the interruption in an error of its own, or swallow it and return late: that it
    was due is what counts.
    """
    limit, began = Limit(seconds), perf_counter()
    ahead = ahead_of(now)
    results: Any = None
    try:
        with time_limit(limit), crashing():
            run = session.run
            ledger.open()
            results = run(factories)
    except BaseException:
        if not limit.passed:
            raise
    ended = perf_counter()
    ledger.close()
    late = limit.passed or ended - began > seconds
    stopped = f"the run did not end within {seconds:g} s{_too_few(ledger)}" if late else None
    return Pass(ledger, results, stopped, salt, drifted(ahead, now, ended - began))


def _too_few(ledger: Ledger) -> str:
    """Return what may have held up a run in which all that began wait, and the others did not begin."""
    started = [task for task in ledger.tasks if task.started]
    if len(started) in (0, len(ledger.tasks)) or not all(task.suspended or task.finished for task in started):
        return ""
    return (
        f": {len(started)} of {len(ledger.tasks)} tasks began, and all of these wait for others; a model "
        "that can have only so many tasks alive at once says how many in Model.workers"
    )
