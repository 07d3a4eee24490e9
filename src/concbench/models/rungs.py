"""How a rung of the ladder becomes a model: all that rungs have in common beside their idea."""

import platform
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, fields, replace
from functools import cache
from selectors import BaseSelector, DefaultSelector
from typing import Any

from concbench.models.base import DelegatingRuntime, Dialect, Factory, Model
from concbench.models.capabilities import Capability, lent_by
from concbench.models.executors import Executors
from concbench.models.ladder.bells import Bell, usual_threads

Run = Callable[[Sequence[Factory]], list[Any]]
"""Makes tasks, runs them to their end, and returns their values in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListeningRuntime(DelegatingRuntime):
    """``delegating``, and what wordings of the ladder's own use to wait for threads.

    ``wait(place, over)`` waits until ``over()`` is true, of which a thread tells by ``ring(place)``;
    ``call = calling(submit)``, and ``result = yield from call(function)``.
    """

    ring: Callable[..., None]
    wait: Callable[[Any, Callable[[], object]], Any]
    calling: Callable[[Callable[..., Any]], Callable[..., Any]]


def _listening(rt: DelegatingRuntime, executors: Executors, bell: Bell) -> ListeningRuntime:
    lent = {one.name: getattr(rt, one.name) for one in fields(rt)} | {"executor": executors.submit}
    return ListeningRuntime(**lent, ring=bell.ring, wait=bell.wait, calling=bell.calling)


def _awaiting(rt: Any, executors: Executors, bell: Bell) -> Any:
    threads = usual_threads()

    @cache
    def executor(*wanted: Any) -> Callable[..., Any]:
        return bell.calling(executors.submit(*wanted))

    def offload(function: Callable[[], Any]) -> Any:
        return executor("thread", threads, int)(function)

    return replace(rt, executor=executor, offload=offload, ring=bell.ring, wait=bell.wait)


class _Session:
    def __init__(self, rt: Any, run: Run, executors: Executors) -> None:
        self.rt, self.run, self.processes = rt, run, executors.processes


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


def _opening(
    runtime: Any, opened: Callable[[], AbstractContextManager[Run]], dialect: Dialect
) -> Callable[[], AbstractContextManager[_Session]]:
    @contextmanager
    def deaf() -> Iterator[_Session]:
        with Executors() as executors, opened() as run:
            yield _Session(replace(runtime, executor=executors.submit), run, executors)

    @contextmanager
    def hearing() -> Iterator[_Session]:
        with Bell() as bell, Executors() as executors, opened() as run:  # threads end before the bell
            rt = (_awaiting if dialect == "coroutine" else _listening)(runtime, executors, bell)
            yield _Session(rt, bell.each(run), executors)

    return hearing if dialect == "coroutine" or Capability.READINESS in lent_by(runtime) else deaf


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
    lent = lent_by(runtime) | {Capability.EXECUTOR}
    lent |= {Capability.OFFLOAD} if dialect == "coroutine" else set()
    return Model(
        name=name,
        dialect=dialect,
        family="ladder",
        summary=summary,
        cost=cost,
        source="the ladder (concbench docs LADDER)",
        version=platform.python_version,
        open=_opening(runtime, opened, dialect),
        lends=lent,
    )
