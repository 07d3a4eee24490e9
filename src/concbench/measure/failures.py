"""What an exception out of a model or workload means, as an outcome."""

import errno
import sys
import traceback
from collections.abc import Iterator
from typing import Any

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
    if isinstance(error, NotExpressible):
        return {"outcome": "not-expressible", "reason": error.reason, "at": None}
    if isinstance(error, Exhausted):
        return {"outcome": "exhausted", "reason": str(error), "at": error.at}
    if isinstance(error, RecursionError):
        limit = sys.getrecursionlimit()
        return {"outcome": "exhausted", "reason": f"the recursion limit of {limit} frames", "at": limit}
    if isinstance(error, MemoryError):
        return {"outcome": "exhausted", "reason": "out of memory", "at": None}
    if isinstance(error, OSError) and is_out_of(error):
        return {"outcome": "exhausted", "reason": str(error), "at": None}
    return None
