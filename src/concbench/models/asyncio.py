"""asyncio: coroutines on the standard library's event loop, which sleeps when nothing is ready.

A ready queue, a heap of timers and a selector: a suspended task costs nothing until it is due, so
thousands of idle tasks use no CPU. The price is machinery: each task is an object with a future's
callbacks, each resume passes through a handle in the ready queue, and a timer is as late as the
selector's resolution (1 ms steps of epoll, rounded up) and the tasks before it in the queue.
"""

import asyncio
import platform
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from types import FunctionType
from typing import Any

from concbench.models.base import CoroutineRuntime, Executor, Factory, Model
from concbench.models.capabilities import Capability, lent_by
from concbench.models.executors import Executors

LoopFactory = Callable[[], asyncio.AbstractEventLoop]


def sleep_0() -> Callable[[], Any]:
    """Return ``asyncio.sleep``, its very code, with 0 for a delay not given.

    To await it takes as long as ``await asyncio.sleep(0)``; by way of a ``functools.partial``, which is what
    is left where ``sleep`` is not written in Python, it would take longer (docs/OVERHEAD.md).
    """
    if not isinstance(asyncio.sleep, FunctionType):
        return partial(asyncio.sleep, 0)
    defaults = (0, *(asyncio.sleep.__defaults__ or ()))
    return FunctionType(asyncio.sleep.__code__, asyncio.sleep.__globals__, argdefs=defaults)


async def join(factories: Sequence[Factory]) -> list[Any]:
    """Run tasks in a TaskGroup, and return their results."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(factory()) for factory in factories]
    return [task.result() for task in tasks]


async def cancel(factories: Sequence[Factory], ready: Callable[[], Awaitable[object]]) -> None:
    """Start tasks in a TaskGroup, cancel each when ``ready()`` returns, and wait for all to end."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(factory()) for factory in factories]
        await ready()
        for task in tasks:
            task.cancel()


def queue(capacity: int) -> tuple[Callable[[Any], Any], Callable[[], Any]]:
    """Return the methods of an asyncio.Queue."""
    made: asyncio.Queue[Any] = asyncio.Queue(capacity)
    return made.put, made.get


def primitives(
    join: Callable[[Sequence[Factory]], Any] = join, cancel: Callable[..., Any] = cancel
) -> CoroutineRuntime:
    """Return asyncio's, whatever loop they run on."""
    return CoroutineRuntime(
        sleep=asyncio.sleep,
        switch=sleep_0(),
        Event=asyncio.Event,
        join=join,
        Semaphore=asyncio.Semaphore,
        queue=queue,
        cancel=cancel,
        timeout=asyncio.timeout,
        offload=asyncio.to_thread,
        loop=asyncio.get_running_loop,
    )


def executing(loop: asyncio.AbstractEventLoop, executors: Executors) -> Executor:
    """Return the primitive that lends a pool: what it returns is the loop's own ``run_in_executor`` on it."""

    def executor(kind: Any, workers: int, first: Callable[[], object]) -> Callable[..., Any]:
        return partial(loop.run_in_executor, executors.started(kind, workers, first))

    return executor


RT = primitives()
LENDS: frozenset[Capability] = lent_by(RT) | {Capability.EXECUTOR}


class _Session:
    def __init__(self, loop: asyncio.AbstractEventLoop, executors: Executors) -> None:
        self.rt = replace(RT, executor=executing(loop, executors))
        self.processes = executors.processes
        self._run_until_complete = loop.run_until_complete

    def run(self, factories: Sequence[Factory]) -> list[Any]:
        return self._run_until_complete(join(factories))


@contextmanager
def open_session(loop_factory: LoopFactory | None = None) -> Iterator[_Session]:
    """Open the model: start an event loop (debug mode off), and close it at the end.

    A Runner that is told how to make its loop leaves alone which one is the current loop of this thread.
    """
    factory = loop_factory or asyncio.new_event_loop
    with asyncio.Runner(debug=False, loop_factory=factory) as runner, Executors() as executors:
        yield _Session(runner.get_loop(), executors)


MODEL = Model(
    name="asyncio",
    dialect="coroutine",
    family="event-loop",
    summary="coroutines on the standard library's event loop, in a TaskGroup",
    cost="a task object and a queued handle per step; idle tasks use no CPU; timers in steps of 1 ms",
    source="CPython's asyncio: TaskGroup on the default event loop",
    version=platform.python_version,
    open=open_session,
    lends=LENDS,
    current=asyncio.current_task,
    within=join,
)
