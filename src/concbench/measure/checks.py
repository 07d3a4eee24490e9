"""The checks: each holds what a ledger says against what the workload promises.

A check returns None, or a sentence that says what was promised and what happened. They are data: the
tests take each away in turn and show that some cheat then goes unseen.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from concbench.measure.ledger import Ledger
from concbench.workloads.base import Promise

Check = Callable[[Ledger, Promise], str | None]

MAX_LAG = 2
"""Suspensions by which one task may be ahead of another where turns are promised: round robin keeps it
at 1, and a ring whose last threads have not started yet, or a library that shuffles each round, at 2."""


def _first(messages: Iterator[str]) -> str | None:
    return next(messages, None)


def _each_once(word: str) -> Check:
    def check(ledger: Ledger, promise: Promise) -> str | None:
        counts = [getattr(task, word) for task in ledger.tasks]
        if len(counts) != promise.tasks:
            return f"the workload made {len(counts)} task factories, and promises {promise.tasks}"
        return _first(
            f"task {index} was {word} {count} times instead of once"
            for index, count in enumerate(counts)
            if count != 1
        )

    return check


def check_owners(ledger: Ledger, _promise: Promise) -> str | None:
    """Every task is a task of the model's own, and stays the same one."""
    owners = {id(task.owner) for task in ledger.tasks}
    if len(owners) != len(ledger.tasks):
        return f"{len(ledger.tasks)} tasks ran in {len(owners)} tasks of the model"
    return _first(
        f"task {index} moved to another task of the model on its way"
        for index, task in enumerate(ledger.tasks)
        if task.strayed
    )


def check_overlap(ledger: Ledger, promise: Promise) -> str | None:
    """Enough tasks were alive at once."""
    if ledger.peak_live >= promise.overlap:
        return None
    return f"at most {ledger.peak_live} tasks were alive at once, not {promise.overlap}"


def check_gathered(ledger: Ledger, promise: Promise) -> str | None:
    """The keeper saw all parked tasks suspended."""
    if ledger.gathered == promise.gathered:
        return None
    return f"the keeper saw {ledger.gathered} suspended tasks, not {promise.gathered}"


def check_suspensions(ledger: Ledger, promise: Promise) -> str | None:
    """Every task suspended as often as promised."""
    wanted = promise.suspensions
    return _first(
        f"task {index} suspended {task.suspensions} times instead of {wanted}"
        for index, task in enumerate(ledger.tasks)
        if (task.suspensions != wanted if promise.exact else task.suspensions < wanted)
    )


def check_fairness(ledger: Ledger, promise: Promise) -> str | None:
    """Tasks took turns."""
    if not promise.fair or ledger.peak_lag <= MAX_LAG:
        return None
    return f"one task got {ledger.peak_lag} suspensions ahead of another; turns allow {MAX_LAG}"


def check_frames(ledger: Ledger, promise: Promise) -> str | None:
    """Suspended tasks stood on as many frames as promised."""
    if promise.frames is None:
        return None
    return _first(
        f"task {index} suspended on {sorted(task.frames)} frames instead of {promise.frames}"
        for index, task in enumerate(ledger.tasks)
        if task.frames != {promise.frames}
    )


def check_deadlines(ledger: Ledger, promise: Promise) -> str | None:
    """No task ended before its delay, less the tolerance, had passed since its start."""
    if promise.delays is None or len(promise.delays) != len(ledger.tasks):
        return None
    return _first(
        f"task {index} ended {task.end - task.start:.6f} s after its start; its delay is {delay:.6f} s"
        for index, (task, delay) in enumerate(zip(ledger.tasks, promise.delays, strict=True))
        if task.end - task.start < delay - promise.early
    )


CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "spawned": _each_once("spawned"),
        "started": _each_once("started"),
        "finished": _each_once("finished"),
        "owners": check_owners,
        "overlap": check_overlap,
        "gathered": check_gathered,
        "suspensions": check_suspensions,
        "fairness": check_fairness,
        "frames": check_frames,
        "deadlines": check_deadlines,
    }
)
"""The checks on a ledger. The witness adds three of its own: ``completed`` (the run ended in time and
raised nothing), ``results`` (the workload's judge) and ``unwatched`` (an unwrapped run did the same)."""
