"""What a model is: how it runs tasks, the dialect it speaks, and the primitives it lends them.

A model speaks one dialect. A workload, written once per dialect, is handed the model's primitives
(a *runtime*) and returns task factories; the model makes the tasks, runs them, and collects their
results, in its library's own idiom. Primitives are the library's own callables, never wrapped:
what is timed is what a user of that library would write. Each is optional: a model lends what it has.
"""

from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence, Set
from contextlib import AbstractContextManager
from dataclasses import InitVar, dataclass, field
from time import perf_counter
from typing import Any, Literal, Protocol, TypeAlias

from concbench.families import Family, family_from
from concbench.models.capabilities import ASSUMED, Capability, Lacking, primitive, primitives_of
from concbench.traits import Traits, traits_from

Dialect: TypeAlias = Literal["polling", "generator", "delegating", "coroutine", "blocking"]
DIALECTS: tuple[Dialect, ...] = ("polling", "generator", "delegating", "coroutine", "blocking")

Factory: TypeAlias = Callable[[], Any]
"""A zero-argument callable that makes one task of a dialect: a polled object, a generator, a
coroutine; for ``blocking`` the callable *is* the task."""


Executor: TypeAlias = Callable[[str, int, Callable[[], object]], Callable[..., Any]]
"""``executor(kind, workers, first)`` lends a pool of so many workers of a kind: ``thread``, ``process`` or
``interpreter``. It is called while factories are made, and returns when all workers are there and have called
``first``; it raises NotLent, with the reason, for a kind that there is none of."""

SUBMITTING = "submit = executor(kind, workers, first); submit(function) returns a future"


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
    """``polling``: classes with ``run()``, ``ready`` and ``result``, of which ``Task`` is the base."""

    Task: Any
    Sleep: Any = primitive(Capability.SLEEP, "Sleep(seconds: float) -> Task")
    Join: Callable[[Sequence[Factory]], Any] = primitive(
        Capability.JOIN, "Join(factories) -> Task, whose result is theirs"
    )
    executor: Executor = primitive(Capability.EXECUTOR, SUBMITTING)


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratorRuntime(Runtime):
    """``generator``: flat generators. A bare ``yield`` suspends; there is nothing to call for that."""

    executor: Executor = primitive(Capability.EXECUTOR, SUBMITTING)


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegatingRuntime(Runtime):
    """``delegating``: composed generators. ``yield`` suspends, ``yield from sleep(s)`` waits."""

    sleep: Callable[[float], Generator[Any, Any, Any]] = primitive(
        Capability.SLEEP, "yield from sleep(seconds: float)"
    )
    join: Callable[[Sequence[Factory]], Generator[Any, Any, list[Any]]] = primitive(
        Capability.JOIN, "results = yield from join(factories)"
    )
    cancel: Callable[..., Generator[Any, Any, None]] = primitive(
        Capability.CANCEL, "yield from cancel(factories, ready), with ready() a generator"
    )
    Event: Callable[[], Any] = primitive(
        Capability.EVENT, "Event(), with `yield from set()` and `yield from wait()`"
    )
    Semaphore: Callable[[int], Any] = primitive(
        Capability.SEMAPHORE, "Semaphore(value), with `yield from acquire()` and `yield from release()`"
    )
    queue: Callable[[int], tuple[Callable[[Any], Any], Callable[[], Any]]] = primitive(
        Capability.QUEUE, "put, get = queue(capacity), with `yield from put(item)` and `yield from get()`"
    )
    timeout: Callable[..., Any] = primitive(
        Capability.TIMEOUT, "result, in_time = yield from timeout(seconds, factory)"
    )
    readable: Callable[[Any], Any] = primitive(
        Capability.READINESS, "yield from readable(socket), and writable(socket)"
    )
    writable: Callable[[Any], Any] = field(default=Lacking(Capability.READINESS))
    executor: Executor = primitive(Capability.EXECUTOR, SUBMITTING)


