"""Plug-ins on the command line: none changes another model, mistakes are one sentence, words plain."""

import json
import os
import re
import threading
import time
from pathlib import Path

import pytest

from concbench.drive.driver import Driver
from concbench.drive.workers.described import Described
from concbench.results.queries import outcomes
from concbench.results.reader import read_run
from concbench.workloads.catalogue import Catalogue, PluginError
from tests.measure.odd import odd_model

from .concbench import Caller

PATCHES = """
import threading, time
def refuse(*anything): raise RuntimeError("patched")
threading.Thread.start = time.sleep = refuse
from dataclasses import replace
from concbench.models.generator import MODEL
from concbench.workloads.basics.spawn import WORKLOAD
"""
PATCHED_MODEL = (
    PATCHES + 'MODELS = [replace(MODEL, name="patched", version=lambda: threading.Thread.start.__name__)]\n'
)
LOOP = """
import asyncio
def factory():
    return asyncio.SelectorEventLoop()
"""


def written(folder: Path, text: str, name: str = "plugin.py") -> str:
    path = folder / name
    path.write_text(text)
    return str(path)


@pytest.fixture(autouse=True)
def unpatched() -> object:
    """Look whether this process, in which the command line runs, is as it was."""
    before = threading.Thread.start, time.sleep
    yield
    assert (threading.Thread.start, time.sleep) == before


@pytest.mark.nightly
def test_a_plugin_that_patches_its_process_changes_no_model_beside_it(
    concbench: Caller, tmp_path: Path
) -> None:
    plugin = written(tmp_path, PATCHED_MODEL)
    said = concbench(
        "verify", "--plugin", plugin, "-m", "patched,threads,asyncio", "-w", "spawn,parked", "--json"
    )
    outcomes = {(one["contender"], one["outcome"]) for one in said.json["findings"]}
    assert outcomes == {("patched", "ok"), ("threads", "ok"), ("asyncio", "ok")}
    path = tmp_path / "run.jsonl"
    chosen = ("-m", "patched,threads", "-w", "spawn", "-p", "tasks=5")
    done = concbench("run", "--plugin", plugin, *chosen, "--no-memory", "--no-report", "--output", path)
    assert done.code == 0
    versions = {one.id: str(one.version) for one in read_run(path).header.contenders}
    assert versions["patched"] == "refuse"
    assert versions["threads"] != "refuse"


@pytest.mark.nightly
def test_a_file_of_both_changes_other_models_only_where_its_workload_is_asked_for(
    concbench: Caller, tmp_path: Path
) -> None:
    plugin = written(tmp_path, PATCHED_MODEL + 'WORKLOADS = [replace(WORKLOAD, name="its-spawn")]\n')
    asked = ("verify", "--plugin", plugin, "-m", "threads", "--json", "-w")
    assert {one["outcome"] for one in concbench(*asked, "spawn").json["findings"]} == {"ok"}
    (reason,) = {one["reason"] for one in concbench(*asked, "its-spawn").json["findings"]}
    assert "patched" in reason


@pytest.mark.nightly
def test_parameters_of_a_plugins_workload_are_asked_for_as_any(concbench: Caller, tmp_path: Path) -> None:
    plugin = written(
        tmp_path,
        "from dataclasses import replace\nfrom concbench.workloads.basics.switch import WORKLOAD\n"
        'WORKLOADS = [replace(WORKLOAD, name="mine")]\n',
    )
    path = tmp_path / "run.jsonl"
    chosen = ("--plugin", plugin, "-m", "generator", "-w", "mine", "-p", "tasks=3,4", "-p", "suspensions=2")
    assert concbench("run", *chosen, "--no-memory", "--no-report", "--output", path).code == 0
    assert [one.params for one in read_run(path).header.cells] == [
        {"tasks": 3, "suspensions": 2},
        {"tasks": 4, "suspensions": 2},
    ]
    assert concbench("trace", "mine", "--plugin", plugin, "-m", "generator", "--json").code == 0
    said = concbench("run", *chosen[:6], "-p", "tasks=0", "--no-report")
    assert said.code == 2
    assert "mine: tasks must be finite and at least 1" in said.err


@pytest.mark.parametrize("command", ["list", "verify", "run", "trace spawn", "compare HEAD"])
@pytest.mark.parametrize("option", ["--plugin {}", "--loop {}:new"])
def test_code_that_may_have_no_end_is_refused_before_anything_reads_it(
    concbench: Caller, tmp_path: Path, command: str, option: str
) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    said = concbench(*command.split(), *option.format(tmp_path / "pipe.py").split())
    assert said.code == 2
    assert "is no regular file" in said.err


@pytest.mark.parametrize("catalogue", [Catalogue, Described])
def test_no_catalogue_reads_what_may_have_no_end(tmp_path: Path, catalogue: type[Catalogue]) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    with pytest.raises(PluginError, match=r"pipe\.py: is no regular file"):
        catalogue([str(tmp_path / "pipe.py")])


