"""``concbench compare``: verdicts on a small project, what is refused, and what is written besides."""

import json
from pathlib import Path
from typing import Any

import pytest

from concbench.analysis.stopping import StoppingRule
from concbench.commands.compare import sides_of
from concbench.commands.exits import CELL_FAILED, NOTHING_MEASURED, OK
from concbench.validators import LARGEST
from tests.drive.sides.repositories import repository
from tests.report.hostile import hostile_run
from tests.report.made_up import Cell, always, run_of
from tests.report.paired import comparison_with, measured
from tests.results.examples import plain

from .concbench import Caller

PLUGIN = """
from dataclasses import replace
from concbench.models import index
from concbench.workloads import index as workloads

spawn = workloads.get("spawn")


def generator(rt, p):
    factories = spawn.versions["generator"](rt, p)
    return [make(factory) for factory in factories]


def make(factory):
    def task():
        for _ in range({loops}):
            pass
        return (yield from factory())
    return task


WORKLOADS = [replace(spawn, name="mine", versions={{**spawn.versions, "generator": generator}})]
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return repository(
        tmp_path_factory.mktemp("compare") / "project",
        {"plugin.py": PLUGIN.format(loops=100)},
        {"plugin.py": PLUGIN.format(loops=200)},
        {"other.py": ""},
    )


@pytest.fixture
def asked(project: Path, tmp_path: Path) -> list[object]:
    own = ["--repo", project, "--plugin", project / "plugin.py", "-m", "generator", "-w", "mine"]
    return [*own, "-p", "tasks=20", "--no-memory", "--budget", "30s", "-o", tmp_path / "pairs.jsonl"]


@pytest.mark.nightly
@pytest.mark.timing
def test_work_that_doubled_is_slower_and_the_exit_code_says_so(
    concbench: Caller, asked: list[object], tmp_path: Path
) -> None:
    summary = tmp_path / "summary.md"
    said = concbench("compare", "v0", "v1", *asked, "--markdown", summary, "--annotations", "--gate", "cpu")
    assert said.code == 1
    assert said.out.startswith("1 of 1 cell is slower: mine[tasks=20]/generator.")
    assert "::error title=mine[tasks=20]/generator is slower::" in said.out
    assert "🔴 slower" in summary.read_text()
    again = concbench("show", tmp_path / "pairs.jsonl")
    assert again.out.splitlines()[0] == said.out.splitlines()[0]
    (wall, cpu) = concbench("show", tmp_path / "pairs.jsonl", "--json").json["lines"]
    assert (wall["metric"], cpu["metric"]) == ("wall", "cpu")
    assert 1.2 < cpu["middle"] < 3
    assert cpu["verdict"] == "slower"


@pytest.fixture
def one_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a comparison end with its first look, decided or not."""
    open_cells = StoppingRule.open_cells

    def until_a_look(rule: StoppingRule) -> set[str]:
        still = open_cells(rule)
        return set() if rule.judged else still

    monkeypatch.setattr(StoppingRule, "open_cells", until_a_look)


