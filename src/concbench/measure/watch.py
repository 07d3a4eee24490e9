"""Watching: wrap task factories and primitives so that every step is entered in a ledger.

Generators and coroutines are driven with ``send`` by a generator that stands between them and the model,
polled objects by a stand-in with the same face, and blocking tasks report through the primitives that
suspend them. The workload's own code is the very code that timed runs execute.
"""

import sys
import types
from collections.abc import Callable, Coroutine, Generator
from dataclasses import replace
from functools import partial
from typing import Any

from concbench.measure.ledger import Ledger
from concbench.models.base import BlockingRuntime, Dialect, Factory, Runtime


def frames_of(suspended: Any, file: str) -> int:
    """Return how many frames of ``file`` a suspended generator or coroutine stands on."""
    count = 0
    while suspended is not None:
        code = getattr(suspended, "gi_code", None) or getattr(suspended, "cr_code", None)
        count += code is not None and code.co_filename == file
        suspended = getattr(suspended, "gi_yieldfrom", None) or getattr(suspended, "cr_await", None)
    return count


def frames_on_stack(file: str) -> int:
    """Return how many frames of ``file`` the calling thread stands on."""
    frame = sys._getframe(1)
    count = 0
    while frame is not None:
        count += frame.f_code.co_filename == file
        frame = frame.f_back  # type: ignore[assignment]
    return count


def watch(ledger: Ledger, dialect: Dialect, file: str, factories: list[Factory]) -> list[Factory]:
    """Return the factories, each wrapped so that its task reports to ``ledger``.

    ``file`` is where the code of its tasks stands; frames are counted by it.
    """
    wrap = {
        "polling": _watched_object,
        "generator": _watched_generator,
        "delegating": _watched_generator,
        "coroutine": _watched_coroutine,
        "blocking": _watched_call,
    }[dialect]
    return [partial(wrap, ledger, file, index, factory) for index, factory in enumerate(factories)]


def watch_runtime(ledger: Ledger, dialect: Dialect, file: str, rt: Any) -> Any:
    """Return the runtime with an observer and, for blocking tasks, primitives that report suspensions."""
    if dialect != "blocking":
        return replace(rt, observe=ledger.observe)
    return _watched_blocking(ledger, file, rt)


class _WatchedObject:
    """A polled task's stand-in."""

    def __init__(self, ledger: Ledger, index: int, task: Any) -> None:
        self._ledger, self._index, self._task = ledger, index, task
        self._step = ledger.start

    def run(self) -> None:
        self._step(self._index, self)
        self._step = self._ledger.resume
        self._task.run()
        if self._task.ready:
            self._ledger.finish(self._index, self._task.result)
        else:
            self._ledger.suspend(self._index)

    @property
    def ready(self) -> bool:
        return bool(self._task.ready)

    @property
    def result(self) -> Any:
        return self._task.result


def _watched_object(ledger: Ledger, _file: str, index: int, factory: Factory) -> _WatchedObject:
    ledger.spawn(index)
    return _WatchedObject(ledger, index, factory())


def _drive(ledger: Ledger, file: str, index: int, inner: Any) -> Generator[Any, Any, Any]:
    """Drive a generator or coroutine to its end, entering every step."""
    enter = ledger.start
    owner = inner
    step: Callable[[], Any] = partial(inner.send, None)
    while True:
        enter(index, owner)
        enter = ledger.resume
        try:
            yielded = step()
        except StopIteration as stop:
            ledger.finish(index, stop.value)
            return stop.value
        ledger.suspend(index, frames_of(inner, file))
        try:
            step = partial(inner.send, (yield yielded))
        except GeneratorExit:
            inner.close()
            raise
        except BaseException as error:  # noqa: BLE001  (thrown in by the model: the task's to handle)
            step = partial(inner.throw, error)


def _watched_generator(ledger: Ledger, file: str, index: int, factory: Factory) -> Generator[Any, Any, Any]:
    ledger.spawn(index)
    return _drive(ledger, file, index, factory())


_drive_awaitable = types.coroutine(_drive)


def _watched_coroutine(ledger: Ledger, file: str, index: int, factory: Factory) -> Coroutine[Any, Any, Any]:
    ledger.spawn(index)
    return _await_driven(ledger, file, index, factory())


async def _await_driven(ledger: Ledger, file: str, index: int, inner: Any) -> Any:
    return await _drive_awaitable(ledger, file, index, inner)


def _watched_call(ledger: Ledger, _file: str, index: int, factory: Factory) -> Any:
    ledger.spawn(index)
    ledger.start(index, factory)
    result = factory()
    ledger.finish(index, result)
    return result


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


def _watched_blocking(ledger: Ledger, file: str, rt: BlockingRuntime) -> Runtime:
    suspending = partial(_suspending, ledger, file)
    return replace(
        rt,
        observe=ledger.observe,
        sleep=suspending(rt.sleep),
        Lock=lambda: _WatchedLock(rt.Lock(), suspending),
        Condition=lambda lock: _WatchedCondition(rt.Condition(lock.inner), suspending),
    )
