"""anyio on trio: anyio's task groups and primitives, as a thin layer over trio's.

The very code of ``anyio-asyncio``, on trio's loop: a task group is a nursery, an event wraps one of trio's,
and a checkpoint is trio's own behind a look-up of the backend, which is what the layer costs on top of trio.
``anyio.run`` cannot stay open; how its start-up is kept out of the figures is told in ``inside``.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from concbench.models.anyio_asyncio import executing, in_a_task_group, primitives
from concbench.models.base import Model
from concbench.models.capabilities import Capability
from concbench.models.executors import Grown
from concbench.models.inside import Inside
from concbench.models.packages import lacking, released
from concbench.models.scoped import SCOPED
from concbench.models.trio import all_tasks, cancelling, current


class _Session:
    def __init__(self, run: Callable[[Any], list[Any]], aside: Callable[[Any], Any]) -> None:
        grown = Grown(run)
        self.rt, self.processes = primitives(executing(grown)), grown.processes
        self.run, self.aside = run, aside


@contextmanager
def open_session() -> Iterator[_Session]:
    """Open the model: enter ``anyio.run`` in a thread that serves batches from inside, until the end."""
    import anyio  # noqa: PLC0415

    inside = Inside(in_a_task_group, cancelling)
    with inside.opened(partial(anyio.run, backend="trio")) as run:
        yield _Session(run, inside.aside)


MODEL = Model(
    name="anyio-trio",
    dialect="coroutine",
    family="library",
    summary="coroutines in an anyio task group, on trio",
    cost="a trio task and step, and a look-up of the backend at each call of anyio's",
    source="anyio: create_task_group and start_soon, in one anyio.run on trio that stays open",
    version=lambda: f"{released('anyio')}, {released('trio')}",
    open=open_session,
    lends=SCOPED | {Capability.EXECUTOR},
    current=current,
    within=in_a_task_group,
    all_tasks=all_tasks,
    unavailable=lambda: lacking("anyio") or lacking("trio"),
)
