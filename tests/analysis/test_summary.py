"""Summaries of made-up runs: every median, interval, ratio and difference is known beforehand."""

import math
from dataclasses import replace
from typing import Any

import pytest

from concbench.analysis.summary import Against, Estimate, Summary, summarise
from concbench.results.errors import RunFileError
from concbench.results.measured import measured_of
from concbench.results.reader import Run
from concbench.results.records import Sample
from tests.report.made_up import Cell, Cost, always, growing, run_of, with_records, with_samples
from tests.results.examples import changed, example, made, plain


def of(run: Run, contender: str, baseline: str | None = "base") -> Summary:
    summaries = summarise(measured_of(run), baseline)
    (found,) = [summary for summary in summaries if summary.contender == contender]
    return found


def comparison(run: Run, contender: str = "other") -> Against:
    found = of(run, contender).against
    assert found is not None
    return found


def interval(estimate: Estimate | None) -> tuple[float, float, float]:
    assert estimate is not None
    assert estimate.interval is not None
    return estimate.interval.low, estimate.middle, estimate.interval.high


def test_a_cost_is_the_median_over_processes_per_witnessed_task() -> None:
    cell = of(run_of(Cell(contender="base", cost=growing(1000, 100))), "base")
    assert interval(cell.wall) == (1000, 1300, 1600)
    assert interval(cell.cpu) == (500, 650, 800)
    assert (cell.samples, cell.processes, cell.unit) == (21, 7, "task")
    assert cell.wall is not None
    assert cell.wall.interval is not None
    assert cell.wall.interval.n == 7
    assert cell.wall.interval.confidence == pytest.approx(1 - 2 / 2**7)


def test_the_samples_of_a_process_are_one_observation() -> None:
    def cost(generation: int, round_: int) -> float:
        return 1000 + 100 * generation + (9000 if round_ == 2 else 0)

    cell = of(run_of(Cell(contender="base", cost=cost)), "base")
    assert interval(cell.wall) == (1000, 1300, 1600)


def test_fewer_than_six_processes_have_a_median_and_no_interval() -> None:
    few = [Cell(contender=name, cost=growing(1000, 100), generations=5) for name in ("base", "other")]
    run = run_of(*few)
    cell = of(run, "other")
    assert cell.wall == Estimate(1200, None)
    found = comparison(run)
    assert found.comparison is None
    assert found.reason == "5 processes are too few for an interval: measure at least 6"
    assert not found.real


def above_a_floor(contender: str, cost: Cost) -> Cell:
    return Cell(contender=contender, cost=cost, workload="timers", floor_ns=20_000_000)


def test_the_floor_is_subtracted_and_what_is_above_it_compared_by_difference() -> None:
    run = run_of(above_a_floor("base", growing(5000, 100)), above_a_floor("other", growing(5300, 100)))
    assert interval(of(run, "other").wall) == (5300, 5600, 5900)
    found = comparison(run)
    assert found.kind == "difference"
    assert found.comparison is not None
    assert found.comparison.interval.middle == pytest.approx(300)
    assert found.real


def test_a_cell_may_be_below_its_floor() -> None:
    run = run_of(above_a_floor("base", always(1000)), above_a_floor("other", always(-50)))
    assert interval(of(run, "other").wall) == (-50, -50, -50)
    found = comparison(run)
    assert found.comparison is not None
    assert found.comparison.interval.middle == -1050


def test_a_slope_is_what_the_further_suspensions_cost() -> None:
    cell = of(run_of(Cell(contender="base", workload="switch", cost=growing(80, 2))), "base")
    assert interval(cell.wall) == (80, 86, 92)
    assert cell.unit == "suspension"


def test_a_ratio_pairs_rounds_so_that_a_burst_that_hits_both_sides_cancels() -> None:
    def burst(generation: int, round_: int) -> float:
        return 1000 * (1 + (generation * 7 + round_ * 3) % 5)

    run = run_of(
        Cell(contender="base", cost=burst),
        Cell(contender="other", cost=lambda generation, round_: 3 * burst(generation, round_)),
    )
    found = comparison(run)
    assert found.kind == "ratio"
    assert found.comparison is not None
    assert found.comparison.interval.low == pytest.approx(3)
    assert found.comparison.interval.high == pytest.approx(3)
    assert found.real


def test_noise_around_one_is_not_real() -> None:
    def noisy(generation: int, round_: int) -> float:
        return 900 if generation % 2 else 1100

    base = Cell(contender="base", cost=always(1000), generations=6)
    run = run_of(base, Cell(contender="other", cost=noisy, generations=6))
    found = comparison(run)
    assert found.comparison is not None
    assert not found.comparison.interval.excludes(1)
    assert not found.real


