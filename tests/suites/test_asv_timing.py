"""asv's own benchmark classes around our cells: units, garbage, wrong results, n/a."""

import gc
import json
import math
from pathlib import Path
from typing import Any, ClassVar

import pytest

pytest.importorskip("asv_runner")
from asv_runner import run as asv_run  # type: ignore[import-untyped]
from asv_runner.benchmarks.time import TimeBenchmark  # type: ignore[import-untyped]
from asv_runner.benchmarks.track import TrackBenchmark  # type: ignore[import-untyped]

from benchmarks import bases, cells
from benchmarks.cells import WrongResult
from tests.suites import made

CLOCK = made.Clock()


class Made(bases.Timed):
    workload = "made"
    version = "1.1"
    param_names = ("model", "tasks")
    params = (("generator", "polling"), (4, 13))
    collecting: ClassVar[list[bool]] = []

    @bases.timed(CLOCK, "task", "made: seconds per task")
    def time_per_task(self, *_cell: object) -> None:
        self.region()
        self.collecting.append(gc.isenabled())

    @bases.timed(CLOCK, "run", "made: seconds per run")
    def time_per_run(self, *_cell: object) -> None:
        self.region()


@pytest.fixture
def catalogue(monkeypatch: pytest.MonkeyPatch) -> made.Catalogue:
    catalogue = made.install(monkeypatch)
    catalogue.session.clock = CLOCK
    monkeypatch.setattr(cells, "witness", lambda _cell: cells.Counts(tasks=4, suspensions=8))
    monkeypatch.setattr(cells, "settle", lambda _cell: (3, 0.1))
    return catalogue


def benchmark(name: str = "time_per_task", parameters: int = 0) -> TimeBenchmark:
    """Return asv's benchmark as its discovery makes it, at one set of parameters."""
    instance = Made()
    function = getattr(instance, name)
    made_by_asv = TimeBenchmark(f"made.Made.{name}", function, [function, instance])
    made_by_asv.set_param_idx(parameters)
    return made_by_asv


def samples_of(timing: TimeBenchmark) -> Any:
    assert timing.do_setup() is False
    try:
        return timing.do_run()
    finally:
        timing.do_teardown()


def test_asv_s_samples_are_seconds_per_operation(catalogue: made.Catalogue) -> None:
    found = samples_of(benchmark())
    assert found["number"] == 1
    assert len(found["samples"]) == Made.repeat[1]
    assert found["samples"] == pytest.approx([0.001] * Made.repeat[1])


def test_per_run_is_the_whole_run(catalogue: made.Catalogue) -> None:
    assert samples_of(benchmark("time_per_run"))["samples"] == pytest.approx([0.004] * Made.repeat[1])


def test_a_sample_is_so_many_runs_with_factories_of_their_own(catalogue: made.Catalogue) -> None:
    samples = samples_of(benchmark())["samples"]
    assert catalogue.session.runs == 3 * len(samples)


def test_garbage_is_collected_while_asv_times(catalogue: made.Catalogue) -> None:
    Made.collecting.clear()
    samples_of(benchmark())
    assert set(Made.collecting) == {True}


def test_a_wrong_result_fails_the_benchmark(catalogue: made.Catalogue) -> None:
    catalogue.session.wrong = True
    timing = benchmark()
    timing.do_setup()
    with pytest.raises(WrongResult):
        timing.do_run()


def test_the_last_sample_is_judged_too(catalogue: made.Catalogue) -> None:
    timing = benchmark()
    timing.do_setup()
    timing.do_run()
    catalogue.session.wrong = True
    timing.func(*timing._current_params)
    with pytest.raises(WrongResult):
        timing.do_teardown()


@pytest.mark.parametrize("parameters", [1, 2])
def test_what_is_not_expressible_is_skipped(catalogue: made.Catalogue, parameters: int) -> None:
    timing = benchmark(parameters=parameters)
    assert timing.do_setup() is True
    timing.do_teardown()


def test_a_failed_witness_fails_the_benchmark(
    catalogue: made.Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_cell: cells.Cell) -> cells.Counts:
        raise cells.Failed("invalid: tasks ran one after another")

    monkeypatch.setattr(cells, "witness", refuse)
    with pytest.raises(cells.Failed):
        benchmark().do_setup()


def test_asv_writes_nan_where_a_cell_is_not_expressible(
    catalogue: made.Catalogue, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(asv_run, "get_benchmark_from_name", lambda *_, **__: benchmark(parameters=2))
    asv_run._run(("benchmarks", "made.Made.time_per_task-2", "{}", "None", str(tmp_path / "result.json")))
    assert math.isnan(json.loads((tmp_path / "result.json").read_text()))


def test_a_tracked_figure_comes_from_the_cell(
    catalogue: made.Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(cell: cells.Cell, _request: object) -> dict[str, Any]:
        return {"records": cell.workload.records([], cell.params)}

    monkeypatch.setattr(cells, "ask", ask)

    class Lateness(bases.Late):
        workload = "made"
        version = "1.1"
        param_names = ("model", "tasks")
        params = (("generator",), (4,))

        def track_p50(self, *_cell: object) -> float:
            return self.late().p50

    instance = Lateness()
    tracking = TrackBenchmark("made.Lateness.track_p50", instance.track_p50, [instance.track_p50, instance])
    tracking.set_param_idx(0)
    assert tracking.do_setup() is False
    assert tracking.do_run() == 4e-6
    assert tracking.unit == "seconds"
