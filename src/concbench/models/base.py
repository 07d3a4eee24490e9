"""What a model is: how it runs tasks, the dialect it speaks, and the primitives it lends them.

A model speaks one dialect. A workload, written once per dialect, is handed the model's primitives
(a *runtime*) and returns task factories; the model makes the tasks, runs them, and collects their
results, in its library's own idiom. Primitives are the library's own callables, never wrapped:
what is timed is what a user of that library would write.
"""

from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Literal, Protocol, TypeAlias

Dialect: TypeAlias = Literal["polling", "generator", "delegating", "coroutine", "blocking"]
DIALECTS: tuple[Dialect, ...] = ("polling", "generator", "delegating", "coroutine", "blocking")

Factory: TypeAlias = Callable[[], Any]
"""A zero-argument callable that makes one task of a dialect: a polled object, a generator, a
coroutine; for ``blocking`` the callable *is* the task."""


def observe_nothing() -> None:
    """Stand in for the observer where nobody observes (every timed run)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """What every dialect has: a clock (``now``, s), ``observe``, which a keeper task calls once, a ``salt``.

    The clock has to work outside of a run too, since the harness reads it before and after. The salt is drawn
    anew for each run. What tasks return depends on it, so that no result can be remembered from an earlier
    run. ``port`` is where the workload's companion listens, on 127.0.0.1, if it has one.
    """

    now: Callable[[], float] = perf_counter
    observe: Callable[[], None] = observe_nothing
    salt: int = 0
    port: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PollingRuntime(Runtime):
    """``polling``: classes with ``run()``, ``ready`` and ``result``; ``Sleep(seconds)`` is one."""

    Task: Any
    Sleep: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratorRuntime(Runtime):
    """``generator``: flat generators. A bare ``yield`` suspends; there is nothing to call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegatingRuntime(Runtime):
    """``delegating``: composed generators. ``yield`` suspends, ``yield from sleep(s)`` waits."""

    sleep: Callable[[float], Generator[None, None, None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoroutineRuntime(Runtime):
    """``coroutine``: ``await sleep(s)``, ``await switch()``, and ``Event``: ``set()``, ``await wait()``.

    ``set`` is a plain call. Where it is a coroutine function, as curio's, workloads with gates are not
    expressible.
    """

    sleep: Callable[[float], Any]
    switch: Callable[[], Any]
    Event: Callable[[], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockingRuntime(Runtime):
    """``blocking``: plain calls. ``sleep(s)``, and the ``Lock`` and ``Condition`` of ``threading``."""

    sleep: Callable[[float], None]
    Lock: Callable[[], Any]
    Condition: Callable[[Any], Any]


class Session(Protocol):
    """An opened model: its primitives, and the way to run tasks to their end.

    One whose tasks run in processes or interpreters that stay may have two methods more. ``prepare(batches)``
    is called before the clock starts, and sends each ``batch.recipe`` there, which builds its task factories
    once, by ``recipe.build(rt)``, of the helper's own primitives; ``run`` is handed the batch then, in place
    of a list of factories (``batch.factories``), and sends numbers of tasks. ``processes()`` names the
    helpers that are alive: their CPU time and memory are added to the figures.
    """

    @property
    def rt(self) -> Any:
        """The model's primitives."""

    def run(self, factories: Sequence[Factory]) -> list[Any]:
        """Make every task, run all to their end, and return their results in the factories' order."""


class Exhausted(RuntimeError):
    """A model ran out of something it needs for each task: threads, file descriptors, memory.

    ``at`` is how many tasks were alive when it did.
    """

    def __init__(self, reason: str, at: int) -> None:
        super().__init__(reason)
        self.at = at


def always_available() -> str | None:
    """Say that nothing stands in the way of a model that needs only the standard library."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A way to run concurrent tasks.

    ``open`` is start-up (an event loop, a pool) and its exit is teardown; both lie outside every
    timed region. ``current`` names the task that is running now, as the library itself tells it, for
    models whose tasks are more than the object that the factory made. ``single_threaded`` models may
    be pinned to one CPU without changing what they do. ``unavailable`` gives the reason why the model
    cannot run here, or None; it must not raise. ``pooled``: several tasks may run one after another in the
    same task or thread of the model's, as they do in a pool; where it is None, that goes for ``blocking``
    tasks. ``workers``: how many tasks can be alive at once, None for any number.
    """

    name: str
    dialect: Dialect
    summary: str
    cost: str
    source: str
    version: Callable[[], str]
    open: Callable[[], AbstractContextManager[Session]]
    single_threaded: bool = True
    current: Callable[[], object] | None = None
    unavailable: Callable[[], str | None] = field(default=always_available)
    pooled: bool | None = None
    workers: int | None = None