def test_what_is_real_is_decided_for_all_cells_together() -> None:
    """One comparison in twenty at p = 0.02 is what chance does."""

    def slightly(generation: int, round_: int) -> float:
        return 1000 * (1.02, 1.001, 1.015, 1.0, 1.03, 1.01, 1.002)[generation]

    alone = run_of(Cell(contender="base", cost=always(1000)), Cell(contender="other", cost=slightly))
    found = comparison(alone).comparison
    assert found is not None
    assert 0.01 < found.p_value < 0.05
    assert found.interval.excludes(1)
    assert not comparison(alone).real


@pytest.mark.parametrize("others", [1, 8])
def test_a_clear_difference_is_real_among_others(others: int) -> None:
    same = [Cell(contender=f"same{index}", cost=always(1000)) for index in range(others)]
    run = run_of(Cell(contender="base", cost=always(1000)), *same, Cell(contender="other", cost=always(1100)))
    assert comparison(run).real
    assert not any(comparison(run, cell.contender).real for cell in same)


def test_one_negative_slope_is_outvoted_within_its_generation() -> None:
    def mostly(generation: int, round_: int) -> float:
        return -20.0 if (generation, round_) == (2, 1) else 160.0

    run = run_of(
        Cell(contender="base", workload="switch", cost=always(80)),
        Cell(contender="other", workload="switch", cost=mostly),
    )
    found = comparison(run).comparison
    assert found is not None
    assert found.interval.middle == pytest.approx(2)


def test_a_generation_with_a_negative_slope_leaves_the_ratio_undetermined() -> None:
    def negative(generation: int, round_: int) -> float:
        return -20.0 if generation == 2 else 160.0

    run = run_of(
        Cell(contender="base", workload="switch", cost=always(80)),
        Cell(contender="other", workload="switch", cost=negative),
    )
    found = comparison(run)
    assert found.comparison is None
    assert found.reason is not None
    assert "-20 has no logarithm" in found.reason
    assert interval(of(run, "other").wall)[0] == -20


def test_only_rounds_that_both_sides_have_are_compared() -> None:
    run = run_of(
        Cell(contender="base", cost=always(1000), generations=7),
        Cell(contender="other", cost=lambda generation, _: 2000.0 if generation < 6 else 9e9, generations=8),
    )
    found = comparison(run).comparison
    assert found is not None
    assert found.interval.n == 7


def test_cells_are_compared_at_their_own_point() -> None:
    run = run_of(
        Cell(contender="base", cost=always(1000), tasks=10),
        Cell(contender="other", cost=always(2000), tasks=10),
        Cell(contender="base", cost=always(50), tasks=100),
        Cell(contender="other", cost=always(150), tasks=100),
    )
    ratios = [
        summary.against.comparison.interval.middle
        for summary in summarise(measured_of(run), "base")
        if summary.against and summary.against.comparison
    ]
    assert ratios == pytest.approx([2, 3])


def test_the_baseline_is_compared_with_nothing_and_without_one_nothing_is() -> None:
    run = run_of(Cell(contender="base", cost=always(1)), Cell(contender="other", cost=always(2)))
    assert of(run, "base").against is None
    assert of(run, "other", baseline=None).against is None


@pytest.mark.parametrize("failed", ["base", "other"])
def test_a_cell_that_failed_has_no_figures_and_is_compared_with_nothing(failed: str) -> None:
    outcome = {"outcome": "exhausted", "reason": "can't start new thread", "at": 22}
    run = run_of(
        *(
            Cell(contender=name, cost=always(1), outcome=outcome if name == failed else None)
            for name in ("base", "other")
        )
    )
    cell = of(run, failed)
    assert (cell.outcome.name, cell.outcome.at, cell.wall, cell.samples) == ("exhausted", 22, None, 0)
    assert of(run, "other").against is None


def test_a_cell_that_failed_after_some_samples_is_not_ranked() -> None:
    run = run_of(Cell(contender="base", cost=always(1)), Cell(contender="other", cost=always(2)))
    late = made("outcome", cell=Cell(contender="other", cost=always(2)).id, outcome="invalid")
    run = Run(path=run.path, header=run.header, records=(*run.records, late), torn=None)
    assert of(run, "other").wall is None
    assert of(run, "other").against is None


def test_memory_is_per_task_where_a_keeper_saw_it_else_a_peak_above_the_floor() -> None:
    heavy = [1000, 1100, 1200, 1300, 1400, 1500, 1600]
    seen = of(run_of(Cell(contender="base", cost=always(1), heavy=heavy)), "base")
    assert (seen.memory_kind, interval(seen.memory)) == ("per task", (1000, 1300, 1600))
    peak = of(run_of(Cell(contender="base", cost=always(1), heavy=heavy, observed=False)), "base")
    assert (peak.memory_kind, interval(peak.memory)) == ("peak", (1000, 1300, 1600))


