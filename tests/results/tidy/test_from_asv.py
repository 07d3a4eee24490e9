"""asv's results in the table: samples where there are any, our suite's names, and other people's."""

import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from concbench import results
from concbench.results.tidy.naming import OF_SUITE, Named, in_asv

FOLDER = Path(__file__).parents[1] / "files" / "asv"
OLD = FOLDER / "laptop" / "3461a28f-virtualenv-py3.11.json"


def rows(table: pd.DataFrame, **labels: str) -> pd.DataFrame:
    for name, value in labels.items():
        table = table[table[name] == value]
    return table


def test_each_saved_sample_is_a_row_and_else_the_one_value() -> None:
    table = rows(
        results.load(FOLDER), workload="spawn", model="generator", parameters="tasks=10", metric="wall"
    )
    assert table["value"].tolist() == [
        0.001112109001041972, 0.0010987379992002388, 0.0030707979985891143,  # samples of the older commit
        0.0021067020006739767,
    ]  # fmt: skip
    assert table["version"].tolist() == ["1.1"] * 3 + ["2.1"]
    assert table["process"].isna().all()
    assert set(table["unit"]) == {"s/task"}


def test_the_labels_of_our_suite_are_those_of_a_cell() -> None:
    found = rows(results.load(OLD), workload="spawn", metric="peak").iloc[0].to_dict()
    assert pd.isna(found.pop("process"))
    assert found == {
        "workload": "spawn",
        "model": "generator",
        "parameters": "tasks=1000",
        "metric": "peak",
        "unit": "B",
        "value": 4096.0,
        "commit": "3461a28f175f9d45812c144bf333f9937201927a",
        "python": "3.11",
        "machine": "laptop",
        "source": "asv",
        "time": pd.Timestamp("2026-11-25T03:01:16.052Z"),
        "version": "1.1",
        "file": str(OLD),
    }


def test_other_people_s_benchmarks_keep_their_name_their_kind_and_their_unit() -> None:
    table = results.load(OLD)
    others = table[table["workload"].str.startswith("other.")]
    assert others["model"].isna().all()
    told = others[["workload", "metric", "unit"]].drop_duplicates().to_numpy().tolist()
    assert told == [
        ["other.peakmem_list", "peakmemory", "B"],
        ["other.time_sleep", "time", "s"],
        ["other.track_size", "track", "things"],
    ]
    sizes = rows(table, workload="other.track_size")["parameters"].tolist()
    assert sizes == ["how=a,b,path=(1, 2)", "how=a,b,path=it's", "how=None,path=(1, 2)", "how=None,path=it's"]


def test_what_failed_or_is_not_applicable_has_no_row() -> None:
    table = results.load(FOLDER)
    assert set(rows(table, workload="spawn", metric="peak")["model"]) == {"generator"}
    assert set(rows(table, workload="spawn", parameters="tasks=100")["model"]) == {"generator"}


def test_without_its_declarations_a_file_is_read_with_what_it_says_itself(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "alone.json"
    path.parent.mkdir()
    shutil.copy(OLD, path)
    (tmp_path / "benchmarks.json").write_text("{}")  # without a machine beside the file, this is not asv's
    table = results.load(path)
    found = rows(table, workload="spawn.Time.time_wall_per_task").iloc[0]
    assert found["parameters"] == "param1=generator,param2=10"
    assert found["metric"] == "value"
    assert pd.isna(found["unit"])
    assert len(table) == len(results.load(OLD))


@pytest.mark.parametrize(("about", "what"), OF_SUITE)
def test_every_benchmark_of_the_suite_is_a_metric_of_a_cell(about: str, what: str) -> None:
    prefix = "time" if about == "Time" else "track"
    named = in_asv(f"chain.{about}.{prefix}_{what}", [("model", "asyncio"), ("tasks", 9)], prefix, "seconds")
    parameters = "tasks=9,suspensions=100" if about == "Scaling" else "tasks=9,depth=10,suspensions=100"
    assert named == Named("chain", "asyncio", parameters, *OF_SUITE[about, what])


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("spawn.Time.time_wall_per_task", [("tasks", 10)]),
        ("spawn.Time.time_wall_per_task", [("model", 3)]),
        ("spawn.Time.time_other", [("model", "asyncio")]),
        ("a.b.Time.time_wall_per_task", [("model", "asyncio")]),
    ],
)
def test_what_only_looks_like_the_suite_is_not_taken_for_it(name: str, params: list[tuple[str, Any]]) -> None:
    named = in_asv(name, params, "time", "seconds")
    assert (named.workload, named.model, named.metric, named.unit) == (name, None, "time", "s")


@given(st.text(), st.lists(st.tuples(st.text(), st.none() | st.booleans() | st.integers() | st.text())))
def test_a_benchmark_of_any_name_has_labels(name: str, params: list[tuple[str, Any]]) -> None:
    named = in_asv(name, params, None, None)
    assert named.workload or not name
    assert (named.parameters is None) == (not params)
