"""Memory: what a task weighs where most were weighed, what a million would, and what is in the way."""

from dataclasses import replace
from typing import Any

import pytest

from concbench.analysis.dataset import Dataset
from concbench.analysis.memory import TaskWeight, weights_of
from tests.report.made_up import Cell, always, dataset_of

BYTES = (1000, 1010, 1020, 1030, 1040, 1050, 1060)
OUT_OF_THREADS = {"outcome": "exhausted", "reason": "can't start new thread", "at": 21_987}


def parked(contender: str = "a", **known: Any) -> Cell:
    usual = Cell(contender=contender, cost=always(1), workload="parked", rounds=0, heavy=BYTES)
    return replace(usual, **known)


def weight(dataset: Dataset) -> TaskWeight:
    (found,) = weights_of(dataset)
    return found


def test_what_a_task_weighs_is_told_where_most_were_weighed() -> None:
    found = weight(dataset_of(parked(tasks=1000, heavy=[5] * 7), parked(tasks=10_000), parked(heavy=[9] * 7)))
    assert (found.contender.label, found.tasks, found.per_task.middle) == ("a", 10_000, 1030)


def test_a_million_is_a_million_times_as_heavy_ends_of_the_interval_too() -> None:
    million = weight(dataset_of(parked())).million
    assert million.middle == 1030e6
    assert million.interval is not None
    page = 1e6 * 4096 / 10
    ends = (1000e6 - page, 1030e6, 1060e6 + page)
    assert (million.interval.low, million.interval.middle, million.interval.high) == pytest.approx(ends)
    assert million.interval.n == 7


def test_without_an_interval_a_million_has_none() -> None:
    found = weight(dataset_of(parked(generations=5)))
    assert (found.per_task.interval, found.million.interval) == (None, None)
    assert found.million.middle == 1020e6


def test_each_arm_has_its_own_weight_in_the_order_of_the_arms() -> None:
    dataset = dataset_of(parked("b"), parked("a", heavy=[3] * 7), parked("not weighed", heavy=(), rounds=3))
    assert [(one.contender.label, one.per_task.middle) for one in weights_of(dataset)] == [
        ("b", 1030),
        ("a", 3),
    ]


@pytest.mark.parametrize(
    "cell",
    [
        parked(observed=False),
        parked(heavy=[0] * 7),
        parked(heavy=(), rounds=3),
        parked(outcome=OUT_OF_THREADS),
    ],
)
def test_a_peak_nothing_and_what_was_not_weighed_are_no_weight(cell: Cell) -> None:
    assert weights_of(dataset_of(cell)) == []


def test_nothing_stands_in_the_way_unless_it_is_known_to() -> None:
    assert weight(dataset_of(parked())).limit is None


def test_where_it_ran_out_is_its_limit() -> None:
    found = weight(dataset_of(parked(), parked(tasks=50_000, outcome=OUT_OF_THREADS)))
    assert found.limit == "it ran out at 21 987 tasks in this run: can't start new thread"
    vague = OUT_OF_THREADS | {"at": None}
    found = weight(dataset_of(parked(), parked(tasks=50_000, outcome=vague)))
    assert found.limit == "it ran out in this run: can't start new thread"


def test_running_out_of_frames_in_a_deep_chain_is_no_limit_of_tasks() -> None:
    reason = "the recursion limit of 1000 frames"
    chain = parked(workload="chain", outcome={"outcome": "exhausted", "reason": reason, "at": 1000})
    assert weight(dataset_of(parked(), chain)).limit is None


def test_the_limit_of_one_arm_is_not_that_of_another() -> None:
    dataset = dataset_of(parked("a"), parked("b"), parked("b", tasks=50_000, outcome=OUT_OF_THREADS))
    assert [one.limit is None for one in weights_of(dataset)] == [True, False]


@pytest.mark.parametrize(
    ("dialect", "system", "limit"),
    [
        (
            "blocking",
            {"threads_max": 62_000},
            "this system allows 62 000 threads at most (kernel.threads-max)",
        ),
        (
            "blocking",
            {"threads_max": 62_000, "pid_max": 99_999, "pids_max": "max", "mappings_max": 65_530},
            "this system allows 32 765 threads at most (vm.max_map_count, two a thread)",
        ),
        (
            "blocking",
            {"threads_max": 2_000_000, "pids_max": 500, "processes_max": 4_000},
            "this system allows 500 threads at most (its cgroup)",
        ),
        ("blocking", {"threads_max": 2_000_000, "processes_max": "max"}, None),
        ("blocking", {"threads_max": None}, None),
        ("coroutine", {"threads_max": 62_000}, None),
    ],
)
def test_threads_end_where_the_system_says(dialect: str, system: Any, limit: str | None) -> None:
    environment = {"identity": {"machine": "x"}, "os": system}
    dataset = dataset_of(parked(), about={"a": {"dialect": dialect}}, environment=environment)
    assert weight(dataset).limit == limit
