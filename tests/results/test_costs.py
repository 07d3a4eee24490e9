"""Legs become slopes: the cost of the work that only the long leg does."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from concbench.results.costs import costs_by_cell, slope
from concbench.results.measured import measured_of
from tests.report.made_up import Cell, always, run_of

rounds = st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 10**6)), min_size=1)


def floats(*values: float) -> "np.typing.NDArray[np.float64]":
    return np.array(values, dtype=np.float64)


@given(rounds, st.integers(1, 10**6))
def test_the_slope_is_the_cost_of_a_unit_whatever_the_legs_share(
    legs: list[tuple[int, int]], extra: int
) -> None:
    start, cost = np.array(legs, dtype=np.float64).T
    assert slope(start + cost, start + cost * (1 + extra), extra).tolist() == cost.tolist()


def test_a_slope_may_be_negative() -> None:
    assert slope(floats(10, 20), floats(14, 18), 2).tolist() == [2.0, -1.0]


@pytest.mark.parametrize("extra", [0, -3])
def test_a_long_leg_that_does_no_more_work_tells_no_cost(extra: int) -> None:
    with pytest.raises(ValueError, match="more units of work"):
        slope(floats(1, 2), floats(3, 4), extra)


def test_legs_that_do_not_pair_are_refused() -> None:
    with pytest.raises(ValueError, match="no pairs"):
        slope(floats(1), floats(2, 3), 1)


def test_a_slope_is_above_the_floors_of_both_legs() -> None:
    run = run_of(Cell(contender="a", cost=always(250.0), workload="switch", floor_ns=20_000_000))
    (costs,) = costs_by_cell(measured_of(run)).values()
    assert {round(one) for one in costs.figures["wall"].tolist()} == {250}
