"""How a rung of the ladder becomes a model: all that rungs have in common beside their idea."""

import platform
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import cache
from selectors import BaseSelector, DefaultSelector
from typing import Any

from concbench.models.base import DelegatingRuntime, Dialect, Factory, Model
from concbench.models.capabilities import Capability, lent_by
from concbench.models.executors import Executors
from concbench.models.ladder.bells import THREADS, Bells

Run = Callable[[Sequence[Factory]], list[Any]]
"""Makes tasks, runs them to their end, and returns their values in order."""


OTHERS = {
    "delegating": {Capability.EXECUTOR},
    "coroutine": {Capability.EXECUTOR, Capability.OFFLOAD},
}
"""What a session lends beside its rung's own primitives, by dialect: calls in other threads and processes."""


class _Session:
    def __init__(self, rt: Any, run: Run, executors: Executors, bells: Bells) -> None:
        if isinstance(rt, DelegatingRuntime):
            self.rt = replace(rt, executor=executors.submit)
        else:

            @cache
            def executor(*wanted: Any) -> Callable[..., Any]:
                return bells.calling(executors.submit(*wanted))

            def offload(function: Callable[[], Any]) -> Any:
                return executor("thread", THREADS, int)(function)

            self.rt = replace(rt, executor=executor, offload=offload)
        self.run = run
        self.processes = executors.processes


@contextmanager
def on_a_selector(run: Callable[[BaseSelector, Sequence[Factory]], list[Any]]) -> Iterator[Run]:
    """Lend a selector to all runs; whoever still waits for a socket when a run ends is forgotten."""

    def run_alone(factories: Sequence[Factory]) -> list[Any]:
        try:
            return run(selector, factories)
        finally:
            for key in [*selector.get_map().values()]:
                selector.unregister(key.fileobj)

    with DefaultSelector() as selector:
        yield run_alone


def rung(
    name: str,
    runtime: Any,
    opened: Callable[[], AbstractContextManager[Run]],
    *,
    summary: str,
    cost: str,
    dialect: Dialect = "delegating",
) -> Model:
    """Return the model of a rung: what it lends, and the context in which its loop can run."""

    @contextmanager
    def open_session() -> Iterator[_Session]:
        with Executors() as executors, Bells() as bells, opened() as run:
            yield _Session(runtime, run, executors, bells)

    return Model(
        name=name,
        dialect=dialect,
        family="ladder",
        summary=summary,
        cost=cost,
        source="the ladder (concbench docs LADDER)",
        version=platform.python_version,
        open=open_session,
        lends=lent_by(runtime)
        | {Capability.EXECUTOR}
        | ({Capability.OFFLOAD} if dialect == "coroutine" else set()),
    )
