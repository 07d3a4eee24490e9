"""Functions that a program calls: wherever they are called, with which arguments, and what Ctrl-C leaves."""

import asyncio
import inspect
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, NoReturn, get_args, get_type_hints

import pytest

from concbench.drive.workers import launch
from concbench.errors import RequestError
from concbench.results import queries
from concbench.results.errors import RunFileError
from concbench.results.reader import read_run
from concbench.results.records import EndRecord
from concbench.runs import (
    Silent,
    aa,
    advise,
    compare,
    compare_files,
    judge,
    planning,
    rehearse,
    resume,
    run,
    trace,
    verify,
    why,
)
from concbench.runs.result import RunResult
from tests.commands.concbench import make_quick, wait_for

SMALL: dict[str, Any] = {
    "models": ["generator"],
    "workloads": ["spawn"],
    "params": {"tasks": 3},
    "memory": False,
}


@pytest.mark.nightly
def test_a_run_works_beside_a_running_event_loop_and_in_another_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_quick(monkeypatch)

    async def both() -> list[RunResult]:
        return [
            run(**SMALL, to=tmp_path / "here.jsonl"),
            await asyncio.to_thread(run, **SMALL, to=str(tmp_path / "there.jsonl")),
        ]

    for result in asyncio.run(both()):
        assert result.complete
        assert result.outcomes == {"spawn[tasks=3]/generator": "ok"}
        assert set(result.table()["workload"]) == {"spawn"}


QUICKLY = """
from concbench.drive import noise, presets
presets.EFFORTS = {"quick": presets.Effort(2, 1_000_000, 2)}
noise.CALIBRATIONS = 3
from concbench.runs import run
"""


def test_a_place_that_is_taken_is_refused_before_any_worker_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_given: object, **_named: object) -> NoReturn:
        raise AssertionError("a worker was started")

    monkeypatch.setattr(planning, "launch", never)
    taken = tmp_path / "taken.jsonl"
    taken.write_text("mine")
    for path, words in (
        (taken, "exists already"),
        (tmp_path, "a directory"),
        (tmp_path / "a.gz", "compressed"),
    ):
        with pytest.raises(RunFileError, match=words):
            run(**SMALL, to=path)
    assert taken.read_text() == "mine"


def test_ctrl_c_leaves_a_whole_file_and_says_how_to_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_quick(monkeypatch)
    path = tmp_path / "run.jsonl"
    program = f"{QUICKLY}run(**{SMALL!r}, to={str(path)!r})"
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
    ) as running:
        wait_for(path, "sample")
        running.send_signal(signal.SIGINT)
        said = running.communicate()[1]
    assert said.splitlines()[-1].endswith(
        f"Interrupted: interrupted; go on with: concbench.runs.resume({str(path)!r})"
    )
    before = read_run(path)
    assert before.torn is None
    assert [one.complete for one in queries.of_type(before, EndRecord)] == [False]
    assert resume(path).complete
    assert queries.is_complete(read_run(path))


