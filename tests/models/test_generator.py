"""Generators, and generators that call them: the tutorial's other two systems without their faults."""

from collections.abc import Generator
from random import Random
from typing import Any

import pytest

from concbench.models import generator
from concbench.models.generator import sleep_generator, wait_gen
from concbench.models.yield_from import open_session
from tests.models.clock import SteppingClock

pytestmark = pytest.mark.measured_side


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SteppingClock:
    clock = SteppingClock()
    monkeypatch.setattr(generator, "perf_counter", clock)
    return clock


def steps(count: int, name: Any, log: list[Any] | None = None) -> Generator[None, None, Any]:
    for _ in range(count):
        if log is not None:
            log.append(name)
        yield
    return name


def test_a_sleep_is_armed_by_its_first_step_and_not_by_its_making(clock: SteppingClock) -> None:
    sleep = sleep_generator(3)
    clock.now = 100.0
    yields = sum(1 for _ in sleep)
    assert yields == 2
    assert clock.now == 104


def test_a_sleep_of_no_time_never_yields(clock: SteppingClock) -> None:
    assert list(sleep_generator(0)) == []


def test_the_values_that_the_tutorial_drops_are_collected() -> None:
    def bar() -> Generator[None, None, int]:
        yield from steps(3, None)
        return 123

    def foo() -> Generator[None, None, int]:
        value = yield from bar()
        return value

    assert wait_gen([foo() for _ in range(100)]) == [123] * 100


def test_values_come_in_the_order_of_the_tasks_and_not_of_their_ends() -> None:
    counts = list(range(50))
    Random(7).shuffle(counts)
    assert wait_gen([steps(count, count) for count in counts]) == counts


def test_a_value_of_none_is_a_value() -> None:
    assert wait_gen([steps(1, None), steps(3, "last"), steps(0, None)]) == [None, "last", None]


def test_pending_tasks_are_stepped_in_turn_and_finished_ones_no_more() -> None:
    log: list[Any] = []
    wait_gen([steps(2, "a", log), steps(1, "b", log), steps(3, "c", log)])
    assert log == ["a", "b", "c", "a", "c", "c"]


def test_tasks_may_come_from_an_iterator() -> None:
    assert wait_gen(steps(index % 3, index) for index in range(10)) == list(range(10))


def test_no_tasks_give_no_values() -> None:
    assert wait_gen([]) == []


def test_what_a_task_raises_leaves_the_loop() -> None:
    def fails() -> Generator[None, None, None]:
        yield
        raise LookupError("no such thing")

    with pytest.raises(LookupError, match="no such thing"):
        wait_gen([steps(5, None), fails()])


def test_the_third_system_runs_on_the_very_sleep_of_the_second(clock: SteppingClock) -> None:
    def task() -> Generator[None, None, float]:
        started = clock.now
        yield from session.rt.sleep(5)
        return clock.now - started

    with open_session() as session:
        first, second = session.run([task, task])
    assert session.rt.sleep is sleep_generator
    assert first >= 5
    assert second >= 5
