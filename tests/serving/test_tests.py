"""Tests of pytest that are served: what is found, what may be asked of each, and what becomes of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from concbench.drive.workers.launch import WorkerLost
from tests.serving.processes import Asker, serving

TESTS = """
import asyncio, time
import pytest

made = []

@pytest.fixture(scope="module")
def shared():
    made.append("shared")
    yield len(made)

def test_passes(benchmark):
    assert benchmark(sum, [1, 2]) == 3

@pytest.mark.parametrize("n", [1, 2])
def test_parametrized(benchmark, n):
    assert benchmark(lambda: n) == n

def test_wrong(benchmark):
    assert benchmark(len, "ab") == 3

@pytest.mark.skip(reason="not here")
def test_skipped(benchmark):
    benchmark(len, "")

@pytest.mark.xfail(reason="known", strict=False)
def test_expected_to_fail(benchmark):
    assert benchmark(len, "") == 1

def test_unused(benchmark):
    pass

def test_twice(benchmark):
    benchmark(len, "")
    benchmark(len, "")

@pytest.fixture
def broken():
    raise OSError("no such thing")

def test_broken_fixture(benchmark, broken):
    benchmark(len, "")

def test_fails_afterwards(benchmark):
    benchmark(len, "")
    raise KeyError("afterwards")

def test_once(benchmark):
    left = [1]
    assert benchmark.pedantic(left.pop) == 1

def test_few(benchmark):
    left = list(range(11))
    benchmark.pedantic(left.pop, rounds=5, iterations=2, warmup_rounds=0)
    assert left

def test_around(benchmark):
    seen = []
    def setup():
        seen.append("setup")
        return ([3, 1, 2],), {"reverse": True}
    def teardown(*args, **kwargs):
        seen.append("teardown")
    result = benchmark.pedantic(sorted, setup=setup, teardown=teardown, rounds=40)
    assert result == [3, 2, 1]
    assert seen[:2] == ["setup", "teardown"] and len(seen) % 2 == 0

def test_bad_pedantic(benchmark):
    benchmark.pedantic(len, args=("",), setup=lambda: None, iterations=2)

class TestGroup:
    def test_method(self, benchmark, shared):
        assert benchmark(lambda: shared) == 1

    def test_shares(self, benchmark, shared):
        assert benchmark(lambda: len(made)) == 1

@pytest.mark.benchmark(group="letters")
def test_attributes(benchmark):
    assert (benchmark.group, benchmark.name) == ("letters", "test_attributes")
    assert (benchmark.enabled, benchmark.disabled, benchmark.stats) == (False, True, None)
    benchmark.extra_info["size"] = 3
    benchmark(len, "")

async def value(n):
    await asyncio.sleep(0)
    return n

@pytest.mark.concurrency(models=["asyncio"], tasks=[1, 10])
def test_concurrent(concurrency_benchmark):
    assert concurrency_benchmark(value, 5) == [5] * concurrency_benchmark.tasks

def test_no_benchmark():
    raise AssertionError("nobody asks for it")