@pytest.mark.nightly
@pytest.mark.usefixtures("one_look")
def test_what_was_not_changed_is_not_slower(concbench: Caller, asked: list[object]) -> None:
    said = concbench("compare", "v1", "v2", *asked, "--margin", "50%", "--json")
    assert said.code == 0
    assert {line["verdict"] for line in said.json["lines"]} <= {"same", "unsure"}
    assert said.json["base"].startswith("v1 (")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "name two sides"),
        (("main", ""), "an empty word is no revision"),
        (("",), "an empty word is no revision"),
        (("a.jsonl",), "can only be compared with another one"),
        (("a.jsonl", "b.jsonl", "--python", "3.11"), "leave out --python"),
        (("--python", "3.11", "--python", "3.11 -O", "--with-project"), "--with-project is for revisions"),
        (
            ("--python", "3.11", "--python", "3.11 -O", "--with-extras", "a,b"),
            "--with-project is for revisions",
        ),
        (
            ("--python", "3.11", "--python", "3.11 -O", "--plugin-from", "head"),
            "--plugin-from head is for revis",
        ),
        (("--with-requirements", "a.txt") * 3, "--with-requirements is given 3 times"),
        (("--with-requirements", "a.txt") * 2, "a.txt cannot be read: No such file"),
        (("--python", "3.11", "--gate", "speed"), "there is no metric 'speed'"),
        (("--python", "3.11", "--margin", "2"), "per cent"),
        (("--python", "3.11", "--budget", "soon"), "such as 3m"),
        (("--python", "3.11", "--margin", "0"), "not a number of a billionth or more"),
        (("--python", "3.11", "--seed", str(2**63)), "is not in the range 0<=x<=9223372036854775807"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(
    concbench: Caller, arguments: tuple[str, ...], told: str
) -> None:
    said = concbench("compare", *arguments)
    assert said.code == 2
    assert told in said.err


def test_a_cell_that_fails_on_one_side_has_an_exit_code_of_its_own(concbench: Caller, tmp_path: Path) -> None:
    broken = PLUGIN.format(loops=1).replace("return (yield", "return 1 + (yield")
    made = repository(tmp_path / "made", {"plugin.py": PLUGIN.format(loops=1)}, {"plugin.py": broken})
    own = ["--repo", made, "--plugin", made / "plugin.py", "-m", "generator", "-w", "mine", "--no-memory"]
    said = concbench("compare", "v0", "v1", *own, "--budget", "10s", "-o", tmp_path / "pairs.jsonl")
    assert said.code == 3
    assert "mine[tasks=100]/generator on head: invalid" in said.out


def test_a_plug_in_that_head_adds_is_compared_by_head_s(concbench: Caller, tmp_path: Path) -> None:
    made = repository(tmp_path / "made", {"a.py": ""}, {"plugin.py": PLUGIN.format(loops=1)})
    own = ["--repo", made, "--plugin", made / "plugin.py", "-m", "generator", "-w", "mine", "--no-memory"]
    said = concbench("compare", "v0", "v1", *own)
    assert said.code == 2
    assert "has no file plugin.py: name one that both sides have, or have head's on both" in said.err
    assert "--plugin-from head" in said.err
    own += ["--plugin-from", "head", "--budget", "1s", "-o", tmp_path / "pairs.jsonl", "--json"]
    said = concbench("compare", "v0", "v1", *own)
    assert (said.code in (0, 4), said.json["failed"]) == (True, [])


def test_a_project_of_which_nothing_is_named_is_refused(concbench: Caller, project: Path) -> None:
    said = concbench("compare", "v0", "v1", "--repo", project)
    assert said.code == 2
    assert "say what to measure of it" in said.err


@pytest.mark.nightly
def test_of_a_project_its_own_models_and_workloads_are_compared(
    concbench: Caller, project: Path, tmp_path: Path
) -> None:
    own = ["--repo", project, "--plugin", project / "plugin.py", "--no-memory", "-m", "generator"]
    said = concbench("compare", "v0", "v1", *own, "--budget", "1s", "--json", "-o", tmp_path / "p.jsonl")
    assert {line["workload"] for line in said.json["lines"]} == {"mine"}


def test_a_comparison_cannot_be_resumed_or_shown_in_part(concbench: Caller, tmp_path: Path) -> None:
    header, records = comparison_with({"w[tasks=1]/asyncio": 1.0})
    header["settings"]["margins"] = {"wall": 0.01}
    path = tmp_path / "pairs.jsonl"
    lines = [header, *map(plain, measured(header, records).records)]
    path.write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines))
    assert concbench("show", path).out.startswith("Nothing is slower: of 1 cell 1 same.")
    assert "shown whole" in concbench("show", path, "--workload", "w").err
    assert concbench("run", "--resume", path).code == 5


def test_two_stored_runs_are_compared_with_a_warning(concbench: Caller, stored: tuple[Path, Path]) -> None:
    said = concbench("compare", *stored)
    assert said.code == 0
    assert "measured one after the other" in said.out
    assert "At most 1% of what is called" not in said.out
    words = " ".join(said.out.split())
    assert "so nothing here fails: --gate METRIC or --fail-on slower makes it a gate" in words
    lines = concbench("compare", *stored, "--json").json["lines"]
    assert {line["verdict"] for line in lines} <= {"same", "unsure"}
    assert {line["middle"] for line in lines} == {1.0}


