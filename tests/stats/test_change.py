"""Is there a change? The scores, and that their p-values are those of random orders."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from concbench.stats.change import change_of
from concbench.stats.orders import FEWEST, PORTION, sums_of
from concbench.stats.scores import TIMES, ScoreScales, scores

seeds = st.integers(0, 2**32 - 1)
series = st.lists(st.floats(-3, 3), min_size=2, max_size=20).map(np.array)


def noise(seed: int, n: int = 20) -> np.ndarray:
    drawn: np.ndarray = np.random.default_rng(seed).standard_normal(n)
    return drawn


@given(series)
def test_the_first_scores_are_the_centred_ranks(values: np.ndarray) -> None:
    ranks = 2 * stats.rankdata(values) - (values.size + 1)
    assert scores(values)[0] == pytest.approx(ranks)


@given(series)
def test_scores_sum_to_nothing(values: np.ndarray) -> None:
    assert np.abs(scores(values, TIMES).sum(axis=1)).max() < 1e-9


@given(series, st.randoms())
def test_scores_go_with_their_figures_whatever_the_order(values: np.ndarray, random: object) -> None:
    order = np.random.default_rng(hash(random) % 2**32).permutation(values.size)
    assert scores(values[order], TIMES) == pytest.approx(scores(values, TIMES)[:, order], abs=1e-9)


def test_figures_beyond_the_window_do_not_count_against_each_other() -> None:
    near = scores(np.array([0.0, 0.1, 5.0, 5.1]), ScoreScales(near=(0.2,), far=()))[1]
    assert near[0] == pytest.approx(-near[1])
    assert near[2:] == pytest.approx(near[:2])


def test_a_distance_counts_the_figures_that_lie_about_so_far_off() -> None:
    far = scores(np.array([0.0, 0.0, 1.0, 7.0]), ScoreScales(near=(), far=(1.0,)))[1]
    assert far.tolist() == [-1.0, -1.0, 2.0, 0.0]


def test_the_sums_are_in_standard_errors_of_random_orders() -> None:
    rows = scores(noise(1, 12), TIMES)
    rng = np.random.default_rng(2)
    sums = np.array([sums_of(rows[:, rng.permutation(12)]) for _ in range(4000)])
    assert np.sqrt(np.mean(sums**2, axis=0)) == pytest.approx(1.0, abs=0.1)


def test_a_p_value_is_the_share_of_all_orders_with_as_large_a_statistic() -> None:
    values = np.array([1.0, 2.0, 3.0, 10.0, 11.0, 12.0, 4.0])
    rows = scores(values)
    largest = [sums_of(rows[:, list(order)]).max() for order in itertools.permutations(range(7))]
    share = np.mean(np.array(largest) >= sums_of(rows).max() * (1 - 1e-9))
    assert change_of(values).p_value == pytest.approx(share, abs=4 * np.sqrt(share / PORTION))


@pytest.mark.parametrize("scales", [None, TIMES])
def test_p_values_without_a_change_are_as_small_as_they_say(scales: ScoreScales | None) -> None:
    shares = np.array([change_of(noise(seed), scales, PORTION).p_value for seed in range(400)])
    for level in (0.05, 0.2):
        slack = 3 * np.sqrt(level * (1 - level) / shares.size)
        assert level - 2 * slack <= np.mean(shares <= level) <= level + slack


@settings(max_examples=25, deadline=None)
@given(seeds, st.integers(FEWEST, 20 - FEWEST))
def test_the_place_of_a_clean_change_is_found(seed: int, at: int) -> None:
    values = 0.01 * noise(seed) + (np.arange(20) >= at)
    assert change_of(values, TIMES).at == at


@pytest.mark.parametrize("ratio", [1.05, 1.2, 1.7, 10.0])
def test_a_change_of_any_size_is_found_near_an_end(ratio: float) -> None:
    values = 0.005 * noise(4, 40) + np.log(ratio) * (np.arange(40) >= 35)
    change = change_of(values, TIMES)
    assert (change.at, change.p_value <= 0.002) == (35, True)


def test_what_rounding_leaves_over_is_no_score() -> None:
    values = np.tile([0.1, 0.1 + 1e-13], 10)
    assert change_of(values, TIMES).p_value > 0.05


def test_two_wild_figures_at_an_end_are_no_change() -> None:
    values = 0.02 * noise(3, 40)
    values[-2:] = 9.0
    assert change_of(values, TIMES).p_value > 0.05


@pytest.mark.parametrize("values", [[], [1.0], [1.0] * 5, [3.0] * 40, [1.0, 2.0, 3.0, 4.0, 5.0]])
def test_where_nothing_can_change_nothing_has(values: list[float]) -> None:
    assert change_of(np.array(values), TIMES).p_value == 1.0
