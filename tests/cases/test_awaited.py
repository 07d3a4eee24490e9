"""Cases of tests that are coroutines: what they run on, what is timed, and what is checked."""

import asyncio
import gc
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import replace
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from concbench.cases import awaited_runs
from concbench.cases.checking import WrongRun
from concbench.cases.functions import Refused
from concbench.cases.measuring import Request
from concbench.models import index
from concbench.models.base import Model
from concbench.models.loops import loop_model
from concbench.pytest_plugin.running import ConcurrencyBenchmark
from tests.pytest_plugin.fakes import FakeBenchmark, fixture

VARIABLE: ContextVar[str] = ContextVar("VARIABLE", default="unset")


async def echo(*given: Any, **named: Any) -> tuple[Any, ...]:
    await asyncio.sleep(0)
    return given + tuple(named.items())


def awaiting(case: ConcurrencyBenchmark, *given: Any, **named: Any) -> Any:
    """Return what a test gets that awaits ``pedantic`` of its case."""

    async def test() -> Any:
        return await case.pedantic(*given, **named)

    return asyncio.run(test())


def test_the_results_of_the_last_run_come_back_in_order() -> None:
    async def test() -> None:
        assert await fixture(tasks=2)(echo, 1, key=2) == [(1, ("key", 2))] * 2

    asyncio.run(test())
    assert awaiting(fixture(tasks=2), echo, each=lambda index: (index,)) == [(0,), (1,)]


def test_tasks_run_on_the_loop_of_the_test_as_children_of_its_task() -> None:
    seen: set[Any] = set()

    async def task() -> str:
        seen.add((asyncio.get_running_loop(), VARIABLE.get()))
        return VARIABLE.get()

    async def test() -> None:
        VARIABLE.set("of the test")
        await fixture()(task)
        assert seen == {(asyncio.get_running_loop(), "of the test")}

    asyncio.run(test())


def test_what_is_timed_is_each_run_and_nothing_else() -> None:
    notes: list[str] = []

    def timer() -> float:
        notes.append("timer")
        return float(len(notes))

    async def task() -> None:
        notes.append("task")

    benchmark = FakeBenchmark(timer=timer)
    case = fixture(tasks=1, benchmark=benchmark)
    check = lambda _result: notes.append("check")  # noqa: E731
    setup, teardown = partial(notes.append, "setup"), partial(notes.append, "teardown")
    awaiting(case, task, check=check, setup=setup, teardown=teardown, rounds=3, warmup_rounds=1)
    assert notes[-4 * 6 :] == ["setup", "timer", "task", "timer", "check", "teardown"] * 4
    assert benchmark.durations == [2.0] * 3
    assert case.extra_info["runs_checked"] == notes.count("task")


def test_iterations_are_timed_together_and_all_are_judged() -> None:
    judged: list[Any] = []
    benchmark = FakeBenchmark()
    awaiting(fixture(tasks=2, benchmark=benchmark), echo, check=judged.append, rounds=3, iterations=7)
    assert (len(benchmark.durations), benchmark.asked) == (3, {"iterations": 7})
    assert len(judged) % 2 == 0
    assert len(judged) > 2 * 21


def test_a_tracer_and_the_garbage_collector_are_off_while_the_clock_ticks() -> None:
    seen: list[tuple[bool, bool]] = []
    timed: list[int] = []

    def timer() -> float:
        timed.append(1)
        return time.perf_counter()

    async def task() -> None:
        if len(timed) % 2:
            seen.append((sys.gettrace() is None, gc.isenabled()))

    for collects in (True, False):
        seen.clear()
        case = fixture(tasks=1, benchmark=FakeBenchmark(timer=timer, collects=collects))
        before, tracer = sys.gettrace(), lambda *_event: None
        sys.settrace(tracer)
        try:
            awaiting(case, task, rounds=2, iterations=1)
            assert sys.gettrace() is tracer
        finally:
            sys.settrace(before)
        assert seen == [(True, collects)] * 2
        assert gc.isenabled()