"""
FILE = "benchmarks/test_all.py"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    (folder / "benchmarks").mkdir()
    (folder / FILE).write_text(TESTS)
    return folder


@pytest.fixture(scope="module")
def ask(project: Path) -> Iterator[Asker]:
    with serving(project) as asker:
        yield asker


def test_all_that_use_a_benchmark_are_found_and_no_others(ask: Asker) -> None:
    found = ask("collect")
    names = [test["name"].removeprefix(f"{FILE}::") for test in found["tests"]]
    assert names[:3] == ["test_passes", "test_parametrized[1]", "test_parametrized[2]"]
    assert {"TestGroup::test_method", "test_concurrent[asyncio-10]"} <= set(names)
    assert "test_no_benchmark" not in names
    assert {test["file"] for test in found["tests"]} == {FILE}
    assert found["errors"] == []
    assert found["origins"]["test_all"].endswith(FILE)


def test_what_a_call_costs_is_told_where_it_is_tried(ask: Asker) -> None:
    begun = ask.begin(f"{FILE}::test_passes")
    assert (begun["most"], begun["surrounded"], begun["tasks"], begun["alone"]) == (None, False, 1, True)
    assert 0 < begun["once_ns"] < 1_000_000
    assert ask("warm", number=3) == {"runs": 3}
    figures = ask("slice", number=50, untimed=5)
    assert figures["wall_ns"] > 0
    assert figures["records"] == {}
    assert ask("end") == {"passed": True}
    assert ask.begin(f"{FILE}::test_passes", try_it=False) == {}
    ask("warm", number=1)
    assert ask("end") == {"passed": True}


@pytest.mark.parametrize(
    ("test", "outcome", "words"),
    [
        ("test_wrong", "invalid", "assert 2 == 3"),
        ("test_skipped", "unavailable", "it was skipped: not here"),
        ("test_expected_to_fail", "unavailable", "it is expected to fail: known"),
        ("test_unused", "unavailable", "it ended without calling benchmark"),
        ("test_twice", "crashed", "only be used once"),
        ("test_broken_fixture", "crashed", f"{FILE}:39: OSError: no such thing"),
        ("test_fails_afterwards", "crashed", f"{FILE}:46: KeyError: 'afterwards'"),
        ("test_bad_pedantic", "crashed", "iterations"),
    ],
)
def test_what_becomes_of_a_test_is_an_outcome(ask: Asker, test: str, outcome: str, words: str) -> None:
    found = ask.through(f"{FILE}::{test}")
    assert (found["outcome"], words in found["reason"]) == (outcome, True), found["reason"]


def test_no_more_calls_are_made_than_a_test_stands(ask: Asker) -> None:
    assert ask.begin(f"{FILE}::test_once")["most"] == 1
    assert ask("end") == {"passed": True}
    assert ask.begin(f"{FILE}::test_few", try_it=False) == {}
    for _ in range(5):
        ask("slice", number=2, untimed=0)
    assert ask("end") == {"passed": True}


def test_what_is_around_a_call_is_done_around_each(ask: Asker) -> None:
    begun = ask.begin(f"{FILE}::test_around")
    assert (begun["most"], begun["surrounded"]) == (40, True)
    figures = ask("slice", number=4, untimed=2)
    assert figures["wall_ns"] < 4_000_000
    assert ask("end") == {"passed": True}


def test_a_fixture_that_tests_share_is_kept_for_the_test_that_follows(ask: Asker) -> None:
    first, second = (f"{FILE}::TestGroup::{name}" for name in ("test_method", "test_shares"))
    assert ask.through(first, following=second) == {"passed": True}
    assert ask.through(second) == {"passed": True}


def test_runs_of_n_tasks_are_checked_and_timed(ask: Asker) -> None:
    begun = ask.begin(f"{FILE}::test_concurrent[asyncio-10]")
    assert (begun["tasks"], begun["most"]) == (10, None)
    assert ask("slice", number=2, untimed=1)["wall_ns"] > 0
    assert ask("end") == {"passed": True}


def test_a_test_has_the_attributes_of_the_fixture_that_it_knows(ask: Asker) -> None:
    assert ask.through(f"{FILE}::test_attributes") == {"passed": True}


def test_options_of_the_project_s_that_measure_or_run_elsewhere_do_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD")  # who has these options are plug-ins that are there
    _written(
        tmp_path,
        {
            "pytest.ini": "[pytest]\naddopts = -n 2 --cov=. --benchmark-columns=min --benchmark-skip\n",
            "benchmarks/test_a.py": "def test_a(benchmark):\n    assert benchmark(len, 'a') == 1\n",
        },
    )
    with serving(tmp_path) as ask:
        assert ask.through("benchmarks/test_a.py::test_a") == {"passed": True}


def test_a_project_with_strict_markers_is_served(tmp_path: Path) -> None:
    marked = (
        '@pytest.mark.benchmark(group="one")\ndef test_a(benchmark):\n    assert benchmark(len, "a") == 1\n'
    )
    options = "--strict-markers -p no:timeout -p no:benchmark -p no:codspeed"
    _written(
        tmp_path,
        {
            "pytest.ini": f"[pytest]\naddopts = {options}\n",
            "benchmarks/test_a.py": f"import pytest\n{marked}",
        },
    )
    with serving(tmp_path) as ask:
        assert ask.through("benchmarks/test_a.py::test_a") == {"passed": True}


WHOLE = """
import pytest

