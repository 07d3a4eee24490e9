"""What ``concbench compare`` does with what it was given, where nothing need be measured for it."""

import json
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from concbench.drive.sides.fitting import HeadDoesNotFit
from concbench.runs import comparing
from concbench.runs.comparison_request import ComparisonRequest
from tests.report.paired import cell_id, comparison_with, header_of, measured
from tests.results.examples import plain

from .concbench import Caller

ONE = cell_id(1)


@dataclass
class Faked:
    """A comparison of made-up sides: what its cells do, and how counting was wished for."""

    true: dict[str, float] = field(default_factory=lambda: {ONE: 1.0})
    more: Sequence[dict[str, Any]] = ()
    complete: bool = True
    wishes: list[str] = field(default_factory=list)
    runs: int = 0

    def measure(self, path: Path, *_rest: object, **_more: object) -> bool:
        self.runs += 1
        header, records = comparison_with(self.true)
        header["settings"]["margins"] = {"wall": 0.01}
        found = measured(header, [*records, *self.more], complete=self.complete)
        lines = (header, *map(plain, found.records))
        path.write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines))
        return self.complete


@pytest.fixture
def faked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Faked:
    """Let ``compare`` measure made-up sides, in an empty folder."""
    made = Faked()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(comparing, "two_sides", lambda *_rest, **_more: nullcontext((None, None)))
    monkeypatch.setattr(comparing, "counter_for", lambda wish, _sides: made.wishes.append(wish))
    monkeypatch.setattr(comparing, "measure", made.measure)
    monkeypatch.setattr(comparing, "valgrind_path", lambda: "valgrind")
    return made


@pytest.mark.parametrize("off", [("--gate", "memory", "--no-memory"),
                                 ("--gate", "wall,instructions", "--instructions", "off")])  # fmt: skip
def test_a_gate_on_what_is_switched_off_is_refused(
    concbench: Caller, faked: Faked, off: tuple[str, ...]
) -> None:
    said = concbench("compare", "v0", "v1", *off, "-o", "pairs.jsonl")
    assert (said.code, faked.runs) == (2, 0)
    assert "switches off; leave one of them out" in said.err


def test_a_gate_on_instructions_has_them_counted(concbench: Caller, faked: Faked) -> None:
    concbench("compare", "v0", "v1", "-o", "pairs.jsonl")
    said = concbench("compare", "v0", "v1", "--gate", "instructions", "-o", "counted.jsonl")
    assert faked.wishes == ["auto", "on"]
    assert said.code == 4
    assert "warning: --gate instructions: nothing of it was measured;" in said.out


def test_a_gate_on_instructions_needs_valgrind(
    concbench: Caller, faked: Faked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "valgrind_path", lambda: None)
    said = concbench("compare", "v0", "v1", "--gate", "instructions", "-o", "pairs.jsonl")
    assert (said.code, faked.runs) == (2, 0)
    assert "apt-get install valgrind" in said.err


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--instructions", "on", "--budget", "5s"), "leave out --budget, --instructions"),
        (("-o", "zz.jsonl"), "leave out --output"),
        (("--no-memory",), "leave out --memory/--no-memory"),
        (("-p", "tasks=3", "--with", "trio"), "leave out --with, --param"),
        (("--gate", "instructions"), "stored runs have no counts"),
        (("-m", "nope"), "neither run has a model 'nope'; there are asyncio, generator"),
        (("-w", "nope"), "neither run has a workload 'nope'; there are spawn, switch"),
    ],
)
def test_stored_runs_refuse_options_that_say_how_to_measure_and_names_they_lack(
    concbench: Caller, stored: tuple[Path, Path], options: tuple[str, ...], told: str
) -> None:
    said = concbench("compare", *stored, *options)
    assert said.code == 2
    assert told in " ".join(said.err.split())


def test_of_stored_runs_those_models_and_workloads_are_compared_that_are_named(
    concbench: Caller, stored: tuple[Path, Path]
) -> None:
    lines = concbench("compare", *stored, "-m", "asyncio", "-w", "switch", "--json").json["lines"]
    assert {(line["model"], line["workload"]) for line in lines} == {("asyncio", "switch")}


