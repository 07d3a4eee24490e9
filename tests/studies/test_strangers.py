"""``python studies/strangers.py``: what tools say of public projects; here of one that is made up."""

import io
import json
import re
import sys
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import strangers as command
from gates import calls
from gates.repository import Failed
from suites import asking, projects, slowing, told
from suites.commits import git
from suites.continuous import FACTOR, rows
from suites.projects import NEWER, OLDER, PROJECTS, SAME, SLOWER

WORK = '''
class Work:
    """Some work."""

    @staticmethod
    def done(n):
        """Add."""
        return sum(range(n))
'''
PROJECT = replace(
    PROJECTS[0], name="toy", older="1.0", newer="1.1", file="work.py", function="Work.done",
    setup="from work import Work", statement="Work.done(9)",
)  # fmt: skip


def archived(folder: Path, release: str) -> None:
    with tarfile.open(folder / f"toy-{release}.tar.gz", "w:gz") as files:
        for name, text in (("work.py", WORK), (".gitignore", "*"), ("sub/RELEASE", release)):
            about = tarfile.TarInfo(f"toy-{release}/{name}")
            about.size = len(text)
            files.addfile(about, io.BytesIO(text.encode()))


@pytest.mark.smoke
def test_a_repository_of_two_releases_has_a_tag_that_is_slower(tmp_path: Path) -> None:
    for release in ("1.0", "1.1"):
        archived(tmp_path, release)
    repository = projects.make(PROJECT, tmp_path / "repository", tmp_path, loops=70)
    assert git(repository, "diff", OLDER, SAME) == ""
    assert git(repository, "show", f"{NEWER}:sub/RELEASE") == "1.1"
    assert git(repository, "show", f"{OLDER}:sub/RELEASE") == "1.0"
    changed = [line for line in git(repository, "diff", OLDER, SLOWER).splitlines() if line[:2] == "+ "]
    assert changed == ["+        for strangers_extra in range(70): pass"]
    assert projects.slower(WORK, PROJECT.function, 0) == WORK
    assert "        strangers_extra = None; strangers_extra = None;" in projects.slower(
        WORK, PROJECT.function, 1
    )
    space: dict[str, Any] = {}
    exec(git(repository, "show", f"{SLOWER}:work.py"), space)  # noqa: S102  (it is what is tried)
    assert space["Work"].done(4) == 6


def test_a_function_that_is_not_there_is_told() -> None:
    with pytest.raises(Failed, match="there is no other"):
        projects.slower(WORK, "Work.other", 3)


@pytest.fixture
def pythons(tmp_path: Path) -> tuple[Path, Path]:
    """Return the interpreters of two environments that have the project; neither is there."""
    for side in ("older", "slower"):
        folder = tmp_path / side / "lib" / "python3" / "site-packages"
        folder.mkdir(parents=True)
        (folder / "work.py").write_text(WORK)
    return tmp_path / "older" / "bin" / "python", tmp_path / "slower" / "bin" / "python"


def _costing(each: float) -> Callable[..., float]:
    def seconds(python: Path, *_: str) -> float:
        text = slowing.installed(PROJECT, python).read_text()
        told = re.search(r"range\((\d+)\): pass", text)
        rounds = int(told[1]) if told else text.count(" = None") / projects.A_ROUND
        return 1e-6 + each * rounds

    return seconds


@pytest.mark.parametrize("each", [1e-10, 1e-9, 1e-8, 6e-8])
def test_a_slow_down_is_measured_until_it_fits(
    monkeypatch: pytest.MonkeyPatch, pythons: tuple[Path, Path], each: float
) -> None:
    monkeypatch.setattr(slowing, "seconds", _costing(each))
    loops, ratio = slowing.fitted(PROJECT, *pythons)
    assert 1.07 <= ratio <= 1.15
    assert ratio == pytest.approx(1 + loops * each / 1e-6)


@pytest.mark.parametrize("each", [0, 1e-6])
def test_a_slow_down_that_does_not_fit_is_not_believed(
    monkeypatch: pytest.MonkeyPatch, pythons: tuple[Path, Path], each: float
) -> None:
    monkeypatch.setattr(slowing, "seconds", _costing(each))
    with pytest.raises(Failed, match=r"times as long, not 1\.1"):
        slowing.fitted(PROJECT, *pythons)


def test_a_statement_is_timed_in_a_process_of_its_own() -> None:
    python = Path(sys.executable)
    short, long = (slowing.seconds(python, "n = 300000", f"sum(range(n * {factor}))") for factor in (1, 9))
    assert 0 < short < long
    with pytest.raises(Failed, match=r"(?s)does not run: .*NameError"):
        slowing.seconds(python, "pass", "no_such_name")


def line(cell: str, verdict: str, *, gated: bool = True) -> dict[str, Any]:
    return {"cell": f"tests/test_a.py::{cell}", "verdict": verdict, "gated": gated}


