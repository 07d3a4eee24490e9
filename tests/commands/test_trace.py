"""``concbench trace``: lines and picture of who runs when, and what is refused."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from concbench.commands import trace as command
from concbench.commands.trace import MARK, default_path, exit_code
from concbench.results.header import HeaderTrace
from tests.measure.odd import odd_model

from .concbench import Caller

TWO = ("-m", "generator,asyncio")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Call the command in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_lanes_are_printed_and_drawn(concbench: Caller, folder: Path) -> None:
    said = concbench("trace", "switch", *TWO)
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[0] == "switch (tasks 4, suspensions 3)"
    assert lines[-1] == "picture: reports/trace-switch.svg"
    assert [line.split()[0] for line in lines if " in all" in line] == ["generator", "asyncio"]
    assert sum("resumed 3 ×" in line for line in lines) == 8
    picture = (folder / "reports" / "trace-switch.svg").read_text(encoding="utf-8")
    ElementTree.fromstring(picture.encode())  # noqa: S314  (of our own making)
    assert "asyncio" in picture


@pytest.mark.timing
def test_a_poller_is_a_bar_and_a_sleeper_two_strokes(concbench: Caller) -> None:
    said = concbench("trace", "timers", "-m", "polling,asyncio", "--tasks", 2, "-p", "spread=0")
    strips = [line.partition("resumed")[0] for line in said.out.splitlines() if line.startswith("  task")]
    bars = [strip.count("█") for strip in strips]
    assert len(bars) == 4
    assert min(bars[:2]) > 2 * max(bars[2:])  # a busy machine takes the CPU from a poller at times


def test_as_json_the_traces_are_all_there_is(concbench: Caller, folder: Path) -> None:
    said = concbench("trace", "switch", *TWO, "--json", "--tasks", 3)
    traces = said.json["traces"]
    assert [trace["contender"] for trace in traces] == ["generator", "asyncio"]
    assert [len(trace["lanes"]) for trace in traces] == [3, 3]
    assert list(folder.iterdir()) == []


def test_a_picture_may_be_had_with_the_json(concbench: Caller, folder: Path) -> None:
    said = concbench("trace", "switch", *TWO, "--json", "-o", "made/here.svg")
    assert said.json["traces"]
    assert "picture: made/here.svg" in said.err
    assert MARK in (folder / "made" / "here.svg").read_text(encoding="utf-8")


def test_parameters_take_the_place_of_ours(concbench: Caller) -> None:
    said = concbench("trace", "switch", "-m", "generator", "-p", "suspensions=7", "--json")
    (trace,) = said.json["traces"]
    assert trace["params"] == {"tasks": 4, "suspensions": 7}
    assert {lane["resumes"] for lane in trace["lanes"]} == {7}


def test_a_picture_of_ours_is_replaced_and_no_other_file(concbench: Caller, folder: Path) -> None:
    picture, other = folder / "ours.svg", folder / "other.svg"
    other.write_text("<svg>not ours</svg>")
    assert concbench("trace", "switch", "-m", "generator", "-o", picture).code == 0
    before = picture.read_bytes()
    assert concbench("trace", "switch", "-m", "asyncio", "-o", picture).code == 0
    assert picture.read_bytes() != before
    said = concbench("trace", "switch", "-m", "generator", "-o", other)
    assert said.code == 2
    assert "exists already, and is no trace of ours" in said.err
    assert other.read_text() == "<svg>not ours</svg>"


def test_a_picture_that_cannot_be_written_is_told_of(concbench: Caller, folder: Path) -> None:
    (folder / "file").write_text("no folder")
    said = concbench("trace", "switch", "-m", "generator", "-o", "file/lanes.svg")
    assert said.code == 2
    assert "file/lanes.svg cannot be written (Not a directory)" in said.err


def test_a_picture_that_can_no_longer_be_written_is_told_of(
    concbench: Caller, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> int:
        raise OSError(28, "No space left on device")

    assert concbench("trace", "switch", "-m", "generator", "-o", "lanes.svg").code == 0
    before = (folder / "lanes.svg").read_bytes()
    monkeypatch.setattr(Path, "replace", full)
    said = concbench("trace", "switch", "-m", "generator", "-o", "lanes.svg")
    assert said.code == 5
    assert (folder / "lanes.svg").read_bytes() == before
    assert [path.name for path in folder.iterdir()] == ["lanes.svg"]
    assert "lanes.svg: the picture cannot be written (No space left on device)" in said.err
    assert "resumed 3 ×" in said.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["xyzzy"], "there is no workload 'xyzzy'; there are timers,"),
        (["switch", "-m", "asynchio"], "there is no model 'asynchio'"),
        (["switch", "-p", "depth=3"], "switch has no parameter depth; it has tasks, suspensions"),
        (["switch", "-p", "suspensions=few"], "suspensions takes a whole number, not 'few'"),
        (["switch", "-p", "suspensions=1,2"], "suspensions has two values"),
        (["switch", "--tasks", "3", "-p", "tasks=2"], "tasks has two values"),
        (["switch", "--tasks", "21"], "1<=x<=20"),
        (["switch", "-p", "tasks=100"], "these are 100 lanes; a picture has room for 24"),
        (["timers", "-p", "tasks=1000000000000"], "these are 1000000000000 lanes"),
        (["timers", "-p", "delay=nan"], "delay must be finite"),
        (["timers", "-p", "delay=1e20"], "delay is 1e+20, not a"),
        (["switch", "--output", "."], "is a directory"),
        ([], "Missing argument 'WORKLOAD'"),
    ],
)
def test_what_cannot_be_asked_for_is_refused_with_what_can(
    concbench: Caller, folder: Path, arguments: list[str], words: str
) -> None:
    said = concbench("trace", *arguments)
    assert said.code == 2
    assert words in " ".join(said.err.split())
    assert list(folder.iterdir()) == []


def test_who_cannot_do_it_is_told_of_and_drawn_and_the_others_are_shown(
    concbench: Caller, folder: Path
) -> None:
    said = concbench("trace", "chain", "-m", "generator,asyncio", "-o", "chain.svg")
    assert said.code == 0
    assert "generator: not-expressible: without `yield from`" in said.err
    assert "generator" not in said.out
    assert "not-expressible" in (folder / "chain.svg").read_text(encoding="utf-8")


def test_where_nobody_can_there_is_no_picture_and_the_exit_code_is_4(concbench: Caller, folder: Path) -> None:
    said = concbench("trace", "chain", "-m", "polling")
    assert said.code == 4
    assert said.out == ""
    assert "polling: not-expressible: an object that is polled" in said.err
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("os._exit(3)", "odd: crashed: the worker ended with exit code 3"),
        ("return [None for _ in factories]", "odd: invalid: "),
        ("time.sleep(600)", "odd: timeout: completed: the run did not end within 0.2 s"),
    ],
)
def test_a_model_that_fails_has_no_lanes_and_the_others_do(
    concbench: Caller, tmp_path: Path, body: str, words: str
) -> None:
    plugin = odd_model(tmp_path, body)
    chosen = ("-m", "odd,generator", "--plugin", plugin, "--timeout", "0.2")
    said = concbench("trace", "switch", *chosen, "--json")
    assert said.code == 3
    assert words in said.err
    assert ["lanes" in trace for trace in said.json["traces"]] == [False, True]


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [(["ok"], 0), (["ok", "not-expressible"], 0), (["ok", "crashed"], 3), (["crashed"], 4), ([], 4)],
)
def test_the_exit_code_means_one_thing(outcomes: list[str], code: int) -> None:
    about = ("a", "timers", dict[str, Any]())
    failed = [HeaderTrace(*about, outcome=one, reason="so") for one in outcomes if one != "ok"]
    traces = [*failed, *[HeaderTrace(*about, span_ns=1)] * outcomes.count("ok")]
    assert exit_code(traces) == code


@pytest.mark.parametrize("name", ["a/b", "../../etc", "dé jà\nvu", "timers"])
def test_the_picture_of_any_workload_goes_into_the_folder_of_reports(name: str) -> None:
    path = default_path(name)
    assert path.parent == Path("reports")
    assert path.name.isascii()
    assert path.name.startswith("trace-")


def test_a_terminal_that_has_no_blocks_gets_other_characters(
    concbench: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "in_encoding", lambda line, _encoding: line.replace("█", "#"))
    said = concbench("trace", "switch", "-m", "generator")
    assert "█" not in said.out
    assert "# runs" in said.out


def test_the_json_of_a_trace_is_that_of_a_run_file(concbench: Caller, measured: Path) -> None:
    header = json.loads(measured.read_text(encoding="utf-8").splitlines()[0])
    said = concbench("trace", "switch", *TWO, "--json")
    # told only of a trace in which the machine was elsewhere, which is chance
    told, kept = ([set(trace) - {"preempted"} for trace in of["traces"]] for of in (said.json, header))
    assert told == kept


def test_models_that_a_plug_in_has_no_words_for_are_told_beside_those_that_are_drawn(
    concbench: Caller, folder: Path
) -> None:
    (folder / "few.py").write_text(
        "from dataclasses import replace\n"
        "from concbench.workloads.basics import switch\n"
        "versions = {'asyncio': switch.WORKLOAD.versions['coroutine']}\n"
        "WORKLOADS = [replace(switch.WORKLOAD, name='few', versions=versions)]\n"
    )
    said = concbench("trace", "few", *TWO, "--plugin", "few.py", "--json")
    told = {trace["contender"]: trace for trace in said.json["traces"]}
    assert told["generator"]["reason"] == "few has no version for generator models"
    assert len(told["asyncio"]["lanes"]) == 4
