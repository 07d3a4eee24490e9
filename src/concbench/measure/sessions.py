"""Sessions: what one lends is asked for once, and what its runs return is copied at once.

A session is the model's own code: to look at its ``rt`` or ``run`` may do the work of a run that is still
to be timed, and to let go of a ``run`` that was made for one sample may do it when the clock has stopped. So
both are asked for before there is anything to run, and kept until all that runs returned has been copied.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from concbench.models.base import Factory, Session


@dataclass(frozen=True, slots=True)
class Lent:
    """What a session lends: its primitives, and the way to run tasks to their end. It is a session itself."""

    rt: Any
    run: Callable[[Sequence[Factory]], list[Any]]


def lent_by(session: Session) -> Lent:
    """Return what a session lends; the same again for what was asked for before."""
    return session if type(session) is Lent else Lent(session.rt, session.run)


def as_they_are(returned: Sequence[Any]) -> list[Any]:
    """Return copies of the lists that runs returned, made at once: what comes in later came too late."""
    return [results.copy() if type(results) is list else results for results in returned]
