"""Step changes in a history."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concbench.stats.interval import NotDetermined
from concbench.stats.scores import TIMES, ScoreScales
from concbench.stats.steps import StepChange, likeliest_change, steps

SLOW = 0.53
"""The logarithm of 1.7, by which a machine is slower at its other speed."""

seeds = st.integers(0, 2**32 - 1)


def noise(seed: int, n: int = 30) -> np.ndarray:
    """Figures with tails as heavy as those of a shared machine."""
    return 0.05 * np.random.default_rng(seed).standard_t(3, n)


def stepped(seed: int, n: int = 30, at: int = 18, by: float = 1.0) -> np.ndarray:
    later: np.ndarray = noise(seed, n) + by * (np.arange(n) >= at)
    return later


def places(found: list[StepChange]) -> list[int]:
    return [step.at for step in found]


@given(st.integers(8, 22), st.floats(-5, 5).filter(lambda size: abs(size) > 1e-3))
def test_a_clean_step_is_found_at_its_very_place_with_its_very_size(at: int, size: float) -> None:
    values = size * (np.arange(30) >= at)
    (step,) = steps(values)
    assert step.first <= step.at == at <= step.last
    assert step.change == pytest.approx(size)
    assert step.low <= size + 1e-9
    assert step.high >= size - 1e-9
    assert step.p_value <= 0.01


@settings(max_examples=12, deadline=None)
@given(seeds, st.floats(0.5, 3), st.floats(-10, 10))
def test_another_unit_or_origin_changes_no_place_and_no_p_value(
    seed: int, unit: float, origin: float
) -> None:
    before, after = steps(stepped(seed)), steps(origin + unit * stepped(seed))
    assert [(s.first, s.at, s.last, s.p_value) for s in before] == [
        (s.first, s.at, s.last, s.p_value) for s in after
    ]
    assert [s.change for s in after] == pytest.approx([unit * s.change for s in before])


def test_figures_that_vary_by_more_than_the_narrowest_window_have_intervals_all_the_same() -> None:
    size, enclosed = math.log(1.5), 0
    for seed in range(12):
        spread = 0.12 * np.random.default_rng(seed).standard_normal(40)
        (step,) = steps(spread + size * (np.arange(40) >= 20), 0.001, scales=TIMES)
        assert -math.inf < step.low < step.change < step.high < math.inf
        enclosed += step.low < size < step.high
    assert enclosed >= 10


@settings(max_examples=12, deadline=None)
@given(seeds)
def test_a_history_upside_down_goes_the_other_way(seed: int) -> None:
    for there, back in zip(steps(stepped(seed)), steps(-stepped(seed)), strict=True):
        assert (back.first, back.at, back.last) == (there.first, there.at, there.last)
        assert (back.low, back.change, back.high) == pytest.approx((-there.high, -there.change, -there.low))


@settings(max_examples=12, deadline=None)
@given(seeds)
def test_a_step_lies_within_its_places_and_its_change_within_its_interval(seed: int) -> None:
    for step in steps(stepped(seed, by=0.15)):
        assert step.first <= step.at <= step.last
        assert step.low <= step.change <= step.high


def test_two_steps_are_found_in_the_order_of_time() -> None:
    values = stepped(1, n=40, at=14, by=1.0) - 0.6 * (np.arange(40) >= 28)
    there, back = steps(values)
    assert places([there, back]) == pytest.approx([14, 28], abs=1)
    assert back.first <= 28 <= back.last
    assert there.low <= 1.0 <= there.high
    assert back.low <= -0.6 <= back.high


def test_one_wild_figure_is_no_step() -> None:
    values = noise(2)
    values[12] = 1000.0
    assert steps(values) == []


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 2.0], [3.0] * 50])
def test_where_nothing_can_be_told_there_is_no_step(values: list[float]) -> None:
    assert steps(values) == []
    assert likeliest_change(values).p_value >= 0.5


def test_equal_histories_have_a_step_as_rarely_as_promised() -> None:
    level, series = 0.05, 400
    false = sum(bool(steps(noise(seed, 24), level=level)) for seed in range(series))
    assert false <= level * series + 3 * math.sqrt(level * (1 - level) * series)


def test_the_place_and_the_size_are_enclosed_as_often_as_promised() -> None:
    found = [step for seed in range(120) for step in steps(stepped(seed, by=0.2))]
    near = [step for step in found if abs(step.at - 18) <= 6]
    assert len(near) >= 90
    assert sum(step.first <= 18 <= step.last for step in near) >= 0.9 * len(near)
    assert sum(step.low <= 0.2 <= step.high for step in near) >= 0.9 * len(near)


def two_speeds(seed: int, n: int = 40, at: int = 40, by: float = 0.0, share: float = 0.4) -> np.ndarray:
    """Logarithms of times on a machine that is slow in a share of the commits, whichever they are."""
    rng = np.random.default_rng(seed)
    later = by * (np.arange(n) >= at)
    drawn: np.ndarray = later + SLOW * (rng.random(n) < share) + 0.025 * rng.standard_normal(n)
    return drawn


@pytest.mark.parametrize(("by", "least"), [(0.1, 15), (0.405, 15), (0.69, 13)])
def test_a_step_is_found_at_either_speed_of_the_machine(by: float, least: int) -> None:
    found = near = sized = 0
    for seed in range(17):
        at = 5 + 30 * seed // 16
        steps_there = steps(two_speeds(seed, at=at, by=by), 0.002, scales=TIMES)
        close = [step for step in steps_there if abs(step.at - at) <= 2]
        found += bool(close)
        near += any(step.first <= at <= step.last for step in close)
        sized += any(step.low <= by <= step.high for step in close)
    assert found >= least
    assert near >= 0.9 * found
    assert sized >= 0.8 * found


def test_two_speeds_are_no_step() -> None:
    assert sum(len(steps(two_speeds(seed), 0.002, scales=TIMES)) for seed in range(60)) <= 1


def test_ranks_alone_miss_what_the_scales_find() -> None:
    found = [steps(two_speeds(seed, at=20, by=0.1), 0.002) for seed in range(20)]
    assert sum(map(bool, found)) <= 8


def test_a_speed_that_changes_for_good_is_a_step() -> None:
    values = 0.02 * np.random.default_rng(1).standard_normal(40) + SLOW * (np.arange(40) >= 20)
    (step,) = steps(values, 0.002, scales=TIMES)
    assert step.at == 20
    assert step.low <= SLOW <= step.high


@settings(max_examples=15, deadline=None)
@given(seeds, st.floats(-3, 3), st.sampled_from([None, TIMES]))
def test_another_origin_changes_nothing_but_the_figures(
    seed: int, origin: float, scales: ScoreScales | None
) -> None:
    values = two_speeds(seed, at=18, by=0.12)
    before, after = steps(values, scales=scales), steps(origin + values, scales=scales)
    assert [(s.first, s.at, s.last) for s in before] == [(s.first, s.at, s.last) for s in after]
    assert [s.change for s in after] == pytest.approx([s.change for s in before], abs=1e-6)


@settings(max_examples=15, deadline=None)
@given(seeds, st.integers(6, 16))
def test_scales_enclose_their_own_estimates(seed: int, at: int) -> None:
    for step in steps(two_speeds(seed, n=24, at=at, by=0.15, share=0.2), scales=TIMES):
        assert step.first <= step.at <= step.last
        assert step.low <= step.change <= step.high


def test_bad_requests_are_refused() -> None:
    with pytest.raises(NotDetermined, match="value 1 of 3 is nan"):
        steps([1.0, math.nan, 2.0])
    with pytest.raises(ValueError, match="one figure for each commit"):
        steps([[1.0, 2.0]])
    with pytest.raises(ValueError, match="fraction between 0 and 1"):
        steps([1.0, 2.0], level=0)
    with pytest.raises(ValueError, match="fraction between 0 and 1"):
        steps([1.0, 2.0], confidence=1)
