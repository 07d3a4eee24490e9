"""Capabilities: every model lends what it says it does, and each primitive does what its signature says."""

from collections.abc import Callable
from time import perf_counter
from typing import Any

import pytest

from concbench.models import index
from concbench.models.base import RUNTIMES, CoroutineRuntime, Dialect, Model, Session
from concbench.models.capabilities import ASSUMED, Capability, NotLent, lent_by, primitives_of
from tests.models.apart import tried

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


USES: dict[tuple[Dialect, Capability], tuple[Callable[[Any], Any], float]] = {
    ("polling", Capability.SLEEP): (polled_sleep, PAUSE),
    ("delegating", Capability.SLEEP): (delegated_sleep, PAUSE),
    ("coroutine", Capability.SLEEP): (awaited_sleep, PAUSE),
    ("coroutine", Capability.SWITCH): (switching, 0.0),
    ("coroutine", Capability.EVENT): (passing_an_event, 0.0),
    ("blocking", Capability.SLEEP): (blocking_sleep, PAUSE),
    ("blocking", Capability.LOCK): (taking_a_lock, 0.0),
    ("blocking", Capability.CONDITION): (waiting_on_a_condition, PAUSE),
}
"""A task that uses each primitive as its signature says, and the seconds that it takes at least."""


def made(name: str) -> Model:
    return index.get(name)


def check_lent(name: str) -> None:
    model = made(name)
    with model.open() as session:
        assert lent_by(session.rt) == model.lends
        for capability in sorted(model.lends):
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


def test_each_primitive_of_each_dialect_has_a_use_and_a_signature() -> None:
    known = {(dialect, one) for dialect, runtime in RUNTIMES.items() for one in primitives_of(runtime)}
    assert known == set(USES)
    assert primitives_of(CoroutineRuntime)[Capability.SWITCH].metadata["signature"] == "await switch()"


def test_a_model_that_does_not_say_what_it_lends_is_taken_to_lend_what_all_once_did() -> None:
    assert made("asyncio").lends == ASSUMED & set(primitives_of(CoroutineRuntime))


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
