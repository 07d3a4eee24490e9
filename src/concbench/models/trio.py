"""trio: structured concurrency; a nursery starts tasks, and is not left before they have ended.

Every task belongs to a nursery and can be cancelled at each checkpoint, and the order in a round of the loop
is drawn anew each time, so that nobody relies on it. That is paid for at every step: a checkpoint that does
nothing reschedules the task and looks whether it is cancelled, and a task costs more to make than one of
asyncio's. Idle tasks use no CPU. ``trio.run`` cannot stay open; how its start-up is kept out of the figures
is told in ``inside``.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from concbench.models.base import PENDING, Factory, Model
from concbench.models.inside import Inside
from concbench.models.packages import lacking, released
from concbench.models.scoped import SCOPED, TrioRuntime


class _Session:
    def __init__(self, run: Any, aside: Any) -> None:
        import trio  # noqa: PLC0415

        self.rt = TrioRuntime(
            sleep=trio.sleep,
            switch=trio.lowlevel.checkpoint,
            Event=trio.Event,
            join=in_a_nursery,
            Semaphore=trio.Semaphore,
            queue=channel,
            cancel=cancel,
            offload=trio.to_thread.run_sync,
            move_on_after=trio.move_on_after,
            open_nursery=trio.open_nursery,
            serve_listeners=trio.serve_listeners,
            SocketListener=trio.SocketListener,
            open_tcp_stream=trio.open_tcp_stream,
            from_stdlib_socket=trio.socket.from_stdlib_socket,
            open_memory_channel=trio.open_memory_channel,
            current_trio_token=trio.lowlevel.current_trio_token,
        )
        self.run, self.aside = run, aside


async def in_a_nursery(factories: Sequence[Factory]) -> list[Any]:
    """Run tasks in a nursery, and return their results."""
    import trio  # noqa: PLC0415

    results: list[Any] = [PENDING] * len(factories)

    async def collect(index: int, factory: Factory) -> None:
        results[index] = await factory()

    async with trio.open_nursery() as nursery:
        for index, factory in enumerate(factories):
            nursery.start_soon(collect, index, factory)
    return results


async def cancel(factories: Sequence[Factory], ready: Callable[[], Awaitable[object]]) -> None:
    """Start tasks in a nursery, and cancel its scope when ``ready()`` returns."""
    import trio  # noqa: PLC0415

    async with trio.open_nursery() as nursery:
        for factory in factories:
            nursery.start_soon(factory)
        await ready()
        nursery.cancel_scope.cancel()


def channel(capacity: int) -> tuple[Callable[[Any], Any], Callable[[], Any]]:
    """Return the methods of the two ends of a memory channel."""
    import trio  # noqa: PLC0415

    sending, receiving = trio.open_memory_channel[Any](capacity)
    return sending.send, receiving.receive


def cancelling() -> Callable[[], object]:
    """Return what cancels, from any thread, the nurseries that the running task will have opened by then."""
    import trio  # noqa: PLC0415

    task, token = trio.lowlevel.current_task(), trio.lowlevel.current_trio_token()
    open_now = len(task.child_nurseries)

    def cancel_later_ones() -> None:
        for nursery in task.child_nurseries[open_now:]:
            nursery.cancel_scope.cancel()

    return lambda: token.run_sync_soon(cancel_later_ones)


@contextmanager
def open_session() -> Iterator[_Session]:
    """Open the model: enter ``trio.run`` in a thread that serves batches from inside, until the end."""
    import trio  # noqa: PLC0415

    inside = Inside(in_a_nursery, cancelling)
    with inside.opened(trio.run) as run:
        yield _Session(run, inside.aside)


def current() -> object:
    """Return trio's running task."""
    import trio  # noqa: PLC0415

    return trio.lowlevel.current_task()


def all_tasks() -> list[Any]:
    """Return the tasks of all nurseries, the one that asks included; not the library's own."""
    import trio  # noqa: PLC0415

    root = trio.lowlevel.current_root_task()
    found: list[Any] = []
    todo = [] if root is None else [root]
    while todo:
        inner = [task for nursery in todo.pop().child_nurseries for task in nursery.child_tasks]
        found += inner
        todo += inner
    return [task for task in found if task.parent_nursery is not root.child_nurseries[0]]


MODEL = Model(
    name="trio",
    dialect="coroutine",
    family="library",
    summary="coroutines in a trio nursery",
    cost="a task object, a cancel scope and a step of bookkeeping per checkpoint; idle tasks use no CPU",
    source="trio: open_nursery and start_soon, in one trio.run that stays open",
    version=lambda: released("trio"),
    open=open_session,
    lends=SCOPED,
    current=current,
    within=in_a_nursery,
    all_tasks=all_tasks,
    unavailable=lambda: lacking("trio"),
)
