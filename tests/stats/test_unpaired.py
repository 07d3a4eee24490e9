"""Two sides without pairs: Welch's interval, and p-values that agree with it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from concbench.stats.interval import NotDetermined
from concbench.stats.unpaired import mean_shift

values = st.lists(st.integers(-1000, 1000).map(lambda n: n / 100), min_size=6, max_size=15)


@given(base=values, head=values)
def test_it_is_welch_s_test_of_scipy(base: list[float], head: list[float]) -> None:
    if np.ptp(base) == 0 and np.ptp(head) == 0:
        return
    found = mean_shift(base, head, 0.0)
    reference = stats.ttest_ind(head, base, equal_var=False)
    interval = reference.confidence_interval(0.99)
    assert (found.interval.low, found.interval.high) == pytest.approx((interval.low, interval.high), rel=1e-6)
    assert 2 * min(found.p_more, found.p_less) == pytest.approx(reference.pvalue, rel=1e-6, abs=1e-12)


@given(base=values, head=values, margin=st.floats(0, 5))
def test_exchanging_the_sides_mirrors_all(base: list[float], head: list[float], margin: float) -> None:
    one, other = mean_shift(base, head, margin), mean_shift(head, base, margin)
    assert one.p_more == pytest.approx(other.p_less, abs=1e-9)
    assert one.interval.low == pytest.approx(-other.interval.high, abs=1e-9)


@given(base=values, head=values, margin=st.floats(0, 5))
def test_an_interval_that_clears_the_margin_has_a_small_p_value(
    base: list[float], head: list[float], margin: float
) -> None:
    found = mean_shift(base, head, margin)
    if found.interval.low > margin:
        assert found.p_more <= 0.005 + 1e-9
    if found.interval.high < margin:
        assert found.p_more >= 0.995 - 1e-9


def test_sides_without_any_spread_are_told_apart_exactly() -> None:
    found = mean_shift([1.0] * 6, [2.0] * 7, 0.5)
    assert (found.interval.low, found.interval.high) == (1.0, 1.0)
    assert (found.p_more, found.p_less) == (0.0, 1.0)
    assert mean_shift([1.0] * 6, [1.0] * 6, 0.5).p_more == 1.0


def test_too_few_processes_and_senseless_margins_are_refused() -> None:
    with pytest.raises(NotDetermined, match="5 processes are too few"):
        mean_shift([1.0] * 5, [1.0] * 6, 0.1)
    with pytest.raises(ValueError, match="margin"):
        mean_shift([1.0] * 6, [1.0] * 6, -0.1)
