"""Each check on ledgers written by hand: what it lets pass, what it does not, and what it says."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from concbench.measure.checks import (
    check_owners,
    check_reported,
    check_truth,
    check_unwatched,
    said_of,
)
from concbench.measure.ledger import Ledger
from concbench.measure.watching.base import watching
from concbench.models.base import DIALECTS
from concbench.promised import LOOK, Event
from concbench.promises import MAX_LAG, Fair
from concbench.promising import promises_of
from concbench.workloads.base import Promise

pytestmark = pytest.mark.measured_side

PROMISE = Promise(
    tasks=2, suspensions=1, overlap=2, gathered=2, fair=True, frames=3, delays=(1.0, 1.0), early=0.1
)


def honest(tasks: int = 2) -> Ledger:
    """Tasks that take turns, suspend once on three frames, and end one second after their start."""
    times = iter([0.0] * tasks + [1.0] * tasks)
    ledger = Ledger(clock=lambda: next(times))
    ledger.expect(tasks)
    ledger.open()
    for index in range(tasks):
        ledger.spawn(index)
    for index in range(tasks):
        ledger.start(index, f"task {index}")
        ledger.suspend(index, frames=3)
    ledger.observe()
    for index in range(tasks):
        ledger.resume(index, f"task {index}")
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


def looked(*saw: int) -> list[Event]:
    return [Event(None, LOOK, number) for number in saw]


FAULTS = [
    ("spawned", set_on_ledger(tasks=[]), "there were 0 tasks; the workload promises 2"),
    ("spawned", lambda ledger: ledger.expect(1), "there were 3 tasks; the workload promises 2"),
    ("spawned", set_on_last(spawned=2, started=2, finished=2), "task 1 was spawned 2 times instead of once"),
    ("started", set_on_last(started=0, finished=0), "task 1 was spawned 1 times and started 0 times"),
    ("spawned", set_on_ledger(early="task 0 took a step before the run began"), "task 0 took a step before"),
    ("finished", set_on_last(finished=0), "task 1 was started 1 times and had finished 0 times at the end"),
    ("owners", share_owner, "2 tasks ran in 1 tasks of the model"),
    ("owners", set_on_last(strayed=True), "task 1 moved to another task of the model"),
    ("overlap", set_on_ledger(peak_live=1), "at most 1 tasks were alive at once; the workload promises 2"),
    (
        "gathered",
        set_on_ledger(events=looked(1)),
        "the keeper saw 1 suspended tasks; the workload promises 2",
    ),
    ("gathered", set_on_ledger(events=[]), "the keeper never looked"),
    ("gathered", set_on_ledger(events=looked(2, 2)), "the keeper looked 2 times instead of once"),
    ("suspensions", set_on_last(suspensions=0), "task 1 suspended 0 times instead of 1"),
    ("suspensions", set_on_last(suspensions=2), "task 1 suspended 2 times instead of 1"),
    ("fairness", set_on_ledger(peak_lag=MAX_LAG + 1), "one task got 3 suspensions ahead of another; turns"),
    ("owners", set_on_last(beside=True), "task 1 was started in a task of the model in which another was"),
    ("fairness", set_on_ledger(ahead=3), "3 of 2 suspensions brought a task 2 ahead of another"),
    ("frames", set_on_last(frames={2}), "task 1 suspended on [2] frames instead of 3"),
    ("frames", set_on_last(frames={2, 3}), "task 1 suspended on [2, 3] frames instead of 3"),
    ("deadlines", set_on_last(end=0.8), "task 1 ended 0.800000 s after its start; its delay is 1.000000 s"),
]


def failing(ledger: Ledger, promise: Promise = PROMISE) -> dict[str, str]:
    said = said_of(ledger, promises_of(promise))
    return {name: message for name, message in said.items() if message is not None}


def unwatched(ledger: Ledger, promise: Promise = PROMISE, **more: Any) -> str | None:
    seen = {"shows": ("always", "run", "steps"), **more}
    return check_unwatched(ledger, promises_of(promise), **seen)


def took_turns(order: str, *, preempted: bool = False) -> Ledger:
    """Return the ledger of a run whose tasks, named by letters, took their steps in this order."""
    names = sorted(set(order))
    ledger = Ledger(preempted=preempted)
    ledger.expect(len(names))
    for index in range(len(names)):
        ledger.start(index, names[index])
        ledger.suspend(index)
    for name in order:
        ledger.resume(names.index(name), name)
        ledger.suspend(names.index(name))
    return ledger


@pytest.mark.parametrize("order", ["abc" * 20, "abccba" * 10, "cba" + "bcaacb" * 10])
def test_turns_in_any_order_are_fair_if_all_have_one_in_each_round(order: str) -> None:
    assert Fair().broken(took_turns(order)) is None


def test_steps_in_a_row_may_be_one_for_each_round_and_task_and_two_percent() -> None:
    rounds, tasks = 20, 3
    ledger = took_turns("abc" * (rounds - 1))
    allowed = rounds + tasks + int(0.02 * rounds * tasks)
    ledger.repeats = allowed
    assert Fair().broken(ledger) is None
    ledger.repeats = allowed + 1
    assert Fair().broken(ledger) == (
        f"{allowed + 1} of {rounds * tasks} steps followed on one of the same task, with others alive"
    )


def test_two_steps_at_each_turn_are_not_fair_though_nobody_is_far_ahead() -> None:
    ledger = took_turns("aabbcc" * 10)
    assert ledger.peak_lag == MAX_LAG
    assert "suspensions brought a task 2 ahead of another" in str(Fair().broken(ledger))


def test_where_tasks_report_late_steps_in_a_row_tell_what_being_ahead_cannot() -> None:
    ledger = took_turns("aabbcc" * 10, preempted=True)
    assert "steps followed on one of the same task" in str(Fair().broken(ledger))
    assert Fair().broken(took_turns("abc" * 20, preempted=True)) is None


def test_in_a_pool_a_task_may_follow_another_but_not_begin_beside_it() -> None:
    def in_one_thread(steps: list[str]) -> Ledger:
        ledger = Ledger(lambda: "the thread", reuses=True)
        ledger.expect(2)
        for step in steps:
            what, index = step.split()
            getattr(ledger, what)(int(index), *(["task"] if what == "start" else []))
        return ledger

    after = in_one_thread(["start 0", "finish 0", "start 1", "finish 1"])
    assert check_owners(after) is None
    beside = in_one_thread(["start 0", "start 1", "finish 1", "finish 0"])
    assert "Model.current says which one runs" in str(check_owners(beside))
    after.reuses = False
    assert check_owners(after) == "2 tasks ran in 1 tasks of the model"


SLEPT = [(0.0, 1.0), (0.0, 1.0)]


@pytest.mark.parametrize("said", [SLEPT, [(0.0001, 1.0), (0.0, 0.9995)], [(0.0, 1.0001), (0.0, 1.0)]])
def test_times_that_the_ledger_saw_are_believed(said: list[tuple[float, float]]) -> None:
    assert check_reported(honest(), said) is None


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ([(-0.5, 1.0), (0.0, 1.0)], "a task says that it began to sleep 0.500000 s outside of the time"),
        ([(0.0, 1.0), (0.0, 7.0)], "a task says that it went on 6.000000 s outside of the time"),
        ([(0.0, 0.9), (0.0, 0.9)], "half of the tasks say that they went on 0.100000 s or more from when"),
        ([(0.0, float("nan")), (0.0, 1.0)], "a task says that it went on nan s outside of the time"),
    ],
)
def test_times_that_were_made_up_are_told(said: list[tuple[float, float]], message: str) -> None:
    assert str(check_reported(honest(), said)).startswith(message)


@pytest.mark.parametrize(("late", "believed"), [(0.0015, True), (0.0025, False)])
@pytest.mark.parametrize("tasks", [1, 2, 3, 4])
def test_half_of_the_tasks_however_few_say_within_2_ms_when_they_went_on(
    tasks: int, late: float, believed: bool
) -> None:
    said = check_reported(honest(tasks), [(0.0, 1.0 - late)] * tasks)
    assert (said is None) is believed


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


def test_where_there_is_no_keeper_nobody_looks() -> None:
    ledger = honest()
    said = failing(ledger, replace(PROMISE, gathered=None))
    assert said == {"gathered": "somebody looked 1 times, and the workload has no keeper"}
    ledger.events.clear()
    assert failing(ledger, replace(PROMISE, gathered=None)) == {}


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
    said = unwatched(ledger)
    assert said == "started: task 1 was spawned 1 times and started 0 times"
    assert unwatched(ledger, without={"started", "finished"}) is None


@pytest.mark.parametrize(("watched", "bare", "fails"), [(0, 1, True), (1, 2, False), (None, 2, False)])
def test_no_more_tasks_may_be_nobody_s_unwatched_than_chance_explains(
    watched: int | None, bare: int, fails: bool
) -> None:
    ledger = honest()
    ledger.unnamed = set(range(bare))
    said = unwatched(ledger, unnamed=watched)
    assert (said is not None) == fails
    assert unwatched(ledger, without={"owners"}, unnamed=watched) is None


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_unwatched_pass_leaves_out_what_nobody_can_see_there(dialect: Any) -> None:
    ledger = honest()
    ledger.events.clear()
    ledger.tasks[0].frames = set()
    ledger.tasks[0].suspensions = 0
    said = unwatched(ledger, shows=watching(dialect).shows)
    assert (said is None) == (dialect == "blocking")


def test_unwatched_tasks_may_have_started_in_any_order() -> None:
    ledger = honest()
    ledger.tasks[0].end = 5.0
    for delays in ((1.0, 5.0), (5.0, 1.0)):
        promise = replace(PROMISE, delays=delays)
        assert unwatched(ledger, promise) is None
    promise = replace(PROMISE, delays=(5.0, 2.0))
    said = unwatched(ledger, promise)
    assert said == "deadlines: task 0 ended 1.000000 s after its start; its delay is 2.000000 s"
