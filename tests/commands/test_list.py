"""``concbench list``: everything that can be asked for, in words and as JSON."""

import os
import platform
import re
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from concbench.models import index as models
from concbench.workloads import index as workloads
from concbench.workloads.base import PRESETS
from concbench.workloads.spelling import in_words
from tests.measure.odd import odd_model

from .concbench import Caller


def test_every_model_and_workload_is_named(concbench: Caller) -> None:
    said = concbench("list")
    assert said.code == 0
    for name in (*models.names(), *workloads.names()):
        assert name in said.out


@pytest.mark.parametrize("words", [["list"], ["list", "-v"], ["list", "--preset", "quick"]])
def test_no_name_is_cut_off_and_no_line_too_long_where_the_output_is_narrow(
    concbench: Caller, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    said = concbench(*words).out
    assert "…" not in said
    assert max(map(len, said.splitlines())) <= 80
    named = set(re.findall(r"[\w-]+", said))
    assert named >= set(models.names()) - {"asyncio-gather"}


def test_a_list_is_short_unless_more_is_asked_for(concbench: Caller) -> None:
    short, long = concbench("list"), concbench("list", "-v")
    assert "concbench list -v says what" in short.out
    assert "list -v" not in concbench("list", "-q").out + long.out
    assert "\n  chain " in short.out
    assert "not in polling, generator\n" in re.sub(r" +\n", "\n", short.out)
    assert "not in generator: without `yield from`" in " ".join(long.out.split())
    for words in ("Costs a method call per task and round", "depth: frames in each."):
        assert words in " ".join(long.out.split())
        assert words not in " ".join(short.out.split())


def test_the_json_has_parameters_presets_and_what_cannot_be_expressed(concbench: Caller) -> None:
    about = concbench("list", "--json").json
    assert [model["name"] for model in about["models"]] == models.names()
    by_name = {workload["name"]: workload for workload in about["workloads"]}
    assert list(by_name) == workloads.names()
    assert by_name["chain"]["parameters"] == {"tasks": 10, "depth": 10, "suspensions": 100}
    assert set(by_name["chain"]["not_expressible"]) == {"polling", "generator"}
    assert by_name["chain"]["dialects"] == ["delegating", "coroutine", "blocking"]
    assert all(by_name["spawn"]["presets"][preset] for preset in PRESETS)
    assert by_name["switch"]["unit"] == "suspension"
    assert all((model["unavailable"] is None) == bool(model["version"]) for model in about["models"])
    here = {model["name"] for model in about["models"] if model["version"]}
    assert here >= {*models.ONE_OF_EACH, "thread-pool", "process-pool"}


def test_every_parameter_is_explained_and_its_brief_value_told_without_marks_of_docstrings(
    concbench: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    said = concbench("list", "-v")
    assert "``" not in said.out
    about = {workload["name"]: workload for workload in concbench("list", "--json").json["workloads"]}
    for name, workload in about.items():
        assert all(f"``{one}``" in workload["meaning"] for one in workload["parameters"]), name
        assert f"  compared at {in_words(workload['brief'])} " in said.out
    assert about["timers"]["brief"] == {"tasks": 100, "delay": 0.01, "spread": 0.0, "seed": 1}


def test_plugins_and_loops_are_listed_too(concbench: Caller, tmp_path: Path) -> None:
    plugin = odd_model(tmp_path, "pass")
    loops = ("--loop", "asyncio:new_event_loop", "--loop", "no_such_module:loop")
    listed = {
        model["name"]: model
        for model in concbench("list", "--plugin", plugin, *loops, "--json").json["models"]
    }
    assert listed["odd"]["unavailable"] is None
    assert listed["asyncio+asyncio:new_event_loop"]["unavailable"] is None
    assert "No module named 'no_such_module'" in listed["asyncio+no_such_module:loop"]["unavailable"]
    assert listed["asyncio+no_such_module:loop"]["version"] is None
    assert "unavailable: cannot load" in " ".join(concbench("list", "--plugin", plugin, *loops).out.split())


ONE_DIALECT = """
from dataclasses import replace
from concbench.workloads.basics.spawn import WORKLOAD
WORKLOADS = [replace(WORKLOAD, name="mine", versions={"generator": WORKLOAD.versions["generator"]})]
"""


def test_a_workload_is_in_no_dialect_that_it_has_no_version_for(concbench: Caller, tmp_path: Path) -> None:
    plugin = tmp_path / "mine.py"
    plugin.write_text(ONE_DIALECT)
    mine = concbench("list", "--plugin", plugin, "--json").json["workloads"][-1]
    assert (mine["name"], mine["dialects"]) == ("mine", ["generator"])
    assert mine["not_expressible"]["coroutine"] == "mine has no version for coroutine models"
    said = concbench("list", "-v", "--plugin", plugin).out
    assert "not in coroutine: mine has no version for coroutine models" in " ".join(said.split())


def test_a_plugin_without_anything_in_it_is_refused(concbench: Caller, tmp_path: Path) -> None:
    empty = tmp_path / "empty.py"
    empty.write_text("")
    said = concbench("list", "--plugin", empty)
    assert said.code == 2
    assert f"{empty}: defines neither MODELS nor WORKLOADS" in said.err


def test_a_plugin_that_is_not_there_is_refused(concbench: Caller, tmp_path: Path) -> None:
    said = concbench("list", "--plugin", tmp_path / "none.py")
    assert said.code == 2
    assert "none.py" in said.err


def test_another_interpreter_is_asked_what_is_available_to_it(concbench: Caller, tmp_path: Path) -> None:
    venv.create(tmp_path / "bare", with_pip=False)
    bare = tmp_path / "bare" / "bin" / "python"
    told = {one["name"]: one for one in concbench("list", "--json", "--python", f"{bare} -O").json["models"]}
    assert list(told) == models.names()
    assert told["asyncio"]["version"] == platform.python_version()
    assert "trio is not installed" in told["trio"]["unavailable"]


BROKEN = {
    "uvloop": ("raise SystemExit(3)", "uvloop cannot be imported: SystemExit: 3"),
    "trio": ("import os; os._exit(7)", "the process that imports it ended with exit code 7"),
    "gevent": ("raise OSError('no hub')", "gevent cannot be imported: OSError: no hub"),
    "curio": ("print('curious')", None),
}
"""What packages do as they are imported, and why their models are not available then."""


@pytest.fixture
def broken(tmp_path: Path) -> str:
    """Return an interpreter whose packages are broken."""
    venv.create(tmp_path / "broken", with_pip=False)
    (site,) = (tmp_path / "broken").glob("lib/*/site-packages")
    for name, (code, _) in BROKEN.items():
        (site / f"{name}.py").write_text(code)
    return str(tmp_path / "broken" / "bin" / "python")


def test_a_package_that_ends_the_process_that_imports_it_is_told_of_its_own_model_alone(
    concbench: Caller, broken: str
) -> None:
    said = concbench("list", "--json", "--python", broken)
    told = {one["name"]: one for one in said.json["models"]}
    for name, (_, why) in BROKEN.items():
        assert (why or "None") in str(told[name]["unavailable"])
    assert told["curio"]["version"] == "curio (its version is not known)"
    assert told["thread-pool"]["version"] == platform.python_version()


@pytest.mark.parametrize("verb", ["list", pytest.param("doctor", marks=pytest.mark.nightly)])
def test_no_package_is_imported_by_the_command_itself(broken: str, verb: str) -> None:
    code = "import sys\nfrom concbench.cli import main\nmain()"
    given = [broken, "-c", code, verb, *(["--seconds", "0.1"] if verb == "doctor" else [])]
    path = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(given, check=False, env=path, capture_output=True, text=True, timeout=60)
    assert (done.returncode, "curious" in done.stdout) == (0, False)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--python", "3.11 -c pass"], "and not -c"),
        (["--python", sys.executable, "--preset", "quick"], "the same cells for every interpreter"),
    ],
)
def test_an_interpreter_that_cannot_be_asked_is_a_usage_error(
    concbench: Caller, arguments: list[str], told: str
) -> None:
    said = concbench("list", *arguments)
    assert said.code == 2
    assert told in " ".join(said.err.split())


def test_a_preset_says_whom_it_leaves_out(concbench: Caller) -> None:
    last = concbench("list", "--preset", "quick").out.splitlines()[-1]
    assert last.endswith("(-m): asyncio-gather, " + ", ".join(models.MEMBERS["ladder"]))
