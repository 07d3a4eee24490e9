"""Answers: the table holds what honest workers say, and of what is none it names the place."""

import copy
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concbench.drive.workers.answers import ANSWERS, complaint_about
from concbench.measure.recorded import records_of
from concbench.outcomes import OUTCOMES
from concbench.results import values
from concbench.validators import LARGEST
from concbench.workloads.basics import spawn
from tests.measure.fakes import ANSWERS as SCRIPTED

Record = dict[str, Any]

USED = {name: value for name, value in SCRIPTED["slice"].items() if name != "records"}
HONEST: dict[str, Record] = {
    **SCRIPTED,
    "calibrate": {"calibration_ns": [3, 4, 5]},
    "weigh": {**SCRIPTED["weigh"], "peak_was_reset": True},
    "greeting": {"pid": 1, "python": "3.13.0", "unavailable": None, "dialect": "generator", "version": "1"},
    "open": {"open_ns": 5, "gil": False},
    "close": {"close_ns": 5},
    "verify": {
        "checks": {"completed": None},
        "tasks": 2,
        "suspensions": 0,
        "doubts": ["why?"],
        "exact": True,
        "units": None,
    },
    "look": {"checks": {}, "tasks": 2, "suspensions": 0},
    "once": {"figures": USED, "results": 2, "records": {"lateness_ns": [1.5, 2]}},
    "trace": {
        "span_ns": 9,
        "preempted": 0,
        "clock": "cpu",
        "lanes": [{"task": 0, "resumes": 1, "start_ns": 1, "end_ns": 8, "running": [[1, 3], [4, 8]]}],
    },
    "step": {"figures": USED, "ticks_ns": [1, 2]},
    "tick": {"tick": 0.25},
    "estimate": {"once_ns": 3, "pass_ns": 4},
    "tally": {"runs": 8},
    "sight": {"threads": {"7": 4096}, "path": [56, 8], "code": 32, "previous": 48, "timed": 5, "root": 6},
    "ticks": {},
    "names": {"names": {"5": {"file": "a.py", "name": "run", "line": 3}}},
    "collect": {
        "tests": [{"name": "a.py::test_a", "file": "a.py", "fixture": "benchmark"}],
        "errors": [{"file": "b.py", "reason": "b.py:1: ImportError: no"}],
        "origins": {"a": "/a.py"},
    },
    "try": {
        "once_ns": 2,
        "whole_ns": 3,
        "most": None,
        "surrounded": False,
        "tasks": 1,
        "alone": True,
        "around_ns": 0,
        "tried_ns": 0,
        "sample": 1,
    },
    "begin": {},
    "end": {"passed": True},
}
REQUESTS: dict[str, Record] = {
    "calibrate": {"count": 3},
    "warm": {"number": 7},
    "turn": {"number": 1},
    "tally": {"runs": "000008"},
}
FOREIGN: list[Any] = [
    None,
    True,
    -1,
    1.5,
    "1",
    [],
    {},
    [[]],
    {"a": {}},
    1 << 70,
    float("inf"),
    "\udc80",
    [None],
]


def test_every_kind_is_here() -> None:
    assert set(HONEST) == set(ANSWERS)


@pytest.mark.parametrize("kind", ANSWERS)
def test_an_honest_answer_is_one(kind: str) -> None:
    assert complaint_about(kind, HONEST[kind], REQUESTS.get(kind)) is None


@pytest.mark.parametrize("kind", ANSWERS)
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_an_outcome_answers_anything(kind: str, outcome: str) -> None:
    assert complaint_about(kind, {"outcome": outcome, "reason": "so it is", "at": None}) is None


@pytest.mark.parametrize(
    "change",
    [{"outcome": "ok"}, {"reason": None}, {"at": "many"}, {"at": -1}, {"at": True}, {"last_words": 3},
     {"checks": {"completed": 1}}, {"type": "header"}, {"reason": "x" * 100_000}],
)  # fmt: skip
def test_an_outcome_that_is_none_is_refused(change: Record) -> None:
    outcome = {"outcome": "exhausted", "reason": "threads", "at": 3, **change}
    complaint = complaint_about("turn", outcome)
    assert complaint is not None
    assert next(iter(change)) in complaint


