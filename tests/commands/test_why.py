"""``concbench why``: a price in layers, what is refused, and the exit codes."""

import shutil
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from concbench import runs
from concbench.analysis.explained import Explanation, instructions_split, time_split
from concbench.commands.why import exit_code
from concbench.drive.cachegrind import valgrind_path
from concbench.drive.observing import tracee
from concbench.drive.observing.mapped import CFunction
from concbench.drive.observing.spots import Spot
from concbench.drive.observing.tracee import refused
from tests.measure.odd import odd_model

from .concbench import Caller

STEP = CFunction("/lib/_asyncio.so", "task_step")
SPLIT = time_split([Spot(1000, (STEP,), ())] * 500, whole=100.0, units=5000)
COUNTS = instructions_split(
    {STEP: 5000, CFunction("/lib/libpython3.so", "x"): 5}, whole=1.0, units=5005, runs=4
)
FOUND = Explanation(
    contender="asyncio",
    workload="switch",
    params={"tasks": 10, "suspensions": 100},
    python="3.11.7",
    unit="suspension",
    units=1000,
    time=SPLIT,
    instructions=COUNTS,
)


@pytest.fixture
def explained(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that lets ``why`` find something without measuring, and keep what it was asked."""
    asked: dict[str, Any] = {}

    def find(found: Explanation) -> Mapping[str, Any]:
        def why(**given: Any) -> Explanation:
            asked.update(given)
            given["watcher"].at("looking")
            given["watcher"].expect(1_000_000_000)
            return found

        monkeypatch.setitem(vars(runs), "why", why)
        return asked

    return find


def test_both_tables_are_printed_with_what_they_add_up_to(concbench: Caller, explained: Any) -> None:
    asked = explained(FOUND)
    said = concbench("why", "asyncio", "switch", "-p", "tasks=10", "--seconds", 3)
    assert said.code == 0
    words = " ".join(said.out.split())
    assert words.startswith("switch under asyncio, Python 3.11.7 (tasks 10, suspensions 100): 1")
    assert "task step 100.0 % ±0.0 100 ns task_step 100.0" in words
    assert "500 samples; the sum is 0.0 % less than the whole, within 10 %: it adds up." in words
    assert "1 more 0.1 % 0 other of the interpreter" in words
    assert "4 runs; the sum is" in words
    assert said.err == ""  # progress is for terminals
    assert (asked["params"], asked["seconds"], asked["instructions"]) == ({"tasks": "10"}, 3.0, "auto")


def test_a_sum_that_is_off_is_said_and_an_exit_code(concbench: Caller, explained: Any) -> None:
    explained(
        replace(FOUND, time=replace(SPLIT, whole=80.0), instructions=None, without={"instructions": "no x"})
    )
    said = concbench("why", "asyncio", "switch")
    assert said.code == 3
    assert "25.0 % more than the whole, and more than 10 %: it does not add up" in " ".join(said.out.split())
    assert "no split of the instructions: no x" in said.out


def test_few_samples_are_said_to_be_rough(concbench: Caller, explained: Any) -> None:
    explained(replace(FOUND, time=replace(SPLIT, seen=50)))
    assert "50 samples: shares are rough" in concbench("why", "asyncio", "switch").out


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (FOUND, 0),
        (replace(FOUND, time=None), 0),
        (replace(FOUND, instructions=replace(COUNTS, whole=2.0)), 3),
        (replace(FOUND, time=None, instructions=None), 4),
        (replace(FOUND, time=None, instructions=None, outcome="unavailable"), 4),
        (replace(FOUND, time=None, instructions=None, outcome="invalid"), 3),
    ],
)
def test_the_exit_code_says_what_came_of_it(found: Explanation, code: int) -> None:
    assert exit_code(found) == code


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("asynchio", "switch"), "there is no model 'asynchio'; did you mean 'asyncio'?"),
        (("asyncio", "swich"), "there is no workload 'swich'; did you mean 'switch'?"),
        (("asyncio", "switch", "-p", "delay=1"), "switch has no parameter delay"),
        (("asyncio", "switch", "-p", "tasks=1,2"), "tasks has two values; one cell is explained at a time"),
        (("family:library", "switch"), "one cell is explained at a time; choose one of"),
        (
            ("threads", "switch"),
            "threads runs in several threads or processes, and one thread is looked into",
        ),
        (("asyncio", "timers", "-p", "delay=100"), "--timeout 60 ends it before"),
        (("asyncio", "switch", "--seconds", "nan"), "nan is no number"),
    ],
)
def test_what_cannot_be_explained_is_refused_with_the_usage(
    concbench: Caller, words: tuple[str, ...], told: str
) -> None:
    said = concbench("why", *words)
    assert said.code == 2
    assert told in " ".join(said.err.split())


def test_counts_that_are_asked_for_need_valgrind(concbench: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda *_given: None)
    assert valgrind_path() is None
    said = concbench("why", "asyncio", "switch", "--instructions", "on")
    assert said.code == 2
    assert "--instructions on needs valgrind" in said.err


def test_a_workload_that_a_model_cannot_do_is_told_before_anything_starts(concbench: Caller) -> None:
    said = concbench("why", "polling", "chain", "--json")
    assert (said.code, said.json["outcome"]) == (4, "not-expressible")
    assert "chain/polling: not-expressible: " in said.err


def test_a_model_that_does_not_do_the_work_is_not_explained(concbench: Caller, tmp_path: Any) -> None:
    plugin = odd_model(tmp_path, "return [None for _ in factories]")
    said = concbench("why", "odd", "switch", "--plugin", plugin, "--instructions", "off")
    assert said.code == 3
    assert said.out == ""
    assert "switch/odd: " in said.err


def test_where_nobody_can_look_the_reason_is_all_there_is(
    concbench: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracee, "BANKS", {})
    monkeypatch.setattr(shutil, "which", lambda *_given: None)
    said = concbench("why", "generator", "spawn")
    assert (said.code, said.out) == (4, "")
    assert "no split of the time: the registers of " in said.err
    assert "no split of the instructions: valgrind is not installed" in said.err


@pytest.mark.nightly
@pytest.mark.skipif(valgrind_path() is None or refused() is not None, reason="no valgrind, or no looks")
def test_a_switch_under_asyncio_is_split_into_the_layers_of_asyncio(concbench: Caller) -> None:
    said = concbench("why", "asyncio", "switch", "--seconds", 1, "--instructions", "on", "--json")
    time, instructions = said.json["time"], said.json["instructions"]
    assert said.code == (0 if time["adds_up"] and instructions["adds_up"] else 3)
    shares = {one["layer"]: one["share"] for one in time["layers"]}
    assert min(shares[one] for one in ("handle", "task step", "event loop", "the workload's tasks")) > 0.01
    assert sum(shares.values()) == pytest.approx(1)
    assert instructions["adds_up"]
    assert instructions["layers"][0]["layer"] == "evaluation loop"
