"""``concbench report``: one page about one or several run files, and what is refused."""

import gzip
import json
import shutil
import webbrowser
from collections.abc import Callable
from contextlib import chdir
from dataclasses import replace
from pathlib import Path

import pytest

from concbench.commands.reporting import OURS
from concbench.report.page import build
from concbench.results.records import WitnessRecord
from tests.report.hostile import hostile_run
from tests.report.made_up import run_elsewhere, run_of
from tests.report.pages import Element, everything_run, parsed, sizes, written

from .concbench import Caller, process

OLDER = b"<!doctype html>" + OURS + b' 0.1.0"><title>an older page</title>'
"""A page that a report of today may take the place of."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Call the command in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def runs(folder: Path) -> tuple[str, str]:
    """Return two runs of one machine, of different commits."""
    run = run_of(*(cell for name in ("alpha", "beta") for cell in sizes(name, "spawn", 100.0, 10, 1000)))
    written(run, folder / "one.jsonl")
    written(run_elsewhere(run, 1, commit="fedcba98"), folder / "other.jsonl")
    return "one.jsonl", "other.jsonl"


@pytest.fixture
def light(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the page be a line: what is tested is where it goes."""
    monkeypatch.setattr(build, "page_of", lambda *_anything, **_named: OLDER.decode())


def page_at(path: Path) -> Element:
    return parsed(path.read_text(encoding="utf-8"))


def text_of(path: Path) -> str:
    return page_at(path).text


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_a_run_that_has_a_page_gets_no_second_one_wherever_it_is_asked_for(
    concbench: Caller, folder: Path, runs: tuple[str, str], light: None, packed: bool
) -> None:
    kept = folder / "kept"
    (folder / "elsewhere").mkdir()
    kept.mkdir()
    for name in runs:
        (kept / name).write_bytes((folder / name).read_bytes())
    (kept / "one.html").write_bytes(b"<!-- -->" + OLDER)
    one = kept / runs[0]
    if packed:
        one = kept / f"{runs[0]}.gz"
        one.write_bytes(gzip.compress((kept / runs[0]).read_bytes()))
    before = set(folder.rglob("*"))
    with chdir(folder / "elsewhere"):
        said = concbench("report", one)
        assert said.out.splitlines()[0] == f"report: {kept / 'one.html'}"
        assert (kept / "one.html").read_bytes() == OLDER
        assert set(folder.rglob("*")) == before
        for _again in range(2):
            said = concbench("report", one, kept / runs[1])
            assert said.out.splitlines()[0] == f"report: {kept / 'one-and-other.html'}"
    assert set(folder.rglob("*")) - before == {kept / "one-and-other.html"}


def test_a_page_is_written_and_its_path_is_printed(concbench: Caller, folder: Path, measured: Path) -> None:
    said = concbench("report", measured, "--output", "page.html")
    assert said.code == 0
    assert said.out.splitlines() == ["report: page.html", f"        {Path('page.html').absolute().as_uri()}"]
    text = text_of(folder / "page.html")
    assert "The same work at its whole price: asyncio, generator" in text
    assert "run.jsonl" in text


@pytest.mark.usefixtures("light")
def test_it_goes_beside_its_run_by_default(concbench: Caller, measured: Path) -> None:
    page = measured.with_suffix(".html")
    said = concbench("report", measured)
    assert said.out.splitlines() == [f"report: {page}", f"        {page.as_uri()}"]
    page.unlink()


def test_an_older_report_is_replaced(concbench: Caller, folder: Path, measured: Path) -> None:
    concbench("report", measured, "-o", "page.html")
    (folder / "page.html").write_text((folder / "page.html").read_text()[:2000])
    assert concbench("report", measured, "-o", "page.html").code == 0
    assert page_at(folder / "page.html").all("footer")


