"""The plan: contenders, points and cells, and orders that depend on their key alone."""

import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concbench.drive.host.interpreters import Interpreter
from concbench.drive.plan import (
    Contender,
    Plan,
    Sweeps,
    make_contenders,
    make_points,
    parameter_sets,
    rounds_of,
    shuffled,
    without,
)
from concbench.drive.presets import EFFORTS, Effort, Reach
from concbench.workloads.base import PRESETS
from concbench.workloads.catalogue import Catalogue

CATALOGUE = Catalogue()
HERE = {"3.13": Interpreter(Path(sys.executable))}


def contenders(*models: str) -> tuple[Contender, ...]:
    return make_contenders(CATALOGUE, models, HERE, [3])


def test_every_preset_has_at_least_six_fresh_processes_for_each_cell() -> None:
    assert min(EFFORTS[preset].generations for preset in PRESETS) >= 6


def test_only_models_with_a_single_thread_are_pinned() -> None:
    pinned = {contender.id: contender.cpus for contender in contenders("generator", "asyncio", "threads")}
    assert pinned == {"generator": (3,), "asyncio": (3,), "threads": ()}


def test_contenders_are_named_with_their_interpreter_where_there_are_several() -> None:
    one, two = Interpreter(Path("/p12")), Interpreter(Path("/p13"))
    made = make_contenders(CATALOGUE, ["generator", "asyncio"], {"3.12": one, "3.13": two}, [])
    assert [contender.id for contender in made] == [
        "generator@3.12",
        "asyncio@3.12",
        "generator@3.13",
        "asyncio@3.13",
    ]
    assert [contender.interpreter for contender in made] == [one, one, two, two]


def sets_of(name: str, chosen: dict[str, tuple[str, ...]]) -> list[Any]:
    workload = CATALOGUE.workload(name)
    return parameter_sets(workload, workload.points("quick"), chosen)


def test_chosen_values_take_the_place_of_the_presets_and_are_combined() -> None:
    chosen = {"tasks": ("2", "5"), "suspensions": ("7",), "no_such": ("1",)}
    made = sets_of("switch", chosen)
    assert {(params.tasks, params.suspensions) for params in made} == {(2, 7), (5, 7)}
    assert len(made) == 2


@pytest.mark.parametrize("value", ["0", "-1", "ten", "2.5"])
def test_a_value_that_the_workload_refuses_is_named(value: str) -> None:
    with pytest.raises(ValueError, match="spawn: "):
        sets_of("spawn", {"tasks": (value,)})


@pytest.mark.parametrize("value", ["nan", "inf", "-inf"])
def test_a_value_that_is_not_finite_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="delay must be finite and at least 0"):
        sets_of("timers", {"delay": (value,)})


def test_points_to_time_come_first_and_all_are_numbered() -> None:
    workloads = [CATALOGUE.workload("spawn"), CATALOGUE.workload("switch")]
    points = make_points(workloads, contenders("generator", "asyncio"), "quick", {"tasks": ("5", "1000")})
    assert [point.index for point in points] == list(range(len(points)))
    purposes = [point.purpose for point in points]
    assert purposes == sorted(purposes, key=["time", "memory"].index)
    assert {"time", "memory"} == set(purposes)
    assert all([cell.contender for cell in point.cells] == ["generator", "asyncio"] for point in points)


def test_without_memory_nothing_is_weighed() -> None:
    points = make_points([CATALOGUE.workload("spawn")], contenders("generator"), "quick", {}, weigh=False)
    assert {point.purpose for point in points} == {"time"}


def test_who_keeps_to_the_ends_of_a_sweep_meets_the_others_there_alone() -> None:
    workloads = [CATALOGUE.workload("spawn"), CATALOGUE.workload("parked")]
    reach = Sweeps(Reach(others="ends", weighed="asked"), {"threads"}, {"spawn", "parked"})
    points = make_points(workloads, contenders("asyncio", "threads"), "quick", {}, sweeps=reach)
    who = {
        (point.purpose, point.workload, point.params["tasks"]): [cell.contender for cell in point.cells]
        for point in points
    }
    both = ["asyncio", "threads"]
    timed = {("time", name, n): both for name in ("spawn", "parked") for n in (10, 1000)}
    alone = {("time", name, 100): ["asyncio"] for name in ("spawn", "parked")}
    assert who == {**timed, **alone, ("memory", "parked", 1000): both}


def test_what_somebody_names_is_weighed_and_measured_at_every_size() -> None:
    reach = Sweeps(Reach(others="ends", weighed="asked"))
    points = make_points([CATALOGUE.workload("spawn")], contenders("threads"), "quick", {}, sweeps=reach)
    assert [(point.purpose, point.params["tasks"]) for point in points] == [
        ("time", 10), ("time", 100), ("time", 1000), ("memory", 1000),
    ]  # fmt: skip


def test_a_plan_without_a_contender_has_none_of_its_cells_nor_points_of_it_alone() -> None:
    both = contenders("polling", "asyncio")
    points = make_points([CATALOGUE.workload("spawn")], both, "quick", {})
    alone = make_points([CATALOGUE.workload("parked")], both[:1], "quick", {})
    plan = without(Plan(both, (*points, *alone), EFFORTS["quick"], 1), {"polling"})
    assert [one.id for one in plan.contenders] == ["asyncio"]
    assert {cell.contender for cell in plan.cells()} == {"asyncio"}
    assert [point.index for point in plan.points] == list(range(len(points)))


@given(values=st.sets(st.integers(1, 10**9), min_size=2, max_size=5))
def test_no_two_points_share_the_id_of_a_cell(values: set[int]) -> None:
    chosen = {"tasks": tuple(map(str, sorted(values)))}
    points = make_points([CATALOGUE.workload("spawn")], contenders("generator"), "quick", chosen, weigh=False)
    assert len({point.cells[0].id for point in points}) == len(values)


@given(
    estimates=st.lists(st.integers(0, 10**10), max_size=8),
    block_ns=st.integers(1, 10**10),
    most=st.integers(1, 20),
)
def test_rounds_fill_the_block_and_never_more_unless_one_round_does(
    estimates: list[int], block_ns: int, most: int
) -> None:
    rounds, once = rounds_of(Effort(6, block_ns, most), estimates), max(1, sum(estimates))
    assert 1 <= rounds <= most
    assert rounds == 1 or rounds * once <= block_ns
    assert rounds == most or (rounds + 1) * once > block_ns


@given(items=st.lists(st.integers()), key=st.lists(st.integers() | st.text(max_size=5)))
def test_a_shuffle_keeps_the_items_and_depends_on_its_key_alone(
    items: list[int], key: list[int | str]
) -> None:
    once = shuffled(items, *key)
    Random(5).random()
    assert shuffled(items, *key) == once
    assert sorted(once) == sorted(items)


def test_every_place_in_the_order_is_taken_about_equally_often() -> None:
    first = [shuffled("abcd", 1, 0, 0, round_)[0] for round_ in range(400)]
    assert all(60 < first.count(name) < 140 for name in "abcd")
