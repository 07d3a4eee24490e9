"""What steps did by a run's figures: paired with the rung below, and held against what was predicted."""

from dataclasses import replace

import pytest

from concbench.analysis.ladder.climbing import Climbed, LadderChange, ladder_of, tally_of, wrong_of
from concbench.analysis.ladder.steps import Effect
from tests.report.made_up import Cell, always, dataset_of
from tests.report.pages import EXHAUSTED

from .made_up import rungs, swinging


def climbed(*cells: Cell) -> list[Climbed]:
    return ladder_of(dataset_of(*cells))


def change(one: Climbed, effect: Effect = "CPU") -> LadderChange:
    found = one.change(effect)
    assert found is not None
    return found


def test_a_rung_is_compared_with_the_one_below_it_and_held_against_the_prediction() -> None:
    dearer, alike, unclear = climbed(
        *rungs(yield_from=100.0, idle_sleep=200.0, timer_heap=202.0, ready_queue=swinging(190.0, 260.0))
    )
    assert [one.rung.contender.model for one in (dearer, alike, unclear)] == [
        "idle-sleep", "timer-heap", "ready-queue",
    ]  # fmt: skip
    first = change(dearer)
    assert (first.below, first.here, first.predicted, first.seen, first.standing) == (
        100.0, 200.0, "more", "more", "right",
    )  # fmt: skip
    assert first.against.interval is not None
    assert first.against.interval.middle == pytest.approx(2.0)
    assert first.against.real
    second = change(alike)
    assert (second.predicted, second.seen, second.standing) == ("less", "same", "wrong")
    third = change(unclear)
    assert (third.predicted, third.seen, third.standing) == ("more", None, "open")
    steps = [dearer, alike, unclear]
    assert [(one.rung.contender.model, wrong.effect) for one, wrong in wrong_of(steps)] == [
        ("timer-heap", "wall"), ("timer-heap", "CPU"),
    ]  # fmt: skip
    assert tally_of(steps) == {"right": 2, "wrong": 2, "open": 2}


def test_nothing_was_predicted_of_a_step_between_rungs_that_are_no_neighbours() -> None:
    (one,) = climbed(*rungs(yield_from=100.0, timer_heap=50.0))
    assert (one.step, one.expects, one.lesson("CPU")) == (None, None, "")
    assert (change(one).seen, change(one).predicted, change(one).standing) == ("less", None, None)
    assert tally_of([one]) == {"right": 0, "wrong": 0, "open": 0}


def test_neighbours_of_the_library_are_a_ladder_where_it_is_asked_for() -> None:
    library = dataset_of(*rungs(asyncio_py=500.0, asyncio=100.0))
    assert ladder_of(library) == []
    (one,) = ladder_of(library, asked=True)
    assert (one.below.contender.model, change(one).standing) == ("asyncio-py", "right")
    assert ladder_of(dataset_of(*rungs(yield_from=50.0, asyncio=100.0)), asked=True) == []


def test_a_rung_without_figures_is_passed_over() -> None:
    low, gone, high = rungs(yield_from=100.0, idle_sleep=1.0, timer_heap=50.0)
    (one,) = climbed(low, replace(gone, outcome=EXHAUSTED), high)
    assert (one.below.contender.model, one.rung.contender.model) == ("yield-from", "timer-heap")


def test_a_step_is_judged_at_the_last_point_at_which_most_rungs_have_figures() -> None:
    few, many = ((rungs("spawn", tasks, yield_from=1.0, idle_sleep=2.0)) for tasks in (10, 100))
    largest = rungs("spawn", 1000, yield_from=1.0)
    (one,) = climbed(*few, *many, *largest)
    assert one.point.value("tasks") == 100


def test_lateness_is_a_difference_and_about_the_same_within_a_few_microseconds() -> None:
    (one,) = climbed(
        *rungs("timers", of={"late": 5_000}, yield_from=100.0),
        *rungs("timers", of={"late": 20_000}, idle_sleep=100.0),
    )
    late = change(one, "lateness")
    assert (late.against.kind, late.here - late.below, late.seen) == ("difference", 15_000, "same")
    assert (late.predicted, late.standing) == ("more", "wrong")


def test_time_next_to_a_floor_that_is_not_above_it_is_a_difference() -> None:
    costs = {"selector": 40.0, "asyncio-eager": 30.0, "uvloop": -30.0}
    cells = [
        Cell(
            contender=name,
            cost=always(cost),
            cpu=always(1.0),
            workload="timers",
            tasks=1000,
            floor_ns=1_000_000,
        )
        for name, cost in costs.items()
    ]
    _, one = climbed(*cells)
    wall = change(one, "wall")
    assert (wall.against.kind, wall.seen, wall.standing) == ("difference", "less", "right")


def test_a_cost_that_noise_hid_decides_nothing() -> None:
    (one,) = climbed(*rungs("switch", yield_from=100.0, idle_sleep=swinging(0.0, 200.0)))
    assert change(one).against.interval is None
    assert (change(one).seen, change(one).standing) == (None, "open")
    assert "smaller than the noise" in change(one).against.reason


@pytest.mark.parametrize(("tasks", "told"), [(1000, 700.0), (100, None)])
def test_a_peak_is_told_for_each_of_many_tasks(tasks: int, told: float | None) -> None:
    cells = [
        Cell(contender=name, cost=always(1.0), tasks=tasks, observed=False, heavy=[each * tasks] * 7)
        for name, each in (("yield-from", 500), ("idle-sleep", 700))
    ]
    (one,) = climbed(*cells)
    found = one.change("memory")
    assert (found.here if found else None) == told


def test_rungs_of_several_interpreters_are_ladders_of_their_own() -> None:
    names = [f"{name}@{python}" for python in ("3.12", "3.13") for name in ("yield-from", "idle-sleep")]
    about = {name: {"model": name.partition("@")[0], "python": name.partition("@")[2]} for name in names}
    cells = [Cell(contender=name, cost=always(1.0)) for name in names]
    steps = ladder_of(dataset_of(*cells, about=about))
    assert [(one.below.contender.id, one.rung.contender.id) for one in steps] == [
        ("yield-from@3.12", "idle-sleep@3.12"), ("yield-from@3.13", "idle-sleep@3.13"),
    ]  # fmt: skip


def test_without_a_rung_of_ours_there_is_no_ladder() -> None:
    assert climbed(*rungs(yield_from=1.0, asyncio=2.0)) == []
    assert climbed(*rungs(selector=1.0)) == []
