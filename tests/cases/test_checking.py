"""What is checked: each result, how many there are, and what the tasks of a watched run did."""

from collections.abc import Callable, Generator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from concbench.cases.checking import (
    Counts,
    Expectation,
    WrongRun,
    require_overlap,
    watched_run,
)
from concbench.cases.functions import Refused
from concbench.measure.execution import lent_from
from concbench.models import index
from concbench.models.base import Factory, Session


@given(st.lists(st.integers(), min_size=1), st.data())
def test_the_first_wrong_task_is_named(right: list[int], data: st.DataObject) -> None:
    expectation = Expectation(tasks=len(right), expected=lambda index: right[index])
    expectation.judge(right)
    wrong = data.draw(st.sets(st.sampled_from(range(len(right))), min_size=1))
    results = [value + (index in wrong) for index, value in enumerate(right)]
    first = min(wrong)
    with pytest.raises(WrongRun) as raised:
        expectation.judge(results)
    said = f"task {first} of {len(right)} returned {results[first]} instead of {right[first]}"
    assert str(raised.value) == said


def test_one_expected_value_holds_for_all_tasks() -> None:
    expectation = Expectation(tasks=2, expected=None)
    expectation.judge([None, None])
    with pytest.raises(WrongRun, match="task 1 of 2 returned 0 instead of None"):
        expectation.judge([None, 0])


def test_results_that_cannot_be_compared_are_for_check() -> None:
    array = np.array([1, 2])
    with pytest.raises(Refused, match=r"task 0 of 1 returned array.* ambiguous.*; compare with check="):
        Expectation(tasks=1, expected=array).judge([array])
    Expectation(tasks=1, check=lambda result: (result == array).all()).judge([array])


@pytest.mark.parametrize("results", [[], [1], [1, 1, 1]])
def test_results_are_counted(results: list[int]) -> None:
    with pytest.raises(WrongRun, match=f"{len(results)} results came from 2 tasks"):
        Expectation(tasks=2).judge(results)


def test_a_check_may_say_nothing_or_yes() -> None:
    Expectation(tasks=2, check=lambda result: None if result else True).judge([0, 1])


@pytest.mark.parametrize("no", [False, 0, ""])
def test_a_check_that_says_no_fails_the_task(no: object) -> None:
    with pytest.raises(WrongRun, match="task 0 of 1 returned 'odd', which check= refuses"):
        Expectation(tasks=1, check=lambda _result: no).judge(["odd"])


def test_a_check_that_raises_is_told_of_which_task() -> None:
    def check(result: int) -> None:
        assert result == 0

    with pytest.raises(AssertionError) as raised:
        Expectation(tasks=2, check=check).judge([0, 1])
    assert raised.value.__notes__ == ["task 1 of 2 returned 1"]


def test_a_huge_result_is_shown_in_part() -> None:
    with pytest.raises(WrongRun, match="characters") as raised:
        Expectation(tasks=1, expected=1).judge(["x" * 100_000])
    assert len(str(raised.value)) < 500


def steps(number: int) -> Generator[None, None, int]:
    for _ in range(number):
        yield
    return number


def test_a_watched_run_counts_what_tasks_do() -> None:
    model = index.get("yield-from")
    with model.open() as session:
        results, counts = watched_run(model, lent_from(session), [lambda: steps(2)] * 5)
    assert results == [2] * 5
    assert counts == Counts(started=5, finished=5, peak_live=5, suspensions=10)


def test_the_suspensions_of_threads_cannot_be_seen() -> None:
    model = index.get("threads")
    with model.open() as session:
        assert watched_run(model, lent_from(session), [lambda: 1] * 2)[1].suspensions is None


@dataclass(frozen=True, slots=True)
class Cheat:
    """A session that does something else than it should."""

    rt: Any
    run: Callable[[Sequence[Factory]], list[Any]]


def returns_too_early(factories: Sequence[Factory]) -> list[Any]:
    for factory in factories:
        next(factory())
    return [2] * len(factories)


def returns_something_else(factories: Sequence[Factory]) -> list[Any]:
    return [[*factory()] for factory in factories]


def runs_one_for_all(factories: Sequence[Factory]) -> list[Any]:
    with index.get("yield-from").open() as session:
        return session.run(factories[:1]) * len(factories)


@pytest.mark.parametrize(
    ("cheat", "said"),
    [
        (returns_too_early, "task 0 was started 1 times and had finished 0 times"),
        (returns_something_else, "the model says that task 0 returned"),
        (runs_one_for_all, "task 1 was spawned 0 times"),
    ],
)
def test_a_model_that_does_something_else_is_caught(
    cheat: Callable[[Sequence[Factory]], list[Any]], said: str
) -> None:
    session: Session = Cheat(None, cheat)
    model = replace(index.get("yield-from"), name="cheat", open=lambda: nullcontext(session))
    with pytest.raises(WrongRun, match=f"cheat did not run the tasks as it should: {said}"):
        watched_run(model, lent_from(session), [lambda: steps(2)] * 3)


def test_tasks_that_do_not_overlap_as_they_should_are_caught() -> None:
    model = index.get("yield-from")
    require_overlap(Counts(3, 3, 3, 0), 100, 3, model)
    with pytest.raises(WrongRun, match="at most 2 of 3 tasks were alive at once under yield-from"):
        require_overlap(Counts(3, 3, 2, 0), 3, 3, model)
