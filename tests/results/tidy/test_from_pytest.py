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


def refusal(path: Path) -> str:
    """Return why a file is refused, without its name, which comes first."""
    with pytest.raises(ResultsError) as error:
        results.load(path)
    name, _, said = str(error.value).partition(": ")
    assert name == str(path)
    return said


def told(path: Path, *names: str) -> list[list[Any]]:
    found = results.load(path)[list(names)].dropna().drop_duplicates()
    return found.to_numpy().tolist()


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
        ["timers", "asyncio", "tasks=1000,delay=0.02,spread=0,seed=1", metric, unit, "1"]
        for metric, unit in (
            ("run_wall", "s"), ("cpu", "s/task"), ("lateness_p50", "s"), ("lateness_p99", "s"), ("peak", "B"),
        )
    ] + [
        ["timers", "asyncio", "delay=0.02,spread=0,seed=1", "cpu_exponent", "1", "1"]
    ] + [
        ["spawn", "asyncio", "tasks=1000", metric, unit, "1"]
        for metric, unit in (("wall", "s/task"), ("cpu", "s/task"), ("peak", "B"))
    ]  # fmt: skip
    table = results.load(CELLS)
    exponent = table[(table["workload"] == "spawn") & (table["metric"] == "wall_exponent")]
    assert exponent["parameters"].isna().tolist() == [True]
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
    ("timer", "metrics"),
    [
        ("perf_counter", ["run_wall", "run_cpu"]),
        ("time.monotonic", ["run_wall", "run_cpu"]),
        ("process_time", ["run_cpu"]),
        ("thread_time", ["time", "run_cpu"]),
        ("perf_counter_ns", ["time", "run_cpu"]),
        (None, ["time", "run_cpu"]),
        ([], ["time", "run_cpu"]),
    ],
)
def test_the_clock_says_what_the_fixture_s_samples_are(
    tmp_path: Path, timer: Any, metrics: list[str]
) -> None:
    def by_timer(about: dict[str, Any]) -> None:
        for one in about["benchmarks"]:
            one["options"]["timer"] = timer

    table = results.load(changed(tmp_path, PLUGIN, by_timer))
    assert list(table["metric"].unique()) == metrics
    samples = [sample for one in content(PLUGIN)["benchmarks"] for sample in one["stats"]["data"]]
    assert table[table["metric"] == metrics[0]]["value"].tolist() == samples


def test_without_options_no_clock_is_known(tmp_path: Path) -> None:
    path = changed(tmp_path, CELLS, lambda about: [one.pop("options") for one in about["benchmarks"]])
    assert {"time", "cpu"} < set(results.load(path)["metric"])
    assert not {"wall", "run_wall"} & set(results.load(path)["metric"])


def extra(**values: Any) -> Change:
    return lambda about: about["benchmarks"][0]["extra_info"].update(values)


def stats(**values: Any) -> Change:
    return lambda about: about["benchmarks"][0]["stats"].update(values)


@pytest.mark.parametrize(
    ("source", "how", "reason"),
    [
        (CELLS, extra(unit="banana"), ".unit is 'banana', not one of run, task, suspension"),
        (CELLS, extra(cpu_unit="run"), ".cpu_unit is 'run', not one of task, suspension"),
        (CELLS, extra(workload=5), ".workload is 5, not a string"),
        (CELLS, extra(model=None), ".model is None, not a string"),
        (CELLS, extra(workload_version=1), ".workload_version is 1, not a string"),
        (CELLS, extra(params=None), ".params is None, not an object"),
        (CELLS, extra(params={"tasks": [1]}), ".params['tasks'] is [1], not a number"),
        (CELLS, extra(cpu_s_per_operation="x"), ".cpu_s_per_operation is 'x', not a number"),
        (CELLS, extra(cpu_s_per_operation=-1), ".cpu_s_per_operation is -1, below zero"),
        (CELLS, extra(lateness_p50_s="x"), ".lateness_p50_s is 'x', not a number or null"),
        (CELLS, extra(scaling_of="banana"), ".scaling_of is 'banana', not one of wall, cpu"),
        (CELLS, extra(scaling_in=None), ".scaling_in is None, not a string"),
        (CELLS, lambda about: about["benchmarks"][0]["extra_info"].clear(), ".workload is missing"),
        (CELLS, lambda about: about["benchmarks"][0]["extra_info"].pop("unit"), ".unit is missing"),
        (PLUGIN, extra(concbench=1), ".concbench is 1, not a string"),
        (PLUGIN, extra(tasks=0), ".tasks is 0, not an integer of 1 or more"),
        (PLUGIN, extra(model=["asyncio"]), ".model is ['asyncio'], not a string"),
        (PLUGIN, extra(cpu_s_per_run=-1e-9), ".cpu_s_per_run is -1e-09, below zero or null"),
        (FULL, extra(workload="spawn", model="asyncio"), ".workload_version is missing"),
    ],
)
def test_an_entry_that_claims_to_be_ours_and_is_damaged_is_refused(
    tmp_path: Path, source: Path, how: Change, reason: str
) -> None:
    said = refusal(changed(tmp_path, source, how))
    assert said.startswith("benchmarks[0].extra_info.")
    assert reason in said


@pytest.mark.parametrize("source", [CELLS, PLUGIN])
@pytest.mark.parametrize("how", [stats(data=[1, -1]), stats(median=-1)])
def test_no_run_of_ours_took_less_than_no_time(tmp_path: Path, source: Path, how: Change) -> None:
    with pytest.raises(ResultsError, match=r"benchmarks\[0\]\.stats\..* is -1, below zero"):
        results.load(changed(tmp_path, source, how))


def test_a_task_may_go_on_before_its_time(tmp_path: Path) -> None:
    table = results.load(changed(tmp_path, CELLS, extra(lateness_p50_s=-1e-3)))
    assert table[table["metric"] == "lateness_p50"]["value"].tolist() == [-1e-3]


@pytest.mark.parametrize(
    ("source", "how", "reason"),
    [
        (FULL, lambda about: about["benchmarks"][1].pop("stats"), "benchmarks[1].stats is missing"),
        (FULL, lambda about: about["benchmarks"][1].update(stats={}), ".stats.median is missing"),
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
    assert reason in refusal(changed(tmp_path, source, how))


def test_files_of_2015_are_read() -> None:
    table = results.load(FILES / "pytest-benchmark-2015.json")
    assert table[["workload", "metric", "value", "commit", "python"]].to_numpy().tolist() == [
        ["tests/test_normal.py::test_fast_parametrized[0]", "time", 2.25e-07, OF_2015, "2.7.3"],
        ["test_oldest", "time", 0.375, OF_2015, "2.7.3"],
    ]
    assert table["time"].iloc[0] == pd.Timestamp("2015-08-15T00:01:46.250433", tz="UTC")


OF_2015 = "5b78858eb718649a31fb93d8dc96ca2cee41a4cd+changes"


def test_addresses_in_names_and_parameters_are_left_out(tmp_path: Path) -> None:
    def addressed(base: int) -> Change:
        def rename(about: dict[str, Any]) -> None:
            for place, one in enumerate(about["benchmarks"]):
                one["fullname"] = f"t.py::test[<f at {hex(base + place)}>]"

        return rename

    path = FILES / "pytest-benchmark-2015.json"
    names = [results.load(changed(tmp_path, path, addressed(base)))["workload"] for base in (0x7F00, 0x7E11)]
    assert names[0].tolist() == names[1].tolist() == ["t.py::test[<f at 0x…>]", "t.py::test[<f at 0x…>] (2)"]
