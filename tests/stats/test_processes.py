"""Samples become one value for each process."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from concbench.stats.interval import NotDetermined
from concbench.stats.processes import reduce_by_process
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
