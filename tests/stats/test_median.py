"""The order-statistic interval of the median."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from concbench.stats.interval import NotDetermined
from concbench.stats.median import median_interval
from tests.stats.data import one_per_process, signed

data = one_per_process(signed)


def test_six_processes_reach_from_the_least_to_the_most_with_96_9_percent() -> None:
    interval = median_interval([3, 1, 2, 6, 5, 4])
    assert (interval.low, interval.middle, interval.high) == (1, 3.5, 6)
    assert interval.confidence == 0.96875
    assert interval.n == 6


def test_twenty_processes_leave_out_five_on_either_side() -> None:
    """The textbook's case: 95.86 % between the 6th and the 15th of 20."""
    interval = median_interval(range(1, 21))
    assert (interval.low, interval.high) == (6, 15)
    assert interval.confidence == pytest.approx(0.9586, abs=5e-5)


@pytest.mark.parametrize("n", range(6, 40))
def test_the_confidence_is_that_of_scipys_sign_test_and_one_step_inward_is_not_enough(n: int) -> None:
    interval = median_interval(range(n))
    depth = int(interval.low)
    assert interval.high == n - 1 - depth
    reached, inward = (1 - 2 * float(stats.binom.cdf(outside, n, 0.5)) for outside in (depth, depth + 1))
    assert interval.confidence == pytest.approx(reached)
    assert reached >= 0.95 > inward


@given(data)
def test_the_interval_contains_the_median(values: list[float]) -> None:
    interval = median_interval(values)
    assert interval.low <= interval.middle <= interval.high
    assert interval.middle == np.median(values)


@given(data, st.randoms(), st.integers(-10, 10))
def test_order_does_not_matter_and_units_scale(values: list[float], random: Random, power: int) -> None:
    shuffled = values.copy()
    random.shuffle(shuffled)
    before, after = median_interval(values), median_interval([2.0**power * value for value in shuffled])
    assert (after.low, after.middle, after.high) == tuple(
        2.0**power * end for end in (before.low, before.middle, before.high)
    )


@given(data)
def test_the_interval_of_the_opposite_is_the_opposite_interval(values: list[float]) -> None:
    there, back = median_interval(values), median_interval([-value for value in values])
    assert (back.low, back.high) == (-there.high, -there.low)


@given(data, st.floats(0.01, 0.96), st.floats(0.01, 0.96))
def test_more_confidence_never_narrows_the_interval(values: list[float], one: float, other: float) -> None:
    less, more = (median_interval(values, confidence) for confidence in sorted((one, other)))
    assert more.low <= less.low <= less.high <= more.high
    assert less.confidence >= min(one, other)
    assert more.confidence >= max(one, other)


def test_a_confidence_out_of_reach_says_how_many_processes_would_do() -> None:
    with pytest.raises(NotDetermined, match=r"6 processes .* 96\.9 % .* not 99 %: measure at least 8"):
        median_interval(range(6), confidence=0.99)
    assert median_interval(range(8), confidence=0.99).confidence >= 0.99


def test_a_confidence_that_is_met_exactly_is_met() -> None:
    assert median_interval(range(6), confidence=0.96875).confidence == 0.96875


def test_five_processes_determine_no_interval() -> None:
    with pytest.raises(NotDetermined, match="at least 6"):
        median_interval(range(5))
