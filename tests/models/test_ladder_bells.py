"""Bells: how a task of the ladder waits for another thread, and what is left when it is not waited for."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import closing
from selectors import DefaultSelector
from threading import get_ident
from typing import Any

import pytest

from concbench.models import index
from concbench.models.ladder.bells import Bell, Bells
from concbench.workloads.base import Workload
from concbench.workloads.between_tasks import bridge, bridging
from concbench.workloads.computing import offload

pytestmark = pytest.mark.measured_side

AWAITING = "async-await"


def run(program: Callable[[Any], Any]) -> Any:
    """Run one coroutine of a runtime's, and return its value."""
    with index.get(AWAITING).open() as session:
        (value,) = session.run([lambda: program(session.rt)])
    return value


def calls_of(bells: Bells) -> tuple[list["Future[Any]"], Callable[[], Any]]:
    """Return futures that nobody else has, and what makes one and waits for it."""
    futures: list[Future[Any]] = []

    def submit(_function: object) -> "Future[Any]":
        futures.append(Future())
        return futures[-1]

    call = bells.calling(submit)
    return futures, lambda: call(print)


def test_a_bell_is_heard_that_was_rung_before() -> None:
    async def program(_rt: Any) -> str:
        with closing(Bell()) as bell:
            for _ in range(1000):
                bell.ring()
            await bell.rung()
            return "heard"

    assert run(program) == "heard"


def test_whoever_rings_a_full_or_a_closed_bell_goes_on() -> None:
    bell = Bell()
    while True:
        try:
            bell.outside.send(b"\0" * 4096)
        except BlockingIOError:
            break
    bell.ring()
    bell.close()
    bell.ring()


def test_others_go_on_while_a_task_waits_for_a_thread() -> None:
    freed = threading.Event()

    async def program(rt: Any) -> Any:
        async def blocked() -> bool:
            waited: bool = await rt.offload(lambda: freed.wait(10))
            return waited

        async def frees() -> int:
            freed.set()
            return get_ident()

        return await rt.join([blocked, frees])

    assert run(program) == [True, get_ident()]


def test_what_a_call_raises_arrives_at_its_task() -> None:
    async def program(rt: Any) -> str:
        try:
            await rt.offload(lambda: 1 // 0)
        except ZeroDivisionError as error:
            return str(error)
        return "nothing"

    assert "division" in run(program)


def test_calls_that_follow_each_other_share_a_bell() -> None:
    with Bells() as bells:
        futures, call = calls_of(bells)

        async def program(rt: Any) -> list[Any]:
            async def answers(number: int) -> None:
                while len(futures) <= number:
                    await rt.switch()
                futures[number].set_result(number)

            told = []
            for number in range(3):
                told += [(await rt.join([call, lambda: answers(number)]))[0]]  # noqa: B023
            return told

        assert run(program) == [0, 1, 2]
        (bell,) = bells.idle
    assert bell.inside.fileno() == bell.outside.fileno() == -1


def test_a_bell_whose_task_was_cancelled_is_not_used_again_and_may_be_rung_yet() -> None:
    with Bells() as bells:
        futures, call = calls_of(bells)

        async def program(rt: Any) -> str:
            async def ready() -> None:
                while not futures:
                    await rt.switch()

            await rt.cancel([call], ready)
            return "cancelled"

        assert run(program) == "cancelled"
        futures[0].set_result(None)  # its callback rings
        assert bells.idle == []


def looks(name: str, workload: Workload[Any], params: Any) -> int:
    """Return how often a model's loop looks at its selector in a run."""
    with pytest.MonkeyPatch.context() as patch, index.get(name).open() as session:
        counted: list[object] = []
        select = DefaultSelector.select

        def counting(selector: Any, pause: Any = None) -> Any:
            counted.append(pause)
            return select(selector, pause)

        patch.setattr(DefaultSelector, "select", counting)
        session.run(workload.factories(workload.wording_of(index.get(name)), session.rt, params))
        return len(counted)


@pytest.mark.parametrize("name", ["selector", "task-objects", "cancellation", AWAITING])
def test_a_loop_sleeps_while_its_tasks_wait_for_threads(name: str) -> None:
    calls = 20
    assert looks(name, bridge.WORKLOAD, bridging.Params(items=calls)) < 10 * calls
    assert looks(name, offload.WORKLOAD, offload.Params(calls=calls, steps=20_000)) < 10 * calls
