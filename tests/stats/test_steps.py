"""Step changes in a history."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from concbench.stats import steps as module
from concbench.stats.interval import NotDetermined
from concbench.stats.steps import Step, change_p_value, shift_interval, steps

seeds = st.integers(0, 2**32 - 1)


def noise(seed: int, n: int = 30) -> np.ndarray:
    """Figures with tails as heavy as those of a shared machine."""
    return 0.05 * np.random.default_rng(seed).standard_t(3, n)


def stepped(seed: int, n: int = 30, at: int = 18, by: float = 1.0) -> np.ndarray:
    later: np.ndarray = noise(seed, n) + by * (np.arange(n) >= at)
    return later


def places(found: list[Step]) -> list[int]:
    return [step.at for step in found]


@given(st.integers(8, 22), st.floats(-5, 5).filter(lambda size: abs(size) > 1e-3))
def test_a_clean_step_is_found_at_its_very_place_with_its_very_size(at: int, size: float) -> None:
    values = size * (np.arange(30) >= at)
    (step,) = steps(values)
    assert step.first <= step.at == at <= step.last
    assert step.change == pytest.approx(size)
    assert step.low <= size + 1e-9
    assert step.high >= size - 1e-9
    assert step.p_value <= 0.01


@settings(max_examples=30, deadline=None)
@given(seeds, st.floats(0.5, 3), st.floats(-10, 10))
def test_another_unit_or_origin_changes_no_place_and_no_p_value(
    seed: int, unit: float, origin: float
) -> None:
    before, after = steps(stepped(seed)), steps(origin + unit * stepped(seed))
    assert [(s.first, s.at, s.last, s.p_value) for s in before] == [
        (s.first, s.at, s.last, s.p_value) for s in after
    ]
    assert [s.change for s in after] == pytest.approx([unit * s.change for s in before])


@settings(max_examples=30, deadline=None)
@given(seeds)
def test_a_history_upside_down_goes_the_other_way(seed: int) -> None:
    for there, back in zip(steps(stepped(seed)), steps(-stepped(seed)), strict=True):
        assert (back.first, back.at, back.last) == (there.first, there.at, there.last)
        assert (back.low, back.change, back.high) == pytest.approx((-there.high, -there.change, -there.low))


@settings(max_examples=30, deadline=None)
@given(seeds)
def test_a_step_lies_within_its_places_and_its_change_within_its_interval(seed: int) -> None:
    for step in steps(stepped(seed, by=0.15)):
        assert step.first <= step.at <= step.last
        assert step.low <= step.change <= step.high


def test_two_steps_are_found_in_the_order_of_time() -> None:
    values = stepped(1, n=40, at=14, by=1.0) - 0.6 * (np.arange(40) >= 28)
    there, back = steps(values)
    assert places([there, back]) == pytest.approx([14, 28], abs=1)
    assert back.first <= 28 <= back.last
    assert there.low <= 1.0 <= there.high
    assert back.low <= -0.6 <= back.high


def test_one_wild_figure_is_no_step() -> None:
    values = noise(2)
    values[12] = 1000.0
    assert steps(values) == []


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 2.0], [3.0] * 50])
def test_where_nothing_can_be_told_there_is_no_step(values: list[float]) -> None:
    assert steps(values) == []
    assert change_p_value(values) >= 0.5


def test_a_p_value_is_the_share_of_all_orders_with_as_large_a_statistic() -> None:
    values = np.array([1.0, 2.0, 3.0, 10.0, 11.0, 12.0])
    largest = [module._standardised(stats.rankdata(order)).max() for order in itertools.permutations(values)]
    share = np.mean(np.array(largest) >= largest[0] * (1 - 1e-12))
    slack = 4 * math.sqrt(share * (1 - share) / module.FINE)
    assert change_p_value(values) == pytest.approx(share, abs=slack)


def test_equal_histories_have_a_step_as_rarely_as_promised() -> None:
    level, series = 0.05, 400
    false = sum(bool(steps(noise(seed, 24), level=level)) for seed in range(series))
    assert false <= level * series + 3 * math.sqrt(level * (1 - level) * series)


def test_the_place_and_the_size_are_enclosed_as_often_as_promised() -> None:
    found = [step for seed in range(200) for step in steps(stepped(seed, by=0.2))]
    near = [step for step in found if abs(step.at - 18) <= 6]
    assert len(near) >= 150
    assert sum(step.first <= 18 <= step.last for step in near) >= 0.9 * len(near)
    assert sum(step.low <= 0.2 <= step.high for step in near) >= 0.9 * len(near)


@pytest.mark.parametrize(("m", "n"), [(1, 1), (1, 7), (3, 4), (5, 5), (2, 12)])
def test_the_distribution_of_the_count_is_that_of_all_orders(m: int, n: int) -> None:
    counts = [0] * (m * n + 1)
    for chosen in itertools.combinations(range(m + n), m):
        counts[sum(chosen) - m * (m - 1) // 2] += 1
    assert module._counts(m, n) == counts


@given(st.integers(1, 12), st.integers(1, 12), st.sampled_from([0.05, 0.025, 0.005]))
def test_the_depth_is_the_largest_that_keeps_the_tail(m: int, n: int, tail: float) -> None:
    counts, total = module._counts(m, n), math.comb(m + n, m)
    depth = module._depth(m, n, tail)
    assert sum(counts[:depth]) <= tail * total
    assert sum(counts[: depth + 1]) > tail * total


def test_the_normal_approximation_takes_over_where_it_is_as_good(monkeypatch: pytest.MonkeyPatch) -> None:
    exact = module._depth.__wrapped__(40, 60, 0.025)
    monkeypatch.setattr(module, "EXACT", 0)
    assert module._depth.__wrapped__(40, 60, 0.025) == pytest.approx(exact, rel=0.01)


def test_too_few_figures_leave_the_size_open() -> None:
    assert shift_interval(np.array([1.0]), np.array([2.0]), 0.95) == (-math.inf, math.inf)


def test_bad_requests_are_refused() -> None:
    with pytest.raises(NotDetermined, match="value 1 of 3 is nan"):
        steps([1.0, math.nan, 2.0])
    with pytest.raises(ValueError, match="one figure for each commit"):
        steps([[1.0, 2.0]])
    with pytest.raises(ValueError, match="fraction between 0 and 1"):
        steps([1.0, 2.0], level=0)
    with pytest.raises(ValueError, match="fraction between 0 and 1"):
        steps([1.0, 2.0], confidence=1)
