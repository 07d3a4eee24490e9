"""An event loop of one's own for asyncio: it never sleeps, so timers are exact, and a CPU is busy.

As it is, as a model of a plug-in, and as a package with an entry point:

concbench verify --loop ./docs/examples/own_loop/own_loop.py:new_event_loop
concbench verify --plugin docs/examples/own_loop/own_loop.py --model own-loop
pip install --no-deps ./docs/examples/own_loop && concbench verify --model own-loop
"""

import asyncio
import platform
import selectors
from typing import Any

from concbench.models import asyncio as asyncio_model
from concbench.models.base import Model
from concbench.traits import Traits


class NeverAsleep(selectors.DefaultSelector):
    """Says at once what is ready, however long it may wait for it."""

    def select(self, timeout: float | None = None) -> Any:  # noqa: ARG002  (nobody waits)
        """Return what is ready now."""
        return super().select(0)


def new_event_loop() -> asyncio.AbstractEventLoop:
    """Return asyncio's loop with that selector."""
    return asyncio.SelectorEventLoop(NeverAsleep())


MODEL = Model(
    name="own-loop",
    dialect="coroutine",
    family="event-loop",
    summary="asyncio on a loop that never sleeps",
    cost="a busy CPU; timers as exact as the clock",
    source="docs/examples/own_loop",
    version=platform.python_version,
    open=lambda: asyncio_model.open_session(new_event_loop),
    traits=Traits(polls=True),
    lends=asyncio_model.MODEL.lends,
    current=asyncio.current_task,
)
MODELS = [MODEL]
