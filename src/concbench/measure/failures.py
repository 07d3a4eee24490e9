"""What an exception out of a model or workload means, as an outcome."""

import errno
import sys
import traceback
from collections.abc import Iterator
from typing import Any

from concbench.measure.hook import Unwitnessable
from concbench.models.base import Exhausted
from concbench.workloads.base import NotExpressible

OUT_OF = {errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN, errno.ENOBUFS}


def is_out_of(error: OSError) -> bool:
    """Say whether the system refused because something it shares out is used up."""
    return error.errno in OUT_OF


def members(error: BaseException) -> Iterator[BaseException]:
    """Yield ``error``, or what an exception group holds, however deeply."""
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from members(inner)
    else:
        yield error


def outcome_of(error: BaseException) -> dict[str, Any]:
    """Return the outcome that ``error`` stands for: ``outcome``, ``reason``, ``at`` (a count, or None)."""
    for one in members(error):
        known = _known(one)
        if known is not None:
            return known
    last = next(members(error))
    return {
        "outcome": "crashed",
        "reason": f"{type(last).__name__}: {last}",
        "at": None,
        "last_words": "".join(traceback.format_exception(error))[-4000:],
    }


def _known(error: BaseException) -> dict[str, Any] | None:
    known: dict[str, Any] | None = None
    match error:
        case Unwitnessable():
            known = {"outcome": "unavailable", "reason": f"cannot be witnessed: {error}", "at": None}
        case NotExpressible():
            known = {"outcome": "not-expressible", "reason": error.reason, "at": None}
        case Exhausted():
            known = {"outcome": "exhausted", "reason": str(error), "at": error.at}
        case RecursionError():
            limit = sys.getrecursionlimit()
            known = {"outcome": "exhausted", "reason": f"the recursion limit of {limit} frames", "at": limit}
        case MemoryError():
            known = {"outcome": "exhausted", "reason": "out of memory", "at": None}
        case OSError() if is_out_of(error):
            known = {"outcome": "exhausted", "reason": str(error), "at": None}
    return known
