"""The checks: each holds what a ledger says against what the workload promises.

A check returns None, or a sentence that says what was promised and what happened. They are data: the
tests take each away in turn and show that some cheat then goes unseen. So no check may repeat what
another one sees: ``started`` compares with ``spawned``, and ``finished`` with ``started``.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from concbench.measure.ledger import AHEAD, Ledger
from concbench.workloads.base import Promise

Check = Callable[[Ledger, Promise], str | None]

MAX_LAG = 2
"""Suspensions by which one task may be ahead of another where turns are promised: round robin keeps it
at 1, and a ring whose last threads have not started yet, or a library that shuffles each round, at 2."""

LARGEST_SHARE, LARGEST_SHARE_PREEMPTED = 0.02, 0.2
"""Of all suspensions, how many may bring a task ahead of another for a moment, or follow on a step of the
same task, beyond one for each task (whose turn may come as it starts). Threads may be preempted between a
hand-over and their report of it, and seem to be ahead: there the steps in a row alone are counted.

A library that shuffles each round (trio) lets the last task of one round be the first of the next. So beyond
all this one step in each round may follow on one of the same task: of T tasks with K suspensions each, K + T
and 2 % of T·K, which is 1/T of all steps and a bit more. A loop that reverses its order each round stays
below that, though it could save as many hand-overs."""

FEW = 3
"""Tasks from which on shares of them tell anything: of two tasks, one step in a row in each round is half of
all steps, and one that lost its CPU is half of the tasks."""

SKEW_S = 0.0002
"""How far (s) two clocks that are read one after the other may seem apart."""

HELD_UP_S = 0.002
"""How much (s) may lie, for half of the tasks, between what the ledger saw and what a task says of itself."""

LOST_CPU_S = 0.02
"""The same where there are so few tasks that one preemption decides: some slices of a busy machine's CPU."""


def _first(messages: Iterator[str]) -> str | None:
    return next(messages, None)


def check_spawned(ledger: Ledger, promise: Promise) -> str | None:
    """As many tasks as promised, and each was made exactly once, when the run had begun."""
    if ledger.early is not None:
        return ledger.early
    if len(ledger.tasks) != promise.tasks:
        return f"there were {len(ledger.tasks)} tasks; the workload promises {promise.tasks}"
    return _first(
        f"task {index} was spawned {task.spawned} times instead of once"
        for index, task in enumerate(ledger.tasks)
        if task.spawned != 1
    )


def check_started(ledger: Ledger, _promise: Promise) -> str | None:
    """Every task that was spawned took its first step."""
    return _first(
        f"task {index} was spawned {task.spawned} times and started {task.started} times"
        for index, task in enumerate(ledger.tasks)
        if task.started != task.spawned
    )


def check_finished(ledger: Ledger, _promise: Promise) -> str | None:
    """Every task that was started had finished when the run returned."""
    return _first(
        f"task {index} was started {task.started} times and had finished {task.finished} times at the end"
        for index, task in enumerate(ledger.tasks)
        if task.finished != task.started
    )


def check_owners(ledger: Ledger, _promise: Promise) -> str | None:
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
    return _first(
        f"task {index} moved to another task of the model on its way"
        for index, task in enumerate(ledger.tasks)
        if task.strayed
    )


def check_overlap(ledger: Ledger, promise: Promise) -> str | None:
    """Enough tasks were alive at once."""
    if ledger.peak_live >= promise.overlap:
        return None
    return f"at most {ledger.peak_live} tasks were alive at once; the workload promises {promise.overlap}"


def check_gathered(ledger: Ledger, promise: Promise) -> str | None:
    """The keeper looked once, and saw all parked tasks suspended; where there is none, nobody looked."""
    if promise.gathered is None:
        return (
            f"somebody looked {ledger.looks} times, and the workload has no keeper" if ledger.looks else None
        )
    if not ledger.looks:
        return f"the keeper never looked; the workload promises {promise.gathered} suspended tasks"
    if ledger.looks > 1:
        return f"the keeper looked {ledger.looks} times instead of once"
    if ledger.gathered == promise.gathered:
        return None
    return f"the keeper saw {ledger.gathered} suspended tasks; the workload promises {promise.gathered}"


def check_suspensions(ledger: Ledger, promise: Promise) -> str | None:
    """Every task suspended as often as promised."""
    wanted = promise.suspensions
    return _first(
        f"task {index} suspended {task.suspensions} times instead of {wanted}"
        for index, task in enumerate(ledger.tasks)
        if (task.suspensions != wanted if promise.exact else task.suspensions < wanted)
    )


