"""Where two contenders change places."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from concbench.stats.crossover import Crossover, crossovers
from concbench.stats.interval import Interval
from tests.stats.data_curves import DECADES, HALVES, exact, noisy

seeds = st.integers(0, 2**32 - 1)
factors = st.floats(1e-6, 1e6)
places = st.floats(4, 700)


def ends(interval: Interval) -> list[float]:
    return [interval.low, interval.middle, interval.high]


def pair(at: float, seed: int, spread: float = 0.03) -> tuple[np.ndarray, np.ndarray]:
    """Two contenders that cross at ``at``: a is the cheaper one before."""
    a, b = HALVES, at**0.5 * HALVES**0.5
    return noisy(a, spread=spread, seed=seed), noisy(b, spread=spread, seed=seed + 1)


def only(found: list[Crossover]) -> Crossover:
    (crossing,) = found
    return crossing


@given(places)
def test_an_exact_crossover_of_power_laws_is_recovered_exactly(at: float) -> None:
    found = only(crossovers(HALVES, exact(HALVES), exact(at**0.5 * HALVES**0.5)))
    assert ends(found.at) == pytest.approx([at] * 3, rel=1e-9)
    assert found.cheaper_before == "a"
    assert found.at.n == 6


@given(st.floats(0.01, 2.99))
def test_an_exact_crossover_of_signed_costs_is_recovered_exactly(power: float) -> None:
    found = only(crossovers(DECADES, exact(np.log10(DECADES) - power), exact(0 * DECADES)))
    assert ends(found.at) == pytest.approx([10**power] * 3, rel=1e-9)


@pytest.mark.parametrize("power", [0.0, 3.0])
def test_contenders_that_only_meet_at_an_end_do_not_cross(power: float) -> None:
    assert crossovers(DECADES, exact(np.log10(DECADES) - power), exact(0 * DECADES)) == []


@given(places, seeds)
def test_exchanging_the_contenders_exchanges_who_is_cheaper_before(at: float, seed: int) -> None:
    a, b = pair(at, seed)
    there, back = only(crossovers(HALVES, a, b)), only(crossovers(HALVES, b, a))
    assert ends(back.at) == pytest.approx(ends(there.at), rel=1e-9)
    assert {there.cheaper_before, back.cheaper_before} == {"a", "b"}


@given(places, seeds, factors, factors)
def test_the_unit_of_the_size_moves_the_crossover_and_that_of_the_cost_does_not(
    at: float, seed: int, size: float, unit: float
) -> None:
    a, b = pair(at, seed)
    before, after = only(crossovers(HALVES, a, b)), only(crossovers(size * HALVES, unit * a, unit * b))
    assert ends(after.at) == pytest.approx([size * end for end in ends(before.at)], rel=1e-6)


@given(places, seeds)
def test_what_slows_both_of_a_generation_alike_changes_nothing(at: float, seed: int) -> None:
    a, b = pair(at, seed)
    slow = np.where(np.random.default_rng(seed).random(a.shape) < 0.5, 1.7, 1.0)
    before, after = only(crossovers(HALVES, a, b)), only(crossovers(HALVES, slow * a, slow * b))
    assert ends(after.at) == pytest.approx(ends(before.at), rel=1e-9)


@given(places, seeds)
def test_the_interval_contains_its_middle_and_more_confidence_never_narrows_it(at: float, seed: int) -> None:
    a, b = pair(at, seed, spread=0.1)
    less, more = (crossovers(HALVES, a, b, confidence) for confidence in (0.8, 0.98))
    for narrow, wide in zip(less, more, strict=True):
        assert wide.at.low <= narrow.at.low <= narrow.at.middle <= narrow.at.high <= wide.at.high


@given(places, seeds, st.randoms())
def test_the_order_of_the_generations_does_not_matter(at: float, seed: int, random: Random) -> None:
    a, b = pair(at, seed)
    rows = list(range(6))
    random.shuffle(rows)
    before, after = only(crossovers(HALVES, a, b)), only(crossovers(HALVES, a[rows], b[rows]))
    assert ends(after.at) == pytest.approx(ends(before.at), rel=1e-9)


def test_contenders_that_cross_twice_do_so_in_order() -> None:
    there_and_back = np.array([0.5, 0.5, 0.5, 2.0, 2.0, 0.5, 0.5, 0.5])
    first, second = crossovers(HALVES, noisy(there_and_back), exact(np.ones(8)))
    assert (first.cheaper_before, second.cheaper_before) == ("a", "b")
    assert 10 < first.at.low < first.at.high < 30
    assert 100 < second.at.low < second.at.high < 300


def test_a_size_at_which_nothing_is_certain_lies_within_the_interval() -> None:
    a = noisy(np.array([0.5, 1.0, 2.0]), seed=4)
    crossing = only(crossovers([1, 10, 100], a, exact(np.ones(3))))
    assert crossing.at.low < 10 < crossing.at.high


def test_a_crossing_is_not_claimed_where_one_side_is_uncertain() -> None:
    a = noisy(np.array([0.5, 0.7, 0.9, 1.01]), spread=0.1)
    assert crossovers(DECADES, a, exact(np.ones(4))) == []


@given(st.lists(st.floats(0.1, 10), min_size=4, max_size=4))
def test_equal_contenders_never_cross(costs: list[float]) -> None:
    assert crossovers(DECADES, exact(costs), exact(costs)) == []


def test_a_single_negative_cost_makes_the_comparison_one_of_differences() -> None:
    a, b = noisy(np.array([-1.0, 0.5, 3.0, 10.0])), noisy(np.ones(4), seed=2)
    assert only(crossovers(DECADES, a, b)).at.middle == pytest.approx(10**1.2, rel=0.1)


def test_the_intervals_of_very_high_confidence_stay_between_certain_sizes() -> None:
    a, b = pair(50.0, 1)
    at = only(crossovers(HALVES, a, b, confidence=0.9999)).at
    assert HALVES[0] < at.low < at.high < HALVES[-1]


def test_a_confidence_that_is_no_fraction_is_refused() -> None:
    with pytest.raises(ValueError, match="confidence is a fraction"):
        crossovers(DECADES, exact(DECADES), exact(DECADES), confidence=95)
