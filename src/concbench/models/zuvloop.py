"""zuvloop: asyncio's tasks on an event loop of libuv's, in Zig.

The tasks, futures and primitives are the standard library's, in C; the loop beneath them is compiled. It
goes through as many as 64 rounds of ready callbacks before libuv looks at sockets and timers again, while no
timer is set. Delays are rounded up to libuv's whole milliseconds. The price: a package to install, for
Python 3.14 or later only, which its author calls alpha.
"""

import asyncio
import sys
from typing import Any

from concbench.models import asyncio as asyncio_model
from concbench.models.base import Model
from concbench.models.packages import lacking, released


def new_event_loop() -> Any:
    """Return zuvloop's event loop."""
    import zuvloop  # noqa: PLC0415

    return zuvloop.new_event_loop()


MODEL = Model(
    name="zuvloop",
    dialect="coroutine",
    family="event-loop",
    summary="asyncio's tasks on libuv's event loop, in Zig (Python 3.14 or later)",
    cost="a task object and a queued handle per step, of compiled code; timers rounded up to 1 ms",
    source="the package zuvloop: its event loop, with CPython's asyncio.TaskGroup",
    version=lambda: released("zuvloop"),
    open=lambda: asyncio_model.open_session(new_event_loop),
    lends=asyncio_model.MODEL.lends,
    current=asyncio.current_task,
    within=asyncio_model.join,
    unavailable=lambda: lacking("zuvloop", "for Python 3.14 or later", brought=sys.version_info >= (3, 14)),
)
