"""The trial of a side: every benchmark is run once, for as long as there is time."""

import time
from pathlib import Path

import pytest

from concbench.drive.plan import Contender
from concbench.drive.served.source import Kind
from concbench.drive.served.trial import NothingServed, TooMany, try_side
from concbench.drive.workers.launch import Link, WorkerLost
from concbench.words import place_told
from tests.serving.processes import contender, starter

SUITE = "def time_a(): pass\ndef time_b(): int('no')\ndef track_c(): return 1\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "benchmarks/a.py").write_text(SUITE)
    return tmp_path


def test_each_is_run_once_and_told_meanwhile(project: Path) -> None:
    told: list[tuple[str, int, int]] = []
    trial = try_side(
        starter(project, "asv").start, contender(kind="asv"), 60.0, lambda *what: told.append(what)
    )
    assert told == [("a.time_a", 0, 2), ("a.time_b", 1, 2)]
    assert trial.tests["a.time_a"].outcome is None
    assert (trial.tests["a.time_b"].outcome or {})["outcome"] == "crashed"
    assert trial.left_out == {"track": 1}


def test_no_more_are_run_once_the_time_is_over(project: Path) -> None:
    with pytest.raises(TooMany, match="0 of 2"):
        try_side(starter(project, "asv").start, contender(kind="asv"), 60.0, until=time.monotonic())


def test_a_side_may_have_none(project: Path) -> None:
    (project / "benchmarks/a.py").write_text("")
    assert try_side(starter(project, "asv").start, contender(kind="asv"), 60.0).tests == {}


@pytest.mark.parametrize(
    ("kind", "words"),
    [("pytest", "file or directory not found: elsewhere"), ("asv", "there is no file or folder elsewhere")],
)
def test_why_a_side_has_none_is_told_as_it_says_it(project: Path, kind: Kind, words: str) -> None:
    with pytest.raises(NothingServed) as nothing:
        try_side(starter(project, kind, "elsewhere").start, contender(kind=kind), 60.0)
    assert nothing.value.words == words


def test_the_project_s_own_options_of_pytest_are_told(project: Path) -> None:
    (project / "benchmarks/test_a.py").write_text("def test_a(benchmark): benchmark(len, '')\n")
    (project / "pytest.ini").write_text("[pytest]\naddopts = --import-mode=importlib -k 'test_a or b'\n")
    trial = try_side(starter(project).start, contender(), 60.0)
    assert trial.addopts == "--import-mode=importlib -k 'test_a or b'"


def test_a_side_whose_process_does_not_come_up_is_not_waited_for_again() -> None:
    begun = []

    def hang(one: Contender) -> Link:
        begun.append(one)
        raise WorkerLost("timeout", "no answer within 300 s while benchmarks were looked for", "")

    with pytest.raises(NothingServed, match="no answer within 300 s while benchmarks were looked for"):
        try_side(hang, contender(), 60.0)
    assert len(begun) == 1


def test_where_a_benchmark_hangs_is_told_by_its_path_in_the_project(project: Path) -> None:
    (project / "benchmarks/a.py").write_text("import time\ndef time_a():\n    time.sleep(1000)\n")
    tried = try_side(starter(project, "asv").start, contender(kind="asv"), 0.5).tests["a.time_a"]
    assert tried.outcome is not None
    assert tried.outcome["outcome"] == "timeout"
    assert tried.outcome["reason"].endswith(", in time_a at benchmarks/a.py:3")
    assert place_told(tried.outcome["reason"]) == ("benchmarks/a.py", 3)


def test_a_conftest_that_does_not_import_is_told_by_its_line(project: Path) -> None:
    (project / "benchmarks/conftest.py").write_text("import no_such\n")
    with pytest.raises(NothingServed) as nothing:
        try_side(starter(project).start, contender(), 60.0)
    assert place_told(nothing.value.words) == ("benchmarks/conftest.py", 1)
    assert nothing.value.words.endswith(": ModuleNotFoundError: No module named 'no_such'")
