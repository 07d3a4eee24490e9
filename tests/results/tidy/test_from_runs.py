"""Run files in the table: the same figures as in a report, in seconds and bytes, one row a sample."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from pandas.testing import assert_series_equal

from concbench import results
from concbench.analysis.curves import process_values
from concbench.results.measured import read_measured
from concbench.results.tidy.schema import LABELS
from tests.report.hostile import hostile_run
from tests.report.made_up import EXTRA, Cell, always, growing, run_of
from tests.report.pages import everything_run, written
from tests.results.examples import example


def table_of(tmp_path: Path, *cells: Cell, **header: Any) -> pd.DataFrame:
    return results.load(written(run_of(*cells, **header), tmp_path / "run.jsonl"))


def values(table: pd.DataFrame, metric: str) -> list[float]:
    return [float(value) for value in table[table["metric"] == metric]["value"]]


def labels(table: pd.DataFrame) -> Mapping[str, Any]:
    return {str(name): value for name, value in table.iloc[0].to_dict().items()}


def test_a_row_is_one_counted_sample_of_one_metric(tmp_path: Path) -> None:
    table = table_of(tmp_path, Cell(contender="base", cost=growing(1000, 100), floor_ns=5000, rounds=2))
    wall = table[table["metric"] == "wall"]
    assert wall["value"].tolist() == [
        (1000 + 100 * generation) / 1e9 for generation in range(7) for _ in range(2)
    ]
    assert wall["process"].tolist() == [2 * generation for generation in range(7) for _ in range(2)]
    assert set(wall["unit"]) == {"s/task"}
    assert values(table, "run_wall")[0] == (5000 + 10 * 1000) / 1e9


def test_the_labels_are_those_of_the_header(tmp_path: Path) -> None:
    table = table_of(tmp_path, Cell(contender="base", cost=always(1000), version="3"))
    assert labels(table) == {
        "workload": "spawn",
        "model": "base",
        "parameters": "tasks=10,delay=0.02",
        "metric": "wall",
        "unit": "s/task",
        "value": 1e-6,
        "process": 0,
        "commit": "abc123",
        "python": "3.13",
        "machine": "x86_64",
        "source": "concbench",
        "time": pd.Timestamp("2026-11-22T12:00:00Z"),
        "version": "3",
        "file": str(tmp_path / "run.jsonl"),
    }


def test_every_process_s_median_is_the_report_s_value(tmp_path: Path) -> None:
    path = written(everything_run("alpha", "beta"), tmp_path / "run.jsonl")
    ours = process_values(read_measured(path))
    ours["value"] = ours["value"].where(~ours["unit"].str.startswith("ns"), ours["value"] / 1e9)
    keys = ["workload", "model", "params", "metric", "process"]
    table = results.load(path).rename(columns={"parameters": "params"})
    medians = table.groupby(keys)["value"].median()
    expected = ours.astype({"process": "int64"}).groupby(keys)["value"].median()
    assert len(medians) == len(expected) > 100
    assert_series_equal(medians, expected, check_exact=False, rtol=1e-12, check_index_type=False)


def test_the_cost_of_a_suspension_is_a_slope_and_may_be_negative(tmp_path: Path) -> None:
    table = table_of(tmp_path, Cell(contender="base", cost=always(-4), workload="switch"))
    assert set(values(table, "wall")) == {-4e-9}
    assert set(table[table["metric"] == "wall"]["unit"]) == {"s/suspension"}
    assert values(table, "run_wall")[0] == (250_000 - 4 * EXTRA) / 1e9


def test_memory_and_lateness_have_rows_of_their_own(tmp_path: Path) -> None:
    heavy = Cell(contender="base", cost=always(9), heavy=range(100, 107), late=-50, floor_ns=10)
    table = table_of(tmp_path, heavy)
    memory = table[table["metric"] == "memory"]
    assert memory["value"].tolist() == list(range(100, 107))
    assert set(memory["unit"]) == {"B/task"}
    assert not set(memory["process"]) & set(table[table["metric"] == "wall"]["process"])
    assert set(values(table, "lateness_p50")) == {-50e-9}
    assert set(values(table, "early")) == {0.1}


def test_cells_that_did_not_end_well_have_no_rows(tmp_path: Path) -> None:
    bad = Cell(contender="bad", cost=always(9), outcome={"outcome": "crashed", "reason": "it fell"})
    table = table_of(tmp_path, bad, Cell(contender="good", cost=always(9)))
    assert set(table["model"]) == {"good"}
    assert table_of(tmp_path, bad).empty


def test_names_that_were_chosen_to_do_harm_are_printable_text(tmp_path: Path) -> None:
    table = results.load(written(hostile_run(), tmp_path / "run.jsonl"))
    assert not table.empty
    texts = {text for name in LABELS for text in table[name].dropna()}
    assert all(text.isprintable() and text.encode() for text in texts)


def test_what_was_measured_with_changed_files_says_so(tmp_path: Path) -> None:
    cell = Cell(contender="base", cost=always(9))
    identity = example("header")["environment"]["identity"]
    for repository, commit in (
        ({"dirty": True}, "abc123+changes"),
        ({"dirty": False}, "abc123"),
        (None, "abc123"),
    ):
        environment = {"identity": identity, "repository": repository}
        assert labels(table_of(tmp_path, cell, environment=environment))["commit"] == commit


def test_what_the_identity_does_not_tell_is_missing(tmp_path: Path) -> None:
    for identity in ({}, {"commit": "unknown", "machine": "unknown"}):
        found = labels(
            table_of(tmp_path, Cell(contender="base", cost=always(9)), environment={"identity": identity})
        )
        assert pd.isna(found["commit"])
        assert pd.isna(found["machine"])


def test_interpreters_go_by_their_release_unless_two_have_the_same(tmp_path: Path) -> None:
    cells = [Cell(contender=name, cost=always(9)) for name in ("a", "b", "c")]
    told = {
        "a": {"python": "3.13", "release": "3.13.1"},
        "b": {"python": "3.13t", "release": "3.13.1"},
        "c": {"python": "3.11", "release": "3.11.9"},
    }
    table = results.load(written(run_of(*cells, about=told), tmp_path / "run.jsonl"))
    assert table.groupby("model")["python"].unique().map(list).to_dict() == {
        "a": ["3.13"], "b": ["3.13t"], "c": ["3.11.9"],
    }  # fmt: skip
