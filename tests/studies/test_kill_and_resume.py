"""The benchmark that kills runs, with few kills; and that it sees what it looks for."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from concbench.results.consistency import header_of
from concbench.results.reader import Run
from tests.commands.concbench import COMMAND, make_quick
from tests.results.examples import example, typed

FILE = Path(__file__).parents[2] / "studies" / "kill_and_resume.py"


@pytest.fixture(scope="module")
def killing() -> ModuleType:
    spec = importlib.util.spec_from_file_location("kill_and_resume", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_a_run_that_is_killed_three_times_loses_and_doubles_nothing(
    killing: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_quick(monkeypatch)
    monkeypatch.setattr(killing, "START", COMMAND)
    monkeypatch.setattr(killing, "LONGEST", 1.0)
    request = ("-w", "spawn", "-m", "generator,asyncio", "-p", "tasks=5")
    tally = killing.kill_and_resume(3, 1, tmp_path, request)
    assert tally.violations == []
    assert tally.kills == 3
    assert sum(tally.in_phase.values()) == 3


@pytest.mark.parametrize(
    ("before", "after", "torn", "words"),
    [
        (b"1\n2\n", b"1\n2\n3\n", b"", []),
        (b"1\n2\n", b"1\n", b"", ["run.jsonl: lines that were on disk are changed or gone"]),
        (b"1\n2\n", b"1\n9\n3\n", b"", ["run.jsonl: lines that were on disk are changed or gone"]),
        (b"1\n2", b"1\n3\n", b"2", []),
        (b"1\n2", b"1\n2", b"", []),
        (b"1\n2", b"1\n3\n", b"", ["run.jsonl: the torn line b'2' was not moved aside"]),
    ],
)
def test_a_line_that_is_changed_or_gone_is_seen(
    killing: ModuleType, tmp_path: Path, before: bytes, after: bytes, torn: bytes, words: list[str]
) -> None:
    path = tmp_path / "run.jsonl"
    path.write_bytes(after)
    path.with_name("run.jsonl.torn").write_bytes(torn)
    assert list(killing.unchanged(path, before, b"")) == words


def run_of(killing: ModuleType, *, without: int | None = None, twice: int | None = None) -> Run:
    """Return a complete run as its request asks for, but for one measurement."""
    request = killing.RunRequest(models=("generator",), workloads=("spawn",), params={"tasks": ("5",)})
    cell = "spawn[tasks=5]/generator"
    header = example("header", settings=request.to_dict())
    header["contenders"] = [dict(header["contenders"][0], id="generator")]
    header["cells"] = [dict(header["cells"][0], id=cell, contender="generator")]
    records = [example("witness", cell=cell, estimate_ns=10**9)]
    for generation in range(6):
        samples = [example("sample", cell=cell, generation=generation)]
        times = 0 if generation == without else 2 if generation == twice else 1
        memory = [example("memory", cell=cell, generation=generation)]
        for block, measured in enumerate((samples * times, memory)):
            records += [*measured, example("block", generation=generation, block=block, cells=[cell])]
    records.append(example("end"))
    return Run(
        path=Path("run.jsonl"), header=header_of(header), records=tuple(map(typed, records)), torn=None
    )


@pytest.mark.smoke
def test_a_measurement_that_is_missing_or_doubled_is_seen(killing: ModuleType) -> None:
    place = "('spawn[tasks=5]/generator', 3, 0, 0)"
    assert list(killing.miscounted(run_of(killing))) == []
    assert list(killing.miscounted(run_of(killing, without=3))) == [f"run.jsonl: {place} counts 0 times"]
    assert list(killing.miscounted(run_of(killing, twice=3))) == [f"run.jsonl: {place} counts 2 times"]


def test_a_run_that_is_not_complete_is_seen(killing: ModuleType) -> None:
    run = run_of(killing)
    cut = Run(path=run.path, header=run.header, records=run.records[:-1], torn=None)
    assert list(killing.miscounted(cut)) == ["run.jsonl: not complete"]


def test_a_result_with_a_violation_ends_with_1(
    killing: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lost = killing.Tally(kills=50, runs=2, violations=["run-1.jsonl: lines are gone"])
    monkeypatch.setattr(killing, "kill_and_resume", lambda *_: lost)
    assert killing.main([]) == 1
    assert "run-1.jsonl: lines are gone" in capsys.readouterr().out
    monkeypatch.setattr(killing, "kill_and_resume", lambda *_: killing.Tally(kills=50, runs=2))
    assert killing.main([]) == 0
    assert "no completed sample lost or doubled" in capsys.readouterr().out
