"""Cheats in runs: those that an instrument cannot see, those that begin above small sizes, wrong results."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from random import Random
from typing import Any

import pytest

from concbench.measure.execution import WrongResult, cell_of
from concbench.measure.hook import SEES_ALL_THREADS
from concbench.measure.passes import READY
from concbench.measure.tally import tally
from concbench.measure.turns import take_turn, witness_cell
from concbench.measure.witness import bear_witness, look_again
from concbench.measure.worker import RequestHandler
from concbench.models.base import Factory, Model
from concbench.models.generator import wait_gen
from concbench.promising import promises_of
from concbench.workloads import index as workloads
from concbench.workloads.base import Workload
from concbench.workloads.basics import parked, spawn, switch, timers
from concbench.workloads.catalogue import Catalogue
from tests.measure import cheats, cheats_of_sessions
from tests.measure.cheats import HONEST, Run, is_wrapped, running
from tests.measure.cheats_of_tasks import one_coroutine_for_all_unless_wrapped, rounds_by_hand

pytestmark = pytest.mark.measured_side


@pytest.mark.parametrize("dialect", HONEST)
@pytest.mark.parametrize("name", ["behaves_only_when_watched", "behaves_whenever_anyone_looks"])
def test_who_behaves_only_when_seen_does_nothing_when_nobody_looks(name: str, dialect: str) -> None:
    params = spawn.Params(tasks=3)
    calls = 0

    def count() -> None:
        nonlocal calls
        calls += 1

    with getattr(cheats, name)(HONEST[dialect]).open() as session:
        bear_witness(cell_of(spawn.WORKLOAD, params, HONEST[dialect], session))
        results = session.run([count] * params.tasks)
    assert len(results) == params.tasks
    assert calls == 0


@pytest.mark.parametrize("dialect", HONEST)
@pytest.mark.parametrize("workload", [spawn.WORKLOAD, switch.WORKLOAD, parked.WORKLOAD, timers.WORKLOAD])
def test_what_was_remembered_from_an_honest_run_is_no_sample(workload: Workload[Any], dialect: str) -> None:
    model = cheats.replays(HONEST[dialect], honest_runs=3)
    with model.open() as session:
        assert bear_witness(cell_of(workload, workload.smallest, HONEST[dialect], session)).failures == {}
        with pytest.raises(WrongResult, match=r"instead of|outside of the run"):
            take_turn(cell_of(workload, workload.smallest, model, session), number=1, long_first=False)


@pytest.mark.parametrize("dialect", HONEST)
def test_who_cheats_once_it_is_trusted_is_caught_by_a_last_look(dialect: str) -> None:
    trusted, runs = 5, count()

    def seen(_factories: Any) -> bool:
        return next(runs) < trusted

    model = cheats.behaves_when(HONEST[dialect], seen)
    params = spawn.Params(tasks=3)
    with model.open() as session:
        assert bear_witness(cell_of(spawn.WORKLOAD, params, model, session)).failures == {}
        for _ in range(trusted):
            take_turn(cell_of(spawn.WORKLOAD, params, model, session), number=1, long_first=False)
        assert (
            "started: task 0 was spawned 1 times and started 0 times"
            in (look_again(cell_of(spawn.WORKLOAD, params, model, session)).failures["unwatched"])
        )


@pytest.mark.parametrize("dialect", HONEST)
def test_tasks_that_are_run_before_the_clock_starts_are_seen_in_each_witnessed_run_but_the_first(
    dialect: str,
) -> None:
    model = cheats.runs_tasks_before_the_clock_starts(HONEST[dialect])
    params = spawn.Params(tasks=3)
    with model.open() as session:
        for look in (bear_witness, look_again):
            said = look(cell_of(spawn.WORKLOAD, params, model, session)).failures
            assert set(said) == {"unwatched"}
            assert said["unwatched"].startswith("spawned: task 0 took a step before the run began")


@pytest.mark.parametrize("dialect", HONEST)
def test_lists_that_are_filled_when_run_is_let_go_of_are_empty_when_they_are_judged(dialect: str) -> None:
    params, model = (
        spawn.Params(tasks=3),
        cheats_of_sessions.fills_its_lists_when_it_is_let_go(HONEST[dialect]),
    )
    with model.open() as session, pytest.raises(WrongResult, match="0 results instead of 3"):
        take_turn(cell_of(spawn.WORKLOAD, params, model, session), number=2, long_first=False)


@pytest.mark.parametrize("operation", ["witness", "turn", "slice", "warm", "look", "weigh"])
def test_primitives_are_asked_for_once_before_there_is_a_batch(operation: str) -> None:
    made: list[Any] = []
    model = cheats_of_sessions.runs_batches_when_its_primitives_are_asked_for(HONEST["delegating"], made)
    more = {"number": 4, "long_first": False, "untimed": 2, "seconds": 20, "smallest": {"tasks": 1}}
    with model.open() as session:
        handler = RequestHandler(Catalogue(), model, session)
        for _ in range(2):
            answer = handler.answer({"op": operation, "workload": "spawn", "params": {"tasks": 4}, **more})
            assert "outcome" not in answer
    assert made[0].looks == 1


def test_a_sample_asks_for_the_primitives_once() -> None:
    made: list[Any] = []
    model = cheats_of_sessions.runs_batches_when_its_primitives_are_asked_for(HONEST["delegating"], made)
    with model.open() as session:
        cell_of(spawn.WORKLOAD, spawn.Params(tasks=3), model, session).timed(9)
        assert made[0].looks == 1
        tally(cell_of(spawn.WORKLOAD, spawn.Params(tasks=3), model, session), number=9, runs=9, layout=1)
    assert made[0].looks == 2


def by_hand_without_a_loop(run: Run, factories: Sequence[Factory]) -> list[Any]:
    """Step coroutines where asking for the task that runs raises an error."""
    return run(factories) if is_wrapped(factories) else wait_gen([rounds_by_hand(factories)])[0]


@pytest.mark.parametrize("look", [bear_witness, look_again])
def test_what_asking_for_the_task_that_runs_raises_is_no_task_of_its_own(look: Any) -> None:
    model, params = running(HONEST["coroutine"], by_hand_without_a_loop), switch.Params(3, 4)
    with model.open() as session:
        said = look(cell_of(switch.WORKLOAD, params, model, session)).failures
    assert said == {"unwatched": "owners: 3 tasks ran in 1 tasks of the model"}


def test_a_last_look_sees_that_one_task_runs_all() -> None:
    model, params = one_coroutine_for_all_unless_wrapped(HONEST["coroutine"]), switch.Params(3, 4)
    with model.open() as session:
        said = look_again(cell_of(switch.WORKLOAD, params, model, session)).failures
    assert said == {"unwatched": "owners: 3 tasks ran in 1 tasks of the model"}


@pytest.mark.parametrize("dialect", HONEST)
def test_a_last_look_at_an_honest_model_accuses_nobody(dialect: str) -> None:
    model = HONEST[dialect]
    with model.open() as session:
        for workload in (spawn.WORKLOAD, switch.WORKLOAD, parked.WORKLOAD, timers.WORKLOAD):
            assert look_again(cell_of(workload, workload.smallest, model, session)).failures == {}


SIZES_ABOVE = [
    pytest.param(spawn.WORKLOAD, spawn.Params(tasks=150), id="spawn"),
    pytest.param(timers.WORKLOAD, timers.Params(tasks=150, delay=0.02), id="timers"),
]


@pytest.mark.parametrize("dialect", HONEST)
@pytest.mark.parametrize(("workload", "params"), SIZES_ABOVE)
def test_who_cheats_above_the_sizes_of_verify_is_caught_at_the_sizes_of_a_run(
    workload: Workload[Any], params: Any, dialect: str
) -> None:
    model = cheats.behaves_at_small_sizes(HONEST[dialect])
    with model.open() as session:
        for small in workload.small(Random(1)):
            assert bear_witness(cell_of(workload, small, model, session)).failures == {}
        answer = witness_cell(cell_of(workload, params, model, session), seconds=20)
    assert answer["outcome"] == "invalid"
    assert "spawned" in answer["checks"]
    assert "task 100 was spawned 0 times" in answer["reason"]


@pytest.mark.parametrize("name", ["timers", "spawn", "parked", "switch", "chain"])
def test_verify_stays_below_the_size_at_which_that_cheat_begins(name: str) -> None:
    workload = workloads.get(name)
    drawn = [params for seed in range(50) for params in workload.small(Random(seed))]
    assert max(promises_of(workload.promise(params, "delegating")).tasks for params in drawn) <= 100


def answer_to(model: Model, operation: str, **more: Any) -> dict[str, Any]:
    with model.open() as session:
        handler = RequestHandler(Catalogue(), model, session)
        return handler.answer({"op": operation, "workload": "spawn", "params": {"tasks": 4}, **more})


@pytest.mark.parametrize("dialect", HONEST)
@pytest.mark.parametrize("number", range(1, 7))
def test_a_turn_with_one_wrong_run_is_invalid_and_no_sample(dialect: str, number: int) -> None:
    model = cheats.wrong_in_run(HONEST[dialect], number)
    answer = answer_to(model, "turn", number=3, long_first=False)
    assert answer == {"outcome": "invalid", "reason": "results: 3 results instead of 4", "at": None}


@pytest.mark.parametrize("dialect", HONEST)
def test_a_turn_before_the_wrong_run_is_a_sample(dialect: str) -> None:
    answer = answer_to(cheats.wrong_in_run(HONEST[dialect], 7), "turn", number=3, long_first=False)
    assert [leg["number"] for leg in answer["legs"]] == [3]


@pytest.mark.parametrize("long_first", [False, True])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_either_leg_of_a_slope_is_judged(number: int, long_first: bool) -> None:
    model = cheats.wrong_in_run(HONEST["delegating"], number)
    with model.open() as session, pytest.raises(WrongResult, match="1 results instead of 2"):
        take_turn(
            cell_of(switch.WORKLOAD, switch.Params(2, 2), model, session), number=1, long_first=long_first
        )


def test_a_wrong_result_while_the_size_of_a_sample_is_sought_is_invalid() -> None:
    # Runs 1 to 3 are the witness's own.
    answer = answer_to(cheats.wrong_in_run(HONEST["delegating"], 4), "witness", seconds=20)
    assert answer["outcome"] == "invalid"


def test_the_memory_of_a_wrong_run_is_not_reported() -> None:
    answer = answer_to(cheats.wrong_in_run(HONEST["delegating"], 2), "weigh", smallest={"tasks": 4})
    assert answer["outcome"] == "invalid"


def test_who_cheats_in_the_long_leg_alone_is_caught_before_it_is_timed() -> None:
    params = switch.Params(tasks=3, suspensions=8)

    def generator(rt: Any, p: switch.Params) -> list[Any]:
        return switch.generator(rt, replace(p, suspensions=min(p.suspensions, 8)))

    cheating = replace(switch.WORKLOAD, versions={**switch.WORKLOAD.versions, "delegating": generator})
    with HONEST["delegating"].open() as session:
        assert bear_witness(cell_of(cheating, params, HONEST["delegating"], session)).failures == {}
        answer = witness_cell(cell_of(cheating, params, HONEST["delegating"], session), seconds=20)
    assert answer["outcome"] == "invalid"
    assert "suspended 8 times instead of 16" in answer["reason"]


@pytest.mark.skipif(SEES_ALL_THREADS, reason="this Python looks into threads that were there before")
@pytest.mark.parametrize("dialect", ["coroutine", "delegating"])
def test_a_last_look_opens_no_second_session_where_another_thread_runs_no_tasks(dialect: str) -> None:
    opened = 0

    @contextmanager
    def open_once() -> Iterator[Any]:
        nonlocal opened
        opened += 1
        ending = threading.Event()
        watchdog = threading.Thread(target=ending.wait)
        watchdog.start()
        with HONEST[dialect].open() as session:
            yield session
        ending.set()
        watchdog.join()

    model = replace(HONEST[dialect], open=open_once)
    with model.open() as session:
        assert look_again(cell_of(spawn.WORKLOAD, spawn.Params(3), model, session)).failures == {}
    assert opened == 1


def test_no_more_batches_lie_ready_than_a_sample_may_have() -> None:
    made = 0

    def generator(rt: Any, p: spawn.Params) -> list[Any]:
        nonlocal made
        made += 1
        return spawn.WORKLOAD.factories("delegating", rt, p)

    counting = replace(spawn.WORKLOAD, versions={"delegating": generator})
    model = HONEST["delegating"]
    with model.open() as session:
        assert look_again(cell_of(counting, spawn.Params(1), model, session)).failures == {}
    assert made <= 1 + READY


def test_the_shorter_leg_is_witnessed_in_a_sample_of_two_runs_and_the_longer_in_one() -> None:
    lengths: list[int] = []

    def generator(rt: Any, p: switch.Params) -> list[Any]:
        def noted() -> Any:
            lengths.append(p.suspensions)
            return (yield from task())

        task, *others = switch.WORKLOAD.factories("delegating", rt, p)
        return [noted, *others]

    counting = replace(switch.WORKLOAD, versions={"delegating": generator})
    model = HONEST["delegating"]
    with model.open() as session, pytest.MonkeyPatch.context() as patch:
        patch.setattr("concbench.measure.turns.settle_number", lambda *_: (1, 1))
        answer = witness_cell(cell_of(counting, switch.Params(3, 4), model, session), seconds=20)
    assert "outcome" not in answer
    assert lengths == [4, 4, 4, 8, 8]
