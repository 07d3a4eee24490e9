"""uvloop: asyncio's tasks on an event loop of libuv's, in Cython.

The tasks, futures and primitives are the standard library's, in C; the loop beneath them is another: its
ready queue is gone through, and its timers and sockets are served, in compiled code. So a turn of the loop
costs less, and a task's own step what it costs anywhere. The price: a package to install, none for Windows;
and timers in whole milliseconds, since libuv's clock counts them. uvloop rounds a delay to the nearest one,
and libuv counts from the last full one, so a timer may fire a little over a millisecond too soon, and a delay
below half a millisecond is none.
"""

import asyncio
from typing import Any

from concbench.models import asyncio as asyncio_model
from concbench.models.base import Model
from concbench.models.packages import lacking, released


def new_event_loop() -> Any:
    """Return uvloop's event loop."""
    import uvloop  # noqa: PLC0415

    return uvloop.new_event_loop()


MODEL = Model(
    name="uvloop",
    dialect="coroutine",
    family="event-loop",
    summary="asyncio's tasks on libuv's event loop, in Cython",
    cost="a task object and a queued handle per step, of compiled code; timers rounded to 1 ms, some early",
    source="the package uvloop: its event loop, with CPython's asyncio.TaskGroup",
    version=lambda: released("uvloop"),
    open=lambda: asyncio_model.open_session(new_event_loop),
    lends=asyncio_model.MODEL.lends,
    current=asyncio.current_task,
    within=asyncio_model.join,
    unavailable=lambda: lacking("uvloop", "for Linux and macOS"),
)
