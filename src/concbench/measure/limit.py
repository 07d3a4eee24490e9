"""The limit: a run of the witness's that takes too long is interrupted, in the main thread."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any


class Stalled(BaseException):
    """A witnessed run did not end in time. (No Exception, so that a library does not take it for its own.)"""


@dataclass(slots=True)
class Limit:
    """A time limit in s, and whether it has passed."""

    seconds: float
    armed: bool = True
    passed: bool = False

    def ring(self, _signal: int, _frame: FrameType | None) -> None:
        """Interrupt whatever the main thread is doing."""
        if self.armed:
            self.passed = True
            raise Stalled


@contextmanager
def time_limit(limit: Limit) -> Iterator[None]:
    """Raise Stalled in the main thread, whatever it is doing, each time that the limit has passed again."""
    before: Callable[[int, FrameType | None], Any] | int | None = signal.signal(signal.SIGALRM, limit.ring)
    try:
        try:
            signal.setitimer(signal.ITIMER_REAL, limit.seconds, limit.seconds)
            yield
        finally:
            limit.armed = False
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
