"""anyio on asyncio: trio's nurseries and cancel scopes, as a layer over asyncio's tasks.

The same code runs on trio (``anyio-trio``). The layer is paid for: each task is one of asyncio's with a
record of anyio's beside it, a checkpoint looks whether its cancel scope was cancelled before and after it
goes round asyncio's loop, and an event is an object around another. Idle tasks use no CPU.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from concbench.models.base import CoroutineRuntime, Factory, Model
from concbench.models.capabilities import Capability
from concbench.models.packages import lacking, released

LENDS = frozenset({Capability.SLEEP, Capability.SWITCH, Capability.EVENT})


def primitives() -> CoroutineRuntime:
    """Return anyio's, which are the same on whatever it runs."""
    import anyio  # noqa: PLC0415
    import anyio.lowlevel  # noqa: PLC0415

    return CoroutineRuntime(sleep=anyio.sleep, switch=anyio.lowlevel.checkpoint, Event=anyio.Event)


async def in_a_task_group(factories: Sequence[Factory]) -> list[Any]:
    """Run tasks in one of anyio's task groups, and return their results."""
    import anyio  # noqa: PLC0415

    results: list[Any] = [None] * len(factories)

    async def collect(index: int, factory: Factory) -> None:
        results[index] = await factory()

    async with anyio.create_task_group() as group:
        for index, factory in enumerate(factories):
            group.start_soon(collect, index, factory)
    return results


class _Session:
    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.rt = primitives()
        self._run_until_complete = loop.run_until_complete

    def run(self, factories: Sequence[Factory]) -> list[Any]:
        return self._run_until_complete(in_a_task_group(factories))


@contextmanager
def open_session() -> Iterator[_Session]:
    """Open the model: start an event loop of asyncio's (debug mode off), and close it at the end.

    ``anyio.run`` starts one at each call. Its tasks and primitives find whatever loop runs.
    """
    with asyncio.Runner(debug=False) as runner:
        yield _Session(runner.get_loop())


MODEL = Model(
    name="anyio-asyncio",
    dialect="coroutine",
    family="library",
    summary="coroutines in an anyio task group, on asyncio",
    cost="an asyncio task and anyio's record of it; a look at the cancel scope at each checkpoint",
    source="anyio: create_task_group and start_soon, on an asyncio.Runner that stays open",
    version=lambda: released("anyio"),
    open=open_session,
    lends=LENDS,
    current=asyncio.current_task,
    unavailable=lambda: lacking("anyio"),
)
