"""Findings for scripts: laws, crossings and choices as plain data, whatever a legal run file holds."""

import json
import math
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concbench.analysis.contenders import Mismatch
from concbench.analysis.dataset import gather
from concbench.analysis.findings import findings_of
from concbench.analysis.heat import heat_rows
from concbench.analysis.memory import weights_of
from concbench.analysis.ranking import ranking_of
from concbench.results import queries
from concbench.results.errors import RunFileError
from concbench.results.measured import measured_of
from concbench.results.reader import Run
from tests.analysis.ladder.made_up import rungs
from tests.report.made_up import Cell, always, growing, run_elsewhere, run_of, with_records, with_samples
from tests.results.examples import Plain, header_with, plain

SIZES = (10, 100, 1000)
FLOOR = 20_000_000


def spawn(contender: str, cost: float, tasks: int = 10, **known: Any) -> Cell:
    return replace(Cell(contender=contender, cost=growing(cost, cost / 500), tasks=tasks), **known)


def findings(*runs: Run, **wanted: Any) -> dict[str, Any]:
    """Return the findings as a script reads them."""
    found = findings_of([measured_of(run) for run in runs], **wanted)
    read: dict[str, Any] = json.loads(json.dumps(found, allow_nan=False))
    return read


def rising_and_flat() -> Run:
    return run_of(
        *(spawn("rising", 10 * tasks, tasks) for tasks in SIZES),
        *(spawn("flat", 500, tasks) for tasks in SIZES),
    )


def test_the_runs_are_named_with_their_files() -> None:
    run = rising_and_flat()
    assert findings(run)["runs"] == [{"file": "made-up.jsonl", "run": run.header.run}]


def test_a_sweep_has_laws_and_crossings() -> None:
    (sweep,) = findings(rising_and_flat())["sweeps"]
    assert [sweep[name] for name in ("workload", "axis", "fixed", "sizes")] == [
        "spawn",
        "tasks",
        "",
        list(SIZES),
    ]
    laws = {(law["contender"], law["metric"]): law for law in sweep["laws"]}
    assert set(laws) == {(name, metric) for name in ("rising", "flat") for metric in ("wall", "cpu")}
    law = laws["rising", "wall"]
    assert law["power_law"]["exponent"]["middle"] == pytest.approx(2, abs=0.01)
    assert law["better"] == "power law"
    assert "grow faster than x" in law["line"]["reason"]
    assert "3 sizes are too few" in law["knee"]["reason"]
    crossing = sweep["crossings"][0]
    assert (crossing["metric"], crossing["cheaper_before"], crossing["cheaper_after"]) == (
        "wall", "rising", "flat",
    )  # fmt: skip
    assert crossing["at"]["low"] <= crossing["at"]["middle"] <= crossing["at"]["high"]
    assert crossing["at"]["middle"] == pytest.approx(50, rel=0.01)


def test_a_choice_has_its_point_its_first_and_all_others() -> None:
    (choice,) = findings(rising_and_flat())["choices"]
    assert choice["load"] == "Many short tasks"
    assert choice["params"] == {"tasks": 1000, "delay": 0.02}
    assert (choice["first"], choice["as_good"]) == ("flat", [])
    assert choice["value"] == pytest.approx(503, rel=1e-4)
    other = choice["others"]["rising"]
    assert (other["kind"], other["real"]) == ("ratio", True)
    assert other["middle"] == pytest.approx(20, rel=0.01)
    assert choice["core_busy"] == pytest.approx({"flat": 0.5, "rising": 0.5}, rel=0.01)


def test_what_is_not_determined_has_its_reason_in_the_place_of_figures() -> None:
    found = findings(run_of(*(spawn(name, 9, tasks, generations=3) for name in "ab" for tasks in SIZES)))
    reason = "3 processes are too few for an interval: measure at least 6"
    for law in found["sweeps"][0]["laws"]:
        assert {law[part]["reason"] for part in ("power_law", "line", "better")} == {reason}
    assert found["choices"][0]["others"] == {"b": {"reason": reason}}


def test_a_curve_without_a_knee_has_none() -> None:
    sizes = (1, 3, 10, 30, 100, 300)
    (sweep,) = findings(run_of(*(spawn("a", 500, tasks) for tasks in sizes)))["sweeps"]
    assert {law["knee"] for law in sweep["laws"]} == {None}


def test_the_library_s_rungs_have_steps_where_they_were_asked_for_as_a_ladder() -> None:
    cells = rungs(asyncio_py=3000.0, asyncio=1200.0)
    steps = {
        command: findings_of([measured_of(run_of(*cells, settings={"command": command}))])["ladder"]["steps"]
        for command in ("run", "ladder")
    }
    assert steps["run"] == []
    assert [one["rung"] for one in steps["ladder"]] == ["asyncio"]


