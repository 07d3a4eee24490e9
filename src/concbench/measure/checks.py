"""The checks: what every run has to do, and what the workload promises of this one.

A check returns None, or a sentence that says what was promised and what happened. The tests take each away in
turn and show that some cheat then goes unseen. So no check may repeat what another one sees: ``started``
compares with ``spawned``, and ``finished`` with ``started``.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

from concbench.measure.ledger import Ledger
from concbench.measure.salting import asked
from concbench.promised import Promised, Shows, first
from concbench.promises import KNOWN, Spawned
from concbench.promising import Promises
from concbench.words import shown

Check = Callable[[Ledger], str | None]

SKEW_S = 0.0002
"""How far (s) two clocks that are read one after the other may seem apart."""

HELD_UP_S = 0.002
"""How much (s) may lie, for half of the tasks, between what the ledger saw and what a task says of itself.

Who loses the CPU in between is held up for longer. Of one task or two that is half of them, so the witness
makes a pass again that fails by nothing else (``LOOKS``)."""


def check_started(ledger: Ledger) -> str | None:
    """Every task that was spawned took its first step."""
    return first(
        f"task {index} was spawned {task.spawned} times and started {task.started} times"
        for index, task in enumerate(ledger.tasks)
        if task.started != task.spawned
    )


def check_finished(ledger: Ledger) -> str | None:
    """Every task that was started had finished when the run returned."""
    return first(
        f"task {index} was started {task.started} times and had finished {task.finished} times at the end"
        for index, task in enumerate(ledger.tasks)
        if task.finished != task.started
    )


def check_owners(ledger: Ledger) -> str | None:
    """Every task is a task of the model's own, and stays it; in a pool one may follow another."""
    owners = [task.owner for task in ledger.tasks if task.started]
    if len(set(owners)) != len(owners) and not ledger.reuses:
        return f"{len(owners)} tasks ran in {len(set(owners))} tasks of the model"
    beside = next((index for index, task in enumerate(ledger.tasks) if task.beside), None)
    if beside is not None:
        return (
            f"task {beside} was started in a task of the model in which another was still at work; if the "
            "model has tasks of its own, Model.current says which one runs"
        )
    return first(
        f"task {index} moved to another task of the model on its way"
        for index, task in enumerate(ledger.tasks)
        if task.strayed
    )


CHECKS: Mapping[str, Check] = MappingProxyType(
    {"started": check_started, "finished": check_finished, "owners": check_owners}
)
"""What every run has to do, whatever its workload promises."""

_PROMISED = (name for name in KNOWN if name != Spawned.name)
EVERY_CHECK = ("completed", Spawned.name, *CHECKS, *_PROMISED, "results", "reported", "unwatched")
"""The names of all checks, but for those of a workload's own promises. Beside what stands on a ledger the
witness checks that the run is ``completed`` in time, that its ``results`` are right and those of its tasks,
that the times that tasks have ``reported`` are those that the ledger saw, and that an ``unwatched`` run did
the same, whose tasks nobody wrapped."""


def said_of(ledger: Ledger, promises: Promises) -> dict[str, str | None]:
    """Return what each check says of a ledger, that of the number of tasks first."""
    said: dict[str, str | None] = {}
    for name, check in _checks_on(promises.each, CHECKS):
        said[name] = said.get(name) or check(ledger)
    return said


def _checks_on(promises: Sequence[Promised], others: Mapping[str, Check]) -> list[tuple[str, Check]]:
    """Return checks on a ledger, with their names: how many tasks there are decides what the rest mean."""
    ordered = sorted(promises, key=lambda one: not isinstance(one, Spawned))
    kept: list[tuple[str, Check]] = [(one.name, partial(_told_by, one)) for one in ordered]
    return [*kept[:1], *others.items(), *kept[1:]]


def _told_by(promise: Promised, ledger: Ledger) -> str | None:
    """Return what a promise says of a ledger; raises TypeError where that is not words, or None.

    Raises Unusable where it raises.
    """
    message: str | None = asked(f"broken of {shown(promise)}", promise.broken, ledger)
    if message is None or type(message) is str:
        return message
    raise TypeError(f"broken of {shown(promise)} must return text, or None, not {shown(message)}")


def check_unwatched(
    ledger: Ledger,
    promises: Promises,
    *,
    shows: Collection[Shows],
    without: Collection[str] = (),
    unnamed: int | None = None,
) -> str | None:
    """Return the first check, but for those ``without``, that fails on the unwatched pass's ledger, or None.

    ``shows`` is what is seen there of tasks.
    ``unnamed``: of so many tasks nobody said whose they are when they were watched (None: not known). Then it
    may be twice as many, since which of them it is may be chance.

    Nobody knows there which task is which (threads start in any order), so the shortest task is held
    against the shortest delay, and so on: where that fails, no order of the tasks keeps every deadline.
    """
    ledger.tasks.sort(key=lambda task: task.end - task.start)
    told = [_of_nobody(one) for one in promises.each if one.shows in shows]
    checks = _checks_on(told, CHECKS if "run" in shows else {})
    said = ((name, check(ledger)) for name, check in checks if name not in without)
    wrong = first(f"{name}: {message}" for name, message in said if message is not None)
    unknown = 0 if unnamed is None or "owners" in without else len(ledger.unnamed)
    if wrong is None and unknown > 2 * (unnamed or 0):
        return f"owners: {unknown} tasks ran in no task of the model, and {unnamed} when watched"
    return wrong


def _of_nobody(promise: Promised) -> Promised:
    told: object = promise.of_nobody()
    if isinstance(told, Promised):
        return told
    raise TypeError(f"of_nobody of {shown(promise)} must return a promise, not {shown(told)}")


def check_truth(ledger: Ledger, results: Sequence[Any]) -> str | None:
    """Return which result of a watched run is not what its task returned, or None if all are."""
    return first(
        f"the model says that task {index} returned {result!r}; it returned {task.result!r}"
        for index, (task, result) in enumerate(zip(ledger.tasks, results, strict=False))
        if task.finished and result is not task.result and result != task.result
    )


def check_reported(ledger: Ledger, said: Sequence[tuple[float, float]]) -> str | None:
    """Return how the times (s, of the ledger's clock) that tasks report differ from what the ledger saw.

    ``said`` holds when each task says that it began to sleep and went on. Both lie between its start and its
    end, and for half of the tasks close to them. All are compared in order of time: nobody knows in an
    unwatched pass which task is which, and where sorted values contradict each other, no order fits.
    """
    done = [task for task in ledger.tasks if task.finished]
    if len(done) != len(said):
        return None  # other checks say so
    gaps = {}
    for what, seen, told, sign in (
        ("began to sleep", [task.start for task in done], [began for began, _ in said], 1),
        ("went on", [task.end for task in done], [woke for _, woke in said], -1),
    ):
        gaps[what] = [sign * (own - ours) for own, ours in zip(sorted(told), sorted(seen), strict=True)]
    for what, inside in gaps.items():
        least, median = min(inside), sorted(inside)[len(inside) // 2]
        if not least >= -SKEW_S:
            return f"a task says that it {what} {-least:.6f} s outside of the time in which it was seen"
        if not median <= HELD_UP_S:
            return f"half of the tasks say that they {what} {median:.6f} s or more from when they did"
    return None
