"""Bells: how a task of the ladder waits for another thread, and what is left when it is not waited for."""

import socket
import threading
from collections.abc import Callable
from selectors import DefaultSelector
from threading import get_ident
from typing import Any

import pytest

from concbench.models import index
from concbench.models.ladder.bells import Bell
from concbench.models.ladder.calls import Place
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


def test_a_bell_is_heard_that_was_rung_before_and_more_often_than_a_socket_holds() -> None:
    place, rung = Place(), list[int]()

    async def program(rt: Any) -> list[int]:
        for number in range(100_000):
            rung.append(number)
            rt.ring(place)
        await rt.wait(place, rung.__len__)
        return rung

    assert len(run(program)) == 100_000


def test_whoever_waits_goes_on_when_it_is_so_and_not_at_the_first_ring() -> None:
    place, told = Place(), list[str]()

    async def program(rt: Any) -> list[str]:
        async def waits() -> None:
            await rt.wait(place, lambda: len(told) == 2)
            told.append("over")

        async def rings() -> None:
            for word in ("one", "two"):
                told.append(word)
                rt.ring(place)
                await rt.sleep(0.002)

        await rt.join([waits, rings])
        return told

    assert run(program) == ["one", "two", "over"]


def test_each_run_of_a_session_hears_the_bell() -> None:
    async def asks(rt: Any) -> int:
        number: int = await rt.offload(get_ident)
        return number

    with index.get(AWAITING).open() as session:
        threads = [session.run([lambda: asks(session.rt)] * 3) for _ in range(3)]
    assert get_ident() not in {one for run in threads for one in run}


@pytest.mark.parametrize("name", ["selector", "task-objects", "cancellation"])
def test_whoever_is_cancelled_while_a_thread_works_harms_no_later_call(name: str) -> None:
    freed = threading.Event()

    def keeper(rt: Any) -> Any:
        call = rt.calling(rt.executor("thread", 1, int))
        yield from rt.cancel([lambda: call(lambda: freed.wait(10))], lambda: rt.sleep(0.01))
        freed.set()
        return (yield from call(get_ident))

    with index.get(name).open() as session:
        (thread,) = session.run([lambda: keeper(session.rt)])
    assert thread != get_ident()


def test_no_thread_rings_when_the_bell_s_sockets_are_closed() -> None:
    """A number of a closed socket may be somebody else's by then."""
    late, freed = list[int](), threading.Event()

    async def program(rt: Any) -> None:
        async def ready() -> None:
            await rt.sleep(0.005)

        def slow() -> None:
            freed.wait(10)
            late.append(bell.outside.fileno())

        bell = rt.ring.__self__
        await rt.cancel([lambda: rt.offload(slow)], ready)

    with index.get(AWAITING).open() as session:
        session.run([lambda: program(session.rt)])
        freed.set()
        bell: Bell = session.rt.ring.__self__
    assert [number >= 0 for number in late] == [True]
    assert bell.outside.fileno() == bell.inside.fileno() == -1


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


def free() -> int:
    """Return the lowest number that no file has."""
    with socket.socket() as one:
        return one.fileno()


@pytest.mark.parametrize("name", ["selector", "task-objects", "cancellation"])
def test_calls_take_no_files_however_many_there_are(name: str) -> None:
    with index.get(name).open() as session:
        call = session.rt.calling(session.rt.executor("thread", 2, int))
        before = free()
        for _ in range(5):
            session.run([lambda: call(get_ident)] * 50)
        assert free() == before


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


@pytest.mark.parametrize("name", ["selector", "task-objects", "cancellation"])
def test_a_thread_that_ends_in_a_later_run_wakes_nobody_of_the_run_before(name: str) -> None:
    freed, went_on = threading.Event(), list[str]()

    def waits(call: Callable[..., Any]) -> Any:
        yield from call(lambda: freed.wait(10))
        went_on.append("the task of a run that has ended")

    def fails(rt: Any) -> Any:
        yield from rt.sleep(0.005)
        raise LookupError

    def later(call: Callable[..., Any]) -> Any:
        freed.set()
        for _ in range(5):
            yield from call(get_ident)
        return "later"

    with index.get(name).open() as session:
        call = session.rt.calling(session.rt.executor("thread", 1, int))
        ended_early = [lambda: waits(call), lambda: fails(session.rt)]
        if (
            name == "cancellation"
        ):  # it cancels, so the run lets nobody wait: who waits there is started alone
            ended_early = [lambda: starts_and_fails(session.rt, waits(call))]
        with pytest.raises(LookupError):
            session.run(ended_early)
        assert session.run([lambda: later(call)]) == ["later"]
    assert went_on == []


def starts_and_fails(rt: Any, task: Any) -> Any:
    yield "start", [task]
    yield from rt.sleep(0.005)
    raise LookupError
