"""The trial of a workload: functions that raise, or return what cannot be, are named with what they did."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import inf, nan
from typing import Any

import pytest

from concbench.measure.plugin_trial import Broken, drawn_from, facts_of, memory_points, told
from concbench.models.base import DIALECTS
from concbench.workloads import index
from concbench.workloads.base import PRESETS, Promise, Workload

WORKLOAD = index.get("switch")
GOOD = WORKLOAD.smallest


def raising(*_anything: Any) -> Any:
    raise ZeroDivisionError("by zero")


def leaving(*_anything: Any) -> Any:
    raise SystemExit(3)


def returning(value: Any) -> Callable[..., Any]:
    return lambda *_anything: value


@dataclass(frozen=True)
class Listed:
    tasks: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Unhinted:
    tasks: "Nowhere" = 1  # type: ignore[name-defined]  # noqa: F821


@dataclass(frozen=True)
class Endless:
    tasks: float = inf


@dataclass(frozen=True)
class Rounding:
    tasks: int = 1

    def __eq__(self, other: object) -> bool:
        return False

    def __hash__(self) -> int:
        return 0


def of(params: Any, **more: Any) -> Workload[Any]:
    made = {"params": type(params), "smallest": params, "brief": None, "doubled": None}
    promise = returning(Promise(tasks=1))
    sets = returning([params])
    return replace(WORKLOAD, **made, promise=promise, points=sets, small=sets, floor=returning(0.0), **more)


@pytest.mark.parametrize("name", index.names())
def test_what_is_told_of_the_package_is_plain_data(name: str) -> None:
    about = told(index.get(name))
    assert json.loads(json.dumps(about, allow_nan=False)) == about
    assert about["name"] == name
    assert all(about["sets"][preset] for preset in PRESETS)


@pytest.mark.parametrize(
    ("workload", "what"),
    [
        (replace(WORKLOAD, points=raising), "points('quick') raises ZeroDivisionError: by zero"),
        (replace(WORKLOAD, points=leaving), "points('quick') raises SystemExit: 3"),
        (replace(WORKLOAD, points=returning([])), "points('quick') must return a list of parameters, not []"),
        (replace(WORKLOAD, points=returning(None)), "points('quick') must return a list of parameters"),
        (replace(WORKLOAD, points=returning([1])), "points('quick')[0] must be a Params"),
        (replace(WORKLOAD, small=raising), "small(rng) raises ZeroDivisionError"),
        (replace(WORKLOAD, small=returning([])), "small(rng) must return a list"),
        (replace(WORKLOAD, floor=raising), "floor of points('quick')[0], Params("),
        (replace(WORKLOAD, floor=returning(nan)), " is nan, not a finite number of 0 or more"),
        (replace(WORKLOAD, floor=returning(inf)), " is inf, not a finite number of 0 or more"),
        (replace(WORKLOAD, floor=returning(-1.0)), " is -1.0, not a finite number of 0 or more"),
        (replace(WORKLOAD, floor=returning("0")), " is '0', not a finite number of 0 or more"),
        (replace(WORKLOAD, promise=raising), "to polling raises ZeroDivisionError: by zero"),
        (
            replace(WORKLOAD, promise=returning(None)),
            "to polling: must be a Promise, or a tuple of promises, not None",
        ),
        (
            replace(WORKLOAD, promise=returning(Promise(tasks=0))),
            "tasks must be a whole number of at least 1",
        ),
        (
            replace(WORKLOAD, promise=returning(Promise(tasks=1, fair=1))),  # type: ignore[arg-type]
            "fair must be True or False, not 1",
        ),
        (
            replace(WORKLOAD, promise=returning(Promise(tasks=2, delays=(1.0,)))),
            "1 delays for 2 tasks",
        ),
        (
            replace(WORKLOAD, promise=returning(Promise(tasks=1, delays=(nan,)))),
            "early and delays must be finite numbers",
        ),
        (of(Listed()), "params: tasks is a list[int]; a parameter is one of int, float, str"),
        (of(Unhinted()), "params raises NameError"),
        (of(Endless()), "params: the default of tasks is inf, not a finite number or a string"),
        (of(Rounding()), "made again from its values"),
        (of(replace(GOOD, tasks=True)), "smallest: tasks is True, not a finite number or a string"),
    ],
)
def test_what_a_function_does_wrong_is_named(workload: Workload[Any], what: str) -> None:
    with pytest.raises(Broken) as raised:
        told(workload)
    assert what in str(raised.value).replace("points('quick')[0]: tasks", "smallest: tasks")


def test_points_of_memory_may_be_none_but_not_nonsense() -> None:
    sets = [{"tasks": 2, "suspensions": 2}]
    assert memory_points(replace(WORKLOAD, memory_points=returning([])), sets) == []
    with pytest.raises(Broken, match=r"memory_points\(points\) must return a list"):
        memory_points(replace(WORKLOAD, memory_points=returning(None)), sets)


def test_the_same_seed_draws_the_same_parameters() -> None:
    assert drawn_from(WORKLOAD, 7) == drawn_from(WORKLOAD, 7)
    assert [one["params"] for one in drawn_from(WORKLOAD, 7)] != [
        one["params"] for one in drawn_from(WORKLOAD, 8)
    ]


def test_facts_are_those_of_the_workload() -> None:
    timers = index.get("timers")
    facts = facts_of(timers, timers.smallest)
    assert facts["floor"] == timers.floor(timers.smallest)
    told = {"tasks": 2, "overlap": 2, "exact": False, "gathered": None}
    assert facts["promises"]["coroutine"] == told


def test_what_has_a_model_s_own_wording_promises_something_to_every_dialect() -> None:
    spawn = index.get("spawn")
    only = replace(spawn, versions={"coroutine": spawn.versions["coroutine"]})
    own = replace(spawn, versions={"curio": spawn.versions["coroutine"]})
    assert set(facts_of(only, spawn.smallest)["promises"]) == {"coroutine"}
    assert set(facts_of(own, spawn.smallest)["promises"]) == set(DIALECTS)