def test_a_benchmark_that_is_disabled_runs_twice_and_checks_both() -> None:
    case = fixture(tasks=2, benchmark=FakeBenchmark(enabled=False))
    assert awaiting(case, echo, expected=()) == [(), ()]
    assert case.extra_info["runs_checked"] == 2
    assert not {"cpu_s_per_run", "wall_s_per_task"} & set(case.extra_info)


def test_extra_info_says_where_it_ran() -> None:
    case = fixture(tasks=4)
    awaiting(case, echo)
    info = case.extra_info
    assert (info["model"], info["awaited"], info["outcome"]) == ("asyncio", "on its loop", "ok")
    assert (info["started"], info["finished"], info["peak_live"], info["suspensions"]) == (4, 4, 4, 4)
    assert info["cpu_s_per_run"] > 0
    assert info["wall_s_per_task"] == 0.25


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"expected": 1}, WrongRun),
        ({"check": lambda _result: False}, WrongRun),
        ({"function": lambda: None}, Refused),
        ({"function": lambda: asyncio.sleep(0)}, Refused),
    ],
)
def test_what_is_wrong_fails_as_in_other_tests(given: dict[str, Any], error: type[Exception]) -> None:
    benchmark = FakeBenchmark()
    function = given.pop("function", echo)
    with pytest.raises(error):
        awaiting(fixture(benchmark=benchmark), function, **given)
    assert benchmark.has_error


def test_what_a_task_raises_comes_out_of_its_group() -> None:
    async def failing() -> None:
        raise LookupError("of its own")

    with pytest.raises(LookupError, match="of its own") as raised:
        awaiting(fixture(), failing)
    assert raised.value.__notes__ == ["(2 more tasks failed; this was the first)"]


def test_a_coroutine_that_blocks_does_not_overlap() -> None:
    async def blocking() -> None:
        time.sleep(0)

    with pytest.raises(WrongRun, match="at most 1 of 3 tasks were alive at once"):
        awaiting(fixture(), blocking, overlap=2)


def test_resources_setup_and_teardown_are_in_the_task_of_the_test() -> None:
    tasks: list[Any] = []

    def note() -> None:
        tasks.append(asyncio.current_task())

    @asynccontextmanager
    async def opened() -> AsyncIterator[int]:
        note()
        VARIABLE.set("of the resource")
        yield 5
        note()

    async def setup(value: int) -> None:
        assert value == 5
        note()

    async def teardown(value: int) -> None:
        assert value == 5
        note()

    async def task(value: int) -> tuple[int, str]:
        return value, VARIABLE.get()

    given = {"resources": opened, "setup": setup, "teardown": teardown}
    assert awaiting(fixture(tasks=1), task, **given) == [(5, "of the resource")]
    assert len(set(tasks)) == 1


def test_resources_are_left_when_a_run_fails() -> None:
    notes: list[str] = []

    @asynccontextmanager
    async def opened() -> AsyncIterator[None]:
        try:
            yield
        finally:
            notes.append("left")

    with pytest.raises(WrongRun):
        awaiting(fixture(), echo, resources=opened, expected=1, teardown=partial(notes.append, "torn down"))
    assert notes == ["torn down", "left"]


async def awaited_alone(case: ConcurrencyBenchmark, function: Any, *given: Any) -> Any:
    return await case.measure_await(function, *given)


def test_an_await_is_measured_in_the_very_task_and_no_task_is_made() -> None:
    async def running(value: int) -> tuple[Any, int]:
        await asyncio.sleep(0)
        return asyncio.current_task(), value

    async def test() -> None:
        case = fixture(tasks=1)
        assert await case.measure_await(running, 5) == (asyncio.current_task(), 5)
        assert case.extra_info["awaited"] == "in its task"
        assert case.extra_info["runs_checked"] > 2

    asyncio.run(test())


def test_there_is_one_await_at_a_time() -> None:
    with pytest.raises(Refused, match=r"the case has 3 tasks: @pytest.mark.concurrency\(tasks=1\)"):
        asyncio.run(awaited_alone(fixture(tasks=3), echo))


