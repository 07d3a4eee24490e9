"""How many runs are timed: rounds that are long enough, a budget that is kept, and a fake clock."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concbench.cases.pace import (
    ONE_NS,
    PROBE_NS,
    ROUND_NS,
    Budget,
    Cost,
    cost_of,
    cost_of_prepared,
)
from concbench.measure.execution import MAX_NUMBER

RUN_NS = st.floats(min_value=1, max_value=1e12)


def machine(run_ns: float, made: list[int], first: float = 1) -> Callable[[int], dict[str, int]]:
    """Return a probe of runs of this length, the first of which takes ``first`` times as long."""

    def probe(number: int) -> dict[str, int]:
        made.append(number)
        slow = first if len(made) == 1 else 1
        return {"wall_ns": round(number * run_ns * slow), "cpu_ns": round(number * run_ns * slow / 2)}

    return probe


@given(RUN_NS)
def test_a_round_is_long_enough_and_no_longer_than_it_must_be(run_ns: float) -> None:
    number = Budget().iterations(run_ns)
    assert 1 <= number <= MAX_NUMBER
    assert number * run_ns >= ROUND_NS * 0.999 or number == MAX_NUMBER
    assert number == 1 or (number - 1) * run_ns < ROUND_NS


def test_runs_are_gathered_by_the_least_time_and_rounds_by_the_usual_one() -> None:
    cost = Cost(wall_ns=1_000_000, cpu_ns=0, least_ns=500_000)
    budget = Budget(max_time=0.1, min_rounds=1)
    assert budget.pace(cost, 20_000_000, None, None) == (40, 2)
    assert budget.pace(cost, 20_000_000, None, 8) == (10, 8)
    assert budget.pace(cost, 20_000_000, 7, None) == (7, 2)


def test_a_longer_shortest_round_of_pytest_benchmark_is_kept() -> None:
    assert Budget(min_time=0.005).iterations(1_000_000) == 5


@given(RUN_NS, st.floats(0, 1e10), st.floats(0, 10), st.integers(1, 50))
def test_rounds_fill_the_budget_and_never_fall_below_the_fewest(
    round_ns: float, spent_ns: float, max_time: float, fewest: int
) -> None:
    rounds = Budget(max_time=max_time, min_rounds=fewest).rounds(round_ns, spent_ns)
    assert rounds >= fewest
    left = 1e9 * max_time - spent_ns
    assert rounds == fewest or rounds * round_ns <= left * 1.001
    assert (rounds + 1) * round_ns > left * 0.999


@given(RUN_NS)
def test_a_cost_is_taken_over_runs_that_last_long_enough(run_ns: float) -> None:
    made: list[int] = []
    cost = cost_of(machine(run_ns, made))
    assert cost.wall_ns == pytest.approx(run_ns, rel=0.5)
    assert cost.cpu_ns == pytest.approx(cost.wall_ns / 2, rel=0.5)
    assert made[-1] * run_ns >= PROBE_NS * 0.49 or made[-1] == MAX_NUMBER
    assert sum(made) * run_ns <= max(5 * PROBE_NS, 3 * run_ns), "and no longer than that"


def test_a_first_run_that_met_with_noise_does_not_decide() -> None:
    cost = cost_of(machine(50_000, [], first=200))
    assert cost == Cost(50_000, 25_000, 50_000)


def test_the_least_time_is_kept_where_later_runs_met_with_noise() -> None:
    cost = cost_of(machine(50_000, [], first=0.5))
    assert cost == Cost(50_000, 25_000, 25_000)


def test_a_run_that_is_long_is_made_once() -> None:
    made: list[int] = []
    cost_of(machine(ONE_NS, made))
    assert made == [1]


class Prepared:
    """Runs on a clock that moves only with them, each of which has something before and after it."""

    def __init__(self, run_ns: int, beside_ns: int, first: int = 1) -> None:
        self.run_ns, self.beside_ns, self.first = run_ns, beside_ns, first
        self.made = 0
        self.now = 0

    def probe(self) -> tuple[int, int]:
        """Make a run; the first takes longer."""
        self.made += 1
        wall_ns = self.run_ns * (self.first if self.made == 1 else 1)
        self.now += wall_ns + self.beside_ns
        return wall_ns, wall_ns // 2

    def cost(self) -> Cost:
        """Return what a run costs."""
        return cost_of_prepared(self.probe, lambda: self.now)


def test_a_run_that_needs_preparing_is_made_as_often_as_the_counters_need() -> None:
    runs = Prepared(run_ns=50_000, beside_ns=1_000, first=100)
    assert runs.cost() == Cost(50_000, 25_000, 50_000, 1_000), "and the first, which is cold, does not count"
    assert runs.made == 1 + PROBE_NS // 50_000


def test_a_long_run_that_needs_preparing_is_made_once() -> None:
    runs = Prepared(run_ns=ONE_NS, beside_ns=7)
    assert runs.cost() == Cost(ONE_NS, ONE_NS // 2, ONE_NS, 7)
    assert runs.made == 1


@given(st.integers(1, 10 * ONE_NS), st.integers(0, 10 * ONE_NS))
def test_what_surrounds_a_run_bounds_how_often_it_is_made(run_ns: int, beside_ns: int) -> None:
    runs = Prepared(run_ns, beside_ns)
    assert runs.cost().wall_ns == run_ns
    assert runs.made <= 1 + MAX_NUMBER
    assert runs.now <= ONE_NS + 2 * (run_ns + beside_ns)


def test_what_surrounds_a_run_counts_towards_the_rounds_that_fit() -> None:
    cost = Cost(wall_ns=1_000_000, cpu_ns=0, least_ns=1_000_000, beside_ns=9_000_000)
    assert Budget(max_time=1, min_rounds=1).pace(cost, 0, None, 1) == (100, 1)
