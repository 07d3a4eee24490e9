"""The fixtures, and the cases of tests that use them. The first of these imports what does the work."""

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from concbench.models.base import Model
    from concbench.pytest_plugin.running import ConcurrencyBenchmark


WITHOUT_CASES = {
    False: "a test has to name concurrency_benchmark among its arguments",
    True: "pytest gives a unittest.TestCase none; write a function, or a class that is no TestCase",
}


NEVER_OVERLAPPED = "concurrency_never_overlapped"
"""Under this name the number of tasks stands among a test's properties, which come from any process."""

WHY_NOT = "Each task was over before the next began: it blocks its event loop, never waits, or is very short."

NOT_AWAITED = (
    "concurrency_benchmark was called where an event loop is running, and nothing was run, since what it "
    "returned was not awaited: await concurrency_benchmark(…)"
)


@pytest.hookimpl(trylast=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that uses the fixture its cases, inside those of its own parameters."""
    if "concurrency_benchmark" in metafunc.fixturenames:
        from concbench.pytest_plugin.marker import parametrize  # noqa: PLC0415  (see the module's docstring)

        parametrize(metafunc)


@pytest.fixture
def concurrency_model(request: pytest.FixtureRequest) -> "Model | None":
    """The model of this case (a ``concbench.models.base.Model``); None where the marker names no models."""
    from concbench.pytest_plugin.marker import available_model  # noqa: PLC0415  (see the module's docstring)

    return available_model(request.config, request.param) if hasattr(request, "param") else None


@pytest.fixture
def concurrency_tasks(request: pytest.FixtureRequest) -> int:
    """How many tasks run at once in this case of a test that uses ``concurrency_benchmark``."""
    if not hasattr(request, "param"):
        pytest.fail(f"no cases: {WITHOUT_CASES[_is_unittest(request.cls)]}", pytrace=False)
    tasks: int = request.param
    return tasks


@pytest.fixture
def concurrency_benchmark(
    request: pytest.FixtureRequest, concurrency_model: "Model | None", concurrency_tasks: int, benchmark: Any
) -> "Iterator[ConcurrencyBenchmark]":
    """Run n of a function at once under concurrency models, check the results, time it (docs/PYTEST.md).

    Plain, generator and coroutine functions; tables, JSON and comparisons are pytest-benchmark's::

        @pytest.mark.concurrency(models=["asyncio", "uvloop:new_event_loop"], tasks=[1, 100])
        def test_fetch(concurrency_benchmark):
            results = concurrency_benchmark(fetch, "page", retries=2)
            assert results == ["text"] * concurrency_benchmark.tasks

    In a test that is a coroutine function it is awaited, and the tasks run on the test's own loop.
    ``concurrency_benchmark.pedantic(function, args=, kwargs=, each=, expected=, check=, overlap=, raises=,
    timeout=, kind=, leaks=, resources=, setup=, teardown=, rounds=, iterations=, warmup_rounds=)`` has
    arguments for each task, checks every result, and holds what lives as long as the case;
    ``concurrency_benchmark.measure_await(function)`` measures one await in the task that is running.
    """
    from concbench.pytest_plugin.marker import fixture_of  # noqa: PLC0415  (see the module's docstring)

    made = fixture_of(request, benchmark, concurrency_model, concurrency_tasks)
    yield made
    if made.extra_info.get("overlapped") is False:
        request.node.user_properties.append((NEVER_OVERLAPPED, concurrency_tasks))
    forgotten = made.forgotten()
    if made.used or forgotten:
        benchmark.skipped = True  # else a test that failed early would be told that it used no benchmark
    if forgotten:
        pytest.fail(NOT_AWAITED, pytrace=False)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Name the cases of which no two tasks were ever alive at once, which may be as it is meant."""
    reports = (report for kind in terminalreporter.stats.values() for report in kind)
    found = {
        report.nodeid: value
        for report in reports
        for name, value in getattr(report, "user_properties", ())
        if name == NEVER_OVERLAPPED
    }
    if found:
        terminalreporter.section("never overlapped", sep="-")
        terminalreporter.line(WHY_NOT)
        for nodeid, tasks in found.items():
            terminalreporter.line(f"{nodeid}: no two of {tasks} tasks were alive at once")


def _is_unittest(owner: type | None) -> bool:
    unittest = sys.modules.get("unittest")
    return owner is not None and unittest is not None and issubclass(owner, unittest.TestCase)
