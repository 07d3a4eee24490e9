"""Sums of scores in random order."""

import itertools

import numpy as np
import pytest

from concbench.stats.orders import FEWEST, PORTION, largest, sums_of
from concbench.stats.scores import TIMES, scores


def rows_of(n: int) -> np.ndarray:
    return scores(np.random.default_rng(n).standard_normal(n), TIMES)


@pytest.mark.parametrize("portion", [0, 1, 7])
def test_the_largest_sums_are_those_of_orders_of_the_figures(portion: int) -> None:
    rows = scores(np.arange(7.0))
    found = largest(rows, portion)
    every_order = np.array(list(itertools.permutations(range(7))))
    possible = np.unique(np.round([sums_of(row[every_order]).max(axis=1) for row in rows], 4))
    assert np.isin(np.round(found[0], 4), possible).all()


@pytest.mark.parametrize("n", [13, 40])
def test_portions_are_others_and_as_random(n: int) -> None:
    found = np.array([largest(rows_of(n), portion)[0] for portion in range(20)])
    assert len({one.tobytes() for one in np.sort(found, axis=1)}) == 20
    rare = np.quantile(found, 0.95)
    shares = (found >= rare).mean(axis=1)
    assert shares.mean() == pytest.approx(0.05, abs=0.005)
    assert shares.std() <= 2 * np.sqrt(0.05 * 0.95 / PORTION)


def test_the_same_is_asked_and_the_same_is_said() -> None:
    rows = rows_of(30)
    assert np.array_equal(largest(rows, 3), largest(rows, 3))


def test_no_place_too_near_an_end_counts() -> None:
    assert sums_of(rows_of(2 * FEWEST)).shape[-1] == 1
    assert sums_of(rows_of(20)).shape[-1] == 20 - 2 * FEWEST + 1
