"""The two passes of the witness: a cell is run with every task wrapped, and as a timed sample would run it.

Both fill ledgers, and neither is ever timed. The unwatched one has native primitives and unwrapped factories,
and is looked at through the interpreter's profiling hook.
"""

import gc
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

from concbench.measure.clocks import Clock, ahead_of, clock_of, drifted
from concbench.measure.execution import Cell, Lent, as_they_are, lent_from, opening
from concbench.measure.hook import (
    ProfileHook,
    made_already,
    profiled,
    told_or_refused,
)
from concbench.measure.ledger import Ledger
from concbench.measure.limit import Limit, time_limit
from concbench.measure.watching.base import suspended_tasks
from concbench.models.base import Model
from concbench.traits import traits_of

SAMPLE = 2
"""Runs of the unwatched pass that bears witness, as one sample, where a timed sample may have several: what a
model puts off, it has to be seen to do. (A last look and a slope's longer leg have one: they cost time.)"""

READY = 3
"""Batches that lie ready before the first of these runs, as before a timed sample. Those that are not run are
there to be left alone. Each may hold files or much memory, so there are no more."""


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


def new_ledger(model: Model) -> Ledger:
    """Return an empty ledger that knows who runs under a model: threads, if it runs on them."""
    traits, current = traits_of(model), model.current
    if current is None and traits.runs_on == "threads":
        current = threading.current_thread
    return Ledger(current, reuses=traits.reuses, preempted=traits.preempted, workers=traits.workers)


def watched_pass(cell: Cell, seconds: float, ledger: Ledger) -> Pass:
    """Run with every task wrapped, and enter what each does in ``ledger``, which has no entries yet.

    The garbage collector runs right before, as it does before the clock of a timed run starts: a model whose
    finalizers find the tasks and run them is seen to do so.
    """
    watching, lent = cell.watching, cell.lent
    spare = cell.factories()
    file = watching.code(spare[0]).co_filename
    (bare,) = cell.batches(1, watching.runtime(ledger, file, lent.rt), watched=True)
    ledger.expect(len(bare.factories))
    batch = replace(bare, factories=watching.tasks(ledger, file, bare.factories))
    (ready,) = lent.ready([batch])
    gc.collect()
    clock = clock_of(cell.workload, lent.rt)
    collect = watching.collect if watching.elsewhere else None
    return _run(lent, ready, batch.salt, seconds, ledger, clock, collect)


def unwatched_pass(cell: Cell, seconds: float, *, most: int = SAMPLE, anew: bool = False) -> list[Pass]:
    """Run as a timed sample would, looked at through the interpreter's hook; return the runs.

    There are ``most`` of them, one where a sample is one run; none follows one that was stopped. ``anew``: in
    a session that is opened for them, so that its threads can be looked into. As in a timed run, the garbage
    collector runs when the batches are there, and not since. Suspended tasks that earlier runs left behind
    are kept from it: it would close them, and to the hook that is a task that takes a step.
    """
    spare = cell.factories()
    codes = set(map(cell.watching.code, spare))
    runs, ready = (1, 1) if cell.workload.needs_own_slice else (most, READY)
    ledgers = [_spawned(len(spare), cell) for _ in range(runs)]
    bearing = cell.watching.bearing(cell.lent.rt)
    hook, done = ProfileHook(ledgers[0], cell.watching, codes, bearing), list[Pass]()
    del spare
    left_behind, unstarted = suspended_tasks(codes), made_already(codes)
    with _seen_by(hook, cell, anew=anew) as seen:
        batches = seen.batches(ready)
        prepared, now = seen.lent.ready(batches), clock_of(seen.workload, seen.lent.rt)
        gc.collect()
        for batch, tasks, ledger in zip(batches, prepared, ledgers, strict=False):
            if done:
                hook.turn_to(ledger)
            if (early := made_already(codes) - unstarted) > 0:
                ledger.early = f"{early} tasks were made before the run began"
            done.append(_run(seen.lent, tasks, batch.salt, seconds, ledger, now))
            if done[-1].stopped is not None:
                break
    del left_behind
    return done


def _spawned(tasks: int, cell: Cell) -> Ledger:
    """Return a ledger with an entry for each task, spawned already: the hook does not see it."""
    ledger = new_ledger(cell.model)
    if ledger.current is not None:
        ledger.current = told_or_refused(ledger.current)
    ledger.expect(tasks)
    for task in ledger.tasks:
        task.spawned = 1
    return ledger


@contextmanager
def _seen_by(hook: ProfileHook, cell: Cell, *, anew: bool) -> Iterator[Cell]:
    """Yield the cell while the hook looks, or, ``anew``, in a session whose threads start then."""
    with profiled(hook.hook):
        if anew:
            with opening(cell.model) as opened:
                yield replace(cell, lent=lent_from(opened))
        else:
            yield cell


def _run(
    lent: Lent,
    tasks: Any,
    salt: int,
    seconds: float,
    ledger: Ledger,
    now: Clock,
    collect: Callable[[Ledger, Any, float], Any] | None = None,
) -> Pass:
    """Run within a time limit, by our own clock too: a model may have put its hands on the interval timer.

    A library may wrap the interruption in an error of its own, or swallow it and return late: that it
    was due is what counts. ``collect`` enters what tasks elsewhere report, and returns their results.
    """
    limit, began, ahead = Limit(seconds), perf_counter(), ahead_of(now)
    results: Any = None
    try:
        with time_limit(limit):
            ledger.open()
            (results,) = lent.carry_out([tasks])
    except BaseException:
        if not limit.passed:
            raise
    ended = perf_counter()
    if collect is not None:
        results = collect(ledger, results, began)
    ledger.close()
    (results,) = as_they_are([results])
    stopped = _late(ledger, seconds) if limit.passed or ended - began > seconds else None
    return Pass(ledger, results, stopped, salt, drifted(ahead, now, ended - began))


def _late(ledger: Ledger, seconds: float) -> str:
    """Return that a run did not end, and whether all that began wait, while the others did not begin."""
    late = f"the run did not end within {seconds:g} s"
    started = [task for task in ledger.tasks if task.started]
    if len(started) in (0, len(ledger.tasks)) or not all(task.suspended or task.finished for task in started):
        return late
    return (
        f"{late}: {len(started)} of {len(ledger.tasks)} tasks began, and all of these wait for others; a"
        " model that can have only so many tasks alive at once says how many in Traits.workers"
    )
