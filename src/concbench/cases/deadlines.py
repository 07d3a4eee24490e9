"""The longest that a task may take, counted from the beginning of its run: all tasks of a run begin at once.

What is timed has no limit around it: an alarm is set before it, and switched off after it. When it rings, the
main thread is interrupted whatever it does; what has not ended is told by its index and where it waits.
What swallows the interruption has failed all the same, and so has what hinders its model from being closed.
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


CLOSING_S = 5.0
"""What was late has so long to be torn down, left and closed; then that is interrupted, and once more."""


class Late(KeyboardInterrupt):
    """A run did not end in time. (Event loops let exceptions of this kind out of a task or callback.)"""


def _unfinished() -> set[asyncio.Task[Any]]:
    """Return the tasks of the event loop that is running, if one of asyncio's is."""
    try:
        return asyncio.all_tasks()
    except RuntimeError:
        return set()


def _heed(tasks: set[asyncio.Task[Any]]) -> None:
    """Look at what tasks have failed with, and let go of them: else asyncio says that nobody did.

    It says so when they are collected, in another test and with a traceback; that breaks ``ast.parse`` if the
    collector runs in there (CPython before 3.11.8), and pytest with it.
    """
    for task in tasks:
        if task.done() and not task.cancelled():
            task.exception()
    tasks.clear()


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
        self._interrupted: set[asyncio.Task[Any]] = set()
        self.cancels = False

    def noting(self, factories: Sequence[Factory], of_all: Sequence[Factory]) -> list[Factory]:
        """Return the factories of a watched run, which note what they make; ``of_all`` those of others."""
        self._factories = of_all
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
            if self.late is None:
                raise
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
            if other[0]:
                signal.setitimer(signal.ITIMER_REAL, max(SOON_S, other[0] + began - perf_counter()), other[1])
            _heed(self._interrupted)
        if self.late is not None:
            raise self.late from None

    def _ring(self, _signal: int, frame: FrameType | None) -> None:
        """Look what waits, and interrupt whatever the main thread is doing; again, if it goes on."""
        self._interrupted |= _unfinished()
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
        """Switch it off; after it has rung, set it for what is still to be closed."""
        if self.seconds is not None:
            closing_s = 0.0 if self.late is None else CLOSING_S
            signal.setitimer(signal.ITIMER_REAL, closing_s, closing_s)
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
            if not found and interrupted is None:
                self.late = self._said_of_run()
            else:
                self.late = self._said(found or [(None, told(backwards(interrupted)))])

    def cancel(self, task: "asyncio.Task[Any] | None") -> None:
        """Note the failure, and cancel the task that awaits the runs."""
        self.look(None)
        self.cancels = task is not None and task.cancel()

    def look_back(self) -> None:
        """Note the failure of runs that have ended, but too late, since nothing could ring meanwhile."""
        if self._began is not None and perf_counter() - self._began > self.allowed(self._number):
            self.late = self.late or self._said_of_run()

    def _said_of_run(self) -> WrongRun:
        return WrongRun(
            f"a run of {self._tasks} tasks took longer than {self.seconds:g} s, and nobody can tell which of "
            "them is late: something may have blocked the event loop"
        )

    def _said(self, found: Sequence[Place]) -> WrongRun:
        index, place = found[0]
        which = f"a task of {self._tasks}" if index is None else f"task {index} of {self._tasks}"
        more = f"; {len(found) - 1} more had not, either" if len(found) > 1 else ""
        return WrongRun(
            f"{which} had not ended {self.seconds:g} s after its run began: it is at {place}{more}"
        )


@contextmanager
def limited(deadline: Deadline, number: int) -> Iterator[None]:
    """Limit so many runs that the running task awaits: it is cancelled if they are late, and raises that.

    A loop that is blocked does not cancel it; so it is looked once more when they have ended.
    """
    if deadline.seconds is None:
        yield
        return
    try:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
    except RuntimeError:
        raise Refused("timeout= in a test that is a coroutine function needs asyncio's loop") from None

    deadline.begin(number)
    handle = loop.call_later(deadline.allowed(number), deadline.cancel, task)
    try:
        yield
        deadline.look_back()
    except BaseException:
        if deadline.late is None:
            raise
    finally:
        handle.cancel()
        deadline.forget()
    if deadline.late is not None:
        if task is not None and deadline.cancels:
            task.uncancel()
        raise deadline.late from None
