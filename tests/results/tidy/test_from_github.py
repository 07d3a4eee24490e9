"""github-action-benchmark's data in the table."""

import json
from pathlib import Path

import pandas as pd
import pytest

from concbench import results
from tests.results.test_github import bench, entry, of, script


def test_each_figure_of_every_entry_is_a_row_and_its_range_another(tmp_path: Path) -> None:
    content = of(S=[entry(1, bench(range="± 3")), entry(2, bench(), bench("rate", 5.0, "ops/s"))])
    table = results.load(script(tmp_path, content))
    assert table[["workload", "metric", "unit", "value"]].to_numpy().tolist() == [
        ["fib", "time", "s", pytest.approx(2e-9)],
        ["fib", "range", "s", pytest.approx(3e-9)],
        ["fib", "time", "s", pytest.approx(2e-9)],
        ["rate", "more_is_better", "ops/s", 5.0],
    ]
    assert set(table["source"]) == {"github-action-benchmark"}
    assert table["commit"].tolist() == [f"{1:040x}"] * 2 + [f"{2:040x}"] * 2
    assert pd.isna(table["machine"]).all()


def test_of_several_suites_each_has_its_name(tmp_path: Path) -> None:
    table = results.load(script(tmp_path, of(One=[entry(1, bench())], Two=[entry(1, bench())])))
    assert table["workload"].tolist() == ["One: fib", "Two: fib"]


def test_it_is_found_in_a_folder_and_what_is_passed_over_is_warned_of(tmp_path: Path) -> None:
    script(tmp_path, of(S=[entry(1, bench(), bench(value=None))]))
    with pytest.warns(
        results.Unreadable, match=r"data\.js: entries\['S'\]\[0\]\.benches\[1\]\.value is None"
    ):
        assert len(results.load(tmp_path)) == 1


def test_the_json_that_the_action_keeps_elsewhere_is_read_as_well(tmp_path: Path) -> None:
    path = tmp_path / "cache.json"
    path.write_text(json.dumps(of(S=[entry(1, bench())])))
    assert len(results.load(path)) == 1
