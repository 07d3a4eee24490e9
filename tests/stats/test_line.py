"""The fixed and the per-unit part of a cost."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from concbench.stats.interval import Interval, NotDetermined
from concbench.stats.line import fit_line, line
from tests.stats.data_curves import DECADES, HALVES, exact, noisy

seeds = st.integers(0, 2**32 - 1)
parts = st.floats(1e-2, 1e4)
factors = st.floats(1e-6, 1e6)


def ends(interval: Interval) -> list[float]:
    return [interval.low, interval.middle, interval.high]


@given(parts, parts)
def test_an_exact_line_is_recovered(fixed: float, per_unit: float) -> None:
    found = line(HALVES, exact(fixed + per_unit * HALVES))
    assert found.fixed.middle == pytest.approx(fixed, rel=1e-5, abs=1e-5 * per_unit)
    assert found.per_unit.middle == pytest.approx(per_unit, rel=1e-5, abs=1e-8 * fixed)
    assert found.scatter == pytest.approx(0, abs=1e-5)


def test_without_noise_the_intervals_are_as_narrow_as_they_are_searched() -> None:
    found = line(DECADES, exact(50 + 2 * DECADES))
    assert ends(found.fixed) == pytest.approx([50, 50, 50], rel=2e-4)
    assert ends(found.per_unit) == pytest.approx([2, 2, 2], rel=2e-4)
    assert (found.fixed.n, found.fixed.confidence) == (6, 0.95)


@given(st.sampled_from([0.0, 0.5, 5.0, 50.0, 5000.0]), seeds)
def test_the_fit_is_as_close_as_scipys(fixed: float, seed: int) -> None:
    logs = np.log(noisy(fixed + HALVES, spread=0.3, seed=seed)).mean(axis=0)

    def left(logarithms: np.ndarray) -> np.ndarray:
        one, other = np.exp(logarithms)
        rest: np.ndarray = logs - np.log(one + other * HALVES)
        return rest

    starts = [(fixed_log, 0.0) for fixed_log in (-8.0, 0.0, 4.0, 8.0)]
    best = min(optimize.least_squares(left, start).cost for start in starts)
    ours = fit_line(HALVES, logs).logs(HALVES) - logs
    assert float(ours @ ours) / 2 <= best * (1 + 1e-6) + 1e-9


@settings(max_examples=20)
@given(st.sampled_from([0.5, 50.0, 1000.0]), seeds, factors)
def test_a_unit_scales_both_parts(fixed: float, seed: int, unit: float) -> None:
    costs = noisy(fixed + HALVES, seed=seed)
    before, after = line(HALVES, costs), line(HALVES, unit * costs)
    for one, other in ((before.fixed, after.fixed), (before.per_unit, after.per_unit)):
        assert ends(other) == pytest.approx([unit * end for end in ends(one)], rel=1e-3)


@settings(max_examples=20)
@given(st.sampled_from([0.5, 50.0, 1000.0]), seeds, factors)
def test_the_unit_of_the_size_scales_the_per_unit_part_alone(fixed: float, seed: int, unit: float) -> None:
    costs = noisy(fixed + HALVES, seed=seed)
    before, after = line(HALVES, costs), line(unit * HALVES, costs)
    assert ends(after.fixed) == pytest.approx(ends(before.fixed), rel=1e-3)
    assert ends(after.per_unit) == pytest.approx([end / unit for end in ends(before.per_unit)], rel=1e-3)


@settings(max_examples=20)
@given(st.sampled_from([0.5, 50.0, 1000.0]), seeds, st.floats(0.01, 0.3))
def test_the_intervals_contain_their_middle_and_more_confidence_never_narrows_them(
    fixed: float, seed: int, spread: float
) -> None:
    costs = noisy(fixed + HALVES, spread=spread, seed=seed)
    less, more = (line(HALVES, costs, confidence) for confidence in (0.8, 0.99))
    for narrow, wide in ((less.fixed, more.fixed), (less.per_unit, more.per_unit)):
        assert 0 <= narrow.low <= narrow.middle <= narrow.high
        assert wide.low <= narrow.low * (1 + 1e-3)
        assert wide.high >= narrow.high * (1 - 1e-3)


def test_a_fixed_part_that_cannot_be_told_from_none_reaches_down_to_it() -> None:
    found = line(DECADES, noisy(1e-4 + DECADES, spread=0.1, seed=2))
    assert found.fixed.low == 0
    assert found.per_unit.low > 0.8


def test_a_growth_that_cannot_be_told_from_none_reaches_down_to_it() -> None:
    found = line(DECADES, noisy(50 + 1e-5 * DECADES, spread=0.1, seed=2))
    assert found.per_unit.low == 0
    assert found.fixed.low > 40


def test_costs_that_grow_faster_than_their_size_are_no_line() -> None:
    with pytest.raises(NotDetermined, match=r"faster than x, .* see the power law"):
        line(DECADES, noisy(DECADES**2))


def test_costs_that_fall_are_no_line() -> None:
    with pytest.raises(NotDetermined, match="fall as x grows"):
        line(DECADES, noisy(DECADES**-0.5))


def test_parts_of_which_neither_is_certain_are_not_determined() -> None:
    close = np.array([1.0, 2.0, 4.0])
    tilt = np.where(np.arange(6)[:, None] % 2, close / 2, 2 / close)
    costs = noisy(1 + close, spread=0.05) * tilt
    with pytest.raises(NotDetermined, match="neither a fixed part"):
        line(close, costs)


def test_a_confidence_that_is_no_fraction_is_refused() -> None:
    with pytest.raises(ValueError, match="confidence is a fraction"):
        line(DECADES, exact(1 + DECADES), confidence=95)
