"""The ledger's counters, held against a model that is too simple to be wrong."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concbench.measure.ledger import Ledger

TASKS = 5
MOVES = st.lists(st.tuples(st.integers(0, TASKS - 1), st.booleans()), max_size=120)


def ticking() -> Iterator[float]:
    now = 0.0
    while True:
        yield now
        now += 1.0


def ledger_of(tasks: int) -> Ledger:
    ticks = ticking()
    ledger = Ledger(clock=lambda: next(ticks))
    ledger.expect(tasks)
    for index in range(tasks):
        ledger.spawn(index)
    return ledger


@given(MOVES)
def test_the_counters_are_those_of_the_steps_that_were_entered(moves: list[tuple[int, bool]]) -> None:
    # Each move lets one task take a step, at whose end it suspends or finishes; finished tasks stay so.
    ledger, owners = ledger_of(TASKS), [object() for _ in range(TASKS)]
    counts = dict.fromkeys(range(TASKS), 0)
    started: set[int] = set()
    finished: set[int] = set()
    peak_live = peak_lag = 0
    for index, ends in moves:
        if index in finished:
            continue
        (ledger.resume if index in started else ledger.start)(index, owners[index])
        started.add(index)
        peak_live = max(peak_live, len(started - finished))
        if ends:
            ledger.finish(index, index)
            finished.add(index)
        else:
            ledger.suspend(index)
            counts[index] += 1
            peak_lag = max(peak_lag, counts[index] - min(counts[task] for task in set(counts) - finished))
    assert [task.started for task in ledger.tasks] == [int(index in started) for index in range(TASKS)]
    assert [task.finished for task in ledger.tasks] == [int(index in finished) for index in range(TASKS)]
    assert [task.suspensions for task in ledger.tasks] == list(counts.values())
    assert (ledger.peak_live, ledger.peak_lag) == (peak_live, peak_lag)
    assert ledger.live == len(started - finished)
    assert not any(task.strayed for task in ledger.tasks)
    ledger.observe()
    ledger.event(3, "put", "a")
    suspended = sum(counts[index] > 0 for index in started - finished)
    assert ledger.events == [(None, "look", suspended), (3, "put", "a")]


@given(MOVES, st.integers(0, 120))
def test_nothing_counts_that_happens_after_the_close(
    moves: list[tuple[int, bool]], closed_after: int
) -> None:
    ledger = ledger_of(TASKS)
    before: list[object] = []
    for number, (index, ends) in enumerate(moves):
        if number == closed_after:
            ledger.close()
            before = [repr(ledger.tasks), ledger.live, ledger.peak_live, ledger.peak_lag]
        ledger.spawn(index)
        ledger.start(index, None)
        ledger.suspend(index, frames=1)
        ledger.observe()
        if ends:
            ledger.finish(index)
    if before:
        assert [repr(ledger.tasks), ledger.live, ledger.peak_live, ledger.peak_lag] == before


@pytest.mark.parametrize(("step", "did"), [("spawn", "was made"), ("start", "took a step")])
def test_what_is_done_before_the_run_begins_is_kept_by_name(step: str, did: str) -> None:
    ledger = Ledger()
    ledger.expect(2)
    getattr(ledger, step)(1, *(["task"] if step == "start" else []))
    ledger.open()
    ledger.spawn(0)
    ledger.start(0, "task")
    assert ledger.early == f"task 1 {did} before the run began"


def test_what_is_done_in_the_run_is_not_early() -> None:
    ledger = Ledger()
    ledger.expect(1)
    ledger.open()
    ledger.spawn(0)
    ledger.start(0, "task")
    assert ledger.early is None


def test_the_times_are_those_of_the_clock() -> None:
    ledger = ledger_of(1)
    ledger.start(0, None)
    ledger.suspend(0)
    ledger.finish(0)
    assert (ledger.tasks[0].start, ledger.tasks[0].end) == (0.0, 1.0)


def test_a_task_that_goes_on_in_other_hands_has_strayed() -> None:
    ledger = ledger_of(2)
    mine, other = object(), object()
    for index, owner in enumerate([other, mine]):
        ledger.start(index, owner)
        ledger.suspend(index)
        ledger.resume(index, mine)
    assert [task.strayed for task in ledger.tasks] == [True, False]


def test_the_library_says_which_task_is_running() -> None:
    running = "first"
    ledger = Ledger(current=lambda: running)
    ledger.expect(2)
    assert ledger.running() is None
    ledger.start(1, "whatever the wrapping says")
    assert ledger.running() == 1
    assert ledger.tasks[1].owner == "first"
    running = "another"
    assert ledger.running() is None


def test_without_such_a_library_nobody_is_said_to_run() -> None:
    ledger = ledger_of(1)
    ledger.start(0, "task")
    assert ledger.running() is None


def test_a_task_that_runs_twice_is_counted_twice() -> None:
    ledger = ledger_of(1)
    for _ in range(2):
        ledger.start(0, "task")
        ledger.suspend(0)
        ledger.finish(0)
    assert (ledger.tasks[0].started, ledger.tasks[0].finished, ledger.tasks[0].suspensions) == (2, 2, 2)
    assert ledger.live == 0


@pytest.mark.parametrize("suspensions", [1, 5])
def test_whoever_runs_ahead_of_a_task_that_has_not_started_is_ahead_of_it(suspensions: int) -> None:
    ledger = ledger_of(2)
    ledger.start(0, "task")
    for _ in range(suspensions):
        ledger.suspend(0)
    ledger.finish(0)
    assert ledger.peak_lag == suspensions


def test_a_ledger_closes_although_an_interrupted_report_kept_its_lock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("concbench.measure.ledger.LOCK_SECONDS", 0.01)
    in_a_report, over = threading.Event(), threading.Event()

    def clock() -> float:
        in_a_report.set()
        over.wait()
        return 0.0

    ledger = Ledger(clock=clock)
    ledger.expect(1)
    report = threading.Thread(target=ledger.start, args=(0, None))
    report.start()
    in_a_report.wait()
    ledger.close()
    over.set()
    report.join()
    ledger.spawn(0)
    assert ledger.tasks[0].spawned == 0


class Alike:
    """A task of a library's that compares, so it has no hash."""

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        return type(other) is Alike


