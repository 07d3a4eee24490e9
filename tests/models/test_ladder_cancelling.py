"""Tasks on the rungs of the ladder that are cancelled, or have not ended when a run does, leave nothing."""

import gc
import socket
from functools import partial
from random import Random
from time import perf_counter
from types import coroutine
from typing import Any

import pytest

from concbench.models.ladder.handles import Cancelled, ended
from tests.models.programs import CANCELLING, LONG, RUNGS, Tasks, Wrong, opened

pytestmark = pytest.mark.measured_side


@pytest.mark.parametrize("name", [name for name in RUNGS if name != "yield-from"])
def test_children_may_end_before_they_are_to_be_cancelled(name: str) -> None:
    said: list[str] = []
    with opened(name) as (tasks, run):

        def ready() -> Any:
            yield from tasks.rt.sleep(0.001)
            yield
            said.append("ready")

        def keeper() -> Any:
            yield from tasks.rt.cancel([tasks.factory(partial(tasks.turns, 1))] * 2, coroutine(ready))
            said.append("over")

        run(keeper)
    assert said == ["ready", "over"]


def those_who_enter(tasks: Tasks, rng: Random) -> Any:
    """Cancel tasks that enter a semaphore over and over, and take all of its slots."""
    slots = rng.randint(1, 3)
    semaphore = tasks.rt.Semaphore(slots)

    def enters() -> Any:
        while True:
            yield from semaphore.acquire()
            try:
                yield from tasks.turns(rng.randint(1, 2))
            finally:
                yield from semaphore.release()

    entering = [tasks.factory(enters)] * rng.randint(1, 8)
    yield from tasks.rt.cancel(entering, coroutine(partial(tasks.turns, rng.randint(0, 5))))
    for _ in range(slots):
        yield from semaphore.acquire()


def those_who_take(tasks: Tasks, rng: Random) -> Any:
    """Cancel tasks that take items from a queue; return how many were put, and which were taken."""
    put, get = tasks.rt.queue(3)
    items, taken = range(rng.randint(1, 10)), list[int]()

    def takes() -> Any:
        while True:
            taken.append((yield from get()))

    def puts() -> Any:
        for item in items:
            yield from put(item)
            yield from tasks.turns(rng.randint(0, 1))

    yield from tasks.rt.cancel([tasks.factory(takes)] * rng.randint(1, 4), coroutine(puts))
    while len(taken) < len(items):
        taken.append((yield from get()))
    return len(items), taken


@pytest.mark.parametrize("name", CANCELLING)
def test_no_slot_is_lost_with_who_is_cancelled(name: str) -> None:
    rng = Random(20)
    with opened(name) as (tasks, run):
        for _ in range(40):
            run(partial(those_who_enter, tasks, rng))


@pytest.mark.parametrize("name", CANCELLING)
def test_no_item_is_lost_with_who_is_cancelled(name: str) -> None:
    rng = Random(21)
    with opened(name) as (tasks, run):
        for _ in range(40):
            ((number, taken),) = run(partial(those_who_take, tasks, rng))
            assert taken == list(range(number))


@pytest.mark.parametrize("name", CANCELLING)
def test_who_is_cancelled_cancels_who_works_for_it(name: str) -> None:
    ended: list[str] = []
    with opened(name) as (tasks, run):
        model_limit = getattr(tasks.rt, "limit", None) or tasks.rt.timeout

        def works() -> Any:
            try:
                yield from tasks.rt.sleep(LONG)
            finally:
                ended.append("work")

        def limits() -> Any:
            yield from model_limit(LONG, tasks.factory(works))

        def joins() -> Any:
            yield from tasks.rt.join([tasks.factory(works), tasks.factory(limits)])

        def outermost() -> Any:
            value, in_time = yield from model_limit(0.002, tasks.factory(joins))
            yield from tasks.turns(5)
            return value, in_time, ended.copy()

        assert run(outermost) == [(None, False, ["work"] * 2)]


@pytest.mark.parametrize("name", RUNGS[RUNGS.index("selector") :])
def test_who_waits_for_a_socket_when_a_run_ends_is_forgotten(name: str) -> None:
    with opened(name) as (tasks, run):

        def waits(one: Any) -> Any:
            yield from tasks.rt.readable(one)
            return one.recv(1)

        def wrong() -> Any:
            yield
            raise Wrong

        for _ in range(2):
            here, there = socket.socketpair()
            with here, there:
                with pytest.raises(Wrong):
                    run(wrong, partial(waits, here))
                there.send(b"x")
                assert run(partial(waits, here)) == [b"x"]