pytestmark = pytest.mark.benchmark()

@pytest.fixture
def numbers():
    return [3, 1, 2]

def test_whole(numbers):
    assert sorted(numbers) == [1, 2, 3]

def test_wrong(numbers):
    assert numbers == []

def test_given(codspeed_benchmark):
    assert codspeed_benchmark(len, "a") == 1
"""


def test_a_marked_test_is_a_benchmark_as_a_whole_where_codspeed_has_it_so(tmp_path: Path) -> None:
    without = "-p no:codspeed"  # which may be installed here, and is loaded by that name then
    _written(tmp_path, {"benchmarks/test_a.py": WHOLE, "pytest.ini": f"[pytest]\naddopts = {without}\n"})
    names = [f"benchmarks/test_a.py::{name}" for name in ("test_whole", "test_wrong", "test_given")]
    with serving(tmp_path) as ask:
        assert [test["name"] for test in ask("collect")["tests"]] == names[2:]
    _written(
        tmp_path,
        {
            "pytest.ini": f"[pytest]\naddopts = {without} -p pytest_codspeed.plugin\n",
            "src/pytest_codspeed/__init__.py": "",
            "src/pytest_codspeed/plugin.py": "",
        },
    )
    with serving(tmp_path) as ask:
        assert [test["name"] for test in ask("collect")["tests"]] == names
        assert ask.begin(names[0])["most"] is None
        assert ask("slice", number=3, untimed=1)["wall_ns"] > 0
        assert ask("end") == {"passed": True}
        assert "assert [3, 1, 2] == []" in ask.through(names[1])["reason"]
        assert ask.through(names[2]) == {"passed": True}


def test_tests_draw_the_same_data_on_both_sides_and_leave_each_other_the_collector(tmp_path: Path) -> None:
    _written(
        tmp_path,
        {
            "benchmarks/conftest.py": "def pytest_addoption(parser):\n"
            "    parser.addoption('--randomly-seed', dest='randomly_seed', default='default')\n",
            "benchmarks/test_a.py": "import gc\n"
            "def test_a(benchmark, request):\n    benchmark(len, '')\n    gc.disable()\n"
            "    assert request.config.option.randomly_seed == 1\n"
            "def test_b(benchmark):\n    benchmark(len, '')\n    assert gc.isenabled()\n",
        },
    )
    with serving(tmp_path) as ask:
        first, second = "benchmarks/test_a.py::test_a", "benchmarks/test_a.py::test_b"
        assert ask.through(first, second) == {"passed": True}
        assert ask.through(second) == {"passed": True}


def test_a_file_that_cannot_be_collected_costs_no_other(tmp_path: Path) -> None:
    _written(
        tmp_path,
        {
            "benchmarks/test_a.py": "def test_a(benchmark):\n    assert benchmark(len, 'a') == 1\n",
            "benchmarks/test_b.py": "import no_such_module\n",
            "benchmarks/test_c.py": "def test_c(:\n",
        },
    )
    with serving(tmp_path) as ask:
        found = ask("collect")
        assert [test["name"] for test in found["tests"]] == ["benchmarks/test_a.py::test_a"]
        errors = {error["file"]: error["reason"] for error in found["errors"]}
    missing = "benchmarks/test_b.py:1: ModuleNotFoundError: No module named 'no_such_module'"
    assert errors["benchmarks/test_b.py"] == missing
    assert errors["benchmarks/test_c.py"].startswith("benchmarks/test_c.py:1: SyntaxError")


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (
            {"benchmarks/conftest.py": "import nothing_\n"},
            "benchmarks/conftest.py:1: ModuleNotFoundError",
        ),
        (
            {"pytest.ini": "[pytest]\naddopts = --no-such-opt\n"},
            "unrecognized arguments: --no-such-opt",
        ),
        ({"other/test_a.py": ""}, "file or directory not found: benchmarks"),
        (
            {"benchmarks/conftest.py": "def pytest_collection_modifyitems(items):\n    int('no')\n"},
            "benchmarks/conftest.py:2: ValueError: invalid literal",
        ),
    ],
    ids=["conftest", "options", "path", "broken"],
)
def test_a_side_that_cannot_be_collected_says_why(tmp_path: Path, files: dict[str, str], words: str) -> None:
    _written(tmp_path, files)
    with pytest.raises(WorkerLost) as lost, serving(tmp_path):
        pass
    assert words in lost.value.reason


def _written(folder: Path, files: dict[str, Any]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


AGAIN = """
import os, pytest

