"""Rates in clusters: the interval holds where trials share the luck of their cluster, and elsewhere."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from concbench.stats.clustered import clustered_proportion
from concbench.stats.interval import NotDetermined
from concbench.stats.proportion import proportion


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(1, 50)), min_size=2, max_size=12).map(
        lambda pairs: [(min(pair), max(pair)) for pair in pairs]
    )
)
def test_the_interval_holds_the_share_and_lies_within_all_there_can_be(pairs: list[tuple[int, int]]) -> None:
    found = clustered_proportion([hits for hits, _ in pairs], [trials for _, trials in pairs])
    assert 0 <= found.low <= found.share <= found.high <= 1


def test_clusters_that_differ_make_it_wider_than_independent_trials_would() -> None:
    alike, apart = clustered_proportion([90] * 8, [100] * 8), clustered_proportion([80, 100] * 4, [100] * 8)
    assert alike.share == apart.share == 0.9
    assert apart.high - apart.low > 2 * (alike.high - alike.low)


def test_many_clusters_of_one_trial_tell_as_much_as_independent_trials_do() -> None:
    found = clustered_proportion([1] * 300 + [0] * 100, [1] * 400)
    exact = proportion(300, 400)
    assert (found.low, found.high) == pytest.approx((exact.low, exact.high), abs=0.002)


def test_all_in_time_is_no_proof_of_always() -> None:
    found = clustered_proportion([200] * 6, [200] * 6)
    assert found.high == 1.0
    assert 0.99 < found.low < proportion(1200, 1200).low


@pytest.mark.parametrize(
    ("hits", "trials", "words"),
    [
        ([1, 2], [1], "no pairs"),
        ([3, 0], [2, 2], "more hits than trials"),
        ([-1, 0], [2, 2], "fewer than none"),
    ],
)
def test_counts_that_do_not_fit_are_refused(hits: list[int], trials: list[int], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        clustered_proportion(hits, trials)


def test_one_process_does_not_tell_how_processes_differ() -> None:
    with pytest.raises(NotDetermined, match="1 processes with trials"):
        clustered_proportion([5, 0], [10, 0])


@pytest.mark.nightly
@pytest.mark.parametrize("processes", [6, 10, 20])
@pytest.mark.parametrize("share", [0.9, 0.97, 0.99, 0.999])
@pytest.mark.parametrize("alike", [0.0, 0.005, 0.02])
def test_the_interval_covers_as_often_as_it_says_on_synthetic_rounds(
    processes: int, share: float, alike: float
) -> None:
    """Rounds of a process share its luck: its own rate is drawn from a beta distribution around the share.

    ``alike`` is the correlation of two rounds of a process. Where processes differ it covers nine times in
    ten, and eight times where a round in a thousand is late and those come together in few processes: most
    runs have seen none of these then, and nobody can tell.
    """
    random, rounds, tries = np.random.default_rng(7), 300, 2000
    worth = 1 / alike - 1 if alike else np.inf
    covered = 0
    for _ in range(tries):
        own = (
            np.full(processes, share)
            if alike == 0
            else random.beta(share * worth, (1 - share) * worth, processes)
        )
        found = clustered_proportion(random.binomial(rounds, own), [rounds] * processes)
        covered += found.low <= share <= found.high
    rare = alike == 0.02 and share == 0.999
    assert covered / tries >= (0.935 if alike == 0 else 0.8 if rare else 0.9)
