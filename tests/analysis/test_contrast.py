"""Two contenders against each other: paired by generation, mirrored if swapped, real only if many say so."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from concbench.analysis.contrast import Versus, versus
from concbench.analysis.summary import mark_real
from concbench.metrics import Kind
from concbench.stats.interval import Interval
from concbench.stats.paired import PairedEstimate


def values(*numbers: float, first: int = 0) -> pd.Series:
    """Return values of generations that count from ``first``."""
    return pd.Series(numbers, index=range(first, first + len(numbers)), dtype="float64")


def interval(found: Versus) -> tuple[float, float, float]:
    assert found.interval is not None
    return found.interval.low, found.interval.middle, found.interval.high


BASE = values(100, 110, 90, 105, 95, 100)


def test_a_ratio_is_paired_by_generation() -> None:
    found = versus(2 * BASE, BASE)
    assert found.kind == "ratio"
    assert interval(found) == pytest.approx((2, 2, 2))
    assert versus(BASE / 1000, BASE).kind == "ratio"


def test_a_difference_is_in_the_metric_s_unit() -> None:
    found = versus(BASE + 7, BASE, "difference")
    assert found.kind == "difference"
    assert interval(found) == pytest.approx((7, 7, 7))


def test_generations_that_only_one_side_has_do_not_count() -> None:
    ours = values(*[3000.0] * 3, *(3 * BASE), first=-3)
    found = versus(ours, pd.concat([BASE, values(1, 1, 1, first=6)]))
    assert found.comparison is not None
    assert found.comparison.interval.n == 6
    assert interval(found) == pytest.approx((3, 3, 3))


def test_the_order_of_generations_does_not_matter() -> None:
    assert versus((2 * BASE)[::-1], BASE) == versus(2 * BASE, BASE)


@pytest.mark.parametrize("value", [0.0, -20.0])
def test_a_ratio_of_values_that_are_not_all_positive_becomes_a_difference(value: float) -> None:
    found = versus(values(value, 5, 5, 5, 5, 5), values(5, 5, 5, 5, 5, 5))
    assert found.kind == "difference"
    assert interval(found)[1] == pytest.approx((value - 5) / 6)


@pytest.mark.parametrize("kind", ["ratio", "difference"])
@pytest.mark.parametrize(("a", "b"), [(values(), BASE), (BASE, values()), (BASE[:5], BASE)])
def test_too_few_common_generations_determine_nothing(a: pd.Series, b: pd.Series, kind: Kind) -> None:
    found = versus(a, b, kind)
    assert found.comparison is None
    assert found.interval is None
    assert "processes are too few" in found.reason
    assert mark_real([found]) == [found]
    assert found.side == 0


def judged(middle: float, p_value: float, kind: Kind = "ratio") -> Versus:
    return Versus(kind, PairedEstimate(Interval(middle, middle, middle, 0.95, 7), p_value))


@pytest.mark.parametrize(
    ("kind", "middle", "side"),
    [("ratio", 1.2, 1), ("ratio", 0.8, -1), ("difference", 0.8, 1), ("difference", -1.2, -1)],
)
def test_a_side_is_taken_only_where_the_difference_is_real(kind: Kind, middle: float, side: int) -> None:
    likely, unlikely = (judged(middle, p_value, kind) for p_value in (0.5, 1e-9))
    assert likely.side == unlikely.side == 0
    assert [one.side for one in mark_real([likely, unlikely])] == [0, side]


def test_what_is_real_is_decided_for_the_whole_table() -> None:
    one = judged(1.1, 0.008)
    assert [found.real for found in mark_real([one])] == [True]
    assert [found.real for found in mark_real([one, judged(1.0, 0.9)])] == [False, False]


def test_marking_keeps_the_order_and_passes_over_what_is_not_determined() -> None:
    unknown = Versus("ratio", None, "too few")
    marked = mark_real([unknown, judged(2, 1e-9), unknown, judged(1, 1)])
    assert [found.real for found in marked] == [False, True, False, False]
    assert marked[0] == marked[2] == unknown
    assert mark_real([unknown]) == [unknown]
    assert mark_real([]) == []


_numbers = st.integers(-50, 50).map(float)
_series = st.dictionaries(st.integers(0, 8), _numbers, max_size=9).map(
    lambda found: pd.Series(found, dtype="float64")
)


@given(a=_series, b=_series, kind=st.sampled_from(["ratio", "difference"]))
def test_swapping_the_arms_mirrors_everything(a: pd.Series, b: pd.Series, kind: Kind) -> None:
    (found,), (swapped,) = mark_real([versus(a, b, kind)]), mark_real([versus(b, a, kind)])
    assert (swapped.kind, swapped.reason, swapped.side) == (found.kind, found.reason, -found.side)
    if found.comparison is None or swapped.comparison is None:
        assert found.comparison is swapped.comparison
        return
    assert swapped.comparison.p_value == found.comparison.p_value
    low, middle, high = interval(found)
    mirrored = (1 / high, 1 / middle, 1 / low) if found.kind == "ratio" else (-high, -middle, -low)
    assert interval(swapped) == pytest.approx(mirrored)


@given(a=_series)
def test_nothing_is_really_more_than_itself(a: pd.Series) -> None:
    (found,) = mark_real([versus(a, a)])
    assert found.side == 0
