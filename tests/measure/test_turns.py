"""Turns: what is run how often and in which order, and that a wrong result is never a sample."""

import gc
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from concbench.drive.workers.answers import complaint_about
from concbench.measure import execution, turns
from concbench.measure.execution import MAX_NUMBER, WrongResult, cell_of
from concbench.measure.recipes import Batch, recipe_of
from concbench.measure.turns import (
    SAMPLE_NS,
    add,
    order_of_slices,
    refusal,
    settle_number,
    take_turn,
    turn_estimate,
    warming,
    weigh,
    witness_cell,
)
from concbench.models.base import Factory
from concbench.models.generator import MODEL, open_session
from concbench.workloads import index
from concbench.workloads.basics import spawn

pytestmark = pytest.mark.measured_side
Figures = tuple[dict[str, int], list[Any]]
SPAWN, SWITCH, TIMERS = (index.get(name) for name in ("spawn", "switch", "timers"))


def test_a_sum_of_which_a_part_is_not_known_is_none() -> None:
    total: dict[str, Any] = {"leg": "single"}
    for part in ({"companion_cpu_ns": 5}, {"companion_cpu_ns": None}, {"companion_cpu_ns": 7}):
        add(total, {**part, "cpu_ns": 2, "helpers": "not told"})
    assert total == {"leg": "single", "companion_cpu_ns": None, "cpu_ns": 6, "helpers": "not told"}


class Session:
    """The generator model's session, which counts its runs and may spoil the results of one of them."""

    def __init__(self, spoil: int | None = None) -> None:
        with open_session() as honest:
            self.rt: Any = honest.rt
            self._run = honest.run
        self.sizes: list[int] = []
        self.spoil = spoil

    def run(self, factories: Sequence[Factory]) -> list[Any]:
        results = self._run(factories)
        self.sizes.append(len(factories))
        return results[::-1] if len(self.sizes) == self.spoil else results


@dataclass(frozen=True)
class Sized(spawn.Params):
    """As spawn's, with a size that changes no number of anything."""

    size: int = 1


def test_a_workload_whose_doubled_parameter_makes_no_more_of_anything_is_told_so_before_it_is_timed() -> None:
    sized = replace(SPAWN, params=Sized, smallest=Sized(2), doubled="size")
    with MODEL.open() as session:
        answer = witness_cell(cell_of(sized, Sized(2), MODEL, session), seconds=20.0)
    assert answer["outcome"] == "invalid"
    assert answer["reason"].startswith(
        "doubled: twice the size of spawn makes no more suspension or task, so"
    )


