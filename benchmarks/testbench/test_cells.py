"""pytest-benchmark: the cells of the asv suite by ``benchmark.pedantic``, and beside the time what it cost.

What is timed is wall time, of as many runs as take 20 ms or more, and the tables show seconds per operation:
cells of one group differ in how many runs that is. CPU time comes from the same rounds, lateness from their
results, memory from workers of concbench, the exponent from a small sweep.
"""

import gc
from collections.abc import Mapping, Sequence
from math import ceil
from statistics import median
from time import perf_counter, process_time
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks import cells, figures, selection
from concbench.models.base import Factory

BUDGET_S = 0.4
"""The wall time that a cell's rounds may fill."""

LEAST_ROUNDS, MOST_ROUNDS = 5, 20

TIMER = cells.PerOperation(perf_counter, "run")
"""The wall clock per operation; each test says what an operation is, and how many a round has."""


class Rounds:
    """The rounds of one cell: factories before each, a verdict after it, and the CPU time of both clocks."""

    def __init__(self, cell: cells.Cell) -> None:
        self.cell = cell
        self.repetitions, seconds = cells.settle(cell)
        self.number = max(LEAST_ROUNDS, min(MOST_ROUNDS, ceil(BUDGET_S / seconds)))
        self.cpu: list[float] = []
        self.records: list[Mapping[str, Any]] = []
        self.returned: Sequence[Any] = ()
        self._start = 0.0

    def prepare(self) -> tuple[tuple[list[list[Factory]]], dict[str, Any]]:
        """Return the arguments of a round; garbage is collected first, and the collector stays on."""
        batches = self.cell.build(self.repetitions)
        gc.collect()
        self._start = process_time()
        return (batches,), {}

    def run(self, batches: list[list[Factory]]) -> None:
        """Run every batch: what is timed."""
        self.returned = cells.run_all(self.cell.session.run, batches)

    def finish(self, batches: list[list[Factory]]) -> None:
        """Read the CPU clock, judge, and let go of all, so that the next round does not pay for it."""
        self.cpu.append(process_time() - self._start)
        self.judge()
        self.returned = ()
        batches.clear()

    def judge(self) -> None:
        """Judge what the last round returned, and keep its records."""
        self.cell.judge(self.returned)
        self.records.append(self.cell.workload.records(self.returned[-1], self.cell.params))


@pytest.mark.benchmark(timer=TIMER)
def test_cell(workload: str, values: dict[str, Any], model: str, benchmark: BenchmarkFixture) -> None:
    """Time one cell; skipped with the reason where it is not expressible or its model not available."""
    case = selection.Case(workload, values, model)
    try:
        with cells.opened(workload, model, values) as cell:
            benchmark.group = f"{workload} {case.point}, per {unit_of(cell)}"
            counts = cells.witness(cell)
            rounds = Rounds(cell)
            TIMER.unit = unit_of(cell)
            TIMER.operations = rounds.repetitions * counts.of(TIMER.unit)
            benchmark.pedantic(  # type: ignore[no-untyped-call]
                rounds.run, setup=rounds.prepare, teardown=rounds.finish, rounds=rounds.number
            )
            if benchmark.stats:
                benchmark.extra_info |= about(cell, values) | costs(benchmark.stats, rounds, counts)
                if case in selection.quick():
                    benchmark.extra_info |= weight(cell) | scaling(cell)
            else:
                rounds.judge()
    except cells.NotHere as reason:
        pytest.skip(str(reason))
    except BaseException:
        benchmark.has_error = True  # else an unused fixture is complained of beside the failure
        raise


def about(cell: cells.Cell, values: dict[str, Any]) -> dict[str, Any]:
    """Return which cell it is and how it ended: a cell that ends otherwise is skipped or fails."""
    return {
        "workload": cell.workload.name,
        "workload_version": cell.workload.version,
        "model": cell.model.name,
        "params": values,
        "outcome": "ok",
    }


def unit_of(cell: cells.Cell) -> cells.Unit:
    """Return what wall time is given per; where a delay rules it, that is the run as a whole."""
    if cell.workload.floor(cell.params):
        return "run"
    return "suspension" if cell.workload.doubled else "task"


def costs(wall: Mapping[str, Any], rounds: Rounds, counts: cells.Counts) -> dict[str, Any]:
    """Return what an operation costs, in s: medians over the rounds, divided by a witnessed count.

    CPU time is given per task, never per run.
    """
    cpu_unit: cells.Unit = "task" if TIMER.unit == "run" else TIMER.unit
    found = {
        "unit": TIMER.unit,
        "repetitions": rounds.repetitions,
        "operations": TIMER.operations,
        "wall_s_per_operation": wall["median"],
        "cpu_unit": cpu_unit,
        "cpu_s_per_operation": median(rounds.cpu) / (rounds.repetitions * counts.of(cpu_unit)),
    }
    if "lateness_p50_ns" in rounds.records[0]:
        late = figures.late_of(rounds.records)
        found |= {"lateness_p50_s": late.p50, "lateness_p99_s": late.p99}
    return found


def weight(cell: cells.Cell) -> dict[str, float]:
    """Return the bytes of a run, and of a task where a keeper saw all of them parked."""
    weighed = figures.weigh(cell)
    per_task = {} if weighed.per_task is None else {"memory_bytes_per_task": weighed.per_task}
    return {"memory_peak_bytes": weighed.peak, **per_task}


def scaling(cell: cells.Cell) -> dict[str, Any]:
    """Return how the cost of a run grows with its size."""
    law = selection.law_of(cell.workload.name)
    return {
        "scaling_exponent": figures.exponent(cell, law.axis, law.sizes, law.metric),
        "scaling_in": law.axis,
        "scaling_of": law.metric,
    }
