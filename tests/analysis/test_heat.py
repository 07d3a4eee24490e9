"""The heat map: ratios to the best of a row, differences where there is a floor, outcomes as words."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from concbench.analysis.choices import choices_of
from concbench.analysis.dataset import LOST_MEANING, Dataset
from concbench.analysis.heat import GRADES, HeatField, heat_rows, standing_for
from tests.report.made_up import BASE, EXTRA, Cell, Cost, always, dataset_of

FLOOR = 20_000_000
GONE = {"outcome": "crashed", "reason": "", "at": None}


def spawn(contender: str, cost: float, **known: Any) -> Cell:
    return replace(Cell(contender=contender, cost=always(cost)), **known)


def fields(dataset: Dataset, metric: str = "wall") -> dict[str, HeatField | None]:
    """Return the fields of the only row, under the labels of their contenders."""
    (row,) = heat_rows(dataset, metric)
    found = dict(zip((contender.label for contender in dataset.contenders), row.fields, strict=True))
    assert all(field is None or field.contender.label == label for label, field in found.items())
    return found


def seen(field: HeatField | None) -> tuple[str, float | None, str]:
    assert field is not None
    return field.words, field.times, field.hover


def test_each_is_as_many_times_the_best_as_it_needs_and_graded_by_that() -> None:
    made = [spawn("best", 10), spawn("near", 11), spawn("worse", 30.1), spawn("worst", 10_000)]
    found = fields(dataset_of(*made))
    assert seen(found["best"]) == ("×1.00", 1, "10.0 ns per task")
    words, times, hover = seen(found["worse"])
    assert (words, hover) == ("×3.01", "30.1 ns per task")
    assert times == pytest.approx(3.01)
    assert seen(found["worst"]) == ("×1000", 1000, "10.0 µs per task")
    assert [field.grade for field in found.values() if field] == [0, 0, 3, len(GRADES)]


def test_the_best_is_one_that_is_deployed_and_a_loop_that_teaches_may_be_below() -> None:
    found = fields(dataset_of(spawn("generator", 1), spawn("asyncio", 10), spawn("threads", 40)))
    assert [seen(field)[0] for field in found.values()] == ["×0.10", "×1.00", "×4.00"]
    assert [field.grade for field in found.values() if field] == [0, 0, 3]
    alone = dataset_of(spawn("generator", 3), spawn("polling", 6), spawn("asyncio", 1, outcome=dict(GONE)))
    assert [seen(field)[0] for field in fields(alone).values()] == ["×1.00", "×2.00", "crashed"]


def test_below_the_best_a_run_above_a_floor_is_shorter() -> None:
    made = [spawn("generator", 0, floor_ns=FLOOR), spawn("asyncio", 1000, floor_ns=FLOOR)]
    assert [seen(field)[0] for field in fields(dataset_of(*made)).values()] == ["-10.0 µs", "best"]


def test_a_load_has_the_point_that_it_is_answered_at_and_a_workload_without_one_its_last() -> None:
    own = [spawn("asyncio", 10, tasks=tasks, workload="own") for tasks in (10, 100, 1000)]
    known = [spawn("asyncio", 10, tasks=tasks, workload="spawn") for tasks in (1, 100, 10)]
    weighed = spawn("asyncio", 1, workload="parked", rounds=0, heavy=[100] * 7)
    points = standing_for(dataset_of(*own, *known, weighed))
    assert [(point.workload, point.value("tasks")) for point in points] == [("own", 1000), ("spawn", 100)]


def test_time_and_cpu_are_maps_of_their_own() -> None:
    dataset = dataset_of(spawn("busy", 10, cpu=always(10)), spawn("idle", 20, cpu=always(1)))
    assert [seen(field)[0] for field in fields(dataset).values()] == ["×1.00", "×2.00"]
    assert [seen(field)[0] for field in fields(dataset, "cpu").values()] == ["×10.0", "×1.00"]


def test_a_point_has_a_row_and_who_was_not_asked_an_empty_field() -> None:
    dataset = dataset_of(spawn("a", 10), spawn("a", 10, tasks=1000), spawn("b", 30, tasks=1000))
    small, large = heat_rows(dataset, "wall")
    assert (small.point.value("tasks"), large.point.value("tasks")) == (10, 1000)
    assert small.fields[1] is None
    assert seen(large.fields[1])[0] == "×3.00"


@pytest.mark.parametrize(
    ("outcome", "words", "hover"),
    [
        ({"outcome": "exhausted", "reason": "no threads", "at": 21_987}, "exhausted at 21987", "no threads"),
        ({"outcome": "not-expressible", "reason": "no stack", "at": None}, "not-expressible", "no stack"),
        ({"outcome": "crashed", "reason": "", "at": None}, "crashed", "no reason was recorded"),
    ],
)
def test_an_outcome_is_shown_as_what_it_is(outcome: dict[str, Any], words: str, hover: str) -> None:
    found = fields(dataset_of(spawn("a", 10), spawn("b", 1, outcome=outcome)))
    assert seen(found["a"])[:2] == ("×1.00", 1)
    assert seen(found["b"]) == (words, None, hover)


def test_where_nobody_has_a_figure_all_outcomes_are_shown() -> None:
    dataset = dataset_of(spawn("a", 1, outcome={"outcome": "timeout", "reason": "60 s", "at": None}))
    assert seen(fields(dataset)["a"]) == ("timeout", None, "60 s")


def test_what_was_only_weighed_was_not_timed() -> None:
    found = fields(dataset_of(spawn("a", 10), spawn("b", 1, rounds=0, heavy=[100] * 7)))
    assert seen(found["b"]) == ("not timed", None, "only weighed, not timed")


def test_where_there_is_a_floor_time_is_the_difference_over_the_whole_run() -> None:
    made = [
        spawn("a", 1000, floor_ns=FLOOR),
        spawn("b", FLOOR / 10, floor_ns=FLOOR),
        spawn("c", -50, floor_ns=FLOOR),
    ]
    found = fields(dataset_of(*made))
    assert seen(found["c"]) == ("best", 1, "-50.0 ns per task")
    words, times, hover = seen(found["a"])
    assert (words, hover) == ("+10.5 µs", "1.00 µs per task")
    assert times == pytest.approx(1, abs=1e-3)
    words, times, _ = seen(found["b"])
    assert words == "+20.0 ms"
    assert times == pytest.approx(2, abs=1e-3)


def test_cpu_has_no_floor() -> None:
    made = [spawn(name, 1, cpu=always(cpu), floor_ns=FLOOR) for name, cpu in (("a", 10), ("b", 40))]
    assert [seen(field)[0] for field in fields(dataset_of(*made), "cpu").values()] == ["×1.00", "×4.00"]


def test_of_a_slope_above_a_floor_the_whole_run_is_the_long_leg() -> None:
    made = [spawn(name, cost, workload="switch", floor_ns=1) for name, cost in (("a", 100), ("b", 500))]
    found = fields(dataset_of(*made))
    assert seen(found["a"])[0] == "best"
    words, times, hover = seen(found["b"])
    assert (words, hover) == ("+20.0 µs", "500 ns per suspension")
    assert 400 * EXTRA == 20_000
    assert times == pytest.approx((BASE + 500 * EXTRA) / (BASE + 100 * EXTRA), abs=0.01)
    assert BASE + 100 * EXTRA < BASE + 500 * EXTRA < 1.1 * (BASE + 100 * EXTRA)


@pytest.mark.parametrize("best", [0, -20])
def test_a_cost_that_is_not_above_zero_is_lost_in_noise_and_nobody_is_held_against_it(best: float) -> None:
    found = fields(dataset_of(spawn("a", best, workload="switch"), spawn("b", 50, workload="switch")))
    assert seen(found["b"])[:2] == ("×1.00", 1)
    assert seen(found["a"])[:2] == ("lost in noise", None)


def test_a_cost_that_is_lost_in_one_process_is_no_best_as_the_chooser_has_it() -> None:
    now_and_then: Cost = lambda generation, _round: -5.0 if generation == 3 else 10.0  # noqa: E731
    made = [
        replace(spawn("a", 0, workload="chain", more=(("depth", 900),)), cost=now_and_then),
        spawn("b", 170, workload="chain", more=(("depth", 900),)),
    ]
    dataset = dataset_of(*made)
    found = fields(dataset)
    assert seen(found["a"]) == ("lost in noise", None, LOST_MEANING)
    assert seen(found["b"])[:2] == ("×1.00", 1)
    (choice,) = choices_of(dataset)
    assert (choice.first.label, [cell.contender.label for cell in choice.cannot]) == ("b", ["a"])


@settings(max_examples=15, deadline=None)
@example(costs=[0, 1], floor=0)
@example(costs=[0], floor=0)
@example(costs=[0, -5, 7], floor=10_000)
@given(costs=st.lists(st.integers(-100, 10**6), min_size=1, max_size=6), floor=st.sampled_from([0, 10_000]))
def test_nobody_is_below_the_best_and_times_rise_with_the_cost(costs: list[int], floor: int) -> None:
    made = [
        spawn(f"{place}", cost if floor else abs(cost), cpu=always(abs(cost)), floor_ns=floor)
        for place, cost in enumerate(costs)
    ]
    dataset = dataset_of(*made)
    for metric in ("wall", "cpu"):
        (row,) = heat_rows(dataset, metric)
        heats = [field.times for field in row.fields if field is not None and field.times is not None]
        if not heats:
            assert metric == "cpu" or not floor
            assert 0 in costs
            continue
        told = costs if metric == "wall" else [cost for cost in costs if cost]  # no CPU time has no ratio
        assert len(heats) == len(told)
        ordered = told if floor and metric == "wall" else [abs(cost) for cost in told]
        pairs = sorted(zip(ordered, heats, strict=True))
        assert [heat for _, heat in pairs] == sorted(heats)
        assert pairs[0][1] == 1
