"""Figures that are no time of a region: exponents, quantiles and bytes, from made-up measurements."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import cells, figures
from concbench.models.base import GeneratorRuntime
from tests.suites import made
from tests.suites.test_cells import cell_on

SIZES = (10, 30, 100)


@given(power=st.floats(-1, 3), factor=st.floats(1e-6, 10))
def test_the_slope_of_a_power_law_is_its_power(power: float, factor: float) -> None:
    assert figures.slope(SIZES, [factor * size**power for size in SIZES]) == pytest.approx(power, abs=1e-6)


@pytest.mark.parametrize("power", [0.0, 0.5, 1.0, 2.0])
def test_the_exponent_is_how_a_run_grows_by_the_clock_that_was_asked_for(
    power: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = made.Session(seconds=0.01, power=power)
    monkeypatch.setitem(figures.CLOCKS, "cpu", session.clock)
    monkeypatch.setattr(cells, "settle", lambda _cell, least: (2, least))
    assert figures.exponent(cell_on(session), "tasks", SIZES, "cpu") == pytest.approx(power, abs=0.001)


def test_a_machine_that_slows_down_steadily_does_not_bend_an_exponent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = made.Session()
    monkeypatch.setitem(figures.CLOCKS, "wall", session.clock)
    monkeypatch.setattr(cells, "settle", lambda _cell, least: (1, least))
    factories = made.WORKLOAD.factories

    def slower(*arguments: Any) -> Any:
        session.seconds += 0.0001
        return factories(*arguments)

    cell = cell_on(session)
    monkeypatch.setattr(
        cells.Cell, "build", lambda one, _number: [slower("generator", GeneratorRuntime(), one.params)]
    )
    assert figures.exponent(cell, "tasks", SIZES, "wall") == 1.0


def test_lateness_is_the_median_over_runs_in_seconds() -> None:
    records = [{"lateness_p50_ns": p50, "lateness_p99_ns": 10 * p50} for p50 in (-2000, 1000, 9000)]
    assert figures.late_of(records) == figures.Lateness(1e-6, 1e-5)


def test_a_lateness_is_the_median_over_fresh_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    late = iter([9000, 1000, -3000])
    asked: list[Any] = []

    def ask(_cell: cells.Cell, request: Any) -> dict[str, Any]:
        asked.append(request["op"])
        return {"records": dict.fromkeys(("lateness_p50_ns", "lateness_p99_ns"), next(late))}

    monkeypatch.setattr(cells, "ask", ask)
    assert figures.lateness(cell_on(made.Session()), workers=3) == figures.Lateness(1e-6, 1e-6)
    assert asked == ["turn"] * 3


def test_a_real_worker_tells_how_late_tasks_were() -> None:
    with cells.opened("timers", "generator", {"tasks": 10, "delay": 0.001}) as cell:
        seen = figures.lateness(cell, workers=1)
    assert 0 <= seen.p50 <= seen.p99


def answer(observed: int | None, peak: int) -> dict[str, Any]:
    return {
        "tasks": 10,
        "baseline_bytes": 1000,
        "observed_bytes": observed,
        "floor_bytes": 1500,
        "peak_bytes": peak,
    }


def test_a_weight_is_the_median_over_workers() -> None:
    answers = [answer(3000, 2000), answer(9000, 9500), answer(4000, 2500)]
    assert figures.weight_of(answers) == figures.Weight(per_task=300, peak=1000)


def test_without_a_keeper_there_are_no_bytes_per_task() -> None:
    assert figures.weight_of([answer(None, 2000)] * 3) == figures.Weight(per_task=None, peak=500)
