"""The rank: who dominates whom, over the points that all of them did."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concbench.analysis.dataset import Dataset, gather
from concbench.analysis.ranking import Rank, Ranking, ranking_of
from concbench.results.measured import measured_of
from tests.report.made_up import Cell, Cost, always, dataset_of, growing, run_elsewhere, run_of


def spawn(contender: str, cost: float, **known: Any) -> Cell:
    return replace(Cell(contender=contender, cost=growing(cost, cost / 100)), **known)


def timers(contender: str, late: int, cpu: float, tasks: int = 10) -> Cell:
    return Cell(
        contender=contender,
        cost=always(late),
        cpu=growing(cpu, cpu / 100),
        late=late,
        workload="timers",
        floor_ns=20_000_000,
        tasks=tasks,
    )


def ranking(dataset: Dataset, run: int = 0) -> Ranking:
    found = ranking_of(dataset, run)
    assert found is not None
    return found


def rank(found: Ranking, label: str) -> Rank:
    (one,) = [one for one in found.ranks if one.contender.label == label]
    return one


def dominations(found: Ranking) -> dict[str, dict[str, tuple[tuple[str, ...], tuple[str, ...]]]]:
    """Return, for each contender, who dominates it: in which dimensions, and which are open."""
    return {
        one.contender.label: {each.winner.label: (each.better, each.unsure) for each in one.dominated_by}
        for one in found.ranks
    }


def test_who_is_better_in_everything_dominates() -> None:
    found = ranking(dataset_of(spawn("good", 100), spawn("bad", 300), spawn("worst", 900)))
    assert list(found.points) == ["time", "CPU at work"]
    better = (("time", "CPU at work"), ())
    assert dominations(found) == {
        "good": {},
        "bad": {"good": better},
        "worst": {"good": better, "bad": better},
    }


def test_a_trade_between_two_dimensions_leaves_both_undominated() -> None:
    found = ranking(dataset_of(timers("punctual", 100, cpu=9000), timers("cheap", 5000, cpu=10)))
    assert list(found.points) == ["CPU while waiting", "lateness"]
    assert dominations(found) == {"punctual": {}, "cheap": {}}


def test_a_dimension_in_which_two_cannot_be_told_apart_is_open() -> None:
    found = ranking(dataset_of(timers("a", 100, cpu=10), timers("b", 100, cpu=500)))
    assert dominations(found) == {"a": {}, "b": {"a": (("CPU while waiting",), ("lateness",))}}


def test_equals_do_not_dominate_each_other() -> None:
    found = ranking(dataset_of(spawn("a", 100), spawn("b", 100)))
    assert dominations(found) == {"a": {}, "b": {}}


def test_too_few_processes_dominate_nobody() -> None:
    found = ranking(dataset_of(spawn("a", 100, generations=5), spawn("b", 900, generations=5)))
    assert dominations(found) == {"a": {}, "b": {}}
    assert "5 processes are too few" in rank(found, "b").against["time"].reason


def test_a_score_is_the_geometric_mean_over_points_and_the_ratio_is_that_of_scores() -> None:
    found = ranking(
        dataset_of(
            spawn("base", 100),
            spawn("other", 200),
            Cell(contender="base", cost=growing(4000, 40), workload="switch"),
            Cell(contender="other", cost=growing(32_000, 320), workload="switch"),
        )
    )
    assert len(found.points["time"]) == 2
    base, other = rank(found, "base"), rank(found, "other")
    assert base.value["time"] == pytest.approx((103 * 4120) ** 0.5, rel=1e-3)
    interval = other.against["time"].interval
    assert interval is not None
    assert interval.middle == pytest.approx((2 * 8) ** 0.5, rel=1e-3)
    assert base.against == {}


def test_nobody_is_ranked_by_an_easier_selection() -> None:
    exhausted = {"outcome": "exhausted", "reason": "threads", "at": 900}
    found = ranking(
        dataset_of(
            spawn("asyncio", 100),
            spawn("asyncio", 100_000, tasks=100_000),
            spawn("threads", 1000),
            spawn("threads", 1, tasks=100_000, outcome=exhausted),
        )
    )
    assert [point.value("tasks") for point in found.points["time"]] == [10]
    assert rank(found, "asyncio").value["time"] == pytest.approx(103)
    assert dominations(found)["threads"] == {"asyncio": (("time", "CPU at work"), ())}


def test_who_did_nothing_is_left_out() -> None:
    crashed = spawn("broken", 1, outcome={"outcome": "crashed", "reason": "boom", "at": None})
    found = ranking(dataset_of(crashed, spawn("a", 100), spawn("b", 900)))
    assert [contender.label for contender in found.left_out] == ["broken"]
    assert [one.contender.label for one in found.ranks] == ["a", "b"]


def test_one_that_shares_no_point_with_the_others_does_not_keep_them_from_being_ranked() -> None:
    found = ranking(
        dataset_of(spawn("a", 100), spawn("b", 900), spawn("apart", 1, tasks=77), spawn("apart", 1, tasks=78))
    )
    assert [contender.label for contender in found.left_out] == ["apart"]
    assert [one.contender.label for one in found.ranks] == ["a", "b"]


def test_of_a_chain_of_arms_that_share_points_the_best_connected_are_ranked() -> None:
    """In the middle stands one that shares a point with either neighbour; only one of these can stay."""
    found = ranking(
        dataset_of(
            *(spawn("left", 100, tasks=tasks) for tasks in (1, 2, 3)),
            *(spawn("middle", 100, tasks=tasks) for tasks in (3, 4)),
            spawn("right", 100, tasks=4),
        )
    )
    assert [one.contender.label for one in found.ranks] == ["left", "middle"]
    assert [contender.label for contender in found.left_out] == ["right"]


@pytest.mark.parametrize(
    "cells",
    [
        [spawn("alone", 100)],
        [spawn("a", 100), spawn("b", 100, tasks=99)],
        [spawn(name, 1, outcome={"outcome": "timeout", "reason": "", "at": None}) for name in ("a", "b")],
    ],
)
def test_where_no_two_did_the_same_there_is_no_ranking(cells: list[Cell]) -> None:
    assert ranking_of(dataset_of(*cells), 0) is None


def test_work_and_waiting_are_priced_apart_and_time_above_a_floor_is_left_to_lateness() -> None:
    cells = [cell for name in ("a", "b") for cell in (spawn(name, 100), timers(name, 70, cpu=10))]
    found = ranking(dataset_of(*cells))
    workloads = {name: [point.workload for point in points] for name, points in found.points.items()}
    assert workloads == {
        "time": ["spawn"],
        "CPU at work": ["spawn"],
        "CPU while waiting": ["timers"],
        "lateness": ["timers"],
    }


def test_memory_counts_where_all_were_weighed() -> None:
    light, heavy = (
        [spawn(name, 100, heavy=[weight] * 7), spawn(name, 100, tasks=1000, heavy=[weight] * 7)]
        for name, weight in (("light", 100), ("heavy", 800))
    )
    heavy[0] = spawn("heavy", 100)
    found = ranking(dataset_of(*light, *heavy))
    assert [point.value("tasks") for point in found.points["memory"]] == [1000]
    assert dominations(found)["heavy"] == {"light": (("memory",), ("time", "CPU at work"))}


def test_lateness_is_compared_by_its_distance_from_zero_where_most_tasks_are() -> None:
    cells = [
        timers(name, late, 10, tasks)
        for name, late in (("early", -500), ("late", 90))
        for tasks in (10, 1000)
    ]
    found = ranking(dataset_of(*cells))
    assert [point.value("tasks") for point in found.points["lateness"]] == [1000]
    assert rank(found, "early").value["lateness"] == 500
    against = rank(found, "late").against["lateness"]
    assert against.kind == "difference"
    assert against.interval is not None
    assert against.interval.middle == -410
    assert dominations(found)["early"] == {"late": (("lateness",), ("CPU while waiting",))}


def test_lateness_is_compared_somewhere_even_if_tasks_are_no_number() -> None:
    odd = [replace(timers(name, 90, 10), more=(("tasks", "many"),)) for name in "ab"]
    (point,) = ranking(dataset_of(*odd)).points["lateness"]
    assert point.value("tasks") == "many"


@pytest.mark.parametrize(("baseline", "base"), [("b", "b"), (None, "a"), ("broken", "a")])
def test_ratios_are_to_the_baseline_or_else_to_the_first(baseline: str | None, base: str) -> None:
    crashed = spawn("broken", 1, outcome={"outcome": "crashed", "reason": "boom", "at": None})
    found = ranking(dataset_of(crashed, spawn("a", 100), spawn("b", 900), baseline=baseline))
    assert found.base.label == base
    assert {one.contender.label for one in found.ranks if one.against} == {"a", "b"} - {base}


def test_each_run_is_ranked_by_itself() -> None:
    runs = [
        run_of(spawn("a", 100), spawn("b", 900)),
        run_elsewhere(run_of(spawn("a", 900), spawn("b", 100)), 1),
    ]
    dataset = gather([measured_of(run) for run in runs])
    assert [list(dominations(ranking(dataset, run))) for run in (0, 1)] == [
        ["a run 1", "b run 1"],
        ["a run 2", "b run 2"],
    ]
    assert "b run 2" in dominations(ranking(dataset, 1))["a run 2"]


def slopes(contender: str, *costs: float) -> Cell:
    return Cell(contender=contender, cost=lambda generation, _round: costs[generation], workload="switch")


def test_a_point_where_noise_made_a_slope_negative_says_nothing_of_anyone() -> None:
    noisy = [slopes("a", *[80] * 7), slopes("b", -5, 160, 160, 160, 160, 160, 160)]
    assert ranking_of(dataset_of(*noisy), 0) is None
    found = ranking(dataset_of(*noisy, spawn("a", 9), spawn("b", 9)))
    assert [point.workload for point in found.points["time"]] == ["spawn"]


def test_a_dimension_in_which_someone_has_no_positive_figure_is_no_dimension() -> None:
    found = ranking(dataset_of(slopes("a", *[80] * 7), slopes("b", *[-5] * 7), spawn("a", 9), spawn("b", 9)))
    assert [point.workload for point in found.points["time"]] == ["spawn"]
    apart = dataset_of(
        *(
            spawn(name, 9, tasks=tasks, lost=lost)
            for name in "ab"
            for tasks, lost in ((1, [0, 1, 2]), (2, [3, 4, 5, 6]))
        )
    )
    assert ranking_of(apart, 0) is None


_cost = st.lists(st.integers(1, 30), min_size=7, max_size=7)


@settings(max_examples=15, deadline=None)
@given(costs=st.lists(st.tuples(_cost, _cost), min_size=2, max_size=4))
def test_nobody_dominates_itself_or_its_own_dominator(costs: list[tuple[list[int], list[int]]]) -> None:
    def of_process(row: list[int]) -> Cost:
        return lambda generation, _round: float(row[generation])

    made = [
        Cell(contender=f"{place}", cost=of_process(wall), cpu=of_process(cpu))
        for place, (wall, cpu) in enumerate(costs)
    ]
    found = ranking(dataset_of(*made))
    beaten = dominations(found)
    for loser, winners in beaten.items():
        assert loser not in winners
        for winner, (better, unsure) in winners.items():
            assert loser not in beaten[winner]
            assert better
            assert not set(better) & set(unsure)
            assert {*better, *unsure} == set(found.points)


def test_who_did_far_fewer_points_than_most_takes_none_from_the_others() -> None:
    most = [
        spawn(name, cost, tasks=tasks) for name, cost in (("a", 1), ("b", 2), ("c", 3)) for tasks in (1, 2, 3)
    ]
    found = ranking(dataset_of(*most, spawn("pool", 9, tasks=1)))
    assert [one.label for one in found.left_out] == ["pool"]
    assert len(found.points["time"]) == 3
