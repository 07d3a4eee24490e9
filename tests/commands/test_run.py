"""``concbench run``, with real workers and as few of them as will do."""

import re
import sys
from collections import Counter
from pathlib import Path

import pytest

from concbench.drive.host.interpreters import discover
from concbench.results import queries
from concbench.results.reader import read_run
from concbench.results.records import NoiseRecord, ProcessRecord
from tests.measure.odd import odd_model

from .concbench import Caller, make_quick

SPAWN = ("-w", "spawn", "-p", "tasks=5", "--no-memory")
TINY = (*SPAWN, "-m", "generator,asyncio")


def test_a_run_measures_prints_and_keeps_everything(concbench: Caller, path: Path) -> None:
    said = concbench("run", *TINY, "-o", path)
    assert said.code == 0
    assert f"run file: {path}" in said.out
    run = read_run(path)
    assert queries.is_complete(run)
    assert {outcome.name for outcome in queries.outcomes(run).values()} == {"ok"}
    assert "collected before each slice, enabled during it" in str(run.header.gc)
    assert [record.when for record in queries.of_type(run, NoiseRecord)] == ["before", "after"]
    sizes = Counter(sample.cell for sample in queries.counted_samples(run))
    assert set(sizes) == {"spawn[tasks=5]/generator", "spawn[tasks=5]/asyncio"}
    assert len(set(sizes.values())) == 1


def test_a_folder_is_made_memory_is_weighed_and_the_summary_as_json_is_all_that_is_printed(
    concbench: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_quick(monkeypatch)
    path = tmp_path / "a" / "b" / "run.jsonl"
    said = concbench("run", "-w", "spawn", "-p", "tasks=5", "-m", "generator", "-o", path, "--json")
    assert said.code == 0
    assert set(said.json) == {"run", "started", "complete", "baseline", "left_out", "warnings", "cells"}
    assert said.json["complete"] is True
    (cell,) = said.json["cells"]
    assert cell["contender"] == "generator"
    assert cell["wall"]["middle"] > 0
    assert str(path) in said.err
    run = read_run(path)
    weighers = [record.process for record in queries.counted_memory(run)]
    timers = {record.process for record in queries.counted_samples(run)}
    assert len(set(weighers)) == len(weighers) == 2
    assert not timers & set(weighers)


def test_values_of_one_parameter_add_up(concbench: Caller, path: Path) -> None:
    chosen = ("-w", "spawn", "-m", "generator", "-p", "tasks=2,3", "-p", "tasks=4")
    said = concbench("run", *chosen, "--dry-run", "--json")
    timed = [point for point in said.json["points"] if point["purpose"] == "time"]
    assert [point["params"] for point in timed] == [{"tasks": 2}, {"tasks": 3}, {"tasks": 4}]


def test_a_dry_run_prints_the_plan_and_its_time_and_writes_nothing(
    concbench: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_quick(monkeypatch)
    monkeypatch.chdir(tmp_path)
    said = concbench("run", *SPAWN, "-m", "generator,asyncio", "--dry-run")
    assert said.code == 0
    assert re.search(r"(?m)^ spawn +tasks 5 +all 2 +\d+ $", said.out)
    assert "2 models: generator, asyncio" in said.out
    assert "2 generations of 2 fresh workers: about " in said.out
    assert list(tmp_path.iterdir()) == []


def test_a_dry_run_says_once_why_a_cell_is_none(concbench: Caller) -> None:
    cells = ("-w", "chain,switch", "-m", "polling,asyncio,process-pool", "-p", "tasks=2", "-p", "depth=3,4")
    said = " ".join(concbench("run", *cells, "--no-memory", "--dry-run").out.split())
    assert "chain depth 3, 4 (tasks 2, suspensions 10) 1: asyncio" in said
    assert "2: all but process-pool" in said
    assert said.count("chain/polling: not-expressible: an object that is polled through run()") == 1
    assert said.count("process-pool lends no lock and no shared memory") == 1


def test_a_dry_run_as_json_names_what_will_not_be_measured(concbench: Caller) -> None:
    chosen = ("-w", "chain", "-m", "generator,asyncio", "-p", "depth=3")
    said = concbench("run", *chosen, "--dry-run", "--json").json
    assert said["contenders"] == ["generator", "asyncio"]
    assert said["generations"] == 1
    assert said["seconds"] > 0
    point = said["points"][0]
    assert point["cells"] == ["asyncio"]
    assert point["outcomes"] == {"generator": "not-expressible"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["-m", "asynchio"], "there is no model 'asynchio'; did you mean 'asyncio'? There are polling,"),
        (["-w", "sleep"], "there is no workload 'sleep'; there are timers,"),
        (["-p", "tasks"], "'tasks' is not of the form name=1,10,100"),
        (["-p", "tasks="], "is not of the form"),
        (["-w", "spawn", "-p", "tasks=many"], "spawn: tasks takes a whole number, not 'many'"),
        (["-w", "spawn", "-p", "tasks=0"], "tasks must be finite and at least 1"),
        (["-w", "timers", "-p", "delay=nan"], "delay must be finite"),
        (["-w", "spawn", "-p", "depth=3"], "no chosen workload has a parameter 'depth'; there are tasks"),
        (["--preset", "slow"], "'quick', 'standard', 'thorough'"),
        (["--python", "2.7"], "too old"),
        (["--python", "no-such-python"], "no interpreter no-such-python"),
        (["--affinity", "99999"], "may not use CPU 99999"),
        (["--baseline", "nobody"], "'nobody' does not take part"),
        (["--timeout", "0"], "--timeout"),
        (["--timeout", "nan"], "nan is no number"),
        (["--timeout", "inf"], "--timeout"),
        (["--plugin", "no_such.py"], "no_such.py"),
        (["--no-report", "--open"], "--open shows the page that --no-report leaves out"),
    ],
)
def test_what_cannot_be_asked_for_is_refused_with_what_can(
    concbench: Caller, path: Path, arguments: list[str], words: str
) -> None:
    said = concbench("run", "-o", path, *arguments)
    assert said.code == 2
    assert words in " ".join(said.err.split())
    assert not path.exists()