def test_what_was_not_awaited_is_told_once_asked() -> None:
    async def test() -> None:
        forgetful, diligent = fixture(), fixture()
        forgetful(echo)
        await diligent(echo)
        assert not diligent.forgotten()
        assert forgetful.forgotten()

    asyncio.run(test())
    assert not fixture().forgotten()


class Awaitable:
    """No coroutine."""

    def __await__(self) -> Any:
        yield from asyncio.sleep(0).__await__()
        return 3


def test_an_await_is_of_whatever_can_be_awaited() -> None:
    future: Any = lambda: asyncio.get_running_loop().run_in_executor(None, int)  # noqa: E731
    for function, result in ((lambda: echo(1), (1,)), (future, 0), (Awaitable, 3)):
        assert asyncio.run(awaited_alone(fixture(tasks=1), function)) == result
    with pytest.raises(Refused, match="int returned a int, which cannot be awaited"):
        asyncio.run(awaited_alone(fixture(tasks=1), int))


def test_an_await_that_was_not_awaited_is_told_too() -> None:
    async def test() -> None:
        forgetful: Any = fixture(tasks=1)
        pending = forgetful.measure_await(echo)
        assert forgetful.forgotten()
        assert pending.cr_frame is None, "it was closed, and does not complain"

    asyncio.run(test())
    with pytest.raises(Refused, match="here there is none: write the test as a coroutine function"):
        _never = fixture(tasks=1).measure_await(echo)


def test_debug_mode_is_off_while_rounds_are_timed() -> None:
    seen: list[bool] = []

    async def task() -> None:
        seen.append(asyncio.get_running_loop().get_debug() or sys.get_coroutine_origin_tracking_depth() > 0)

    async def test() -> None:
        await fixture(tasks=1)(task)
        assert asyncio.get_running_loop().get_debug()

    asyncio.run(test(), debug=True)
    assert seen[0]
    assert not any(seen[1:])


def test_cpu_time_of_runs_that_are_prepared_is_the_mean_of_many(monkeypatch: pytest.MonkeyPatch) -> None:
    readings: list[int] = []

    def clock() -> int:
        readings.append(1)
        return 1000 * len(readings) ** 2

    monkeypatch.setattr(awaited_runs, "process_time_ns", clock)
    case = fixture(tasks=1)
    awaiting(case, echo, setup=lambda: None)
    number = len(readings) // 2 - 1
    steps = [1000 * ((2 * run) ** 2 - (2 * run - 1) ** 2) for run in range(2, number + 2)]
    assert number > 10
    assert case.extra_info["cpu_s_per_run"] == pytest.approx(sum(steps) / number / 1e9, rel=0.01)


def test_a_fixture_is_used_once_here_too() -> None:
    async def test() -> None:
        case = fixture()
        await case(echo)
        with pytest.raises(Refused, match="used already"):
            await case(echo)

    asyncio.run(test())


def test_what_belongs_to_the_loop_of_the_test_is_a_fine_input_and_what_does_not_is_refused() -> None:
    foreign = asyncio.new_event_loop()

    async def test() -> None:
        await fixture()(echo, asyncio.get_running_loop().create_future())
        with pytest.raises(Refused, match="belongs to another event loop"):
            await fixture()(echo, foreign.create_future())

    asyncio.run(test())
    foreign.close()


def on_trio(function: Callable[[], Coroutine[Any, Any, Any]]) -> None:
    pytest.importorskip("trio").run(function)


def on_uvloop(function: Callable[[], Coroutine[Any, Any, Any]]) -> None:
    uvloop = pytest.importorskip("uvloop")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(function())


def on_asyncio(function: Callable[[], Coroutine[Any, Any, Any]]) -> None:
    asyncio.run(function())


def model(name: str) -> Model:
    return loop_model(name, f"asyncio+{name}") if ":" in name else index.get(name)


