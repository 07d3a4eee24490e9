"""Outcomes: the one way to say why a cell has no figures, and what an exception out of foreign code means."""

import errno
import sys
import traceback
from collections.abc import Iterator
from typing import Any

from concbench.measure.hook import Unwitnessable
from concbench.measure.salting import Unusable, WrongFactories
from concbench.models.base import Exhausted
from concbench.places import worded
from concbench.words import cut, error_told, error_words, shown
from concbench.workloads.base import NotExpressible

MOST_TASKS = 1 << 40

PORTS = {errno.EADDRNOTAVAIL, errno.EADDRINUSE}
"""What the system says when all its ports are in use, to who connects and to who listens on any."""

OUT_OF = {errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN, errno.ENOBUFS} | PORTS


NO_THREAD = "can't start new thread"
"""What Python says where the system gives a process no more of them."""


def is_out_of(error: OSError) -> bool:
    """Say whether the system refused because something it shares out is used up."""
    return error.errno in OUT_OF


def outcome(outcome: str, reason: str, at: int | None = None) -> dict[str, Any]:
    """Return an outcome: ``outcome``, ``reason``, ``at`` (a count of tasks, or None).

    A reason that fills pages is cut: a judge may show results, and results may be long.
    """
    return {"outcome": outcome, "reason": cut(reason), "at": at}


def members(error: BaseException) -> Iterator[BaseException]:
    """Yield ``error``, or what an exception group holds, however deeply."""
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from members(inner)
    else:
        yield error


def behind(error: BaseException) -> Iterator[BaseException]:
    """Yield why the system refused, where a library raises an OSError of its own that does not say it."""
    for one in members(error):
        if isinstance(one, OSError) and one.errno is None and one.__cause__ is not None:
            yield from members(one.__cause__)


def outcome_of(error: BaseException) -> dict[str, Any]:
    """Return the outcome that ``error`` stands for.

    That of a crash names the line that raised it, where that is not ours, and has ``last_words``.
    """
    for one in (*members(error), *behind(error)):
        known = _known(one)
        if known is not None:
            return known
    last = next(members(error))
    words = "".join(traceback.format_exception(error))[-4000:]
    return outcome("crashed", told(last)) | {"last_words": words}


def told(error: BaseException) -> str:
    """Return an exception's type and words, and the line that raised it, where that is not ours.

    Of what a function of a workload raised, the function is named, too.
    """
    if isinstance(error, Unusable) and error.__cause__ is not None:
        return f"{error} raised {told(error.__cause__)}"
    return worded(error, error_told(error))


def _exhausted(error: Exhausted) -> dict[str, Any]:
    """Return the outcome of a model that ran out of something, if it says at how many tasks."""
    at = getattr(error, "at", None)
    if type(at) is int and 0 <= at <= MOST_TASKS:
        return outcome("exhausted", error_words(error), at)
    where = f"at={shown(at, 40)} where the count of live tasks has to be"
    return outcome(
        "crashed",
        f"Exhausted: {error_words(error)} ({where})",
    )


def _known(error: BaseException) -> dict[str, Any] | None:
    known: dict[str, Any] | None = None
    match error:
        case Unwitnessable():
            known = outcome("unavailable", f"cannot be witnessed: {error_words(error)}")
        case WrongFactories():
            known = outcome("invalid", f"spawned: {error_words(error)}")
        case NotExpressible():
            known = outcome("not-expressible", error_words(error, lambda one: one.reason))
        case Exhausted():
            known = _exhausted(error)
        case RecursionError():
            limit = sys.getrecursionlimit()
            known = outcome("exhausted", f"the recursion limit of {limit} frames", limit)
        case MemoryError():
            known = outcome("exhausted", "out of memory")
        case RuntimeError() if str(error) == NO_THREAD:
            known = outcome("exhausted", f"the system gives no more threads (ulimit -u): {NO_THREAD}")
        case OSError() if is_out_of(error):
            known = outcome("exhausted", error_words(error))
    return known
