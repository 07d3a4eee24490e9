"""queue: what its judge and its promises take and refuse, and the cheats that each of them sees."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from concbench.measure.ledger import Ledger, TaskRecord
from concbench.models.base import Factory, Model
from concbench.promises import AtMost, Overlap
from concbench.promising import promises_of
from concbench.workloads.base import params_from_dict
from concbench.workloads.between_tasks import queue
from concbench.workloads.between_tasks.passing import HandsOver
from concbench.workloads.between_tasks.queue import WORKLOAD, Params, judge, promise
from tests.measure.cheats import HONEST, Run, lending, running
from tests.workloads.dishonest import Cheat, assert_as_said, worded

pytestmark = pytest.mark.measured_side

SALT = 1000
TWO_BY_TWO = Params(capacity=2, producers=2, consumers=2, items=3)
ASYNCIO = HONEST["coroutine"]


def results(*shares: Any, producers: int = 2, items: int = 3) -> list[Any]:
    return [*[items] * producers, *shares]


# Items of the first producer are 1000 to 1002, of the second 1003 to 1005.


@pytest.mark.parametrize("shares", [([1000, 1001, 1002], [1003, 1004, 1005]),
                                    ([1003, 1000, 1004], [1001, 1005, 1002])])  # fmt: skip
def test_the_judge_takes_items_in_any_order_that_keeps_each_producer_s(shares: Any) -> None:
    assert judge(results(*shares), TWO_BY_TWO, SALT) is None


@pytest.mark.parametrize(
    ("wrong", "because"),
    [
        (results([1000, 1001, 1002]), "3 results instead of 4"),
        (results([1000, 1001, 1002], [1003, 1004, 1005], items=2), "task 0 returned 2 instead of 3"),
        (results([1000, 1001], [1002, 1003, 1004, 1005]), "consumer 0 returned [1000, 1001] instead of 3"),
        (results([1000, 1001, 1002.0], [1003, 1004, 1005]), "consumer 0 returned"),
        (results([1000, 1001, 1002], "abc"), "consumer 1 returned 'abc' instead of 3 items"),
        (results([1001, 1000, 1002], [1003, 1004, 1005]), "consumer 0 got 1000 after 1001"),
        (results([1000, 1000, 1002], [1003, 1004, 1005]), "consumer 0 got 1000 after 1000"),
        (results([1000, 1001, 1002], [1000, 1004, 1005]), "an item was lost, or got twice"),
        (results([1000, 1001, 1002], [1003, 1004, 1006]), "an item was lost, or got twice"),
    ],
)
def test_the_judge_says_what_became_of_an_item(wrong: list[Any], because: str) -> None:
    told = judge(wrong, TWO_BY_TWO, SALT)
    assert told is not None
    assert told.startswith(because)


def test_items_of_another_run_are_refused() -> None:
    right = results([1000, 1001, 1002], [1003, 1004, 1005])
    assert judge(right, TWO_BY_TWO, SALT + 1) is not None
    assert judge(right, TWO_BY_TWO, SALT - 100) is not None


def test_every_consumer_takes_as_many() -> None:
    assert (TWO_BY_TWO.total, TWO_BY_TWO.share) == (6, 3)
    with pytest.raises(ValueError, match="queue: items × producers, 6, must be a multiple of consumers"):
        params_from_dict(WORKLOAD, {"items": 3, "producers": 2, "consumers": 4})


@pytest.mark.parametrize("name", ["capacity", "producers", "consumers", "items"])
def test_nothing_of_a_kind_is_refused_by_name(name: str) -> None:
    with pytest.raises(ValueError, match=rf"queue: {name} must be .*at least 1, not 0"):
        params_from_dict(WORKLOAD, {name: 0})


def promised(p: Params, dialect: Any, kind: Any) -> Any:
    return promises_of(promise(p, dialect)).get(kind)


def test_a_queue_of_the_tasks_own_makes_them_wait_as_often_as_it_fills() -> None:
    p = Params(capacity=10, producers=1, consumers=1, items=100)
    assert promised(p, "generator", HandsOver) == HandsOver(18)  # ten steps each, of which one is the last
    assert promised(p, "coroutine", HandsOver) == HandsOver(18)


def test_a_queue_that_holds_all_makes_nobody_wait() -> None:
    assert promised(Params(capacity=100, items=10), "generator", HandsOver) == HandsOver(0)


def test_only_a_queue_that_is_lent_is_looked_into() -> None:
    p = Params(capacity=10, producers=3, consumers=5, items=50)
    assert promised(p, "coroutine", AtMost) == promised(p, "blocking", AtMost) == AtMost(15, "queued")
    assert promised(p, "delegating", AtMost) is None


@pytest.mark.parametrize(("p", "together"), [(Params(5, 1, 1, 5), 1), (Params(5, 1, 1, 6), 2),
                                             (Params(5, 3, 1, 2), 2), (Params(6, 3, 1, 2), 1)])  # fmt: skip
def test_tasks_meet_where_the_queue_cannot_hold_what_one_of_them_has_to_pass(
    p: Params, together: int
) -> None:
    assert promised(p, "blocking", Overlap).tasks == together


def test_all_tasks_need_room_at_once() -> None:
    assert promises_of(promise(Params(1, 10, 30, 3), "blocking")).room == 40


def test_hand_overs_are_those_of_all_tasks_together() -> None:
    ledger = Ledger()
    ledger.tasks = [TaskRecord(suspensions=2), TaskRecord(suspensions=3)]
    assert HandsOver(5).broken(ledger) is None
    assert HandsOver(6).broken(ledger) == "the tasks suspended 5 times in all; a queue that fills makes it 6"


def test_items_are_counted_as_consumers_came_back_with_them() -> None:
    ledger = SimpleNamespace(tasks=[TaskRecord(result=3), TaskRecord(result=[1, 2]), TaskRecord(result=[3])])
    assert queue.counts(Params(1, 1, 3, 3), ledger) == {"item": 3}


# Cheats.


def lending_queue(make: Callable[[int], Any]) -> Model:
    return lending(ASYNCIO, queue=make)


def without_bound(_capacity: int) -> Any:
    """Pretend a capacity: hold whatever is put, so that nobody waits for room."""
    made: asyncio.Queue[Any] = asyncio.Queue()
    return made.put, made.get


def without_bound_and_in_turn(_capacity: int) -> Any:
    """The same, and hand over at each put, as one does who waits."""
    made: asyncio.Queue[Any] = asyncio.Queue()

    async def put(item: Any) -> None:
        await asyncio.sleep(0)
        made.put_nowait(item)

    return put, made.get


def last_first(capacity: int) -> Any:
    """Pretend a queue: lend a stack."""
    made: asyncio.LifoQueue[Any] = asyncio.LifoQueue(capacity)
    return made.put, made.get


def the_same_again(capacity: int) -> Any:
    """Pretend to have got an item: every tenth time, return the one before once more."""
    made: asyncio.Queue[Any] = asyncio.Queue(capacity)
    got: list[Any] = []

    async def get() -> Any:
        got.append(await made.get())
        return got[-2] if len(got) % 10 == 0 else got[-1]

    return made.put, get


def loses_one(capacity: int) -> Any:
    """Lose every tenth item."""
    made: asyncio.Queue[Any] = asyncio.Queue(capacity)
    puts = 0

    async def put(item: Any) -> None:
        nonlocal puts
        puts += 1
        if puts % 10:
            await made.put(item)

    return put, made.get


def one_after_another() -> Model:
    """Pretend concurrency: each task when the one before has ended, which a queue without bound allows."""

    def in_turn(run: Run, factories: Sequence[Factory]) -> list[Any]:
        return [run([factory])[0] for factory in factories]

    return running(lending_queue(without_bound), in_turn)


def heedless(rt: Any, p: Params) -> list[Factory]:
    """Pretend a capacity: put without a look at it, once all have begun."""

    def begun(task: Factory) -> Any:
        yield
        return (yield from task())

    return [partial(begun, task) for task in queue.generator(rt, replace(p, capacity=p.total))]


def heedless_and_in_turn(rt: Any, p: Params) -> list[Factory]:
    """The same, and yield as often as one does who looks."""
    items: deque[int] = deque()

    def produce(first: int) -> Any:
        for item in range(first, first + p.items):
            items.append(item)
            yield
        return p.items

    def consume() -> Any:
        got: list[int] = []
        while len(got) < p.share:
            yield
            if items:
                got.append(items.popleft())
        return got

    return [*(partial(produce, first) for first in queue.firsts(rt.salt, p)), *[consume] * p.consumers]


def numbering_consumers(rt: Any, p: Params) -> list[Factory]:
    """Pretend to take items out: number them, as whoever has read the judge knows how to."""

    async def produce() -> int:
        return p.items

    async def consume(index: int) -> list[int]:
        first = rt.salt + index * p.share
        return list(range(first, first + p.share))

    return [*[produce] * p.producers, *(partial(consume, index) for index in range(p.consumers))]


def one_producer_less(rt: Any, p: Params) -> list[Factory]:
    """Pretend a crowd: one task does what two should (which a dishonest judge would not miss)."""
    return queue.generator(rt, replace(p, producers=p.producers // 2, items=2 * p.items))


PAIR = Params(capacity=5, items=40)
CROWD = Params(capacity=1, producers=6, consumers=2, items=10)
CHEATS = {
    "without bound": Cheat(WORKLOAD, PAIR, lending_queue(without_bound), "at-most", alone=False),
    "without bound, in turn": Cheat(WORKLOAD, CROWD, lending_queue(without_bound_and_in_turn), "at-most"),
    "last first": Cheat(WORKLOAD, PAIR, lending_queue(last_first), "results"),
    "the same again": Cheat(WORKLOAD, PAIR, lending_queue(the_same_again), "results"),
    "loses one": Cheat(WORKLOAD, PAIR, lending_queue(loses_one), "completed", alone=False),
    "one after another": Cheat(WORKLOAD, Params(5, items=6), one_after_another(), "overlap"),
    "heedless": Cheat(worded(WORKLOAD, "delegating", heedless), PAIR, HONEST["delegating"], "hand-overs"),
    "heedless, in turn": Cheat(
        worded(WORKLOAD, "delegating", heedless_and_in_turn),
        CROWD,
        HONEST["delegating"],
        because="nobody looks into a deque of the tasks' own: where they yield often enough it may hold all",
    ),
    "numbering consumers": Cheat(
        worded(WORKLOAD, "coroutine", numbering_consumers), PAIR, ASYNCIO, "at-most", alone=False
    ),
    "one producer less": Cheat(
        replace(worded(WORKLOAD, "delegating", one_producer_less), judge=lambda _results, _params: None),
        CROWD,
        HONEST["delegating"],
        "spawned",
    ),
}


@pytest.mark.parametrize("name", CHEATS)
def test_each_cheat_is_seen_by_the_check_that_is_said_to_see_it(name: str) -> None:
    assert_as_said(CHEATS[name])


def test_each_promise_and_the_judge_see_a_cheat_that_no_other_check_sees() -> None:
    alone = {cheat.check for cheat in CHEATS.values() if cheat.alone and cheat.check}
    assert alone == {"spawned", "overlap", "hand-overs", "at-most", "results"}
