"""Ratios and differences of pairs."""

from collections.abc import Callable
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from concbench.stats.interval import NotDetermined
from concbench.stats.paired import PairedEstimate, difference_interval, ratio_interval
from tests.stats.data import pairs, signed, split, times

Pairs = list[tuple[float, float]]
Method = Callable[..., PairedEstimate]
both = pytest.mark.parametrize("method", [ratio_interval, difference_interval])


def ends(comparison: PairedEstimate) -> tuple[float, float, float]:
    return comparison.interval.low, comparison.interval.middle, comparison.interval.high


def near(*values: float, unit: float = 0.0) -> object:
    """Compare to within the rounding of logarithms, or of sums of numbers as large as ``unit``."""
    return pytest.approx(values, rel=1e-9, abs=1e-12 * unit)


A = [10.0, 11.0, 12.0, 10.5, 11.5, 12.5]
B = [9.0, 10.5, 11.0, 10.0, 10.0, 12.0]


def test_the_difference_and_its_p_value_are_scipys_paired_t_test() -> None:
    test = stats.ttest_rel(A, B)
    low, high = test.confidence_interval(0.95)
    comparison = difference_interval(A, B)
    assert ends(comparison) == near(low, float(np.mean(np.subtract(A, B))), high)
    assert comparison.p_value == pytest.approx(test.pvalue, rel=1e-9)
    assert (comparison.interval.confidence, comparison.interval.n) == (0.95, 6)


def test_the_ratio_and_its_p_value_are_scipys_t_test_on_logarithms() -> None:
    test = stats.ttest_rel(np.log(A), np.log(B))
    low, high = np.exp(test.confidence_interval(0.9))
    comparison = ratio_interval(A, B, confidence=0.9)
    assert ends(comparison) == near(low, float(np.prod(np.divide(A, B))) ** (1 / 6), high)
    assert comparison.p_value == pytest.approx(test.pvalue, rel=1e-9)


@given(pairs(times))
def test_the_ratio_of_a_to_b_is_the_reciprocal_of_b_to_a(drawn: Pairs) -> None:
    a, b = split(drawn)
    there, back = ratio_interval(a, b), ratio_interval(b, a)
    low, middle, high = ends(there)
    assert ends(back) == near(1 / high, 1 / middle, 1 / low)
    assert there.p_value == back.p_value


@given(pairs(signed))
def test_the_difference_of_b_and_a_is_the_opposite_of_a_and_b(drawn: Pairs) -> None:
    a, b = split(drawn)
    there, back = difference_interval(a, b), difference_interval(b, a)
    assert ends(back) == tuple(-end for end in reversed(ends(there)))
    assert there.p_value == back.p_value


@given(pairs(times), st.floats(1e-9, 1e9))
def test_the_unit_does_not_change_a_ratio(drawn: Pairs, unit: float) -> None:
    a, b = split(drawn)
    assert ends(ratio_interval(unit * a, unit * b)) == near(*ends(ratio_interval(a, b)))


@given(pairs(times), st.floats(1e-3, 1e3))
def test_a_slower_contender_scales_its_ratio(drawn: Pairs, factor: float) -> None:
    a, b = split(drawn)
    scaled = [factor * end for end in ends(ratio_interval(a, b))]
    assert ends(ratio_interval(factor * a, b)) == near(*scaled)


@given(pairs(signed), st.integers(-30, 30))
def test_a_difference_scales_with_its_unit(drawn: Pairs, power: int) -> None:
    a, b = split(drawn)
    unit = 2.0**power
    before, after = difference_interval(a, b), difference_interval(unit * a, unit * b)
    assert ends(after) == tuple(unit * end for end in ends(before))
    assert after.p_value == before.p_value


@given(pairs(signed), st.integers(-(10**11), 10**11))
def test_what_both_sides_have_in_common_cancels_in_a_difference(drawn: Pairs, shift: int) -> None:
    a, b = split(drawn)
    assert ends(difference_interval(a + shift, b + shift)) == near(
        *ends(difference_interval(a, b)), unit=1e11
    )


@both
@given(drawn=pairs(times), random=st.randoms())
def test_the_order_of_the_generations_does_not_matter(method: Method, drawn: Pairs, random: Random) -> None:
    shuffled = drawn.copy()
    random.shuffle(shuffled)
    before, after = method(*split(drawn)), method(*split(shuffled))
    assert ends(after) == near(*ends(before), unit=1e11 if method is difference_interval else 0)