@pytest.mark.parametrize("command", [("list",), ("verify",), ("run",), ("trace", "spawn")])
def test_a_mistake_in_a_plugin_is_one_sentence_naming_file_and_field(
    concbench: Caller, tmp_path: Path, command: tuple[str, ...]
) -> None:
    plugin = written(
        tmp_path, PATCHES + 'WORKLOADS = [replace(WORKLOAD, name="mine", floor=lambda p: 1 / 0)]\n'
    )
    said = concbench(*command, "--plugin", plugin)
    assert said.code == 2
    (line,) = said.err.splitlines()
    assert line.startswith(f"Error: {plugin}: mine: floor of points('quick')[0], Params(")
    assert re.search(r"raises ZeroDivisionError: division by zero, in <lambda> at plugin\.py:\d+$", line)


@pytest.mark.nightly
def test_no_words_of_a_plugin_reach_a_terminal_as_escape_sequences(concbench: Caller, tmp_path: Path) -> None:
    evil = "\\x1b]0;owned\\x07\\x1b[31mred\\nnext\\u202e"
    plugin = written(
        tmp_path,
        "from dataclasses import replace\nfrom concbench.models.generator import MODEL\n"
        "from concbench.models.base import Exhausted, GeneratorRuntime\n"
        "from contextlib import nullcontext\n"
        "from concbench.workloads.basics.spawn import WORKLOAD\n"
        f'words = "{evil}"\n'
        "class Session:\n"
        "    rt = GeneratorRuntime()\n"
        "    def run(self, factories): raise Exhausted(words, at=1)\n"
        "open_session = lambda: nullcontext(Session())\n"
        'MODELS = [replace(MODEL, name="mine", summary=words, cost=words, source=words,\n'
        "                  version=lambda: words, open=open_session)]\n"
        'MODELS.append(replace(MODEL, name="away", unavailable=lambda: words))\n'
        'WORKLOADS = [replace(WORKLOAD, name="its", summary=words, reading=words)]\n',
    )
    path = tmp_path / "run.jsonl"
    chosen = ("--plugin", plugin, "-m", "mine,away,generator", "-w", "its")
    for command in (
        ("list", "--plugin", plugin),
        ("list", "--plugin", plugin, "--json"),
        ("verify", *chosen),
        ("verify", *chosen, "--json"),
        ("trace", "its", *chosen[:-2], "--output", tmp_path / "its.svg"),
        ("run", *chosen, "-p", "tasks=5", "--no-memory", "--no-report", "--output", path),
        ("show", path),
        ("show", path, "--json"),
    ):
        said = concbench(*command)
        assert all(line.isprintable() for line in (said.out + said.err).split("\n")), command


def test_an_error_that_a_plugin_words_is_one_plain_line(concbench: Caller, tmp_path: Path) -> None:
    said = concbench("list", "--plugin", written(tmp_path, 'raise RuntimeError("\\x1b[31m a\\n b")'))
    assert said.code == 2
    assert said.err == f"Error: {tmp_path / 'plugin.py'}: RuntimeError: �[31m a b, at plugin.py:1\n"


def test_a_session_that_lends_no_runtime_is_an_outcome_with_a_sentence(
    concbench: Caller, tmp_path: Path
) -> None:
    plugin = Path(odd_model(tmp_path, "pass"))
    plugin.write_text(plugin.read_text().replace("rt = GeneratorRuntime()", "rt = {}"))
    chosen = ("--plugin", plugin, "-m", "odd,generator", "-w", "spawn")
    said = concbench("verify", *chosen, "--json")
    assert said.code == 3
    reasons = {one["contender"]: (one["outcome"], one["reason"]) for one in said.json["findings"]}
    assert reasons["generator"] == ("ok", None)
    outcome, reason = reasons["odd"]
    assert outcome == "crashed"
    assert "the rt of the model's session is a dict, which is no runtime: make it a Gen" in reason


def test_records_that_no_run_file_can_keep_are_an_outcome_of_their_cells_alone(
    concbench: Caller, tmp_path: Path
) -> None:
    plugin = written(
        tmp_path,
        "from dataclasses import replace\nfrom concbench.workloads.basics.spawn import WORKLOAD\n"
        'WORKLOADS = [replace(WORKLOAD, name="mine", records=lambda results, params: None)]\n',
    )
    path = tmp_path / "run.jsonl"
    chosen = ("--plugin", plugin, "-m", "generator", "-w", "mine,spawn", "-p", "tasks=5")
    assert concbench("run", *chosen, "--no-memory", "--no-report", "--output", path).code == 3
    run = read_run(path)
    reasons = {outcome.reason for outcome in outcomes(run).values() if outcome.name != "ok"}
    assert reasons == {"TypeError: records of mine must return a dict, not None"}


@pytest.mark.parametrize(
    ("loop", "name"),
    [
        pytest.param("mine:factory", "asyncio+mine:factory", marks=pytest.mark.nightly),
        ("./mine.py:factory", "asyncio+mine.py:factory"),
    ],
)
def test_an_event_loop_of_the_current_folder_is_found(
    concbench: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, loop: str, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, LOOP, "mine.py")
    said = concbench("verify", "--loop", loop, "-m", "generator", "-w", "spawn", "--json")
    findings = said.json["findings"]
    assert {(one["contender"], one["outcome"]) for one in findings} == {("generator", "ok"), (name, "ok")}
    listed = {one["name"]: one for one in concbench("list", "--loop", loop, "--json").json["models"]}
    file, digits = listed[name]["version"].split()
    assert file == "mine.py"
    assert len(digits) == 12
    assert str(tmp_path) not in json.dumps(listed[name])


