"""Sweeps: which points make one, and each contender's cost along it."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concbench.analysis.dataset import Dataset
from concbench.analysis.sweeps import Sweep, SweepCurve, curve_of, sweeps_of
from tests.report.made_up import Cell, always, dataset_of, growing


def spawn(tasks: int, contender: str = "a", **known: Any) -> Cell:
    return replace(Cell(contender=contender, cost=growing(100, 1), tasks=tasks), **known)


def chain(depth: int, tasks: int = 10, **known: Any) -> Cell:
    return spawn(tasks, workload="chain", more=(("depth", depth),), **known)


def only_sweep(dataset: Dataset) -> Sweep:
    (sweep,) = sweeps_of(dataset)
    return sweep


def curve(dataset: Dataset, metric: str = "wall", contender: int = 0) -> SweepCurve:
    return curve_of(dataset, only_sweep(dataset), dataset.contenders[contender], metric)


def test_the_points_that_differ_in_tasks_are_a_sweep_in_ascending_order() -> None:
    sweep = only_sweep(dataset_of(spawn(1000), spawn(10), spawn(100)))
    assert (sweep.workload, sweep.axis, sweep.xs) == ("spawn", "tasks", (10, 100, 1000))
    assert [point.value("tasks") for point in sweep.points] == [10, 100, 1000]
    assert sweep.title == "spawn"
    assert sweep.counts_tasks


def test_one_point_is_no_sweep() -> None:
    assert sweeps_of(dataset_of(spawn(10), spawn(10, "b"))) == []


def test_the_points_of_all_arms_belong_to_it() -> None:
    dataset = dataset_of(spawn(10), spawn(100), spawn(100, "b"), spawn(1000, "b"))
    assert only_sweep(dataset).xs == (10, 100, 1000)
    assert list(curve(dataset).xs) == [10, 100]
    assert list(curve(dataset, contender=1).xs) == [100, 1000]


def test_where_tasks_and_depth_vary_there_is_a_sweep_along_either_for_each_value_of_the_other() -> None:
    dataset = dataset_of(*(chain(depth, tasks) for depth in (1, 10) for tasks in (10, 100)))
    assert [(sweep.axis, sweep.title) for sweep in sweeps_of(dataset)] == [
        ("tasks", "chain (depth 1)"),
        ("tasks", "chain (depth 10)"),
        ("depth", "chain (tasks 10)"),
        ("depth", "chain (tasks 100)"),
    ]


def test_where_neither_varies_the_first_number_that_does_is_the_axis() -> None:
    cells = [spawn(10, more=(("mode", mode), ("size", size))) for mode in ("x", "y") for size in (1, 2.5)]
    sweeps = sweeps_of(dataset_of(*cells))
    assert [(sweep.axis, sweep.xs, sweep.fixed) for sweep in sweeps] == [
        ("size", (1, 2.5), "mode x"),
        ("size", (1, 2.5), "mode y"),
    ]
    assert not sweeps[0].counts_tasks


def test_of_two_other_numbers_only_the_first_is_an_axis() -> None:
    cells = [spawn(10, more=(("size", size), ("pause", pause))) for size in (1, 2) for pause in (3, 4)]
    assert [sweep.title for sweep in sweeps_of(dataset_of(*cells))] == ["spawn (pause 3)", "spawn (pause 4)"]


def test_points_that_differ_in_both_tasks_and_depth_are_no_sweep() -> None:
    assert sweeps_of(dataset_of(chain(1, tasks=10), chain(10, tasks=100))) == []


@pytest.mark.parametrize("values", [("x", "y"), (0, 1), (-1, 1), (False, True)])
def test_what_has_no_logarithm_is_no_axis(values: tuple[Any, ...]) -> None:
    assert sweeps_of(dataset_of(*(spawn(10, more=(("odd", value),)) for value in values))) == []


def test_versions_of_a_workload_are_sweeps_of_their_own() -> None:
    sizes = {"1": (10, 100), "2": (20, 200)}
    cells = [spawn(tasks, version=version) for version, counts in sizes.items() for tasks in counts]
    assert [sweep.title for sweep in sweeps_of(dataset_of(*cells))] == [
        "spawn (version 1)",
        "spawn (version 2)",
    ]


@pytest.mark.parametrize(("metric", "share"), [("wall", 1), ("cpu", 0.5)])
def test_where_tasks_grow_the_cost_is_that_of_all_tasks(metric: str, share: float) -> None:
    found = curve(dataset_of(spawn(10), spawn(1000)), metric)
    assert found.costs.shape == (7, 2)
    assert found.costs[2].tolist() == [share * 102 * 10, share * 102 * 1000]


def test_memory_is_that_of_all_tasks_too() -> None:
    found = curve(dataset_of(spawn(10, heavy=range(7)), spawn(1000, heavy=range(7))), "memory")
    assert found.costs[:, 1].tolist() == [1000 * number for number in range(7)]


@pytest.mark.parametrize("metric", ["lateness_p50", "run_wall"])
def test_what_is_no_cost_of_a_task_is_left_as_it_is(metric: str) -> None:
    dataset = dataset_of(spawn(10, late=80), spawn(1000, late=80))
    values = [dataset.values(cell, metric).tolist() for cell in dataset.cells]
    assert curve(dataset, metric).costs.T.tolist() == values


def test_along_the_depth_the_cost_is_that_of_one_resume() -> None:
    found = curve(dataset_of(chain(1), chain(100, cost=always(900))))
    assert found.costs[0].tolist() == [100, 900]


def test_a_cell_without_figures_is_no_place_of_the_curve() -> None:
    exhausted = spawn(1000, outcome={"outcome": "exhausted", "reason": "threads", "at": 700})
    found = curve(dataset_of(spawn(10), spawn(100), exhausted))
    assert list(found.xs) == [10, 100]


def test_an_arm_without_the_metric_has_an_empty_curve() -> None:
    found = curve(dataset_of(spawn(10), spawn(100)), "memory")
    assert found.xs.size == found.costs.size == 0


def test_a_generation_that_lost_a_point_is_left_out_and_a_point_that_too_few_did_is_no_place() -> None:
    found = curve(dataset_of(spawn(10), spawn(100, lost=(1, 3)), spawn(1000, lost=(3,))))
    assert found.generations.tolist() == [0, 1, 2, 4, 5, 6]
    assert list(found.xs) == [10, 1000]
    assert found.costs[2].tolist() == [102 * 10, 102 * 1000]


_lost = st.sets(st.integers(0, 6))


@settings(max_examples=15)
@given(lost=st.lists(_lost, min_size=2, max_size=4))
def test_a_curve_is_always_whole(lost: list[set[int]]) -> None:
    cells = [spawn(10**place, lost=mine) for place, mine in enumerate(lost, start=1) if len(mine) < 7]
    dataset = dataset_of(*cells, spawn(3, "b"), spawn(30, "b"))
    for sweep in sweeps_of(dataset):
        for contender in dataset.contenders:
            found = curve_of(dataset, sweep, contender, "wall")
            assert np.isfinite(found.costs).all()
            assert found.costs.shape == (found.generations.size, found.xs.size)
            assert (np.diff(found.xs) > 0).all()
            assert (np.diff(found.generations) > 0).all()
    there = [set(range(7)) - mine for mine in lost if len(mine) < 7]
    if there:
        found = curve_of(dataset, sweeps_of(dataset)[0], dataset.contenders[0], "wall")
        enough = [mine for mine in there if len(mine) >= 6]
        assert set(found.generations) == set.intersection(*(enough or there))
