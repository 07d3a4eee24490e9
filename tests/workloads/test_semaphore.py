"""semaphore: its book, its figures, and its cheats: each is caught by the check that is named, or by none."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from random import Random
from typing import Any

import pytest

from concbench.measure import witness
from concbench.measure.execution import WrongResult, cell_of
from concbench.measure.witness import bear_witness
from concbench.models import index
from concbench.models.base import Model
from concbench.workloads.base import Workload, numbers
from concbench.workloads.between_tasks import semaphore
from concbench.workloads.between_tasks.book import most_overtakes, wrong_with_book
from tests.measure.cheats import HONEST, lending, one_after_another, returns_a_constant
from tests.measure.cheats_in_wording import more_slots, reworded, with_params
from tests.measure.cheats_of_steps import coroutines_that_skip, coroutines_that_swallow

pytestmark = pytest.mark.measured_side

TASKS, SLOTS, ROUNDS = 6, 2, 3
PARAMS = semaphore.Params(TASKS, SLOTS, ROUNDS)
MUTEX = semaphore.Params(tasks=12, slots=1, rounds=10)
"""So many that threads meet inside where nobody keeps them out, whatever else the machine does."""

WORKLOAD = semaphore.WORKLOAD


class OpenDoor:
    """A semaphore that lets everybody in, entered by ``with`` or by ``async with``."""

    def __init__(self, _value: int) -> None:
        """Whatever the value is."""

    def __enter__(self) -> None:
        """Come in."""

    def __exit__(self, *_raised: object) -> None:
        """Farewell."""

    async def __aenter__(self) -> None:
        """Come in."""

    async def __aexit__(self, *_raised: object) -> None:
        """Farewell."""


class LastFirst:
    """A semaphore that hands a slot to whoever asked last."""

    def __init__(self, value: int) -> None:
        self._free, self._waiting = value, deque[asyncio.Future[None]]()

    async def __aenter__(self) -> None:
        if self._free:
            self._free -= 1
        else:
            self._waiting.append(asyncio.get_running_loop().create_future())
            await self._waiting[-1]

    async def __aexit__(self, *_raised: object) -> None:
        if self._waiting:
            self._waiting.pop().set_result(None)
        else:
            self._free += 1


def lets_everybody_in(honest: Model) -> Model:
    """Pretend a limit: the semaphore that is lent has none."""
    return lending(honest, Semaphore=OpenDoor)


def serves_the_last_first(honest: Model) -> Model:
    """Hand slots on so that who waits longest waits on: cheap, and nothing that was promised is broken."""
    return lending(honest, Semaphore=LastFirst)


def writes_without_entering() -> Workload[Any]:
    """Pretend to enter: write into the book as one who was inside, and go past the semaphore."""

    def coroutine(rt: Any, p: semaphore.Params) -> Any:
        book: list[int] = []

        async def clerk() -> list[int]:
            return book

        async def enters(number: int) -> int:
            for _ in range(p.rounds):
                book.extend([number] * 3)
                await rt.switch()
            return number

        return [clerk, *(partial(enters, number) for number in numbers(rt.salt, p.tasks))]

    return replace(WORKLOAD, versions={**WORKLOAD.versions, "coroutine": coroutine})


def enters_once_less() -> Workload[Any]:
    """Pretend R acquisitions: make one less."""
    return reworded(WORKLOAD, lambda version: with_params(version, rounds=lambda p: p.rounds - 1))


def witnessed(
    model: Model, workload: Workload[Any] = WORKLOAD, without: str = "", p: semaphore.Params = PARAMS
) -> witness.Testimony:
    with model.open() as session:
        return bear_witness(cell_of(workload, p, model, session), seconds=5, without=[without])


ASYNCIO, THREADS = HONEST["coroutine"], HONEST["blocking"]

CHEATS: dict[str, tuple[Callable[[], witness.Testimony], str]] = {
    "asyncio lets everybody in": (lambda: witnessed(lets_everybody_in(ASYNCIO)), "at-most"),
    "threads let everybody in": (lambda: witnessed(lets_everybody_in(THREADS), p=MUTEX), "at-most"),
    "more slots": (lambda: witnessed(ASYNCIO, more_slots()), "at-most"),
    "writes without entering": (lambda: witnessed(ASYNCIO, writes_without_entering()), "at-most"),
    "enters once less": (lambda: witnessed(HONEST["polling"], enters_once_less()), "results"),
    "threads enter once less": (lambda: witnessed(THREADS, enters_once_less()), "results"),
    "skips hand-overs": (lambda: witnessed(coroutines_that_skip(ASYNCIO)), "hand-overs"),
    "one after another": (lambda: witnessed(one_after_another(HONEST["delegating"])), "overlap"),
}


@pytest.mark.parametrize("name", CHEATS)
def test_each_cheat_is_caught_by_its_check(name: str) -> None:
    cheat, check = CHEATS[name]
    assert check in cheat().failures


def test_threads_one_after_another_wait_for_ever_for_the_clerk() -> None:
    with one_after_another(THREADS).open() as session:
        cell = cell_of(WORKLOAD, PARAMS, THREADS, session)
        assert set(bear_witness(cell, seconds=0.1).failures) >= {"completed"}


@pytest.mark.parametrize(
    ("check", "model", "workload"),
    [
        ("hand-overs", coroutines_that_skip(ASYNCIO), WORKLOAD),
        ("at-most", ASYNCIO, more_slots()),
        ("results", returns_a_constant(ASYNCIO), WORKLOAD),
        ("overlap", one_after_another(HONEST["delegating"]), WORKLOAD),
    ],
)
def test_without_its_check_a_cheat_passes_as_honest(
    check: str, model: Model, workload: Workload[Any]
) -> None:
    assert check in witnessed(model, workload).failures
    assert witnessed(model, workload, without=check).failures == {}


@pytest.mark.parametrize("make", [serves_the_last_first, coroutines_that_swallow])
def test_who_is_served_first_and_for_how_long_is_no_promise_but_a_figure(
    make: Callable[[Model], Model],
) -> None:
    assert witnessed(make(ASYNCIO)).failures == {}


@pytest.mark.parametrize("dialect", ["coroutine", "blocking"])
def test_a_timed_run_shows_in_its_book_that_too_many_were_inside(dialect: str) -> None:
    model = lets_everybody_in(HONEST[dialect])
    with (
        model.open() as session,
        pytest.raises(WrongResult, match="2 tasks were inside at once, where 1 may"),
    ):
        cell_of(WORKLOAD, MUTEX, model, session).timed(1)


def overtakes(model: Model, p: semaphore.Params = PARAMS) -> int:
    with model.open() as session:
        cell = cell_of(WORKLOAD, p, model, session)
        most: int = cell.records(cell.run(1)[0])["overtakes"]
        return most


def test_asyncio_serves_in_line_and_who_takes_turns_does_not() -> None:
    later = (TASKS - SLOTS) * ROUNDS
    assert overtakes(ASYNCIO) == 0
    assert overtakes(serves_the_last_first(ASYNCIO)) > 0
    for dialect in ("polling", "delegating"):
        assert 0 < overtakes(HONEST[dialect]) <= later


def test_a_counter_hands_slots_to_whoever_has_just_left() -> None:
    # Two of six tasks make all their rounds, then the next two; the last have asked before any second round.
    assert overtakes(HONEST["polling"]) == 2 * SLOTS * (ROUNDS - 1)


def test_acquisitions_are_those_that_semaphores_reported() -> None:
    assert witnessed(ASYNCIO).counts["acquisition"] == TASKS * ROUNDS
    assert witnessed(THREADS).counts["acquisition"] == TASKS * ROUNDS
    one_more = reworded(WORKLOAD, lambda version: with_params(version, rounds=lambda p: p.rounds + 1))
    more = replace(one_more, judge=lambda _results, _params: None)
    assert witnessed(ASYNCIO, more).counts["acquisition"] == TASKS * (ROUNDS + 1)
    assert witnessed(HONEST["polling"], more).counts["acquisition"] == TASKS * ROUNDS  # as the judge saw


@pytest.mark.parametrize(
    ("book", "message"),
    [
        ([1, 1, 1, 2, 2, 2], None),
        ([1, 1, 2, 1, 2, 2], None),
        ([1, 2, 1, 1, 2, 2], None),
        ([1, 2, 1, 2, 1, 2], "2 tasks were inside at once, where 1 may be"),
        ([1, 1, 1, 2, 2], "a task is 2 times in the book instead of 3"),
        ([1, 1, 1, 2, 2, 2, 1], "a task is 4 times in the book instead of 3"),
        ([1, 1, 1, 3, 2, 2], "3 is in the book, which is no task's number"),
        ([1, 1, True, 2, 2, 2], "True is in the book, which is no task's number"),
        ((1, 1, 1), "the clerk returned (1, 1, 1) instead of the book"),
        ([], "a task is 0 times in the book instead of 3"),
    ],
)
def test_a_book_is_read_to_its_end(book: Any, message: str | None) -> None:
    assert wrong_with_book(book, {1, 2}, slots=1, rounds=1) == message


def counted_one_by_one(book: list[int]) -> int:
    """Return the most overtakes of a book in which each task enters once, as its definition says."""
    asked = {number: book.index(number) for number in book}
    served = {number: [place for place, one in enumerate(book) if one == number][1] for number in book}
    return max(sum(asked[b] > asked[a] and served[b] < served[a] for b in asked) for a in asked)


def test_most_overtakes_are_what_their_definition_says() -> None:
    random = Random(7)
    for _ in range(200):
        book = [number for number in range(6) for _ in range(3)]
        random.shuffle(book)
        assert most_overtakes(book) == counted_one_by_one(book)
    assert most_overtakes([1, 1, 1, 2, 2, 2]) == 0
    assert most_overtakes([]) == 0


def test_nobody_is_let_in_by_a_room_without_slots() -> None:
    with pytest.raises(ValueError, match="slots must be"):
        semaphore.Params(slots=0)


def test_the_semaphore_of_tinyio_still_trips_over_who_asks_again() -> None:
    model = index.get("tinyio")
    if (why := model.unavailable()) is not None:
        pytest.skip(why)

    def enters(shared: Any) -> Any:
        for _ in range(5):
            with (yield shared()):
                yield

    with model.open() as session:
        entering = partial(enters, session.rt.Semaphore(10))
        with pytest.raises(AssertionError):
            session.run([entering] * 30)
    assert WORKLOAD.impossible(model) is not None
