"""Warnings: each is raised by what it is about, by nothing else, and says what to do."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from concbench.analysis.warnings import (
    ENVIRONMENT_CHECKS,
    Warned,
    gil_warning,
    noise_in_words,
    record,
    warnings_for,
)
from concbench.drive.host.origin import NOWHERE
from concbench.results.header import Header
from concbench.stats.noise import MINIMUM_READINGS, noise
from tests.report.made_up import Cell, always, run_of

CALM: dict[str, Any] = {
    "cpu": {"allowed": [0, 1], "logical": 2, "governor": "performance", "quota": "max"},
    "load": [0.1, 0.1, 0.1],
    "on_battery": False,
    "clocks": {"perf_counter": {"resolution_s": 1e-9}, "smallest_step_ns": 40},
    "variables": {},
    "tracing": [],
    "pythons": [{"release": "3.12.1", "debug": False}],
    "repository": {"commit": "0123456789abcdef", "dirty": False},
}
NOTHING_READABLE: dict[str, Any] = {
    **CALM,
    "cpu": {"allowed": None, "logical": None, "governor": None, "quota": None},
    "load": None,
    "on_battery": None,
    "repository": None,
}
QUIET = [1000] * 60


def calm_but(path: str, value: object) -> dict[str, Any]:
    environment = copy.deepcopy(CALM)
    *folders, last = path.split(".")
    inner = environment
    for folder in folders:
        inner = inner[folder]
    inner[last] = value
    return environment


def header_under(worker: dict[str, Any], build: dict[str, Any]) -> Header:
    """Return a header whose contender's worker says ``worker`` of itself, and whose interpreter ``build``."""
    header = run_of(Cell(contender="asyncio", cost=always(100.0))).header
    contenders = [structs.replace(one, **worker) for one in header.contenders]
    return structs.replace(header, contenders=contenders, environment={"identity": {}, "pythons": [build]})


def names(environment: dict[str, Any], *groups: list[int]) -> list[str]:
    return [warning.name for warning in warnings_for(environment, groups)]


def test_a_quiet_machine_gives_no_warning() -> None:
    assert warnings_for(CALM, [QUIET]) == []


def test_what_cannot_be_read_gives_no_warning() -> None:
    assert warnings_for(NOTHING_READABLE, []) == []


CASES = [
    ("load", [1.5, 1.0, 1.0], Warned.HIGH_LOAD, "1.5"),
    ("cpu.governor", "powersave", Warned.GOVERNOR, "powersave"),
    ("pythons", [{"release": "3.13.0", "debug": True}], Warned.DEBUG_BUILD, "3.13.0"),
    ("variables", {"PYTHONMALLOC": "debug"}, Warned.PYTHON_VARIABLES, "PYTHONMALLOC=debug"),
    ("tracing", ["a trace function"], Warned.TRACING, "a trace function"),
    ("cpu.allowed", [3], Warned.ONE_CPU, "one CPU"),
    ("cpu.quota", 1.5, Warned.CPU_QUOTA, "1.5 CPUs"),
    ("on_battery", True, Warned.BATTERY, "battery"),
    ("clocks.smallest_step_ns", 15_600_000, Warned.COARSE_CLOCK, "15600 µs"),
    ("clocks.perf_counter.resolution_s", 1e-3, Warned.COARSE_CLOCK, "1000 µs"),
    ("repository.dirty", True, Warned.DIRTY_CHECKOUT, "0123456789ab"),
    ("commit_unknown", "git does not read the clone", Warned.UNKNOWN_COMMIT, "git does not read the clone"),
]


@pytest.mark.parametrize(("path", "value", "warned", "seen"), CASES)
def test_each_fault_gives_its_own_warning_alone(path: str, value: object, warned: Warned, seen: str) -> None:
    (warning,) = warnings_for(calm_but(path, value), [QUIET])
    assert warning.name == warned.label
    assert seen in warning.seen


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("load", [1.0, 9.0, 9.0]),
        ("cpu.quota", 2.0),
        ("clocks.smallest_step_ns", 1000),
        ("repository.dirty", None),
        ("cpu.governor", None),
        ("commit_unknown", NOWHERE),
    ],
)
def test_at_the_limit_there_is_no_warning(path: str, value: object) -> None:
    assert warnings_for(calm_but(path, value), [QUIET]) == []


