"""Cases whose tasks never overlapped are named in the summary, in other processes too; none of them fails."""

from pathlib import Path

import pytest

from .project import Project, project

TESTS = """
import asyncio
import time
import pytest

async def blocking():
    time.sleep(0.001)

async def waiting():
    await asyncio.sleep(0.001)

@pytest.mark.concurrency(tasks=[1, 3])
def test_blocking(concurrency_benchmark):
    concurrency_benchmark(blocking)

@pytest.mark.concurrency(tasks=3)
def test_waiting(concurrency_benchmark):
    concurrency_benchmark(waiting)
"""
SAID = "test_it.py::test_blocking[3]: no two of 3 tasks were alive at once"


@pytest.fixture
def made(tmp_path: Path) -> Project:
    """Return a project of which one test blocks its loop."""
    return project(tmp_path, test_it=TESTS)


def test_a_blocked_loop_is_said_and_fails_nothing(made: Project) -> None:
    out = made.quick("--benchmark-json=out.json")
    assert "3 passed" in out
    told = out[out.index("- never overlapped -") :].splitlines()
    assert told[1:3] == [
        "Each task was over before the next began: it blocks its event loop, never waits, or is very short.",
        SAID,
    ]
    assert out.count("alive at once") == 1
    figures = made.figures("out.json")
    assert {name: figure["extra_info"]["overlapped"] for name, figure in figures.items()} == {
        "test_blocking[1]": None,
        "test_blocking[3]": False,
        "test_waiting[3]": True,
    }


def test_nothing_is_said_where_all_overlapped(made: Project) -> None:
    assert "never overlapped" not in made.quick("-k", "waiting")


def test_it_is_said_of_tests_in_another_process(made: Project) -> None:
    out = made.quick("-p", "xdist.plugin", "-n", "1", "--benchmark-disable")
    assert "3 passed" in out
    assert SAID in out
