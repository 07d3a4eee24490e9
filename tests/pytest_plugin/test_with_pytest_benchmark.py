"""pytest-benchmark's tables, JSON, storage, comparisons and switches, for real."""

import json
import re
from pathlib import Path

import pytest

from concbench.models import index

from .project import Project, project

TESTS = """
import asyncio
import pytest

async def coroutine(value, *, key=None):
    await asyncio.sleep(0)
    return value

def generator(value):
    yield
    return value

def plain(value):
    return value

@pytest.mark.concurrency(models=["asyncio", "asyncio:SelectorEventLoop", "no_such:loop"], tasks=[1, 10])
def test_coroutine(concurrency_benchmark, concurrency_tasks):
    assert concurrency_benchmark(coroutine, "v", key=1) == ["v"] * concurrency_tasks

@pytest.mark.parametrize("value", [3, 4])
@pytest.mark.concurrency(models=["generator", "yield-from"], tasks=3)
def test_generator(concurrency_benchmark, value):
    assert concurrency_benchmark(generator, value) == [value] * 3

class TestPlain:
    @pytest.mark.benchmark(group="mine", min_rounds=3, disable_gc=True)
    @pytest.mark.concurrency(tasks=[2])
    def test_plain(self, concurrency_benchmark):
        concurrency_benchmark.pedantic(plain, args=[1], expected=1, iterations=2)

def test_other():
    pass
"""
FAILING = """
import asyncio
import pytest

pytestmark = pytest.mark.concurrency(tasks=3)

async def failing():
    await asyncio.sleep(0)
    raise LookupError("of its own")

async def odd(index):
    return index == 2

@pytest.mark.concurrency(models="threads")
def test_unfit(concurrency_benchmark):
    concurrency_benchmark(failing)

def test_raises(concurrency_benchmark):
    concurrency_benchmark(failing)

def test_wrong(concurrency_benchmark):
    concurrency_benchmark.pedantic(odd, each=lambda index: (index,), expected=False)

def test_late(concurrency_benchmark):
    runs = []

    async def late():
        runs.append(1)
        assert len(runs) < 20
        await asyncio.sleep(0.11 if len(runs) <= 6 else 0)  # so that one run says what it costs

    concurrency_benchmark.pedantic(late, rounds=50, iterations=1)
"""
NAMES = [
    "test_coroutine[asyncio-1]",
    "test_coroutine[asyncio+asyncio:SelectorEventLoop-1]",
    "test_coroutine[asyncio-10]",
    "test_coroutine[asyncio+asyncio:SelectorEventLoop-10]",
    *(f"test_generator[{value}-{model}-3]" for value in (3, 4) for model in ("generator", "yield-from")),
    "test_plain[2]",
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a project whose tests use the fixture in many ways."""
    return project(tmp_path_factory.mktemp("others"), test_it=TESTS)


@pytest.fixture(scope="module")
def saved(made: Project) -> str:
    """Return what a run printed that also wrote its figures to ``out.json`` and into the storage."""
    return made.quick("--benchmark-json=out.json", "--benchmark-autosave", "-rs")


def test_every_case_is_a_row_and_the_models_of_one_number_of_tasks_share_a_table(
    made: Project, saved: str
) -> None:
    figures = made.figures("out.json")
    assert list(figures) == NAMES
    assert {name: figure["group"] for name, figure in figures.items()} == {
        **dict.fromkeys(NAMES[:2], "test_it.py::test_coroutine n=1"),
        **dict.fromkeys(NAMES[2:4], "test_it.py::test_coroutine n=10"),
        **dict.fromkeys(NAMES[4:6], "test_it.py::test_generator[3] n=3"),
        **dict.fromkeys(NAMES[6:8], "test_it.py::test_generator[4] n=3"),
        "test_plain[2]": "mine",
    }
    assert "benchmark 'test_it.py::test_coroutine n=10': 2 tests" in saved


def test_a_model_that_is_not_here_is_skipped_with_the_reason(saved: str) -> None:
    assert "9 passed" not in saved
    assert "10 passed, 2 skipped" in saved
    assert "asyncio+no_such:loop is unavailable: cannot load the event loop no_such:loop: Module" in saved
    assert "Benchmark fixture was not used" not in saved


def test_the_json_says_what_ran_and_what_it_cost(made: Project, saved: str) -> None:
    for name, figure in made.figures("out.json").items():
        info, stats = figure["extra_info"], figure["stats"]
        tasks = figure["params"]["concurrency_tasks"]
        assert info["tasks"] == info["started"] == info["finished"] == tasks, name
        assert info["outcome"] == "ok"
        assert info["wall_s_per_task"] == pytest.approx(stats["median"] / tasks)
        assert info["runs_checked"] > stats["rounds"] * stats["iterations"]
        assert info["cpu_s_per_run"] > 0
        assert stats["rounds"] >= 2
    figure = made.figures("out.json")["test_coroutine[asyncio-10]"]
    assert figure["params"] == {"concurrency_model": "asyncio", "concurrency_tasks": 10}
    assert (figure["extra_info"]["peak_live"], figure["extra_info"]["suspensions"]) == (10, 10)
    assert figure["extra_info"]["model_version"] == index.get("asyncio").version()


def test_the_settings_of_pytest_benchmark_s_marker_hold(made: Project, saved: str) -> None:
    figure = made.figures("out.json")["test_plain[2]"]
    assert figure["options"]["disable_gc"]
    assert figure["stats"]["iterations"] == 2
    assert figure["stats"]["rounds"] >= 3
    assert figure["extra_info"]["model"] == "threads"


def test_a_short_run_is_timed_many_times_together(made: Project, saved: str) -> None:
    stats = made.figures("out.json")["test_generator[3-generator-3]"]["stats"]
    assert stats["iterations"] > 10
    assert stats["median"] * stats["iterations"] > 1e-4, "about 1 ms, on a machine whose speed varies"


@pytest.mark.nightly
def test_a_later_run_is_compared_with_what_was_stored(made: Project, saved: str) -> None:
    same = ("--benchmark-compare", "-k", "generator")
    out = made.quick(*same, "--benchmark-compare-fail=min:100000%")
    assert "test_generator[3-yield-from-3] (NOW)" in out
    assert "test_generator[3-yield-from-3] (0001_" in out
    (stored,) = (made.folder / ".benchmarks").rglob("*.json")
    content = json.loads(stored.read_text())
    for benchmark in content["benchmarks"]:
        benchmark["stats"]["min"] /= 1e6
    stored.write_text(json.dumps(content))
    out = made.quick(*same, "--benchmark-compare-fail=min:100000%", code=1)
    assert "Performance has regressed" in out


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("switch", "ended"),
    [
        ("--benchmark-disable", "10 passed, 2 skipped"),
        ("--benchmark-skip", "1 passed, 11 skipped"),
        ("--benchmark-only", "9 passed, 3 skipped"),
    ],
)
def test_the_switches_of_pytest_benchmark_hold(made: Project, switch: str, ended: str) -> None:
    out = made.quick(switch)
    assert ended in out
    assert ("Rounds" in out) == (switch == "--benchmark-only")


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return what a run printed in which every test fails, and warnings are errors."""
    failing = project(tmp_path_factory.mktemp("failing"), test_it=FAILING)
    out = failing.quick("-W", "error", "--benchmark-json=out.json", code=1)
    assert failing.figures("out.json") == {}
    return out


def test_what_fails_fails_by_itself_and_is_no_figure(failed: str) -> None:
    assert "4 failed in" in failed


def test_a_failure_says_what_and_where_and_nothing_of_ours(failed: str) -> None:
    assert (
        "threads runs plain functions, and failing is a coroutine function; models for it: asyncio" in failed
    )
    assert "LookupError: of its own" in failed
    assert "(2 more tasks failed; this was the first)" in failed
    assert "task 2 of 3 returned True instead of False" in failed
    assert "Group" not in failed
    shown = {line for line in failed.splitlines() if re.match(r"\S+\.py:\d+: ", line)}
    assert {line.partition(":")[0] for line in shown} == {"test_it.py"}


SLEEPING = """
import time
import pytest

@pytest.mark.benchmark(timer=time.process_time)
@pytest.mark.concurrency(tasks=1)
def test_sleeping(concurrency_benchmark):
    concurrency_benchmark(time.sleep, 0.01)
"""


def test_a_timer_of_cpu_time_gives_no_wall_time(tmp_path: Path) -> None:
    own = project(tmp_path, test_it=SLEEPING)
    own.quick("--benchmark-json=out.json")
    figure = own.figures("out.json")["test_sleeping[1]"]
    assert figure["options"]["timer"] == "process_time"
    assert "wall_s_per_task" not in figure["extra_info"]
    assert figure["extra_info"]["cpu_s_per_task"] == figure["stats"]["median"]


@pytest.mark.nightly
def test_cprofile_of_pytest_benchmark_sees_the_user_s_function(made: Project) -> None:
    out = made.quick("--benchmark-cprofile=ncalls", "-k", "generator-3 or test_other")
    assert "test_it.py:" in out
    assert "(generator)" in out
