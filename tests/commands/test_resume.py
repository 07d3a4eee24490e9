"""``concbench run --resume``: what was interrupted, killed or damaged, and what comes of it."""

import gzip
import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from concbench.results import queries
from concbench.results.reader import read_run
from concbench.results.records import EndRecord
from concbench.runs.request import RunRequest

from .concbench import Caller, lines_of, make_quick, process, wait_for


def edited(source: Path, target: Path, **header: Any) -> Path:
    """Write an unfinished copy of a run: its header changed, and its last third and its end gone."""
    first, *others = lines_of(source)
    kept = others[: 2 * len(others) // 3]
    target.write_text("".join(json.dumps(record) + "\n" for record in [{**first, **header}, *kept]))
    return target


def test_a_run_that_is_complete_is_not_resumed(concbench: Caller, measured: Path) -> None:
    before = measured.read_bytes()
    said = concbench("run", "--resume", measured)
    assert said.code == 0
    assert "is complete: nothing is missing" in " ".join(said.err.split())
    assert measured.read_bytes() == before


def test_a_run_that_was_interrupted_is_finished_and_nothing_is_done_twice(
    concbench: Caller, measured: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_quick(monkeypatch, generations=6)
    before = edited(measured, path).read_bytes()
    torn = b'{"type":"sample","ce'
    path.write_bytes(before + torn)
    said = concbench("run", "--resume", path)
    assert said.code == 0
    assert "moved aside: line" in said.err
    assert path.read_bytes().startswith(before)
    assert path.with_name("run.jsonl.torn").read_bytes() == torn
    run = read_run(path)
    assert queries.is_complete(run)
    keys = [(s.cell, s.generation, s.block, s.round) for s in queries.counted_samples(run)]
    assert len(set(keys)) == len(keys)
    assert {key[:3] for key in keys} == {
        (cell.id, generation, block)
        for generation in range(6)
        for block, workload in enumerate(("spawn", "switch"))
        for cell in run.header.cells
        if cell.workload == workload
    }


@pytest.mark.parametrize("verb", ["run", "advise"])
def test_neither_a_device_nor_a_pipe_without_a_writer_is_resumed(
    concbench: Caller, tmp_path: Path, verb: str
) -> None:
    device, pipe = concbench(verb, "--resume", os.devnull), tmp_path / "pipe"
    assert device.code == 5
    assert "is a device, and no run that can be gone on with" in device.err
    os.mkfifo(pipe)
    said = concbench(verb, "--resume", pipe)  # it would be waited for without end
    assert said.code == 5
    assert "is a named pipe, and no run that can be gone on with" in said.err


def test_a_run_is_not_resumed_on_another_machine(concbench: Caller, measured: Path, path: Path) -> None:
    environment = lines_of(measured)[0]["environment"]
    identity = {**environment["identity"], "machine": "a faster one"}
    edited(measured, path, environment={**environment, "identity": identity})
    before = path.read_bytes()
    said = concbench("run", "--resume", path)
    assert said.code == 5
    assert "machine: a faster one then" in said.err
    assert path.read_bytes() == before


def test_a_run_is_not_resumed_where_the_same_request_means_something_else(
    concbench: Caller, measured: Path, path: Path
) -> None:
    cells = lines_of(measured)[0]["cells"]
    edited(measured, path, cells=[{**cell, "workload_version": "0"} for cell in cells])
    before = path.read_bytes()
    said = concbench("run", "--resume", path)
    assert said.code == 5
    assert "its cells are not those that the same request gives today" in said.err
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "its settings are not those of a run"),
        ({"params": 3}, "header: settings: Expected `object`, got `int` - at `$.params` (but 3)"),
        ({"colour": "blue"}, "its settings are not those of a run"),
        (
            {**RunRequest().to_dict(), "timeout": None},
            "its settings are not those of a run (Expected",
        ),
        (
            {**RunRequest().to_dict(), "timeout": 1e15},
            "its settings are not those of a run (Expected",
        ),
    ],
)
def test_settings_that_are_no_request_are_refused(
    concbench: Caller, measured: Path, path: Path, settings: dict[str, Any], words: str
) -> None:
    said = concbench("run", "--resume", edited(measured, path, settings=settings))
    assert said.code == 5
    assert f"{path}:1: {words}" in said.err


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"affinity": "7777"}, "--affinity: this process may not use CPU 7777"),
        ({"models": ["nobody"]}, "there is no model 'nobody'"),
        ({"params": {"colour": ["3"]}}, "--param: no chosen workload has a parameter 'colour'"),
        ({"params": {"tasks": ["many"]}}, "spawn: tasks takes a whole number, not 'many'"),
        ({"pythons": ["3.99"]}, "3.99"),
    ],
)
def test_what_cannot_be_asked_for_here_any_more_is_no_wrong_usage(
    concbench: Caller, measured: Path, path: Path, settings: dict[str, Any], words: str
) -> None:
    asked = lines_of(measured)[0]["settings"]
    before = edited(measured, path, settings={**asked, **settings}).read_bytes()
    said = concbench("run", "--resume", path)
    assert said.code == 5
    assert said.err.startswith(f"Error: {path}: cannot go on: ")
    assert words in said.err
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["-m", "asyncio"], "--model"),
        (["--seed", "3", "--no-memory"], "--memory/--no-memory, --seed"),
        (["--dry-run"], "--dry-run"),
        (["-o", "other.jsonl"], "--output"),
    ],
)
def test_a_run_is_resumed_as_it_was_asked_for(
    concbench: Caller, measured: Path, options: list[str], named: str
) -> None:
    said = concbench("run", "--resume", measured, *options)
    assert said.code == 2
    assert f"leave out {named}" in said.err


