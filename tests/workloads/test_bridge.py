"""bridge: what its judge takes and refuses, how the way there is told, and the cheats that are seen."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from threading import get_native_id
from time import perf_counter
from types import SimpleNamespace
from typing import Any

import pytest

from concbench.measure.ledger import TaskRecord
from concbench.models.base import CoroutineRuntime, Factory
from concbench.models.capabilities import Capability
from concbench.promises import Overlap, Spawned
from concbench.promising import promises_of
from concbench.workloads.base import NotExpressible, params_from_dict
from concbench.workloads.between_tasks import bridge
from concbench.workloads.between_tasks.bridge import WORKLOAD
from concbench.workloads.between_tasks.bridging import (
    MOST_THREADS,
    Params,
    Told,
    counts,
    judge,
    promise,
    records,
)
from tests.measure.cheats import HONEST, lending, one_after_another
from tests.workloads.dishonest import Cheat, assert_as_said, worded

pytestmark = pytest.mark.measured_side

SALT = 1000
TWO = Params(threads=2, window=1, items=2)
ASYNCIO = HONEST["coroutine"]

# Items 1000 and 1001 are put by thread 7, items 1002 and 1003 by thread 8; thread 9 answers, with 4 more.
FIRST = (7, [0.1, 0.3], [1004, 1005])
SECOND = (8, [0.1, 0.3], [1006, 1007])
ANSWERS = (9, [0.2, 0.2, 0.35, 0.4], [1000, 1002, 1001, 1003])


def test_the_judge_takes_items_that_came_in_the_order_of_each_thread() -> None:
    assert judge([FIRST, SECOND, ANSWERS], TWO, SALT) is None


@pytest.mark.parametrize(
    ("index", "result", "because"),
    [
        (0, None, "task 0 returned None instead of (thread, times, 2 numbers)"),
        (0, (7, [0.1], [1004, 1005]), "task 0 returned (7, [0.1], [1004, 1005]) instead of"),
        (0, (7, [0.1, "x"], [1004, 1005]), "task 0 returned"),
        (0, (7, [0.3, 0.1], [1004, 1005]), "task 0 returned"),
        (0, (7, [0.1, 0.3], [1004, 1006]), "task 0 got other answers than were given"),
        (1, (9, *SECOND[1:]), "task 1 asked in the thread that answers, 9"),
        (0, (7, [0.25, 0.35], [1004, 1005]), "task 0 put an item that came sooner"),
        (0, (7, [0.1, 0.15], [1004, 1005]), "task 0 had more than 1 items on their way"),
        (2, (9, ANSWERS[1], [1000, 1002, 1000, 1003]), "an item was lost, or came twice, or was never put"),
        (2, (9, ANSWERS[1], [1001, 1002, 1000, 1003]), "task 0 put items that came in another order"),
    ],
)
def test_the_judge_says_what_is_wrong(index: int, result: Any, because: str) -> None:
    results: list[Any] = [FIRST, SECOND, ANSWERS]
    results[index] = result
    told = judge(results, TWO, SALT)
    assert told is not None
    assert told.startswith(because)


def test_results_of_another_run_or_too_few_are_refused() -> None:
    assert judge([FIRST, SECOND, ANSWERS], TWO, SALT + 1) is not None
    assert judge([FIRST, ANSWERS], TWO, SALT) == "2 results instead of 3"


def test_the_way_there_is_told_for_each_item_whatever_their_order() -> None:
    told = records([FIRST, SECOND, ANSWERS], TWO)
    assert told["latency_p50_ns"] == pytest.approx(100e6)
    assert told["latency_max_ns"] == pytest.approx(100e6)


def test_items_are_counted_as_they_came() -> None:
    ledger = SimpleNamespace(tasks=[TaskRecord(result=one) for one in (FIRST, SECOND, ANSWERS)])
    assert counts(TWO, ledger) == {"item": 4}


def test_a_window_is_no_larger_than_what_there_is() -> None:
    with pytest.raises(ValueError, match="bridge: window must be at most items, 5, not 6"):
        params_from_dict(WORKLOAD, {"window": 6, "items": 5})


@pytest.mark.parametrize("name", ["threads", "window", "items"])
def test_nothing_of_a_kind_is_refused_by_name(name: str) -> None:
    with pytest.raises(ValueError, match=rf"bridge: {name} must be .*at least 1, not 0"):
        params_from_dict(WORKLOAD, {name: 0})


def test_who_answers_is_a_task_and_so_is_who_waits_for_each_thread() -> None:
    promises = promises_of(promise(Params(3), "coroutine"))
    assert (promises.get(Spawned), promises.get(Overlap)) == (Spawned(4), Overlap(2, room=4))


def test_how_a_thread_reaches_a_loop_that_is_not_asyncio_s_is_not_known() -> None:
    lends = {Capability.OFFLOAD, Capability.SLEEP, Capability.SWITCH}
    assert WORKLOAD.impossible(replace(ASYNCIO, lends=lends)) == "asyncio lends no event loop of asyncio's"
    with pytest.raises(NotExpressible, match="lends no event loop of asyncio's"):
        WORKLOAD.factories("coroutine", CoroutineRuntime(offload=lambda function: function()), Params())


def test_no_more_threads_ask_than_every_library_has_at_once() -> None:
    assert Params(threads=MOST_THREADS).threads == 5
    with pytest.raises(ValueError, match="bridge: threads must be at most 5, not 6"):
        params_from_dict(WORKLOAD, {"threads": 6})


@pytest.mark.parametrize("dialect", ["polling", "delegating"])
def test_what_a_thread_raises_is_raised_by_the_loop_that_started_it(
    dialect: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(*_given: Any) -> Told:
        raise LookupError("in the thread")

    monkeypatch.setattr(bridge, "ask", ask)
    with HONEST[dialect].open() as session, pytest.raises(LookupError, match="in the thread"):
        session.run(WORKLOAD.factories(dialect, session.rt, Params()))


# Cheats.


def asks_in_the_loop(rt: Any, p: Params) -> list[Factory]:
    """Pretend threads: ask in tasks of the loop."""
    inbox: Any = None

    def made() -> Any:
        nonlocal inbox
        inbox = inbox or asyncio.Queue()
        return inbox

    boxes: list[asyncio.Queue[int]] = [asyncio.Queue() for _ in range(p.threads)]

    async def send(thread: int) -> Told:
        first, asked, answers = rt.salt + thread * p.items, list[float](), list[int]()
        for item in range(first, first + p.items):
            asked.append(perf_counter())
            await made().put(item)
            answers.append(await boxes[thread].get())
        return get_native_id(), asked, answers

    async def answer() -> Told:
        got, items = list[float](), list[int]()
        for _ in range(p.total):
            items.append(item := await made().get())
            got.append(perf_counter())
            await boxes[(item - rt.salt) // p.items].put(item + p.total)
        return get_native_id(), got, items

    return [*(partial(send, thread) for thread in range(p.threads)), answer]


def inbox_of(make: Callable[[], Any]) -> Any:
    made = make()
    soon: Callable[..., Any] = asyncio.get_running_loop().call_soon_threadsafe
    return partial(soon, made.put_nowait), made.get


def takes_the_last_first(rt: Any, p: Params) -> list[Factory]:
    """Pretend a queue: let threads put onto a stack."""
    return bridge.awaited(rt, p, lambda _capacity: inbox_of(asyncio.LifoQueue))


def with_any_offload(rt: Any, p: Params) -> list[Factory]:
    """An honest wording, of a model whose ``offload`` may be anything."""
    return bridge.awaited(rt, p, lambda _capacity: inbox_of(asyncio.Queue))


def answers_itself(rt: Any, p: Params) -> list[Factory]:
    """Pretend to ask: make up in the thread what the loop would have said, and when."""
    got: list[float] = []

    def alone() -> Told:
        got.extend(perf_counter() for _ in range(2 * p.items))
        return get_native_id(), got[::2], list(range(rt.salt + p.items, rt.salt + 2 * p.items))

    async def send() -> Told:
        await rt.switch()  # on 3.14 nobody waits for a thread that is done, and `overlap` would see one task
        told: Told = await rt.offload(alone)
        return told

    async def answer() -> Told:
        while not got:
            await rt.switch()
        return get_native_id(), got[1::2], list(range(rt.salt, rt.salt + p.items))

    return [send, answer]


def one_thread_less(rt: Any, p: Params) -> list[Factory]:
    """Pretend a crowd that asks (which a dishonest judge would not miss)."""
    return bridge.coroutine(rt, replace(p, threads=p.threads - 1))


async def at_once(function: Callable[[], Any]) -> Any:
    """Pretend to offload: call the function in the loop's own thread."""
    return function()