def test_every_warning_of_the_enumeration_can_be_raised() -> None:
    raised = {warned for *_, warned, _ in CASES}
    from_readings = {Warned.BIMODAL_SPEED, Warned.NOISY_SPEED, Warned.SLOW_PHASE}
    assert raised == set(ENVIRONMENT_CHECKS)
    of_sides = {Warned.OTHER_PACKAGES, Warned.BUILT_IN_PLACE, Warned.NOT_AS_INSTALLED}  # test_side_warnings
    assert raised | from_readings | of_sides | {Warned.GIL_CAME_ON} == set(Warned)


@pytest.mark.parametrize(
    ("said", "told"), [({"gil_by": "greenlet"}, "by greenlet"), ({}, "by what did not say so")]
)
def test_a_gil_that_an_extension_turned_on_is_told_with_who_did(said: dict[str, str], told: str) -> None:
    warning = gil_warning(header_under({"gil": True, **said}, {"gil": False}))
    assert warning is not None
    assert warning.seen == f"The GIL came on as a model was opened: asyncio ({told})."


@pytest.mark.parametrize(
    ("worker", "build"),
    [
        ({"gil": True}, {"gil": True}),
        ({"gil": False}, {"gil": False}),
        ({"gil": True}, {}),
        ({}, {"gil": False}),
    ],
)
def test_a_gil_that_is_as_it_was_or_is_not_known_is_not_warned_of(
    worker: dict[str, bool], build: dict[str, bool]
) -> None:
    assert gil_warning(header_under(worker, build)) is None


@pytest.mark.parametrize("warned", list(Warned))
def test_a_record_says_what_was_seen_why_it_matters_and_what_to_do(warned: Warned) -> None:
    made = record(warned, "Something.")
    assert (made.type, made.name, made.seen) == ("warning", warned.label, "Something.")
    assert made.why.endswith(".")
    assert made.todo


def test_a_machine_with_two_speeds_is_called_bimodal() -> None:
    assert names(CALM, [1000, 1000, 1000, 1700] * 15) == ["bimodal-speed"]


def test_a_spread_without_two_levels_is_called_noisy() -> None:
    assert names(CALM, [1000 + 10 * (7 * index % 25) for index in range(100)]) == ["noisy-speed"]


def test_a_slow_phase_that_begins_during_the_run_is_noticed() -> None:
    assert "slow-phase" in names(CALM, [1000] * 40 + [1200] * 20)


def test_a_slow_phase_that_ends_during_the_run_is_none_that_begins() -> None:
    assert "slow-phase" not in names(CALM, [1200] * 20 + [1000] * 40)


def test_too_few_readings_say_nothing() -> None:
    readings = [1000, 1700] * (MINIMUM_READINGS // 2)
    assert names(CALM, readings) == ["bimodal-speed"]
    assert warnings_for(CALM, [readings[1:]]) == []


def test_a_reading_of_zero_says_nothing() -> None:
    assert warnings_for(CALM, [[1000, 1700] * 30 + [0]]) == []


def test_two_interpreters_of_different_speed_are_no_noise() -> None:
    assert warnings_for(CALM, [[770] * 200, [1100] * 200]) == []


def test_of_several_noisy_groups_the_worst_is_told_once() -> None:
    groups = [[1000] * 90 + [1700] * 10, [2000] * 60 + [3400] * 40, [1000] * 100]
    noisy, slowed = warnings_for(CALM, groups)
    assert "40% of 100 passes" in noisy.seen
    assert "1.70 × slower" in slowed.seen


def test_the_words_give_the_figures() -> None:
    words = noise_in_words(noise([1_000_000] * 30 + [1_700_000] * 10))
    assert "very noisy: 90th to 10th percentile" in words
    assert "25% of 40 passes took over 1.3 × the fast level of 1.00 ms" in words
    assert "two separate speeds" in words


@given(st.lists(st.lists(st.integers(1, 10**9), max_size=60), max_size=3))
def test_any_readings_give_well_formed_records(groups: list[list[int]]) -> None:
    labels = {warned.label for warned in Warned}
    for warning in warnings_for(CALM, groups):
        assert warning.name in labels
        assert all((warning.seen, warning.why, warning.todo))
