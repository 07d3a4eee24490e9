"""asyncio with gather: the same tasks on the same loop, collected by ``asyncio.gather``, not by a TaskGroup.

What most code written before Python 3.11 does. Each task is made by the same call and takes the same steps;
what is another is who waits for them: a future that counts the tasks that are done and collects their
results, with a dictionary of those that it was handed. That takes some percent longer (docs/FIGURES.md). The
price is in what happens when one fails: the others go on, and nobody waits for them.
"""

import asyncio
import platform
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from concbench.models import asyncio as asyncio_model
from concbench.models.base import Factory, Model
from concbench.models.executors import Executors


async def gather(factories: Sequence[Factory]) -> list[Any]:
    """Run tasks, collected by gather, and return their results."""
    return await asyncio.gather(*[factory() for factory in factories])


async def cancel(factories: Sequence[Factory], ready: Callable[[], Awaitable[object]]) -> None:
    """Start tasks, cancel each when ``ready()`` returns, and gather what became of them.

    It raises the first error among that: one that has been cancelled, and nothing else, is no Exception.
    """
    tasks = [asyncio.create_task(factory()) for factory in factories]
    await ready()
    for task in tasks:
        task.cancel()
    for one in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(one, Exception):
            raise one


RT = asyncio_model.primitives(join=gather, cancel=cancel)


class _Session:
    def __init__(self, loop: asyncio.AbstractEventLoop, executors: Executors) -> None:
        self.rt = replace(RT, executor=asyncio_model.executing(loop, executors))
        self.processes = executors.processes
        self._run_until_complete = loop.run_until_complete

    def run(self, factories: Sequence[Factory]) -> list[Any]:
        return self._run_until_complete(gather(factories))


@contextmanager
def open_session() -> Iterator[_Session]:
    """Open the model: start an event loop (debug mode off), and close it at the end."""
    factory = asyncio.new_event_loop  # so the current loop of this thread is left alone
    with asyncio.Runner(debug=False, loop_factory=factory) as runner, Executors() as executors:
        yield _Session(runner.get_loop(), executors)


MODEL = Model(
    name="asyncio-gather",
    dialect="coroutine",
    family="event-loop",
    summary="asyncio's tasks collected by gather, not in a TaskGroup",
    cost="as asyncio, and some percent more for each task",
    source="CPython's asyncio: gather on the default event loop",
    version=platform.python_version,
    open=open_session,
    lends=asyncio_model.LENDS,
    current=asyncio.current_task,
    within=gather,
)