@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item, nextitem):
    from _pytest.runner import runtestprotocol
    runtestprotocol(item, nextitem=nextitem, log=False)
    runtestprotocol(item, nextitem=nextitem)
    return True
"""

HOSTILE = """
import os, pytest, shutil, tempfile

def test_fails(benchmark):
    benchmark(len, "")
    assert not "right"

def test_exits(benchmark):
    benchmark(len, "")
    pytest.exit("enough")

def test_forks(benchmark):
    benchmark(len, "")
    os.fork()

def test_leaves_for_nowhere(benchmark):
    benchmark(len, "")
    folder = tempfile.mkdtemp()
    os.chdir(folder)
    shutil.rmtree(folder)
    raise ValueError("lost")
"""


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    _written(
        tmp_path,
        {
            "pytest.ini": "[pytest]\naddopts = -p again --pdb --setup-only\n",
            "again.py": AGAIN,
            "benchmarks/test_a.py": HOSTILE,
        },
    )
    return tmp_path


def test_a_test_is_run_once_whatever_plugins_do_with_those_that_fail(hostile: Path) -> None:
    with serving(hostile) as ask:
        for _ in range(2):
            assert "once_ns" in ask.begin("benchmarks/test_a.py::test_fails")
            assert ask("end")["outcome"] == "invalid"


def test_what_a_test_does_to_its_process_is_told_of_it_and_of_no_other(hostile: Path) -> None:
    with serving(hostile) as ask:
        assert ask.through("benchmarks/test_a.py::test_forks") == {"passed": True}
        lost = ask.through("benchmarks/test_a.py::test_leaves_for_nowhere")
        assert lost["reason"].endswith("test_a.py:21: ValueError: lost")
        exited = ask.through("benchmarks/test_a.py::test_exits")
        assert exited["reason"].startswith("Exit: enough, in test_exits at ")


def test_what_a_test_writes_goes_with_its_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    places, project = tmp_path / "places", tmp_path / "project"
    places.mkdir()
    _written(
        project,
        {
            "pytest.ini": "[pytest]\naddopts = --basetemp=mine\n",
            "benchmarks/test_a.py": "def test_a(benchmark, tmp_path):\n"
            "    (tmp_path / 'a').write_text('a')\n    benchmark(len, '')\n",
        },
    )
    monkeypatch.setattr("tempfile.tempdir", str(places))
    with serving(project) as ask:
        assert "once_ns" in ask.begin("benchmarks/test_a.py::test_a")
        assert [file.relative_to(places).parts[1:] for file in places.rglob("a")] == [("t", "test_a0", "a")]
    assert list(places.iterdir()) == []
    assert not (project / "mine").exists()
