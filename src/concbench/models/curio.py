"""curio: coroutines whose every blocking call is a trap, which the kernel answers as a system answers a call.

A small kernel in plain Python: a task yields a trap and its arguments, the kernel looks up what to do, and
the task goes on. Two of its calls are awaited that others call plainly. An event is set by ``await
event.set()``, so curio lends no event; ``parked`` has a wording of curio's own. The running task is told by
``await current_task()``, so nobody else can ask which one it is, and a coroutine counts as its own task. The
library is no longer developed: it imports on Python 3.11, and no more on 3.12 and later.
"""

import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FunctionType
from typing import Any

from concbench.models.base import CoroutineRuntime, Factory, Model
from concbench.models.capabilities import Capability, NotLent
from concbench.models.executors import Grown
from concbench.models.packages import lacking, released


def _sleep_0(sleep: Any) -> Callable[[], Any]:
    """Return ``curio.sleep``, its very code, with 0 for a delay not given: to sleep for 0 s is to switch."""
    return FunctionType(sleep.__code__, sleep.__globals__, argdefs=(0,))


@dataclass(frozen=True, slots=True, kw_only=True)
class CurioRuntime(CoroutineRuntime):
    """``coroutine``, and what wordings of curio's own use.

    An event with ``await set()`` and ``await wait()``; ``async with ignore_after(seconds) as limit:``, whose
    ``limit.expired`` says whether the time was over. ``spawn(function, *arguments)``, whose task has
    ``cancel()``; ``run_server(socket, handler)``; ``Socket(socket)``, which makes one of curio's;
    ``open_connection(host, port)``. All but ``Socket`` are awaited. ``UniversalQueue()``, whose ``put(item)``
    and ``get()`` tasks await and threads call.
    """

    AwaitedEvent: Callable[[], Any]
    ignore_after: Callable[[float], Any]
    spawn: Callable[..., Any]
    run_server: Callable[..., Any]
    Socket: Callable[[Any], Any]
    open_connection: Callable[..., Any]
    UniversalQueue: Callable[[], Any]


class _Session:
    def __init__(self, kernel: Any) -> None:
        import curio  # noqa: PLC0415
        import curio.io  # noqa: PLC0415
        import curio.network  # noqa: PLC0415

        self._grown = Grown(self.run)
        self.processes = self._grown.processes
        self.rt = CurioRuntime(
            sleep=curio.sleep,
            switch=_sleep_0(curio.sleep),
            AwaitedEvent=curio.Event,
            join=in_a_task_group,
            Semaphore=curio.Semaphore,
            queue=queue,
            cancel=cancel,
            offload=curio.run_in_thread,
            executor=self._executor,
            ignore_after=curio.ignore_after,
            spawn=curio.spawn,
            run_server=curio.network.run_server,
            Socket=curio.io.Socket,
            open_connection=curio.open_connection,
            UniversalQueue=curio.UniversalQueue,
        )
        self._run, self._beside = kernel.run, _Beside()

    def _executor(self, kind: str, workers: int, first: Callable[[], object]) -> Callable[..., Any]:
        """Lend curio's own processes: as calls come it starts as many as there are CPUs, and never fewer."""
        from curio.workers import MAX_WORKER_PROCESSES, run_in_process  # noqa: PLC0415

        if kind != "process":
            raise NotLent("curio calls into threads by offload, and into no interpreters")
        if workers != MAX_WORKER_PROCESSES:
            raise NotLent(
                f"curio has a process for each CPU, which are {MAX_WORKER_PROCESSES}, not {workers}"
            )
        return self._grown.grown(kind, workers, first, lambda: run_in_process)  # type: ignore[no-any-return]

    def run(self, factories: Sequence[Factory]) -> list[Any]:
        results: list[Any] = self._run(in_a_task_group, factories)
        return results

    def aside(self, function: Callable[[], Awaitable[Any]]) -> Any:
        """Have a function awaited by a task that stays; all tasks of a kernel share one context."""
        return self._run(self._beside.ask, function)


class _Beside:
    """A task that goes on while others run, and awaits what it is handed."""

    def __init__(self) -> None:
        self._todo: Any = None
        self._done: Any = None

    async def ask(self, function: Callable[[], Awaitable[Any]]) -> Any:
        """Hand it a function; return what that returned, or raise what it raised."""
        import curio  # noqa: PLC0415

        if self._todo is None:
            self._todo, self._done = curio.Queue(), curio.Queue()
            await curio.spawn(self._live, daemon=True)
        await self._todo.put(function)
        value, error = await self._done.get()
        if error is not None:
            raise error
        return value

    async def _live(self) -> None:
        while True:
            function = await self._todo.get()
            value, raised = None, None
            try:
                value = await function()
            except Exception as error:  # noqa: BLE001  (raised again by who asked)
                raised = error
            await self._done.put((value, raised))


async def in_a_task_group(factories: Sequence[Factory]) -> list[Any]:
    """Run tasks in one of curio's task groups, and return their results."""
    import curio  # noqa: PLC0415

    async with curio.TaskGroup() as group:
        tasks = [await group.spawn(factory) for factory in factories]
    return [task.result for task in tasks]


async def cancel(factories: Sequence[Factory], ready: Callable[[], Awaitable[object]]) -> None:
    """Start tasks in a task group, and cancel what remains when ``ready()`` returns.

    Of a task that was cancelled the group tells nobody how it ended, so it is asked.
    """
    import curio  # noqa: PLC0415

    async with curio.TaskGroup() as group:
        tasks = [await group.spawn(factory) for factory in factories]
        await ready()
        await group.cancel_remaining()
    for task in tasks:
        if isinstance(task.exception, Exception):
            raise task.exception


def queue(capacity: int) -> tuple[Callable[[Any], Any], Callable[[], Any]]:
    """Return the methods of one of curio's queues."""
    import curio  # noqa: PLC0415

    made = curio.Queue(capacity)
    return made.put, made.get


@contextmanager
def open_session() -> Iterator[_Session]:
    """Open the model: start a kernel, and shut it down at the end."""
    import curio  # noqa: PLC0415

    with curio.Kernel() as kernel:
        yield _Session(kernel)


MODEL = Model(
    name="curio",
    dialect="coroutine",
    family="library",
    summary="coroutines whose blocking calls are traps into a small kernel",
    cost="a trap into the kernel per step, all of it plain Python; idle tasks use no CPU",
    source="curio: TaskGroup, in a Kernel that stays open",
    version=lambda: released("curio"),
    open=open_session,
    lends=frozenset(
        {
            Capability.SLEEP,
            Capability.SWITCH,
            Capability.JOIN,
            Capability.SEMAPHORE,
            Capability.QUEUE,
            Capability.CANCEL,
            Capability.OFFLOAD,
            Capability.EXECUTOR,
        }
    ),
    unavailable=lambda: lacking("curio", "for Python before 3.12", brought=sys.version_info < (3, 12)),
)
