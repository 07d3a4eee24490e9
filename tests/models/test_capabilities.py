"""Capabilities: every model lends what it says it does, and each primitive does what its signature says."""

import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from socket import socketpair
from threading import get_ident
from time import perf_counter
from traceback import format_exception
from typing import Any

import pytest

from concbench.models import index
from concbench.models.base import RUNTIMES, UNSAID, CoroutineRuntime, Dialect, Model, Session
from concbench.models.capabilities import ASSUMED, Capability, NotLent, lent_by, primitives_of
from concbench.workloads.computing.handing import here
from tests.models.apart import apart, tried

pytestmark = pytest.mark.measured_side

PAUSE = 0.02


def polled_sleep(rt: Any) -> Any:
    return rt.Sleep(PAUSE)


def delegated_sleep(rt: Any) -> Any:
    yield from rt.sleep(PAUSE)


async def awaited_sleep(rt: Any) -> None:
    await rt.sleep(PAUSE)


async def switching(rt: Any) -> None:
    for _ in range(3):
        await rt.switch()


async def passing_an_event(rt: Any) -> bool:
    event = rt.Event()
    assert event.set() is None
    await event.wait()
    return True


def blocking_sleep(rt: Any) -> None:
    rt.sleep(PAUSE)


def taking_a_lock(rt: Any) -> bool:
    lock = rt.Lock()
    with lock:
        assert not lock.acquire(False)
    taken: bool = lock.acquire()
    lock.release()
    return taken


def waiting_on_a_condition(rt: Any) -> bool:
    lock = rt.Lock()
    condition = rt.Condition(lock)
    with lock:
        condition.notify()
        condition.notify_all()
        assert not condition.wait(PAUSE)  # nobody notifies, and the lock is held again
    return True


def polled_children(rt: Any) -> Any:
    return rt.Join([lambda: rt.Sleep(PAUSE), lambda: rt.Sleep(PAUSE / 2)])


def child(rt: Any) -> Any:
    yield from rt.sleep(PAUSE)
    return "grown up"


def delegated_children(rt: Any) -> Any:
    results = yield from rt.join([partial(child, rt), partial(child, rt)])
    assert results == ["grown up"] * 2


def closing_children(rt: Any) -> Any:
    cleaned: list[str] = []
    parked = 0

    def wait() -> Any:
        nonlocal parked
        parked += 1
        try:
            while True:
                yield
        finally:
            cleaned.append("up")

    def ready() -> Any:
        while parked < 2:
            yield

    yield from rt.cancel([wait, wait], ready)
    assert cleaned == ["up"] * 2


def waiting_for_an_event(rt: Any) -> Any:
    event = rt.Event()

    def waits() -> Any:
        yield from event.wait()
        return "woken"

    def sets() -> Any:
        yield
        yield from event.set()

    assert (yield from rt.join([waits, sets, waits])) == ["woken", None, "woken"]


def going_in_and_out(rt: Any) -> Any:
    semaphore, inside, most = rt.Semaphore(2), 0, 0

    def enter() -> Any:
        nonlocal inside, most
        yield from semaphore.acquire()
        inside += 1
        most = max(most, inside)
        yield
        inside -= 1
        yield from semaphore.release()

    yield from rt.join([enter] * 5)
    assert most == 2


def handing_items_on(rt: Any) -> Any:
    put, get = rt.queue(1)
    put_so_far = 0

    def produce() -> Any:
        nonlocal put_so_far
        for item in range(4):
            yield from put(item)
            put_so_far += 1

    def consume() -> Any:
        for _ in range(20):
            yield
        assert put_so_far == 1  # the next has to wait for room
        items = []
        for _ in range(4):
            items.append((yield from get()))
        return items

    assert (yield from rt.join([produce, consume])) == [None, [0, 1, 2, 3]]


def being_in_time(rt: Any) -> Any:
    assert (yield from rt.timeout(PAUSE, partial(rt.sleep, 3600))) == (None, False)
    assert (yield from rt.timeout(3600, partial(child, rt))) == ("grown up", True)


def waiting_for_a_socket(rt: Any) -> Any:
    here, there = socketpair()

    def hears() -> Any:
        yield from rt.readable(here)
        return here.recv(1)

    def says() -> Any:
        yield from rt.sleep(PAUSE)
        yield from rt.writable(there)
        there.send(b"x")

    with here, there:
        assert (yield from rt.join([hears, says])) == [b"x", None]


