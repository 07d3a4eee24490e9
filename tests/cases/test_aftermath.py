"""What a run leaves behind fails its case, by name; what a first run sets up for good does not."""

import asyncio
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

from concbench.cases.checking import WrongRun
from concbench.cases.functions import Refused
from concbench.models import index
from concbench.pytest_plugin.running import ConcurrencyBenchmark
from tests.pytest_plugin.fakes import FakeBenchmark, fixture

KEPT: set[Any] = set()
"""What would be collected, were it not referred to."""


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    """Let go of it in the end."""
    yield
    KEPT.clear()


async def background(seconds: float = 10) -> None:
    await asyncio.sleep(seconds)


async def leaving() -> None:
    KEPT.add(asyncio.create_task(background(), name="background work"))
    await asyncio.sleep(0)


def plainly(case: ConcurrencyBenchmark, function: Any, **given: Any) -> Any:
    return case.pedantic(function, **given)


def awaiting(case: ConcurrencyBenchmark, function: Any, **given: Any) -> Any:
    async def test() -> Any:
        return await case.pedantic(function, **given)

    return asyncio.run(test())


in_both_ways = pytest.mark.parametrize("measured", [plainly, awaiting])
Measured = Callable[..., Any]


@in_both_ways
def test_tasks_that_outlive_a_run_fail_it_by_name(measured: Measured) -> None:
    with pytest.raises(WrongRun) as raised:
        measured(fixture(tasks=5), leaving)
    said = str(raised.value)
    place = f"background, {__file__}:{background.__code__.co_firstlineno}"
    assert said.startswith(f"5 tasks that a run started go on after it: background work ({place})")
    assert said.count("background work") == 3
    assert said.endswith(", …; wait for what is started, or say leaks='allow'")


@in_both_ways
def test_one_that_may_do_so_is_allowed(measured: Measured) -> None:
    measured(fixture(tasks=2), leaving, leaks="allow")


@in_both_ways
def test_what_ends_a_moment_later_is_not_left_behind(measured: Measured) -> None:
    async def ending() -> None:
        KEPT.add(asyncio.create_task(background(0.002)))

    measured(fixture(tasks=2), ending)


@in_both_ways
def test_what_a_first_run_sets_up_for_good_is_not_left_behind(measured: Measured) -> None:
    async def pooled() -> None:
        if len(KEPT) < 2:
            KEPT.add(asyncio.create_task(background()))

    measured(fixture(tasks=2), pooled)


def test_the_tasks_of_a_resource_are_its_own() -> None:
    @asynccontextmanager
    async def opened() -> AsyncIterator[None]:
        task = asyncio.create_task(background())
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    async def used() -> None:
        await asyncio.sleep(0)

    fixture().pedantic(used, resources=opened)
    awaiting(fixture(), used, resources=opened)


def test_a_task_that_takes_the_place_of_one_that_was_there_is_not_left_behind() -> None:
    @asynccontextmanager
    async def serving() -> AsyncIterator[Callable[[], None]]:
        waiting = [asyncio.create_task(background())]

        def next_one() -> None:
            waiting[-1].cancel()
            waiting.append(asyncio.create_task(background()))

        yield next_one
        waiting[-1].cancel()

    async def asking(ask: Callable[[], None]) -> None:
        ask()
        await asyncio.sleep(0)

    fixture(tasks=1).pedantic(asking, resources=serving)
    awaiting(fixture(tasks=1), asking, resources=serving)


@pytest.mark.parametrize("name", ["trio", "anyio-trio"])
def test_tasks_that_are_left_in_a_nursery_of_a_resource_are_told_under_trio(name: str) -> None:
    trio = pytest.importorskip("trio")
    anyio = pytest.importorskip("anyio")

    @asynccontextmanager
    async def opened() -> AsyncIterator[Any]:
        async with anyio.create_task_group() as group:
            yield group
            group.cancel_scope.cancel()

    async def starting(group: Any) -> None:
        group.start_soon(trio.sleep_forever)

    with pytest.raises(WrongRun, match=r"3 tasks that a run started go on after it: .*sleep_forever"):
        fixture(index.get(name)).pedantic(starting, resources=opened)


def test_under_trio_a_test_that_is_a_coroutine_is_told_of_them_too() -> None:
    trio = pytest.importorskip("trio")

    async def test() -> None:
        async with trio.open_nursery() as nursery:

            async def starting() -> None:
                nursery.start_soon(trio.sleep_forever)

            with pytest.raises(WrongRun, match="3 tasks that a run started go on"):
                await fixture()(starting)
            nursery.cancel_scope.cancel()

    trio.run(test)


def start_thread(stop: threading.Event) -> None:
    threading.Thread(target=stop.wait, name="left behind").start()


@pytest.mark.parametrize("kind", ["threads", "thread-pool", "asyncio"])
def test_threads_that_outlive_a_run_fail_it_by_name(kind: str) -> None:
    async def starting(stop: threading.Event) -> None:
        start_thread(stop)

    stop = threading.Event()
    function = starting if kind == "asyncio" else start_thread
    try:
        with pytest.raises(WrongRun, match=r"^2 threads that a run started go on after it: thread left beh"):
            fixture(index.get(kind), tasks=2).pedantic(function, args=[stop])
        fixture(index.get(kind), tasks=2).pedantic(function, args=[stop], leaks="allow", rounds=1)
    finally:
        stop.set()


