"""Halves: a run is timed in two parts, which are those of the very run, and add up to it."""

import pytest

from concbench.measure.execution import WrongTime, cell_of
from concbench.measure.halves import Halves
from concbench.measure.turns import take_turn
from concbench.models.generator import MODEL
from concbench.workloads.basics import parked, spawn

pytestmark = pytest.mark.measured_side


def test_both_parts_of_a_run_add_up_to_what_it_took() -> None:
    with MODEL.open() as session:
        cell = cell_of(parked.WORKLOAD, parked.Params(50), MODEL, session)
        sample = take_turn(cell, number=4, long_first=False, split=True)
    (leg,) = sample["legs"]
    make, wake = (sample["records"][f"{part}_ns"] for part in ("make", "wake"))
    assert make > 0 < wake
    assert 4 * (make + wake) <= leg["wall_ns"] < 4 * (make + wake + 2)
    assert leg["number"] == 4


def test_a_turn_is_not_split_unless_that_is_asked_for() -> None:
    with MODEL.open() as session:
        cell = cell_of(parked.WORKLOAD, parked.Params(50), MODEL, session)
        assert take_turn(cell, number=2, long_first=False)["records"] == {}


def test_without_a_keeper_there_is_one_part() -> None:
    with MODEL.open() as session:
        cell = cell_of(spawn.WORKLOAD, spawn.Params(5), MODEL, session)
        assert take_turn(cell, number=2, long_first=False, split=True)["records"] == {}


@pytest.mark.parametrize("looks", [[0, 1], [1, 2], [2]])
def test_a_keeper_that_does_not_look_once_in_each_run_is_refused(looks: list[int]) -> None:
    halves = Halves()
    for (_name, number), times in zip(halves.each([("single", len(looks))]), looks, strict=True):
        assert number == 1
        for _ in range(2 + times):
            halves.clock()
    with pytest.raises(WrongTime, match="did not look once in each run"):
        halves.records()


def test_the_untimed_run_before_a_sample_has_ten_thousand_tasks_at_most() -> None:
    warm = parked.WORKLOAD.warm
    assert warm is not None
    sizes = [warm(parked.Params(tasks)).tasks for tasks in (1, 4000, 10_000, 1_000_000)]
    assert sizes == [1, 4000, 10_000, 10_000]
