"""Sessions: what one lends is asked for once, and what its runs return is copied at once.

A session is the model's own code: to look at its ``rt`` or ``run`` may do the work of a run that is still
to be timed, and to let go of a ``run`` that was made for one sample may do it when the clock has stopped. So
both are asked for before there is anything to run, and kept until all that runs returned has been copied.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from concbench.models.base import Factory, Model, Session
from concbench.words import shown


@dataclass(frozen=True, slots=True)
class Lent:
    """What a session lends: its primitives, and the way to run tasks to their end. It is a session itself."""

    rt: Any
    run: Callable[[Sequence[Factory]], list[Any]]


def opening(model: Model) -> AbstractContextManager[Session]:
    """Return what opens a session of a model; raises TypeError, in words, for what is no context manager."""
    opened = model.open()
    if not hasattr(type(opened), "__enter__") or not hasattr(type(opened), "__exit__"):
        raise TypeError(
            f"open of {model.name} must return a context manager, and returned {shown(opened)}; above a "
            "generator function that is @contextlib.contextmanager"
        )
    return opened


def lent_by(session: Session) -> Lent:
    """Return what a session lends; the same again for what was asked for before."""
    return session if type(session) is Lent else Lent(session.rt, session.run)


def as_they_are(returned: Sequence[Any]) -> list[Any]:
    """Return copies of the lists that runs returned, made at once: what comes in later came too late."""
    return [results.copy() if type(results) is list else results for results in returned]
