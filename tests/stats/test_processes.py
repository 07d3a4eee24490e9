"""Samples become one value for each process; legs become slopes."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from concbench.stats.interval import NotDetermined
from concbench.stats.processes import reduce_by_process, slope
from tests.stats.data import signed

labelled = st.lists(st.tuples(signed, st.integers(0, 5)), min_size=1, max_size=60)


@given(labelled)
def test_every_process_gets_the_median_that_numpy_gives(samples: list[tuple[float, int]]) -> None:
    values, labels = np.array([v for v, _ in samples]), np.array([p for _, p in samples])
    processes, medians = reduce_by_process(values, labels)
    assert processes.tolist() == sorted(set(labels.tolist()))
    assert medians.tolist() == [np.median(values[labels == process]) for process in processes]


@given(labelled, st.randoms())
def test_the_order_of_the_samples_does_not_matter(samples: list[tuple[float, int]], random: Random) -> None:
    shuffled = samples.copy()
    random.shuffle(shuffled)
    first, second = (reduce_by_process(*zip(*order, strict=True)) for order in (samples, shuffled))
    assert first[0].tolist() == second[0].tolist()
    assert first[1].tolist() == second[1].tolist()


def test_processes_may_have_names() -> None:
    processes, medians = reduce_by_process([1.0, 5.0, 3.0], ["b", "a", "b"])
    assert processes.tolist() == ["a", "b"]
    assert medians.tolist() == [5.0, 2.0]


def test_a_sample_without_a_label_is_refused() -> None:
    with pytest.raises(ValueError, match="label every value"):
        reduce_by_process([1.0, 2.0], [0])


def test_an_infinite_sample_does_not_hide_behind_the_median() -> None:
    with pytest.raises(NotDetermined, match="value 2 of 3 is inf"):
        reduce_by_process([1.0, 2.0, float("inf")], [0, 0, 0])


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 10**6), st.integers(1, 10**6)), min_size=1))
def test_the_slope_is_the_cost_of_a_unit_whatever_the_legs_share(legs: list[tuple[int, int, int]]) -> None:
    start, cost, extra = np.array(legs).T
    assert slope(start + cost, start + cost * (1 + extra), extra).tolist() == cost.tolist()


def test_one_count_of_extra_work_serves_all_rounds_and_a_slope_may_be_negative() -> None:
    assert slope([10, 20], [14, 18], 2).tolist() == [2.0, -1.0]


@pytest.mark.parametrize("extra", [0, -3, [5, 0], float("nan")])
def test_a_long_leg_that_does_no_more_work_determines_no_cost(extra: object) -> None:
    with pytest.raises(NotDetermined, match="check the witnessed counts"):
        slope([1, 2], [3, 4], extra)  # type: ignore[arg-type]


@pytest.mark.parametrize(("short", "long", "extra"), [([1], [2, 3], 1), ([1, 2], [3, 4], [1, 1, 1])])
def test_legs_that_do_not_pair_are_refused(short: list[int], long: list[int], extra: object) -> None:
    with pytest.raises(ValueError, match="legs of shape"):
        slope(short, long, extra)  # type: ignore[arg-type]
