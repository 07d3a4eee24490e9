"""spawn: n tasks that finish at once.

What it measures is the price of a task that does nothing: making it, running its first and only step,
collecting its result. A model may run the tasks one after another here; honest models do.
"""

from collections.abc import Sequence
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
from concbench.workloads.base import Preset, Workload, at_least, judge_equal, numbers
from concbench.workloads.questions import Question


@dataclass(frozen=True, slots=True)
class Params:
    """``tasks``: how many tasks are made."""

    tasks: int = 1000

    def __post_init__(self) -> None:
        at_least(1, tasks=self.tasks)


@cache
def finish_class(task: Any) -> Any:
    """Return the class of the polled tasks, the same for every run.

    A class made anew for each run would be new to the interpreter's inline caches in the timed region.
    """

    class Finish(task):  # type: ignore[misc]
        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

        def run(self) -> None:
            self.result = self.number
            self.ready = True

    return Finish


def polling(rt: PollingRuntime, p: Params) -> list[Factory]:
    """Ready on the first poll."""
    finish = finish_class(rt.Task)
    return [partial(finish, number) for number in numbers(rt.salt, p.tasks)]


def generator(rt: GeneratorRuntime | DelegatingRuntime, p: Params) -> list[Factory]:
    """Return before the first yield."""

    def finish(number: int) -> Any:
        return number
        yield

    return [partial(finish, number) for number in numbers(rt.salt, p.tasks)]


def coroutine(rt: CoroutineRuntime, p: Params) -> list[Factory]:
    """Return before the first await."""

    async def finish(number: int) -> int:
        return number

    return [partial(finish, number) for number in numbers(rt.salt, p.tasks)]


def blocking(rt: BlockingRuntime, p: Params) -> list[Factory]:
    """Return."""

    def finish(number: int) -> int:
        return number

    return [partial(finish, number) for number in numbers(rt.salt, p.tasks)]


def promise(p: Params, _dialect: Dialect) -> tuple[Promised, ...]:
    """n tasks, none of which suspends."""
    return Spawned(p.tasks), Suspends(0)


def judge(results: Sequence[Any], p: Params, salt: int = 0) -> str | None:
    """Every task returns its own number."""
    return judge_equal(results, numbers(salt, p.tasks))


def points(preset: Preset) -> list[Params]:
    """n in decades."""
    counts = (10, 100, 1000) if preset == "quick" else (1, 10, 100, 1000, 4000)
    return [Params(tasks=tasks) for tasks in counts]


def small(rng: Random) -> list[Params]:
    """One task, a few, and a random number."""
    return [Params(tasks=tasks) for tasks in (1, 10, rng.randint(11, 60))]


WORKLOAD = Workload(
    name="spawn",
    version="1",
    family="basics",
    summary="n tasks that finish at once",
    reading=(
        "Time and CPU per task that is made, run and collected. At n = 1 it is mostly the price of entering "
        "and leaving the model's loop; the price of a task shows at large n. A loop that goes round all "
        "pending tasks makes one round here, so busy loops show no price yet."
    ),
    params=Params,
    versions={
        "polling": polling,
        "generator": generator,
        "delegating": generator,
        "coroutine": coroutine,
        "blocking": blocking,
    },
    promise=promise,
    judge=judge,
    points=points,
    small=small,
    smallest=Params(tasks=2),
    brief=Params(tasks=100),
    questions=(
        Question(
            title="Many short tasks",
            metric="wall",
            goal="least time per task",
            rank=30,
            price=(
                "The tasks do nothing, so this is the price of the model alone; nothing has to be waited for."
            ),
        ),
    ),
)