@pytest.mark.parametrize(
    ("function", "asked", "told"),
    [
        (run, {"models": "asyncio"}, "models: expected a list, got `str`"),
        (run, {"models": [3]}, "models[0]: expected `str`, got `int`"),
        (run, {"params": ["tasks"]}, "params: expected a mapping, got a list"),
        (run, {"timeout": float("nan")}, "timeout: expected `float` >= 0.1"),
        (run, {"seed": 1.5}, "seed: expected `int`, got `float`"),
        (run, {"preset": "slow"}, "preset: invalid enum value 'slow'; choose one of quick"),
        (run, {"plugins": ["/nowhere.py"]}, "plugins: /nowhere.py: no such file"),
        (run, {"plugins": (Path("/nowhere.py"),)}, "plugins: /nowhere.py: no such file"),
        (run, {"loops": ["uvloop"]}, "loops: 'uvloop' is not of the form module:factory"),
        (run, {"affinity": "most"}, "affinity takes auto, none or CPU numbers"),
        (run, {"baseline": "nope", "models": ["asyncio"]}, "baseline='nope' does not take part"),
        (run, {"params": {"nope": 1}}, "params: no chosen workload has a parameter 'nope'"),
        (compare, {"base": "a", "memory": False, "gates": ["memory"]}, "what memory=False switches off"),
        (compare, {"base": "a", "margin": 2}, "margin: expected `float` < 1.0"),
        (compare, {"base": "a.jsonl"}, "which can only be compared with another one"),
        (compare, {"base": "a.jsonl", "head": "b.jsonl"}, "from a program by compare_files"),
        (compare_files, {"gates": ["instructions"]}, "gates=instructions: stored runs have no counts"),
        (aa, {"more": [0.5]}, "more[0]: expected a factor above 1, up to 10, got 0.5"),
        (run, {"params": {1: 2}}, "params: expected `str`, got `int`"),
        (run, {"models": "\ud800"}, "'\\ud800' has half a character"),
        (run, {"params": {"tasks": None}}, "tasks takes a whole number, not 'None'"),
        (run, {"params": {"tasks": b"12"}}, "tasks takes a whole number, not \"b'12'\""),
        (run, {"seed": 10**30}, "seed: expected `int` <= 9223372036854775807"),
        (run, {"to": 3}, "to: expected a path, got 3"),
        (run, {"params": {"tasks": 10**5000}}, "params: 'tasks': Exceeds the limit"),
        (run, {"params": {"tasks": []}}, "tasks has no value"),
        (run, {"watcher": Silent}, "is a class; give one of its objects"),
        (aa, {"more": ["1/0"]}, "more[0]: expected a factor above 1, up to 10, got '1/0'"),
        (aa, {"more": ["1e999999999"]}, "more[0]: expected a factor above 1, up to 10"),
        (aa, {"seed": 2**62}, "seed: expected `int` <= 9007199254740992"),
        (judge, {"folder": ".", "seed": -1}, "seed: expected `int` >= 0"),
        (compare, {"base": "a\0b"}, "base: 'a\\x00b' has a NUL, which no command takes"),
        (compare, {"base": "a", "repo": "b\0"}, "repo: 'b\\x00' has what no path can have"),
        (compare, {"packages": ["a\0", "b"]}, "packages: 'a\\x00' has a NUL"),
        (trace, {"workload": "switch", "params": {"tasks": float("inf")}}, "takes a whole number, not inf"),
        (trace, {"workload": "timers", "params": {"delay": 10**400}}, "delay takes a number, not 1000"),
        (run, {"to": "a\0b"}, "to: 'a\\x00b' has what no path can have"),
        (run, {"to": "\ud800"}, "to: '\\ud800' has what no path can have"),
        (run, {"watcher": None}, "watcher: None has no expect(); derive it from concbench.runs.Silent"),
        (compare, {"base": "a", "head": "b", "to": b"x"}, "to: expected a path, got b'x'"),
        (compare_files, {"base": "a\0b", "head": "b"}, "base: 'a\\x00b' has a NUL"),
        (resume, {"path": None}, "path: expected a path, got None"),
        (judge, {"folder": 3}, "folder: expected a path, got 3"),
        (why, {"model": "asyncio", "workload": 3}, "workload: expected a name, got 3"),
        (why, {"model": "asyncio", "workload": "switch", "seconds": 0}, "seconds takes a number above 0"),
        (why, {"model": "asyncio", "workload": "switch", "seconds": "1"}, "up to 600, not '1'"),
        (
            why,
            {"model": "asyncio", "workload": "switch", "instructions": "yes"},
            "instructions takes auto, on, off, not 'yes'",
        ),
        (trace, {"workload": []}, "workload: expected a name, got []"),
        (trace, {"workload": "switch", "params": 3}, "params: expected a mapping of names, got 3"),
        (trace, {"workload": "switch", "params": {1: 2}}, "params: expected a mapping of names"),
        (trace, {"workload": "switch", "params": {"tasks": 50}}, "a picture has room for 24"),
    ],
)
def test_what_an_argument_cannot_be_is_said_with_its_name(function: Any, asked: Any, told: str) -> None:
    with pytest.raises(RequestError) as refused:
        function(**asked)
    assert told in str(refused.value)


OPENING = """
import contextlib, time
from dataclasses import replace
from concbench.models.generator import MODEL

@contextlib.contextmanager
def opening():
    time.sleep({seconds})
    with MODEL.open() as session:
        yield session

MODELS = [replace(MODEL, name="mine", open=opening)]
"""


def test_a_model_that_did_not_open_and_was_mended_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launch.ProcessLink, "patience", 1.5)
    plugin = tmp_path / "mine.py"
    told = []
    for seconds in (600, 0):
        plugin.write_text(OPENING.format(seconds=seconds))
        told += trace("switch", models=["mine"], plugins=[str(plugin)])
    assert [one.outcome for one in told] == ["timeout", None]


def test_a_name_that_is_too_long_for_a_file_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(RunFileError, match=r"cannot be created: .*[Nn]ame too long"):
        run(**SMALL, to=tmp_path / ("a" * 300))


def test_an_argument_that_is_none_is_a_type_error_as_ever_and_one_for_mypy_too() -> None:
    with pytest.raises(TypeError, match=r"run\(\): got an unexpected keyword argument 'model'"):
        run(model=["asyncio"])  # type: ignore[call-arg]
    with pytest.raises(TypeError, match=r"trace\(\): got an unexpected keyword argument 'preset'"):
        trace("switch", preset="quick")  # type: ignore[call-arg]
    with pytest.raises(RequestError, match="models: expected a list, got `str`"):
        run(models="asyncio")  # type: ignore[arg-type]


FUNCTIONS = [run, rehearse, resume, compare, compare_files, aa, judge, verify, trace, advise, why]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_option_is_told_with_its_declared_type_and_the_default_of_a_request(function: Any) -> None:
    (options,) = get_args(function.__annotations__["options"])
    told = inspect.signature(function).parameters
    for name, kind in get_type_hints(options, include_extras=True).items():
        assert told[name].annotation == kind
        assert told[name].default is not inspect.Parameter.empty
    assert not {"options", "request"} & set(told)
