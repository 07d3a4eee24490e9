"""What tasks call on the rungs that have task objects: to start tasks, to wait for them, to cancel them.

Written once for generators and coroutines, as ``calls`` is.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType, coroutine
from typing import Any

from concbench.models.base import Factory
from concbench.models.ladder.calls import Place, sleep


class Cancelled(BaseException):
    """What is thrown into a task that is cancelled."""


def result_of(task: Any) -> Any:
    """Return what a task returned that has ended, or raise what it raised."""
    if task.error is not None:
        raise task.error
    return task.value


@coroutine
def values_of(tasks: Sequence[Any]) -> Any:
    """Wait for tasks just started, and return their values in order, or raise what one of them raised."""
    waiting, over = Place(), Place()
    for task in tasks:
        task.waiting, task.ended = waiting, over
    for _ in tasks:
        while not over:
            yield "park", waiting
        result_of(over.popleft())
    return [task.value for task in tasks]


@coroutine
def join(factories: Sequence[Factory]) -> Any:
    """Run tasks of one's own, and return their values in order; when one raises, raise that at once."""
    tasks = yield "start", [factory() for factory in factories]
    return (yield from values_of(tasks))


@coroutine
def cancelling_join(factories: Sequence[Factory]) -> Any:
    """Run tasks of one's own, and return their values in order; when one raises, stop the others first."""
    tasks = yield "start", [factory() for factory in factories]
    try:
        return (yield from values_of(tasks))
    except (Exception, Cancelled):
        yield from stop(tasks)
        raise


@coroutine
def stop(tasks: Sequence[Any]) -> Any:
    """Cancel tasks, and wait until all have ended."""
    for task in tasks:
        yield "cancel", task
    for task in tasks:
        while not task.done:
            yield "park", task.waiting


@coroutine
def cancel(factories: Sequence[Factory], ready: Callable[[], Any]) -> Any:
    """Start tasks, wait until ``ready()`` returns, cancel them all, and wait until all have ended."""
    tasks = yield "start", [factory() for factory in factories]
    try:
        yield from ready()
    except (Exception, Cancelled):
        yield from stop(tasks)
        raise
    yield from stop(tasks)
    for task in tasks:
        if isinstance(task.error, Exception):
            raise task.error


@coroutine
def ended(task: Any) -> Any:
    """Wait for the end of a task that was cancelled: whether that was the end, or it was over before."""
    while not task.done:
        yield "park", task.waiting
    if isinstance(task.error, Exception):
        raise task.error
    return task.error is None


@coroutine
def timeout(seconds: float, factory: Factory) -> Any:
    """Run a task, cancelled when its time is over; return its value, or None, and whether it was in time."""
    (task,) = yield "start", [factory()]
    (watch,) = yield "start", [watchdog(seconds, task)]
    try:
        in_time = yield from ended(task)
    except (Exception, Cancelled):
        yield from stop([task, watch])
        raise
    yield "cancel", watch
    return task.value, in_time


@coroutine
def watchdog(seconds: float, task: Any) -> Any:
    """Cancel a task after a while."""
    yield from sleep(seconds)
    yield "cancel", task


HANDLES: Mapping[str, Any] = MappingProxyType({"join": cancelling_join, "cancel": cancel, "timeout": timeout})
"""What a kernel can lend that can cancel tasks."""
