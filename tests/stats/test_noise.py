"""What the calibration loop tells about the machine."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from concbench.stats.interval import NotDetermined
from concbench.stats.noise import noise, worst_noise

FAST, SLOW = 4.9e6, 8.4e6


def readings(bursts: int) -> np.ndarray:
    """Return 1000 readings with 2 % jitter, of which ``bursts`` × 25 are slow, 25 of them in a row."""
    levels = np.repeat([SLOW] * bursts + [FAST] * (40 - bursts), 25)
    jitter: np.ndarray = levels * np.exp(0.02 * np.random.default_rng(1).standard_normal(1000))
    return jitter


def test_a_machine_that_only_jitters_is_quiet() -> None:
    seen = noise(readings(bursts=0))
    assert (seen.level, seen.bimodal, seen.slow_share, seen.n) == ("quiet", False, 0.0, 1000)
    assert seen.fast_ns == pytest.approx(FAST, rel=0.1)


def test_a_machine_with_bursts_is_very_noisy_and_bimodal() -> None:
    seen = noise(readings(bursts=16))
    assert (seen.level, seen.bimodal) == ("very noisy", True)
    assert seen.slow_share == pytest.approx(0.4, abs=0.01)
    assert seen.p90_to_p10 == pytest.approx(1.7, rel=0.1)


@pytest.mark.parametrize(
    ("slow", "level", "bimodal"),
    [(0, "quiet", False), (1, "quiet", False), (2, "noisy", False), (5, "noisy", True), (10, "noisy", True),
     (11, "very noisy", True), (94, "very noisy", True)],
)  # fmt: skip
def test_the_level_follows_the_share_of_slow_readings(slow: int, level: str, bimodal: bool) -> None:
    seen = noise([FAST] * (100 - slow) + [SLOW] * slow)
    assert (seen.level, seen.bimodal, seen.slow_share) == (level, bimodal, slow / 100)
    assert seen.fast_ns == FAST


def test_a_wide_spread_with_one_hump_is_noisy_but_not_bimodal() -> None:
    rng = np.random.default_rng(1)
    for wide in (rng.uniform(1, 1.7, 2000), rng.lognormal(0, 0.3, 2000), 1 + rng.exponential(0.3, 2000)):
        seen = noise(FAST * wide)
        assert (seen.level, seen.bimodal) == ("very noisy", False)


def test_a_spread_of_a_fifth_is_noisy_without_any_slow_reading() -> None:
    seen = noise(np.linspace(FAST, 1.2 * FAST, 100))
    assert (seen.level, seen.slow_share) == ("noisy", 0.0)


@given(st.lists(st.integers(10**6, 10**8), min_size=20, max_size=200), st.integers(-5, 5), st.randoms())
def test_neither_the_unit_nor_the_order_matters(values: list[int], power: int, random: Random) -> None:
    shuffled = values.copy()
    random.shuffle(shuffled)
    before, after = noise(values), noise([2.0**power * value for value in shuffled])
    assert after.fast_ns == 2.0**power * before.fast_ns
    assert (after.slow_share, after.p90_to_p10) == (before.slow_share, before.p90_to_p10)
    assert (after.level, after.bimodal) == (before.level, before.bimodal)


@given(st.lists(st.floats(1e5, 1e8), min_size=20, max_size=200))
def test_quantiles_are_those_of_numpy(values: list[float]) -> None:
    fast, low, high = np.quantile(values, [0.05, 0.10, 0.90])
    seen = noise(values)
    assert (seen.fast_ns, seen.p90_to_p10) == pytest.approx((fast, high / low), rel=1e-12)
    assert seen.slow_share == np.mean(np.array(values) / seen.fast_ns > 1.3)


@pytest.mark.parametrize("strange", [float("nan"), float("inf")])
def test_a_reading_that_no_clock_tells_is_refused(strange: float) -> None:
    with pytest.raises(NotDetermined, match=f"reading 3 of 31 is {strange}"):
        noise([FAST] * 3 + [strange] + [FAST] * 27)


def test_nineteen_readings_are_too_few_and_twenty_enough() -> None:
    with pytest.raises(NotDetermined, match="19 calibration readings are too few: take at least 20"):
        noise([FAST] * 19)
    assert noise([FAST] * 20).level == "quiet"


def test_a_loop_shorter_than_the_clock_resolves_is_refused() -> None:
    with pytest.raises(NotDetermined, match="make the loop longer"):
        noise([0] + [FAST] * 30)


def test_groups_of_different_speed_are_each_judged_by_themselves() -> None:
    older, newer = [770_000] * 200, [1_100_000] * 200
    assert noise(older + newer).level == "very noisy"
    assert worst_noise({"3.11": older, "3.13": newer})[1].level == "quiet"


def test_the_worst_group_is_named_whichever_stands_first() -> None:
    steady, restless = [FAST] * 40, [FAST] * 38 + [SLOW] * 2
    for groups in ({"a": steady, "b": restless}, {"b": restless, "a": steady}):
        assert worst_noise(groups) == ("b", noise(restless))


def test_of_two_equally_bad_levels_the_larger_share_of_slow_readings_is_worse() -> None:
    groups = {share: [FAST] * (100 - share) + [SLOW] * share for share in (20, 40, 30)}
    assert worst_noise(groups)[0] == 40


def test_a_group_of_nineteen_is_left_out() -> None:
    assert worst_noise({"few": [FAST, SLOW] * 9 + [FAST], "enough": [FAST] * 20})[0] == "enough"


@pytest.mark.parametrize(
    ("groups", "words"),
    [
        ({}, "0 calibration readings"),
        ({"a": [FAST] * 19, "b": [FAST]}, "19 calibration readings of one kind"),
    ],
)
def test_without_a_group_of_twenty_nothing_is_determined(groups: dict[str, list[float]], words: str) -> None:
    with pytest.raises(NotDetermined, match=words):
        worst_noise(groups)