@pytest.mark.parametrize("name", RUNGS)
def test_an_interrupt_comes_out_and_the_next_run_is_clean(name: str) -> None:
    def interrupted() -> Any:
        yield
        raise KeyboardInterrupt

    with opened(name) as (tasks, run):

        def parent() -> Any:
            yield from tasks.rt.join([tasks.factory(interrupted), tasks.factory(partial(tasks.sleep, LONG))])

        with pytest.raises(KeyboardInterrupt):
            run(parent, partial(tasks.turns, 3))
        assert run(partial(tasks.sleep, 0)) == [("sleep", True)]


@pytest.mark.parametrize("name", CANCELLING)
@pytest.mark.parametrize("started", [True, False])
def test_who_is_cancelled_twice_is_cancelled(name: str, *, started: bool) -> None:
    with opened(name) as (tasks, run):

        def sleeps() -> Any:
            yield from tasks.rt.sleep(LONG)
            return "slept"

        @coroutine
        def cancels() -> Any:
            (task,) = yield "start", [tasks.factory(sleeps)()]
            for _ in range(started):
                yield
            for _ in range(3):
                yield "cancel", task
            in_spite = yield from ended(task)
            return in_spite, task.value

        assert run(cancels) == [(False, None)]


@pytest.mark.parametrize("name", CANCELLING)
def test_a_join_that_fails_waits_until_the_others_have_cleaned_up(name: str) -> None:
    said: list[str] = []
    with opened(name) as (tasks, run):

        def cleans() -> Any:
            try:
                yield from tasks.rt.sleep(LONG)
            finally:
                yield from tasks.rt.sleep(0.001)
                said.append("clean")

        def fails() -> Any:
            yield
            raise Wrong

        with pytest.raises(Wrong):
            run(cleans, fails)
    assert said == ["clean"]


@pytest.mark.parametrize("name", CANCELLING)
@pytest.mark.parametrize("fails", [True, False])
def test_who_is_to_cancel_others_and_is_stopped_itself_leaves_nobody(name: str, *, fails: bool) -> None:
    ended: list[str] = []
    with opened(name) as (tasks, run):
        limit = getattr(tasks.rt, "limit", None) or tasks.rt.timeout

        def works() -> Any:
            try:
                yield from tasks.rt.sleep(LONG)
            finally:
                ended.append("work")

        def ready() -> Any:
            yield from tasks.rt.sleep(0 if fails else LONG)
            raise Wrong

        def keeps() -> Any:
            yield from tasks.rt.cancel([tasks.factory(works)] * 2, tasks.factory(ready))

        def limits() -> Any:
            try:
                yield from limit(0.002, tasks.factory(keeps))
            except Wrong:
                assert fails
            return ended.copy()

        assert run(limits) == [["work"] * 2]


@pytest.mark.parametrize("name", CANCELLING)
def test_who_was_cancelled_is_freed_without_the_garbage_collector(name: str) -> None:
    with opened(name) as (tasks, run):
        limit = getattr(tasks.rt, "limit", None) or tasks.rt.timeout

        def sleeps() -> Any:
            yield from tasks.rt.sleep(LONG)

        def cancels() -> Any:
            yield from tasks.rt.cancel([tasks.factory(sleeps)] * 5, tasks.factory(partial(tasks.turns, 1)))
            yield from limit(0.0001, tasks.factory(sleeps))
            yield from limit(LONG, tasks.factory(partial(tasks.turns, 1)))

        run(cancels)
        gc.collect()
        gc.disable()
        try:
            run(cancels)
            assert gc.collect() == 0
        finally:
            gc.enable()


@pytest.mark.parametrize("name", CANCELLING)
def test_who_ends_in_spite_of_being_cancelled_is_in_time(name: str) -> None:
    with opened(name) as (tasks, run):
        limit = getattr(tasks.rt, "limit", None) or tasks.rt.timeout

        def stubborn() -> Any:
            try:
                yield from tasks.rt.sleep(LONG)
            except Cancelled:
                yield from tasks.rt.sleep(0.001)
                return "cleaned up"

        def limits() -> Any:
            return (yield from limit(0.001, tasks.factory(stubborn)))

        assert run(limits) == [("cleaned up", True)]


@pytest.mark.parametrize("name", RUNGS)
def test_an_error_does_not_wait_for_tasks_before_it(name: str) -> None:
    with opened(name) as (tasks, run):

        def wrong() -> Any:
            yield from tasks.rt.sleep(0.001)
            raise Wrong

        began = perf_counter()
        with pytest.raises(Wrong):
            run(partial(tasks.sleep, LONG), wrong)
        assert perf_counter() - began < LONG / 2
