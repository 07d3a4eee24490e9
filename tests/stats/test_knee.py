"""Knees: where a cost begins to grow faster or slower."""

import numpy as np
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from concbench.stats.interval import Interval, NotDetermined
from concbench.stats.knee import Knee, knee
from tests.stats.data_curves import DECADES, HALVES, broken, exact, noisy

seeds = st.integers(0, 2**32 - 1)
places = st.floats(10, 100)
factors = st.floats(1e-6, 1e6)


def ends(interval: Interval) -> list[float]:
    return [interval.low, interval.middle, interval.high]


def found(x: np.ndarray, costs: np.ndarray, confidence: float = 0.95) -> Knee:
    answer = knee(x, costs, confidence)
    assert answer is not None
    return answer


def determined(at: float, seed: int, spread: float = 0.03) -> np.ndarray:
    """Return noisy costs with a knee from exponent 1 to 2; the few that look like a step are left out."""
    costs = noisy(broken(HALVES, at, 1, 2), spread=spread, seed=seed)
    try:
        knee(HALVES, costs)
    except NotDetermined:
        reject()
    return costs


@given(places, st.sampled_from([(1.0, 2.0), (1.0, 1.5), (2.0, 1.0), (1.0, 0.3), (0.0, 1.5)]))
def test_an_exact_knee_is_recovered_exactly(at: float, exponents: tuple[float, float]) -> None:
    answer = found(HALVES, exact(broken(HALVES, at, *exponents)))
    assert ends(answer.at) == pytest.approx([at] * 3, rel=1e-6)
    assert ends(answer.before) == pytest.approx([exponents[0]] * 3, abs=1e-6)
    assert ends(answer.after) == pytest.approx([exponents[1]] * 3, abs=1e-6)
    assert answer.at.n == 6


@given(st.floats(-1, 3))
def test_an_exact_power_law_has_none(exponent: float) -> None:
    assert knee(HALVES, exact(HALVES**exponent)) is None


@given(st.floats(1e-3, 1e6))
def test_the_gentle_bend_of_a_fixed_part_is_none(fixed: float) -> None:
    assert knee(HALVES, exact(fixed + HALVES)) is None


@given(places, seeds, factors, factors)
def test_the_unit_of_the_size_moves_the_knee_and_that_of_the_cost_does_not(
    at: float, seed: int, size: float, unit: float
) -> None:
    costs = determined(at, seed)
    before, after = found(HALVES, costs), found(size * HALVES, unit * costs)
    assert ends(after.at) == pytest.approx([size * end for end in ends(before.at)], rel=1e-6)
    assert ends(after.before) == pytest.approx(ends(before.before), abs=1e-6)
    assert ends(after.after) == pytest.approx(ends(before.after), abs=1e-6)


@given(places, seeds)
def test_costs_that_are_turned_around_have_the_knee_turned_around(at: float, seed: int) -> None:
    """No line explains either: one grows faster than its size, the other falls."""
    costs = determined(at, seed)
    there, back = found(HALVES, costs), found(1 / HALVES, costs)
    assert ends(back.at) == pytest.approx([1 / end for end in reversed(ends(there.at))], rel=1e-6)
    assert ends(back.before) == pytest.approx([-end for end in reversed(ends(there.after))], abs=1e-6)


@given(places, seeds)
def test_the_intervals_contain_their_middle_and_more_confidence_never_narrows_them(
    at: float, seed: int
) -> None:
    costs = determined(at, seed, spread=0.1)
    less, more = (found(HALVES, costs, confidence) for confidence in (0.8, 0.99))
    for narrow, wide in ((less.at, more.at), (less.before, more.before), (less.after, more.after)):
        assert wide.low <= narrow.low <= narrow.middle <= narrow.high <= wide.high


def test_a_knee_between_sizes_is_placed_between_them_and_its_exponents_are_told() -> None:
    answer = found(HALVES, noisy(broken(HALVES, 50, 1, 2)))
    assert 30 < answer.at.low < 50 < answer.at.high < 100
    assert not answer.before.excludes(1)
    assert not answer.after.excludes(2)


def test_noise_in_which_a_knee_could_hide_determines_nothing() -> None:
    with pytest.raises(NotDetermined, match="neither be shown nor ruled out"):
        knee(HALVES, noisy(HALVES, spread=0.5))


def test_a_knee_that_a_fixed_part_explains_as_well_is_not_claimed() -> None:
    with pytest.raises(NotDetermined, match="neither be shown nor ruled out"):
        knee(HALVES, noisy(broken(HALVES, 50, 0, 1), spread=0.26))


def test_a_step_is_no_knee() -> None:
    with pytest.raises(NotDetermined, match="the cost steps between 30 and 100, which is no knee"):
        knee(HALVES, exact(np.where(HALVES < 50, HALVES, 10 * HALVES)))


def test_four_sizes_are_too_few_for_a_knee() -> None:
    with pytest.raises(NotDetermined, match="4 sizes are too few: measure at least 5"):
        knee(DECADES, exact(DECADES))


def test_a_confidence_that_is_no_fraction_is_refused() -> None:
    with pytest.raises(ValueError, match="confidence is a fraction"):
        knee(HALVES, exact(HALVES), confidence=95)