def damage_in_the_middle(lines: list[bytes]) -> list[bytes]:
    return [*lines[:3], b'{"type":"sample","cell":7}\n', *lines[4:]]


def newer(lines: list[bytes]) -> list[bytes]:
    return [lines[0].replace(b'"schema":3', b'"schema":4'), *lines[1:]]


@pytest.mark.parametrize(
    ("spoil", "place", "reason"),
    [
        (damage_in_the_middle, ":4: ", "sample"),
        (newer, ":1: ", "schema 4"),
        (lambda _lines: [], ": ", "no header"),
    ],
)
@pytest.mark.parametrize("verb", ["resume", "show"])
def test_a_file_that_cannot_be_read_is_refused_with_file_line_and_reason(
    concbench: Caller, measured: Path, path: Path, verb: str, spoil: Any, place: str, reason: str
) -> None:
    path.write_bytes(b"".join(spoil(measured.read_bytes().splitlines(keepends=True))))
    said = concbench("show", path) if verb == "show" else concbench("run", "--resume", path)
    assert said.code == 5
    assert f"Error: {path}{place}" in said.err
    assert reason in said.err


def test_a_compressed_run_is_shown_and_not_resumed(concbench: Caller, measured: Path, tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl.gz"
    lines = measured.read_bytes().splitlines(keepends=True)
    path.write_bytes(gzip.compress(b"".join(lines[:-1])))
    assert concbench("show", path).code == 0
    assert concbench("run", "--resume", path).code == 5


@pytest.mark.parametrize("kind", [pytest.param("noise", marks=pytest.mark.nightly), "sample"])
def test_ctrl_c_keeps_what_was_measured_and_the_run_can_be_finished(
    concbench: Caller, path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_quick(monkeypatch)
    chosen = ("-w", "timers", "-m", "generator", "-p", "tasks=3", "--no-memory", "--no-report")
    with process("run", *chosen, "-o", path) as running:
        wait_for(path, kind)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate()
    assert running.returncode == 130
    assert "Traceback" not in out + err
    assert f"concbench run --resume {path}" in " ".join(err.split())
    before = path.read_bytes()
    run = read_run(path)
    assert run.torn is None
    assert [one.complete for one in queries.of_type(run, EndRecord)] == [False]
    said = concbench("run", "--resume", path, "--no-report")
    assert said.code == 0, said.err
    assert path.read_bytes().startswith(before)
    assert queries.is_complete(read_run(path))
    assert len(queries.completed_blocks(read_run(path))) == 2


PLUGIN = Path(__file__).parents[2] / "docs" / "examples" / "deque_model.py"


@pytest.fixture(scope="module")
def of_a_plugin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("plugin") / "plugin.jsonl"


@pytest.fixture
def with_a_plugin(concbench: Caller, of_a_plugin: Path, tmp_path: Path) -> Path:
    """A run of a plug-in's model whose last lines are cut off; it is measured once for all tests."""
    if not of_a_plugin.exists():
        chosen = ("--plugin", PLUGIN, "-m", "deque", "-w", "spawn", "-p", "tasks=3", "--no-memory")
        said = concbench("run", *chosen, "--no-report", "-o", of_a_plugin)
        assert said.code == 0, said.err
    path = tmp_path / "plugin.jsonl"
    path.write_text("".join(of_a_plugin.read_text().splitlines(keepends=True)[:-6]))
    return path


def test_no_code_runs_because_a_run_file_names_it(concbench: Caller, with_a_plugin: Path) -> None:
    said = concbench("run", "--resume", with_a_plugin)
    assert said.code == 5
    assert "it was made with --plugin deque_model.py sha256:" in said.err
    assert str(PLUGIN.parent) not in with_a_plugin.read_text()


def test_a_plugin_that_was_edited_is_not_the_same(
    concbench: Caller, with_a_plugin: Path, tmp_path: Path
) -> None:
    edited_plugin = tmp_path / PLUGIN.name
    edited_plugin.write_text(PLUGIN.read_text() + "\n# edited\n")
    said = concbench("run", "--resume", with_a_plugin, "--plugin", edited_plugin)
    assert said.code == 5
    assert "name the same again" in said.err


def test_the_same_plugin_named_again_finishes_the_run(concbench: Caller, with_a_plugin: Path) -> None:
    said = concbench("run", "--resume", with_a_plugin, "--plugin", PLUGIN)
    assert said.code == 0, said.err
    assert queries.is_complete(read_run(with_a_plugin))
