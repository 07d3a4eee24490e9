"""A workload, a model and a clock that are made up: runs take the time that a test gives them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

from benchmarks import cells
from concbench.models.base import Factory, GeneratorRuntime, Model
from concbench.workloads.base import NotExpressible, Promise, Workload, judge_equal


@dataclass(slots=True)
class Clock:
    """A clock that moves only when it is told to (s)."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True, slots=True)
class Params:
    """``tasks``: how many; a run with 13 of them is not expressible."""

    tasks: int = 4


def factories(_rt: Any, p: Params) -> list[Factory]:
    if p.tasks == 13:
        raise NotExpressible("there is no thirteenth")
    return [partial(int, index) for index in range(p.tasks)]


WORKLOAD = Workload(
    name="made",
    version="1",
    summary="",
    reading="",
    params=Params,
    versions={"generator": factories, "polling": NotExpressible("it has no polls")},
    promise=lambda p, _dialect: Promise(tasks=p.tasks),
    judge=lambda results, p: judge_equal(results, range(p.tasks)),
    points=lambda _preset: [Params()],
    small=lambda _rng: [Params()],
    smallest=Params(1),
    records=lambda _results, p: {"lateness_p50_ns": 1000 * p.tasks, "lateness_p99_ns": 2000 * p.tasks},
)


@dataclass(slots=True)
class Session:
    """Runs take ``seconds_of`` the number of tasks; ``wrong`` makes the last result another one."""

    clock: Clock = field(default_factory=Clock)
    seconds: float = 0.001
    power: float = 1.0
    wrong: bool = False
    runs: int = 0
    rt: Any = field(default_factory=GeneratorRuntime)

    def run(self, batch: Sequence[Factory]) -> list[Any]:
        self.runs += 1
        self.clock.now += self.seconds * len(batch) ** self.power
        results = [factory() for factory in batch]
        return [*results[:-1], -1] if self.wrong else results


@dataclass(slots=True)
class Catalogue:
    """Knows the made-up workload and models by name; stands in for concbench's own."""

    session: Session = field(default_factory=Session)
    version: str = "1"
    closed: int = 0

    def __call__(self) -> "Catalogue":
        return self

    def workload(self, name: str) -> Workload[Any]:
        return {"made": WORKLOAD}[name]

    def model(self, name: str) -> Model:
        dialects: dict[str, Any] = {"generator": "generator", "polling": "polling", "missing": "generator"}
        return Model(
            name=name,
            dialect=dialects[name],
            summary="",
            cost="",
            source="",
            version=lambda: "1",
            open=self.open,
            unavailable=lambda: "it is not installed" if name == "missing" else None,
        )

    @contextmanager
    def open(self) -> Iterator[Session]:
        yield self.session
        self.closed += 1


def install(patch: pytest.MonkeyPatch) -> Catalogue:
    """Put the made-up catalogue in the place of concbench's, for the code of the suites."""
    catalogue = Catalogue()
    patch.setattr(cells, "Catalogue", catalogue)
    patch.setitem(cells.WORKLOADS, "made", "1")
    return catalogue
