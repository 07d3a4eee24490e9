"""cancel: n tasks that wait for ever are cancelled by who made them, and who waits until all is quiet.

What it measures is the price of giving up: a request that has been withdrawn, a search that another has won.
A keeper makes n tasks as children by the model's ``cancel``. Each waits for something of its own that never
comes, inside ``try``, and its ``finally`` puts its number down. When all n are there the keeper looks at the
clock, has them cancelled, and looks again when ``cancel`` returns: the time to quiet, in which each of them
was woken, cleaned up, and was collected. Each library has its own way to do it, with a price.

- asyncio: ``task.cancel()`` asks a task to raise ``CancelledError`` where it waits: it cancels the future,
  whose callback wakes the task in a later turn of the loop, and there it is raised. It is a request, which a
  task may refuse: who made the task has to wait for its end, and a TaskGroup does.
- trio, anyio: a cancel scope is cancelled, and all tasks in it with that; whoever waits is woken with an
  exception, and the nursery is not left before all have ended. anyio on asyncio asks each task by
  ``task.cancel()``, and asks again in each turn of the loop while one has not ended.
- curio: ``cancel_remaining`` traps into the kernel once for each task, and then waits for each.
- gevent: ``killall`` raises ``GreenletExit`` in each greenlet, and waits for all.
- generators: ``close()`` raises ``GeneratorExit`` at the ``yield`` where one stands, at once and in the
  caller's own stack: nothing is scheduled, since nothing that cleans up may wait.
- threads cannot be cancelled from outside.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from math import inf
from random import Random
from typing import Any

from concbench.models.base import BlockingRuntime, CoroutineRuntime, DelegatingRuntime, Dialect, Factory
from concbench.models.capabilities import Capability
from concbench.promised import Promised
from concbench.promises import Overlap, Spawned
from concbench.workloads.base import NotExpressible, Preset, Version, Workload, at_least, numbers
from concbench.workloads.between_tasks.cancel_wordings import Notes, curio, waiting
from concbench.workloads.questions import Lanes, Question

NO_THREAD = NotExpressible(
    "a thread that waits cannot be cancelled from outside: a flag, and a wake-up that has it look there, are"
    " what is done instead, which parked measures"
)
NO_WORKER = NotExpressible(
    "what a worker of a pool has begun cannot be cancelled: Future.cancel() only takes back what still waits"
    " for a worker"
)


@dataclass(frozen=True, slots=True)
class Params:
    """``tasks``: n, how many are cancelled. The keeper comes on top."""

    tasks: int = 100

    def __post_init__(self) -> None:
        at_least(1, tasks=self.tasks)


def delegating(rt: DelegatingRuntime, p: Params) -> list[Factory]:
    """Yield for ever; to be cancelled is to be closed."""
    notes = Notes()

    def child(number: int) -> Any:
        notes.arrived += 1
        try:
            while True:
                yield
        finally:
            notes.cleaned.append(number)

    def ready() -> Any:
        while notes.arrived < p.tasks:
            yield
        notes.ask()

    children = [partial(child, number) for number in numbers(rt.salt, p.tasks)]

    def keeper() -> Any:
        yield from rt.cancel(children, ready)
        return notes.quiet()

    return [keeper]


def coroutine(rt: CoroutineRuntime, p: Params) -> list[Factory]:
    """Wait for an event of one's own, which nobody else knows; the last to arrive tells the keeper."""
    notes = Notes()
    all_here: Any = None

    async def child(number: int) -> None:
        notes.arrived += 1
        if notes.arrived == p.tasks:
            all_here.set()
        try:
            await rt.Event().wait()
            notes.went_on.append(number)
        finally:
            notes.cleaned.append(number)

    async def ready() -> None:
        await all_here.wait()
        notes.ask()

    children = [partial(child, number) for number in numbers(rt.salt, p.tasks)]

    async def keeper() -> Any:
        nonlocal all_here
        all_here = rt.Event()  # inside the loop: some libraries insist on that
        await rt.cancel(children, ready)
        return notes.quiet()

    return [keeper]


def blocking(rt: BlockingRuntime, p: Params) -> list[Factory]:
    """Wait for a lock of one's own that is taken; the last to arrive lets go of that of the keeper."""
    notes, all_here = Notes(), rt.Lock()
    all_here.acquire()

    def child(number: int) -> None:
        taken = rt.Lock()
        taken.acquire()
        notes.arrived += 1
        if notes.arrived == p.tasks:
            all_here.release()
        try:
            taken.acquire()
            notes.went_on.append(number)
        finally:
            notes.cleaned.append(number)

    def ready() -> None:
        all_here.acquire()
        notes.ask()

    children = [partial(child, number) for number in numbers(rt.salt, p.tasks)]

    def keeper() -> Any:
        rt.cancel(children, ready)
        return notes.quiet()

    return [keeper]


