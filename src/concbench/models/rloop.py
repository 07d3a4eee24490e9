"""rloop: asyncio's tasks on an event loop written in Rust, on mio.

The tasks, futures and primitives are the standard library's, in C; the loop beneath them, its ready queue,
timers and sockets, is compiled. Timers are kept in microseconds. Where callbacks are always ready it asks the
system for news of sockets every 250 µs at most, instead of at each turn. The price: a package to install,
none for Windows, which its authors call alpha; and a pair of sockets that is opened each time the loop is
entered, which weighs on runs of few tasks.
"""

import asyncio
from typing import Any

from concbench.models import asyncio as asyncio_model
from concbench.models.base import Model
from concbench.models.packages import lacking, released


def new_event_loop() -> Any:
    """Return rloop's event loop."""
    import rloop  # noqa: PLC0415

    return rloop.new_event_loop()


MODEL = Model(
    name="rloop",
    dialect="coroutine",
    family="event-loop",
    summary="asyncio's tasks on an event loop in Rust",
    cost="a task object and a queued handle per step, of compiled code; sockets looked at every 250 µs",
    source="the package rloop: its event loop, with CPython's asyncio.TaskGroup",
    version=lambda: released("rloop"),
    open=lambda: asyncio_model.open_session(new_event_loop),
    lends=asyncio_model.MODEL.lends,
    current=asyncio.current_task,
    within=asyncio_model.join,
    unavailable=lambda: lacking("rloop", "for Linux and macOS"),
)
