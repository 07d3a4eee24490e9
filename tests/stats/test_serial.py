"""The correlation of neighbouring figures: none in noise, much in drifts and lasting bursts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from concbench.stats.interval import NotDetermined
from concbench.stats.serial import FEWEST, ranks_of, serial_correlation


def noise(seed: int, n: int = 200) -> np.ndarray:
    drawn: np.ndarray = np.random.default_rng(seed).standard_t(2, n)
    return drawn


def test_independent_figures_are_called_dependent_as_often_as_the_level_says() -> None:
    p_values = np.array([serial_correlation(noise(seed)).p_value for seed in range(2000)])
    for level in (0.05, 0.2, 0.5):
        assert np.mean(p_values <= level) == pytest.approx(level, abs=4 * np.sqrt(level / 2000))


@pytest.mark.parametrize("share", [0.3, 0.5, 0.8])
def test_what_carries_over_is_found(share: float) -> None:
    series = noise(1)
    for place in range(1, series.size):
        series[place] += share * series[place - 1]
    found = serial_correlation(series)
    assert share / 3 < found.correlation < 1
    assert found.p_value < 0.01


def test_a_drift_is_found_and_so_is_a_favour_that_swings() -> None:
    assert serial_correlation(np.arange(50) + noise(1, 50)).correlation > 0.5
    assert serial_correlation(np.tile([0.0, 1.0], 25) + 0.01 * noise(1, 50)).correlation < -0.5


@given(st.lists(st.floats(-1e6, 1e6), min_size=FEWEST, max_size=50, unique=True))
def test_it_depends_on_the_order_of_ranks_alone(values: list[float]) -> None:
    found = serial_correlation(values)
    assert -1.1 <= found.correlation <= 1
    assert 0 <= found.p_value <= 1
    assert serial_correlation(np.argsort(np.argsort(values))) == found
    assert serial_correlation(values[::-1]).correlation == pytest.approx(found.correlation)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=50))
def test_equal_figures_share_the_mean_of_their_ranks(values: list[int]) -> None:
    np.testing.assert_array_equal(ranks_of(np.array(values, dtype=np.float64)), stats.rankdata(values))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([1.0] * 20, "all figures are equal"),
        (list(range(FEWEST - 1)), "too few"),
        ([0.0, np.nan] * 10, "nan|not"),
    ],
)
def test_what_cannot_be_told_is_not_determined(values: list[float], words: str) -> None:
    with pytest.raises(NotDetermined, match=words):
        serial_correlation(values)


def test_a_table_is_refused() -> None:
    with pytest.raises(ValueError, match="shape"):
        serial_correlation(np.zeros((3, 3)))
