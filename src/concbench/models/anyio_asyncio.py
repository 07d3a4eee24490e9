"""anyio on asyncio: trio's nurseries and cancel scopes, as a layer over asyncio's tasks.

The same code runs on trio (``anyio-trio``). The layer is paid for: each task is one of asyncio's with a
record of anyio's beside it, each call that might wait is a checkpoint, which looks at the cancel scope and
goes round asyncio's loop (even where nothing has to be waited for), and an event is an object around another.
Idle tasks use no CPU.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from typing import Any

from concbench.models.base import PENDING, Executor, Factory, Model
from concbench.models.capabilities import Capability, NotLent
from concbench.models.executors import Grown
from concbench.models.packages import lacking, released
from concbench.models.scoped import SCOPED, AnyioRuntime


def primitives(executor: Executor) -> AnyioRuntime:
    """Return anyio's, which are the same on whatever it runs; ``executor`` lends a session's workers."""
    import anyio  # noqa: PLC0415
    import anyio.abc  # noqa: PLC0415
    import anyio.from_thread  # noqa: PLC0415
    import anyio.lowlevel  # noqa: PLC0415
    import anyio.to_thread  # noqa: PLC0415

    return AnyioRuntime(
        sleep=anyio.sleep,
        switch=anyio.lowlevel.checkpoint,
        Event=anyio.Event,
        join=in_a_task_group,
        Semaphore=anyio.Semaphore,
        queue=stream,
        cancel=cancel,
        offload=anyio.to_thread.run_sync,
        executor=executor,
        move_on_after=anyio.move_on_after,
        create_task_group=anyio.create_task_group,
        listener_from=anyio.abc.SocketListener.from_socket,
        connect_tcp=anyio.connect_tcp,
        create_memory_object_stream=anyio.create_memory_object_stream,
        run_sync_from_thread=anyio.from_thread.run_sync,
    )


async def in_a_task_group(factories: Sequence[Factory]) -> list[Any]:
    """Run tasks in one of anyio's task groups, and return their results."""
    import anyio  # noqa: PLC0415

    results: list[Any] = [PENDING] * len(factories)

    async def collect(index: int, factory: Factory) -> None:
        results[index] = await factory()

    async with anyio.create_task_group() as group:
        for index, factory in enumerate(factories):
            group.start_soon(collect, index, factory)
    return results


async def cancel(factories: Sequence[Factory], ready: Callable[[], Awaitable[object]]) -> None:
    """Start tasks in a task group, and cancel its scope when ``ready()`` returns."""
    import anyio  # noqa: PLC0415

    async with anyio.create_task_group() as group:
        for factory in factories:
            group.start_soon(factory)
        await ready()
        group.cancel_scope.cancel()


def stream(capacity: int) -> tuple[Callable[[Any], Any], Callable[[], Any]]:
    """Return the methods of the two ends of a memory object stream."""
    import anyio  # noqa: PLC0415

    sending, receiving = anyio.create_memory_object_stream[Any](capacity)
    return sending.send, receiving.receive


def executing(grown: Grown) -> Executor:
    """Return the primitive that lends anyio's processes or interpreters: as many as a limiter allows."""
    import anyio  # noqa: PLC0415

    def executor(kind: str, workers: int, first: Callable[[], object]) -> Callable[..., Any]:
        if kind == "thread" or (kind == "interpreter" and sys.version_info < (3, 13)):
            raise NotLent("anyio calls into interpreters from Python 3.13 on, and into threads by offload")
        run_sync = import_module(f"anyio.to_{kind}").run_sync
        make = lambda: partial(run_sync, limiter=anyio.CapacityLimiter(workers))  # noqa: E731
        return grown.grown(kind, workers, first, make)  # type: ignore[no-any-return]

    return executor


class _Session:
    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._run_until_complete = loop.run_until_complete
        grown = Grown(self.run)
        self.rt, self.processes = primitives(executing(grown)), grown.processes

    def run(self, factories: Sequence[Factory]) -> list[Any]:
        return self._run_until_complete(in_a_task_group(factories))


@contextmanager
def open_session() -> Iterator[_Session]:
    """Open the model: start an event loop of asyncio's (debug mode off), and close it at the end.

    ``anyio.run`` starts one at each call. Its tasks and primitives find whatever loop runs.
    """
    factory = asyncio.new_event_loop  # so the current loop of this thread is left alone
    with asyncio.Runner(debug=False, loop_factory=factory) as runner:
        have_a_root(runner.get_loop())
        yield _Session(runner.get_loop())


def have_a_root(loop: asyncio.AbstractEventLoop) -> None:
    """Have a task that anyio takes for the one that all others stand on, until the loop is closed.

    It ends its threads and processes with that task, which it looks for at the first call into a thread: one
    that the loop runs until complete. Else they would be those of a single run, and started anew for each.
    """
    import anyio.to_thread  # noqa: PLC0415

    async def stay() -> None:
        await anyio.to_thread.run_sync(int)
        loop.stop()
        await asyncio.Event().wait()

    root = loop.create_task(stay())
    try:
        loop.run_until_complete(root)
    except RuntimeError:  # it was stopped before that
        if root.done():
            raise


MODEL = Model(
    name="anyio-asyncio",
    dialect="coroutine",
    family="library",
    summary="coroutines in an anyio task group, on asyncio",
    cost="an asyncio task and anyio's record of it; a turn of the loop at each call that might wait",
    source="anyio: create_task_group and start_soon, on an asyncio.Runner that stays open",
    version=lambda: released("anyio"),
    open=open_session,
    lends=SCOPED | {Capability.EXECUTOR},
    current=asyncio.current_task,
    within=in_a_task_group,
    unavailable=lambda: lacking("anyio"),
)
