"""parallel: k tasks of pure computing, and nothing to wait for: are they done side by side?

Each task does so many steps (:mod:`concbench.workloads.steps`) on a number that lies in a list, so k
tasks are k times the work of one. ``shared`` 0: each makes a list for itself. ``shared`` 1: all have places
in one list, which all read and write at once. No task touches another's place, so no lock is taken and no
result rests on one; what may be in the way is the interpreter's own: a lock of the list in a build without a
lock of all, and places side by side in the CPUs' caches.

A loop computes in one thread, one task after the other, and that is the finding. So do threads under one
lock, which pay for taking turns besides.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from random import Random
from typing import Any

from concbench.models.base import (
    BlockingRuntime,
    CoroutineRuntime,
    DelegatingRuntime,
    Dialect,
    Factory,
    GeneratorRuntime,
    PollingRuntime,
)
from concbench.promised import Promised
from concbench.promises import Spawned, Suspends
from concbench.workloads.base import NotExpressible, Preset, Workload, at_least, judge_equal, numbers
from concbench.workloads.questions import Lanes, Question
from concbench.workloads.steps import after, compute_in, start_of


@dataclass(frozen=True, slots=True)
class Params:
    """``tasks``: k, how many there are. ``steps``: of computing, in each.

    ``shared``: 1 where all their numbers lie in one list, 0 where each has a list to itself.
    """

    tasks: int = 2
    steps: int = 50_000
    shared: int = 0

    def __post_init__(self) -> None:
        at_least(1, tasks=self.tasks)
        at_least(0, steps=self.steps, shared=self.shared)
        if self.shared > 1:
            raise ValueError(f"shared must be 0 or 1, not {self.shared}")


def private(value: int, steps: int) -> int:
    """Compute in a list of one's own, and return where it leads."""
    cells = [value]
    compute_in(cells, 0, steps)
    return cells[0]


def in_common(cells: list[int], place: int, steps: int) -> tuple[int, tuple[int, int]]:
    """Compute at a place of a list; return where it leads, and which list of which process it was."""
    compute_in(cells, place, steps)
    return cells[place], (os.getpid(), id(cells))


def chunks(rt: Any, p: Params) -> list[Callable[[], Any]]:
    """Return what each task computes, as a call."""
    cells = [start_of(number) for number in numbers(rt.salt, p.tasks)]
    if p.shared:
        return [partial(in_common, cells, place, p.steps) for place in range(p.tasks)]
    return [partial(private, value, p.steps) for value in cells]


@cache
def chunk_class(task: Any) -> Any:
    """Return the class of the polled tasks, the same for every run (see ``spawn``)."""

    class Chunk(task):  # type: ignore[misc]
        def __init__(self, chunk: Callable[[], Any]) -> None:
            super().__init__()
            self.chunk = chunk

        def run(self) -> None:
            self.result = self.chunk()
            self.ready = True

    return Chunk


def polling(rt: PollingRuntime, p: Params) -> list[Factory]:
    """Compute at the first poll."""
    return [partial(chunk_class(rt.Task), chunk) for chunk in chunks(rt, p)]


def generator(rt: GeneratorRuntime | DelegatingRuntime, p: Params) -> list[Factory]:
    """Compute before the first yield."""

    def computing(chunk: Callable[[], Any]) -> Any:
        return chunk()
        yield

    return [partial(computing, chunk) for chunk in chunks(rt, p)]


def coroutine(rt: CoroutineRuntime, p: Params) -> list[Factory]:
    """Compute before the first await."""

    async def computing(chunk: Callable[[], Any]) -> Any:
        return chunk()

    return [partial(computing, chunk) for chunk in chunks(rt, p)]


def blocking(rt: BlockingRuntime, p: Params) -> list[Factory]:
    """Compute: the chunk is the task."""
    return chunks(rt, p)


def apart(rt: BlockingRuntime, p: Params) -> list[Factory]:
    """Compute in a helper, where there is no list of others' to share."""
    if p.shared:
        raise NotExpressible("tasks in processes or interpreters of their own share no list")
    return chunks(rt, p)


def promise(p: Params, _dialect: Dialect) -> tuple[Promised, ...]:
    """k tasks, none of which suspends."""
    return Spawned(p.tasks), Suspends(0)


def judge(results: Sequence[Any], p: Params, salt: int = 0) -> str | None:
    """Every task computed all its steps from its own number on; where they share a list, it is one."""
    right = [after(start_of(number), p.steps) for number in numbers(salt, p.tasks)]
    if not p.shared:
        return judge_equal(results, right)
    for index, result in enumerate(results):
        if not (type(result) is tuple and len(result) == 2 and type(result[1]) is tuple):
            return f"task {index} returned {result!r} instead of a number and whose list it was in"
    wrong = judge_equal([result[0] for result in results], right)
    lists = len({result[1] for result in results})
    return wrong or (f"the tasks had {lists} lists instead of a shared one" if lists > 1 else None)


def points(preset: Preset) -> list[Params]:
    """One task, which all others are held against, then more; beyond ``quick``, with shared data too."""
    if preset == "quick":
        return [Params(tasks=tasks) for tasks in (1, 2, 4)]
    return [Params(tasks=tasks, shared=shared) for shared in (0, 1) for tasks in (1, 2, 4, 8)]


def small(rng: Random) -> list[Params]:
    """One task, one that has nothing to do, more than a small pool has workers, and a shared list."""
    drawn = rng.randint(3, 20), rng.randint(1, 5_000)
    return [Params(1, 1_000), Params(2, 0), Params(*drawn), Params(*drawn, shared=1)]


WORKLOAD = Workload(
    name="parallel",
    version="1",
    family="computing",
    summary="k tasks of pure computing, their data private or in one shared list",
    reading=(
        "Time and CPU per task. Where k tasks are done side by side, the time per task falls as 1/k, until"
        " CPUs or workers run out; the CPU per task stays. The speed-up over one is k · time(1) / time(k), of"
        " whole runs: 1 is one after the other. Compare `shared` 1 with `shared` 0 of the same model: what is"
        " lost is contention for the list. It does not tell how a model does whose tasks wait (see mix)."
    ),
    params=Params,
    versions={
        "polling": polling,
        "generator": generator,
        "delegating": generator,
        "coroutine": coroutine,
        "blocking": blocking,
        "process-pool": apart,
        "interpreter-pool": apart,
    },
    promise=promise,
    judge=judge,
    points=points,
    small=small,
    smallest=Params(tasks=2, steps=10),
    memory_points=lambda _points: [],
    brief=Params(tasks=100, steps=500),
    questions=(
        Question(
            title="Computing, side by side",
            where="shared=0",
            metric="wall",
            goal="least time per task",
            bound=4,
            rank=60,
            price=(
                "Where the interpreter has a lock (GIL), tasks and threads compute one at a time, so all"
                " but processes and interpreters are much alike. Only above 100 % of a core was anything done"
                " side by side; the CPU per task is no less for it."
            ),
        ),
    ),
    lanes=Lanes(
        params=Params(tasks=4, steps=20_000),
        reading=(
            "Each lane is a task, a bar where it ran. Bars one after the other are one thread's; bars above"
            " each other are done side by side, or hold each other up where they are longer."
        ),
    ),
)
