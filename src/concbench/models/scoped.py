"""What trio and anyio lend: primitives under cancel scopes, which take the place of a timeout that raises."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from concbench.models.base import CoroutineRuntime
from concbench.models.capabilities import Capability


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopedRuntime(CoroutineRuntime):
    """``coroutine``, and ``with move_on_after(seconds) as scope:``, for wordings of these libraries' own.

    A time limit is entered by a plain ``with`` and raises nothing: ``scope.cancelled_caught`` says whether it
    was passed.
    """

    move_on_after: Callable[[float], Any]


SCOPED = frozenset(
    {
        Capability.SLEEP,
        Capability.SWITCH,
        Capability.EVENT,
        Capability.JOIN,
        Capability.SEMAPHORE,
        Capability.QUEUE,
        Capability.CANCEL,
        Capability.OFFLOAD,
    }
)
"""What they lend of the primitives that all coroutines may have."""
