"""Watching ``blocking``: plain calls, which report through the primitives that suspend them.

A thread blocks inside a primitive that it calls, and the interpreter does not show when: of bare tasks no
suspension is seen.
"""

import gc
import sys
import threading
from collections.abc import Callable, Collection
from functools import partial
from types import CodeType, FrameType
from typing import Any

from concbench.measure.ledger import Ledger
from concbench.measure.watching.base import Alive, Watching, own_code
from concbench.models.base import Factory
from concbench.promised import INSIDE, QUEUED


def frames_on_stack(file: str) -> int:
    """Return how many frames of ``file`` the calling thread stands on."""
    frame = sys._getframe(1)
    count = 0
    while frame is not None:
        count += frame.f_code.co_filename == file
        frame = frame.f_back  # type: ignore[assignment]
    return count


def stands_on(frame: FrameType | None, codes: Collection[CodeType]) -> bool:
    """Say whether one of these codes is at work on the stack that ends in a frame."""
    while frame is not None:
        if frame.f_code in codes:
            return True
        frame = frame.f_back
    return False


def _suspending(ledger: Ledger, file: str, block: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a primitive that may block, so that a task that calls it is suspended meanwhile."""

    def watched(*args: Any, **named: Any) -> Any:
        index = ledger.running()
        if index is None:
            return block(*args, **named)
        ledger.suspend(index, frames_on_stack(file))
        try:
            return block(*args, **named)
        finally:  # a greenlet may go on by what was raised in it
            ledger.resume(index, None)

    return watched


class _WatchedLock:
    """A lock whose acquiring is reported; ``suspending`` wraps what may block."""

    def __init__(self, inner: Any, suspending: Callable[..., Any]) -> None:
        self.inner = inner
        self.acquire = suspending(inner.acquire)
        self.release = inner.release
        self._enter = suspending(inner.__enter__)

    def __enter__(self) -> Any:
        return self._enter()

    def __exit__(self, *raised: object) -> Any:
        return self.inner.__exit__(*raised)


class _WatchedCondition:
    """A condition whose waiting is reported."""

    def __init__(self, inner: Any, suspending: Callable[..., Any]) -> None:
        self.wait = suspending(inner.wait)
        self.notify = inner.notify
        self.notify_all = inner.notify_all


class _WatchedSemaphore:
    """A semaphore that reports who is inside, and whose entering is a suspension."""

    def __init__(self, ledger: Ledger, inner: Any, suspending: Callable[..., Any]) -> None:
        self._ledger, self._inner = ledger, inner
        self._enter = suspending(inner.__enter__)

    def __enter__(self) -> Any:
        entered = self._enter()
        self._ledger.event(self._ledger.running(), INSIDE, 1)
        return entered

    def __exit__(self, *raised: object) -> Any:
        self._ledger.event(self._ledger.running(), INSIDE, -1)
        return self._inner.__exit__(*raised)


def _watched_queue(ledger: Ledger, inner: tuple[Any, Any], suspending: Callable[..., Any]) -> tuple[Any, Any]:
    """Return the methods of a queue that report what is in it, and that are suspensions."""
    inner_put, inner_get = map(suspending, inner)

    def put(item: Any) -> None:
        inner_put(item)
        ledger.event(ledger.running(), QUEUED, 1)

    def get() -> Any:
        item = inner_get()
        ledger.event(ledger.running(), QUEUED, -1)
        return item

    return put, get


class Blocking(Watching):
    """Plain calls, each in a thread."""

    shows = ("always", "run")
    current = staticmethod(threading.current_thread)

    def task(self, ledger: Ledger, _file: str, index: int, factory: Factory) -> Any:
        """Run the task."""
        ledger.spawn(index)
        ledger.start(index, factory)
        try:
            result = factory()
        except BaseException:
            ledger.cancelled(index)
            raise
        return ledger.finish(index, result)

    def primitives(self, ledger: Ledger, file: str, rt: Any) -> dict[str, Any]:
        """Return primitives that report suspensions, and what watches children, semaphores and queues."""
        suspending = partial(_suspending, ledger, file)
        return super().primitives(ledger, file, rt) | {
            "sleep": suspending(rt.sleep),
            "Lock": lambda: _WatchedLock(rt.Lock(), suspending),
            "Condition": lambda lock: _WatchedCondition(rt.Condition(lock.inner), suspending),
            "Semaphore": lambda value: _WatchedSemaphore(ledger, rt.Semaphore(value), suspending),
            "queue": lambda capacity: _watched_queue(ledger, rt.queue(capacity), suspending),
        }

    def alive(self, codes: Collection[CodeType]) -> Alive:
        """Return how many threads and greenlets have one of these codes on their stack.

        A greenlet has its frame as long as another one runs in its thread, and none before it starts: one
        that was made and is to start is a task, too.
        """
        running = sum(stands_on(frame, codes) for frame in sys._current_frames().values())
        library: Any = sys.modules.get("greenlet")
        if library is None:
            return Alive(running, running)
        now, kind = library.getcurrent(), library.greenlet
        others = [one for one in gc.get_objects() if issubclass(type(one), kind) and one is not now]
        started = running + sum(stands_on(one.gr_frame, codes) for one in others)
        return Alive(started + sum(one.gr_frame is None and not one.dead for one in others), started)

    def code_of(self, factory: Factory) -> Any:
        """Return the code of the function that is the task."""
        return own_code(factory)

    def goes_on(self, _subject: Any, _instruction: int) -> bool:
        """Say that a call that has returned is over."""
        return False


WATCHING = Blocking("blocking")
