"""Watching ``blocking``: plain calls, which report through the primitives that suspend them.

A thread blocks inside a primitive that it calls, and the interpreter does not show when: of bare tasks no
suspension is seen.
"""

import sys
import threading
from collections.abc import Callable
from dataclasses import fields, replace
from functools import partial
from typing import Any

from concbench.measure.ledger import Ledger
from concbench.measure.watching.base import Watching, own_code
from concbench.models.base import Factory


def frames_on_stack(file: str) -> int:
    """Return how many frames of ``file`` the calling thread stands on."""
    frame = sys._getframe(1)
    count = 0
    while frame is not None:
        count += frame.f_code.co_filename == file
        frame = frame.f_back  # type: ignore[assignment]
    return count


def _suspending(ledger: Ledger, file: str, block: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a primitive that may block, so that a task that calls it is suspended meanwhile."""

    def watched(*args: Any, **named: Any) -> Any:
        index = ledger.running()
        if index is None:
            return block(*args, **named)
        ledger.suspend(index, frames_on_stack(file))
        result = block(*args, **named)
        ledger.resume(index, None)
        return result

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


class Blocking(Watching):
    """Plain calls, each in a thread."""

    shows = ("always", "run")
    current = staticmethod(threading.current_thread)

    def task(self, ledger: Ledger, _file: str, index: int, factory: Factory) -> Any:
        """Run the task."""
        ledger.spawn(index)
        ledger.start(index, factory)
        return ledger.finish(index, factory())

    def runtime(self, ledger: Ledger, file: str, rt: Any) -> Any:
        """Return the runtime with an observer and primitives that report suspensions."""
        suspending = partial(_suspending, ledger, file)
        watched = {
            "sleep": suspending(rt.sleep),
            "Lock": lambda: _WatchedLock(rt.Lock(), suspending),
            "Condition": lambda lock: _WatchedCondition(rt.Condition(lock.inner), suspending),
        }
        lacking = {one.name for one in fields(rt) if getattr(rt, one.name) is one.default}
        lent = {name: one for name, one in watched.items() if name not in lacking}
        return replace(rt, observe=ledger.observe, **lent)

    def code_of(self, factory: Factory) -> Any:
        """Return the code of the function that is the task."""
        return own_code(factory)

    def goes_on(self, _subject: Any, _instruction: int) -> bool:
        """Say that a call that has returned is over."""
        return False


WATCHING = Blocking("blocking")
