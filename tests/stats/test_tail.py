"""The bound on how unlikely a clear change is: never below the truth, and small where the truth is."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from concbench.stats.orders import FEWEST, largest, sums_of
from concbench.stats.scores import TIMES, scores
from concbench.stats.tail import edges_of, log_chance, tail_bound

EVERY_ORDER = np.array(list(itertools.permutations(range(8))))
figures = st.lists(st.floats(-3, 3), min_size=8, max_size=8).map(np.array)


def rows_of(values: np.ndarray) -> np.ndarray:
    rows = scores(values, TIMES)
    kept: np.ndarray = rows[np.abs(rows).max(axis=1) > 1e-9]
    return kept


@settings(max_examples=15, deadline=None)
@given(figures, st.floats(0.5, 2.6))
def test_it_is_no_smaller_than_the_share_of_all_orders(values: np.ndarray, limit: float) -> None:
    rows = rows_of(values)
    if rows.size:
        sums = np.array([sums_of(row[EVERY_ORDER]).max(axis=1) >= limit for row in rows])
        assert tail_bound(rows, np.full(len(rows), limit)) >= sums.any(axis=0).mean()


@pytest.mark.parametrize("n", [13, 40, 101])
def test_it_is_no_smaller_than_the_share_of_random_orders(n: int) -> None:
    rows = rows_of(np.random.default_rng(n).standard_t(3, n))
    null = largest(rows)
    for share in (0.1, 0.5, 0.99):
        limits = np.quantile(null, share, axis=1)
        seen = (null >= limits[:, None]).any(axis=0).mean()
        assert tail_bound(rows, limits) >= seen


@pytest.mark.parametrize(("n", "at", "size", "most"), [
    (24, 12, 1.0, 1e-5), (40, 20, 0.1, 1e-6), (40, 34, 1.0, 0.01), (100, 50, 0.1, 1e-12),
    (100, 90, 0.2, 1e-6), (500, 250, 0.03, 1e-15), (500, 250, 5.0, 1e-15),
])  # fmt: skip
def test_a_clear_step_has_a_small_bound(n: int, at: int, size: float, most: float) -> None:
    values = 0.02 * np.random.default_rng(n).standard_normal(n) + size * (np.arange(n) >= at)
    rows = rows_of(values)
    usual = np.quantile(largest(rows), 0.99, axis=1)
    assert tail_bound(rows, usual * (sums_of(rows).max(axis=1) / usual).max()) <= most


def test_what_no_order_reaches_has_a_bound_of_next_to_nothing() -> None:
    rows = rows_of(np.arange(12.0))
    assert tail_bound(rows, np.full(len(rows), 50.0)) <= 1e-3
    assert tail_bound(rows, np.zeros(len(rows))) == 1.0


def test_every_place_stands_in_one_group() -> None:
    for n in range(2 * FEWEST, 700):
        edges = edges_of(n)
        assert edges[0] == FEWEST
        assert edges[-1] == n // 2 + 1
        assert all(before < after for before, after in itertools.pairwise(edges))


@pytest.mark.parametrize("n", [5, 13, 500])
def test_the_chance_that_so_many_figures_are_in_is_binomial(n: int) -> None:
    before, share = np.arange(n + 1), np.linspace(0.01, 0.99, n + 1)
    np.testing.assert_allclose(log_chance(before, n, share), stats.binom.logpmf(before, n, share), rtol=1e-9)
