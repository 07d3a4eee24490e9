"""A rate with its exact interval."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from concbench.stats.proportion import proportion


@given(trials=st.integers(1, 400), share=st.floats(0, 1), confidence=st.sampled_from([0.9, 0.95, 0.99]))
def test_it_is_the_interval_of_clopper_and_pearson(trials: int, share: float, confidence: float) -> None:
    hits = round(share * trials)
    found = proportion(hits, trials, confidence)
    reference = stats.binomtest(hits, trials).proportion_ci(confidence, method="exact")
    assert (found.low, found.high) == pytest.approx((reference.low, reference.high), abs=1e-9)
    assert found.low <= found.share <= found.high


def test_nothing_seen_of_nothing_says_nothing() -> None:
    found = proportion(0, 0)
    assert (found.low, found.share, found.high) == (0.0, 0.0, 1.0)


@pytest.mark.parametrize(("hits", "trials"), [(2, 1), (-1, 1)])
def test_counts_that_do_not_fit_are_refused(hits: int, trials: int) -> None:
    with pytest.raises(ValueError, match="cannot be"):
        proportion(hits, trials)