ONE, THREE = Params(1, 1, 10), Params(3, 2, 6)
CHEATS: dict[str, Callable[[], Cheat]] = {
    "asks in the loop": lambda: Cheat(
        worded(WORKLOAD, "coroutine", asks_in_the_loop), ONE, ASYNCIO, "results"
    ),
    "the last first": lambda: Cheat(
        worded(WORKLOAD, "coroutine", takes_the_last_first), Params(1, 6, 30), ASYNCIO, "results"
    ),
    "offloads to itself": lambda: Cheat(
        worded(WORKLOAD, "coroutine", with_any_offload),
        ONE,
        lending(ASYNCIO, offload=at_once),
        "completed",
        alone=False,
    ),
    "answers itself, one after another": lambda: Cheat(
        worded(WORKLOAD, "coroutine", answers_itself), ONE, one_after_another(ASYNCIO), "overlap"
    ),
    "answers itself": lambda: Cheat(
        worded(WORKLOAD, "coroutine", answers_itself),
        ONE,
        ASYNCIO,
        because="nobody sees what a thread beside the tasks does; a wording is read by people",
    ),
    "one thread less": lambda: Cheat(
        replace(worded(WORKLOAD, "coroutine", one_thread_less), judge=lambda _results, _params: None),
        THREE,
        ASYNCIO,
        "spawned",
    ),
}


@pytest.mark.parametrize("name", CHEATS)
def test_each_cheat_is_seen_by_the_check_that_is_said_to_see_it(name: str) -> None:
    assert_as_said(CHEATS[name]())


def test_each_promise_and_the_judge_see_a_cheat_that_no_other_check_sees() -> None:
    alone = {cheat.check for make in CHEATS.values() if (cheat := make()).alone and cheat.check}
    assert alone == {"spawned", "overlap", "results"}