def test_a_run_is_not_compared_with_itself(concbench: Caller, measured: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.jsonl"
    copy.write_bytes(measured.read_bytes())
    for head in (measured, copy):
        said = concbench("compare", measured, head)
        assert said.code == 2
        assert "are the same run; name two runs" in said.err


def test_the_file_of_a_comparison_is_to_be_shown(concbench: Caller, faked: Faked, measured: Path) -> None:
    concbench("compare", "v0", "v1", "-o", "pairs.jsonl")
    for base in (measured, "pairs.jsonl"):
        said = concbench("compare", base, "pairs.jsonl")
        assert said.code == 2
        assert "print it again with concbench show pairs.jsonl" in said.err


def test_annotations_beside_json_go_to_the_other_stream(concbench: Caller, faked: Faked) -> None:
    faked.true = {ONE: 1.5}
    said = concbench("compare", "v0", "v1", "--json", "--annotations", "-o", "pairs.jsonl")
    assert said.code == 1
    assert said.json["answer"].startswith("1 of 1 cell is slower")
    assert f"::error title={ONE} is slower::" in said.err


def test_annotations_are_no_escape_sequences(
    concbench: Caller, faked: Faked, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_rest: object, **_more: object) -> None:
        raise HeadDoesNotFit("v0", "v1", "\x1b[31mred")

    monkeypatch.setattr(comparing, "two_sides", refuse)
    said = concbench("compare", "v0", "v1", "--annotations")
    assert "::error title=head cannot be measured::�[31mred" in said.out
    assert all(line.isprintable() for line in said.out.splitlines())


@pytest.mark.parametrize(
    ("option", "target", "told"),
    [
        ("--report", "file/page.html", "--report file/page.html cannot be written"),
        ("--report", "/proc/page.html", "name another with --report"),
        ("--report", "file", "file exists already, and is no report of ours; name another with --report"),
        ("--markdown", "file/summary.md", "name another with --markdown"),
        ("--markdown", "missing/summary.md", "name another with --markdown"),
        ("--markdown", ".", "name another with --markdown"),
    ],
)
def test_targets_are_tried_before_anything_is_measured(
    concbench: Caller, faked: Faked, option: str, target: str, told: str
) -> None:
    Path("file").write_text("of somebody else")
    said = concbench("compare", "v0", "v1", option, target, "-o", "pairs.jsonl")
    assert said.code in (2, 5)
    assert told in said.err
    assert faked.runs == 0


def test_a_library_that_is_missing_is_told_before_anything_is_measured(
    concbench: Caller, faked: Faked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    said = concbench("compare", "v0", "v1", "--report", "page.html", "-o", "pairs.jsonl")
    assert (said.code, faked.runs) == (2, 0)
    assert "compare --report needs matplotlib: pip install 'concbench[report]'" in said.err


@pytest.mark.parametrize(("ratio", "code"), [(1.5, 1), (1.0, 5)])
def test_a_page_that_cannot_be_written_costs_nothing_else(
    concbench: Caller, faked: Faked, monkeypatch: pytest.MonkeyPatch, ratio: float, code: int
) -> None:
    faked.true = {ONE: ratio}
    page = Path("folder/page.html")
    measure = faked.measure

    def fill(path: Path, *rest: object, **more: object) -> bool:
        page.parent.write_text("a file where the folder would be made")
        return measure(path, *rest, **more)

    monkeypatch.setattr(comparing, "measure", fill)
    wished = ("--report", page, "--markdown", "summary.md", "--annotations")
    said = concbench("compare", "v0", "v1", *wished, "-o", "pairs.jsonl")
    assert said.code == code
    assert Path("summary.md").read_text().startswith("### ")
    assert ("::error title=" in said.out) is (ratio > 1)
    assert "name another place with --report" in said.err.splitlines()[-1]


def test_a_seed_is_another_one_each_time_unless_it_is_given(
    concbench: Caller, faked: Faked, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeds: list[int] = []
    faked_measure = faked.measure

    def measure(path: Path, request: ComparisonRequest, *rest: object, **more: object) -> bool:
        seeds.append(request.seed)
        return faked_measure(path, request, *rest, **more)

    monkeypatch.setattr(comparing, "measure", measure)
    for number, chosen in enumerate(([], [], ["--seed", "7"])):
        assert concbench("compare", "v0", "v1", "-o", f"pairs{number}.jsonl", *chosen).code == 0
    assert seeds[0] != seeds[1]
    assert seeds[2] == 7
    assert concbench("compare", "v0", "v1", "--seed", "-1").code == 2


def test_a_head_that_cannot_be_imported_fails_and_is_written_all_the_same(
    concbench: Caller, faked: Faked, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_rest: object, **_more: object) -> None:
        reason = "v1 does not import: models/a,b.py:7: ImportError: `nothing`.\nMend it <!-- ``` there"
        raise HeadDoesNotFit("v0", "v1", reason, "models/a,b.py", 7)

    monkeypatch.setattr(comparing, "two_sides", refuse)
    wished = ("--markdown", "summary.md", "--report", "page.html", "-o", "pairs.jsonl")
    said = concbench("compare", "v0", "v1", *wished, "--json")
    assert (said.code, faked.runs) == (3, 0)
    assert said.json["failed"][0]["side"] == "head"
    assert (said.json["failed"][0]["file"], said.json["failed"][0]["line"]) == ("models/a,b.py", 7)
    assert (
        said.json["answer"]
        == "Nothing was compared: v1 does not import: models/a,b.py:7: ImportError: `nothing`."
    )
    assert said.json["why"] == "head cannot be measured"
    summary = Path("summary.md").read_text()
    assert "### Nothing was compared: v1 does not import: models/a,b.py:7" in summary
    block = summary.partition("```text\n")[2]
    assert block == f"{said.json['failed'][0]['reason'].replace('`', chr(0x2019))}\n```\n"
    page = Path("page.html").read_text(encoding="utf-8")
    assert "no run file: head cannot be measured" in page
    assert "pairs.jsonl" not in page
    said = concbench("compare", "v0", "v1", "-o", "pairs.jsonl", "--annotations")
    assert (
        said.out.splitlines()[0]
        == "Nothing was compared: v1 does not import: models/a,b.py:7: ImportError: `nothing`."
    )
    assert "\nMend it <!-- ``` there\n" in said.out
    where = "::error file=models/a%2Cb.py,line=7,title=head cannot be measured::v1 does not import: "
    assert where in said.out


def test_a_gate_that_is_undecided_is_said_to_pass(concbench: Caller, faked: Faked) -> None:
    faked.true = {ONE: 1.009}
    said = concbench("compare", "v0", "v1", "-o", "pairs.jsonl", "--json")
    undecided = [line for line in said.json["lines"] if line["gated"] and line["verdict"] == "unsure"]
    told = [words for words in said.json["warnings"] if "are undecided, which fails nothing" in words]
    assert undecided
    assert told[0].startswith(f"{len(undecided)} of the ")


def test_of_what_was_not_measured_it_is_not_said_that_it_passes(
    concbench: Caller, faked: Faked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "tests.commands.test_compare_options.comparison_with", lambda true: (header_of([(ONE, {})]), [])
    )
    said = concbench("compare", "v0", "v1", "-o", "pairs.jsonl")
    assert said.code == 4
    assert said.out.startswith("Nothing was measured: of 1 cell none had a pair within 60 s.")
    assert "fails nothing" not in said.out
    assert "0.00 ns" not in said.out


@pytest.mark.parametrize(
    ("ratio", "fail_on", "code", "ending"),
    [(1.009, "unsure", 6, "undecided"), (1.009, "slower", 0, "passed"), (1.009, "never", 0, "passed"),
     (1.5, "unsure", 1, "slower"), (1.5, None, 1, "slower"), (1.5, "never", 0, "passed"),
     (1.0, "unsure", 0, "passed")],
)  # fmt: skip
def test_what_fails_is_what_fail_on_says(
    concbench: Caller, faked: Faked, ratio: float, fail_on: str | None, code: int, ending: str
) -> None:
    faked.true = {ONE: ratio}
    asked = () if fail_on is None else ("--fail-on", fail_on)
    said = concbench("compare", "v0", "v1", *asked, "-o", "pairs.jsonl", "--json")
    assert said.code == code
    assert (said.json["ending"], said.json["fail_on"]) == (ending, fail_on or "slower")


def test_what_fails_may_be_said_in_a_file(concbench: Caller, faked: Faked) -> None:
    faked.true = {ONE: 1.5}
    Path("pyproject.toml").write_text('[tool.concbench.compare]\nfail-on = "never"\n')
    said = concbench("compare", "v0", "v1", "-o", "pairs.jsonl")
    assert said.code == 0
    assert "warning: 1 cell got worse, and passes: --fail-on never" in said.out
    assert concbench("compare", "v0", "v1", "--fail-on", "slower", "-o", "again.jsonl").code == 1