@pytest.mark.nightly
def test_the_same_file_gives_the_same_page(concbench: Caller, folder: Path, measured: Path) -> None:
    for name in ("one.html", "other.html"):
        concbench("report", measured, "-o", name)
    assert (folder / "one.html").read_bytes() == (folder / "other.html").read_bytes()


def test_a_compressed_run_file_is_read_as_it_is(concbench: Caller, folder: Path, measured: Path) -> None:
    packed = folder / "run.jsonl.gz"
    packed.write_bytes(gzip.compress(measured.read_bytes()))
    assert concbench("report", packed, "-o", "page.html").code == 0
    assert "run.jsonl.gz" in text_of(folder / "page.html")


def test_as_json_the_findings_are_all_there_is(concbench: Caller, folder: Path) -> None:
    written(everything_run("alpha", "beta"), folder / "one.jsonl")
    said = concbench("report", "one.jsonl", "--json")
    assert said.code == 0
    assert {"runs", "sweeps", "choices"} <= set(said.json)
    assert {"timers", "spawn", "switch", "chain"} == {sweep["workload"] for sweep in said.json["sweeps"]}
    assert [path.name for path in folder.iterdir()] == ["one.jsonl"]


def test_a_page_may_be_had_with_the_json(concbench: Caller, folder: Path, runs: tuple[str, str]) -> None:
    said = concbench("report", runs[0], "--json", "-o", "page.html")
    assert said.json["choices"]
    assert "report: page.html" in said.err
    assert (folder / "page.html").exists()


def test_two_commits_stand_side_by_side(concbench: Caller, folder: Path, runs: tuple[str, str]) -> None:
    assert concbench("report", *runs, "-o", "page.html").code == 0
    text = text_of(folder / "page.html")
    for words in ("alpha abc123", "alpha fedcba98", "one.jsonl, other.jsonl", "The runs differ in commit"):
        assert words in text


def test_another_baseline_is_what_others_are_compared_with(
    concbench: Caller, folder: Path, runs: tuple[str, str]
) -> None:
    assert concbench("report", runs[0], "-o", "page.html", "--baseline", "beta").code == 0
    assert "ratios to beta" in text_of(folder / "page.html")


def test_the_same_run_twice_is_refused(concbench: Caller, folder: Path, runs: tuple[str, str]) -> None:
    shutil.copy("one.jsonl", "copy.jsonl")
    said = concbench("report", "one.jsonl", "copy.jsonl", "-o", "page.html")
    assert said.code == 2
    assert "one.jsonl and copy.jsonl are the same run" in said.err
    assert not (folder / "page.html").exists()


