"""Each check on ledgers written by hand: what it lets pass, what it does not, and what it says."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from concbench.measure.checks import (
    CHECKS,
    EVERY_CHECK,
    MAX_LAG,
    check_truth,
    check_unwatched,
    seen_unwatched,
)
from concbench.measure.ledger import Ledger
from concbench.models.base import DIALECTS
from concbench.workloads.base import Promise

pytestmark = pytest.mark.measured_side

PROMISE = Promise(
    tasks=2, suspensions=1, overlap=2, gathered=2, fair=True, frames=3, delays=(1.0, 1.0), early=0.1
)


def honest() -> Ledger:
    """Two tasks that take turns, suspend once on three frames, and end one second after their start."""
    times = iter([0.0, 0.0, 1.0, 1.0])
    ledger = Ledger(clock=lambda: next(times))
    ledger.expect(2)
    for index in range(2):
        ledger.spawn(index)
    for index in range(2):
        ledger.start(index, f"task {index}")
        ledger.suspend(index, frames=3)
    ledger.observe()
    for index in range(2):
        ledger.resume(index, ledger.tasks[index].owner)
        ledger.finish(index, index)
    return ledger


def set_on_last(**values: Any) -> Callable[[Ledger], None]:
    def change(ledger: Ledger) -> None:
        for name, value in values.items():
            setattr(ledger.tasks[-1], name, value)

    return change


def set_on_ledger(**values: Any) -> Callable[[Ledger], None]:
    def change(ledger: Ledger) -> None:
        for name, value in values.items():
            setattr(ledger, name, value)

    return change


def share_owner(ledger: Ledger) -> None:
    ledger.tasks[1].owner = ledger.tasks[0].owner


FAULTS = [
    ("spawned", set_on_ledger(tasks=[]), "there were 0 tasks; the workload promises 2"),
    ("spawned", lambda ledger: ledger.expect(1), "there were 3 tasks; the workload promises 2"),
    ("spawned", set_on_last(spawned=2, started=2, finished=2), "task 1 was spawned 2 times instead of once"),
    ("started", set_on_last(started=0, finished=0), "task 1 was spawned 1 times and started 0 times"),
    ("finished", set_on_last(finished=0), "task 1 was started 1 times and had finished 0 times at the end"),
    ("owners", share_owner, "2 tasks ran in 1 tasks of the model"),
    ("owners", set_on_last(strayed=True), "task 1 moved to another task of the model"),
    ("overlap", set_on_ledger(peak_live=1), "at most 1 tasks were alive at once; the workload promises 2"),
    ("gathered", set_on_ledger(gathered=1), "the keeper saw 1 suspended tasks; the workload promises 2"),
    ("gathered", set_on_ledger(gathered=None), "the keeper never looked"),
    ("suspensions", set_on_last(suspensions=0), "task 1 suspended 0 times instead of 1"),
    ("suspensions", set_on_last(suspensions=2), "task 1 suspended 2 times instead of 1"),
    ("fairness", set_on_ledger(peak_lag=MAX_LAG + 1), "one task got 3 suspensions ahead of another; turns"),
    ("frames", set_on_last(frames={2}), "task 1 suspended on [2] frames instead of 3"),
    ("frames", set_on_last(frames={2, 3}), "task 1 suspended on [2, 3] frames instead of 3"),
    ("deadlines", set_on_last(end=0.8), "task 1 ended 0.800000 s after its start; its delay is 1.000000 s"),
]


def failing(ledger: Ledger, promise: Promise = PROMISE) -> dict[str, str]:
    said = {name: check(ledger, promise) for name, check in CHECKS.items()}
    return {name: message for name, message in said.items() if message is not None}


def test_an_honest_ledger_passes_all_checks() -> None:
    assert failing(honest()) == {}


@pytest.mark.parametrize(("check", "change", "message"), FAULTS)
def test_each_fault_fails_its_own_check(check: str, change: Callable[[Ledger], None], message: str) -> None:
    ledger = honest()
    change(ledger)
    assert failing(ledger)[check].startswith(message)


@pytest.mark.parametrize(("check", "change", "message"), FAULTS)
def test_a_fault_that_only_one_check_can_see_fails_no_other(
    check: str, change: Callable[[Ledger], None], message: str
) -> None:
    ledger = honest()
    change(ledger)
    ledger.tasks = ledger.tasks[:2] or honest().tasks
    assert set(failing(ledger)) <= {check}


def test_ending_early_within_the_tolerance_is_no_fault() -> None:
    ledger = honest()
    ledger.tasks[1].end = 0.95
    assert failing(ledger) == {}


def test_a_lag_that_turns_allow_is_no_fault() -> None:
    ledger = honest()
    ledger.peak_lag = MAX_LAG
    assert failing(ledger) == {}


def test_a_promise_of_at_least_so_many_suspensions_allows_more_and_not_fewer() -> None:
    ledger = honest()
    loose = Promise(tasks=2, suspensions=1, exact=False, gathered=2)
    ledger.tasks[0].suspensions = 9
    assert failing(ledger, loose) == {}
    ledger.tasks[0].suspensions = 0
    assert set(failing(ledger, loose)) == {"suspensions"}


def test_what_is_not_promised_is_not_checked() -> None:
    ledger = honest()
    ledger.peak_lag = 99
    ledger.tasks[0].frames = {7}
    ledger.tasks[0].end = -1.0
    assert failing(ledger, Promise(tasks=2, suspensions=1, gathered=2)) == {}


def test_only_a_result_that_its_task_did_not_return_is_untrue() -> None:
    assert check_truth(honest(), [0, 1]) is None
    assert check_truth(honest(), [0, 0]) == "the model says that task 1 returned 0; it returned 1"


def test_a_result_that_is_not_equal_to_itself_is_true() -> None:
    ledger = honest()
    ledger.tasks[0].result = nan = float("nan")
    assert check_truth(ledger, [nan, 1]) is None


def test_the_result_of_a_task_that_never_finished_is_left_to_another_check() -> None:
    ledger = honest()
    ledger.tasks[1].finished = 0
    assert check_truth(ledger, [0, "made up"]) is None


def test_the_unwatched_pass_names_the_check_that_fails_there() -> None:
    ledger = honest()
    ledger.tasks[1].started = 0
    said = check_unwatched(ledger, PROMISE, "coroutine", EVERY_CHECK)
    assert said == "started: task 1 was spawned 1 times and started 0 times"
    assert check_unwatched(ledger, PROMISE, "coroutine", ["spawned"]) is None


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_unwatched_pass_leaves_out_what_nobody_can_see_there(dialect: Any) -> None:
    ledger = honest()
    ledger.gathered = None
    ledger.tasks[0].frames = set()
    ledger.tasks[1].owner = ledger.tasks[0].owner
    ledger.tasks[0].suspensions = 0
    said = check_unwatched(ledger, PROMISE, dialect, EVERY_CHECK)
    assert (said is None) == (dialect == "blocking")
    assert set(seen_unwatched(dialect)) <= set(CHECKS)


def test_unwatched_tasks_may_have_started_in_any_order() -> None:
    ledger = honest()
    ledger.tasks[0].end = 5.0
    for delays in ((1.0, 5.0), (5.0, 1.0)):
        promise = replace(PROMISE, delays=delays)
        assert check_unwatched(ledger, promise, "coroutine", EVERY_CHECK) is None
    promise = replace(PROMISE, delays=(5.0, 2.0))
    said = check_unwatched(ledger, promise, "coroutine", EVERY_CHECK)
    assert said == "deadlines: task 0 ended 1.000000 s after its start; its delay is 2.000000 s"
