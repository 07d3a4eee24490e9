"""A model that notes when it is opened and closed, and a stand-in for pytest-benchmark's fixture."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

from concbench.cases.pace import Budget
from concbench.models import index
from concbench.models.base import Factory, Model, Session
from concbench.pytest_plugin.running import ConcurrencyBenchmark
from concbench.workloads.catalogue import Catalogue


@dataclass(slots=True)
class NotedSession:
    """A session that notes every run."""

    inner: Session
    notes: list[str]

    @property
    def rt(self) -> Any:
        """The model's primitives."""
        return self.inner.rt

    def run(self, factories: Sequence[Factory]) -> list[Any]:
        """Run, and note it."""
        self.notes.append("run")
        return self.inner.run(factories)


def noted(name: str, notes: list[str]) -> Model:
    """Return a model of the package that notes what is done with it."""
    model = index.get(name)

    @contextmanager
    def open_session() -> Iterator[Session]:
        notes.append("open")
        with model.open() as session:
            try:
                yield NotedSession(session, notes)
            finally:
                notes.append("close")

    return replace(model, open=open_session)


@dataclass(slots=True)
class FakeBenchmark:
    """What pytest-benchmark does with a pedantic call, without a clock."""

    enabled: bool = True
    group: str | None = None
    extra_info: dict[str, Any] = field(default_factory=dict)
    has_error: bool = False
    stats: dict[str, Any] = field(default_factory=dict)
    timer: Callable[[], float] = time.perf_counter
    asked: dict[str, int] = field(default_factory=dict)
    collects: bool = True
    durations: list[float] = field(default_factory=list)
    _mode: str | None = None

    @property
    def _timer(self) -> Callable[[], float]:
        return self.timer

    @property
    def _disable_gc(self) -> bool:
        return not self.collects

    def _make_stats(self, iterations: int) -> Any:
        self.asked = {"iterations": iterations}
        self.stats = {"median": 1.0, "options": {"timer": self.timer}}
        return SimpleNamespace(update=self.durations.append)

    def pedantic(
        self,
        target: Callable[[], Any],
        *,
        setup: Callable[[], None] | None,
        teardown: Callable[[], None],
        **asked: int,
    ) -> None:
        """Call setup, target and teardown as often as asked for; once, and without teardown, if disabled."""
        self.asked = asked
        rounds = asked["rounds"] + asked["warmup_rounds"] if self.enabled else 1
        for _ in range(rounds):
            if setup is not None:
                setup()
            for _ in range(asked["iterations"]):
                target()
            if self.enabled:
                teardown()
        if self.enabled:
            self.stats = {"median": 1.0, "options": {"timer": self.timer}}


def fixture(
    model: Model | None = None, tasks: int = 3, benchmark: FakeBenchmark | None = None, **budget: float
) -> ConcurrencyBenchmark:
    """Return the fixture's object for a case, with a budget of next to nothing."""
    bounds: dict[str, Any] = {"max_time": 0.0, "min_rounds": 2, **budget}
    return ConcurrencyBenchmark(benchmark or FakeBenchmark(), model, tasks, Catalogue(), Budget(**bounds))