async def awaited_child(rt: Any) -> str:
    await rt.sleep(PAUSE)
    return "grown up"


async def awaited_children(rt: Any) -> None:
    assert await rt.join([partial(awaited_child, rt)] * 2) == ["grown up"] * 2


async def entering_a_semaphore(rt: Any) -> None:
    semaphore, inside, most = rt.Semaphore(2), 0, 0

    async def enter() -> None:
        nonlocal inside, most
        async with semaphore:
            inside += 1
            most = max(most, inside)
            await rt.switch()
            inside -= 1

    await rt.join([enter] * 5)
    assert most == 2


async def passing_items_on(rt: Any) -> None:
    put, get = rt.queue(1)
    put_so_far = 0

    async def produce() -> None:
        nonlocal put_so_far
        for item in range(4):
            await put(item)
            put_so_far += 1

    async def consume() -> list[int]:
        for _ in range(20):
            await rt.switch()
        assert put_so_far == 1  # the next has to wait for room
        return [await get() for _ in range(4)]

    assert await rt.join([produce, consume]) == [None, [0, 1, 2, 3]]


async def cancelling_children(rt: Any) -> None:
    cleaned: list[str] = []
    parked = 0

    async def wait() -> None:
        nonlocal parked
        parked += 1
        try:
            await rt.sleep(3600)
        finally:
            cleaned.append("up")

    async def ready() -> None:
        while parked < 2:
            await rt.switch()

    await rt.cancel([wait, wait], ready)
    assert cleaned == ["up"] * 2


async def running_out_of_time(rt: Any) -> None:
    with pytest.raises(TimeoutError):
        async with rt.timeout(PAUSE):
            await rt.sleep(3600)
    async with rt.timeout(3600):
        await rt.switch()


async def offloading_awaited(rt: Any) -> None:
    assert await rt.offload(get_ident) != get_ident()


async def asking_for_the_loop(rt: Any) -> None:
    loop = rt.loop()
    woken: list[str] = []
    loop.call_soon(woken.append, "up")
    await rt.switch()
    await rt.switch()
    assert woken == ["up"]
    assert {"create_server", "sock_accept", "sock_recv", "sock_sendall"} <= {*dir(loop)}


def blocking_children(rt: Any) -> None:
    assert rt.join([lambda: rt.sleep(PAUSE), lambda: 7]) == [None, 7]


def entering_a_blocking_semaphore(rt: Any) -> None:
    semaphore = rt.Semaphore(2)
    with semaphore, semaphore:
        assert not semaphore.acquire(blocking=False)


def passing_items_between_tasks(rt: Any) -> None:
    put, get = rt.queue(2)
    put(1)
    put(2)
    assert [get(), get()] == [1, 2]


def killing_children(rt: Any) -> None:
    cleaned: list[str] = []

    def wait() -> None:
        try:
            rt.sleep(3600)
        finally:
            cleaned.append("up")

    rt.cancel([wait, wait], lambda: rt.sleep(PAUSE))
    assert cleaned == ["up"] * 2


def offloading(rt: Any) -> None:
    assert rt.offload(get_ident) != get_ident()