@pytest.mark.parametrize("pair", ["hostile names", "the largest and the smallest", "one without figures"])
@pytest.mark.parametrize("options", [["--json"], ["--annotations", "--markdown", "summary.md"]])
def test_odd_pairs_of_files_are_compared_in_plain_words(
    concbench: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pair: str, options: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    cells = [Cell(contender=name, cost=always(100)) for name in ("a", "b")]
    runs = [hostile_run() if pair == "hostile names" else run_of(*cells) for _ in range(2)]
    for run, name, figure in zip(runs, ("base", "head"), (LARGEST, 1), strict=True):
        records = [plain(run.header) | {"run": f"{figure:032x}"}, *map(plain, run.records)]
        if pair == "the largest and the smallest":
            records = [_with(figure, record) for record in records]
        elif pair == "one without figures" and name == "head":
            records = records[:1]
        (tmp_path / f"{name}.jsonl").write_text("".join(f"{json.dumps(record)}\n" for record in records))
    said = concbench("compare", "base.jsonl", "head.jsonl", *options)
    assert said.code == {"hostile names": CELL_FAILED, "one without figures": NOTHING_MEASURED}.get(pair, OK)
    assert all(line.isprintable() for line in (said.out + said.err).split("\n"))
    if "--json" in options:
        assert {line["verdict"] for line in said.json["lines"]} <= {"faster", "same", "unsure"}


@pytest.mark.parametrize(
    ("options", "code"),
    [((), 0), (("--gate", "wall,cpu"), 1), (("--fail-on", "slower"), 1), (("--fail-on", "unsure"), 1),
     (("--gate", "wall,cpu", "--fail-on", "never"), 0)],
)  # fmt: skip
def test_of_stored_runs_what_is_slower_fails_only_where_a_gate_is_asked_for(
    concbench: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], code: int
) -> None:
    monkeypatch.chdir(tmp_path)
    for number, cost in enumerate((100, 200)):
        run = run_of(Cell(contender="a", cost=always(cost)))
        records = [plain(run.header) | {"run": f"{number:032x}"}, *map(plain, run.records)]
        Path(f"{number}.jsonl").write_text("".join(f"{json.dumps(record)}\n" for record in records))
    said = concbench("compare", "0.jsonl", "1.jsonl", *options, "--json", "--annotations")
    assert [line["verdict"] for line in said.json["lines"] if line["gated"]] == ["slower", "slower"]
    assert said.code == code
    assert said.json["ending"] == ("slower" if code else "passed")
    assert said.err.startswith("::error" if code else "::warning")


def _with(figure: int, record: dict[str, Any]) -> dict[str, Any]:
    """Return a record, of a sample every time of which is this."""
    if record["type"] != "sample":
        return record
    legs = [{**leg, "wall_ns": figure, "cpu_ns": figure} for leg in record["legs"]]
    return {**record, "legs": legs, "calibration_ns": LARGEST + 1 - figure}


@pytest.mark.parametrize(
    ("base", "head", "sides"),
    [
        ("v1..v2", None, ("v1", "v2")),
        ("v1..", None, ("v1", "HEAD")),
        ("..v2", None, ("HEAD", "v2")),
        ("HEAD~2..main", None, ("HEAD~2", "main")),
        ("main", None, ("main", None)),
        ("main", "topic", ("main", "topic")),
        (None, None, (None, None)),
    ],
)
def test_a_range_of_git_names_both_sides(base: str | None, head: str | None, sides: tuple[Any, Any]) -> None:
    assert sides_of(base, head) == sides


def test_a_path_with_two_dots_is_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "runs").mkdir()
    (tmp_path / "a.jsonl").touch()
    monkeypatch.chdir(tmp_path / "runs")
    assert sides_of("../a.jsonl", "../b.jsonl") == ("../a.jsonl", "../b.jsonl")


@pytest.mark.parametrize("path", ["../gone.jsonl", "reports/../gone.jsonl", "reports/.."])
def test_so_is_one_that_leads_nowhere(path: str) -> None:
    assert sides_of(path, "b.jsonl") == (path, "b.jsonl")
    assert sides_of(path, None) == (path, None)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["a..b", "c"], "names both sides; leave c out"), (["a...b"], "git merge-base A B")],
)
def test_a_range_that_names_no_pair_is_refused(concbench: Caller, arguments: list[str], words: str) -> None:
    said = concbench("compare", *arguments)
    assert said.code == 2
    assert words in said.err
