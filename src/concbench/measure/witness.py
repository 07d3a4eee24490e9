"""The witness: run a cell instrumented, and hold what truly happened against what the workload promises.

The *watched* pass wraps every task of a run and enters what each does in a ledger. The *unwatched* pass runs
the workload exactly as a timed sample would, several batches one after another with native primitives and
unwrapped factories, and fills a ledger for each from the interpreter's profiling hook: a model that behaves
only when it sees its tasks wrapped, or only in the first run of a sample, falls short there. Neither pass is
ever timed.

What no witness can see is listed in docs/VERIFYING.md.
"""

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from concbench.crowding import too_few
from concbench.measure.checks import EVERY_CHECK, check_reported, check_truth, check_unwatched, said_of
from concbench.measure.execution import Cell, WrongResult
from concbench.measure.hook import SEES_ALL_THREADS, others, require_seen, running_threads
from concbench.measure.ledger import Ledger
from concbench.measure.owncounts import own_counts
from concbench.measure.passes import SAMPLE, Pass, new_ledger, unwatched_pass, watched_pass
from concbench.measure.probe import is_there
from concbench.measure.salting import reported_by, wrong_with
from concbench.traits import traits_of
from concbench.workloads.base import NotExpressible

LOOKS = 5
"""How often a pass is made, at most, by which nothing is wrong but the times that tasks have ``reported``.

A busy machine may take the CPU away from an honest task between its look at the clock and its end, for as
long as others want it, but hardly so in each of as many passes; who makes times up does so in all."""

S = TypeVar("S")


class WrongHelpers(WrongResult):
    """Tasks ran in processes whose CPU time and memory would be in no figure."""

    check = "helpers"


@dataclass(frozen=True, slots=True)
class Testimony:
    """What the witness saw: counts, by unit and by themselves, and for each check None or what is wrong."""

    tasks: int
    suspensions: int
    peak_live: int
    counts: Mapping[str, int] = field(default_factory=dict)
    checks: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def failures(self) -> dict[str, str]:
        """The checks that failed, with what they say."""
        return {name: message for name, message in self.checks.items() if message is not None}


def bear_witness(
    cell: Cell,
    *,
    seconds: float = 60.0,
    without: Collection[str] = (),
    keep: Callable[[Pass], object] = lambda _run: None,
    most: int = SAMPLE,
) -> Testimony:
    """Run a cell watched and unwatched, and return what the checks say, but for those ``without``.

    ``keep`` is given each unwatched run that ended in time, of which there are ``most``.
    Must be called in the main thread: a run that takes longer than ``seconds`` is interrupted there, and
    fails the check ``completed``; it has no results to judge, and no other run follows it. The session
    is of no use after that: an event loop that was interrupted in a step may wait for ever, even to close.
    Raises NotExpressible, WrongFactories, Unwitnessable, WrongHelpers, and whatever model or tasks raise.
    """
    require_workers(cell)
    (watched, counts), said = _held_against(partial(_run_watched, cell, seconds), partial(_checked, cell))
    if watched.stopped is None:
        look = partial(_runs_unwatched, cell, seconds, watched.ledger, keep, most)
        check = partial(_checked_unwatched, cell, without=without, unnamed=len(watched.ledger.unnamed))
        for name, message in _held_against(look, check)[1].items():
            said[name] = said.get(name) or (message if name == "unwatched" else _unwatched(message))
    kept = {name: message for name, message in said.items() if name not in without}
    if all(message is None for message in kept.values()):
        require_named(cell, watched.ledger)
        counts |= own_counts(cell.workload, cell.params, watched.ledger)
    return _testimony(watched.ledger, kept, counts)


def _held_against(
    look: Callable[[], S], check: Callable[[S], dict[str, str | None]]
) -> tuple[S, dict[str, str | None]]:
    """Make a pass, and return it with what the checks say; the last one, where only ``reported`` fails."""
    for _ in range(LOOKS):
        seen = look()
        said = check(seen)
        if {name for name, message in said.items() if message is not None} != {"reported"}:
            break
    return seen, said


def _run_watched(cell: Cell, seconds: float) -> tuple[Pass, dict[str, int]]:
    """Return the watched pass, and what it counted before any promise of others' looks at it."""
    watched = watched_pass(cell, seconds, new_ledger(cell.model))
    return watched, _counts(watched.ledger)


def _checked(cell: Cell, seen: tuple[Pass, dict[str, int]]) -> dict[str, str | None]:
    return checked(cell, seen[0])