def test_a_run_file_is_never_overwritten(concbench: Caller, measured: Path) -> None:
    before = measured.read_bytes()
    said = concbench("run", *TINY, "-o", measured)
    assert said.code == 5
    assert "exists already" in said.err
    assert measured.read_bytes() == before


def test_a_folder_that_cannot_be_made_is_refused(concbench: Caller, path: Path) -> None:
    path.write_text("a file")
    said = concbench("run", *TINY, "-o", path / "folder" / "run.jsonl")
    assert said.code == 5
    assert "its folder cannot be made" in said.err


def test_a_folder_is_no_run_file(concbench: Caller, tmp_path: Path) -> None:
    assert concbench("run", *TINY, "-o", tmp_path).code == 5
    assert concbench("run", "--resume", tmp_path).code == 5


def test_where_nothing_can_be_measured_the_exit_code_is_4(concbench: Caller, path: Path) -> None:
    said = concbench("run", "-w", "chain", "-m", "generator", "-p", "depth=3", "--no-memory", "-o", path)
    assert said.code == 4
    assert "cannot suspend inside a call that it makes" in " ".join(said.out.split())


CHEAT = "return [None for _ in factories]"


def test_a_plugin_that_cheats_is_invalid_and_not_measured(
    concbench: Caller, path: Path, tmp_path: Path
) -> None:
    plugin = odd_model(tmp_path, CHEAT)
    said = concbench("run", *SPAWN, "-m", "generator,odd", "--plugin", plugin, "-o", path)
    assert said.code == 3
    assert "odd: invalid: spawned: task 0 was spawned 0 times" in " ".join(said.out.split())
    run = read_run(path)
    assert queries.outcomes(run)["spawn[tasks=5]/odd"].name == "invalid"
    assert {sample.cell for sample in queries.counted_samples(run)} == {"spawn[tasks=5]/generator"}


def test_a_plugin_that_hangs_or_dies_costs_its_cell_and_the_run_goes_on(
    concbench: Caller, path: Path, tmp_path: Path
) -> None:
    hangs = odd_model(
        tmp_path,
        """
        if len(factories) == 6:
            os._exit(7)
        if len(factories) == 7:
            time.sleep(600)
        """,
    )
    chosen = ("-w", "spawn", "-p", "tasks=5,6,7", "--no-memory", "--timeout", "0.5")
    said = concbench("run", *chosen, "-m", "odd,generator", "--plugin", hangs, "-o", path, "--json")
    assert said.code == 3
    outcomes = {(cell["contender"], cell["params"]["tasks"]): cell["outcome"] for cell in said.json["cells"]}
    assert {key: outcome["name"] for key, outcome in outcomes.items()} == {
        ("odd", 5): "ok",
        ("odd", 6): "crashed",
        ("odd", 7): "timeout",
        **{("generator", tasks): "ok" for tasks in (5, 6, 7)},
    }
    assert outcomes["odd", 6]["reason"] == "the worker ended with exit code 7"


@pytest.mark.nightly
def test_an_event_loop_of_one_s_own_is_measured_and_one_that_is_missing_is_unavailable(
    concbench: Caller, path: Path
) -> None:
    loops = ("--loop", "asyncio:new_event_loop", "--loop", "no_such_module:loop")
    said = concbench("run", *SPAWN, "-m", "asyncio", *loops, "-o", path, "--json")
    assert said.code == 0
    outcomes = {cell["contender"]: cell["outcome"] for cell in said.json["cells"]}
    assert {name: outcome["name"] for name, outcome in outcomes.items()} == {
        "asyncio": "ok",
        "asyncio+asyncio:new_event_loop": "ok",
        "asyncio+no_such_module:loop": "unavailable",
    }
    assert "No module named 'no_such_module'" in outcomes["asyncio+no_such_module:loop"]["reason"]


@pytest.mark.nightly
def test_workers_of_several_interpreters_alternate_in_one_run(concbench: Caller, path: Path) -> None:
    others = [info for info in discover() if info.version[:2] != sys.version_info[:2]]
    if not others:
        pytest.skip("only one supported Python was found")
    other = others[-1].executable
    said = concbench("run", *SPAWN, "-m", "generator", "--python", f"{sys.executable},{other}", "-o", path)
    assert said.code == 0
    run = read_run(path)
    pythons = {record.contender: record.python for record in queries.of_type(run, ProcessRecord)}
    assert len(set(pythons.values())) == 2
    rounds = Counter((s.generation, s.block, s.round) for s in queries.counted_samples(run))
    assert set(rounds.values()) == {2}


def test_an_answer_alone_is_no_json_and_that_is_said_before_anything_is_measured(concbench: Caller) -> None:
    said = concbench("run", "--json", "--brief")
    assert (said.code, said.out) == (2, "")
    assert "--json and --brief exclude each other" in said.err
