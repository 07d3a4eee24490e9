"""asyncio with eager tasks: a task takes its first step inside ``create_task``, before that returns.

The tasks, the loop and the primitives are those of ``asyncio``; only the loop's task factory is another,
``asyncio.eager_task_factory``, which is there from Python 3.12 on. A task that never has to wait is over
without a turn of the loop, so the handle in the ready queue and the way back from it are saved. The price: a
task that does suspend gains no more than its first turn, whoever makes a task is held up by that task's first
step, and the order in which tasks begin is that in which they are made, with the maker in between. Later
releases of Python take back a part of the gain in a TaskGroup: it hears of each task's end by a callback
that goes through the ready queue (3.14 does that, 3.12.1 asks the task itself).
"""

import asyncio
import platform
import sys

from concbench.models import asyncio as asyncio_model
from concbench.models.base import Model


def unavailable() -> str | None:
    """Return why there are no eager tasks: a Python older than 3.12."""
    if hasattr(asyncio, "eager_task_factory"):
        return None
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    return f"Python {here} has no eager tasks; they came with 3.12 (--python names another Python)"


def new_event_loop() -> asyncio.AbstractEventLoop:
    """Return the default event loop, with eager tasks."""
    loop = asyncio.new_event_loop()
    loop.set_task_factory(asyncio.eager_task_factory)  # type: ignore[attr-defined]  # since 3.12
    return loop


MODEL = Model(
    name="asyncio-eager",
    dialect="coroutine",
    family="event-loop",
    summary="asyncio whose tasks take their first step as they are made (Python 3.12 or later)",
    cost="a task object, and a queued handle per step but the first; whoever makes a task waits for that one",
    source="CPython's asyncio: TaskGroup on the default event loop, with eager_task_factory",
    version=platform.python_version,
    open=lambda: asyncio_model.open_session(new_event_loop),
    lends=asyncio_model.MODEL.lends,
    current=asyncio.current_task,
    unavailable=unavailable,
)