def _runs_unwatched(
    cell: Cell, seconds: float, watched: Ledger, keep: Callable[[Pass], object], most: int
) -> list[Pass]:
    """Return the runs of the unwatched pass; raises Unwitnessable where nobody could look into one."""
    running = running_threads(watched)
    runs = unwatched_pass(cell, seconds, most=most, anew=bool(running) and not SEES_ALL_THREADS)
    for run in runs:
        if run.stopped is None:
            require_seen(run.ledger, watched, running)
            keep(run)
    return runs


def look_again(cell: Cell, *, seconds: float = 60.0) -> Testimony:
    """Run a cell once, unwatched, in a process that has timed it, and return what the checks say.

    A model that was honest only at first falls short here. So does one whose tasks run in older threads,
    where this Python cannot look into them: there a session that is opened for the look decides. The rest is
    as in ``bear_witness``.
    """
    unwatched, said = _held_against(
        partial(unwatched_pass, cell, seconds, most=1), partial(_checked_unwatched, cell)
    )
    failed = {name for name, message in said.items() if message is not None}
    if not SEES_ALL_THREADS and failed == {"unwatched"} and others():
        unwatched = unwatched_pass(cell, seconds, most=1, anew=True)
        said = _checked_unwatched(cell, unwatched)
    return _testimony(unwatched[0].ledger, said, _counts(unwatched[0].ledger))


def _checked_unwatched(
    cell: Cell, runs: Sequence[Pass], without: Collection[str] = (), unnamed: int | None = None
) -> dict[str, str | None]:
    """Return what each check says of the runs of an unwatched pass: of the first in which it fails.

    ``unnamed``: of how many tasks the model did not say whose they are, when they were watched.
    """
    promises, shows, said = cell.promise, cell.watching.shows, dict[str, str | None]()
    for run in runs:
        if cell.watching.elsewhere and any(task.started for task in run.ledger.tasks):
            run.ledger.early = "tasks ran in this very process, though the session has prepare"
        here = {"completed": run.stopped} | checked_results(cell, run)
        here["unwatched"] = check_unwatched(
            run.ledger, promises, shows=shows, without=without, unnamed=unnamed
        )
        for name, message in here.items():
            said[name] = said.get(name) or message
    return said


def require_workers(cell: Cell) -> None:
    """Raise NotExpressible where more tasks have to be alive at once than the model can have alive."""
    workers = traits_of(cell.model).workers
    if workers is not None and (why := too_few(workers, cell.promise.room, cell.model.name)):
        raise NotExpressible(why)


def require_named(cell: Cell, watched: Ledger) -> None:
    """Raise WrongHelpers where tasks ran in a process that is still there and that the session does not name.

    One that is gone was waited for, and has been counted with this one.
    """
    unnamed = watched.helpers - {os.getpid(), *cell.lent.helpers()}
    for pid in sorted(unnamed):
        if is_there(pid):
            raise WrongHelpers(
                f"tasks ran in process {pid}, which processes() of the session does not name, so its CPU time"
                " and memory would be in no figure"
            )


def checked(cell: Cell, watched: Pass) -> dict[str, str | None]:
    """Return what each check says of a watched run; there is no ``results`` for one that was stopped."""
    said: dict[str, str | None] = dict.fromkeys(EVERY_CHECK[: EVERY_CHECK.index("results")])
    said |= {"completed": watched.stopped} | said_of(watched.ledger, cell.promise)
    said |= checked_results(cell, watched)
    if watched.stopped is None and said["results"] is None:
        said["results"] = check_truth(watched.ledger, watched.results)
    return said


def checked_results(cell: Cell, done: Pass) -> dict[str, str | None]:
    """Return what is wrong with a run's results and the times in them; nothing for one that was stopped."""
    if done.stopped is not None:
        return {}
    wrong = wrong_with(cell.workload, done.results, cell.params, done.salt)
    reported = reported_by(cell.workload)
    if wrong is not None or reported is None:
        return {"results": wrong, "reported": None}
    if not isinstance(done.clock, float):
        return {"results": None, "reported": done.clock}
    said = [reported(result) for result in done.results]
    ours = [(began - done.clock, woke - done.clock) for began, woke in said]
    return {"results": None, "reported": check_reported(done.ledger, ours)}


def _counts(ledger: Ledger) -> dict[str, int]:
    tasks = sum(task.finished for task in ledger.tasks)
    return {"task": tasks, "suspension": sum(task.suspensions for task in ledger.tasks)}


def _testimony(ledger: Ledger, said: Mapping[str, str | None], counts: Mapping[str, int]) -> Testimony:
    return Testimony(counts["task"], counts["suspension"], ledger.peak_live, counts, said)


def _unwatched(message: str | None) -> str | None:
    return message and f"unwatched, {message}"