USES: dict[tuple[Dialect, Capability], tuple[Callable[[Any], Any], float]] = {
    ("polling", Capability.SLEEP): (polled_sleep, PAUSE),
    ("delegating", Capability.SLEEP): (delegated_sleep, PAUSE),
    ("coroutine", Capability.SLEEP): (awaited_sleep, PAUSE),
    ("coroutine", Capability.SWITCH): (switching, 0.0),
    ("coroutine", Capability.EVENT): (passing_an_event, 0.0),
    ("blocking", Capability.SLEEP): (blocking_sleep, PAUSE),
    ("blocking", Capability.LOCK): (taking_a_lock, 0.0),
    ("blocking", Capability.CONDITION): (waiting_on_a_condition, PAUSE),
    ("polling", Capability.JOIN): (polled_children, PAUSE),
    ("delegating", Capability.JOIN): (delegated_children, PAUSE),
    ("delegating", Capability.CANCEL): (closing_children, 0.0),
    ("delegating", Capability.EVENT): (waiting_for_an_event, 0.0),
    ("delegating", Capability.SEMAPHORE): (going_in_and_out, 0.0),
    ("delegating", Capability.QUEUE): (handing_items_on, 0.0),
    ("delegating", Capability.TIMEOUT): (being_in_time, PAUSE),
    ("delegating", Capability.READINESS): (waiting_for_a_socket, PAUSE),
    ("coroutine", Capability.JOIN): (awaited_children, PAUSE),
    ("coroutine", Capability.SEMAPHORE): (entering_a_semaphore, 0.0),
    ("coroutine", Capability.QUEUE): (passing_items_on, 0.0),
    ("coroutine", Capability.CANCEL): (cancelling_children, 0.0),
    ("coroutine", Capability.TIMEOUT): (running_out_of_time, PAUSE),
    ("coroutine", Capability.OFFLOAD): (offloading_awaited, 0.0),
    ("coroutine", Capability.LOOP): (asking_for_the_loop, 0.0),
    ("blocking", Capability.JOIN): (blocking_children, PAUSE),
    ("blocking", Capability.SEMAPHORE): (entering_a_blocking_semaphore, 0.0),
    ("blocking", Capability.QUEUE): (passing_items_between_tasks, 0.0),
    ("blocking", Capability.CANCEL): (killing_children, PAUSE),
    ("blocking", Capability.OFFLOAD): (offloading, 0.0),
}
"""A task that uses each primitive as its signature says, and the seconds that it takes at least."""


def made(name: str) -> Model:
    return index.get(name)


def check_lent(name: str) -> None:
    model = made(name)
    with model.open() as session:
        assert lent_by(session.rt) == model.lends
        for capability in sorted(model.lends - {Capability.EXECUTOR}):
            check_primitive(session, *USES[model.dialect, capability])


def check_primitive(session: Session, use: Callable[[Any], Any], least: float) -> None:
    before = perf_counter()
    if hasattr(session, "prepare"):  # helpers, where no function of ours can be sent, have the same
        use(session.rt)
    else:
        session.run([lambda: use(session.rt), lambda: use(session.rt)])
    assert perf_counter() - before >= 0.9 * least


@pytest.mark.parametrize("name", index.names())
def test_a_model_lends_what_it_says_and_each_primitive_does_what_its_signature_says(name: str) -> None:
    tried(check_lent, name)


def cleaning_up_badly(rt: Any) -> Any:
    def child() -> Any:
        try:
            while True:
                yield
        finally:
            raise OSError("a clean-up went wrong")

    def ready() -> Any:
        yield

    yield from rt.cancel([child], ready)


async def cleaning_up_badly_awaited(rt: Any) -> None:
    async def child() -> None:
        try:
            await rt.sleep(3600)
        finally:
            raise OSError("a clean-up went wrong")

    await rt.cancel([child], partial(rt.sleep, PAUSE))


def cleaning_up_badly_by_plain_calls(rt: Any) -> None:
    def child() -> None:
        try:
            rt.sleep(3600)
        finally:
            raise OSError("a clean-up went wrong")

    rt.cancel([child], partial(rt.sleep, PAUSE))


CLEANING_UP_BADLY: dict[Dialect, Callable[[Any], Any]] = {
    "delegating": cleaning_up_badly,
    "coroutine": cleaning_up_badly_awaited,
    "blocking": cleaning_up_badly_by_plain_calls,
}


def check_cancel_raises(name: str) -> None:
    model = made(name)
    if Capability.CANCEL not in model.lends:
        return
    with model.open() as session, pytest.raises((OSError, ExceptionGroup)) as raised:
        session.run([partial(CLEANING_UP_BADLY[model.dialect], session.rt)])
    assert "a clean-up went wrong" in "".join(format_exception(raised.value))


@pytest.mark.parametrize("name", index.names())
def test_what_a_clean_up_raises_is_raised_by_who_cancels(name: str) -> None:
    tried(check_cancel_raises, name)


def check_executors(name: str, *kinds: str) -> None:
    model = made(name)
    with model.open() as session:
        for kind in kinds:
            try:
                handing = session.rt.executor(kind, 2, here)
            except NotLent:
                continue
            check_executor(model, session, kind, handing)


