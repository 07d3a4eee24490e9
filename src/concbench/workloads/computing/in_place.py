"""In place: calls that a task makes itself, while everybody who shares its thread waits; in each dialect."""

from functools import cache, partial
from time import perf_counter as now
from typing import Any

from concbench.models.base import Factory
from concbench.workloads.computing.handing import here, tasks_of


@cache
def in_place_class(task: Any) -> Any:
    """Return the class of the polled tasks, the same for every run (see ``spawn``)."""

    class InPlace(task):  # type: ignore[misc]
        def __init__(self, calls: list[Any]) -> None:
            super().__init__()
            self.calls = calls

        def run(self) -> None:
            self.result = here(), [(now(), call(), now()) for call in self.calls]
            self.ready = True

    return InPlace


def polling(rt: Any, p: Any) -> list[Factory]:
    """All in the first poll."""
    return tasks_of(rt, p, partial(in_place_class(rt.Task)))


def generator(rt: Any, p: Any) -> list[Factory]:
    """All before the first yield."""

    def makes(calls: list[Any]) -> Any:
        return here(), [(now(), call(), now()) for call in calls]
        yield

    return tasks_of(rt, p, makes)


def coroutine(rt: Any, p: Any) -> list[Factory]:
    """All before the first await."""

    async def makes(calls: list[Any]) -> Any:
        return here(), [(now(), call(), now()) for call in calls]

    return tasks_of(rt, p, makes)


def blocking(rt: Any, p: Any) -> list[Factory]:
    """As any function does."""

    def makes(calls: list[Any]) -> Any:
        return here(), [(now(), call(), now()) for call in calls]

    return tasks_of(rt, p, makes)
