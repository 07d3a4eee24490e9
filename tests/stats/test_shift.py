"""How far one group lies above another: ranks, and groups on a machine with two speeds."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concbench.stats import shift as module
from concbench.stats.shift import near_shift, near_shift_interval, shift_interval

seeds = st.integers(0, 2**32 - 1)
WINDOW = 0.2


def group(seed: int, n: int = 15, share: float = 0.4) -> np.ndarray:
    """Logarithms of times, some at the slow speed."""
    rng = np.random.default_rng(seed)
    drawn: np.ndarray = 0.53 * (rng.random(n) < share) + 0.02 * rng.standard_normal(n)
    return drawn


@pytest.mark.parametrize(("m", "n"), [(1, 1), (1, 7), (3, 4), (5, 5), (2, 12)])
def test_the_distribution_of_the_count_is_that_of_all_orders(m: int, n: int) -> None:
    counts = [0] * (m * n + 1)
    for chosen in itertools.combinations(range(m + n), m):
        counts[sum(chosen) - m * (m - 1) // 2] += 1
    assert module.counts_of(m, n) == counts


@given(st.integers(1, 12), st.integers(1, 12), st.sampled_from([0.05, 0.025, 0.005]))
def test_the_depth_is_the_largest_that_keeps_the_tail(m: int, n: int, tail: float) -> None:
    counts, total = module.counts_of(m, n), math.comb(m + n, m)
    depth = module.depth_of(m, n, tail)
    assert sum(counts[:depth]) <= tail * total
    assert sum(counts[: depth + 1]) > tail * total


def test_the_normal_approximation_takes_over_where_it_is_as_good(monkeypatch: pytest.MonkeyPatch) -> None:
    exact = module.depth_of.__wrapped__(40, 60, 0.025)
    monkeypatch.setattr(module, "EXACT", 0)
    assert module.depth_of.__wrapped__(40, 60, 0.025) == pytest.approx(exact, rel=0.01)


def test_too_few_figures_leave_the_size_open() -> None:
    one, two = np.array([1.0]), np.array([2.0])
    assert shift_interval(one, two, 0.95) == (-math.inf, math.inf)
    assert near_shift_interval(one, two, 1.0, WINDOW, 0.95) == (-math.inf, math.inf)


def test_like_is_compared_with_like_where_the_machine_has_two_speeds() -> None:
    before, after = group(1, 40, share=0.3), 0.1 + group(2, 40, share=0.5)
    assert near_shift(before, after, WINDOW) == pytest.approx(0.1, abs=0.01)
    low, high = near_shift_interval(before, after, near_shift(before, after, WINDOW), WINDOW, 0.95)
    widest = shift_interval(before, after, 0.95)
    assert high - low < 0.03 < widest[1] - widest[0]


@settings(max_examples=30, deadline=None)
@given(seeds, st.floats(-1, 1))
def test_a_shift_goes_with_the_figures(seed: int, by: float) -> None:
    before, after = group(seed), group(seed + 1)
    change = near_shift(before, after, WINDOW)
    moved = near_shift(before, after + by, WINDOW)
    assert moved == pytest.approx(change + by, abs=1e-6)
    low, high = near_shift_interval(before, after, change, WINDOW, 0.95)
    assert low <= change <= high
    assert near_shift_interval(before, after + by, moved, WINDOW, 0.95) == pytest.approx(
        (low + by, high + by), abs=1e-3
    )


def test_the_interval_encloses_the_shift_as_often_as_promised() -> None:
    enclosed = 0
    for seed in range(300):
        before, after = group(2 * seed, 12), 0.1 + group(2 * seed + 1, 20)
        low, high = near_shift_interval(before, after, near_shift(before, after, WINDOW), WINDOW, 0.95)
        enclosed += low <= 0.1 <= high
    assert enclosed >= 300 * 0.91


def test_what_never_varies_has_an_interval_of_its_own_width() -> None:
    before, after = np.zeros(10), np.full(10, 0.4)
    low, high = near_shift_interval(before, after, near_shift(before, after, WINDOW), WINDOW, 0.95)
    assert (low, high) == pytest.approx((0.4, 0.4), abs=WINDOW / 1000)
