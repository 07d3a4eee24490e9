"""``concbench compare --asv`` and ``--call``: benchmarks of a suite, and functions, on two sides."""

import json
from pathlib import Path

import pytest

from concbench.commands.exits import CELL_FAILED, NOTHING_MEASURED, SLOWER, USAGE
from tests.drive.sides.repositories import repository

from .concbench import Caller, Said

CODE = """
def work():
    return sum(range({size}))

def steady():
    return sorted([3, 1, 2])

def {only}():
    pass

def needs(number):
    return number
"""
SUITE = """
import work

class Work:
    params = [1, 2]

    def setup(self, times):
        if times == 2:
            raise NotImplementedError("once is enough")

    def time_work(self, times):
        work.work()

def time_steady():
    work.steady()

def time_{only}():
    pass

def track_size():
    return 1
"""


def commit(size: int, only: str) -> dict[str, str]:
    """Return the files of a commit."""
    return {
        "src/work.py": CODE.format(size=size, only=only),
        "perf/suite/bench.py": SUITE.format(only=only),
        "asv.conf.json": '{"benchmark_dir": "perf/suite"}  // the usual',
    }


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return repository(
        tmp_path_factory.mktemp("compare") / "project",
        commit(1000, "gone"),
        commit(2000, "new"),
        {"src/work.py": "def work():\n    return 1 +\n"},
        {"perf/suite/bench.py": "import no_such_module\n"},
    )


@pytest.fixture
def asked(project: Path, tmp_path: Path) -> list[object]:
    return ["--repo", project, "-o", tmp_path / "pairs.jsonl", "--budget", "1s"]


def failures(said: Said) -> dict[tuple[str, str], tuple[str, str]]:
    """Return the outcome and its reason of what failed, by benchmark and side."""
    return {(one["model"], one["side"]): (one["outcome"], one["reason"]) for one in said.json["failed"]}


def compared(said: Said) -> set[tuple[str, str]]:
    """Return what has figures: group and benchmark."""
    return {(line["workload"], line["model"]) for line in said.json["lines"]}


def test_benchmarks_of_a_suite_are_compared_and_others_have_an_outcome(
    concbench: Caller, asked: list[object], tmp_path: Path
) -> None:
    said = concbench("compare", "v0", "v1", *asked, "--asv", ".", "--json")
    assert compared(said) == {("bench", "Work.time_work(1)"), ("bench", "time_steady")}
    failed = failures(said)
    assert failed.pop(("time_gone", "head")) == ("unavailable", "head has no such benchmark")
    assert failed.pop(("time_new", "base")) == ("unavailable", "base has no such benchmark")
    skipped = ("unavailable", "it was skipped: once is enough")
    assert failed == {("Work.time_work(2)", side): skipped for side in ("base", "head")}
    assert said.code == CELL_FAILED
    assert "only time_… is compared; left out: 1 track_…" in said.err
    header = json.loads((tmp_path / "pairs.jsonl").read_text().splitlines()[0])
    assert header["settings"]["served"] == {"kind": "asv", "paths": ["."], "keyword": ""}


def test_functions_that_are_named_are_compared(concbench: Caller, asked: list[object]) -> None:
    names = [word for name in ("work", "gone") for word in ("--call", f"work:{name}")]
    said = concbench("compare", "v0", "v1", *asked, *names, "--tasks", "1,3", "--json")
    assert compared(said) == {("work:work", f"work[{tasks}]") for tasks in (1, 3)}
    lacks = ("unavailable", "head has no such benchmark")
    assert failures(said) == {(f"gone[{tasks}]", "head"): lacks for tasks in (1, 3)}
    assert "or fewer functions (--call), numbers of tasks (--tasks) or models (--model)" in said.err
    assert said.code == CELL_FAILED


@pytest.mark.parametrize(
    ("sides", "what", "words"),
    [
        (("v1", "v2"), ["--call", "work:work"], "src/work.py:2: SyntaxError: invalid syntax"),
        (("v1", "v3"), ["--asv", "perf/suite"], "perf/suite/bench.py:1: ModuleNotFoundError"),
    ],
)
def test_a_head_that_does_not_import_is_said_with_file_and_line(
    concbench: Caller, asked: list[object], sides: tuple[str, str], what: list[str], words: str
) -> None:
    said = concbench("compare", *sides, *asked, *what)
    assert words in said.out
    assert said.code == CELL_FAILED


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--asv", "nowhere"], "there is no file or folder nowhere"),
        (["--asv", "src/work.py"], "src/work.py is neither the folder of a suite, nor an asv.conf.json"),
        (
            ["--asv", ".", "-k", "zzz"],
            "there is no time_… benchmark that --keyword zzz chooses, on either side",
        ),
        (["--asv", ".", "-k", "("], "is no regular expression"),
        (["--asv", ".", "-m", "threads"], "--model chooses nothing of --asv"),
        (["--asv", ".", "--tasks", "2"], "--tasks chooses nothing of --asv"),
        (["--call", "work:work", "-k", "x"], "--keyword chooses nothing of --call"),
        (["--call", "work:work", "-m", "thread"], "there is no model 'thread'"),
        (["--call", "work"], "--call work names no function; it takes module:function"),
        (["--call", "work.py:work()"], "--call work.py:work() names no function"),
        (["--call", "work:work", "--call", "work:wrk"], "neither side has work:wrk"),
        (["--call", "work:needs"], "work:needs: it cannot be called without arguments"),
        (["--tasks", "2"], "--tasks says nothing without --call"),
        (["-k", "x"], "--keyword says nothing without --pytest or --asv"),
        (["--pytest-args", "x"], "--pytest-args says nothing without --pytest"),
        (["--pytest", "perf", "--tasks", "2"], "--tasks chooses nothing of --pytest"),
    ],
)
def test_what_cannot_be_compared_is_said(
    concbench: Caller, asked: list[object], arguments: list[str], words: str
) -> None:
    said = concbench("compare", "v0", "v1", *asked, *arguments)
    assert words in said.err
    assert said.code == USAGE


def test_where_all_benchmarks_are_skipped_nothing_is_measured(concbench: Caller, asked: list[object]) -> None:
    said = concbench("compare", "v0", "v1", *asked, "--asv", ".", "-k", r"work\(2\)")
    assert said.code == NOTHING_MEASURED


@pytest.mark.nightly
@pytest.mark.parametrize(
    "what",
    [
        ["--asv", ".", "-k", r"work\(1|steady"],
        ["--call", "work:work", "--call", "work:steady", "--tasks", "1"],
    ],
    ids=["asv", "call"],
)
def test_what_got_slower_is_found_and_what_did_not_is_not(
    concbench: Caller, asked: list[object], what: list[str]
) -> None:
    said = concbench("compare", "v0", "v1", *asked, *what, "--budget", "20s", "--json")
    walls = [line for line in said.json["lines"] if line["metric"] == "wall"]
    verdicts = {line["model"]: line["verdict"] for line in walls}
    assert len(verdicts) == 2
    for name, verdict in verdicts.items():
        assert verdict in (["same", "unsure"] if "steady" in name else ["slower"])
    assert said.code == SLOWER
