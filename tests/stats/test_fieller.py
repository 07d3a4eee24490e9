"""Where a mean that changes linearly may be zero."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from concbench.stats.fieller import joined, zeros
from concbench.stats.student import critical

seeds = st.integers(0, 2**32 - 1)
REACH = critical(6, 0.95)


def values(seed: int, tilt: float) -> tuple[np.ndarray, np.ndarray]:
    left, right = np.random.default_rng(seed).standard_normal((2, 6))
    return left - tilt, right + tilt


def possible(left: np.ndarray, right: np.ndarray, at: float) -> bool:
    """Say whether a t test at this one place finds no difference from zero."""
    here = (1 - at) * left + at * right
    return bool(abs(here.mean()) <= REACH * here.std(ddof=1) / 6**0.5)


@given(seeds, st.floats(-3, 3))
def test_a_place_is_in_the_set_unless_a_t_test_there_rejects_it(seed: int, tilt: float) -> None:
    left, right = values(seed, tilt)
    found = zeros(left, right, REACH, 0.0)
    for at in np.linspace(0, 1, 101):
        near_an_end = any(abs(at - end) < 1e-6 for stretch in found for end in stretch)
        inside = any(low <= at <= high for low, high in found)
        assert near_an_end or inside == possible(left, right, float(at))


@given(seeds, st.floats(-3, 3))
def test_running_backwards_mirrors_the_set(seed: int, tilt: float) -> None:
    left, right = values(seed, tilt)
    there, back = zeros(left, right, REACH, 0.0), zeros(right, left, REACH, 0.0)
    mirrored = [(1 - high, 1 - low) for low, high in reversed(back)]
    np.testing.assert_allclose(there, mirrored, atol=1e-9)


def test_without_spread_the_set_is_the_one_zero() -> None:
    assert zeros(np.full(6, -1.0), np.full(6, 3.0), REACH, 1e-12) == [(0.25, 0.25)]


def test_what_is_zero_throughout_may_be_zero_anywhere() -> None:
    assert zeros(np.zeros(6), np.zeros(6), REACH, 1e-12) == [(0.0, 1.0)]


def test_what_is_never_near_zero_has_no_place() -> None:
    assert zeros(np.full(6, 1.0), np.full(6, 3.0), REACH, 1e-12) == []


def test_stretches_that_touch_are_joined() -> None:
    assert joined([(2, 3), (0, 1), (1, 2), (5, 5)]) == [(0, 3), (5, 5)]