def test_runs_of_different_machines_are_refused_unless_that_is_wanted() -> None:
    runs = [rising_and_flat(), run_elsewhere(rising_and_flat(), 1, machine="elsewhere")]
    with pytest.raises(Mismatch):
        findings(*runs)
    found = findings(*runs, different_machines=True)
    assert [choice["first"] for choice in found["choices"]] == ["flat run 1", "flat run 2"]


def everything() -> Run:
    """Return a run with all kinds of cells: timed, weighed, waiting, sloped, deep, and without figures."""
    exhausted = {"outcome": "exhausted", "reason": "no more threads", "at": 700}
    return run_of(
        *(spawn(name, 100, tasks, heavy=[100] * 7) for name in ("a", "b") for tasks in SIZES),
        spawn("threads", 1, 1000, outcome=exhausted),
        *(spawn("a", 70, tasks, workload="timers", floor_ns=FLOOR, late=-40) for tasks in SIZES),
        *(spawn("b", 900, tasks, workload="timers", floor_ns=FLOOR, late=9000) for tasks in SIZES),
        *(spawn(name, 80, workload="chain", more=(("depth", depth),)) for name in "ab" for depth in SIZES),
        Cell(
            contender="a",
            cost=lambda generation, round_: (-9, 30)[(generation + round_) % 2],
            workload="switch",
        ),
        Cell(contender="b", cost=always(0), workload="switch"),
        spawn("b", 1, 1000, workload="parked", rounds=0, heavy=[300] * 7),
        spawn("a", 1, workload="plugged in", more=(("odd", True), ("words", "two words"))),
    )


def analyse(run: Run) -> None:
    """Do everything that a report is computed from."""
    found = findings(run, run_elsewhere(rising_and_flat(), 1))
    assert all(isinstance(choice["value"], int | float) for choice in found["choices"])
    dataset = gather([measured_of(run)])
    for metric in ("wall", "cpu"):
        times = [field.times for row in heat_rows(dataset, metric) for field in row.fields if field]
        assert all(one is None or 0 < one < math.inf for one in times)
    ranking = ranking_of(dataset, 0)
    values = [value for rank in ranking.ranks for value in rank.value.values()] if ranking else []
    assert all(math.isfinite(value) for value in values)
    assert all(weight.per_task.middle > 0 for weight in weights_of(dataset))


def test_a_run_with_everything_can_be_analysed() -> None:
    analyse(everything())


RUN = everything()


def witnessed(run: Run) -> bool:
    """Say whether everything that counts can be divided by what a witness counted."""
    ok = {cell for cell, outcome in queries.outcomes(run).items() if outcome.name == "ok"}
    return ok <= queries.witnesses(run).keys()


@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_whatever_records_are_missing_the_rest_is_analysed_or_refused(data: st.DataObject) -> None:
    """A worker may be lost anywhere, and a run may end anywhere."""
    end = data.draw(st.integers(0, len(RUN.records)))
    missing = data.draw(st.sets(st.integers(0, len(RUN.records)), max_size=40))
    records = [record for place, record in enumerate(RUN.records[:end]) if place not in missing]
    rest = replace(RUN, records=tuple(records))
    if witnessed(rest):
        analyse(rest)
    else:
        with pytest.raises(RunFileError, match="no witness counted"):
            analyse(rest)


def no_time(sample: Plain) -> Plain:
    return sample | {"legs": [leg | {"wall_ns": 1, "cpu_ns": 0} for leg in sample["legs"]]}


def too_long(sample: Plain) -> Plain:
    return sample | {"legs": [leg | {"wall_ns": 2**62, "cpu_ns": 2**62} for leg in sample["legs"]]}


def no_lateness(sample: Plain) -> Plain:
    return sample | {"records": {"late": "so", "other": None}}


@pytest.mark.parametrize("change", [no_time, too_long, no_lateness])
@pytest.mark.parametrize("every", [1, 2, 7])
def test_odd_but_legal_samples_are_analysed(change: Any, every: int) -> None:
    place = count()
    analyse(with_samples(RUN, lambda sample: sample if next(place) % every else change(sample)))


@pytest.mark.parametrize(
    "changes",
    [
        {"baseline_bytes": None},
        {"tasks": 1},
        {"observed_bytes": 0},
        {"peak_bytes": None, "observed_bytes": None},
    ],
)
def test_odd_but_legal_memory_records_are_analysed(changes: dict[str, Any]) -> None:
    told = {"memory": changes}
    analyse(with_records(RUN, lambda record: record | told.get(record["type"], {})))


def test_huge_floors_and_an_empty_environment_are_analysed() -> None:
    cells = [cell | {"floor_ns": 2**63 - 1} for cell in plain(RUN.header)["cells"]]
    analyse(replace(RUN, header=header_with(RUN.header, cells=cells, settings={})))
