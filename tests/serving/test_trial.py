"""The trial of a side: every benchmark is run once, for as long as there is time."""

import time
from pathlib import Path

import pytest

from concbench.drive.served.trial import TooMany, try_side
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