def two_steps_each_by(*told: object) -> Ledger:
    """Return the ledger of tasks that take two steps each; ``told`` is whose the library says they are."""
    current = iter([*told, *told])
    ledger = Ledger(current=lambda: next(current))
    ledger.expect(len(told))
    ledger.open()
    for report in (ledger.start, ledger.resume):
        for index in range(len(told)):
            report(index, index)
            ledger.suspend(index)
    return ledger


@pytest.mark.parametrize(
    ("of_the_first", "of_the_second"),
    [(Alike(), Alike()), (10**6, 10**6 + 1), ("a", "b"), ([], [])],
)
def test_a_task_of_the_model_s_is_itself_whatever_it_compares(of_the_first: Any, of_the_second: Any) -> None:
    ledger = two_steps_each_by(of_the_first, of_the_second)
    assert not any(task.strayed or task.beside for task in ledger.tasks)
    assert ledger.tasks[0].owner != ledger.tasks[1].owner
    assert ledger.unnamed == set()


def test_a_number_that_names_a_task_is_that_number_each_time() -> None:
    ledger = Ledger(current=lambda: int("1000000"))
    ledger.expect(1)
    ledger.open()
    ledger.start(0, None)
    ledger.suspend(0)
    ledger.resume(0, None)
    assert not ledger.tasks[0].strayed
    assert ledger.running() == 0


def test_the_tasks_of_which_nobody_says_whose_they_are_are_known() -> None:
    ledger = two_steps_each_by("mine", None)
    assert ledger.unnamed == {1}
