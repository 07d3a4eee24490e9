"""The longest that a task may take, counted from the beginning of its run: all tasks of a run begin at once.

What is timed has no limit around it: an alarm is set before it, and switched off after it. When it rings, the
main thread is interrupted whatever it does; what has not ended is told by its index and where it waits.
"""

import asyncio
import gc
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter
from types import CoroutineType, FrameType, GeneratorType
from typing import Any

from concbench.cases.checking import WrongRun
from concbench.cases.functions import Refused
from concbench.cases.waiting import Place, backwards, in_models, in_threads, told, where
from concbench.models.base import Factory

SLOWER = 10
"""A run may take so many times as long as the fastest did, where several are made together."""


SOON_S = 0.001
"""An alarm of somebody else's that would have rung meanwhile rings so long after ours has been put away."""

COLLECTING = 3
"""The garbage collector may take so many times as long as it did just now."""


class Late(KeyboardInterrupt):
    """A run did not end in time. (Event loops let exceptions of this kind out of a task or callback.)"""


class Deadline:
    """The alarm of a case. ``seconds`` is the most that a task may take; with None nothing is limited."""

    def __init__(self, seconds: float | None, tasks: int) -> None:
        given: Any = seconds
        if given is not None and not (type(given) in (int, float) and given > 0):
            raise Refused(f"timeout= takes seconds, more than 0, not {seconds!r}")
        self.seconds, self._tasks = seconds, tasks
        self._number, self._run_s = 1, 0.0
        self._began: float | None = None
        self.made: dict[int, tuple[int, Any]] = {}
        self._factories: Sequence[Factory] = ()
        self.late: WrongRun | None = None

    def noting(self, factories: Sequence[Factory]) -> list[Factory]:
        """Return the factories of a watched run, which note what they make; these are those of all runs."""
        self._factories = factories
        if self.seconds is None:
            return list(factories)
        return [self._noting(index, factory) for index, factory in enumerate(factories)]

    def _noting(self, index: int, factory: Factory) -> Factory:
        def noted() -> Any:
            thread = threading.get_ident()
            self.made[index] = thread, None  # a plain function is the task itself, in its thread
            made = factory()
            if isinstance(made, CoroutineType | GeneratorType):
                self.made[index] = thread, made
            else:
                del self.made[index]
            return made

        return noted

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Have the signal of the alarm; make a failure of what it interrupts, that says what waits."""
        if self.seconds is None:
            yield
            return
        if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "SIGALRM"):
            raise Refused("timeout= needs the main thread of a Unix process, whose alarm it sets")
        other, began = signal.getitimer(signal.ITIMER_REAL), perf_counter()  # pytest-timeout's, say
        before: Any = signal.signal(signal.SIGALRM, self._ring)
        try:
            yield
        except BaseException:
            if self.late is not None:
                raise self.late from None
            raise
        finally:
            self.disarm()
            signal.signal(signal.SIGALRM, before)
            if other[0]:
                signal.setitimer(signal.ITIMER_REAL, max(SOON_S, other[0] + began - perf_counter()), other[1])

    def _ring(self, _signal: int, frame: FrameType | None) -> None:
        """Look what waits, and interrupt whatever the main thread is doing; again, if it goes on."""
        self.look(frame)
        raise Late

    def arm(self, number: int | None = None, spare_s: float = 0.0) -> None:
        """Set the alarm for so many runs; for as many as last time if that is not said."""
        if self.seconds is not None:
            self.begin(self._number if number is None else number)
            signal.setitimer(signal.ITIMER_REAL, self.allowed(self._number) + spare_s, 1.0)

    def arm_after_collecting(self, number: int) -> None:
        """Set it before runs before which the garbage collector runs, which takes what it takes just now."""
        if self.seconds is not None:
            began = perf_counter()
            gc.collect()
            self.arm(number, spare_s=COLLECTING * (perf_counter() - began))

    def begin(self, number: int) -> None:
        """Note when so many runs begin."""
        self._number, self._began = number, perf_counter()

    def allowed(self, number: int) -> float:
        """Return how long so many runs may take, in s."""
        seconds = self.seconds or 0.0
        return seconds + (number - 1) * min(seconds, SLOWER * self._run_s)

    def disarm(self) -> None:
        """Switch it off."""
        if self.seconds is not None:
            signal.setitimer(signal.ITIMER_REAL, 0)
            self.forget()

    def forget(self) -> None:
        """Let go of what a watched run has made, and remember how long the fastest run took."""
        self.made.clear()
        if self._began is not None:
            run_s = (perf_counter() - self._began) / self._number
            self._run_s = min(run_s, self._run_s or run_s)
            self._began = None

    def look(self, interrupted: FrameType | None) -> None:
        """Note the failure: which task has not ended, and where it waits."""
        if self.late is None:
            made = sorted(self.made.items())
            found: list[Place] = [
                (index, place) for index, one in made if (place := where(*one, interrupted))
            ]
            found = found or [*in_threads(interrupted), *in_models(self._factories, interrupted)]
            self.late = self._said(found or [(None, told(backwards(interrupted)))])

    def _said(self, found: Sequence[Place]) -> WrongRun:
        index, place = found[0]
        which = f"a task of {self._tasks}" if index is None else f"task {index} of {self._tasks}"
        more = f"; {len(found) - 1} more had not, either" if len(found) > 1 else ""
        return WrongRun(
            f"{which} had not ended {self.seconds:g} s after its run began: it is at {place}{more}"
        )


@contextmanager
def limited(deadline: Deadline, number: int) -> Iterator[None]:
    """Limit so many runs that the running task awaits: it is cancelled if they are late, and raises that."""
    if deadline.seconds is None:
        yield
        return
    try:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
    except RuntimeError:
        raise Refused("timeout= in a test that is a coroutine function needs asyncio's loop") from None

    def expire() -> None:
        deadline.look(None)
        if task is not None:
            task.cancel()

    deadline.begin(number)
    handle = loop.call_later(deadline.allowed(number), expire)
    try:
        yield
    except BaseException:
        if deadline.late is None or task is None:
            raise
        task.uncancel()
        raise deadline.late from None
    finally:
        handle.cancel()
        deadline.forget()
