"""Projects for which pytest-benchmark is not installed, whose configuration is for it all the same."""

import inspect
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest_benchmark.hookspec
import pytest_benchmark.plugin

from concbench.serving.tests.absent import KINDS, Hooks, absent

PROJECT = {
    "pytest.ini": "[pytest]\naddopts = -p no:benchmark --benchmark-disable-gc --benchmark-columns=min,max"
    " --benchmark-compare --benchmark-compare-fail=mean:5%\n",
    "conftest.py": "def pytest_benchmark_update_json(output_json):\n    pass\n",
    "test_a.py": "def test_a():\n    pass\n",
}
RUN = (
    "import sys, pytest; from concbench.serving.tests.absent import Absent;"
    " plugins = [Absent()] if sys.argv[1] == 'with' else [];"
    " sys.exit(pytest.main(['-q', '-p', 'no:concbench'], plugins=plugins))"
)


class _Group:
    def __init__(self) -> None:
        self.options: dict[str, tuple[str | None, bool]] = {}

    def addoption(self, name: str, *_others: str, **about: Any) -> None:
        flag = about.get("action") in ("store_true", "store_const")
        self.options[name] = about.get("nargs"), flag

    def getgroup(self, _name: str) -> "_Group":
        return self


def test_the_options_are_pytest_benchmark_s() -> None:
    theirs = _Group()
    add: Any = pytest_benchmark.plugin.pytest_addoption
    add(theirs)
    ours = {
        f"--benchmark-{name}": (about.get("nargs"), "action" in about)
        for names, about in KINDS
        for name in names
    }
    assert {name: ours.get(name) for name in theirs.options} == theirs.options


def test_the_hooks_are_pytest_benchmark_s() -> None:
    hooks = inspect.getmembers(pytest_benchmark.hookspec, inspect.isfunction)
    for name, function in hooks:
        ours = list(inspect.signature(getattr(Hooks, name)).parameters)
        assert ours == ["self", *inspect.signature(function).parameters]


def test_a_project_is_configured_all_the_same(tmp_path: Path) -> None:
    for name, text in PROJECT.items():
        (tmp_path / name).write_text(text)
    done = {
        how: subprocess.run([sys.executable, "-c", RUN, how], cwd=tmp_path, capture_output=True, check=False)
        for how in ("with", "without")
    }
    assert done["with"].returncode == 0, done["with"].stdout
    assert b"unrecognized arguments" in done["without"].stderr
    assert not absent()
