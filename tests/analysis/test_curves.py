"""The table of every process's values, of made-up runs whose values are known."""

import subprocess
import sys
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from concbench.analysis.curves import COLUMNS, process_values
from concbench.analysis.summary import summarise
from concbench.results.measured import Measured, measured_of
from concbench.results.reader import Run
from concbench.results.records import Sample
from tests.report.made_up import EXTRA, Cell, always, growing, run_of
from tests.results.examples import changed as altered
from tests.results.examples import made


def table_of(*cells: Cell) -> pd.DataFrame:
    return process_values(measured_of(run_of(*cells)))


def values(table: pd.DataFrame, metric: str) -> list[float]:
    """Return a metric's values by generation."""
    mine = table[table["metric"] == metric].sort_values("generation")
    return [float(value) for value in mine["value"]]


def test_a_row_says_which_process_of_which_cell_it_is_about() -> None:
    table = table_of(Cell(contender="base", cost=growing(1000, 100)), Cell(contender="other", cost=always(1)))
    assert tuple(table.columns) == COLUMNS
    row = table[(table["metric"] == "wall") & (table["contender"] == "other")].iloc[2].to_dict()
    depth = row.pop("depth")
    assert pd.isna(depth)
    assert row == {
        "cell": "spawn[tasks=10]/other",
        "workload": "spawn",
        "workload_version": "1",
        "params": "tasks=10,delay=0.02",
        "tasks": 10,
        "contender": "other",
        "model": "other",
        "python": "3.13",
        "generation": 2,
        "process": 9,
        "metric": "wall",
        "unit": "ns/task",
        "value": 1,
    }


def test_a_value_is_the_median_over_the_samples_of_a_process() -> None:
    def cost(generation: int, round_: int) -> float:
        return 1000 + 100 * generation + (9000 if round_ == 2 else 0)

    table = table_of(Cell(contender="base", cost=cost, floor_ns=5000))
    assert values(table, "wall") == [1000 + 100 * generation for generation in range(7)]
    assert values(table, "cpu") == [500 + 50 * generation for generation in range(7)]
    assert values(table, "run_wall") == [5000 + 10 * (1000 + 100 * generation) for generation in range(7)]
    assert values(table, "run_cpu") == [5 * (1000 + 100 * generation) for generation in range(7)]


def test_of_a_slope_a_whole_run_is_the_long_leg() -> None:
    table = table_of(Cell(contender="base", workload="switch", cost=always(80), generations=1))
    assert values(table, "wall") == [80]
    assert values(table, "run_wall") == [1_000_000 / 4 + 80 * EXTRA]
    assert set(table["unit"]) == {"ns/suspension", "ns"}


@pytest.mark.parametrize(("observed", "metric", "unit"), [(True, "memory", "B/task"), (False, "peak", "B")])
def test_memory_has_the_name_of_its_kind(observed: bool, metric: str, unit: str) -> None:
    heavy = [1000, 1100, 1200, 1300, 1400, 1500, 1600]
    table = table_of(Cell(contender="base", cost=always(1), heavy=heavy, observed=observed))
    assert values(table, metric) == heavy
    assert set(table[table["metric"] == metric]["unit"]) == {unit}
    assert not {"memory", "peak"} - {metric} & set(table["metric"])


def test_lateness_is_in_ns_and_early_wakes_are_a_share() -> None:
    table = table_of(Cell(contender="base", workload="timers", cost=always(1), late=-50, tasks=40))
    for metric, value in {"p50": -50, "p90": -90, "p99": -99, "max": -150}.items():
        assert values(table, f"lateness_{metric}") == [value] * 7
    assert values(table, "early") == [1 / 40] * 7


def test_the_medians_over_processes_are_those_of_the_summary() -> None:
    measured = measured_of(
        run_of(
            Cell(contender="base", workload="timers", cost=growing(500, 7), late=9, heavy=range(7)),
            Cell(contender="other", workload="switch", cost=growing(500, 7)),
        )
    )
    table = process_values(measured).groupby(["cell", "metric"])["value"].median()
    for summary in summarise(measured):
        figures = {"wall": summary.wall, "cpu": summary.cpu, "memory": summary.memory}
        figures |= {f"lateness_{name}": late for name, late in (summary.lateness or {}).items()}
        for metric, estimate in figures.items():
            assert ((summary.cell, metric) in table.index) == (estimate is not None)
            if estimate is not None:
                assert table[summary.cell, metric] == estimate.middle


def changed(run: Run, **changes: Any) -> Measured:
    """Return the run with the process of generation 0's last sample changed."""
    records = list(run.records)
    place = max(i for i, one in enumerate(records) if isinstance(one, Sample) and one.generation == 0)
    records[place] = altered(records[place], **changes)
    return measured_of(replace(run, records=tuple(records)))


def test_a_process_that_replaced_a_lost_one_has_a_row_of_its_own() -> None:
    run = run_of(Cell(contender="base", cost=always(7), generations=2))
    table = process_values(changed(run, process=50))
    mine = table[table["metric"] == "wall"]
    assert list(zip(mine["generation"], mine["process"], strict=True)) == [(0, 0), (1, 2), (0, 50)]


def test_only_cells_that_are_ok_and_samples_that_count_have_rows() -> None:
    run = run_of(
        Cell(contender="base", cost=always(1)),
        Cell(contender="other", cost=always(1), outcome={"outcome": "exhausted"}),
    )
    assert set(process_values(measured_of(run))["contender"]) == {"base"}
    strays = [made("sample", cell=record.cell) for record in run.records if isinstance(record, Sample)]
    more = replace(run, records=(*run.records, *strays))
    pd.testing.assert_frame_equal(process_values(measured_of(more)), process_values(measured_of(run)))


def test_a_run_without_figures_gives_an_empty_table_with_the_same_columns() -> None:
    some = table_of(Cell(contender="base", cost=always(1)))
    none = table_of(Cell(contender="base", cost=always(1), outcome={"outcome": "timeout"}))
    assert none.empty
    assert dict(none.dtypes) == dict(some.dtypes)


def test_showing_a_run_does_not_load_pandas() -> None:
    code = (
        "import sys; import concbench.commands.show, concbench.commands.run; print('pandas' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout == "False\n"
