"""Clocks that a test freezes or replaces for itself: what it hands over is timed by the real ones."""

import sys
import time
from collections.abc import Callable
from typing import Any

import pytest

from concbench.measure import probe
from concbench.serving import calls, service

MODULES = (calls, service, probe)


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Freeze time as freezegun does: in ``time``, and in each module that holds a clock of it."""
    clocks = [time.perf_counter_ns, time.perf_counter, time.monotonic_ns, time.monotonic]
    for module in (time, *MODULES):
        for name, one in list(vars(module).items()):
            if any(one is clock for clock in clocks):
                monkeypatch.setattr(module, name, lambda: 0)


def work() -> int:
    return sum(range(20_000))


def timed_call(number: int) -> Any:
    return calls.timed(work, number)[0]


def timed_run(number: int) -> Any:
    return probe.timed(lambda _batch: work(), range(number))[0]


@pytest.mark.usefixtures("frozen")
@pytest.mark.parametrize("timed", [timed_call, timed_run])
def test_frozen_time_is_that_of_the_test_alone(timed: Callable[[int], Any]) -> None:
    assert sys.modules["time"].perf_counter_ns() == 0
    assert timed(5)["wall_ns"] > 50_000


@pytest.mark.usefixtures("frozen")
def test_what_a_call_costs_is_tried_by_a_clock_that_goes() -> None:
    told = service.tried(calls.Surrounded(lambda: work))
    assert told["whole_ns"] > told["once_ns"] > 10_000
