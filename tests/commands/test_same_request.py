"""Only more of the same goes into a folder of ``concbench aa``: other cells and settings are refused."""

import json
import shutil
from pathlib import Path

import pytest

from concbench.drive.sides import asked
from concbench.runs import experiment

from .aa_runs import Measure
from .concbench import Caller

FIRST = ["-m", "generator,asyncio", "-w", "spawn", "--more", "1.1", "--replays", "5", "--live", "1"]
FEW = ["--pairs", "16", "--pairs-of-more", "16"]


@pytest.fixture
def measure(monkeypatch: pytest.MonkeyPatch) -> Measure:
    made = Measure()
    monkeypatch.setattr(experiment, "measure", made)
    monkeypatch.setattr(asked, "refuse_unfit_sides", lambda _base, _head: None)  # no worker is started
    return made


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kept") / "kept"


@pytest.fixture
def folder(concbench: Caller, measure: Measure, kept: Path, tmp_path: Path) -> Path:
    """Return a copy of a folder that has been measured once for all tests."""
    if not kept.exists():
        assert concbench("aa", *FIRST, *FEW, "-o", kept).code == 0
        measure.paths.clear()
    return shutil.copytree(kept, tmp_path / "kept")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["-m", "polling"], "--model asyncio,generator then, asyncio,generator,polling now"),
        (["-w", "switch"], "--workload spawn then, spawn,switch now"),
        (["-p", "tasks=10"], "--param none then, tasks=10 now"),
        (["--affinity", "none"], "--affinity auto then, none now"),
        (["--more", "1.5"], "--more 1.1 then, 1.5 now"),
        (["--seed", "7"], "--seed 1 then, 7 now"),
    ],
)
def test_another_request_is_refused_by_name(
    concbench: Caller, folder: Path, measure: Measure, options: list[str], told: str
) -> None:
    said = concbench("aa", *FIRST, *FEW, *options, "-o", folder)
    assert said.code == 2
    assert told in said.err
    assert said.err.count(" then, ") == 1
    assert "choose another folder with --output" in said.err
    assert measure.paths == []


@pytest.mark.parametrize("kind", ["pairs", "live"])
def test_one_file_is_enough_to_tell(concbench: Caller, folder: Path, kind: str) -> None:
    (folder / f"{kind}-001.jsonl").unlink()
    said = concbench("aa", *FIRST, *FEW, "--seed", "3", "-o", folder)
    assert said.code == 2
    assert "--seed 1 then, 3 now" in said.err


def test_another_python_is_refused_by_name(concbench: Caller, folder: Path) -> None:
    path = folder / "live-001.jsonl"
    header, rest = path.read_text().split("\n", 1)
    edited = json.loads(header)
    edited["sides"]["base"]["python"] = "3.0.9"
    path.write_text(f"{json.dumps(edited)}\n{rest}")
    said = concbench("aa", *FIRST, *FEW, "-o", folder)
    assert said.code == 2
    assert "--python 3.0.9 then" in said.err


@pytest.mark.parametrize(
    ("options", "measured"),
    [
        (["--pairs", "20"], ["pairs-002.jsonl"]),
        (["--pairs-of-more", "20"], ["pairs-002.jsonl"]),
        (["--pairs-of-more", "0", "--more", "1.7"], []),
        (["--live", "2", "--budget", "7s"], ["live-002.jsonl"]),
        (["-m", "asyncio,generator", "--replays", "3"], []),
    ],
)
def test_more_of_the_same_is_measured(
    concbench: Caller, folder: Path, measure: Measure, options: list[str], measured: list[str]
) -> None:
    given = FIRST if "-m" not in options else FIRST[2:]
    said = concbench("aa", *given, *FEW, *options, "-o", folder)
    assert said.code == 0
    assert measure.paths == measured


def test_more_work_can_be_added_to_pairs_without_it(
    concbench: Caller, measure: Measure, tmp_path: Path
) -> None:
    folder = tmp_path / "kept"
    assert concbench("aa", *FIRST, "--pairs", "16", "--pairs-of-more", "0", "-o", folder).code == 0
    assert concbench("aa", *FIRST, *FEW, "-o", folder).code == 0
    assert measure.paths == ["pairs-001.jsonl", "live-001.jsonl", "pairs-002.jsonl"]


def test_pairs_are_not_added_in_another_environment(
    concbench: Caller, folder: Path, measure: Measure
) -> None:
    path = folder / "pairs-001.jsonl"
    path.write_text(path.read_text().replace('"identity":{"machine":"', '"identity":{"machine":"faster '))
    said = concbench("aa", *FIRST, *FEW, "--pairs", "20", "-o", folder)
    assert said.code == 5
    assert "machine: faster " in said.err
    assert measure.paths == []
