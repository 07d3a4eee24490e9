"""Class polling: the tutorial's first system without its faults."""

import pytest

from concbench.models import polling
from concbench.models.polling import Sleep, Task, wait
from tests.models.clock import SteppingClock

pytestmark = pytest.mark.measured_side


class After(Task):
    """Ready after so many polls; keeps a log of who was polled."""

    def __init__(self, polls: int, name: str, log: list[str]) -> None:
        super().__init__()
        self.left, self.name, self.log = polls, name, log

    def run(self) -> None:
        self.log.append(self.name)
        self.left -= 1
        if not self.left:
            self.result = self.name
            self.ready = True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SteppingClock:
    clock = SteppingClock()
    monkeypatch.setattr(polling, "perf_counter", clock)
    return clock


def test_a_task_without_a_step_raises_instead_of_returning_the_error() -> None:
    with pytest.raises(NotImplementedError):
        Task().run()


def test_a_sleep_is_armed_by_its_first_run_and_not_by_its_making(clock: SteppingClock) -> None:
    sleep = Sleep(5)
    clock.now = 100.0
    sleep.run()
    assert (sleep.armed, sleep.threshold) == (100, 105)
    assert not sleep.ready


def test_a_sleep_is_ready_at_its_deadline_and_not_before(clock: SteppingClock) -> None:
    sleep = Sleep(2)
    readiness = []
    for _ in range(3):
        sleep.run()
        readiness.append(sleep.ready)
    assert readiness == [False, False, True]
    assert sleep.woke - sleep.armed == 2


def test_a_sleep_of_no_time_takes_two_polls(clock: SteppingClock) -> None:
    sleep = Sleep(0)
    sleep.run()
    assert not sleep.ready
    sleep.run()
    assert sleep.ready


def test_the_loop_ends_when_the_last_deadline_has_passed(clock: SteppingClock) -> None:
    sleeps = [Sleep(10) for _ in range(3)]
    wait(sleeps)
    assert all(sleep.ready and sleep.woke - sleep.armed >= 10 for sleep in sleeps)


def test_tasks_are_polled_in_turn_and_in_the_order_they_were_given() -> None:
    log: list[str] = []
    wait([After(2, "a", log), After(1, "b", log), After(3, "c", log)])
    assert log == ["a", "b", "c", "a", "c", "c"]


def test_results_come_in_the_order_of_the_tasks_and_not_of_their_ends() -> None:
    log: list[str] = []
    assert wait([After(3, "late", log), After(1, "early", log)]) == ["late", "early"]


def test_no_tasks_give_no_results() -> None:
    assert wait([]) == []
