"""The heat map: ratios to the best of a row, differences where there is a floor, outcomes as words."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from concbench.analysis.choices import choices_of
from concbench.analysis.dataset import LOST_MEANING, Dataset
from concbench.analysis.heat import HeatField, heat_rows
from tests.report.made_up import BASE, EXTRA, Cell, Cost, always, dataset_of

FLOOR = 20_000_000


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
    return field.words, field.heat, field.hover


def test_the_best_is_cold_and_a_thousand_times_as_much_is_as_hot_as_can_be() -> None:
    made = [spawn("best", 10), spawn("worse", 10 * 1000**0.5), spawn("worst", 10_000), spawn("off", 1e6)]
    found = fields(dataset_of(*made))
    assert seen(found["best"]) == ("×1.00", 0, "10.0 ns per task")
    words, heat, hover = seen(found["worse"])
    assert (words, hover) == ("×31.6", "316 ns per task")
    assert heat == pytest.approx(0.5, abs=1e-4)
    words, heat, hover = seen(found["worst"])
    assert (words, hover) == ("×1000", "10.0 µs per task")
    assert heat == pytest.approx(1)
    assert seen(found["off"]) == ("×100000", 1, "1.00 ms per task")


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
    assert seen(found["a"])[:2] == ("×1.00", 0)
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
    assert seen(found["c"]) == ("best", 0, "-50.0 ns per task")
    words, heat, hover = seen(found["a"])
    assert (words, hover) == ("+10.5 µs", "1.00 µs per task")
    assert heat == pytest.approx(0, abs=1e-3)
    words, heat, _ = seen(found["b"])
    assert words == "+20.0 ms"
    assert heat == pytest.approx(0.1003, abs=1e-3)  # twice as long, and a thousand times is 1


def test_cpu_has_no_floor() -> None:
    made = [spawn(name, 1, cpu=always(cpu), floor_ns=FLOOR) for name, cpu in (("a", 10), ("b", 40))]
    assert [seen(field)[0] for field in fields(dataset_of(*made), "cpu").values()] == ["×1.00", "×4.00"]


def test_of_a_slope_above_a_floor_the_whole_run_is_the_long_leg() -> None:
    made = [spawn(name, cost, workload="switch", floor_ns=1) for name, cost in (("a", 100), ("b", 500))]
    found = fields(dataset_of(*made))
    assert seen(found["a"])[0] == "best"
    words, heat, hover = seen(found["b"])
    assert (words, hover) == ("+20.0 µs", "500 ns per suspension")
    assert 400 * EXTRA == 20_000
    assert heat == pytest.approx(0.0109, abs=1e-3)
    assert BASE + 100 * EXTRA < BASE + 500 * EXTRA < 1.1 * (BASE + 100 * EXTRA)


@pytest.mark.parametrize("best", [0, -20])
def test_a_cost_that_is_not_above_zero_is_lost_in_noise_and_nobody_is_held_against_it(best: float) -> None:
    found = fields(dataset_of(spawn("a", best, workload="switch"), spawn("b", 50, workload="switch")))
    assert seen(found["b"])[:2] == ("×1.00", 0)
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
    assert seen(found["b"])[:2] == ("×1.00", 0)
    (choice,) = choices_of(dataset)
    assert (choice.first.label, [cell.contender.label for cell in choice.cannot]) == ("b", ["a"])


@settings(max_examples=15, deadline=None)
@example(costs=[0, 1], floor=0)
@example(costs=[0], floor=0)
@example(costs=[0, -5, 7], floor=10_000)
@given(costs=st.lists(st.integers(-100, 10**6), min_size=1, max_size=6), floor=st.sampled_from([0, 10_000]))
def test_heat_lies_between_0_and_1_and_rises_with_the_cost(costs: list[int], floor: int) -> None:
    made = [
        spawn(f"{place}", cost if floor else abs(cost), cpu=always(abs(cost)), floor_ns=floor)
        for place, cost in enumerate(costs)
    ]
    dataset = dataset_of(*made)
    for metric in ("wall", "cpu"):
        (row,) = heat_rows(dataset, metric)
        heats = [field.heat for field in row.fields if field is not None and field.heat is not None]
        if not heats:
            assert metric == "cpu" or not floor
            assert 0 in costs
            continue
        told = costs if metric == "wall" else [cost for cost in costs if cost]  # no CPU time has no ratio
        assert len(heats) == len(told)
        ordered = told if floor and metric == "wall" else [abs(cost) for cost in told]
        pairs = sorted(zip(ordered, heats, strict=True))
        assert [heat for _, heat in pairs] == sorted(heats)
        assert pairs[0][1] == 0
        assert pairs[-1][1] <= 1
