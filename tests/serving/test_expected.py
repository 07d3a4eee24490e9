"""Tests as they are found in the wild: what pytest and pytest-benchmark let them do they may do here."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.serving.processes import Asker, serving

INI = """[pytest]
addopts = -x -s -p no:benchmark
faulthandler_timeout = 0.05
faulthandler_exit_on_timeout = true
"""

CONFTEST = """
import faulthandler

def pytest_configure(config):
    faulthandler.enable()  # asks standard error for its descriptor
"""

TESTS = """
import gc, subprocess, sys, time
import pytest

def test_raises_and_expects_it(benchmark):
    with pytest.raises(ValueError):
        benchmark(int, "no number")

@pytest.mark.xfail(reason="known")
def test_known(benchmark):
    benchmark(int, "no number")

def test_skips(benchmark):
    benchmark(lambda: pytest.skip("not here"))

def check(number):
    assert number == 2

def test_checks_inside(benchmark):
    benchmark(check, 3)

def test_raises(benchmark):
    benchmark(int, "no number")

class Greeter:
    def greet(self):
        return "hello"

def test_weaves(benchmark_weave):
    assert benchmark_weave.__name__ == "weave"

def test_long(benchmark):
    benchmark(time.sleep, 0.07)

def test_has_a_standard_error(benchmark):
    subprocess.run(["true"], stderr=sys.stderr, check=True)
    sys.stderr.buffer.write(b"!")
    benchmark(len, "")

@pytest.mark.benchmark(disable_gc=True)
def test_without_collector(benchmark):
    assert benchmark(gc.isenabled) is False
    assert gc.isenabled()

def test_rounds_that_are_no_number(benchmark):
    benchmark.pedantic(len, args=("",), rounds=10.0)

def test_setup_that_returns_nothing_of_use(benchmark):
    assert benchmark.pedantic(len, args=("",), setup=lambda: [], rounds=3) == 0
"""
FILE = "benchmarks/test_wild.py"


def written(folder: Path, files: Mapping[str, str]) -> Path:
    """Return a folder with these files."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    files = {
        "pytest.ini": INI,
        "conftest.py": CONFTEST,
        FILE: TESTS,
        "benchmarks/test_a.py": "import no_such\n",
    }
    folder = written(tmp_path_factory.mktemp("project"), files)
    with serving(folder) as asker:
        yield asker


@pytest.mark.parametrize(
    ("test", "outcome", "words"),
    [
        (
            "test_raises_and_expects_it",
            "unavailable",
            "it expects what it times to fail: ValueError: invalid",
        ),
        ("test_known", "unavailable", "it is expected to fail: known"),
        ("test_skips", "unavailable", "it was skipped: not here"),
        ("test_checks_inside", "invalid", f"{FILE}:17: assert 3 == 2"),
        ("test_raises", "crashed", "ValueError: invalid literal"),
        ("test_rounds_that_are_no_number", "crashed", "rounds is a whole number from 1, not 10.0"),
    ],
)
def test_the_test_decides_whether_what_it_times_may_fail(
    ask: Asker, test: str, outcome: str, words: str
) -> None:
    found = ask.through(f"{FILE}::{test}")
    assert (found["outcome"], words in found["reason"]) == (outcome, True), found["reason"]


@pytest.mark.parametrize(
    "test",
    [
        "test_long",
        "test_has_a_standard_error",
        "test_without_collector",
        "test_setup_that_returns_nothing_of_use",
    ],
)
def test_what_passes_there_passes_here(ask: Asker, test: str) -> None:
    found: dict[str, Any] = ask.through(f"{FILE}::{test}")
    assert found == {"passed": True}


def test_one_that_is_called_otherwise_in_another_process_is_told_as_that(ask: Asker) -> None:
    found = ask.begin(f"{FILE}::test_a[<object at 0x7f3c>]")
    assert (found["outcome"], "another in each" in found["reason"]) == ("crashed", True)


def test_the_fixture_that_weaves_is_there(ask: Asker) -> None:
    found = ask.through(f"{FILE}::test_weaves")
    assert "it ended without calling benchmark" in found["reason"]


def test_a_file_that_cannot_be_collected_does_not_stop_at_the_first(ask: Asker) -> None:
    assert [one["file"] for one in ask("collect")["errors"]] == ["benchmarks/test_a.py"]


INSTALLED = "src/concbench-0.dist-info"
STRICT = {
    "pytest.ini": "[pytest]\nfilterwarnings = error\naddopts = -p no:asyncio\n",
    f"{INSTALLED}/METADATA": "Metadata-Version: 2.1\nName: concbench\nVersion: 0\n",
    f"{INSTALLED}/RECORD": "concbench/__init__.py,,\nconcbench/pytest_plugin/plugin.py,,\n",
    f"{INSTALLED}/entry_points.txt": "[pytest11]\nconcbench = concbench.pytest_plugin.plugin\n",
    FILE: "def test_a(benchmark):\n    benchmark(len, '')\n",
}


def test_concbench_may_be_installed_beside_the_tests_where_warnings_are_errors(tmp_path: Path) -> None:
    with serving(written(tmp_path, STRICT)) as asker:
        assert asker.through(f"{FILE}::test_a") == {"passed": True}
