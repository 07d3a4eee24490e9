"""One figure for each commit: what it would have been at the fast speed of the machine."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concbench.stats.speeds import fast_level, from_quartiles, from_samples, quiet_figure

SLOW = 1.7
seeds = st.integers(0, 2**32 - 1)


def commits(seed: int, n: int = 30, processes: int = 2, samples: int = 5) -> np.ndarray:
    """Samples of processes that are slow or fast as a whole, of a true time of 1."""
    rng = np.random.default_rng(seed)
    slow = np.where(rng.random((n, processes, 1)) < 0.4, SLOW, 1.0)
    drawn: np.ndarray = slow * np.exp(0.02 * rng.standard_normal((n, processes, samples)))
    return drawn.reshape(n, -1)


def quartiles(samples: np.ndarray) -> np.ndarray:
    found: np.ndarray = np.quantile(samples, [0.25, 0.5, 0.75], axis=1).T
    return found


def test_samples_of_a_slow_process_are_brought_to_the_fast_speed() -> None:
    samples = commits(1)
    mixed = samples.max(axis=1) > 1.3 * samples.min(axis=1)
    fast = samples.min(axis=1) < 1.3
    assert mixed.any()
    figures = from_samples(list(samples))
    assert figures[fast] == pytest.approx(1.0, abs=0.05)
    assert figures[~fast] == pytest.approx(SLOW, rel=0.05)  # slow all along: nothing tells


def test_quartiles_do_nearly_as_well() -> None:
    samples = commits(2)
    fast = samples.min(axis=1) < 1.3
    assert from_quartiles(quartiles(samples))[fast] == pytest.approx(1.0, abs=0.06)
    assert np.ptp(np.median(samples, axis=1)[fast]) > 0.2


def test_medians_stay_where_quartiles_lie_between_the_speeds() -> None:
    samples = commits(3, n=40, processes=3, samples=2)
    medians = np.median(samples, axis=1)
    assert from_quartiles(quartiles(samples)) == pytest.approx(medians)


@pytest.mark.parametrize("shape", [(2, 5), (3, 5), (1, 1)])
def test_without_a_slow_speed_a_figure_is_the_median(shape: tuple[int, int]) -> None:
    samples = np.exp(0.02 * np.random.default_rng(4).standard_normal((20, shape[0] * shape[1])))
    assert from_samples(list(samples)) == pytest.approx(np.median(samples, axis=1), rel=1e-3)
    assert from_quartiles(quartiles(samples)) == pytest.approx(np.median(samples, axis=1))


@settings(max_examples=40, deadline=None)
@given(seeds, st.floats(0.01, 100))
def test_the_unit_of_the_samples_is_that_of_the_figures(seed: int, unit: float) -> None:
    samples = commits(seed)
    assert from_samples(list(unit * samples)) == pytest.approx(unit * from_samples(list(samples)))
    assert from_quartiles(quartiles(unit * samples)) == pytest.approx(
        unit * from_quartiles(quartiles(samples))
    )


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_figures_go_with_their_commits_whatever_the_order(seed: int) -> None:
    samples = commits(seed)
    order = np.random.default_rng(seed).permutation(len(samples))
    assert from_samples(list(samples[order])) == pytest.approx(from_samples(list(samples))[order])
    told = quartiles(samples)
    assert from_quartiles(told[order]) == pytest.approx(from_quartiles(told)[order])


def test_only_samples_beside_a_fast_calibration_make_a_figure() -> None:
    values = np.array([1.0, 1.7, 1.1, 1.7, 1.8, 1.9])
    calibration = np.array([1.0, 1.7, 1.0, 1.7, 1.7, 1.7])
    processes = np.array([1, 1, 2, 2, 3, 3])
    assert quiet_figure(values, processes, calibration, 1.0) == pytest.approx(1.05)


def test_a_commit_that_was_slow_all_along_has_a_figure_all_the_same() -> None:
    values, calibration = np.array([1.7, 1.8, 1.9]), np.full(3, 1.7)
    assert quiet_figure(values, np.array([1, 1, 2]), calibration, 1.0) == pytest.approx(1.825)


def test_the_fast_level_is_low_among_the_readings() -> None:
    assert fast_level(np.concatenate([np.full(10, 1.0), np.full(90, 1.7)])) == 1.0
