"""``concbench verify``: honest models, cheating ones from a plug-in, and what it prints."""

import json
import re
import secrets
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from concbench.commands.verify import exit_code, verify
from concbench.measure.checks import EVERY_CHECK
from concbench.runs.verifying import Finding
from concbench.workloads import index

CHEAT = """
from contextlib import contextmanager
from dataclasses import replace
from concbench.models.yield_from import MODEL


class Session:
    def __init__(self, rt):
        self.rt = rt

    def run(self, factories):
        return {run}


@contextmanager
def open_session():
    with MODEL.open() as session:
        yield Session(session.rt)


MODELS = [replace(MODEL, name="cheat", open=open_session)]
"""
RUNS_NOTHING = "list(range(len(factories)))"
HANGS = "__import__('threading').Event().wait()"
RAISES = "factories[10 ** 6]"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(verify, arguments, catch_exceptions=False)


def found(*arguments: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(run("--json", *arguments).stdout)
    return answer


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("NO_COLOR", "1")


def plugin(folder: Path, run_as: str) -> tuple[str, ...]:
    path = folder / "my_cheat.py"
    path.write_text(CHEAT.format(run=run_as), encoding="utf-8")
    return ("--plugin", str(path), "--model", "cheat", "--workload", "spawn")


def test_honest_models_are_ok_and_the_exit_code_is_0() -> None:
    result = run("--model", "generator,asyncio", "--workload", "spawn,parked")
    assert result.exit_code == 0
    assert result.stdout.count("ok (3)") == 4


def test_a_cheating_model_is_invalid_and_the_exit_code_is_3(tmp_path: Path) -> None:
    result = run(*plugin(tmp_path, RUNS_NOTHING))
    assert result.exit_code == 3
    assert "spawn/cheat: invalid: spawned: task 0 was spawned 0 times instead of once" in result.stdout


def test_an_honest_model_beside_a_cheating_one_stays_ok(tmp_path: Path) -> None:
    answer = found(*plugin(tmp_path, RUNS_NOTHING), "--model", "yield-from")
    outcomes = {(finding["contender"], finding["outcome"]) for finding in answer["findings"]}
    assert outcomes == {("cheat", "invalid"), ("yield-from", "ok")}


@pytest.mark.parametrize(("run_as", "outcome"), [(HANGS, "timeout"), (RAISES, "crashed")])
def test_a_model_that_hangs_or_raises_is_told_apart_from_a_cheat(
    tmp_path: Path, run_as: str, outcome: str
) -> None:
    result = run(*plugin(tmp_path, run_as), "--timeout", "0.2", "--json")
    assert result.exit_code == 3
    assert {finding["outcome"] for finding in json.loads(result.stdout)["findings"]} == {outcome}


def test_the_json_form_has_the_seed_and_every_finding_with_every_check() -> None:
    answer = found("--model", "generator", "--workload", "timers", "--seed", "7")
    assert set(answer) == {"seed", "findings", "warnings"}
    assert answer["warnings"] == []
    assert answer["seed"] == 7
    assert len(answer["findings"]) == 3
    for finding in answer["findings"]:
        assert set(finding) == {one.name for one in fields(Finding)}
        assert (finding["workload"], finding["contender"], finding["reason"]) == ("timers", "generator", None)
        assert finding["checks"] == dict.fromkeys(EVERY_CHECK)


def test_a_failed_check_says_in_json_what_happened(tmp_path: Path) -> None:
    answer = found(*plugin(tmp_path, RUNS_NOTHING))
    assert all(
        finding["checks"]["spawned"] == "task 0 was spawned 0 times instead of once"
        for finding in answer["findings"]
    )


def test_the_same_seed_draws_the_same_parameters() -> None:
    cell = ("--model", "generator", "--workload", "parked")
    drawn = [found(*cell, "--seed", seed)["findings"] for seed in ("5", "5", "6")]
    params = [[finding["params"] for finding in findings] for findings in drawn]
    assert params[0] == params[1] != params[2]


def test_a_seed_of_its_own_is_drawn_and_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "randbelow", lambda _below: 4711)
    assert "(seed 4711)" in run("--model", "generator", "--workload", "spawn").stdout
    assert found("--model", "generator", "--workload", "spawn")["seed"] == 4711


def test_what_cannot_be_expressed_is_told_with_its_reason_and_fails_nothing() -> None:
    result = run("--model", "polling,yield-from", "--workload", "chain")
    assert result.exit_code == 0
    assert "chain/polling: not-expressible: an object that is polled" in result.stdout


def test_when_nothing_can_be_verified_the_exit_code_is_4() -> None:
    assert run("--model", "polling", "--workload", "chain").exit_code == 4


def test_an_unknown_model_is_a_usage_error() -> None:
    result = run("--model", "no-such-model")
    assert result.exit_code == 2
    assert "there is no model 'no-such-model'" in result.stderr


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        (["ok", "ok"], 0),
        (["ok", "not-expressible", "unavailable"], 0),
        (["ok", "exhausted"], 3),
        (["ok", "invalid"], 3),
        (["timeout"], 3),
        (["crashed", "not-expressible"], 3),
        (["not-expressible"], 4),
        ([], 4),
    ],
)
def test_the_exit_code_means_one_thing(outcomes: list[str], code: int) -> None:
    assert exit_code(outcomes) == code


def test_a_size_that_must_take_longer_than_the_timeout_is_refused_before_anything_runs(
    tmp_path: Path,
) -> None:
    path = tmp_path / "slow.py"
    path.write_text(
        "from dataclasses import replace\nfrom concbench.workloads.basics.timers import Params, WORKLOAD\n"
        'WORKLOADS = [replace(WORKLOAD, name="slow", small=lambda rng: [Params(1, 1e6)])]\n',
        encoding="utf-8",
    )
    result = run("--plugin", str(path), "--workload", "slow", "--model", "generator")
    assert result.exit_code == 2
    assert "slow: with tasks=1,delay=1e+06" in result.stderr
    assert "a run takes 1e+06 s or more, and --timeout 60 ends it before" in result.stderr


def test_each_model_has_a_row_and_each_workload_a_column() -> None:
    lines = run("--model", "generator,yield-from", "--workload", "spawn,parked").stdout.splitlines()
    rows = [re.split(r"  +", line.strip()) for line in lines if "ok (" in line]
    assert rows == [["generator", "ok (3)", "ok (3)"], ["yield-from", "ok (3)", "ok (3)"]]
    assert any("spawn" in line and "parked" in line for line in lines)


def test_a_model_that_is_not_to_be_had_is_told_once(tmp_path: Path) -> None:
    path = tmp_path / "my_cheat.py"
    text = CHEAT.format(run=RUNS_NOTHING).replace("open=", "unavailable=lambda: 'not today', open=")
    path.write_text(text, encoding="utf-8")
    result = run("--plugin", str(path), "--model", "cheat,generator", "--workload", "spawn,parked")
    assert result.stdout.count("cheat: unavailable: not today") == 1


@pytest.mark.nightly
def test_a_terminal_of_80_columns_has_room_for_every_workload(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = run("--model", "interpreter-pool,polling").stdout.splitlines()
    heads = [line.split()[1:] for line in lines if line.split()[:1] == ["model"]]
    assert sorted(name for head in heads for name in head) == sorted(index.names())
    assert any(line.split()[:1] == ["interpreter-pool"] for line in lines)
    assert not any("…" in line for line in lines)
