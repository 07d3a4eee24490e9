"""``concbench compare --pytest``: a project's own benchmarks on two sides, from its commits to verdicts."""

import json
import venv
from pathlib import Path

import pytest

from concbench.commands.exits import CELL_FAILED, NOTHING_MEASURED, OK, SLOWER, USAGE
from tests.drive.sides.repositories import repository

from .concbench import Caller

CODE = "def work():\n    return sum(range({}))\n"
TESTS = """
import work, pytest

def test_work(benchmark):
    assert benchmark(work.work) > 0

def test_steady(benchmark):
    assert benchmark(sorted, [3, 1, 2]) == [1, 2, 3]

def test_{only}(benchmark):
    benchmark(len, "")

def test_wrong(benchmark):
    assert benchmark(len, "") == {wrong}
"""


FILE = "benchmarks/test_work.py"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return repository(
        tmp_path_factory.mktemp("compare") / "project",
        {"src/work.py": CODE.format(1000), "benchmarks/test_work.py": TESTS.format(only="gone", wrong=0)},
        {"src/work.py": CODE.format(2000), "benchmarks/test_work.py": TESTS.format(only="new", wrong=1)},
        {"src/work.py": "def work():\n    return 1 +\n"},
        {"src/work.py": CODE.format(1), "benchmarks/test_work.py": "def test_nothing():\n    pass\n"},
        {"benchmarks/test_work.py": "def test_used(benchmark):\n    pass\n"},
    )


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # these processes start much sooner


@pytest.fixture
def asked(project: Path, tmp_path: Path) -> list[object]:
    return ["--repo", project, "--pytest", "benchmarks", "-o", tmp_path / "pairs.jsonl"]


def test_tests_of_both_sides_are_compared_and_others_have_an_outcome(
    concbench: Caller, asked: list[object], tmp_path: Path
) -> None:
    said = concbench("compare", "v0", "v1", *asked, "--budget", "1s", "--json", "--annotations")
    lines = {(line["workload"], line["model"]) for line in said.json["lines"]}
    assert lines == {("benchmarks/test_work.py", name) for name in ("test_work", "test_steady")}
    failed = {(one["model"], one["side"]): (one["outcome"], one["reason"]) for one in said.json["failed"]}
    assert failed["test_gone", "head"] == ("unavailable", "head has no such benchmark")
    assert failed["test_new", "base"] == ("unavailable", "base has no such benchmark")
    assert failed["test_wrong", "head"][0] == "invalid"
    assert "benchmarks/test_work.py:14: " in failed["test_wrong", "head"][1]
    assert "::error file=benchmarks/test_work.py,line=14,title=" in said.err
    assert set(failed) == {("test_gone", "head"), ("test_new", "base"), ("test_wrong", "head")}
    assert said.code == CELL_FAILED
    header = json.loads((tmp_path / "pairs.jsonl").read_text().splitlines()[0])
    assert header["settings"]["served"] == {"kind": "pytest", "paths": ["benchmarks"], "keyword": ""}
    shown = concbench("show", tmp_path / "pairs.jsonl").out
    assert "benchmarks/test_work.py" in shown
    assert "test_steady" in shown


def test_a_head_that_does_not_import_is_said_with_file_and_line(
    concbench: Caller, asked: list[object], tmp_path: Path
) -> None:
    summary = tmp_path / "summary.md"
    said = concbench("compare", "v1", "v2", *asked, "--budget", "1s", "--markdown", summary, "--annotations")
    assert said.code == CELL_FAILED
    assert "src/work.py:2: SyntaxError" in said.out
    assert "::error file=src/work.py,line=2,title=" in said.out
    assert "SyntaxError" in summary.read_text()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["v0", "v1", "-w", "spawn"], "--workload chooses nothing of --pytest: leave one of them out"),
        (["v0", "v1", "--asv", "benchmarks"], "--pytest and --asv are two comparisons"),
        (
            ["v0", "v1", "--gate", "wall,memory"],
            "--gate memory: of what --pytest finds, times alone are measured",
        ),
        (["v0", "v1", "--instructions", "on"], "--instructions: of what --pytest finds, times alone"),
        (["v0", "v1", "-k", "nothing"], "--keyword nothing chooses"),
        (["v0", "v1", "--pytest", "elsewhere"], "file or directory not found: elsewhere"),
        (["v3", "v3~0", "--python", "3.11"], "the same"),
    ],
    ids=["workload", "asv", "memory", "instructions", "keyword", "path", "same"],
)
def test_what_cannot_be_compared_is_said(
    concbench: Caller, asked: list[object], arguments: list[str], words: str
) -> None:
    said = concbench("compare", *arguments, *asked)
    assert said.code == USAGE
    assert words in said.err


def test_an_interpreter_without_pytest_is_said_with_what_to_do(
    concbench: Caller, asked: list[object], tmp_path: Path
) -> None:
    venv.create(tmp_path / "bare", symlinks=True)
    said = concbench("compare", "v0", "v1", *asked, "--python", tmp_path / "bare/bin/python")
    assert said.code == USAGE
    assert "there is no pytest in the environment of" in said.err
    assert "install it there, or name the interpreter of your tests (--python)" in said.err


def test_where_no_test_uses_its_fixture_nothing_is_measured(concbench: Caller, asked: list[object]) -> None:
    said = concbench("compare", "v4", "v4~0", *asked)
    assert said.code == USAGE
    said = concbench("compare", "v3", "v4", *asked, "--budget", "1s")
    assert said.code == NOTHING_MEASURED
    assert "it ended without calling benchmark" in said.out


@pytest.mark.nightly
def test_what_got_slower_is_found_and_what_did_not_is_not(concbench: Caller, asked: list[object]) -> None:
    own = [f"{FILE}::test_work" if one == "benchmarks" else one for one in asked]
    own += ["--pytest", f"{FILE}::test_steady"]
    said = concbench("compare", "v0", "v1", *own, "--budget", "20s", "--json")
    verdicts = {line["model"]: line["verdict"] for line in said.json["lines"] if line["metric"] == "wall"}
    assert verdicts["test_work"] == "slower"
    assert verdicts["test_steady"] in ("same", "unsure")
    assert said.code == SLOWER


def test_a_suite_that_head_brings_passes_and_one_that_head_drops_does_not(
    concbench: Caller, tmp_path: Path
) -> None:
    files = {"src/work.py": CODE.format(9), FILE: "def test_len(benchmark):\n    benchmark(len, '')\n"}
    where = repository(tmp_path / "project", {"src/work.py": CODE.format(9)}, files)
    asked = ["--repo", where, "--pytest", "benchmarks", "--budget", "1s", "--json"]
    brought = concbench("compare", "v0", "v1", *asked)
    assert brought.code == OK
    assert brought.json["answer"].endswith("head brings 1 benchmark, and base has none to compare with.")
    dropped = concbench("compare", "v1", "v0", *asked)
    assert dropped.code == CELL_FAILED
    assert [one["reason"] for one in dropped.json["failed"]] == ["head has no such benchmark"]
