"""Dataset: every contender's cell at every point, and each process's values of it."""

from dataclasses import replace
from typing import Any

import pytest

from concbench.analysis.contenders import Mismatch, RunContender
from concbench.analysis.dataset import Dataset, ReportedPoint, gather
from concbench.results.measured import measured_of
from concbench.results.reader import Run
from tests.report.made_up import (
    Cell,
    always,
    dataset_of,
    growing,
    run_elsewhere,
    run_of,
    with_samples,
)


def contender(dataset: Dataset, label: str) -> RunContender:
    (found,) = [one for one in dataset.contenders if one.label == label]
    return found


def three() -> Dataset:
    return dataset_of(
        Cell(contender="base", cost=growing(1000, 100)),
        Cell(contender="other", cost=always(50)),
        Cell(contender="base", cost=always(7), tasks=1000),
    )


def test_a_cell_stands_at_its_point_under_its_arm() -> None:
    dataset = three()
    small, large = dataset.points()
    assert (small.value("tasks"), large.value("tasks")) == (10, 1000)
    cell = dataset.at(small, contender(dataset, "other"))
    assert cell is not None
    assert cell.ok
    assert cell.summary.cell == "spawn[tasks=10]/other"
    assert dataset.at(large, contender(dataset, "other")) is None


def test_values_are_one_for_each_generation() -> None:
    dataset = three()
    cell = dataset.cells[0]
    assert dataset.values(cell, "wall").to_dict() == {number: 1000 + 100 * number for number in range(7)}
    assert dataset.values(cell, "memory").empty


def test_a_worker_that_was_replaced_is_averaged_with_the_one_that_took_its_place() -> None:
    run = run_of(Cell(contender="base", cost=lambda _, round_: 100 * (1 + 2 * round_), rounds=2))
    again = with_samples(
        run, lambda sample: sample | {"process": sample["process"] + 50 * (sample["round"] == 1)}
    )
    dataset = gather([measured_of(again)])
    assert set(dataset.values(dataset.cells[0], "wall")) == {200}


def test_the_same_work_has_the_same_point_in_all_runs_and_another_version_has_not() -> None:
    run = run_of(Cell(contender="base", cost=always(1)))
    newer = run_of(Cell(contender="base", cost=always(1), version="2"))
    runs = [run, run_elsewhere(run, 1), run_elsewhere(newer, 2)]
    dataset = gather([measured_of(one) for one in runs])
    first, second = dataset.points()
    assert (first.version, second.version) == ("1", "2")
    assert [cell.contender.run for cell in dataset.cells if cell.point == first] == [0, 1]
    assert [cell.contender.run for cell in dataset.cells if cell.point == second] == [2]


def test_values_of_several_runs_are_kept_apart() -> None:
    runs = [
        run_of(Cell(contender="base", cost=always(1))),
        run_elsewhere(run_of(Cell(contender="base", cost=always(2))), 1),
    ]
    dataset = gather([measured_of(run) for run in runs])
    assert [set(dataset.values(cell, "wall")) for cell in dataset.cells] == [{1}, {2}]
    assert set(zip(dataset.table["run"], dataset.table["label"], strict=True)) == {
        (0, "base run 1"),
        (1, "base run 2"),
    }
    assert [one.label for one in dataset.contenders_of_run(1)] == ["base run 2"]


def test_runs_of_different_machines_are_refused() -> None:
    run = run_of(Cell(contender="base", cost=always(1)))
    runs = [measured_of(one) for one in (run, run_elsewhere(run, 1, machine="elsewhere"))]
    with pytest.raises(Mismatch):
        gather(runs)
    assert len(gather(runs, different_machines=True).runs) == 2


def test_the_parameters_that_vary_are_those_that_differ_between_points() -> None:
    def cell(workload: str, tasks: int, depth: int) -> Cell:
        return Cell(contender="a", cost=always(1), workload=workload, tasks=tasks, more=(("depth", depth),))

    dataset = dataset_of(cell("chain", 10, 1), cell("chain", 10, 100), cell("spawn", 20, 1))
    assert dataset.workloads() == ["chain", "spawn"]
    assert dataset.varying("chain") == ["depth"]
    assert dataset.varying("spawn") == []
    assert [point.spelled(["tasks", "depth", "colour"]) for point in dataset.points("chain")] == [
        "tasks 10, depth 1",
        "tasks 10, depth 100",
    ]


@pytest.mark.parametrize(
    ("asked", "own", "chosen"),
    [
        (None, "other", "other"),
        ("base", "other", "base"),
        ("nobody", "other", None),
    ],
)
def test_the_baseline_is_the_one_that_is_asked_for_else_the_run_s_own(
    asked: str | None, own: Any, chosen: str | None
) -> None:
    cells = [Cell(contender=name, cost=always(1)) for name in ("base", "other")]
    dataset = dataset_of(*cells, baseline=asked, settings={"baseline": own})
    assert dataset.baselines == (chosen,)
    against = {cell.contender.label for cell in dataset.cells if cell.summary.against is not None}
    assert against == ({"base", "other"} - {chosen} if chosen else set())


@pytest.mark.parametrize(
    ("value", "number", "words"),
    [
        (3, 3, "odd 3"),
        (0.5, 0.5, "odd 0.5"),
        ("many", None, "odd many"),
        (False, None, "odd 0"),
    ],
)
def test_a_parameter_may_be_anything_that_a_file_can_hold(
    value: Any, number: float | None, words: str
) -> None:
    cells = [Cell(contender=name, cost=always(1), more=(("odd", value),)) for name in ("a", "b")]
    dataset = dataset_of(*cells, baseline="a")
    (point,) = dataset.points()
    assert point.number("odd") == number
    assert point.spelled(["odd"]) == words
    assert dataset.at(point, dataset.contenders[1]) is not None


def test_a_point_knows_nothing_of_parameters_that_it_does_not_have() -> None:
    point = ReportedPoint("spawn", "1", (("tasks", 10),))
    assert point.value("depth") is None
    assert point.number("depth") is None
    assert point.spelled(["depth"]) == ""


def test_parameters_that_are_no_counts_have_units_whoever_brings_the_workload() -> None:
    own: dict[str, Any] = {"questions": [], "lanes": "", "units": {"delay": "weeks"}}
    cells = [Cell(contender="a", cost=always(1), workload=name) for name in ("timers", "naps", "spawn")]
    found = dataset_of(*cells, baseline="a", workloads={"naps": own}).points()
    assert [point.spelled(["tasks", "delay"]) for point in found] == [
        "tasks 10, delay 0.02 s",
        "tasks 10, delay 0.02 weeks",
        "tasks 10, delay 0.02",
    ]


def nothing_measured() -> Run:
    run = run_of(Cell(contender="base", cost=always(1)), Cell(contender="other", cost=always(1)))
    return replace(run, records=())


def test_a_run_in_which_nothing_was_measured_has_points_and_no_values() -> None:
    dataset = gather([measured_of(nothing_measured())], baseline="base")
    assert dataset.table.empty
    assert [cell.summary.outcome.name for cell in dataset.cells] == ["not measured"] * 2
    assert not any(cell.ok or len(dataset.values(cell, "wall")) for cell in dataset.cells)


def test_a_run_without_figures_beside_one_with_some_changes_nothing_of_that() -> None:
    full = run_elsewhere(run_of(Cell(contender="base", cost=growing(5, 1))), 1)
    dataset = gather([measured_of(nothing_measured()), measured_of(full)])
    (cell,) = [cell for cell in dataset.cells if cell.ok]
    assert list(dataset.values(cell, "wall")) == [5, 6, 7, 8, 9, 10, 11]
