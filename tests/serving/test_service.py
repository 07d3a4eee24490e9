"""What a benchmark costs when it is tried: what decides how often it is called in every pair."""

from typing import Any

import pytest

from concbench.serving.calls import Figures
from concbench.serving.service import tried

CALL_NS, BURST_NS = 1_000, 40_000_000


class Scripted:
    """A case whose calls take 1 µs, but that something else has the CPU in the attempts of ``bursts``."""

    most: int | None = None
    surrounded = prepared = False
    tasks = sample = 1
    alone = True
    last: Any = None

    def __init__(self, *bursts: int) -> None:
        self.bursts = bursts
        self.attempts: list[int] = []

    def run(self, number: int) -> None:
        """Do nothing."""

    def timed(self, number: int) -> Figures:
        """Say how long so many calls would take."""
        late = BURST_NS if len(self.attempts) in self.bursts else 0
        self.attempts.append(number)
        return {"wall_ns": number * CALL_NS + late, "cpu_ns": number * CALL_NS}


@pytest.mark.parametrize("bursts", [(), (0,), (1,), (0, 1), (1, 2)])
def test_a_burst_of_other_work_does_not_make_a_call_look_long(bursts: tuple[int, ...]) -> None:
    assert tried(Scripted(*bursts))["once_ns"] == CALL_NS


class Slow(Scripted):
    """A case whose calls take 100 ms."""

    def timed(self, number: int) -> Figures:
        """Say how long so many calls would take."""
        self.attempts.append(number)
        return {"wall_ns": number * 10**8, "cpu_ns": number * 10**8}


class Few(Scripted):
    """A case that stands few calls, with something done around each."""

    most: int | None = 4
    surrounded = True


@pytest.mark.parametrize("burst", [0, 1, 2])
def test_a_burst_does_not_make_one_look_long_either_that_stands_few_calls(burst: int) -> None:
    assert tried(Few(burst))["once_ns"] == CALL_NS


@pytest.mark.parametrize(("most", "attempts"), [(1, 1), (2, 1), (3, 2), (4, 3), (None, 3)])
def test_no_more_calls_are_tried_than_a_case_stands(most: int | None, attempts: int) -> None:
    few = Few()
    few.most = most
    tried(few)
    assert few.attempts == [1] * attempts


def test_a_long_call_is_tried_once() -> None:
    slow = Slow()
    assert tried(slow)["once_ns"] == 10**8
    assert slow.attempts == [1]
