"""What a pair at a benchmark costs, by what running it once took."""

from collections.abc import Mapping
from typing import Any

import pytest

from concbench.drive.served.pairs import ServedCell
from concbench.drive.served.trial import Tried, try_side
from concbench.drive.served.turns import Pace

ABOUT = {"once_ns": 1_000_000, "whole_ns": 1_000_000, "around_ns": 0}


def cost(pace: Pace, around_s: float = 0.0, **about: int) -> float:
    side = Tried("a.py::test_a", "a.py", ABOUT | about, around_s=around_s)
    return ServedCell((side, side), pace).seconds()


def test_calls_turns_and_what_is_around_them_are_in_it() -> None:
    pace = Pace(number=2, slices=6, untimed=1, warm=True)
    calls = cost(pace)
    assert calls == pytest.approx(2 * (20 * 0.001 + 7 * 0.003))
    assert cost(pace, around_s=0.5) == pytest.approx(calls + 1.0)
    assert cost(pace, around_ns=10_000_000) == pytest.approx(calls + 2 * 7 * 0.01)


class Slow:
    """A process with one benchmark, which takes long to set up."""

    def __init__(self, clock: "Clock") -> None:
        self.clock, self.greeting = clock, dict[str, Any](unavailable=None)

    def request(self, message: Mapping[str, Any], _seconds: float) -> dict[str, Any]:
        self.clock.now += 3.0 if message["op"] == "try" else 0.5
        told: dict[str, dict[str, Any]] = {
            "collect": {"tests": [{"name": "a", "file": "a.py"}], "errors": [], "origins": {}},
            "try": ABOUT | {"tried_ns": 1_000_000_000},
            "end": {"passed": True},
        }
        return told[message["op"]]

    def close(self) -> dict[str, Any]:
        raise NotImplementedError

    def kill(self) -> None:
        """There is nothing to end."""


class Clock:
    """Tells the time that others let pass."""

    now = 0.0

    def monotonic(self) -> float:
        return self.now


def test_setting_up_and_tearing_down_is_told_apart_from_the_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr("concbench.drive.served.trial.time", clock)
    contender: Any = None
    trial = try_side(lambda _contender: Slow(clock), contender, 60.0)
    assert trial.tests["a"].around_s == 2.5