def test_the_threads_of_libraries_and_of_pools_that_stay_are_not_left_behind() -> None:
    anyio_threads = pytest.importorskip("anyio.to_thread")

    async def in_threads(pool: ThreadPoolExecutor) -> None:
        await asyncio.to_thread(time.sleep, 0)
        await anyio_threads.run_sync(time.sleep, 0)
        await asyncio.get_running_loop().run_in_executor(pool, time.sleep, 0.001)

    with ThreadPoolExecutor(3) as pool:
        fixture(index.get("anyio-asyncio")).pedantic(in_threads, args=[pool])


@in_both_ways
@pytest.mark.parametrize("late", [False, True])
def test_a_task_that_fails_in_the_background_fails_the_case(measured: Measured, late: bool) -> None:
    calls: list[int] = []

    async def failing() -> None:
        raise LookupError("of its own")

    async def starting() -> None:
        calls.append(1)
        if not late or len(calls) > 20:
            task = asyncio.create_task(failing(), name="background work")
            del task
            await asyncio.sleep(0)
            await asyncio.sleep(0)

    with pytest.raises(
        WrongRun, match="in the background: Task exception was never retrieved, in backg"
    ) as raised:
        measured(fixture(tasks=1), starting, rounds=50, iterations=1)
    assert isinstance(raised.value.__cause__, LookupError)
    assert "(test_a_task_that_fails_in_the_background_fails_the_case.<locals>.failing, " in str(raised.value)
    assert ": LookupError: of its own" in str(raised.value)
    calls.clear()
    measured(fixture(tasks=1), starting, rounds=50, iterations=1, leaks="allow")


def test_a_callback_that_fails_is_heard_of_too() -> None:
    async def calling() -> None:
        asyncio.get_running_loop().call_soon(int, "no number")
        await asyncio.sleep(0)

    with pytest.raises(WrongRun, match=r"in the background: Exception in callback int\(.* \(2 more"):
        fixture()(calling)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_fails_fails_the_case_and_hooks_are_as_they_were() -> None:
    def failing() -> None:
        raise LookupError("of its own")

    def starting() -> None:
        thread = threading.Thread(target=failing, name="background work")
        thread.start()
        thread.join()

    before = threading.excepthook
    with pytest.raises(WrongRun, match="in the background background work failed: LookupError: of its own"):
        fixture(tasks=1)(starting)
    assert threading.excepthook is before


def test_the_loop_of_a_test_keeps_its_own_handler() -> None:
    async def used() -> None: ...

    async def test() -> None:
        loop, heard = asyncio.get_running_loop(), lambda *_given: None
        loop.set_exception_handler(heard)
        await fixture()(used)
        assert loop.get_exception_handler() is heard

    asyncio.run(test())


def test_nothing_is_run_twice_where_nothing_is_left() -> None:
    runs: list[int] = []

    async def noting() -> None:
        runs.append(1)

    case = fixture(tasks=1)
    case.pedantic(noting, rounds=2, iterations=1)
    assert len(runs) == case.extra_info["runs_checked"]


def test_leaks_are_allowed_or_fail() -> None:
    wrong: Any = "ignore"
    with pytest.raises(Refused, match="leaks= is 'fail' or 'allow', not 'ignore'"):
        fixture().pedantic(background, args=[0], leaks=wrong)


@pytest.mark.parametrize("name", ["trio", "anyio-trio"])
def test_under_trio_too_what_ends_a_moment_later_is_not_left_behind(name: str) -> None:
    trio = pytest.importorskip("trio")
    anyio = pytest.importorskip("anyio")

    @asynccontextmanager
    async def opened() -> AsyncIterator[Any]:
        async with anyio.create_task_group() as group:
            yield group

    async def starting(group: Any) -> None:
        group.start_soon(trio.sleep, 0.005)

    fixture(index.get(name), tasks=1).pedantic(starting, resources=opened)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_ends_by_sys_exit_has_not_failed() -> None:
    def starting() -> None:
        thread = threading.Thread(target=sys.exit)
        thread.start()
        thread.join()

    fixture(tasks=1)(starting)


def test_what_holds_resources_is_not_left_behind() -> None:
    runs: list[int] = []

    async def function() -> None:
        runs.append(1)

    async def teardown() -> None: ...

    fixture(tasks=1, benchmark=FakeBenchmark(enabled=False)).pedantic(function, teardown=teardown)
    assert len(runs) == 2, "one that is checked, and a plain one"


def test_tasks_and_threads_are_counted_by_kind() -> None:
    stop = threading.Event()

    async def starting() -> None:
        start_thread(stop)
        await leaving()

    try:
        with pytest.raises(
            WrongRun, match=r"^2 tasks and 2 threads that a run started go on after it: backg"
        ):
            fixture(tasks=2)(starting)
    finally:
        stop.set()