def check_fairness(ledger: Ledger, promise: Promise) -> str | None:
    """Tasks took turns: none far ahead, few ahead at all, few steps in a row beyond one in each round."""
    if not promise.fair:
        return None
    if ledger.peak_lag > MAX_LAG:
        return f"one task got {ledger.peak_lag} suspensions ahead of another; turns allow {MAX_LAG}"
    tasks, suspensions = len(ledger.tasks), sum(task.suspensions for task in ledger.tasks)
    few = tasks + (LARGEST_SHARE_PREEMPTED if ledger.preempted else LARGEST_SHARE) * suspensions
    if ledger.ahead > few and not ledger.preempted:
        return f"{ledger.ahead} of {suspensions} suspensions brought a task {AHEAD} ahead of another"
    shuffles = 0 if ledger.preempted else max((task.suspensions for task in ledger.tasks), default=0)
    if tasks >= FEW and ledger.repeats > shuffles + few:
        return f"{ledger.repeats} of {suspensions} steps followed on one of the same task, with others alive"
    return None


def check_frames(ledger: Ledger, promise: Promise) -> str | None:
    """Suspended tasks stood on as many frames as promised."""
    if promise.frames is None:
        return None
    return _first(
        f"task {index} suspended on {sorted(task.frames)} frames instead of {promise.frames}"
        for index, task in enumerate(ledger.tasks)
        if task.suspensions and task.frames != {promise.frames}
    )


def check_deadlines(ledger: Ledger, promise: Promise) -> str | None:
    """No task ended before its delay, less the tolerance, had passed since its start."""
    if promise.delays is None:
        return None
    return _first(
        f"task {index} ended {task.end - task.start:.6f} s after its start; its delay is {delay:.6f} s"
        for index, (task, delay) in enumerate(zip(ledger.tasks, promise.delays, strict=False))
        if task.finished and task.end - task.start < delay - promise.early
    )


CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "spawned": check_spawned,
        "started": check_started,
        "finished": check_finished,
        "owners": check_owners,
        "overlap": check_overlap,
        "gathered": check_gathered,
        "suspensions": check_suspensions,
        "fairness": check_fairness,
        "frames": check_frames,
        "deadlines": check_deadlines,
    }
)
"""The checks on the ledger of the watched pass."""

EVERY_CHECK = ("completed", *CHECKS, "results", "reported", "unwatched")
"""The names of all checks. The witness adds four of its own to those on a ledger: ``completed`` (the run
ended in time), ``results`` (they are right, and are what the tasks returned), ``reported`` (the times that
tasks report are those that the ledger saw) and ``unwatched`` (so did a run whose tasks nobody wrapped)."""


def check_unwatched(
    ledger: Ledger,
    promise: Promise,
    seen: Collection[str],
    chosen: Collection[str],
    unnamed: int | None = None,
) -> str | None:
    """Return the first of the ``chosen`` checks that fails on the ledger of the unwatched pass, or None.

    ``seen`` are those that hold for tasks that nobody wrapped.
    ``unnamed``: of so many tasks nobody said whose they are when they were watched (None: not known). Then it
    may be twice as many, since which of them it is may be chance.

    Nobody knows there which task is which (threads start in any order), so the shortest task is held
    against the shortest delay, and so on: where that fails, no order of the tasks keeps every deadline.
    """
    ledger.tasks.sort(key=lambda task: task.end - task.start)
    if promise.delays is not None:
        promise = replace(promise, delays=tuple(sorted(promise.delays)))
    said = ((name, CHECKS[name](ledger, promise)) for name in seen if name in chosen)
    wrong = _first(f"{name}: {message}" for name, message in said if message is not None)
    if wrong is None and "owners" in chosen and unnamed is not None and len(ledger.unnamed) > 2 * unnamed:
        return f"owners: {len(ledger.unnamed)} tasks ran in no task of the model, and {unnamed} when watched"
    return wrong


def check_truth(ledger: Ledger, results: Sequence[Any]) -> str | None:
    """Return which result of a watched run is not what its task returned, or None if all are."""
    return _first(
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
        if not median <= (HELD_UP_S if len(done) >= FEW else LOST_CPU_S):
            return f"half of the tasks say that they {what} {median:.6f} s or more from when they did"
    return None
