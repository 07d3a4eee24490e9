"""Tests that are coroutines, beside the plug-ins that run them: pytest-asyncio in both modes, and anyio's."""

import importlib.util
from pathlib import Path

import pytest

from .project import ANYIO, ASYNCIO, Project, project

TESTS = """
import asyncio
import contextvars
import pytest
import {plugin}

VARIABLE = contextvars.ContextVar("VARIABLE", default=0)

@{fixture}
async def future():
    yield asyncio.get_running_loop().create_future()

async def double(future, value):
    assert future is None or future.get_loop() is asyncio.get_running_loop()
    await asyncio.sleep(0)
    return 2 * value + VARIABLE.get()

{mark}
@pytest.mark.concurrency(tasks=[1, 5])
async def test_its_own_loop(concurrency_benchmark, future):
    VARIABLE.set(1)
    results = await concurrency_benchmark(double, future, 3)
    assert results == [7] * concurrency_benchmark.tasks

class TestInClasses:
    {mark}
    @pytest.mark.concurrency(models=["asyncio", "asyncio-gather"], tasks=5)
    async def test_each(self, concurrency_benchmark, future):
        case = concurrency_benchmark
        await case.pedantic(double, args=[future], each=lambda n: (n,), expected=lambda n: 2 * n, overlap=5)

{mark}
@pytest.mark.concurrency(tasks=1)
async def test_in_a_handler(concurrency_benchmark, future):
    async def handler(reader, writer):
        VARIABLE.set(4)
        value = int(await reader.readline())
        result = await concurrency_benchmark.measure_await(double, future, value)
        writer.write(b"%d" % result)
        writer.close()

    server = await asyncio.start_server(handler, "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"5\\n")
        assert await reader.read() == b"14"
        writer.close()

@pytest.mark.concurrency(tasks=5)
def test_plain(concurrency_benchmark):
    assert concurrency_benchmark(double, None, 3) == [6] * 5

@pytest.mark.concurrency(tasks=5)
def test_foreign(concurrency_benchmark, future):
    concurrency_benchmark(double, future, 3)

{mark}
@pytest.mark.concurrency(tasks=5)
async def test_forgotten(concurrency_benchmark, future):
    concurrency_benchmark(double, future, 3)
"""
ON_ANYIO = """
from contextlib import asynccontextmanager
import anyio
import pytest

@pytest.fixture
async def event():
    async with anyio.create_task_group() as group:
        event = anyio.Event()
        group.start_soon(event.wait)
        yield event
        event.set()

@asynccontextmanager
async def group():
    async with anyio.create_task_group() as group:
        yield group

async def task(group, event):
    assert not event.is_set()
    await anyio.sleep(0)
    return "done"

@pytest.mark.anyio
@pytest.mark.concurrency(tasks=3)
async def test_on_both(concurrency_benchmark, event):
    case = concurrency_benchmark
    await case.pedantic(task, resources=group, args=[event], expected="done", overlap=3)

@pytest.mark.anyio
@pytest.mark.concurrency(models="trio", tasks=3)
async def test_on_trio_alone(concurrency_benchmark, event):
    await concurrency_benchmark.pedantic(task, args=[None, event])
"""
WAYS = {
    "strict": ("pytest_asyncio", "pytest_asyncio.fixture", "@pytest.mark.asyncio"),
    "auto": ("pytest_asyncio", "pytest.fixture", ""),
}


def written_for(mode: str) -> str:
    plugin, fixture, mark = WAYS[mode]
    return TESTS.format(plugin=plugin, fixture=fixture, mark=mark)


@pytest.fixture(params=["strict", pytest.param("auto", marks=pytest.mark.nightly)])
def of_others(request: pytest.FixtureRequest, tmp_path: Path) -> Project:
    """Return a project whose tests pytest-asyncio runs, in strict and in auto mode."""
    pytest.importorskip("pytest_asyncio")
    made = project(tmp_path, test_it=written_for(request.param))
    (tmp_path / "pytest.ini").write_text(f"[pytest]\nasyncio_mode = {request.param}\n")
    return made