@dataclass(frozen=True, slots=True, kw_only=True)
class CoroutineRuntime(Runtime):
    """``coroutine``: what is awaited. An event is set by a plain call: curio's, which is awaited, is none.

    ``join`` makes tasks of factories, as children of the one that calls it, and returns their results.
    ``cancel`` makes such children, awaits ``ready()``, cancels them all and returns when all have ended. What
    ``queue`` and ``Semaphore`` make has to be made inside the loop.
    """

    sleep: Callable[[float], Any] = primitive(Capability.SLEEP, "await sleep(seconds: float)")
    switch: Callable[[], Any] = primitive(Capability.SWITCH, "await switch()")
    Event: Callable[[], Any] = primitive(Capability.EVENT, "Event(), with set() and await wait()")
    join: Callable[[Sequence[Factory]], Any] = primitive(Capability.JOIN, "results = await join(factories)")
    Semaphore: Callable[[int], Any] = primitive(
        Capability.SEMAPHORE, "Semaphore(value), entered by `async with`"
    )
    queue: Callable[[int], tuple[Callable[[Any], Any], Callable[[], Any]]] = primitive(
        Capability.QUEUE, "put, get = queue(capacity), with await put(item) and await get()"
    )
    cancel: Callable[..., Any] = primitive(Capability.CANCEL, "await cancel(factories, ready)")
    timeout: Callable[[float], Any] = primitive(
        Capability.TIMEOUT, "timeout(seconds), entered by `async with`, which raises TimeoutError"
    )
    offload: Callable[[Callable[[], Any]], Any] = primitive(
        Capability.OFFLOAD, "result = await offload(function), called in a thread"
    )
    loop: Callable[[], Any] = primitive(
        Capability.LOOP, "loop(), called in a task: asyncio's loop, which has its sockets and protocols"
    )
    executor: Executor = primitive(
        Capability.EXECUTOR, "call = executor(kind, workers, first); result = await call(function)"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockingRuntime(Runtime):
    """``blocking``: plain calls, with locks and conditions that are called as those of ``threading``.

    ``join`` and ``cancel`` are those of ``coroutine``, called plainly.
    """

    sleep: Callable[[float], None] = primitive(Capability.SLEEP, "sleep(seconds: float)")
    Lock: Callable[[], Any] = primitive(Capability.LOCK, "Lock(), with acquire(), release() and `with`")
    Condition: Callable[[Any], Any] = primitive(
        Capability.CONDITION, "Condition(lock), with wait(), notify() and notify_all()"
    )
    join: Callable[[Sequence[Factory]], list[Any]] = primitive(Capability.JOIN, "results = join(factories)")
    Semaphore: Callable[[int], Any] = primitive(Capability.SEMAPHORE, "Semaphore(value), entered by `with`")
    queue: Callable[[int], tuple[Callable[[Any], Any], Callable[[], Any]]] = primitive(
        Capability.QUEUE, "put, get = queue(capacity), with put(item) and get()"
    )
    cancel: Callable[..., None] = primitive(Capability.CANCEL, "cancel(factories, ready)")
    offload: Callable[[Callable[[], Any]], Any] = primitive(
        Capability.OFFLOAD, "result = offload(function), called in a thread of its own"
    )
    executor: Executor = primitive(Capability.EXECUTOR, SUBMITTING)


RUNTIMES: Mapping[Dialect, type[Runtime]] = {
    "polling": PollingRuntime,
    "generator": GeneratorRuntime,
    "delegating": DelegatingRuntime,
    "coroutine": CoroutineRuntime,
    "blocking": BlockingRuntime,
}


class Session(Protocol):
    """An opened model: its primitives, and the way to run tasks to their end.

    One whose tasks run in processes or interpreters that stay may have two methods more. ``prepare(batches)``
    is called before the clock starts, and sends each ``batch.recipe`` there, which builds its task factories
    once, by ``recipe.build(rt)``, of the helper's own primitives; ``run`` is handed the batch then, in place
    of a list of factories (``batch.factories``), and sends numbers of tasks. ``processes()`` names the
    helpers that are alive: their CPU time and memory are added to the figures.

    One whose tasks are coroutines may have ``aside(function)``, which awaits ``function()`` between two runs,
    in one task for all calls, whose context the tasks of later runs take over, and returns what that
    returned. Without it such a task is made on asyncio's loop, if that is what the session drives.
    """

    @property
    def rt(self) -> Any:
        """The model's primitives."""

    def run(self, factories: Sequence[Factory]) -> list[Any]:
        """Make every task, run all to their end, and return their results in the factories' order."""


PENDING: Any = object()
"""Stands in the place of a result until its task returns one; no task can return it by chance. One that is
cancelled returns none."""


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


UNSAID: Any = None
"""Stands for what a model does not say of itself, until it is made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A way to run concurrent tasks.

    ``open`` is start-up (an event loop, a pool) and its exit is teardown; both lie outside every
    timed region. ``current`` names the task that is running now, as the library itself tells it, for
    models whose tasks are more than the object that the factory made. ``unavailable`` gives the reason why
    the model cannot run here, or None; it must not raise. ``lends``: which capabilities the runtimes of its
    sessions have, since it has to be known before there is a session; a model that does not say it is taken
    to lend what all models of its dialect did when none could say. ``traits``: what its tasks run on; a
    model may say it by ``single_threaded``, ``pooled`` and ``workers``, too. ``family``: what readers find it
    under, derived from dialect and traits where it is not said. ``sized`` makes the same model with another
    number of workers, called ``name:number``, where it has a number of them. ``on_clock``: within it, its
    sleeping tasks go by that clock (s), which only a loop that never sleeps itself can do. ``within`` runs
    tasks as children of the one that awaits it, on a loop that runs already, as ``run`` of a session does on
    its own. ``all_tasks``, called in a task, names all that there are, where asyncio cannot.
    """

    name: str
    dialect: Dialect
    summary: str
    cost: str
    source: str
    version: Callable[[], str]
    open: Callable[[], AbstractContextManager[Session]]
    current: Callable[[], object] | None = None
    unavailable: Callable[[], str | None] = field(default=always_available)
    traits: Traits = UNSAID
    lends: Set[Capability] = UNSAID
    family: Family = UNSAID
    sized: "Callable[[int], Model] | None" = None
    on_clock: Callable[[Callable[[], float]], AbstractContextManager[None]] | None = None
    within: Callable[[Sequence[Factory]], Awaitable[list[Any]]] | None = None
    all_tasks: Callable[[], Sequence[Any]] | None = None
    single_threaded: InitVar[bool | None] = None
    pooled: InitVar[bool | None] = None
    workers: InitVar[int | None] = None

    def __post_init__(self, single_threaded: bool | None, pooled: bool | None, workers: int | None) -> None:
        older = {"single_threaded": single_threaded, "pooled": pooled, "workers": workers}
        object.__setattr__(self, "traits", traits_from(self.dialect, self.traits, **older))
        family = family_from(self.dialect, self.traits) if self.family is UNSAID else self.family
        object.__setattr__(self, "family", family)
        lends = assumed(self.dialect) if self.lends is UNSAID else self.lends
        lends = frozenset(lends) if isinstance(lends, set | frozenset) else lends
        object.__setattr__(self, "lends", lends)

    @property
    def capabilities(self) -> Set[Capability]:
        """All that its tasks can be lent: primitives, and memory that they share."""
        shared = {Capability.SHARED_MEMORY} if self.traits.shares_memory else set()
        return self.lends | shared

    @property
    def most_alive(self) -> int | None:
        """How many tasks can be alive at once: as many as it has workers, None for any number."""
        return self.traits.workers


def assumed(dialect: Dialect) -> frozenset[Capability]:
    """Return what a model that does not say what it lends is taken to lend."""
    named: Any = dialect  # a plug-in's, which may be anything
    runtime = RUNTIMES.get(dialect) if type(named) is str else None
    return ASSUMED.intersection(primitives_of(runtime)) if runtime else frozenset()