def test_a_benchmark_is_worse_where_either_time_is() -> None:
    lines = [
        line("test_a[x]", "slower"), line("test_a[x]", "same"), line("test_b", "unsure"),
        line("test_b", "unsure"), line("test_c", "faster"), line("test_d", "same"),
        line("test_d", "slower", gated=False),
    ]  # fmt: skip
    said = asking.answer({"lines": lines, "failed": [], "seconds": 3.0}, 1, 10.0)
    assert (said.worse, said.better, said.unsure, said.judged) == (("test_a[x]",), ("test_c",), 1, 4)
    assert (said.seconds, said.preparing) == (3.0, 7.0)
    with pytest.raises(Failed, match="compared nothing: no pytest"):
        asking.answer({"lines": [], "failed": [{"reason": "no pytest"}], "seconds": 0}, 3, 1.0)


def asked(head: str, worse: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    about = {"type": "asked", "project": "attrs", "tool": "concbench", "head": head, "benchmark": "test_a"}
    told = {"judged": 4, "worse": worse, "better": (), "unsure": 1, "exit_code": 0, "seconds": 50.0}
    return {**about, "answer": told, **more}


def test_the_table_counts_alarms_and_what_was_found() -> None:
    records = [
        {"type": "slowed", "project": "attrs", "loops": 3, "ratio": 1.104},
        asked(NEWER, ("test_b",)), asked(SAME), asked(SLOWER, ("test_a",)),
        *(asked(head, tool="pytest-benchmark", answer=None) for head in (NEWER, SAME, SLOWER)),
    ]  # fmt: skip
    rows = told.as_markdown(records).splitlines()[2:]
    found = "yes: 1 slower, 0 faster"
    assert (
        rows[0] == f"| attrs | concbench | 4 | 1 slower, 0 faster, 1 unsure | none | × 1.10 | {found} | 50 |"
    )
    assert rows[1].startswith("| attrs | pytest-benchmark | cannot")
    alarmed = told.as_markdown([asked(SAME, ("test_a",)), asked(SLOWER, ("test_b",))])
    assert "| 1 slower, 0 faster | – | no: 1 slower, 0 faster | 50 |" in alarmed


def test_what_is_answered_is_not_asked_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "answers.jsonl"
    options = command.parse(["--output", str(file)])
    calls.append(file, command.header(options), asked(NEWER), asked(SAME))
    left = [
        (project.name, tool, head) for project, tool, head in command.todo(file, ("attrs",), ("concbench",))
    ]
    assert left == [("attrs", "concbench", SLOWER)]
    assert command.main(["--replay", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["type"] == "header"
    assert command.main(["--replay", str(tmp_path / "none")]) == 3
    calls.append(tmp_path / "other.jsonl", asked(NEWER))
    assert command.main(["--replay", str(tmp_path / "other.jsonl")]) == 3


ASV_SAYS = """
All benchmarks:

| Change   | Before [3acb1e8e] <older> | After [0d3c1b1f] <slower> |   Ratio | Benchmark (Parameter)                   |
|----------|---------------------------|---------------------------|---------|-----------------------------------------|
| +        | 95.5±2μs                  | 105±1μs                   |    1.1  | datatree.Datatree.time_from_dict_few    |
|          | 7.37±0.1ms                | 7.4±0.1ms                 |    1    | merge.DatasetAddVariable.time_merge(10) |
| -        | 2.1±0.1ms                 | 1.4±0.1ms                 |    0.67 | merge.DatasetAddVariable.time_merge(0)  |
|          | n/a                       | n/a                       | n/a     | dataset_io.IORead.time_load             |
| ~        | 2.1±0.1ms                 | 2.4±0.1ms                 | ~1.14   | merge.DatasetAddVariable.time_merge(1)  |
"""  # noqa: E501


def test_every_line_of_asvs_table_is_read() -> None:
    assert [mark for mark, _ in rows(ASV_SAYS)] == ["+", "", "-", "~"]
    assert rows(ASV_SAYS)[1] == ("", "merge.DatasetAddVariable.time_merge(10)")
    assert FACTOR == "1.05"
    with pytest.raises(Failed, match=r"could not measure datatree\.Datatree\.time_from_dict_few"):
        rows(ASV_SAYS.replace("| + ", "| ! "))
    with pytest.raises(Failed, match="compared nothing"):
        rows("")


def test_a_tool_is_not_asked_about_what_is_plainly_anothers(tmp_path: Path) -> None:
    file = tmp_path / "answers.jsonl"
    calls.append(file, command.header(command.parse([])))
    asked = list(command.todo(file, ("attrs", "xarray"), command.TOOLS))
    assert {(project.name, tool) for project, tool, _ in asked} == {
        ("attrs", "pytest-benchmark"),
        ("attrs", "concbench"),
        ("xarray", "asv continuous"),
        ("xarray", "concbench"),
    }
