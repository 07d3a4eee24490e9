"""pytest-benchmark's files in the table: samples or the median, our suite and fixture, and other people's."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from concbench import results
from concbench.results.errors import ResultsError

FILES = Path(__file__).parents[1] / "files"
FULL, SAVED = FILES / "pytest-benchmark.json", FILES / "pytest-benchmark-saved.json"
CELLS, PLUGIN = FILES / "pytest-benchmark-cells.json", FILES / "pytest-benchmark-plugin.json"
Change = Callable[[dict[str, Any]], object]


def content(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def changed(tmp_path: Path, source: Path, how: Change) -> Path:
    about = content(source)
    how(about)
    path = tmp_path / "changed.json"
    path.write_text(json.dumps(about))
    return path


def told(path: Path, *names: str) -> list[list[Any]]:
    return results.load(path)[list(names)].drop_duplicates().to_numpy().tolist()


def test_every_sample_is_a_row_where_they_were_saved() -> None:
    table = results.load(FULL)
    samples = [sample for one in content(FULL)["benchmarks"] for sample in one["stats"]["data"]]
    assert table["value"].tolist() == samples
    assert len(samples) == 9


def test_where_they_were_not_the_median_stands_for_them() -> None:
    table = results.load(SAVED)
    assert table["value"].tolist() == [one["stats"]["median"] for one in content(SAVED)["benchmarks"]]


def test_other_people_s_tests_have_their_name_and_their_parameters() -> None:
    assert told(FULL, "workload", "metric", "unit", "source") == [
        ["test_other.py::test_sleep", "time", "s", "pytest-benchmark"],
        ["test_other.py::test_sum", "time", "s", "pytest-benchmark"],
    ]
    table = results.load(FULL)
    assert table["model"].isna().all()
    assert table["process"].isna().all()
    assert list(table["parameters"].dropna().unique()) == ["n=1", "n=2"]


def test_a_file_tells_where_and_when_it_was_written() -> None:
    written = content(FULL)["datetime"]
    assert told(FULL, "commit", "python", "machine", "time") == [
        [f"{content(FULL)['commit_info']['id']}+changes", "3.11.7", "laptop", pd.Timestamp(written)]
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("info", "commit"),
    [
        (None, None),
        ({"id": "unknown"}, None),
        ({"id": "unversioned"}, None),
        ({}, None),
        ({"id": "abc", "dirty": False}, "abc"),
        ("abc", None),
    ],
)
def test_a_commit_that_was_not_found_is_missing(tmp_path: Path, info: Any, commit: str | None) -> None:
    table = results.load(changed(tmp_path, FULL, lambda about: about.update(commit_info=info)))
    assert set(table["commit"].dropna()) == ({commit} if commit else set())


def test_a_time_without_a_zone_is_in_utc_as_old_versions_wrote_it(tmp_path: Path) -> None:
    path = changed(tmp_path, FULL, lambda about: about.update(datetime="2020-01-01T10:00:00"))
    assert set(results.load(path)["time"]) == {pd.Timestamp("2020-01-01T10:00:00Z")}


def test_our_suite_s_cells_have_their_workload_and_every_figure_beside_the_times() -> None:
    assert told(CELLS, "workload", "model", "parameters", "metric", "unit", "version") == [
        ["timers", "asyncio", "tasks=1000,delay=0.02", metric, unit, "1"]
        for metric, unit in (
            ("run_wall", "s"), ("cpu", "s/task"), ("lateness_p50", "s"), ("lateness_p99", "s"), ("peak", "B"),
            ("cpu_exponent", "1"),
        )
    ] + [
        ["spawn", "asyncio", "tasks=1000", metric, unit, "1"]
        for metric, unit in (
            ("wall", "s/task"), ("cpu", "s/task"), ("peak", "B"), ("wall_exponent", "1"),
        )
    ]  # fmt: skip
    table = results.load(CELLS)
    spawn = next(one for one in content(CELLS)["benchmarks"] if one["extra_info"]["workload"] == "spawn")
    wall = table[(table["workload"] == "spawn") & (table["metric"] == "wall")]
    assert wall["value"].tolist() == spawn["stats"]["data"]


def test_the_fixture_s_functions_have_a_model_and_a_number_of_tasks() -> None:
    assert told(PLUGIN, "workload", "model", "parameters", "metric", "unit") == [
        ["test_p.py::test_pause", "asyncio", f"tasks=10,n={n}", metric, "s"]
        for n in (1, 2)
        for metric in ("run_wall", "run_cpu")
    ]
    assert results.load(PLUGIN)["commit"].isna().all()


def test_extra_info_of_other_people_is_never_taken_for_ours(tmp_path: Path) -> None:
    def add(about: dict[str, Any]) -> None:
        about["benchmarks"][0]["extra_info"] = {"model": "big", "memory_peak_bytes": "lots", "unit": 3}

    assert told(changed(tmp_path, FULL, add), "metric") == [["time"]]


@pytest.mark.parametrize(
    ("source", "how", "reason"),
    [
        (FULL, lambda about: about["benchmarks"][1].pop("stats"), "benchmarks[1].stats is missing"),
        (FULL, lambda about: about["benchmarks"][1]["stats"].pop("median"), ".stats.median is missing"),
        (
            FULL,
            lambda about: about["benchmarks"][0]["stats"].update(median="x"),
            ".median is 'x', not a number",
        ),
        (
            FULL,
            lambda about: about["benchmarks"][0]["stats"].update(data=[1, None]),
            ".stats.data[1] is None",
        ),
        (FULL, lambda about: about["benchmarks"][0]["stats"].update(data=3), ".stats.data is 3, not a list"),
        (
            FULL,
            lambda about: about["benchmarks"][0].update(params=[1]),
            ".params is [1], not an object or null",
        ),
        (FULL, lambda about: about["benchmarks"][0].update(extra_info=None), ".extra_info is None"),
        (FULL, lambda about: about.update(machine_info=1), "machine_info is 1, not an object"),
        (FULL, lambda about: about.update(benchmarks={}), "benchmarks is {}, not a list"),
        (FULL, lambda about: about.update(datetime="0001-01-01T00:00:00+23:00"), "datetime is not a date"),
        (
            CELLS,
            lambda about: about["benchmarks"][0]["extra_info"].update(memory_peak_bytes="lots"),
            "benchmarks[0].extra_info.memory_peak_bytes is 'lots', not a number or null",
        ),
    ],
)
def test_a_damaged_file_is_refused_with_its_name_and_the_reason(
    tmp_path: Path, source: Path, how: Change, reason: str
) -> None:
    path = changed(tmp_path, source, how)
    with pytest.raises(ResultsError) as error:
        results.load(path)
    assert str(error.value).startswith(f"{path}: ")
    assert reason in str(error.value)
