"""A model that runs out of threads: its limit is a skip, the threads of others are a failure."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concbench.cases import exhaustion, measuring
from concbench.cases.exhaustion import POLL_S, Starved, require_own_limit, still_running
from concbench.models.base import Exhausted

from .fakes import FakeBenchmark, fixture

Limit = Callable[[int], None]


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch) -> Limit:
    """Return a function after which only so many more threads can be started."""
    start = threading.Thread.start

    def allow(number: int) -> None:
        left = iter(range(number))

        def counted(thread: threading.Thread) -> None:
            if next(left, None) is None:
                raise RuntimeError("can't start new thread")
            start(thread)

        monkeypatch.setattr(threading.Thread, "start", counted)

    return allow


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """Return what tasks may wait for; it opens at the end, and the threads that waited are forgotten."""
    event = threading.Event()
    yield event
    event.set()
    assert still_running(exhaustion.left_behind, 10) == []
    exhaustion.left_behind.clear()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for threads for a moment only."""

    monkeypatch.setattr(measuring, "require_own_limit", partial(require_own_limit, wait_s=0.05))


def test_a_model_that_runs_out_of_threads_skips_the_test_once_they_have_ended(
    limit: Limit, gate: threading.Event
) -> None:
    before = threading.active_count()
    threading.Timer(0.1, gate.set).start()
    limit(2)
    benchmark = FakeBenchmark()
    with pytest.raises(pytest.skip.Exception, match="threads was exhausted with 2 of 3 tasks alive: can't"):
        fixture(tasks=3, benchmark=benchmark)(gate.wait)
    assert benchmark.has_error
    assert threading.active_count() <= before + 1, "the timer may still be ending"


@pytest.mark.usefixtures("impatient")
def test_threads_that_do_not_end_fail_this_test_and_the_next_that_runs_out(
    limit: Limit, gate: threading.Event
) -> None:
    limit(2)
    with pytest.raises(Starved, match=r"3 tasks under threads ran out with 2 of them alive .*, and 2 th"):
        fixture(tasks=3)(gate.wait)
    limit(1)
    with pytest.raises(Starved, match=r"with . of them alive .*, while 2 threads of an earlier test"):
        fixture(tasks=3)(lambda: None)


def test_running_out_before_the_first_task_is_never_a_skip(limit: Limit) -> None:
    limit(0)
    with pytest.raises(Starved, match="something else uses up what there is") as said:
        fixture(tasks=3)(len, "two")
    assert said.value.__suppress_context__, "the error of the model is in the message"


def test_threads_that_were_there_before_are_nobody_s(gate: threading.Event) -> None:
    other = threading.Thread(target=gate.wait)
    other.start()
    require_own_limit(Exhausted("no more", at=5), {*threading.enumerate()}, "tasks", wait_s=0)


@dataclass(slots=True)
class Waiting:
    """A clock that moves only while somebody waits."""

    now: float = 0.0

    def pause(self, seconds: float) -> None:
        """Let time go by."""
        self.now += seconds


@dataclass(frozen=True, slots=True)
class Ending:
    """A thread that ends when a clock says so."""

    clock: Waiting
    at: float

    def is_alive(self) -> bool:
        """Say whether it is not yet time."""
        return self.clock.now < self.at


@given(st.lists(st.floats(0, 10), max_size=5), st.floats(0, 8))
def test_waiting_ends_with_the_last_thread_and_at_the_latest_when_time_is_up(
    ends: list[float], wait_s: float
) -> None:
    clock = Waiting()
    threads: list[Any] = [Ending(clock, at) for at in ends]
    left = still_running(threads, wait_s, lambda: clock.now, clock.pause)
    assert clock.now <= min(wait_s, max(ends, default=0)) + 2 * POLL_S
    assert left == [thread for thread in threads if thread.is_alive()]
    assert not left or clock.now >= wait_s
