"""Doubts: what a workload leaves open is told to whoever writes it."""

from dataclasses import replace

import pytest

from concbench.measure.doubts import doubts
from concbench.measure.ledger import Ledger
from concbench.measure.passes import Pass
from concbench.workloads import index
from concbench.workloads.base import Promise
from concbench.workloads.basics import spawn

pytestmark = pytest.mark.measured_side


@pytest.mark.parametrize("name", [*index.names(), "tutorial"])
def test_the_packages_workloads_leave_nothing_open(name: str) -> None:
    workload = index.get(name)
    assert doubts(workload, workload.smallest, "coroutine") == []


def test_an_empty_promise_is_told_for_the_dialect_that_has_it() -> None:
    empty = replace(spawn.WORKLOAD, promise=lambda p, _dialect: Promise(tasks=p.tasks, exact=False))
    (told,) = doubts(empty, spawn.Params(2), "blocking")
    assert told.startswith("its promise to blocking models is empty")


def test_a_judge_that_takes_no_salt_cannot_tell_a_replay() -> None:
    forgetful = replace(spawn.WORKLOAD, judge=lambda results, p: spawn.judge(results, p, 0))
    (told,) = doubts(forgetful, spawn.Params(2), "coroutine")
    assert told.startswith("its judge takes no salt, so results can be remembered")


def test_a_judge_that_accepts_anything_is_told() -> None:
    blind = replace(spawn.WORKLOAD, judge=lambda _results, _p, _salt: None)
    assert doubts(blind, spawn.Params(2), "coroutine") == [
        "its judge accepts anything: no results, None for each task, and nonsense"
    ]


def test_a_judge_that_raises_at_nonsense_accepts_nothing() -> None:
    touchy = replace(spawn.WORKLOAD, judge=lambda results, _p, _salt: results[0] / 2)
    assert doubts(touchy, spawn.Params(2), "coroutine") == []


def run_that_returned(results: list[int], salt: int) -> Pass:
    return Pass(Ledger(), results, None, salt, 0.0)


def test_a_judge_that_takes_the_salt_and_forgets_it_is_told() -> None:
    forgetful = replace(spawn.WORKLOAD, judge=lambda results, p, _salt: spawn.judge(results, p, 0))
    (told,) = doubts(forgetful, spawn.Params(2), "coroutine", run_that_returned([0, 1], 5))
    assert told.startswith("its judge takes the salt, and accepts the same results under another one")
    assert doubts(spawn.WORKLOAD, spawn.Params(2), "coroutine", run_that_returned([5, 6], 5)) == []


def test_times_that_tasks_report_need_no_salt() -> None:
    forgetful = replace(
        spawn.WORKLOAD,
        judge=lambda results, p, _salt: spawn.judge(results, p, 0),
        reported=lambda _one: (0, 1),
    )
    assert doubts(forgetful, spawn.Params(2), "coroutine", run_that_returned([0, 1], 5)) == []


def test_a_judge_that_accepts_anything_is_not_told_of_the_salt_too() -> None:
    blind = replace(spawn.WORKLOAD, judge=lambda _results, _p, _salt: None)
    assert len(doubts(blind, spawn.Params(2), "coroutine", run_that_returned([0, 1], 5))) == 1