def test_coroutines_are_measured_on_the_loop_of_their_test_and_its_fixtures(of_others: Project) -> None:
    out = of_others.quick(*ASYNCIO, "--benchmark-json=out.json", code=1)
    assert "1 failed, 7 passed, 1 error" in out
    assert "Refused: double is given, or encloses, a Future that belongs to another event loop" in out
    assert "nothing was run, since what it returned was not awaited: await concurrency_benchmark" in out
    figures = of_others.figures("out.json")
    assert {name: figure["extra_info"].get("awaited") for name, figure in figures.items()} == {
        "test_its_own_loop[1]": "on its loop",
        "test_its_own_loop[5]": "on its loop",
        "test_each[asyncio-5]": "on its loop",
        "test_each[asyncio-gather-5]": "on its loop",
        "test_in_a_handler[1]": "in its task",
        "test_plain[5]": None,
    }
    for figure in figures.values():
        assert figure["stats"]["rounds"] >= 2
        assert (
            figure["extra_info"]["runs_checked"] > figure["stats"]["rounds"] * figure["stats"]["iterations"]
        )
    assert figures["test_its_own_loop[1]"]["stats"]["iterations"] > 1, "1 ms, as everywhere"


def test_anyio_s_plug_in_runs_them_on_each_of_its_backends(tmp_path: Path) -> None:
    for name in ("anyio", "trio"):
        pytest.importorskip(name)
    out = project(tmp_path, test_it=ON_ANYIO).quick(*ANYIO, "--benchmark-json=out.json", code=1)
    assert "1 failed, 3 passed" in out
    assert "Refused: this test runs on asyncio, and trio does not: leave models= out" in out
    figures = Project(tmp_path).figures("out.json")
    assert {name: figure["extra_info"]["model"] for name, figure in figures.items()} == {
        "test_on_both[asyncio-3]": "asyncio",
        "test_on_both[trio-3]": "trio",
        "test_on_trio_alone[trio-trio-3]": "trio",
    }


@pytest.mark.nightly
def test_nothing_is_timed_and_all_is_checked_where_benchmarks_are_disabled(of_others: Project) -> None:
    out = of_others.quick(*ASYNCIO, "--benchmark-disable", "-k", "own_loop or each or handler")
    assert "5 passed" in out
    assert "Rounds" not in out


@pytest.mark.nightly
@pytest.mark.skipif(importlib.util.find_spec("pytest_cov") is None, reason="needs pytest-cov")
def test_coverage_is_measured_of_the_rest_of_the_test(of_others: Project) -> None:
    out = of_others.quick(*ASYNCIO, "--cov=test_it", "-k", "own_loop or each", "-p", "pytest_cov.plugin")
    assert "4 passed" in out
    assert "TOTAL" in out


@pytest.mark.nightly
def test_a_loop_of_uvloop_s_that_the_plug_in_is_told_to_use(tmp_path: Path) -> None:
    pytest.importorskip("uvloop")
    pytest.importorskip("pytest_asyncio")
    own = project(
        tmp_path,
        conftest="import pytest, uvloop\n\n@pytest.fixture(scope='session')\ndef event_loop_policy():\n"
        "    return uvloop.EventLoopPolicy()\n",
        test_it="import asyncio, pytest\n\n@pytest.mark.asyncio\n@pytest.mark.concurrency(tasks=3)\n"
        "async def test_it(concurrency_benchmark):\n    await concurrency_benchmark(asyncio.sleep, 0)\n",
    )
    own.quick(*ASYNCIO, "--benchmark-json=out.json", "-W", "ignore")
    (figure,) = own.figures("out.json").values()
    assert figure["extra_info"]["model"] == "asyncio+uvloop:Loop"


def test_ours_alone_says_what_runs_a_coroutine(tmp_path: Path) -> None:
    """Without a plug-in that runs them pytest itself fails such tests, and says so."""
    own = project(tmp_path, test_it="async def test_it(concurrency_benchmark): ...\n")
    out = own.run().out
    assert "async def functions are not natively supported" in out