def promise(p: Params, _dialect: Dialect) -> tuple[Promised, ...]:
    """n tasks and their keeper, all of them alive at some moment."""
    return Spawned(p.tasks + 1), Overlap(p.tasks + 1)


def judge(results: Sequence[Any], p: Params, salt: int = 0) -> str | None:
    """When all was to be quiet each task had cleaned up once, none before it was asked, and none went on."""
    if len(results) != 1 or type(results[0]) is not tuple or len(results[0]) != 4:
        return f"the keeper's one result is to have four parts, not {results!r}"
    cleaned, too_soon, went_on, seconds = results[0]
    if type(cleaned) is not list or len(cleaned) != p.tasks or set(cleaned) != set(numbers(salt, p.tasks)):
        return f"these cleaned up, {cleaned!r}, when cancel had returned, and each of {p.tasks} was to once"
    if too_soon != 0:
        return f"{too_soon} tasks had cleaned up before the last had arrived"
    if went_on != []:
        return f"these tasks went on, where nothing came that they waited for: {went_on!r}"
    if type(seconds) is not float or not 0 <= seconds < inf:
        return f"it took {seconds!r} s until all was quiet"
    return None


def records(results: Sequence[Any], _params: Params) -> dict[str, Any]:
    """Return the time to quiet."""
    return {"quiet_ns": round(1e9 * results[0][3])}


def points(preset: Preset) -> list[Params]:
    """n in decades."""
    counts = (10, 100, 1000) if preset == "quick" else (1, 10, 100, 1000)
    return [Params(tasks=tasks) for tasks in counts]


def small(rng: Random) -> list[Params]:
    """One task, a pair, a few, and a random number."""
    return [Params(tasks=tasks) for tasks in (1, 2, 10, rng.randint(11, 60))]


WORKLOAD = Workload(
    name="cancel",
    version="1",
    family="between-tasks",
    summary="n parked tasks that are cancelled, each of which cleans up, until all is quiet",
    reading=(
        "Time to quiet per task: from when all n wait until each has cleaned up and their keeper has them"
        " back. Time and CPU per task are those of the whole: to make, park, cancel and collect one. The"
        " keeper counts as a task. It does not tell of clean-ups that wait themselves, of tasks that refuse,"
        " nor of a cancellation that comes while a task runs: here all wait, and each lets go at once."
    ),
    params=Params,
    versions={
        "polling": NotExpressible(
            "of a polled object nothing runs but run(): a loop can drop it, and nothing cleans up"
        ),
        "generator": NotExpressible(
            "the loop takes its tasks when it starts: a task can neither make others nor have them closed"
        ),
        "delegating": Version(
            delegating,
            needs={Capability.CANCEL, Capability.SHARED_MEMORY},
            preferred=Version(waiting, needs={Capability.CANCEL, Capability.EVENT, Capability.SHARED_MEMORY}),
        ),
        "coroutine": Version(
            coroutine, needs={Capability.CANCEL, Capability.EVENT, Capability.SHARED_MEMORY}
        ),
        "blocking": Version(blocking, needs={Capability.CANCEL, Capability.LOCK, Capability.SHARED_MEMORY}),
        "curio": Version(curio, needs={Capability.CANCEL, Capability.SHARED_MEMORY}),
        "async-await": Version(curio, needs={Capability.CANCEL, Capability.SHARED_MEMORY}),
        "tinyio": NotExpressible(
            "tinyio cancels all tasks of a loop when one of them raises, and no task by itself"
        ),
        "threads": NO_THREAD,
        "thread-pool": NO_WORKER,
        "process-pool": NO_WORKER,
        "interpreter-pool": NO_WORKER,
    },
    promise=promise,
    judge=judge,
    points=points,
    small=small,
    memory_points=lambda _points: [],
    smallest=Params(tasks=2),
    brief=Params(tasks=100),
    records=records,
    questions=(
        Question(
            title="Cancelling tasks",
            metric="quiet",
            goal="least time until all is quiet",
            rank=60,
            price=(
                "Who closes generators by hand is quickest, and nothing that cleans up may wait there; in"
                " event loops and libraries it may. Threads cannot be cancelled at all."
            ),
        ),
    ),
    lanes=Lanes(
        params=Params(tasks=3),
        reading=(
            "The first lane is the keeper's: it makes the others, which begin, wait, and are woken once more"
            " to clean up, when the last of them has told it that all are there."
        ),
    ),
)
