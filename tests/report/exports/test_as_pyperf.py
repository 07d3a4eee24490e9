"""pyperf's JSON: the same values by process, whatever the names, and pyperf's own commands work on it."""

import subprocess
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import pyperf  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concbench import results
from concbench.report.exports.as_pyperf import as_pyperf
from concbench.results.tidy.schema import LABELS

from .tables import part, table, tables, texts

positive = st.floats(1e-12, 1e12)
units = st.sampled_from(["s", "s/task", "B", "B/task"])


def loaded(written: str) -> pd.DataFrame:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "out.json"
        path.write_text(written, encoding="utf-8")
        return results.load(path)


def by_process(made: pd.DataFrame, *keys: str) -> Counter[Any]:
    """Return how often each value occurs in each process of each series."""
    rows = made[[*keys, "process", "value"]].astype(object)
    return Counter(map(tuple, rows.where(rows.notna(), None).to_numpy().tolist()))


@settings(deadline=None)
@given(tables(values=positive, unit=units, file=st.just("one"), source=texts))
def test_what_is_read_back_has_the_same_values_by_process_and_the_same_labels(drawn: pd.DataFrame) -> None:
    written, left_out = as_pyperf(drawn)
    assert left_out == []
    keys = [name for name in LABELS if name != "file"]
    assert by_process(loaded(written), *keys) == by_process(drawn, *keys)


def test_the_time_of_a_series_is_that_of_its_first_value() -> None:
    made = table(part())
    assert set(loaded(as_pyperf(made)[0])["time"]) == set(made["time"])


def test_a_benchmark_is_a_cell_and_metric_and_a_run_is_a_process() -> None:
    made = table(part([1, 2, 3], [4, 4, 5]), part([7], metric="peak", unit="B"))
    time, size = pyperf.BenchmarkSuite.loads(as_pyperf(made)[0]).get_benchmarks()
    assert time.get_name() == "spawn[tasks=10]/asyncio wall"
    assert [run.values for run in time.get_runs()] == [(1, 2), (3,)]
    assert (time.get_unit(), size.get_unit()) == ("second", "byte")
    assert {name: time.get_metadata()[name] for name in ("python_version", "hostname", "commit_id")} == {
        "python_version": "3.13.0",
        "hostname": "m1",
        "commit_id": "abc",
    }


def test_processes_of_several_files_are_not_taken_for_one_another() -> None:
    made = table(part([1, 2], [1, 2], file="a"), part([3, 4], [1, 2], file="b"))
    back = loaded(as_pyperf(made)[0])
    assert back["value"].tolist() == [1, 2, 3, 4]
    assert back["process"].nunique() == 4


def test_names_hold_what_differs_and_no_more() -> None:
    made = table(part(), part(commit="def"), part(model="threads"), part(model=None, workload="a.b"))
    names = [one.get_name() for one in pyperf.BenchmarkSuite.loads(as_pyperf(made)[0])]
    assert names == [
        "spawn[tasks=10]/asyncio wall abc",
        "spawn[tasks=10]/asyncio wall def",
        "spawn[tasks=10]/threads wall",
        "a.b[tasks=10]",
    ]


@settings(deadline=None)
@given(tables(values=positive, unit=units, max_size=8, workload=st.sampled_from(["a", "a 1", "a #2", " a"])))
def test_no_two_benchmarks_have_the_same_name(drawn: pd.DataFrame) -> None:
    suite = pyperf.BenchmarkSuite.loads(as_pyperf(drawn)[0])
    assert len(suite) == drawn.groupby(list(LABELS), dropna=False).ngroups


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (part([1, -1, 0, 2], metric="wall"), "2 of 4 values are not above zero, as pyperf wants them"),
        (part([1.0], metric="early", unit="1"), "pyperf knows seconds and bytes, not '1'"),
        (part([1.0], metric="value", unit=None), "pyperf knows seconds and bytes, not ''"),
        (part([float("inf")]), "1 of 1 values are not above zero"),
    ],
)
def test_a_series_that_pyperf_cannot_hold_is_left_out_as_a_whole_with_the_reason(
    made: Any, reason: str
) -> None:
    written, (one,) = as_pyperf(table(made, part(model="threads")))
    assert one.name.startswith("spawn[tasks=10]/asyncio")
    assert one.metric == made.metric
    assert reason in one.reason
    assert set(loaded(written)["model"]) == {"threads"}


def test_where_nothing_is_left_nothing_is_written() -> None:
    written, left_out = as_pyperf(table(part([-1.0])))
    assert (written, len(left_out)) == ("", 1)


@pytest.mark.parametrize(
    "command", [["stats"], ["hist"], ["show"], ["metadata"], ["check"], ["compare_to", "{other}"], ["dump"]]
)
def test_pyperf_s_own_commands_take_it(tmp_path: Path, command: list[str]) -> None:
    paths = [tmp_path / "one.json", tmp_path / "other.json"]
    for factor, path in enumerate(paths, start=1):
        values = [factor * value for value in (1e-6, 1.01e-6, 1.02e-6, 1.03e-6, 1.04e-6, 1.05e-6)]
        weights = part([1e15] * 6, metric="peak", unit="B", commit=f"c{factor}")
        path.write_text(as_pyperf(table(part(values, commit=f"c{factor}"), weights))[0])
    arguments = [str(paths[0]), *(word.format(other=paths[1]) for word in command[1:])]
    done = subprocess.run(
        [sys.executable, "-m", "pyperf", command[0], *arguments], capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    assert done.returncode == 0
    if command[0] == "compare_to":
        assert "spawn[tasks=10]/asyncio wall" in done.stdout
        assert "2.00x slower" in done.stdout