def test_lateness_is_a_median_over_processes_and_early_wakes_are_a_share_of_the_tasks() -> None:
    timers = Cell(contender="base", workload="timers", cost=always(1), late=50_000)
    punctual = of(run_of(timers), "base")
    assert punctual.lateness is not None
    middles = {name: found.middle for name, found in punctual.lateness.items()}
    assert middles == {"p50": 50_000, "p90": 90_000, "p99": 99_000, "max": 150_000}
    assert interval(punctual.lateness["p50"]) == (50_000, 50_000, 50_000)
    assert punctual.early == 0
    hasty = Cell(contender="base", workload="timers", cost=always(1), late=-10, tasks=50)
    assert of(run_of(hasty), "base").early == pytest.approx(1 / 50)


def test_a_peak_that_could_not_be_set_back_is_not_shown() -> None:
    run = run_of(Cell(contender="base", cost=always(1), heavy=[1000] * 7, observed=False))
    reset = {"memory": {"peak_was_reset": False}}
    assert of(with_records(run, lambda one: one | reset.get(one["type"], {})), "base").memory is None


def test_a_cell_without_samples_was_not_measured() -> None:
    run = run_of(Cell(contender="base", cost=always(1)))
    empty = Run(path=run.path, header=run.header, records=run.records[:1], torn=None)
    assert of(empty, "base").outcome.name == "not measured"


def test_all_figures_are_finite() -> None:
    run = run_of(Cell(contender="base", cost=always(0)), Cell(contender="other", cost=always(0)))
    cell = of(run, "other")
    assert cell.wall is not None
    assert math.isfinite(cell.wall.middle)
    assert cell.cpu is not None
    assert math.isfinite(cell.cpu.middle)
    assert cell.against is not None


def test_a_summary_says_what_was_witnessed_and_what_the_floor_is() -> None:
    cell = of(run_of(above_a_floor("base", always(1))), "base")
    assert (cell.tasks, cell.floor_ns, cell.workload_version) == (10, 20_000_000, "1")
    slope = of(run_of(Cell(contender="base", workload="switch", cost=always(1), tasks=30)), "base")
    assert (slope.tasks, slope.floor_ns) == (30, 0)
    failed = Cell(contender="base", cost=always(1), outcome={"outcome": "timeout"})
    assert of(run_of(failed), "base").tasks == 0


def test_a_round_that_was_measured_twice_is_compared_by_its_later_sample() -> None:
    run = run_of(Cell(contender="base", cost=always(1000)), Cell(contender="other", cost=always(2000)))
    wild = [
        changed(record, legs=[leg | {"wall_ns": 1} for leg in plain(record)["legs"]])
        for record in run.records
        if isinstance(record, Sample) and record.cell.endswith("other")
    ]
    again = replace(run, records=(*run.records[:2], *wild, *run.records[2:]))
    found = comparison(again).comparison
    assert found is not None
    assert found.interval.middle == pytest.approx(2)


@pytest.mark.parametrize(
    "legs",
    [
        [],
        [{"counts": {"task": 0, "suspension": 0}}],
        [{"counts": {"task": 1, "suspension": 1}}, {"counts": {"task": 1, "suspension": 2}}],
    ],
)
def test_samples_that_no_witness_counted_are_refused(legs: list[dict[str, Any]]) -> None:
    run = run_of(Cell(contender="base", cost=always(1)))
    if legs:
        told = {"witness": {"legs": legs}}
        run = with_records(run, lambda record: record | told.get(record["type"], {}))
    else:
        run = replace(run, records=run.records[1:])
    with pytest.raises(RunFileError, match=r"no witness counted what the samples of cell 'spawn\[tasks=10"):
        of(run, "base")


def test_a_slope_whose_samples_have_one_leg_is_refused() -> None:
    run = run_of(Cell(contender="base", workload="switch", cost=always(1)))
    single = [example("sample")["legs"][0]]
    run = with_samples(run, lambda sample: sample | {"legs": single, "first": "single"})
    with pytest.raises(RunFileError, match="no witness counted"):
        of(run, "base")


def test_samples_of_which_no_task_was_counted_are_refused() -> None:
    run = run_of(Cell(contender="base", workload="switch", cost=always(1)))
    told = {"witness": {"legs": [{"counts": {"suspension": 50}}, {"counts": {"suspension": 100}}]}}
    run = with_records(run, lambda record: record | told.get(record["type"], {}))
    with pytest.raises(RunFileError, match="no witness counted"):
        of(run, "base")
