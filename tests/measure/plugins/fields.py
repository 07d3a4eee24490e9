"""A workload as the first ones of others were: a promise with fields, mere functions, a slope and no unit."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from concbench.models.base import DelegatingRuntime, Dialect, Factory, GeneratorRuntime
from concbench.workloads.base import NotExpressible, Promise, Workload, at_least, judge_equal, numbers


@dataclass(frozen=True)
class Params:
    tasks: int = 3
    start: int = 4

    def __post_init__(self) -> None:
        at_least(1, tasks=self.tasks, start=self.start)


def generator(rt: GeneratorRuntime | DelegatingRuntime, p: Params) -> list[Factory]:
    def count(number: int) -> Generator[None, None, int]:
        for _ in range(p.start):
            yield
        return number

    return [partial(count, number) for number in numbers(rt.salt, p.tasks)]


def promise(p: Params, _dialect: Dialect) -> Promise:
    return Promise(tasks=p.tasks, suspensions=p.start, overlap=p.tasks, fair=True)


def judge(results: Sequence[Any], p: Params, salt: int) -> str | None:
    return judge_equal(results, numbers(salt, p.tasks))


WORKLOADS = [
    Workload(
        name="countdown",
        version="1",
        summary="tasks that count down in turn",
        reading="Time per suspension.",
        params=Params,
        versions={"polling": NotExpressible("left out"), "generator": generator},
        promise=promise,
        judge=judge,
        points=lambda _preset: [Params()],
        small=lambda rng: [Params(rng.randint(2, 9))],
        smallest=Params(2, 2),
        doubled="start",
        units={"start": "steps"},
    )
]
