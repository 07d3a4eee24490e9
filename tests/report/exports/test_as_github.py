"""github-action-benchmark's JSON: medians over processes, intervals, and only what is better when smaller."""

import json
from typing import Any

import pandas as pd
import pytest
from hypothesis import given

from concbench.report.exports.as_github import WRITTEN_BY, as_github

from .tables import part, table, tables


def entries(made: pd.DataFrame) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(as_github(made)[0])
    return found


def test_an_entry_is_the_median_over_the_medians_of_processes() -> None:
    (entry,) = entries(table(part([1, 2, 9, 5, 6, 7], [1, 1, 1, 2, 2, 3])))
    assert entry == {
        "name": "spawn[tasks=10]/asyncio wall",
        "unit": "s/task",
        "value": 5.5,
        "range": "1 to 9, all values",
        "extra": "6 values in 3 processes\nversion 1\npython 3.13.0\nmachine m1\ncommit abc\n"
        f"source concbench\n{WRITTEN_BY}",
    }


def test_the_range_is_an_interval_where_there_are_processes_enough() -> None:
    (entry,) = entries(table(part([float(value) for value in range(1, 8)])))
    assert entry["range"] == "1 to 7, 95 % interval"


def test_values_without_processes_make_no_interval() -> None:
    made = table(part([1.0] * 9)).assign(process=pd.array([pd.NA] * 9, dtype="Int64"))
    (entry,) = entries(made)
    assert entry["range"] == "1 to 1, all values"
    assert entry["extra"].startswith("9 values in an unknown number of processes\n")


@pytest.mark.parametrize(
    ("metric", "unit", "taken"),
    [
        ("wall", "s/task", True),
        ("memory", "B/task", True),
        ("track", "s", True),
        ("early", "1", True),
        ("wall_exponent", "1", True),
        ("track", "operations", False),
        ("count", "1", False),
        ("value", None, False),
    ],
)
def test_only_what_is_better_when_smaller_is_written(metric: str, unit: str | None, taken: bool) -> None:
    written, left_out = as_github(table(part(metric=metric, unit=unit)))
    assert bool(written) == taken
    assert [one.reason for one in left_out] == (
        [] if taken else [f"nobody knows whether less is better of {metric!r} in {unit or ''!r}"]
    )


def test_of_the_action_s_own_figures_those_of_which_less_is_better_are_written_and_no_range() -> None:
    own: dict[str, Any] = {"source": "github-action-benchmark", "unit": "ops/s"}
    made = table(*(part(metric=name, **own) for name in ("more_is_better", "less_is_better", "range")))
    written, (one,) = as_github(made)
    assert [entry["name"] for entry in json.loads(written)] == ["spawn[tasks=10]/asyncio less_is_better"]
    assert one.metric == "more_is_better"
    assert one.reason == "more is better of it, and customSmallerIsBetter holds the opposite"


def test_what_another_tool_calls_a_range_is_a_metric_like_others() -> None:
    (entry,) = entries(table(part(metric="range", unit="s", source="pytest-benchmark")))
    assert entry["name"].endswith("range")


@pytest.mark.parametrize("values", [[0.0], [-1.0, -2.0, 3.0], [float("inf")]])
def test_what_cannot_be_compared_by_a_ratio_is_left_out(values: list[float]) -> None:
    written, (one,) = as_github(table(part(values)))
    assert written == ""
    assert "not above zero" in one.reason


@given(tables())
def test_any_table_makes_strict_json_with_a_name_for_each_entry(drawn: pd.DataFrame) -> None:
    written, left_out = as_github(drawn)
    found = json.loads(written) if written else []
    assert len({entry["name"] for entry in found}) == len(found)
    assert (
        len(found) + len(left_out)
        == drawn.groupby(
            [name for name in drawn.columns if name not in ("value", "process", "time")], dropna=False
        ).ngroups
    )
    assert all(set(entry) == {"name", "unit", "value", "range", "extra"} for entry in found)