def interrupted(_driver: Driver) -> None:
    raise KeyboardInterrupt


@pytest.mark.nightly
def test_a_run_on_a_loop_in_a_file_names_no_folder_and_is_resumed_with_the_same_file(
    concbench: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, LOOP, "mine.py")
    chosen = ("--loop", "./mine.py:factory", "-m", "generator", "-w", "spawn", "-p", "tasks=5")
    with monkeypatch.context() as patch:
        patch.setattr(Driver, "run", interrupted)
        asked = ("run", *chosen, "--no-memory", "--no-report", "--output", "run.jsonl")
        assert concbench(*asked).code == 130
    (loop,) = read_run(Path("run.jsonl")).header.asked.loops
    assert loop.startswith("factory of mine.py sha256:")
    head, *_ = Path("run.jsonl").read_text().splitlines(keepends=True)
    assert str(tmp_path) not in head
    Path("torn.jsonl").write_text(head)
    assert concbench("run", "--resume", "torn.jsonl", "--no-report").code == 5
    assert concbench("run", "--resume", "torn.jsonl", *chosen[:2], "--no-report").code == 0
    written(tmp_path, LOOP + "# changed\n", "mine.py")
    Path("torn.jsonl").write_text(head)
    assert concbench("run", "--resume", "torn.jsonl", *chosen[:2], "--no-report").code == 5


OF_SOURCES = """
import ours
from dataclasses import replace
from concbench.models.generator import MODEL
MODELS = [replace(MODEL, name="ours", version=lambda: ours.VERSION)]
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Enter a folder of a project whose sources no environment has."""
    root = tmp_path / "project"
    (root / "src").mkdir(parents=True)
    (root / "setup.cfg").touch()
    (root / "src/ours.py").write_text(
        "import asyncio\nVERSION = 'ours 7'\nmake = asyncio.SelectorEventLoop\n"
    )
    (root / "benchmarks").mkdir()
    (root / "benchmarks/plugin.py").write_text(OF_SOURCES)
    monkeypatch.chdir(root / "benchmarks")
    return root


CHOSEN = ("--plugin", "plugin.py", "-m", "ours")


@pytest.mark.parametrize(
    "asked",
    [
        ("list", "--plugin", "plugin.py", "--loop", "ours:make", "--json"),
        ("verify", *CHOSEN, "-w", "spawn", "--json"),
        pytest.param(
            ("verify", "--loop", "ours:make", "-m", "asyncio+ours:make", "-w", "spawn", "--json"),
            marks=pytest.mark.nightly,
        ),
        pytest.param(("trace", "spawn", *CHOSEN, "--json"), marks=pytest.mark.nightly),
    ],
)
def test_sources_of_the_current_project_are_found(
    concbench: Caller, project: Path, asked: tuple[str, ...]
) -> None:
    said = concbench(*asked)
    assert said.code == 0, said.err
    assert "ours" in said.out
    assert "No module named" not in said.out + said.err
    told = concbench("-v", *asked[:3], *(asked[3:] if asked[0] != "list" else ()))
    assert f"modules are looked for in {project}/src first" in told.err


@pytest.mark.nightly
def test_a_run_finds_the_sources_of_the_current_project(concbench: Caller, project: Path) -> None:
    said = concbench("run", *CHOSEN, "-w", "spawn", "-p", "tasks=1", "-o", "run.jsonl", "--no-memory")
    assert said.code == 0, said.err
    (about,) = (one for one in read_run(Path("run.jsonl")).header.contenders if one.id == "ours")
    assert about.version == "ours 7"
    assert project.exists()


def test_a_module_of_the_current_folder_takes_the_place_of_no_other(
    concbench: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, LOOP, "mine.py")
    written(tmp_path, "1 / 0", "selectors.py")
    said = concbench("verify", "--loop", "mine:factory", "-m", "asyncio", "-w", "spawn", "--json")
    assert {one["outcome"] for one in said.json["findings"]} == {"ok"}


@pytest.mark.parametrize("loop", ["./no.py:factory", "no such:factory", "./mine.py:", "./my loop.py:factory"])
def test_a_loop_that_cannot_be_one_is_refused_before_anything_starts(
    concbench: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, loop: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("mine.py", "my loop.py"):
        written(tmp_path, LOOP, name)
    said = concbench("list", "--loop", loop)
    assert said.code == 2
    assert "--loop" in said.err


@pytest.mark.parametrize("command", ["list", "verify", "run"])
def test_a_loop_whose_factory_is_misspelt_is_refused_with_what_its_file_has(
    concbench: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, LOOP, "mine.py")
    said = concbench(command, "--loop", "./mine.py:fctory")
    assert said.code == 2
    assert said.err.strip().endswith("there is no fctory in mine.py; there are factory")
    assert "concbench_plugin" not in said.err
