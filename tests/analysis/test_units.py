"""Figures in words: the unit suits the value, and no digit is lost that says something."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concbench.analysis.units import (
    SIZE_UNITS,
    TIME_UNITS,
    UNITLESS,
    Units,
    scaled,
    three_digits,
    unit_of,
    with_interval,
)

_sizes = st.floats(1e-3, 1e15)
_units = st.sampled_from([TIME_UNITS, SIZE_UNITS, UNITLESS])


@pytest.mark.parametrize(
    ("nanoseconds", "words"),
    [
        (0, "0.00 ns"),
        (-0.0, "0.00 ns"),
        (61.8, "61.8 ns"),
        (999.0, "999 ns"),
        (1000, "1.00 µs"),
        (2_170_000, "2.17 ms"),
        (3e9, "3.00 s"),
        (-2250, "-2.25 µs"),
        (0.05, "0.050 ns"),
    ],
)
def test_a_time_is_in_the_unit_that_it_fills(nanoseconds: float, words: str) -> None:
    assert scaled(nanoseconds, TIME_UNITS) == words


@pytest.mark.parametrize(
    ("bytes_", "words"),
    [(0, "0.00 B"), (275, "275 B"), (1437, "1.40 KiB"), (2**21, "2.00 MiB"), (2**30, "1.00 GiB")],
)
def test_a_size_is_in_the_unit_that_it_fills(bytes_: float, words: str) -> None:
    assert scaled(bytes_, SIZE_UNITS) == words


@given(nanoseconds=st.floats(-1e13, 1e13))
def test_a_time_in_words_is_near_the_time(nanoseconds: float) -> None:
    found = re.fullmatch(r"(-?[\d.]+) (s|ms|µs|ns)", scaled(nanoseconds, TIME_UNITS))
    assert found is not None
    scale = {"s": 1e9, "ms": 1e6, "µs": 1e3, "ns": 1.0}[found[2]]
    assert float(found[1]) * scale == pytest.approx(nanoseconds, rel=0.006, abs=0.006)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (123.4, "123"),
        (12.34, "12.3"),
        (0.1, "0.10"),
        (0.0123, "0.012"),
        (0.000_41, "0.0004"),
        (-2e-6, "-0.000002"),
        (-2e-7, "0.00"),
    ],
)
def test_a_small_number_keeps_a_digit_that_is_not_zero(value: float, words: str) -> None:
    assert three_digits(value) == words


@given(value=st.floats(1e-6, 1e9))
def test_every_number_from_a_millionth_on_has_a_digit(value: float) -> None:
    assert float(three_digits(value)) == pytest.approx(value, rel=0.5)
    assert three_digits(-value) == f"-{three_digits(value)}"


@given(value=_sizes, units=_units)
def test_a_unit_is_the_largest_that_is_filled_whatever_the_sign(value: float, units: Units) -> None:
    size, _name = unit_of(value, units)
    assert unit_of(-value, units) == unit_of(value, units)
    assert size == min(one for one, _ in units) or size <= value
    assert not any(size < one <= value for one, _ in units)


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        ((2100, 2170, 2310), "2.17 [2.10–2.31] µs"),
        ((900, 2170, 2310), "2.17 [0.90–2.31] µs"),
        ((-900, 2170, 2310), "2.17 [-0.90 – 2.31] µs"),
        ((-3e6, 12, 2e6), "0.00001 [-3.00 – 2.00] ms"),
        ((-31, -20, -12), "-20.0 [-31.0 – -12.0] ns"),
        ((0, 0, 5e6), "0.00 [0.00–5.00] ms"),
        ((-5e6, 0, 0), "0.00 [-5.00 – 0.00] ms"),
        ((0, 0, 0), "0.00 [0.00–0.00] ns"),
    ],
)
def test_an_interval_is_in_one_unit(ends: tuple[float, float, float], words: str) -> None:
    assert with_interval(*ends, TIME_UNITS) == words


def test_a_ratio_has_no_unit_and_no_blank_behind_it() -> None:
    assert with_interval(0.9, 1, 1.1, UNITLESS) == "1.00 [0.90–1.10]"
    assert with_interval(0.000_21, 0.000_22, 0.000_23, UNITLESS) == "0.0002 [0.0002–0.0002]"


@given(ends=st.tuples(*[_sizes | _sizes.map(lambda size: -size) | st.just(0.0)] * 3), units=_units)
def test_an_interval_never_loses_its_largest_number(ends: tuple[float, float, float], units: Units) -> None:
    """Its middle or, where it reaches over zero, its larger end fills its unit, if any unit is filled."""
    low, middle, high = sorted(ends)
    words = with_interval(low, middle, high, units)
    found = re.fullmatch(r"(-?[\d.]+) \[(-?[\d.]+)(?:–| – )(-?[\d.]+)\] ?(\w*)", words)
    assert found is not None
    size = next(one for one, name in units if name == found[4])
    deciding = max(-low, high) if low <= 0 <= high else abs(middle)
    assert deciding >= size or size == units[-1][0]
    told = [float(part) for part in found.groups()[:3]]
    for seen, value in zip(told, (middle, low, high), strict=True):
        assert seen * size == pytest.approx(value, rel=0.5, abs=1e-6 * size)
    assert told[1] <= told[0] <= told[2]
