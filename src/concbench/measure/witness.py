"""The witness: run a cell instrumented, and hold what truly happened against what the workload promises.

The *watched* pass wraps every task of a run and enters what each does in a ledger. The *unwatched* pass runs
the workload exactly as a timed sample would, several batches one after another with native primitives and
unwrapped factories, and fills a ledger for each from the interpreter's profiling hook: a model that behaves
only when it sees its tasks wrapped, or only in the first run of a sample, falls short there. Neither pass is
ever timed.

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
    told_or_refused,
)
from concbench.measure.ledger import Ledger
from concbench.measure.limit import Limit, time_limit
from concbench.measure.salting import batch_of, factories_of, reported_by, reuses, workers_of, wrong_with
from concbench.measure.sessions import Lent, as_they_are, lent_by, opening
from concbench.measure.watch import watch, watch_runtime
from concbench.models.base import Factory, Model, Session
from concbench.workloads.base import NotExpressible, Promise, Workload

SAMPLE = 2
"""Runs of the unwatched pass that bears witness, as one sample, where a timed sample may have several: what a
model puts off, it has to be seen to do. (A last look is at one: it costs the run its time.)"""

MOST_BATCHES, MOST_TASKS = 50, 3000
"""Up to so many batches lie ready in an unwatched pass, with up to so many tasks, as in a timed sample; those
beyond ``SAMPLE`` are never run, and none may take a step."""


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

    ``keep`` is given each unwatched run that ended in time.

    Must be called in the main thread: a run that takes longer than ``seconds`` is interrupted there, and
    fails the check ``completed``; it has no results to judge, and no other run follows it. The session
    is of no use after that: an event loop that was interrupted in a step may wait for ever, even to close.
    Raises NotExpressible, WrongFactories, Unwitnessable, and whatever the model or the tasks raise.
    """
    promise = workload.promise(params, model.dialect)
    require_workers(promise, model)
    lent = lent_by(session)
    watched = watched_pass(workload, params, model, lent, seconds, new_ledger(model))
    said = checked(workload, params, watched, promise)
    if watched.stopped is None:
        running = running_threads(watched.ledger)
        named = not watched.ledger.unnamed
        unwatched = unwatched_pass(workload, params, model, lent, seconds, running, named=named)
        for run in unwatched:
            if run.stopped is None:
                require_seen(run.ledger, watched.ledger, running)
                if keep is not None:
                    keep(run)
        for name, message in _checked_unwatched(workload, params, model, unwatched, checks).items():
            said[name] = said.get(name) or (message if name == "unwatched" else _unwatched(message))
    return _testimony(watched.ledger, {name: message for name, message in said.items() if name in checks})


def look_again(
    workload: Workload[Any], params: Any, model: Model, session: Session, *, seconds: float = 60.0
) -> Testimony:
    """Run a cell once, unwatched, in a process that has timed it, and return what the checks say.

    A model that was honest only at first falls short here. The rest is as in ``bear_witness``.
    """
    unwatched = unwatched_pass(workload, params, model, lent_by(session), seconds, others(), most=1)
    said = _checked_unwatched(workload, params, model, unwatched, CHECKS)
    return _testimony(unwatched[0].ledger, said)


def _checked_unwatched(
    workload: Workload[Any], params: Any, model: Model, runs: Sequence[Pass], chosen: Collection[str]
) -> dict[str, str | None]:
    """Return what each check says of the runs of an unwatched pass: of the first in which it fails."""
    promise, said = workload.promise(params, model.dialect), dict[str, str | None]()
    for run in runs:
        here = {"completed": run.stopped} | checked_results(workload, params, run)
        here["unwatched"] = check_unwatched(run.ledger, promise, model.dialect, chosen)
        for name, message in here.items():
            said[name] = said.get(name) or message
    return said


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
    dialect, lent = model.dialect, lent_by(session)
    spare = factories_of(workload, dialect, lent.rt, params)
    file = task_code(dialect, spare[0]).co_filename
    batch = batch_of(workload, dialect, watch_runtime(ledger, dialect, file, lent.rt), params)
    ledger.expect(len(batch.factories))
    tasks = watch(ledger, dialect, file, batch.factories)
    gc.collect()
    return _run(lent, tasks, batch.salt, seconds, ledger, clock_of(workload, lent.rt))


def unwatched_pass(
    workload: Workload[Any],
    params: Any,
    model: Model,
    lent: Lent,
    seconds: float,
    running: frozenset[int] = frozenset(),
    *,
    named: bool = False,
    most: int = SAMPLE,
) -> list[Pass]:
    """Run as a timed sample would, looked at through the interpreter's hook; return the runs.

    There are ``most`` of them, one where a sample is one run, and none after one that was stopped. More
    batches lie ready, as they do in a timed sample.

    ``named``: at every step of the watched pass the model said which of its tasks ran.

    ``running`` are threads that may run tasks and were there before: where this Python cannot look into
    them, a session is opened whose threads it can. As in a timed run, the garbage collector runs when the
    batch is there, and not since the run before. Suspended tasks that earlier runs left behind are kept from
    it: it would close them, and to the hook that is a task that takes a step.
    """
    dialect = model.dialect
    spare = factories_of(workload, dialect, lent.rt, params)
    codes = {task_code(dialect, factory) for factory in spare}
    runs, ready = (1, 1) if workload.needs_own_slice else (most, _ready(len(spare)))
    ledgers = [_spawned(len(spare), model) for _ in range(runs)]
    lookout, done = Lookout(ledgers[0], dialect, codes, named=named), list[Pass]()
    left_behind = suspended_tasks(codes)
    with _seen_by(lookout, model, lent, anew=bool(running) and not SEES_ALL_THREADS) as seen:
        batches = [batch_of(workload, dialect, seen.rt, params) for _ in range(ready)]
        now = clock_of(workload, seen.rt)
        gc.collect()
        for batch, ledger in zip(batches, ledgers, strict=False):
            if done:
                lookout.turn_to(ledger)
            done.append(_run(seen, batch.factories, batch.salt, seconds, ledger, now))
            if done[-1].stopped is not None:
                break
    del left_behind
    return done


def _ready(tasks: int) -> int:
    """Return how many batches of so many tasks lie ready before the first run."""
    return max(SAMPLE, min(MOST_BATCHES, MOST_TASKS // tasks))


def _spawned(tasks: int, model: Model) -> Ledger:
    """Return a ledger with an entry for each task, spawned already: the hook does not see it."""
    ledger = new_ledger(model)
    if ledger.current is not None:
        ledger.current = told_or_refused(ledger.current)
    ledger.expect(tasks)
    for task in ledger.tasks:
        task.spawned = 1
    return ledger


@contextmanager
def _seen_by(lookout: Lookout, model: Model, lent: Lent, *, anew: bool) -> Iterator[Lent]:
    """Yield what is lent while the lookout looks, or, ``anew``, by a session whose threads start then."""
    with profiled(lookout.hook):
        if anew:
            with opening(model) as opened:
                yield lent_by(opened)
        else:
            yield lent


def _run(
    lent: Lent, factories: Sequence[Factory], salt: int, seconds: float, ledger: Ledger, now: Clock
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
            run = lent.run
            ledger.open()
            results = run(factories)
    except BaseException:
        if not limit.passed:
            raise
    ended = perf_counter()
    ledger.close()
    (results,) = as_they_are([results])
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