@both
@given(drawn=pairs(times))
def test_the_middle_lies_in_the_interval_and_p_between_0_and_1(method: Method, drawn: Pairs) -> None:
    comparison = method(*split(drawn))
    low, middle, high = ends(comparison)
    assert low <= middle <= high
    assert 0 <= comparison.p_value <= 1


@both
@given(drawn=pairs(times), one=st.integers(1, 999), other=st.integers(1, 999))
def test_more_confidence_never_narrows_it(method: Method, drawn: Pairs, one: int, other: int) -> None:
    less, more = (ends(method(*split(drawn), confidence / 1000)) for confidence in sorted((one, other)))
    assert more[0] <= less[0] <= less[2] <= more[2]


@given(pairs(times))
def test_the_interval_excludes_1_where_the_p_value_is_below_5_percent(drawn: Pairs) -> None:
    comparison = ratio_interval(*split(drawn))
    if abs(comparison.p_value - 0.05) > 1e-6:
        assert comparison.interval.excludes(1.0) == (comparison.p_value < 0.05)


@both
@given(values=st.lists(times, min_size=6, max_size=30))
def test_identical_sides_show_no_difference_at_all(method: Method, values: list[float]) -> None:
    comparison = method(values, values)
    equal = 1.0 if method is ratio_interval else 0.0
    assert ends(comparison) == (equal, equal, equal)
    assert comparison.p_value == 1


@pytest.mark.parametrize("shift", [0.3, -0.3])
def test_a_constant_difference_is_a_point_and_certain(shift: float) -> None:
    a, b = np.full(6, 1.0 + shift), np.full(6, 1.0)
    for comparison, truth in ((ratio_interval(a, b), 1 + shift), (difference_interval(a, b), shift)):
        assert ends(comparison) == near(truth, truth, truth)
        assert comparison.p_value == 0


def test_a_difference_that_is_only_rounding_is_none() -> None:
    a, b = np.full(6, 0.1 + 0.2), np.full(6, 0.3)
    assert a[0] != b[0]
    assert ratio_interval(a, b).p_value == 1
    assert difference_interval(a, b).p_value == 1


@pytest.mark.parametrize("bad", [0.0, -2.0])
def test_a_ratio_of_signed_values_is_refused_in_favour_of_a_difference(bad: float) -> None:
    for a, b in (([*A[:5], bad], B), (A, [*B[:5], bad])):
        with pytest.raises(NotDetermined, match=f"{bad:g} has no logarithm.*by their difference"):
            ratio_interval(a, b)
        assert difference_interval(a, b).interval.n == 6


@both
def test_five_generations_are_too_few_however_many_rounds_they_have(method: Method) -> None:
    rounds = np.arange(1.0, 51.0)
    with pytest.raises(NotDetermined, match="5 processes are too few"):
        method(rounds, rounds + 1, generations=np.repeat(np.arange(5), 10))


@both
def test_values_that_are_not_finite_or_not_paired_are_refused(method: Method) -> None:
    with pytest.raises(NotDetermined, match="value 0 of 6 is nan"):
        method([float("nan"), *A[1:]], B)
    with pytest.raises(ValueError, match="6 values cannot be paired with 5"):
        method(A, B[:5])
    with pytest.raises(ValueError, match="confidence is a fraction"):
        method(A, B, confidence=95)


@both
def test_rounds_are_paired_before_they_are_reduced(method: Method) -> None:
    """The machine turns slow between rounds: a and b by themselves double, their pair stays."""
    a = np.array([[2.0, 2.0, 4.0, 4.0, 4.0]] * 3 + [[2.0, 2.0, 2.0, 4.0, 4.0]] * 3).ravel()
    b = a / 2 if method is ratio_interval else a - 1
    equal = method(a, b, generations=np.repeat(np.arange(6), 5))
    truth = 2.0 if method is ratio_interval else 1.0
    assert ends(equal) == near(truth, truth, truth)


@both
def test_a_round_that_a_burst_cuts_in_two_changes_nothing(method: Method) -> None:
    generations = np.repeat(np.arange(6), 5)
    a, b = np.repeat(A, 5), np.repeat(B, 5)
    cut = a.copy()
    cut[::5] *= 1.7
    assert ends(method(cut, b, generations=generations)) == near(*ends(method(A, B)))
