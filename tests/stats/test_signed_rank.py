"""Wilcoxon's signed ranks, against all ways to give signs."""

import itertools
import math
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from concbench.stats import signed_rank as module
from concbench.stats.interval import NotDetermined
from concbench.stats.signed_rank import hodges_lehmann, signed_rank

whole = st.integers(-50, 50).map(float)
short = st.lists(whole, min_size=1, max_size=9)
samples = st.lists(whole, min_size=1, max_size=30)
apart = st.lists(st.integers(1, 1000), min_size=1, max_size=9, unique=True)


def rank_sum(signed: np.ndarray) -> float:
    """Return the sum of the ranks of the positive ones."""
    total: float = stats.rankdata(np.abs(signed))[signed > 0].sum()
    return total


@given(apart, st.randoms())
def test_p_values_are_the_shares_of_all_ways_to_give_signs(sizes: list[int], random: Random) -> None:
    signs = np.array([random.choice([-1, 1]) for _ in sizes])
    seen = np.array(sizes) * signs
    positive = np.array(list(itertools.product([False, True], repeat=len(sizes))))
    sums = positive @ stats.rankdata(sizes)
    above, below = signed_rank(seen)
    assert above == pytest.approx(np.mean(sums >= rank_sum(seen)))
    assert below == pytest.approx(np.mean(sums <= rank_sum(seen)))


@given(short, whole, st.floats(0.001, 0.5))
def test_values_with_ties_and_zeros_are_rejected_no_more_often_than_the_level(
    values: list[float], shift: float, level: float
) -> None:
    distances = np.array(values) - shift
    ways = [signed_rank(distances * way)[0] for way in itertools.product([-1, 1], repeat=len(values))]
    assert np.mean(np.array(ways) <= level) <= level


@given(samples, whole)
def test_the_other_way_round_the_p_values_change_places(values: list[float], shift: float) -> None:
    assert signed_rank(np.negative(values), -shift) == signed_rank(values, shift)[::-1]


@given(samples, whole, st.integers(-20, 20))
def test_another_unit_changes_no_p_value(values: list[float], shift: float, power: int) -> None:
    assert signed_rank(np.multiply(values, 2.0**power), shift * 2.0**power) == signed_rank(values, shift)


@given(samples, whole, whole)
def test_a_higher_point_is_never_surer_to_lie_below(values: list[float], one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert signed_rank(values, low)[0] <= signed_rank(values, high)[0]
    assert signed_rank(values, low)[1] >= signed_rank(values, high)[1]


@given(samples, st.integers(-101, 101).map(lambda doubled: doubled / 2), st.sampled_from([0.5, 0.9, 0.99]))
def test_the_interval_excludes_a_point_where_a_p_value_is_below_its_level(
    values: list[float], point: float, confidence: float
) -> None:
    above, below = signed_rank(values, point)
    interval = hodges_lehmann(values, confidence)
    level = (1 - confidence) / 2
    assert (point < interval.low) == (above <= level)
    assert (point > interval.high) == (below <= level)


@given(samples, st.sampled_from([0.5, 0.9, 0.99]), st.integers(-20, 20), whole)
def test_the_centre_follows_unit_and_origin(
    values: list[float], confidence: float, power: int, origin: float
) -> None:
    before = hodges_lehmann(values, confidence)
    after = hodges_lehmann((np.array(values) + origin) * 2.0**power, confidence)
    for end in ("low", "middle", "high"):
        assert getattr(after, end) == (getattr(before, end) + origin) * 2.0**power
    assert before.low <= before.middle <= before.high


@given(samples)
def test_the_middle_is_the_median_of_all_means(values: list[float]) -> None:
    means = [(a + b) / 2 for a, b in itertools.combinations_with_replacement(values, 2)]
    assert hodges_lehmann(values, 0.9).middle == pytest.approx(np.median(means))


def test_the_p_values_are_scipys_where_nothing_is_tied() -> None:
    values = np.random.default_rng(1).normal(0.3, 1, 40)
    above, below = signed_rank(values, 0.1)
    there = stats.wilcoxon(values - 0.1, alternative="greater", method="exact").pvalue
    back = stats.wilcoxon(values - 0.1, alternative="less", method="exact").pvalue
    assert (above, below) == pytest.approx((there, back), rel=1e-9)


def test_the_normal_distribution_takes_over_where_it_is_as_good(monkeypatch: pytest.MonkeyPatch) -> None:
    n = module.EXACT
    exact = module.depth_of.__wrapped__(n, 0.0005)
    monkeypatch.setattr(module, "EXACT", n - 1)
    monkeypatch.setattr(module, "tail_of", module.tail_of.__wrapped__)
    assert module.depth_of.__wrapped__(n, 0.0005) == pytest.approx(exact, rel=0.005)


def test_equal_values_are_a_point_and_as_sure_as_so_many_coins() -> None:
    assert signed_rank([3.0] * 16, 2.0) == (2.0**-16, 1.0)
    assert signed_rank([3.0] * 16, 3.0) == (1.0, 1.0)
    interval = hodges_lehmann([3.0] * 16, 0.99)
    assert (interval.low, interval.middle, interval.high) == (3.0, 3.0, 3.0)


def test_too_few_values_leave_the_ends_open() -> None:
    interval = hodges_lehmann([1.0, 2.0, 3.0], 0.99)
    assert (interval.low, interval.middle, interval.high) == (-math.inf, 2.0, math.inf)


def test_no_values_and_values_that_are_not_finite_are_refused() -> None:
    assert signed_rank([]) == (1.0, 1.0)
    with pytest.raises(NotDetermined, match="there is no pair"):
        hodges_lehmann([], 0.99)
    for bad in (math.nan, math.inf):
        with pytest.raises(NotDetermined, match="value 1 of 2"):
            signed_rank([1.0, bad])
        with pytest.raises(NotDetermined, match="value 1 of 2"):
            hodges_lehmann([1.0, bad], 0.9)
    with pytest.raises(ValueError, match="fraction between 0 and 1"):
        hodges_lehmann([1.0], 99)
