"""pyperf's files in the table: a process for each run, and only values that were measured."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pyperf  # type: ignore[import-untyped]
import pytest

from concbench import results
from concbench.results.errors import ResultsError
from concbench.results.tidy.from_pyperf import LABELS, PROCESS

FILE = Path(__file__).parents[1] / "files" / "pyperf.json"


def saved(path: Path, *runs: pyperf.Run) -> Path:
    pyperf.BenchmarkSuite([pyperf.Benchmark(list(runs))]).dump(str(path))
    return path


def run(*values: float, **about: Any) -> pyperf.Run:
    return pyperf.Run(list(values), metadata={"name": "bench", **about}, collect_metadata=False)


def test_every_value_of_every_run_is_a_row_and_a_run_is_a_process() -> None:
    table = results.load(FILE)
    values = [value for run in pyperf.Benchmark.load(str(FILE)).get_runs() for value in run.values]
    assert table["value"].tolist() == values
    assert table["process"].tolist() == [1, 1, 2, 2]
    told = table.drop(columns=["value", "process"]).drop_duplicates()
    assert told.iloc[0].dropna().to_dict() == {
        "workload": "timeit",
        "metric": "time",
        "unit": "s",
        "python": "3.11.7",
        "machine": "laptop",
        "source": "pyperf",
        "file": str(FILE),
    }


@pytest.mark.parametrize(
    ("unit", "metric", "ours"), [("second", "time", "s"), ("byte", "memory", "B"), ("integer", "count", "1")]
)
def test_pyperf_s_units_are_ours_by_another_name(tmp_path: Path, unit: str, metric: str, ours: str) -> None:
    table = results.load(saved(tmp_path / "a.json", run(3, unit=unit)))
    assert table[["metric", "unit"]].to_numpy().tolist() == [[metric, ours]]


def test_calibrations_and_warm_ups_have_no_rows(tmp_path: Path) -> None:
    calibration = pyperf.Run(
        [], warmups=[(1, 0.5)], metadata={"name": "bench", "calibrate_loops": 1}, collect_metadata=False
    )
    table = results.load(saved(tmp_path / "a.json", calibration, run(0.25)))
    assert table["value"].tolist() == [0.25]
    assert table["process"].tolist() == [2]


def test_a_time_is_told_where_it_says_its_zone(tmp_path: Path) -> None:
    table = results.load(
        saved(
            tmp_path / "a.json",
            run(1, date="2026-11-25 10:00:00"),
            run(2, date="2026-11-25T10:00:00+02:00"),
            run(3, date="once"),
        )
    )
    assert table["time"].isna().tolist() == [True, False, True]
    assert table["time"][1] == pd.Timestamp("2026-11-25T08:00:00Z")


@pytest.mark.parametrize(
    ("labels", "process", "reason"),
    [
        ("no JSON", 1, "metadata.concbench is no JSON"),
        ("[" * 100_000, 1, "metadata.concbench is no JSON"),
        ("{}", 1, "metadata.concbench.workload is missing"),
        ("[]", 1, "metadata.concbench is [], not an object"),
        (7, 1, "metadata.concbench is 7, not a string"),
        ("{}", 10**30, "metadata.concbench_process is 10"),
        ("{}", -1, "metadata.concbench_process is -1, not an integer of 0 or more or null"),
    ],
)
def test_labels_of_ours_that_are_damaged_are_refused(
    tmp_path: Path, labels: Any, process: int, reason: str
) -> None:
    path = saved(tmp_path / "a.json", run(1, **{LABELS: labels, PROCESS: process}))
    with pytest.raises(ResultsError) as error:
        results.load(path)
    assert str(error.value).startswith(f"{path}: ")
    assert reason in str(error.value)


def test_what_pyperf_itself_refuses_is_refused_in_its_words(tmp_path: Path) -> None:
    content = json.loads(FILE.read_text())
    content["metadata"]["unit"] = "fortnight"
    path = tmp_path / "a.json"
    path.write_text(json.dumps(content))
    with pytest.raises(ResultsError, match="pyperf cannot read it: invalid metadata 'unit'"):
        results.load(path)
