"""The chooser: who is first for a load, who is as good, and what that costs in CPU."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import geometric_mean
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concbench.analysis.choice import ALIKE, Choice
from concbench.analysis.choices import choices_of
from concbench.analysis.dataset import Dataset, gather
from concbench.analysis.loads import Load, package_loads
from concbench.results.measured import measured_of
from concbench.workloads.base import params_to_dict
from concbench.workloads.index import get
from concbench.workloads.spelling import spell
from tests.report.made_up import Cell, Cost, always, dataset_of, growing, run_elsewhere, run_of

FLOOR = 20_000_000
MANY = 1000


def spawn(contender: str, cost: float, **known: Any) -> Cell:
    return replace(Cell(contender=contender, cost=growing(cost, 1), tasks=MANY), **known)


def timers(contender: str, late: int | Callable[[int], int], cost: float = 1000, **known: Any) -> Cell:
    usual = Cell(
        contender=contender, cost=always(cost), workload="timers", floor_ns=FLOOR, late=late, tasks=MANY
    )
    return replace(usual, **known)


def parked(contender: str, tasks: int, heavy: Sequence[int] = (), rounds: int = 0) -> Cell:
    return Cell(
        contender=contender, cost=always(1), workload="parked", tasks=tasks, heavy=heavy, rounds=rounds
    )


def choices(dataset: Dataset) -> dict[str, Choice]:
    found = choices_of(dataset)
    assert len({choice.load.title for choice in found}) == len(found)
    return {choice.load.title: choice for choice in found}


def many_spawned(*cells: Cell) -> Choice:
    return choices(dataset_of(*cells))["Many short tasks"]


def names(choice: Choice) -> list[str]:
    return [rival.contender.label for rival in choice.rivals]


def tied(choice: Choice) -> list[str]:
    return [rival.contender.label for rival in choice.tied]


def of(title: str) -> Load:
    (load,) = [load for load in package_loads() if load.title == title]
    return load


def test_whoever_needs_least_is_first_and_the_others_follow_by_their_ratio_to_it() -> None:
    choice = many_spawned(spawn("slow", 3000), spawn("fast", 1000), spawn("slowest", 9000))
    assert choice.first.label == "fast"
    assert choice.value == pytest.approx(1003, rel=1e-4)
    assert names(choice) == ["slow", "slowest"]
    assert [rival.value for rival in choice.rivals] == pytest.approx([3003, 9003], rel=1e-4)
    for rival, ratio in zip(choice.rivals, (3, 9), strict=True):
        assert rival.against.side == 1
        assert rival.against.interval is not None
        assert rival.against.interval.middle == pytest.approx(ratio, rel=0.01)
    assert choice.tied == []
    assert choice.cannot == ()


def test_a_tie_is_called_a_tie() -> None:
    choice = many_spawned(spawn("a", 1000), spawn("b", 1000), spawn("c", 5000))
    assert (choice.first.label, tied(choice)) == ("a", ["b"])


def unsteady(contender: str, low: float, high: float) -> Cell:
    """Return a cell that costs ``low`` in three processes of seven, ``high`` in the others."""
    return Cell(
        contender=contender, cost=lambda generation, _round: low if generation % 2 else high, tasks=MANY
    )


def test_who_looks_far_worse_is_not_as_good_though_too_little_was_measured_to_be_sure() -> None:
    unsure = [unsteady("near", 800, 1340), unsteady("further", 900, 2400), unsteady("far", 400, 5000)]
    choice = many_spawned(Cell(contender="first", cost=always(900), tasks=MANY), *unsure)
    assert (choice.first.label, names(choice)) == ("first", ["near", "further", "far"])
    assert {rival.against.side for rival in choice.rivals} == {0}
    assert tied(choice) == ["near"]


def test_who_is_a_little_worse_for_sure_is_not_as_good() -> None:
    choice = many_spawned(spawn("a", 1000), spawn("b", 1050))
    assert choice.rivals[0].against.side == 1
    assert choice.tied == []


def test_a_figure_without_an_interval_is_neither_as_good_nor_worse() -> None:
    choice = many_spawned(spawn("a", 1000, generations=5), spawn("b", 1000, generations=5))
    (rival,) = choice.rivals
    assert rival.against.interval is None
    assert "5 processes are too few" in rival.against.reason
    assert choice.tied == []


def test_one_contender_alone_is_first_without_rivals() -> None:
    choice = many_spawned(spawn("only", 1000))
    assert (choice.first.label, choice.rivals, choice.tied) == ("only", (), [])


def test_who_has_no_figures_is_listed_as_such() -> None:
    exhausted = spawn("many", 1, outcome={"outcome": "exhausted", "reason": "no more threads", "at": 700})
    choice = many_spawned(spawn("a", 1000), exhausted, spawn("light", 1, rounds=0, heavy=[100] * 7))
    assert names(choice) == []
    assert {cell.contender.label: cell.summary.outcome.name for cell in choice.cannot} == {
        "many": "exhausted",
        "light": "ok",
    }


def test_lateness_is_judged_by_its_distance_from_zero_and_shown_as_a_difference() -> None:
    found = choices(dataset_of(timers("late", 5000), timers("early", -900), timers("alternating", flipping)))
    choice = found["Many timers, punctual"]
    assert (choice.first.label, choice.value) == ("early", 1782)
    assert [(rival.contender.label, rival.value) for rival in choice.rivals] == [
        ("alternating", 1980),
        ("late", 9900),
    ]
    assert {rival.against.kind for rival in choice.rivals} == {"difference"}
    assert choice.rivals[1].against.interval is not None
    assert choice.rivals[1].against.interval.middle == 8118


def flipping(generation: int) -> int:
    return 1000 if generation % 2 else -1000


def test_punctual_to_the_nanosecond_is_first_and_a_tie_only_with_its_like() -> None:
    made = (timers("a", 0), timers("b", 0), timers("c", 50))
    choice = choices(dataset_of(*made))["Many timers, punctual"]
    assert (choice.first.label, tied(choice)) == ("a", ["b"])


def test_a_few_are_the_fewest_and_many_are_the_most() -> None:
    found = choices(dataset_of(*(timers("a", 50, tasks=tasks) for tasks in (1000, 1, 100))))
    sizes = {title: choice.point.value("tasks") for title, choice in found.items()}
    assert sizes == {"A few timers": 1, "Many timers, punctual": 1000, "Many timers, cheap": 1000}


def test_a_load_is_answered_where_its_own_metric_was_measured() -> None:
    dataset = dataset_of(
        parked("a", 1000, heavy=[100] * 7), parked("b", 1000, heavy=[300] * 7), parked("a", 50_000, rounds=3)
    )
    choice = choices(dataset)["Many idle tasks"]
    assert choice.point.value("tasks") == 1000
    assert (choice.first.label, names(choice)) == ("a", ["b"])
    assert choice.value == pytest.approx(100)


def test_deep_calls_are_answered_at_the_greatest_depth() -> None:
    chains = [spawn("a", 100, workload="chain", more=(("depth", depth),)) for depth in (10, 900, 1)]
    assert choices(dataset_of(*chains))["Deep calls"].point.value("depth") == 900


def test_several_runs_are_answered_where_most_of_them_have_figures() -> None:
    runs = [
        run_of(spawn("a", 100, tasks=10), spawn("a", 100, tasks=1000)),
        run_elsewhere(run_of(spawn("a", 100, tasks=1000), spawn("a", 9, tasks=90_000)), 1),
    ]
    found = choices_of(gather([measured_of(run) for run in runs]))
    assert [(choice.run, choice.point.value("tasks")) for choice in found] == [(0, 1000), (1, 1000)]


def test_arms_of_different_runs_are_not_compared() -> None:
    runs = [run_of(spawn("a", 100)), run_elsewhere(run_of(spawn("a", 5), spawn("b", 50)), 1)]
    found = choices_of(gather([measured_of(run) for run in runs]))
    assert [(choice.first.label, names(choice)) for choice in found] == [
        ("a run 1", []),
        ("a run 2", ["b run 2"]),
    ]


def test_ten_tasks_are_neither_many_nor_is_a_thousand_few() -> None:
    assert choices_of(dataset_of(spawn("a", 1000, tasks=10))) == []
    found = choices(dataset_of(timers("a", 50, tasks=1000)))
    assert set(found) == {"Many timers, punctual", "Many timers, cheap"}


def test_a_question_is_answered_only_where_the_other_parameters_are_what_it_is_about() -> None:
    def beside(to: str) -> Cell:
        return timers("a", 50, workload="interference", more=(("ticks", 20), ("to", to)))

    asked = of("Timers beside somebody who computes")
    point = asked.point(dataset_of(beside("none"), beside("inline"), beside("thread")))
    assert point is not None
    assert point.value("to") == "inline"
    assert asked.point(dataset_of(beside("none"), beside("thread"))) is None


def test_what_a_question_fixes_is_measured_by_the_presets() -> None:
    for load in package_loads():
        for preset in ("standard", "thorough"):
            points = [params_to_dict(params) for params in get(load.workload).points(preset)]
            assert any(
                all(spell(point[name]) == value for name, value in load.fixed.items()) for point in points
            ), load.title


def test_what_was_not_measured_has_no_answer() -> None:
    assert choices_of(dataset_of(spawn("a", 1, workload="something else"))) == []
    assert choices_of(dataset_of(spawn("a", 1, outcome={"outcome": "crashed"}))) == []
    assert of("Deep calls").point(dataset_of(spawn("a", 1, workload="chain"))) is None


def test_what_is_real_is_decided_over_all_loads_together() -> None:
    """A difference with p near 0.008 is one by itself, and none among five that are none."""

    def slightly(generation: int, _round: int) -> float:
        return 1000 * (1.02, 1.004, 1.015, 1.005, 1.03, 1.012, 1.01)[generation]

    pair = [
        Cell(contender="a", cost=always(1000), tasks=MANY),
        Cell(contender="b", cost=slightly, tasks=MANY),
    ]
    (alone,) = many_spawned(*pair).rivals
    assert alone.against.comparison is not None
    assert 0.005 < alone.against.comparison.p_value < 0.01
    assert alone.against.real
    ties = [Cell(contender=f"same {place}", cost=always(1000), tasks=MANY) for place in range(5)]
    among = {rival.contender.label: rival for rival in many_spawned(*pair, *ties).rivals}
    assert not among["b"].against.real


def busy_and_asleep() -> Dataset:
    """One that polls is nearly punctual and burns the whole delay; the other is late and sleeps."""
    delay = FLOOR / MANY
    return dataset_of(
        timers("busy", 100, cost=0, cpu=always(delay)),
        timers("asleep", 90_000, cost=0, cpu=always(delay / 50)),
    )


def test_the_price_says_what_share_of_a_core_the_first_keeps_busy_and_who_needs_least_cpu() -> None:
    choice = choices(busy_and_asleep())["Many timers, punctual"]
    assert choice.first.label == "busy"
    assert {contender.label: share for contender, share in choice.busy.items()} == pytest.approx(
        {"busy": 1, "asleep": 0.02}
    )
    assert choice.price is not None
    assert choice.price.busy == pytest.approx(1)
    assert choice.price.least.label == "asleep"
    assert choice.price.times_least == pytest.approx(50)


def test_who_needs_least_cpu_is_its_own_least() -> None:
    price = choices(busy_and_asleep())["Many timers, cheap"].price
    assert price is not None
    assert (price.least.label, price.times_least) == ("asleep", 1)


@pytest.mark.parametrize(
    "cell",
    [
        spawn("a", 1000, cpu=always(0)),
        parked("a", 1000, heavy=[100] * 7),
    ],
)
def test_where_no_time_or_no_cpu_was_seen_there_is_no_price(cell: Cell) -> None:
    (choice,) = choices_of(dataset_of(cell))
    assert choice.price is None
    assert set(choice.busy.values()) <= {0}


def test_a_cost_that_noise_made_negative_is_judged_by_nobody() -> None:
    def negative(generation: int, _round: int) -> float:
        return -5 if generation == 3 else 1

    lost = Cell(contender="lost", cost=negative, workload="switch", tasks=MANY)
    choice = choices(dataset_of(replace(lost, contender="a", cost=always(80)), lost))["Much switching"]
    assert (choice.first.label, choice.rivals) == ("a", ())
    assert [cell.contender.label for cell in choice.cannot] == ["lost"]
    assert choices_of(dataset_of(lost)) == []


def test_an_interval_that_alone_says_worse_is_no_tie_though_it_is_no_discovery() -> None:
    def slightly(generation: int, _round: int) -> float:
        return 1000 * (1.02, 0.999, 1.015, 1.005, 1.03, 1.012, 1.01)[generation]

    found = many_spawned(spawn("a", 1000), Cell(contender="b", cost=slightly, tasks=MANY))
    (rival,) = found.rivals
    assert (rival.against.side, rival.against.leaning) == (0, 1)
    assert (tied(found), found.decided) == ([], False)


def test_memory_that_differs_by_less_than_a_page_is_no_difference() -> None:
    found = choices(dataset_of(parked("a", 1000, heavy=[100] * 7), parked("b", 1000, heavy=[102] * 7)))
    (rival,) = found["Many idle tasks"].rivals
    assert (rival.against.coarse, rival.against.real, rival.against.side) == (True, False, 0)
    assert tied(found["Many idle tasks"]) == ["b"]
    assert found["Many idle tasks"].busy == {}


def test_who_was_not_weighed_makes_the_memory_of_others_no_coarser() -> None:
    cannot = Cell(contender="c", workload="parked", cost=always(1.0), tasks=1000,
                  outcome={"outcome": "not-expressible", "reason": "it cannot"})  # fmt: skip
    found = choices(
        dataset_of(parked("a", 1000, heavy=[100] * 7), parked("b", 1000, heavy=[902] * 7), cannot)
    )
    (rival,) = found["Many idle tasks"].rivals
    assert (rival.against.coarse, rival.against.side) == (False, 1)


def mean_of(row: list[int]) -> float:
    return geometric_mean(row)


_cost = st.lists(st.integers(1, 30), min_size=7, max_size=7)


@settings(max_examples=15, deadline=None)
@given(costs=st.lists(_cost, min_size=1, max_size=4))
def test_the_first_needs_least_and_nobody_really_worse_is_as_good(costs: list[list[int]]) -> None:
    def of_process(row: list[int]) -> Cost:
        return lambda generation, _round: float(row[generation])

    made = [Cell(contender=f"{place}", cost=of_process(row), tasks=MANY) for place, row in enumerate(costs)]
    choice = many_spawned(*made)
    values = [choice.value, *(rival.value for rival in choice.rivals)]
    assert values == sorted(values)
    for value, row in zip(sorted(values), sorted(costs, key=mean_of), strict=True):
        assert value == pytest.approx(mean_of(row))
    assert all(rival.against.side >= 0 for rival in choice.rivals)
    assert {choice.first.label, *names(choice)} == {cell.contender for cell in made}
    for rival in choice.tied:
        assert rival in choice.rivals
        assert rival.against.side <= 0
        assert rival.value <= ALIKE * choice.value


def test_who_was_not_weighed_makes_no_page_of_a_task() -> None:
    cannot = {"outcome": "not-expressible", "reason": "too few workers"}
    pool = Cell(contender="pool", cost=always(1), workload="parked", tasks=1000, outcome=cannot)
    found = choices(dataset_of(parked("a", 1000, heavy=[100] * 7), parked("b", 1000, heavy=[900] * 7), pool))
    assert tied(found["Many idle tasks"]) == []
    assert found["Many idle tasks"].rivals[0].against.side == 1
