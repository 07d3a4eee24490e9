"""Where a report goes, what it may replace, and that it is there whole or not at all."""

import os
import stat
import subprocess
import sys
import tempfile
import webbrowser
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import pytest
from rich.console import Console

from concbench.commands.progress import Bar
from concbench.commands.reporting import (
    OURS,
    Sources,
    default_report,
    make_report,
    open_report,
    refuse_foreign,
    write_whole,
)
from concbench.report.page.build import page_of
from concbench.results.errors import RunFileError
from concbench.results.measured import Measured, measured_of
from tests.report.made_up import run_of
from tests.report.pages import material_of_runs, sizes, written

PAGE = f'<!doctype html>{OURS.decode()} 0.1.0">'


def run(**environment: Any) -> Measured:
    about = {"identity": {"machine": "m", "cpu": "c"}, **environment}
    return measured_of(run_of(*sizes("alpha", "spawn", 100.0, 10), environment=about))


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def make(measured: Measured) -> str:
    return make_report(Sources(runs=[measured]), Bar(Console(quiet=True)))


def at(path: str) -> Measured:
    return replace(run(), path=Path(path))


@pytest.mark.parametrize(
    ("paths", "page"),
    [
        (["some/a.jsonl", "other/b.jsonl.gz"], "some/a-and-b.html"),
        (["some/a.jsonl", "b.jsonl", "c.jsonl"], "some/a-and-2-more.html"),
        ([f"{'x' * 200}.jsonl", f"{'y' * 200}.jsonl"], f"{'x' * 100}-and-{'y' * 100}.html"),
    ],
)
def test_the_report_of_several_runs_lies_beside_the_first_and_is_named_by_them(
    paths: list[str], page: str
) -> None:
    assert default_report(*map(at, paths)) == Path(page)


@pytest.mark.parametrize("name", ["mine.jsonl", "mine.jsonl.gz"])
def test_the_report_of_one_run_lies_beside_it_as_run_puts_it(name: str) -> None:
    assert default_report(at(f"some/{name}")) == Path("some/mine.html")


