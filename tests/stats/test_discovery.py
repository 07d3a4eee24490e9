"""The false-discovery rate over many cells."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from concbench.stats.discovery import false_discovery

p_values = st.lists(st.floats(0, 1) | st.floats(0, 0.01), min_size=1, max_size=100)
rates = st.floats(1e-6, 0.999)


@given(p_values, rates)
def test_the_discoveries_are_scipys(p: list[float], rate: float) -> None:
    adjusted = stats.false_discovery_control(p, method="bh")
    assert false_discovery(p, rate).tolist() == (adjusted <= rate).tolist()


def test_the_example_of_the_paper() -> None:
    """Benjamini and Hochberg 1995, section 3.2: 15 p-values, the four smallest are discoveries at 5 %."""
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344]
    p += [0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000]
    assert false_discovery(p, rate=0.05).tolist() == [True] * 4 + [False] * 11


@given(p_values, st.randoms())
def test_the_order_of_the_cells_does_not_matter(p: list[float], random: Random) -> None:
    order = list(range(len(p)))
    random.shuffle(order)
    assert false_discovery(np.array(p)[order]).tolist() == false_discovery(p)[order].tolist()


@given(p_values, rates, rates)
def test_a_stricter_rate_never_discovers_more(p: list[float], one: float, other: float) -> None:
    strict, loose = (false_discovery(p, rate) for rate in sorted((one, other)))
    assert np.all(loose | ~strict)


@given(p_values)
def test_it_discovers_no_more_than_each_cell_alone_and_no_less_than_bonferroni(p: list[float]) -> None:
    found = false_discovery(p, 0.01)
    assert np.all(np.array(p)[found] <= 0.01)
    assert np.all(found[np.array(p) * len(p) <= 0.01])


def test_no_cells_hold_no_discoveries() -> None:
    assert false_discovery([]).tolist() == []


@pytest.mark.parametrize("bad", [-0.1, 1.1, float("nan")])
def test_a_p_value_that_is_none_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="leave out the cells that are not determined"):
        false_discovery([0.5, bad])


@pytest.mark.parametrize("rate", [0.0, 1.0, -1.0])
def test_a_rate_that_is_no_fraction_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match="fraction between 0 and 1"):
        false_discovery([0.5], rate)


def test_a_table_of_p_values_is_refused() -> None:
    with pytest.raises(ValueError, match=r"shape \(1, 2\)"):
        false_discovery([[0.1, 0.2]])
