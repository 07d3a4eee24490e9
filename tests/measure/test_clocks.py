"""Clocks that models lend: read where results hold times, and never trusted."""

import asyncio
from collections.abc import Callable
from time import monotonic, perf_counter
from typing import Any

import pytest

from concbench.measure import clocks
from concbench.measure.clocks import NoClock, ahead_of, clock_of, drifted, reading
from concbench.measure.worker import RequestHandler
from concbench.models.asyncio import MODEL as ASYNCIO
from concbench.models.base import GeneratorRuntime
from concbench.workloads.basics import spawn, timers
from concbench.workloads.catalogue import Catalogue
from tests.measure.cheats import lending

pytestmark = pytest.mark.measured_side


def in_the_loop() -> float:
    return asyncio.get_running_loop().time()


NO_CLOCKS: list[tuple[Callable[[], Any], str]] = [
    (in_the_loop, "does not work outside of a run: RuntimeError: no running event loop"),
    (lambda: None, "tells None, no time in s"),
    (lambda: float("nan"), "tells nan, no time in s"),
    (lambda: True, "tells True, no time in s"),
]


@pytest.mark.parametrize(("now", "message"), NO_CLOCKS)
def test_what_is_no_clock_is_told_in_words(now: Callable[[], Any], message: str) -> None:
    with pytest.raises(NoClock, match=message):
        reading(now)
    told = ahead_of(now)
    assert message in str(told)
    assert drifted(told, now, 1.0) == told
    assert message in str(drifted(0.0, now, 1.0))


@pytest.fixture
def ours(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Set our clock, which stands still, by the one item of a list."""
    time = [5.0]
    monkeypatch.setattr(clocks, "perf_counter", lambda: time[0])
    return time


def test_a_clock_that_keeps_its_distance_is_one(ours: list[float]) -> None:
    ahead = ahead_of(lambda: ours[0] + 100)
    ours[0] += 3
    assert ahead == drifted(ahead, lambda: ours[0] + 100, 3.0) == 100.0


def test_a_clock_that_goes_faster_is_told_by_how_much(ours: list[float]) -> None:
    ahead = ahead_of(lambda: 2 * ours[0])
    ours[0] += 3
    assert drifted(ahead, lambda: 2 * ours[0], 3.0) == (
        "the clock that the model lends went 6.000000 s while 3.000000 s passed"
    )


def test_the_model_s_clock_is_read_only_where_tasks_report_times() -> None:
    rt = GeneratorRuntime(now=monotonic)
    assert clock_of(timers.WORKLOAD, rt) is monotonic
    assert clock_of(spawn.WORKLOAD, rt) is perf_counter


OPERATIONS: list[dict[str, Any]] = [
    {"op": "verify", "seconds": 60.0},
    {"op": "look", "seconds": 60.0},
    {"op": "turn", "number": 1, "long_first": False},
]


@pytest.mark.parametrize("request_", OPERATIONS, ids=lambda request: request["op"])
def test_a_clock_that_works_in_a_run_alone_is_invalid_where_it_is_needed(request_: dict[str, Any]) -> None:
    model = lending(ASYNCIO, now=in_the_loop)
    with model.open() as session:
        handler = RequestHandler(Catalogue(), model, session)
        answer = handler.answer({**request_, "workload": "timers", "params": {"tasks": 2, "delay": 0.001}})
        assert answer["outcome"] == "invalid"
        assert answer["reason"].startswith(
            "reported: the clock that the model lends (now of its runtime) does"
        )
        answer = handler.answer({**request_, "workload": "spawn", "params": {"tasks": 2}})
        assert "outcome" not in answer
