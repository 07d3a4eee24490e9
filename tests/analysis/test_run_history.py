"""Run files as a history: what makes a series, a point and a figure, and what a run must tell."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from msgspec import structs

from concbench.analysis.history import traces_of
from concbench.analysis.run_history import commit_of, history_of_runs
from concbench.results.errors import RunFileError
from concbench.results.histories import BenchmarkSeries, History
from concbench.results.measured import Measured, measured_of
from tests.report.made_up import Cell, Cost, always, run_of, with_samples

FIRST = datetime(2026, 3, 1, 12, tzinfo=UTC)


def run(
    number: int,
    *cells: Cell,
    dirty: bool = False,
    date: str | None = "",
    calibration: Any = None,
    **header: Any,
) -> Measured:
    """A run of the commit of a day; ``date`` "" is that day, ``calibration`` makes a reading from a round."""
    commit = f"{number:040x}"
    day = FIRST + timedelta(days=number)
    known = {"commit": commit, "dirty": dirty} | (
        {"date": day.isoformat() if date == "" else date} if date is not None else {}
    )
    environment = {
        "identity": {"machine": "box", "commit": commit},
        "repository": known,
        "machine": {"id": "box"},
    }
    made = run_of(*cells, environment=environment, run=f"{number:032x}", **header)
    if calibration is not None:
        made = with_samples(made, lambda one: one | {"calibration_ns": calibration(one["generation"])})
    return measured_of(made)


def series_of(history: History, name: str) -> BenchmarkSeries:
    (found,) = [one for one in history.series if one.benchmark == name]
    return found


def values(series: BenchmarkSeries) -> list[float]:
    return [point.value for point in series.points]


def cell(cost: float = 100.0, **changes: Any) -> Cell:
    return replace(Cell(contender="alpha", cost=always(cost)), **changes)


def test_each_metric_of_a_cell_is_a_series_with_a_point_for_each_commit() -> None:
    history = history_of_runs([run(2, cell(300.0)), run(0, cell(100.0)), run(1, cell(200.0))])
    assert [one.benchmark for one in history.series] == ["spawn.cpu", "spawn.wall"]
    wall = series_of(history, "spawn.wall")
    assert values(wall) == pytest.approx([1e-7, 2e-7, 3e-7])
    assert (wall.unit, wall.kind, wall.version) == ("seconds", "time", "1")
    assert wall.params == (("model", "alpha"), ("tasks", 10), ("delay", 0.02))
    assert [commit.date for commit in history.commits] == [FIRST + timedelta(days=n) for n in range(3)]
    assert [(point.machine, point.env) for point in wall.points] == [("box", "3.13")] * 3


def test_memory_is_in_bytes_and_lateness_may_be_negative() -> None:
    heavy = [4096] * 7
    history = history_of_runs([run(0, cell(heavy=heavy, late=-500))])
    assert values(series_of(history, "spawn.memory")) == [4096]
    assert series_of(history, "spawn.memory").unit == "bytes"
    assert values(series_of(history, "spawn.lateness_p50")) == pytest.approx([-5e-7])


def test_other_metrics_are_there_for_the_asking() -> None:
    history = history_of_runs([run(0, cell())], ["run_wall"])
    assert [one.benchmark for one in history.series] == ["spawn.run_wall"]


def test_runs_of_one_commit_are_one_point_over_all_their_processes() -> None:
    three = [run(0, cell(100.0)), run(0, cell(110.0, generations=1)), run(0, cell(120.0))]
    (value,) = values(series_of(history_of_runs(three), "spawn.wall"))
    assert value == pytest.approx(110e-9)  # seven processes of 100, one of 110, seven of 120


def test_samples_of_the_slow_machine_do_not_count_where_there_are_others() -> None:
    burst = Cell(contender="alpha", cost=lambda generation, _round: 170.0 if generation < 5 else 100.0)
    readings = run(0, burst, calibration=lambda generation: 1_700_000 if generation < 5 else 1_000_000)
    assert values(series_of(history_of_runs([readings]), "spawn.wall")) == pytest.approx([1e-7])


def test_a_run_with_uncommitted_changes_is_of_no_commit_alone() -> None:
    changed = run(0, cell(), dirty=True)
    assert commit_of(changed) == f"{0:040x}+changes"
    history = history_of_runs([changed, run(0, cell())])
    assert [commit.short for commit in history.commits] == ["00000000", "00000000+changes"]


def test_where_a_date_is_missing_the_order_is_that_of_measuring() -> None:
    early = run(9, cell(100.0), date=None, started="2026-05-01T00:00:00+00:00")
    late = run(1, cell(200.0), started="2026-05-02T00:00:00+00:00")
    history = history_of_runs([late, early])
    assert values(series_of(history, "spawn.wall")) == pytest.approx([1e-7, 2e-7])
    assert history.commits[0].date == datetime(2026, 5, 1, tzinfo=UTC)


def test_commits_of_the_same_second_stand_in_the_order_of_measuring() -> None:
    rebased = [
        run(number, cell(100.0 + day), date=FIRST.isoformat(), started=f"2026-05-0{day}T00:00:00+00:00")
        for day, number in enumerate((7, 3, 9, 1), 1)
    ]
    history = history_of_runs(rebased[::-1])
    assert values(series_of(history, "spawn.wall")) == pytest.approx([101e-9, 102e-9, 103e-9, 104e-9])
    assert [commit.hash[-1] for commit in history.commits] == ["7", "3", "9", "1"]


def test_a_free_threaded_build_of_the_same_release_has_a_series_of_points_of_its_own() -> None:
    made = [run(0, cell()), run(0, cell(300.0))]
    for one, gil in zip(made, (True, False), strict=True):
        one.header.environment["pythons"] = [{"gil": gil, "jit": False, "debug": False}]
    wall = series_of(history_of_runs(made), "spawn.wall")
    assert {point.env: point.value for point in wall.points} == {
        "3.13": pytest.approx(1e-7),
        "3.13, no GIL": pytest.approx(3e-7),
    }


def test_a_free_threaded_build_has_one_series_whether_or_not_its_release_says_so() -> None:
    older, newer = run(0, cell()), run(1, cell())
    for one, release in ((older, "3.13"), (newer, "3.13t")):
        one.header.environment["pythons"] = [{"gil": False, "free_threaded": True}]
        one.header.contenders[:] = [structs.replace(one.header.contenders[0], release=release)]
    wall = series_of(history_of_runs([older, newer]), "spawn.wall")
    assert {point.env for point in wall.points} == {"3.13t, no GIL"}


def test_a_gil_that_came_on_as_the_model_was_opened_makes_another_series() -> None:
    made = [run(0, cell()), run(1, cell())]
    for one, gil in zip(made, (False, True), strict=True):
        one.header.environment["pythons"] = [{"gil": False, "free_threaded": True}]
        one.header.contenders[:] = [structs.replace(one.header.contenders[0], release="3.13t", gil=gil)]
    wall = series_of(history_of_runs(made), "spawn.wall")
    assert {point.env for point in wall.points} == {"3.13t, no GIL", "3.13t"}


@pytest.mark.parametrize("commit", ["unknown", ""])
def test_a_run_without_a_commit_has_no_place(commit: str) -> None:
    bare = measured_of(run_of(cell(), environment={"identity": {"machine": "box", "commit": commit}}))
    with pytest.raises(RunFileError, match="names no commit"):
        history_of_runs([bare])


def test_another_version_of_the_workload_is_other_work() -> None:
    history = history_of_runs(
        [run(0, cell(100.0)), run(1, cell(900.0, version="2")), run(2, cell(910.0, version="2"))]
    )
    (trace,) = [trace for trace in traces_of(history) if trace.benchmark == "spawn.wall"]
    assert trace.left_out == 1
    assert trace.values == pytest.approx((900.0, 910.0))


def drawn(costs: np.ndarray) -> Cost:
    """Return the cost of each generation as it was drawn."""
    return lambda generation, _round: float(costs[generation])


def stepping(at: int, ratio: float, commits: int = 30) -> Sequence[Measured]:
    rng = np.random.default_rng(1)
    level = 100.0 * np.exp(0.02 * rng.standard_normal((commits, 7)))
    level[at:] *= ratio
    return [
        run(
            number,
            Cell(contender="alpha", cost=drawn(mine)),
            cell(100.0, contender="beta"),
        )
        for number, mine in enumerate(level)
    ]


def test_a_step_in_one_model_is_found_at_its_commit() -> None:
    traces = traces_of(history_of_runs(stepping(18, 1.1)))
    stepped = {(trace.benchmark, trace.model): trace.changes for trace in traces if trace.changes}
    assert set(stepped) == {("spawn.wall", "alpha"), ("spawn.cpu", "alpha")}
    (change,) = stepped["spawn.wall", "alpha"]
    assert abs(change.at - 18) <= 2
    assert change.first <= 18 <= change.last
    assert change.low <= 1.1 <= change.high


def test_a_commit_is_one_line_that_can_be_printed() -> None:
    environment = {"identity": {"machine": "box", "commit": "a\x1b\nb"}}
    assert (
        commit_of(measured_of(run_of(Cell(contender="a", cost=always(1)), environment=environment)))
        == "a\ufffd b"
    )
