"""The rungs of the ladder: what each adds is there, and each is short."""

import difflib
import socket
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import pytest

from concbench.models import index
from concbench.models.base import Model

RUNGS = index.MEMBERS["ladder"]
WITH_KERNEL = RUNGS[RUNGS.index("ready-queue") :]
WITH_SOCKETS = RUNGS[RUNGS.index("selector") :]
DELEGATING = RUNGS[:-1]
LINES = 150
SCREEN = 70
"""New lines to one idea. Only ready-queue has more: a function becomes a kernel there."""

pytestmark = pytest.mark.measured_side


def rung(name: str) -> Model:
    return index.get(name)


def source(name: str) -> list[str]:
    file = import_module(f"concbench.models.ladder.{name.replace('-', '_')}").__file__
    assert file is not None
    return Path(file).read_text("utf-8").splitlines()


@pytest.mark.parametrize("name", RUNGS)
def test_a_rung_can_be_read_aloud(name: str) -> None:
    assert len(source(name)) <= LINES


def body(name: str) -> list[str]:
    """What stands below the words and imports that a rung begins with."""
    lines = source(name)
    return lines[
        lines.index("", next(at for at, line in enumerate(lines) if line.startswith("from typing"))) :
    ]


@pytest.mark.parametrize("name", [one for one in DELEGATING[1:] if one != "ready-queue"])
def test_neighbours_differ_by_a_screen(name: str) -> None:
    below = DELEGATING[DELEGATING.index(name) - 1]
    new = [line for line in difflib.ndiff(body(below), body(name)) if line.startswith("+ ")]
    assert len(new) <= SCREEN


@pytest.mark.parametrize("name", DELEGATING)
def test_who_sleeps_leaves_the_processor_free(name: str) -> None:
    def task() -> Any:
        yield from session.rt.sleep(0.1)
        return 1

    with rung(name).open() as session:
        began, used = perf_counter(), process_time()
        assert session.run([task] * 50) == [1] * 50
        wall, cpu = perf_counter() - began, process_time() - used
    assert wall >= 0.1
    assert cpu < wall / 2


@pytest.mark.parametrize("name", DELEGATING)
def test_tasks_take_turns_and_return_in_order(name: str) -> None:
    seen: list[int] = []

    def task(number: int) -> Callable[[], Any]:
        def steps() -> Any:
            for _ in range(2):
                seen.append(number)
                yield
            return number

        return steps

    with rung(name).open() as session:
        assert session.run([task(number) for number in range(3)]) == [0, 1, 2]
        assert session.run([]) == []
    assert seen == [0, 1, 2, 0, 1, 2]


@pytest.mark.parametrize("name", DELEGATING)
def test_joins_may_be_nested(name: str) -> None:
    def leaf() -> Any:
        yield from session.rt.sleep(0.001)
        yield
        return 1

    def node(depth: int) -> Any:
        if not depth:
            return (yield from leaf())
        values = yield from session.rt.join([lambda: node(depth - 1)] * 2)
        return sum(values)

    with rung(name).open() as session:
        assert session.run([lambda: node(3)]) == [8]


@pytest.mark.parametrize("name", DELEGATING)
def test_what_a_task_raises_comes_out_and_the_next_run_is_clean(name: str) -> None:
    def wrong() -> Any:
        yield from session.rt.sleep(0.001)
        raise ZeroDivisionError

    def right() -> Any:
        yield
        return 1

    with rung(name).open() as session:
        with pytest.raises(ZeroDivisionError):
            session.run([right, wrong, right])
        assert session.run([right]) == [1]


@pytest.mark.parametrize("name", [one for one in WITH_KERNEL if one in DELEGATING])
def test_tasks_that_wait_for_each_other_are_told(name: str) -> None:
    def task() -> Any:
        yield from session.rt.Event().wait()

    with rung(name).open() as session, pytest.raises(RuntimeError, match="every task waits"):
        session.run([task])


@pytest.mark.parametrize("name", [one for one in WITH_KERNEL if one in DELEGATING])
def test_an_event_wakes_all_and_later_comers_do_not_wait(name: str) -> None:
    def waits() -> Any:
        yield from event.wait()
        return "woken"

    def sets() -> Any:
        yield
        yield from event.set()
        return (yield from waits())

    with rung(name).open() as session:
        event = session.rt.Event()
        assert session.run([waits, sets, waits]) == ["woken"] * 3


@pytest.mark.parametrize("name", [one for one in WITH_SOCKETS if one in DELEGATING])
def test_a_message_wakes_who_waits_for_it(name: str) -> None:
    def receives() -> Any:
        yield from session.rt.readable(here)
        return here.recv(10)

    def sends() -> Any:
        yield from session.rt.sleep(0.02)
        yield from session.rt.writable(there)
        there.send(b"hello")

    here, there = socket.socketpair()
    with here, there, rung(name).open() as session:
        began = process_time()
        assert session.run([receives, sends]) == [b"hello", None]
        assert process_time() - began < 0.01


def test_a_task_that_is_cancelled_leaves_where_it_waits() -> None:
    model, cleaned = rung("cancellation"), list[str]()

    def waiting(what: Callable[[], Any], name: str) -> Callable[[], Any]:
        def task() -> Any:
            try:
                yield from what()
            finally:
                cleaned.append(name)

        return task

    def ready() -> Any:
        for _ in range(3):
            yield

    def keeper() -> Any:
        yield from session.rt.cancel(
            [
                waiting(event.wait, "event"),
                waiting(lambda: session.rt.sleep(60), "timer"),
                waiting(lambda: session.rt.readable(here), "socket"),
                waiting(lambda: iter([None] * 1000), "ready"),
            ],
            ready,
        )
        yield from event.set()
        there.send(b"x")
        yield from session.rt.readable(here)
        return event.waiting

    here, there = socket.socketpair()
    with here, there, model.open() as session:
        event = session.rt.Event()
        (left,) = session.run([keeper])
    assert not left
    assert sorted(cleaned) == ["event", "ready", "socket", "timer"]


def test_a_time_limit_cancels_what_takes_longer() -> None:
    def body(seconds: float) -> Callable[[], Any]:
        def task() -> Any:
            yield from session.rt.sleep(seconds)
            return "done"

        return task

    def limited() -> Any:
        short = yield from session.rt.timeout(5, body(0.001))
        long = yield from session.rt.timeout(0.005, body(5))
        return short, long

    with rung("cancellation").open() as session:
        began = perf_counter()
        assert session.run([limited]) == [(("done", True), (None, False))]
        assert perf_counter() - began < 2


def test_what_a_child_raises_arrives_at_who_joins_it() -> None:
    def child() -> Any:
        yield
        raise ZeroDivisionError

    def parent() -> Any:
        try:
            yield from session.rt.join([child])
        except ZeroDivisionError:
            return "told"

    with rung("task-objects").open() as session:
        assert session.run([parent]) == ["told"]
