"""The page that ``concbench run`` ends with: where it is, what it leaves alone, and that it costs no run."""

import errno
import shutil
import tempfile
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from concbench.commands import run as command
from concbench.drive.driver import Driver
from concbench.results import queries
from concbench.results.reader import read_run
from concbench.runs import running
from concbench.runs.result import RunResult
from tests.measure.odd import odd_model
from tests.report.made_up import Cell, always, run_of
from tests.report.pages import parsed, written

from .concbench import Caller, Said

SPAWN = ("-w", "spawn", "-p", "tasks=5", "--no-memory")
CHEAT = "return [None for _ in factories]"


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a run be one that is made up: what is tested is what comes after it."""

    def made_up(*, to: Path, **_asked: object) -> RunResult:
        written(run_of(Cell(contender="generator", cost=always(1000))), to)
        return RunResult(to, complete=True)

    monkeypatch.setattr(running, "run", made_up)


def one_model(concbench: Caller, path: Path, *more: object) -> Said:
    return concbench("run", *SPAWN, "-m", "generator", "-o", path, *more)


def test_a_run_ends_by_writing_its_page_and_prints_where_it_is(concbench: Caller, path: Path) -> None:
    said = concbench("run", *SPAWN, "-m", "generator,asyncio", "-o", path)
    page = path.with_suffix(".html")
    assert said.out.splitlines()[-3:] == [f"run file: {path}", f"report: {page}", f"        {page.as_uri()}"]
    text = parsed(page.read_text(encoding="utf-8")).text
    assert "The same work at its whole price: asyncio, generator" in text
    assert "run.jsonl" in text


@pytest.mark.usefixtures("at_once")
def test_the_page_is_told_of_beside_the_json(concbench: Caller, path: Path) -> None:
    said = one_model(concbench, path, "--json")
    assert said.json["complete"] is True
    assert f"report: {path.with_suffix('.html')}" in said.err


@pytest.mark.usefixtures("at_once")
def test_a_run_without_a_report_writes_none(concbench: Caller, path: Path) -> None:
    said = one_model(concbench, path, "--no-report")
    assert said.code == 0
    assert "report: " not in said.out
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.usefixtures("at_once")
def test_a_run_file_of_any_name_has_a_page_of_another(concbench: Caller, tmp_path: Path) -> None:
    said = one_model(concbench, tmp_path / "run.html")
    assert said.code == 0
    assert sorted(one.name for one in tmp_path.iterdir()) == ["run.html", "run.html.html"]
    assert queries.is_complete(read_run(tmp_path / "run.html"))


def foreign(page: Path) -> None:
    page.write_text("holiday")


def folder(page: Path) -> None:
    page.mkdir()


@pytest.mark.parametrize("take", [foreign, folder])
@pytest.mark.usefixtures("at_once")
def test_what_stands_in_the_place_of_the_page_is_left_and_the_run_is_kept(
    concbench: Caller, path: Path, take: Callable[[Path], None]
) -> None:
    page = path.with_suffix(".html")
    take(page)
    said = one_model(concbench, path)
    assert said.code == 5
    assert f"no report: {page} exists already, and is no report of ours" in said.err
    assert f"make it with: concbench report {path} --output FILE.html" in said.err
    assert queries.is_complete(read_run(path))
    assert page.is_dir() or page.read_text() == "holiday"


def no_room(**_: Any) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.usefixtures("at_once")
def test_a_page_that_cannot_be_written_costs_the_page_alone(
    concbench: Caller, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "mkstemp", no_room)
    said = one_model(concbench, path)
    assert said.code == 5
    assert "no report: " in said.err
    assert "the report cannot be written (No space left on device)" in said.err
    assert f"run file: {path}" in said.out
    assert queries.is_complete(read_run(path))
    assert list(path.parent.iterdir()) == [path]


def test_a_cell_that_failed_is_in_the_page_and_the_exit_code_stays_3(
    concbench: Caller, path: Path, tmp_path: Path
) -> None:
    plugin = odd_model(tmp_path, CHEAT)
    assert concbench("run", *SPAWN, "-m", "generator,odd", "--plugin", plugin, "-o", path).code == 3
    text = parsed(path.with_suffix(".html").read_text(encoding="utf-8")).text
    assert "invalid" in text
    assert "task 0 was spawned 0 times" in text
    foreign(path.with_suffix(".html"))
    said = concbench("run", "--resume", path)
    assert said.code == 3
    assert "no report: " in said.err


def test_where_nothing_was_measured_there_is_no_page(concbench: Caller, path: Path) -> None:
    said = concbench("run", "-w", "chain", "-m", "generator", "-p", "depth=3", "--no-memory", "-o", path)
    assert said.code == 4
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.nightly
def test_an_interrupted_run_has_no_page_and_what_it_is_resumed_to_has_one(
    concbench: Caller, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_self: Driver) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Driver, "run", interrupted)
        said = one_model(concbench, path)
    assert said.code == 130
    assert list(path.parent.iterdir()) == [path]
    said = concbench("run", "--resume", path)
    assert said.code == 0
    assert f"report: {path.with_suffix('.html')}" in said.out
    assert path.with_suffix(".html").exists()


@pytest.mark.usefixtures("at_once")
def test_ctrl_c_while_the_page_is_drawn_says_that_the_run_is_whole(
    concbench: Caller, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_anything: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "make_report", interrupted)
    said = one_model(concbench, path)
    assert said.code == 130
    assert f"the run file is complete; make its page with: concbench report {path}" in said.err
    assert list(path.parent.iterdir()) == [path]


def test_a_complete_run_that_is_resumed_has_its_page_made_again(
    concbench: Caller, measured: Path, path: Path
) -> None:
    shutil.copy(measured, path)
    assert concbench("run", "--resume", path, "--no-report").code == 0
    assert list(path.parent.iterdir()) == [path]
    assert concbench("run", "--resume", path).code == 0
    assert path.with_suffix(".html").exists()


@pytest.mark.usefixtures("at_once")
def test_the_page_is_opened_where_that_is_asked_for(
    concbench: Caller, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def browser(uri: str) -> bool:
        asked.append(uri)
        return True

    monkeypatch.setattr(webbrowser, "open", browser)
    one_model(concbench, path, "--open")
    assert asked == [path.with_suffix(".html").as_uri()]
