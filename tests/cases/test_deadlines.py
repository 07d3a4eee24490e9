"""A task that takes too long fails its case, by its index and the place where it is."""

import asyncio
import gc
import signal
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

from concbench.cases import deadlines
from concbench.cases.checking import WrongRun
from concbench.cases.deadlines import Deadline
from concbench.cases.functions import Refused
from concbench.models import index
from concbench.models.base import Model
from concbench.models.loops import loop_model
from tests.pytest_plugin.fakes import fixture

SOON = 0.1
FOR_EVER = 10


def model(name: str) -> Model:
    found = loop_model(name, f"asyncio+{name}") if ":" in name else index.get(name)
    if found.unavailable():
        pytest.skip(f"{name}: {found.unavailable()}")
    return found


async def idle(seconds: float) -> Any:
    trio = sys.modules.get("trio")
    if trio is not None and trio.lowlevel.in_trio_task():
        return await trio.sleep(seconds)
    return await asyncio.sleep(seconds)


async def waiting(number: int, late: Callable[[], bool]) -> None:
    if number == 2 and late():
        await idle(FOR_EVER)


async def blocking(number: int, late: Callable[[], bool]) -> None:
    if number == 2 and late():
        time.sleep(FOR_EVER)


def spinning(number: int, late: Callable[[], bool]) -> Generator[None, None, None]:
    while number == 2 and late():
        yield
    yield


STOP = threading.Event()


def plain(number: int, late: Callable[[], bool]) -> None:
    if number == 2 and late():
        STOP.wait(FOR_EVER)


@pytest.fixture(autouse=True)
def stopped() -> Any:
    """Let threads go that would wait for ever."""
    STOP.clear()
    yield
    STOP.set()


CASES = [
    *((waiting, name) for name in ("asyncio", "asyncio-py", "uvloop", "anyio-asyncio", "trio", "anyio-trio")),
    *((blocking, name) for name in ("asyncio", "uvloop", "anyio-asyncio")),
    (plain, "threads"),
]
LATE_IN_THE_CHECKED_RUN = [
    *CASES,
    (waiting, "asyncio-gather"),
    (spinning, "generator"),
    (spinning, "yield-from"),
]


def failure(function: Any, name: str, late: Callable[[], bool], **given: Any) -> str:
    """Return what a case says in which the last of three tasks takes for ever."""
    case = fixture(model(name), tasks=3)
    began = time.monotonic()
    with pytest.raises(WrongRun) as raised:
        case.pedantic(function, each=lambda number: (number, late), timeout=SOON, **given)
    assert time.monotonic() - began < FOR_EVER / 2
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    return str(raised.value)


@pytest.mark.parametrize(("function", "name"), LATE_IN_THE_CHECKED_RUN)
def test_a_task_that_is_late_is_told_with_its_place(function: Any, name: str) -> None:
    said = failure(function, name, lambda: True)
    assert said.startswith("task 2 of 3 had not ended 0.1 s after its run began: it is at ")
    assert f"{__file__}:" in said
    assert said.endswith((f"in {function.__name__}", "in idle"))


@pytest.mark.parametrize(("function", "name"), CASES)
def test_so_is_one_that_is_late_in_a_round_that_is_timed(function: Any, name: str) -> None:
    runs: list[int] = []

    def late() -> bool:
        runs.append(1)
        return len(runs) > 30

    said = failure(function, name, late, rounds=100, iterations=1)
    assert said.startswith("task 2 of 3 had not ended 0.1 s after its run began: it is at ")
    assert f"{__file__}:" in said


@pytest.mark.parametrize(
    ("function", "name"), [(waiting, "asyncio-gather"), (spinning, "generator"), (spinning, "yield-from")]
)
def test_a_model_that_does_not_know_its_tasks_by_index_tells_the_place_alone(
    function: Any, name: str
) -> None:
    runs: list[int] = []

    def late() -> bool:
        runs.append(1)
        return len(runs) > 30

    said = failure(function, name, late, rounds=100, iterations=1)
    assert said.startswith("a task of 3 had not ended 0.1 s after its run began: it is at ")


