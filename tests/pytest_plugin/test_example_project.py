"""The example of docs/PYTEST.md, copied and run as its owner would run it."""

import shutil
from pathlib import Path

import pytest

from .project import QUICK, Project

pytestmark = pytest.mark.timing

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "async_project"


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a copy of the example, in which a run has been made and written to ``out.json``."""
    folder = tmp_path_factory.mktemp("example") / "pages"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    copy = Project(folder)
    done = copy.run(*QUICK, "-rs", "-W", "error", "--benchmark-json=out.json")
    assert done.code == 0, done.out
    assert "asyncio-100" in done.out
    return copy


def test_every_model_that_is_here_did_the_work(example: Project) -> None:
    figures = example.figures("out.json")
    here = [name for name in figures if "uvloop" not in name]
    assert here == [
        "test_fetch[1]",
        "test_fetch[100]",
        "test_fetch_in_two_ways[asyncio-1]",
        "test_fetch_in_two_ways[threads-1]",
        "test_fetch_in_two_ways[asyncio-100]",
        "test_fetch_in_two_ways[threads-100]",
        "test_that_is_empty[asyncio-100]",
        "test_that_is_full[asyncio-100]",
    ]
    assert all(figure["extra_info"]["outcome"] == "ok" for figure in figures.values())


def test_a_hundred_waits_cost_far_less_than_a_hundred_times_one(example: Project) -> None:
    figures = example.figures("out.json")
    one, hundred = (figures[f"test_fetch[{tasks}]"] for tasks in (1, 100))
    assert hundred["extra_info"]["peak_live"] == 100
    assert hundred["extra_info"]["wall_s_per_task"] < one["extra_info"]["wall_s_per_task"] / 5


def test_a_full_cache_is_not_waited_for(example: Project) -> None:
    figures = example.figures("out.json")
    empty, full = (figures[f"test_that_is_{state}[asyncio-100]"] for state in ("empty", "full"))
    assert full["stats"]["min"] < empty["stats"]["min"]
    assert (full["extra_info"]["suspensions"], empty["extra_info"]["suspensions"]) == (100, 100)