FIT = [
    (on_asyncio, None, "asyncio"),
    (on_asyncio, "asyncio-gather", "asyncio-gather"),
    (on_asyncio, "anyio-asyncio", "anyio-asyncio"),
    (on_asyncio, "asyncio:SelectorEventLoop", "asyncio+asyncio:SelectorEventLoop"),
    (on_uvloop, None, "asyncio+uvloop:Loop"),
    (on_uvloop, "uvloop", "uvloop"),
    (on_uvloop, "uvloop:new_event_loop", "asyncio+uvloop:new_event_loop"),
    (on_trio, None, "trio"),
    (on_trio, "trio", "trio"),
    (on_trio, "anyio-trio", "anyio-trio"),
]


@pytest.mark.parametrize(("run", "chosen", "name"), FIT)
def test_the_model_is_that_of_the_loop_or_one_that_has_it(run: Any, chosen: str | None, name: str) -> None:
    async def task() -> int:
        return 1

    async def test() -> None:
        case = fixture(None if chosen is None else model(chosen))
        assert await case(task) == [1, 1, 1]
        assert case.extra_info["model"] == name

    run(test)


@pytest.mark.parametrize(
    ("run", "chosen", "said"),
    [
        (on_asyncio, "trio", "this test runs on asyncio, and trio does not: leave models= out"),
        (
            on_asyncio,
            "uvloop",
            "runs on asyncio.unix_events:_UnixSelectorEventLoop, which is not the loop of uvl",
        ),
        (on_asyncio, "asyncio-py", "asyncio-py cannot run tasks on the loop that runs this test"),
        (on_asyncio, "curio", "curio cannot run tasks on the loop"),
        (on_uvloop, "asyncio", "this test runs on uvloop:Loop, which is not the loop of asyncio"),
        (on_uvloop, "asyncio:SelectorEventLoop", "which is not the loop of asyncio"),
        (on_trio, "asyncio", "this test runs on trio, and asyncio does not"),
    ],
)
def test_a_model_of_another_loop_is_refused(run: Any, chosen: str, said: str) -> None:
    async def test() -> None:
        with pytest.raises(Refused, match=said):
            await fixture(model(chosen))(echo)

    run(test)


def test_a_plain_function_would_block_the_loop() -> None:
    said = r"int is a plain function, and would block .* say kind='coroutine', .*\(def, not async def\)"
    with pytest.raises(Refused, match=said):
        awaiting(fixture(), int)


def test_a_benchmark_of_another_make_is_refused() -> None:
    other: Any = SimpleNamespace(enabled=True, extra_info={}, has_error=False, stats=None)
    with pytest.raises(Refused, match=r"needs pytest-benchmark 5.3, and types has no _timer here"):
        awaiting(fixture(benchmark=other), echo)


def served(benchmark: Any, run: Any) -> list[dict[str, int]]:
    """Return what is answered to one who serves the runs of a test that is a coroutine."""
    answers: list[dict[str, int]] = []

    def serve_runs(runs: Any, request: Request) -> None:
        assert request.expectation.tasks == 3
        answers.extend(runs.probe(number) for number in (1, 5))
        assert runs.last == [(), (), ()]

    benchmark.serve_runs = serve_runs

    async def test() -> None:
        assert await fixture(benchmark=benchmark)(echo) == [(), (), ()]

    run(test)
    return answers


class Serving(FakeBenchmark):
    """A benchmark that serves."""

    serve_runs: Any = None


def test_runs_are_served_from_a_thread_while_the_loop_goes_on() -> None:
    one, five = served(Serving(), on_asyncio)
    assert set(one) >= {"wall_ns", "cpu_ns"}
    assert min(one["wall_ns"], five["wall_ns"]) > 0


def test_under_trio_runs_are_not_served_from_a_coroutine() -> None:
    pytest.importorskip("trio")
    benchmark = Serving()
    benchmark.serve_runs = print
    case = fixture(benchmark=benchmark)

    async def task() -> None: ...

    async def test() -> None:
        with pytest.raises(Refused, match=r"for trio, write it as a plain function \(def\)"):
            await case(task)

    on_trio(test)


def test_a_model_on_a_loop_that_only_imitates_asyncio_s_is_its_package_s() -> None:
    own = replace(index.get("asyncio"), name="asyncio+loops_of_others:new")
    with pytest.raises(Refused, match=r"is not the loop of asyncio.loops_of_others"):
        awaiting(fixture(own), echo)