def check_executor(model: Model, session: Any, kind: str, handing: Any) -> None:
    before = list(session.processes())
    awaited = model.dialect == "coroutine"
    place = session.run([partial(asking, handing)])[0] if awaited else handing(here).result()
    process, interpreter, _thread = (one == other for one, other in zip(here(), place, strict=True))
    told = {"thread": (True, True), "process": (False, True), "interpreter": (True, False)}
    assert (process, interpreter) == told[kind]
    session.rt.executor(kind, 2, here)
    assert list(session.processes()) == before  # it is the same pool
    assert place[0] in before or kind != "process"


async def asking(handing: Any) -> Any:
    return await handing(here)


LEND_EXECUTORS = [name for name in index.names() if Capability.EXECUTOR in made(name).lends]


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("polling", ["thread"]),
        ("thread-pool", ["process"]),
        ("asyncio", ["thread", "process", "interpreter"]),
        ("anyio-asyncio", ["interpreter"]),
        *(
            pytest.param(name, ["thread", "process", "interpreter"], marks=pytest.mark.nightly)
            for name in LEND_EXECUTORS
        ),
    ],
)
def test_an_executor_makes_calls_where_its_kind_says_and_stays_the_same(name: str, kinds: list[str]) -> None:
    if (reason := made(name).unavailable()) is not None:
        pytest.skip(reason)
    (apart if name == "curio" else tried)(check_executors, name, *kinds)  # it leaves pipes open


@pytest.mark.parametrize("name", ["polling", "asyncio", "threads"])
def test_each_thread_of_an_executor_has_made_the_first_call_before_any_other(name: str) -> None:
    met = set[int]()

    def first() -> None:
        met.add(get_ident())

    with made(name).open() as session:
        session.rt.executor("thread", 3, first)
        assert len(met) == 3
        session.rt.executor("thread", 3, met.clear)
        assert met == set()
        session.rt.executor("thread", 3, first)  # they have made it already
        assert met == set()


def test_a_session_that_nobody_asks_for_an_executor_starts_no_process() -> None:
    with made("asyncio").open() as session:
        session.run([partial(asking, awaited_nothing)])
        assert list(session.processes()) == []  # type: ignore[attr-defined]


async def awaited_nothing(_function: Any) -> None:
    pass


def test_each_primitive_of_each_dialect_has_a_use_and_a_signature() -> None:
    known = {(dialect, one) for dialect, runtime in RUNTIMES.items() for one in primitives_of(runtime)}
    assert known == set(USES) | {(dialect, Capability.EXECUTOR) for dialect in RUNTIMES}
    assert primitives_of(CoroutineRuntime)[Capability.SWITCH].metadata["signature"] == "await switch()"


def test_a_model_that_does_not_say_what_it_lends_is_taken_to_lend_what_all_once_did() -> None:
    assumed = replace(made("asyncio"), lends=UNSAID).lends
    assert assumed == ASSUMED & set(primitives_of(CoroutineRuntime)) < made("asyncio").lends


@pytest.mark.parametrize(
    "by_accident",
    [lambda event: event(), lambda event: event.set(), bool, lambda event: event == len, iter],
)
def test_what_a_model_lacks_says_so_however_it_is_used(by_accident: Callable[[Any], Any]) -> None:
    rt = CoroutineRuntime(sleep=abs, switch=list)
    assert lent_by(rt) == {Capability.SLEEP, Capability.SWITCH}
    assert rt == CoroutineRuntime(sleep=abs, switch=list)
    with pytest.raises(NotLent, match=r"lends no event: .*needs=\{Capability.EVENT\}"):
        by_accident(rt.Event)


def check_a_pinned_session_s_processes() -> None:
    usable = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(usable)})
    for name in ("asyncio", "anyio-asyncio"):
        with made(name).open() as session:
            handing = session.rt.executor("process", 1, here)
            where = partial(handing, partial(os.sched_getaffinity, 0))
            assert session.run([partial(awaiting, where)])[0] >= usable
    assert os.sched_getaffinity(0) == {min(usable)}


async def awaiting(call: Callable[[], Any]) -> Any:
    return await call()


@pytest.mark.nightly
@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="nobody is pinned here")
def test_processes_of_a_pinned_model_s_executor_run_on_any_cpu() -> None:
    if (reason := made("anyio-asyncio").unavailable()) is not None:
        pytest.skip(reason)
    apart(check_a_pinned_session_s_processes)