def keys_of(kind: str) -> list[tuple[str, str]]:
    return [(kind, name) for name in HONEST[kind]]


@pytest.mark.parametrize(("kind", "name"), [pair for kind in ANSWERS for pair in keys_of(kind)])
def test_an_answer_that_lacks_a_key_names_it(kind: str, name: str) -> None:
    less = {key: value for key, value in HONEST[kind].items() if key != name}
    assert name in str(complaint_about(kind, less, REQUESTS.get(kind)))


@pytest.mark.parametrize("kind", ANSWERS)
def test_an_answer_with_a_key_of_a_record_s_own_is_refused(kind: str) -> None:
    complaint = complaint_about(kind, {**HONEST[kind], "process": 1}, REQUESTS.get(kind))
    assert complaint == f"a wrong {kind}: {kind} has 'process', which is none of its keys"


@pytest.mark.parametrize(
    ("kind", "change", "told"),
    [
        ("trace", {"span_ns": 0}, "trace.span_ns is 0, not an integer of 1 or more"),
        ("trace", {"lanes": HONEST["trace"]["lanes"] * 2}, "two lanes of one task"),
        ("turn", {"records": {"early": 0.5}}, "turn.records.early is 0.5, not an integer of 0 or more"),
        ("witness", {"legs": [{"tasks": 0, "suspensions": 0}]}, "tasks is 0, not an integer of 1 or more"),
    ],
)
def test_what_no_run_file_takes_is_no_answer(kind: str, change: Record, told: str) -> None:
    assert told in str(complaint_about(kind, HONEST[kind] | change, REQUESTS.get(kind)))


@pytest.mark.parametrize("kind", ANSWERS)
@pytest.mark.parametrize("answer", [None, 1, "turn", [], [{}], True])
def test_what_is_no_object_is_no_answer(kind: str, answer: object) -> None:
    assert complaint_about(kind, answer) == f"a wrong {kind}: {kind} is {answer!r}, not an object"


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to every value within a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield (*path, key)
        yield from places(one, (*path, key))


EVERYWHERE = [(kind, path) for kind in ANSWERS for path in places(HONEST[kind])]
NULL_IS_FINE = {"observed_bytes", "baseline_bytes", "peak_bytes", "unavailable", "completed"}


@given(st.sampled_from(EVERYWHERE), st.sampled_from(FOREIGN))
def test_a_value_of_another_type_is_refused_wherever_it_stands(
    place: tuple[str, tuple[Any, ...]], foreign: Any
) -> None:
    kind, path = place
    answer = copy.deepcopy(HONEST[kind])
    *way, last = path
    inside: Any = answer
    for key in way:
        inside = inside[key]
    was = inside[last]
    inside[last] = foreign
    alike = type(was) is type(foreign) and foreign not in (-1, 1 << 70, "\udc80")
    free = "records" in path or last in NULL_IS_FINE or isinstance(was, list | dict | float) or alike
    complaint = complaint_about(kind, answer, REQUESTS.get(kind))
    assert free or complaint is not None
    assert complaint is None or isinstance(complaint, str)