@pytest.fixture
def timed_runs(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """Replace the probe: each timed run takes 1 ms on paper; return how many runs each timing had."""
    batches: list[list[int]] = []

    def timed(run: Any, factories: Sequence[Any], _helpers: Any) -> tuple[dict[str, int], list[Any]]:
        batches.append([len(one) for one in factories])
        returned = [run(one) for one in factories]
        return {"wall_ns": 1_000_000 * len(returned), "cpu_ns": 900_000 * len(returned)}, returned

    monkeypatch.setattr(execution, "timed", timed)
    monkeypatch.setattr(turns, "calibrate", lambda: 5)
    return batches


def test_a_cost_per_task_has_one_leg_and_a_slope_has_two() -> None:
    spawn = cell_of(SPAWN, SPAWN.params(3), MODEL, Session())
    assert spawn.legs() == {"single": spawn}
    switch = cell_of(SWITCH, SWITCH.params(3, 4), MODEL, Session())
    assert switch.legs() == {"short": switch, "long": switch.at(SWITCH.params(3, 8))}


@pytest.mark.parametrize(
    ("legs", "number", "long_first", "slices"),
    [
        (["single"], 5, False, [("single", 5)]),
        (["short", "long"], 1, False, [("short", 1), ("long", 1)]),
        (["short", "long"], 1, True, [("long", 1), ("short", 1)]),
        (["short", "long"], 4, False, [("short", 2), ("long", 2), ("long", 2), ("short", 2)]),
        (["short", "long"], 5, True, [("long", 2), ("short", 2), ("short", 3), ("long", 3)]),
    ],
)
def test_the_legs_of_a_slope_go_there_and_back(
    legs: list[str], number: int, long_first: bool, slices: list[tuple[str, int]]
) -> None:
    assert order_of_slices(legs, number, long_first=long_first) == slices


def test_a_turn_begins_with_an_untimed_sample_s_worth(timed_runs: list[list[int]]) -> None:
    session = Session()
    sample = take_turn(cell_of(SPAWN, SPAWN.params(3), MODEL, session), number=4, long_first=False)
    assert session.sizes == [3] * 8
    assert timed_runs == [[3] * 4]
    assert sample == {
        "legs": [{"leg": "single", "number": 4, "wall_ns": 4_000_000, "cpu_ns": 3_600_000}],
        "first": "single",
        "calibration_ns": 5,
        "records": {},
    }


def test_a_leg_s_figures_are_the_sum_of_its_slices(timed_runs: list[list[int]]) -> None:
    sample = take_turn(cell_of(SWITCH, SWITCH.params(2, 3), MODEL, Session()), number=4, long_first=True)
    assert [len(batch) for batch in timed_runs] == [2, 2, 2, 2]
    assert sample["first"] == "long"
    assert {leg["leg"]: leg["wall_ns"] for leg in sample["legs"]} == {"short": 4_000_000, "long": 4_000_000}
    assert {leg["number"] for leg in sample["legs"]} == {4}


def test_garbage_is_collected_before_every_slice(monkeypatch: pytest.MonkeyPatch) -> None:
    collected: list[int] = []
    monkeypatch.setattr(gc, "collect", lambda: collected.append(1))
    take_turn(cell_of(SWITCH, SWITCH.params(2, 3), MODEL, Session()), number=4, long_first=False)
    assert len(collected) == 4


@pytest.mark.parametrize("spoiled", range(1, 5))
def test_a_wrong_result_is_no_sample_whichever_run_it_is(spoiled: int) -> None:
    with pytest.raises(WrongResult, match=r"task 0 returned \d+ instead of \d+"):
        take_turn(cell_of(SPAWN, SPAWN.params(3), MODEL, Session(spoil=spoiled)), number=2, long_first=False)


@pytest.mark.parametrize("spoiled", [1, 2])
def test_a_wrong_result_is_not_weighed(spoiled: int) -> None:
    with pytest.raises(WrongResult):
        weigh(cell_of(SPAWN, SPAWN.params(3), MODEL, Session(spoil=spoiled)), SPAWN.smallest)


def test_every_run_is_judged_by_a_salt_of_its_own() -> None:
    cell = cell_of(SPAWN, SPAWN.params(1), MODEL, Session())
    recipe = recipe_of(SPAWN, SPAWN.params(1), "generator", "generator")
    batches = [Batch([], replace(recipe, salt=salt)) for salt in (7, 9)]
    with pytest.raises(ValueError, match="shorter"):
        cell.judge([[7], [8]], batches[:1])
    with pytest.raises(WrongResult, match="task 0 returned 8 instead of 9"):
        cell.judge([[7], [8]], batches)


def test_a_sample_of_timers_is_one_run(timed_runs: list[list[int]]) -> None:
    number, estimate = settle_number(cell_of(TIMERS, TIMERS.params(2, 0.001), MODEL, Session()))
    assert (number, estimate) == (1, 1_000_000)
    assert timed_runs == [[2]]


def test_a_short_run_is_repeated_until_a_sample_lasts_its_milliseconds(timed_runs: list[list[int]]) -> None:
    number, estimate = settle_number(cell_of(SPAWN, SPAWN.params(2), MODEL, Session()))
    assert estimate == 1_000_000
    assert number == SAMPLE_NS / 1_000_000


def test_the_number_of_repetitions_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    def instantly(run: Any, batches: Sequence[Any], _helpers: Any) -> tuple[dict[str, int], list[Any]]:
        return {"wall_ns": 1}, [run(one) for one in batches]

    monkeypatch.setattr(execution, "timed", instantly)
    number, _estimate = settle_number(cell_of(SPAWN, SPAWN.params(1), MODEL, Session()))
    assert number == MAX_NUMBER


def test_a_cell_is_witnessed_with_the_counts_of_each_leg() -> None:
    seen = witness_cell(cell_of(SWITCH, SWITCH.params(3, 4), MODEL, Session()), seconds=60.0)
    assert [leg["counts"] for leg in seen["legs"]] == [
        {"task": 3, "suspension": 12},
        {"task": 3, "suspension": 24},
    ]
    assert seen["peak_live"] == 3
    assert set(seen["checks"].values()) == {None}
    assert seen["number"] >= 1
    assert seen["estimate_ns"] > 0


def test_a_cell_that_fails_its_witness_is_refused_with_the_failures() -> None:
    seen = witness_cell(cell_of(SPAWN, SPAWN.params(3), MODEL, Session(spoil=1)), seconds=60.0)
    assert seen["outcome"] == "invalid"
    assert "results: " in seen["reason"]


def test_a_run_that_did_not_end_is_a_timeout_and_not_a_cheat() -> None:
    assert refusal({"completed": "no end", "results": "none"})["outcome"] == "timeout"
    assert refusal({"results": "none", "owners": "two"})["reason"] == "results: none; owners: two"


def test_reasons_that_fill_pages_are_cut_wherever_they_are_told() -> None:
    answer = refusal({"results": "x" * 30_000, "owners": "two"})
    assert complaint_about("verify", answer) is None
    assert (len(answer["reason"]), len(answer["checks"]["results"])) == (2001, 2001)
    assert answer["checks"]["owners"] == "two"


def test_the_estimate_of_a_turn_counts_the_untimed_repetition_and_the_longer_leg() -> None:
    assert turn_estimate(10**12, legs=1) - 2 * 10**12 < 10**12
    assert turn_estimate(10**12, legs=2) - 4 * 10**12 < 10**12
    assert turn_estimate(10**12, legs=2) > 4 * 10**12


def test_a_weighing_tells_what_the_keeper_saw_and_the_peak_above_its_floor() -> None:
    parked = index.get("parked")
    weighed = weigh(cell_of(parked, parked.params(50), MODEL, Session()), parked.smallest)
    assert weighed["tasks"] == 51
    assert weighed["peak_bytes"] >= weighed["floor_bytes"] > 0
    if weighed["baseline_bytes"] is not None:
        assert weighed["observed_bytes"] >= weighed["baseline_bytes"] > 0


def test_where_nobody_observes_nothing_was_observed() -> None:
    assert weigh(cell_of(SPAWN, SPAWN.params(3), MODEL, Session()), SPAWN.smallest)["observed_bytes"] is None


def test_a_run_that_is_faster_than_its_floor_is_no_sample(timed_runs: list[list[int]]) -> None:
    with pytest.raises(WrongResult, match="cannot take less than"):
        take_turn(cell_of(TIMERS, TIMERS.params(1, 0.01), MODEL, Session()), number=1, long_first=False)


def test_a_workload_may_say_at_what_it_is_warm() -> None:
    session = Session()
    small = replace(SPAWN, warm=lambda p: replace(p, tasks=2))
    take_turn(cell_of(small, SPAWN.params(40), MODEL, session), number=3, long_first=False)
    assert session.sizes == [2] * 3 + [40] * 3


def test_what_is_spared_of_an_untimed_run_is_in_no_estimate() -> None:
    params = replace(TIMERS.smallest, delay=0.1, spread=0.0)
    whole = cell_of(TIMERS, params, MODEL, Session())
    short = cell_of(replace(TIMERS, warm=lambda p: replace(p, delay=0.01)), params, MODEL, Session())
    told = [witness_cell(cell, seconds=10.0) for cell in (whole, short)]
    estimates = [one["estimate_ns"] / one["once_ns"] for one in told]
    assert estimates[0] > 1.9
    assert estimates[1] < 1.5
    assert all(one["once_ns"] >= 0.1e9 for one in told)
    assert warming(short).params.delay == 0.01