@pytest.mark.parametrize("name", ["asyncio", "asyncio-gather", "asyncio-py", "uvloop", "anyio-asyncio"])
@pytest.mark.parametrize("function", [waiting, blocking])
def test_what_was_interrupted_is_not_told_of_again_when_it_is_collected(
    function: Any, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    failure(function, name, lambda: True)
    gc.collect()
    assert not [told for told in caplog.messages if "never retrieved" in told]


def test_all_that_are_late_are_counted() -> None:
    case = fixture(tasks=3)
    with pytest.raises(WrongRun, match=r"task 0 of 3 had not .*; 2 more had not, either$"):
        case.pedantic(asyncio.sleep, args=[FOR_EVER], timeout=SOON)


@pytest.mark.parametrize(
    ("name", "function"), [("asyncio", waiting), ("threads", plain), ("yield-from", spinning)]
)
def test_what_is_in_time_is_not_disturbed(name: str, function: Any) -> None:
    before = signal.getsignal(signal.SIGALRM)
    case = fixture(model(name), tasks=3)
    case.pedantic(function, each=lambda number: (number, bool), timeout=5, rounds=20)
    assert case.extra_info["outcome"] == "ok"
    assert signal.getsignal(signal.SIGALRM) is before


@pytest.mark.parametrize("seconds", [100, 0.05])
def test_an_alarm_that_was_set_before_rings_after_all(seconds: float) -> None:
    rang: list[int] = []
    before = signal.signal(signal.SIGALRM, lambda *_given: rang.append(1))
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        fixture(tasks=3).pedantic(asyncio.sleep, args=[0.04], timeout=5)
        time.sleep(0.05)
        left, _interval = signal.getitimer(signal.ITIMER_REAL)
        assert (50 < left < 100) if seconds == 100 else (rang == [1] and left == 0)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_setup_and_teardown_have_no_limit() -> None:
    slow = lambda *_given: time.sleep(0.25)  # noqa: E731
    case = fixture(tasks=3)
    case.pedantic(waiting, each=lambda number: (number, bool), timeout=0.2, setup=slow, teardown=slow)
    assert case.extra_info["outcome"] == "ok"


@pytest.mark.parametrize("late_after", [0, 30])
@pytest.mark.parametrize("alone", [False, True])
def test_a_test_that_is_a_coroutine_is_limited_too(late_after: int, alone: bool) -> None:
    runs: list[int] = []

    def late() -> bool:
        runs.append(1)
        return len(runs) > late_after

    async def test() -> str:
        case = fixture(tasks=1 if alone else 3)
        each = lambda number: (2 if alone else number, late)  # noqa: E731
        with pytest.raises(WrongRun) as raised:
            await case.pedantic(waiting, each=each, timeout=SOON, rounds=100, iterations=1)
        await asyncio.sleep(0)  # it goes on: nothing is left of the cancellation
        return str(raised.value)

    said = asyncio.run(test())
    number, tasks = (0, 1) if alone else (2, 3)
    assert said.startswith(
        f"task {number} of {tasks} had not ended 0.1 s after its run began: it is at {__file__}:"
    )


def test_a_test_that_is_a_coroutine_of_trio_s_is_told_to_limit_itself() -> None:
    trio = pytest.importorskip("trio")

    async def test() -> None:
        with pytest.raises(Refused, match="needs asyncio's loop"):
            await fixture().pedantic(trio.sleep, args=[0], timeout=1)

    trio.run(test)


@pytest.mark.parametrize("timeout", [0, -1, "1", True, float("nan")])
def test_what_is_no_time_is_refused(timeout: Any) -> None:
    with pytest.raises(Refused, match="timeout= takes seconds, more than 0"):
        fixture().pedantic(asyncio.sleep, args=[0], timeout=timeout)


def test_another_thread_has_no_alarm() -> None:
    raised: list[BaseException] = []

    def test() -> None:
        try:
            fixture().pedantic(asyncio.sleep, args=[0], timeout=1)
        except Refused as error:
            raised.append(error)

    thread = threading.Thread(target=test)
    thread.start()
    thread.join()
    assert str(raised[0]).startswith("timeout= needs the main thread")


def test_several_runs_may_take_as_long_as_several_do() -> None:
    deadline = Deadline(2, 3)
    deadline.begin(1)
    assert deadline.allowed(1) == deadline.allowed(1000) == 2, "nothing is known of how long one takes"
    deadline.made[0] = (0, None)
    deadline.forget()
    assert 2 < deadline.allowed(2) < deadline.allowed(1000)


async def swallowing(block: bool) -> None:
    """Go on for ever, whatever is raised, but not once it is collected with its loop."""
    end, loop = time.monotonic() + FOR_EVER, asyncio.get_running_loop()
    while time.monotonic() < end and not loop.is_closed():
        with suppress(BaseException):
            await asyncio.sleep(FOR_EVER) if not block else time.sleep(FOR_EVER)
            return
        if block:
            return


def test_what_swallows_the_alarm_is_late_all_the_same() -> None:
    with pytest.raises(WrongRun, match=r"task 0 of 1 had not ended 0\.1 s after"):
        fixture(tasks=1).pedantic(swallowing, args=[True], timeout=SOON)


def test_what_swallows_its_cancellation_is_late_and_nothing_of_that_is_left() -> None:
    async def once() -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(FOR_EVER)

    async def test() -> None:
        with pytest.raises(WrongRun, match=r"task 0 of 1 had not ended 0\.1 s after"):
            await fixture(tasks=1).pedantic(once, timeout=SOON)
        task = asyncio.current_task()
        assert task is not None
        assert task.cancelling() == 0

    asyncio.run(test())


def test_a_loop_that_is_blocked_is_told_of_when_the_run_has_ended() -> None:
    async def hogging() -> None:
        time.sleep(0.2)

    async def test() -> None:
        case = fixture(tasks=2)
        said = r"a run of 2 tasks took longer than 0\.1 s, .*: something may have blocked the event loop"
        with pytest.raises(WrongRun, match=said):
            await case.pedantic(hogging, timeout=SOON)

    asyncio.run(test())


@pytest.mark.parametrize("function", [swallowing, asyncio.to_thread])
def test_what_does_not_end_does_not_hinder_its_loop_from_being_closed(
    function: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deadlines, "CLOSING_S", SOON)
    given: list[Any] = [False] if function is swallowing else [STOP.wait, FOR_EVER]
    began = time.monotonic()
    with pytest.raises(WrongRun, match=r"task 0 of 1 had not ended 0\.1 s after"):
        fixture(tasks=1).pedantic(function, args=given, timeout=SOON)
    assert time.monotonic() - began < FOR_EVER / 2
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


@pytest.mark.parametrize("name", ["trio", "anyio-trio"])
def test_under_trio_what_is_late_is_cancelled_and_its_resources_are_left(name: str) -> None:
    notes: list[str] = []

    @asynccontextmanager
    async def opened() -> AsyncIterator[str]:
        anyio = pytest.importorskip("anyio")
        async with anyio.create_task_group():
            try:
                yield "held"
            finally:
                await idle(0)
                notes.append("left")

    async def task(_held: str) -> None:
        try:
            await idle(FOR_EVER)
        finally:
            notes.append("ended")

    before = {*threading.enumerate()}
    with pytest.raises(WrongRun, match=r"task 0 of 3 had not ended .*; 2 more had not"):
        fixture(model(name)).pedantic(task, resources=opened, timeout=SOON)
    assert notes == [*["ended"] * 3, "left"]
    assert {*threading.enumerate()} <= before