def test_a_page_begins_as_one_that_may_be_replaced(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(page_of(material_of_runs(run())), encoding="utf-8")
    refuse_foreign(path)


def as_nothing(path: Path) -> None:
    """Leave the place empty."""


def as_ours(path: Path) -> None:
    path.write_text(PAGE)


def as_lost_link(path: Path) -> None:
    path.symlink_to(path.with_name("gone.html"))


@pytest.mark.parametrize("make_it", [as_nothing, as_ours, as_lost_link])
def test_nothing_and_an_older_report_may_be_replaced(tmp_path: Path, make_it: Callable[[Path], None]) -> None:
    make_it(tmp_path / "page.html")
    refuse_foreign(tmp_path / "page.html")


def as_other_page(path: Path) -> None:
    path.write_text("<!doctype html><title>holiday</title>")


def as_empty(path: Path) -> None:
    path.touch()


def as_folder(path: Path) -> None:
    path.mkdir()


def as_pipe(path: Path) -> None:
    os.mkfifo(path)


@pytest.mark.parametrize("make_it", [as_other_page, as_empty, as_folder, as_pipe])
def test_what_is_no_report_of_ours_is_not_replaced(tmp_path: Path, make_it: Callable[[Path], None]) -> None:
    make_it(tmp_path / "page.html")
    with pytest.raises(click.UsageError, match="exists already, and is no report of ours"):
        refuse_foreign(tmp_path / "page.html")


@pytest.mark.parametrize(("place", "words"), [("file/page.html", "Not a directory"), ("x" * 300, "too long")])
def test_a_place_that_cannot_be_is_refused_before_anything_is_made(
    tmp_path: Path, place: str, words: str
) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(click.UsageError, match=f"cannot be written .*{words}"):
        refuse_foreign(tmp_path / place)


def test_a_page_is_written_into_a_folder_that_is_made_with_the_usual_permissions(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "page.html"
    mask = os.umask(0o027)
    try:
        write_whole(path, "é")
    finally:
        os.umask(mask)
    assert path.read_bytes() == "é".encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert names_in(path.parent) == ["page.html"]


def test_an_older_page_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    write_whole(path, "old and longer")
    write_whole(path, "new")
    assert path.read_text() == "new"


def test_a_long_name_is_no_hindrance(tmp_path: Path) -> None:
    path = tmp_path / f"{'x' * 240}.html"
    write_whole(path, "page")
    assert path.read_text() == "page"


def full(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a new temporary file lie on a disk that is full."""
    make_it = tempfile.mkstemp

    def on_full_disk(**how: Any) -> tuple[int, str]:
        descriptor, name = make_it(**how)
        os.close(descriptor)
        return os.open("/dev/full", os.O_WRONLY), name

    monkeypatch.setattr(tempfile, "mkstemp", on_full_disk)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_on_a_full_disk_the_older_page_is_kept_and_nothing_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "page.html"
    write_whole(path, "old")
    full(monkeypatch)
    with pytest.raises(RunFileError, match=r"the report cannot be written .*No space left"):
        write_whole(path, "new" * 100_000)
    assert path.read_text() == "old"
    assert names_in(tmp_path) == ["page.html"]


def test_an_interruption_while_writing_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "chmod", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "page.html", "new")
    assert names_in(tmp_path) == []


def test_a_folder_that_cannot_be_made_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(RunFileError, match=r"page\.html: the report cannot be written") as raised:
        write_whole(tmp_path / "file" / "page.html", "page")
    assert raised.value.exit_code == 5


WITHOUT = """
import sys
sys.modules[sys.argv.pop(1)] = None
from concbench.commands import main
main()
"""


@pytest.mark.parametrize(
    ("library", "what", "more"),
    [
        ("jinja2", "a page", []),
        *(
            pytest.param(library, what, more, marks=pytest.mark.nightly)
            for library, what, more in (
                ("jinja2", "a page", ["--json"]),
                ("matplotlib", "a page", []),
                ("pandas", "concbench report", []),
            )
        ),
    ],
)
def test_a_library_that_is_missing_is_named(tmp_path: Path, library: str, what: str, more: list[str]) -> None:
    path = written(run_of(*sizes("alpha", "spawn", 100.0, 10)), tmp_path / "run.jsonl")
    command = [sys.executable, "-c", WITHOUT, library, "report", str(path), "-o", str(tmp_path / "page.html")]
    said = subprocess.run([*command, *more], capture_output=True, text=True, timeout=60, check=False)
    assert said.returncode == 2
    assert "Traceback" not in said.stderr
    assert f"Error: {what} needs {library}: pip install 'concbench[report]'\n" in said.stderr
    assert names_in(tmp_path) == ["run.jsonl"]


def test_findings_need_no_library_that_draws(tmp_path: Path) -> None:
    path = written(run_of(*sizes("alpha", "spawn", 100.0, 10)), tmp_path / "run.jsonl")
    command = [sys.executable, "-c", WITHOUT, "jinja2", "report", str(path), "--json"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (said.returncode, said.stderr) == (0, "report: reading run.jsonl\n")
    assert said.stdout.startswith("{")


def test_a_module_of_ours_that_is_missing_is_no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "concbench.report.page.build", None)
    with pytest.raises(ModuleNotFoundError, match=r"concbench\.report\.page\.build"):
        make(run())


def test_whoever_waits_is_told_of_every_part(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(Bar, "at", lambda _self, what: told.append(what))
    make(run())
    assert told[:4] == [
        "report: loading the libraries that draw",
        "report: reducing samples to processes",
        "report: answer",
        "report: advice",
    ]


@pytest.mark.parametrize("started", [True, False])
def test_a_page_is_shown_or_it_is_said_that_there_is_no_browser(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, started: bool
) -> None:
    asked: list[str] = []

    def browser(uri: str) -> bool:
        asked.append(uri)
        return started

    monkeypatch.setattr(webbrowser, "open", browser)
    open_report(tmp_path / "a page.html")
    assert asked == [(tmp_path / "a page.html").as_uri()]
    said = capsys.readouterr().err
    assert ("no browser could be started" in said) is not started


def test_what_a_browser_prints_is_not_taken_for_json(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def browser(_uri: str) -> bool:
        return not subprocess.run(
            [sys.executable, "-c", "print('opened in a window')"], check=True
        ).returncode

    monkeypatch.setattr(webbrowser, "open", browser)
    print('{"runs": []}')  # noqa: T201  (as the command does before)
    open_report(tmp_path / "page.html", err=True)
    print("{}")  # noqa: T201  (and whatever comes after)
    said = capfd.readouterr()
    assert said.out == '{"runs": []}\n{}\n'
    assert said.err == "opened in a window\n"