def test_another_machine_is_refused_unless_it_is_allowed(
    concbench: Caller, folder: Path, runs: tuple[str, str]
) -> None:
    elsewhere = run_elsewhere(run_of(*sizes("alpha", "spawn", 100.0, 10)), 2, cpu="one fast core")
    written(elsewhere, folder / "elsewhere.jsonl")
    said = concbench("report", "one.jsonl", "elsewhere.jsonl", "-o", "page.html")
    assert said.code == 2
    assert "elsewhere.jsonl was measured on another processor than one.jsonl" in said.err
    assert "--allow-different-machines" in said.err
    assert not (folder / "page.html").exists()
    allowed = ("one.jsonl", "elsewhere.jsonl", "-o", "page.html", "--allow-different-machines")
    assert concbench("report", *allowed).code == 0
    assert "two slow cores; one fast core" in text_of(folder / "page.html")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "name a run file, or what has a history with --history"),
        (
            ["one.jsonl", "--baseline", "gamma"],
            "--baseline 'gamma' is not in one.jsonl; there are alpha, beta",
        ),
        (["one.jsonl", "--json", "--open"], "--json writes no page to --open; name one with --output"),
        (["one.jsonl", "-o", "."], "is a directory"),
        (["one.jsonl", "-o", "one.jsonl"], "one.jsonl exists already, and is no report of ours"),
        (["one.jsonl", "-o", "one.jsonl/page.html"], "cannot be written (Not a directory)"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(
    concbench: Caller, folder: Path, runs: tuple[str, str], arguments: list[str], words: str
) -> None:
    before = (folder / "one.jsonl").read_bytes()
    said = concbench("report", *arguments)
    assert said.code == 2
    assert words in " ".join(said.err.split())
    assert (folder / "one.jsonl").read_bytes() == before
    assert sorted(path.name for path in folder.iterdir()) == ["one.jsonl", "other.jsonl"]


@pytest.mark.usefixtures("light")
def test_a_folder_that_is_not_there_is_made(concbench: Caller, folder: Path, measured: Path) -> None:
    assert concbench("report", measured, "-o", "a/b/page.html").code == 0
    assert (folder / "a" / "b" / "page.html").exists()


def damaged(path: Path) -> Path:
    path.write_text(path.read_text(encoding="utf-8") + "{}\n", encoding="utf-8")
    return path


def emptied(path: Path) -> Path:
    path.write_bytes(b"")
    return path


def removed(path: Path) -> Path:
    path.unlink()
    return path


def no_archive(path: Path) -> Path:
    return path.rename(path.with_suffix(".gz"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (damaged, "it has no string under the key `type`"),
        (emptied, "no header: an empty file"),
        (removed, "no such file; name one that `concbench run` wrote"),
        (lambda path: path.parent, "this is a directory; name a run file in it"),
        (no_archive, "cannot be decompressed"),
    ],
)
def test_a_file_that_cannot_be_read_ends_with_5_and_leaves_the_older_page(
    concbench: Caller, folder: Path, runs: tuple[str, str], change: Callable[[Path], Path], words: str
) -> None:
    (folder / "page.html").write_bytes(OLDER)
    path = change(folder / "one.jsonl")
    said = concbench("report", path, "-o", "page.html")
    assert said.code == 5
    assert words in said.err
    assert (folder / "page.html").read_bytes() == OLDER


def test_samples_that_no_witness_counted_end_with_5(
    concbench: Caller, folder: Path, runs: tuple[str, str]
) -> None:
    run = everything_run("alpha")
    without = tuple(record for record in run.records if not isinstance(record, WitnessRecord))
    written(replace(run, records=without), folder / "odd.jsonl")
    said = concbench("report", "odd.jsonl", "-o", "page.html")
    assert said.code == 5
    assert "no witness of cell" in said.err
    assert not (folder / "page.html").exists()


def test_a_torn_file_has_a_page_that_says_so(concbench: Caller, folder: Path, measured: Path) -> None:
    whole = measured.read_bytes()
    begun = whole.index(b"\n", len(whole) * 2 // 3) + 10
    (folder / "torn.jsonl").write_bytes(whole[:begun])
    assert concbench("report", "torn.jsonl", "-o", "page.html").code == 0
    text = text_of(folder / "page.html")
    assert "the run is not complete" in text
    assert "was never finished" in text


@pytest.mark.nightly
def test_a_hostile_file_has_a_page(concbench: Caller, folder: Path) -> None:
    written(hostile_run(), folder / "hostile.jsonl")
    said = concbench("report", "hostile.jsonl", "-o", "page.html")
    assert said.code == 0
    assert [len(page_at(folder / "page.html").all(tag)) for tag in ("script", "img", "style")] == [1, 0, 1]


def test_an_interruption_leaves_the_older_page(
    concbench: Caller, folder: Path, runs: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> str:
        raise KeyboardInterrupt

    (folder / "page.html").write_bytes(OLDER)
    monkeypatch.setattr(build, "page_of", interrupted)
    said = concbench("report", runs[0], "-o", "page.html")
    assert (said.code, said.err.splitlines()[-1]) == (130, "interrupted")
    assert (folder / "page.html").read_bytes() == OLDER
    assert sorted(path.name for path in folder.iterdir()) == ["one.jsonl", "other.jsonl", "page.html"]


@pytest.mark.usefixtures("light")
def test_the_page_is_opened_where_that_is_asked_for(
    concbench: Caller, folder: Path, measured: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def browser(uri: str) -> bool:
        asked.append(uri)
        return True

    monkeypatch.setattr(webbrowser, "open", browser)
    concbench("report", measured, "-o", "page.html")
    assert asked == []
    concbench("report", measured, "-o", "page.html", "--open")
    assert asked == [(folder / "page.html").as_uri()]


@pytest.mark.nightly
def test_the_real_command_says_what_it_does_and_nothing_else_and_its_page_is_the_same(
    concbench: Caller, folder: Path
) -> None:
    written(everything_run("alpha", "beta"), folder / "one.jsonl")
    with process("report", "one.jsonl", "-o", "page.html") as running:
        out, err = running.communicate(timeout=60)
    assert running.returncode == 0
    assert out.startswith("report: page.html\n")
    assert all(line.startswith("report: ") for line in err.splitlines())
    assert concbench("report", "one.jsonl", "-o", "same.html").code == 0
    assert (folder / "page.html").read_bytes() == (folder / "same.html").read_bytes()


def test_the_json_of_a_real_run_can_be_read_again(concbench: Caller, measured: Path) -> None:
    said = concbench("report", measured, "--json")
    assert json.loads(json.dumps(said.json, allow_nan=False)) == said.json


ASV = Path(__file__).parents[1] / "results" / "files" / "asv"


def test_a_history_of_asv_has_a_page_of_its_own(concbench: Caller, folder: Path) -> None:
    said = concbench("report", "--history", ASV)
    assert (said.code, said.out.splitlines()[0]) == (0, "report: reports/history.html")
    page = parsed((folder / "reports" / "history.html").read_text(encoding="utf-8"))
    assert next(element["id"] for element in page.all("section")) == "history"


def test_a_history_stands_beside_runs(concbench: Caller, folder: Path, runs: tuple[str, str]) -> None:
    assert concbench("report", runs[0], "--history", ASV, "-o", "page.html").code == 0
    ids = [
        element["id"] for element in parsed((folder / "page.html").read_text(encoding="utf-8")).all("section")
    ]
    assert "history" in ids
    assert ids[0] == "answer"


def test_the_findings_of_a_history_are_its_traces(concbench: Caller) -> None:
    said = concbench("report", "--history", ASV, "--json")
    assert said.code == 0
    assert set(said.json) == {"history"}
    assert said.json["history"]


def test_a_folder_that_holds_no_history_is_refused_by_its_name(concbench: Caller, folder: Path) -> None:
    said = concbench("report", "--history", folder)
    assert said.code == 5
    assert str(folder) in said.err
    assert "no results of asv" in said.err


def nothing_measured(folder: Path) -> Path:
    """Return a copy of asv's results in which every benchmark failed."""
    results = Path(shutil.copytree(ASV, folder / "results"))
    for path in (results / "laptop").glob("*-virtualenv-*.json"):
        content = json.loads(path.read_text())
        for row in content["results"].values():
            row[content["result_columns"].index("result")] = None
        path.write_text(json.dumps(content))
    return results


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_history_without_a_figure_is_refused_where_it_stands_alone(
    concbench: Caller, folder: Path, options: list[str]
) -> None:
    results = nothing_measured(folder)
    said = concbench("report", "--history", results, *options)
    assert said.code == 5
    assert f"{results}: no benchmark has a figure" in said.err
    assert not (folder / "reports").exists()


def test_a_history_without_a_figure_has_no_section_beside_a_run(
    concbench: Caller, folder: Path, runs: tuple[str, str]
) -> None:
    results = nothing_measured(folder)
    assert concbench("report", runs[0], "--history", results, "-o", "page.html").code == 0
    assert "history" not in [element["id"] for element in page_at(folder / "page.html").all("section")]
