"""Power laws, and whether they describe a curve better than a line."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from concbench.stats.interval import Interval, NotDetermined
from concbench.stats.scaling import PowerLaw, better_law, power_law
from tests.stats.data_curves import DECADES, HALVES, exact, noisy

exponents = st.floats(-1, 3)
seeds = st.integers(0, 2**32 - 1)
processes = st.integers(6, 20)
factors = st.floats(1e-6, 1e6)


def ends(interval: Interval) -> list[float]:
    return [interval.low, interval.middle, interval.high]


def law(exponent: float, seed: int, n: int = 6) -> PowerLaw:
    return power_law(HALVES, noisy(HALVES**exponent, n, seed=seed))


@given(exponents, st.floats(1e-3, 1e12), processes)
def test_an_exact_power_law_is_recovered_exactly(exponent: float, coefficient: float, n: int) -> None:
    found = power_law(DECADES, exact(coefficient * DECADES**exponent, n))
    assert ends(found.exponent) == pytest.approx([exponent] * 3, abs=1e-12)
    assert ends(found.coefficient) == pytest.approx([coefficient] * 3, rel=1e-12)
    assert found.scatter == pytest.approx(0, abs=1e-12)
    assert found.exponent.n == found.coefficient.n == n


def test_the_exponent_is_scipys_regression_and_t_interval_over_processes() -> None:
    costs = noisy(HALVES**1.1, spread=0.1)
    slopes = [stats.linregress(np.log(HALVES), np.log(row)).slope for row in costs]
    low, high = stats.ttest_1samp(slopes, 0).confidence_interval(0.9)
    assert ends(power_law(HALVES, costs, confidence=0.9).exponent) == pytest.approx(
        [low, float(np.mean(slopes)), high], rel=1e-9
    )


def test_the_coefficient_and_the_scatter_are_those_of_the_mean_curve() -> None:
    costs = noisy(7 * HALVES**1.1, spread=0.1)
    found = power_law(HALVES, costs)
    fit = stats.linregress(np.log(HALVES), np.log(costs).mean(axis=0))
    left = np.log(costs).mean(axis=0) - fit.intercept - fit.slope * np.log(HALVES)
    assert found.coefficient.middle == pytest.approx(np.exp(fit.intercept))
    assert found.scatter == pytest.approx(np.sqrt(np.sum(left**2) / 6))


@given(exponents, seeds, factors)
def test_a_unit_scales_the_coefficient_and_leaves_the_exponent_alone(
    exponent: float, seed: int, unit: float
) -> None:
    before = law(exponent, seed)
    after = power_law(HALVES, unit * noisy(HALVES**exponent, seed=seed))
    assert ends(after.exponent) == pytest.approx(ends(before.exponent), abs=1e-9)
    assert ends(after.coefficient) == pytest.approx([unit * end for end in ends(before.coefficient)])


@given(exponents, seeds, factors)
def test_the_unit_of_the_size_leaves_the_exponent_alone(exponent: float, seed: int, unit: float) -> None:
    found = power_law(unit * HALVES, noisy(HALVES**exponent, seed=seed))
    assert ends(found.exponent) == pytest.approx(ends(law(exponent, seed).exponent), abs=1e-9)


@given(seeds, st.randoms())
def test_neither_the_order_of_the_processes_nor_of_the_sizes_matters(seed: int, random: Random) -> None:
    costs = noisy(HALVES, seed=seed)
    rows, columns = list(range(6)), list(range(8))
    random.shuffle(rows)
    random.shuffle(columns)
    shuffled = power_law(HALVES[columns], costs[rows][:, columns])
    assert ends(shuffled.exponent) == pytest.approx(ends(power_law(HALVES, costs).exponent))


@given(exponents, seeds, processes)
def test_the_intervals_contain_their_middle_and_more_confidence_never_narrows_them(
    exponent: float, seed: int, n: int
) -> None:
    costs = noisy(HALVES**exponent, n, seed=seed)
    less, more = (power_law(HALVES, costs, confidence) for confidence in (0.9, 0.99))
    for narrow, wide in ((less.exponent, more.exponent), (less.coefficient, more.coefficient)):
        assert wide.low <= narrow.low <= narrow.middle <= narrow.high <= wide.high


@given(exponents, st.floats(-0.5, 0.5), seeds)
def test_a_cost_that_grows_faster_has_the_larger_exponent(exponent: float, more: float, seed: int) -> None:
    costs = noisy(HALVES**exponent, seed=seed)
    before, after = (power_law(HALVES, table).exponent for table in (costs, costs * HALVES**more))
    assert ends(after) == pytest.approx([end + more for end in ends(before)], abs=1e-9)


def test_processes_with_exponents_of_their_own_share_none() -> None:
    costs = np.stack([DECADES**exponent for exponent in (0, 0.5, 1, 1.5, 2, 2.5)])
    with pytest.raises(NotDetermined, match=r"do not share an exponent: theirs go from 0\.00 to 2\.50"):
        power_law(DECADES, costs)


def test_a_confidence_that_is_no_fraction_is_refused() -> None:
    with pytest.raises(ValueError, match="confidence is a fraction"):
        power_law(DECADES, exact(DECADES), confidence=95)


@given(st.sampled_from([0.3, 0.5, 0.8, 1.2, 2.0]), seeds)
def test_a_power_law_is_told_from_a_line(exponent: float, seed: int) -> None:
    assert better_law(HALVES, noisy(HALVES**exponent, seed=seed)) == "power law"


@given(st.sampled_from([2.0, 50.0, 300.0]), seeds)
def test_a_line_is_told_from_a_power_law(fixed: float, seed: int) -> None:
    assert better_law(HALVES, noisy(fixed + HALVES, seed=seed)) == "line"


@given(st.sampled_from([HALVES**0.5, 50 + HALVES, HALVES**2]), seeds, factors, factors)
def test_units_do_not_change_the_better_law(costs: np.ndarray, seed: int, unit: float, size: float) -> None:
    table = noisy(costs, seed=seed)
    assert better_law(size * HALVES, unit * table) == better_law(HALVES, table)


@pytest.mark.parametrize("costs", [HALVES, 5 + 0 * HALVES], ids=["proportional", "flat"])
def test_what_is_both_a_line_and_a_power_law_is_not_told_apart(costs: np.ndarray) -> None:
    with pytest.raises(NotDetermined, match="both describe the curve"):
        better_law(HALVES, exact(costs))


def test_processes_that_do_not_agree_on_the_law_determine_none() -> None:
    half = np.vstack([exact(HALVES**0.7, 3), exact(2 + HALVES / 20, 3)])
    with pytest.raises(NotDetermined, match="do not agree whether"):
        better_law(HALVES, half)


@given(seeds)
def test_what_convinces_the_strict_convinces_everyone(seed: int) -> None:
    costs = noisy(3 + HALVES, spread=0.1, seed=seed)
    try:
        strict = better_law(HALVES, costs, confidence=0.999)
    except NotDetermined:
        return
    assert better_law(HALVES, costs, confidence=0.9) == strict