@pytest.mark.parametrize(
    ("kind", "change", "why"),
    [
        ("calibrate", {"calibration_ns": [1]}, "1 readings where 3 were asked for"),
        ("warm", {"runs": 8}, "8 runs where 7 were asked for"),
        ("sight", {**HONEST["sight"], "threads": {"x": 1}}, "a number in digits"),
        ("names", {"names": {"-5": HONEST["names"]["names"]["5"]}}, "a number in digits"),
        ("tally", {"runs": 9}, "9 runs where 8 were asked for"),
        ("turn", {"first": "long"}, "a first leg long that is not among its legs"),
        ("turn", {"legs": 2 * SCRIPTED["turn"]["legs"]}, "the legs single, single"),
        ("witness", {"legs": 3 * SCRIPTED["witness"]["legs"]}, "3 legs, not one or two"),
        (
            "trace",
            {"lanes": [{**HONEST["trace"]["lanes"][0], "running": [[3, 1]]}]},
            "[3, 1], not two moments in ns",
        ),
        ("trace", {"lanes": 2 * HONEST["trace"]["lanes"]}, "two lanes of one task"),
        (
            "trace",
            {"lanes": [{**HONEST["trace"]["lanes"][0], "task": 1 << 31}]},
            "an integer of 2147483647 at",
        ),
        ("trace", {"span_ns": 0}, "span_ns is 0, not an integer of 1 or more"),
        ("greeting", {"version": 3}, "a wrong greeting: greeting.version is 3, not a string"),
        ("greeting", {"unavailable": {}}, "greeting.unavailable is {}, not a string or null"),
        (
            "slice",
            {"records": {"a": [float("nan")]}},
            "slice.records['a'] is [nan], not a finite",
        ),
    ],
)
def test_what_does_not_agree_is_said(kind: str, change: Record, why: str) -> None:
    assert why in str(complaint_about(kind, {**HONEST[kind], **change}, REQUESTS.get(kind)))


def test_a_turn_has_as_many_legs_as_the_witness_saw() -> None:
    asked = {**REQUESTS["turn"], "legs": 2}
    assert complaint_about("turn", HONEST["turn"], asked) == "1 legs where 2 were asked for"
    assert complaint_about("turn", HONEST["turn"], {**asked, "legs": 1}) is None


def test_a_value_of_any_depth_or_size_is_refused_in_few_words() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    for value in (deep, {"a": deep}, "x" * 10**6, list(range(10**6)), 10**4000):
        complaint = complaint_about("turn", {**HONEST["turn"], "first": value}, REQUESTS["turn"])
        assert complaint is not None
        assert len(complaint) < 300
    for value in (deep, {"a": deep}, 10**4000):
        complaint = complaint_about("slice", {**HONEST["slice"], "records": {"a": value}})
        assert complaint is not None
        assert len(complaint) < 300


@pytest.mark.parametrize(
    "value",
    [LARGEST, -LARGEST, LARGEST + 1, (1 << 62) + 1, 1.5e18, 1e300, True, None, "so", "x" * 20_001, "\udc80",
     [1, -2.5], [LARGEST + 1], [[1]], ["so"], {}, {"a": 1}],
)  # fmt: skip
def test_a_worker_takes_from_a_workload_what_is_taken_from_a_worker(value: Any) -> None:
    recording = replace(spawn.WORKLOAD, records=lambda _results, _params: {"x": value})
    try:
        taken: Any = records_of(recording, [], None)
    except TypeError:
        taken = None
    complaint = complaint_about("slice", {**HONEST["slice"], "records": {"x": value}})
    assert (taken is None) is (complaint is not None)


@pytest.mark.parametrize("name", ["early", "lateness_p50_ns", "lateness_max_ns", "lateness_ns"])
@pytest.mark.parametrize("value", [3, -1, 0.5, None, True, "so", [1, -2.5], []], ids=repr)
def test_what_is_taken_from_a_worker_can_stand_in_a_record(name: str, value: Any) -> None:
    complaint = complaint_about("slice", {**HONEST["slice"], "records": {name: value}})
    assert (complaint is None) is (values.complaint_about({name: value}) is None)


def test_a_greeting_has_a_version_unless_the_model_is_not_available() -> None:
    short = {"pid": 1, "python": "3.13.0", "unavailable": None}
    assert complaint_about("greeting", short) == "a wrong greeting: greeting.version is missing"
    assert complaint_about("greeting", {**short, "unavailable": "no library"}) is None
