"""computing: the same work everywhere, told by a formula; and how many steps a wanted time is worth."""

import random

import pytest

from concbench.workloads.steps import (
    MODULUS,
    WORTH_S,
    after,
    compute,
    compute_in,
    seconds_each,
    start_of,
    steps_for,
)

pytestmark = pytest.mark.measured_side


class Clock:
    """A fake clock, and work that takes so many s a step by it; ``held_up`` are s that some tries lose."""

    def __init__(self, each: float, held_up: tuple[float, ...] = ()) -> None:
        self.time, self.each, self.held_up = 0.0, each, list(held_up)
        self.longest = 0.0

    def now(self) -> float:
        return self.time

    def work(self, _value: int, steps: int) -> None:
        took = steps * self.each + (self.held_up.pop() if self.held_up else 0.0)
        self.time += took
        self.longest = max(self.longest, took)


def test_the_formula_leads_where_the_steps_lead() -> None:
    rng = random.Random(4)
    for steps in (0, 1, 2, 3, *(rng.randrange(3_000) for _ in range(20))):
        value = rng.randrange(MODULUS)
        assert after(value, steps) == compute(value, steps)


def test_where_computing_leads_depends_on_where_it_starts_and_on_every_step() -> None:
    assert len({after(value, 1_000) for value in range(500)}) == 500
    assert len({after(5, steps) for steps in range(500)}) == 500


def test_a_number_of_any_size_is_a_start() -> None:
    starts = [start_of(salt + task) for salt in (3, 2**70) for task in range(5)]
    assert all(0 <= start < MODULUS for start in starts)
    assert len(set(starts)) == 10


def test_computing_in_a_list_does_the_same_and_leaves_other_places_alone() -> None:
    cells = [3, 4, 5]
    compute_in(cells, 1, 700)
    assert cells == [3, after(4, 700), 5]


@pytest.mark.parametrize("each", [1e-9, 6e-8, 3e-6, 0.2])
def test_steps_for_a_time_take_that_time_however_fast_the_interpreter_is(each: float) -> None:
    clock = Clock(each)
    steps = steps_for(0.2, clock.now, clock.work)
    assert steps * each == pytest.approx(0.2, rel=1e-4)


def test_tries_that_were_held_up_do_not_count() -> None:
    clock = Clock(1e-7, held_up=(0.004, 0.0, 0.02, 0.003))
    assert seconds_each(clock.now, clock.work) == pytest.approx(1e-7)


def test_what_is_timed_takes_long_enough_for_a_clock_and_not_much_longer() -> None:
    clock = Clock(5e-8)
    seconds_each(clock.now, clock.work)
    assert WORTH_S <= clock.longest <= 2 * WORTH_S


def test_less_than_a_step_is_one_step() -> None:
    clock = Clock(1e-6)
    assert steps_for(1e-9, clock.now, clock.work) == 1


@pytest.mark.parametrize("seconds", [0, -1, float("inf"), float("nan")])
def test_a_time_that_is_none_is_refused(seconds: float) -> None:
    with pytest.raises(ValueError, match="seconds must be positive and finite"):
        steps_for(seconds)


def test_this_interpreter_does_the_steps_that_were_calibrated() -> None:
    assert steps_for(0.001) > steps_for(0.0001) >= 1
