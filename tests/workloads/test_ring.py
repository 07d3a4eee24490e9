"""ring: who sits where, what its judge takes and refuses, and the cheats that are seen."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from concbench.models.base import Factory
from concbench.promised import QUEUED, Event
from concbench.promises import AtMost, Overlap, Suspends
from concbench.promising import promises_of
from concbench.workloads.base import params_from_dict
from concbench.workloads.between_tasks import ring
from concbench.workloads.between_tasks.passing import made_once
from concbench.workloads.between_tasks.ring import WORKLOAD, Params, counts, judge, promise, seats
from tests.measure.cheats import HONEST, lending, one_after_another
from tests.workloads.dishonest import Cheat, assert_as_said, worded

pytestmark = pytest.mark.measured_side

ASYNCIO = HONEST["coroutine"]


def test_every_seat_is_taken_and_who_takes_it_is_drawn() -> None:
    drawn = [seats(Params(20, seed=seed)) for seed in (1, 2)]
    assert [sorted(one) for one in drawn] == [list(range(20))] * 2
    assert drawn[0] != drawn[1]
    assert seats(Params(20, seed=1)) == drawn[0]
    assert seats(Params(20, seed=0)) == tuple(range(20))


def test_the_judge_takes_the_count_of_the_last_lap_and_no_other() -> None:
    p = Params(tasks=3, laps=2, seed=0)
    assert judge([13, 14, 15], p, salt=10) is None
    assert judge([14, 13, 15], p, salt=10) == "task 0 returned 14 instead of 13"
    assert judge([10, 11, 12], p, salt=10) is not None  # a lap too few
    assert judge([13, 14, 15], p, salt=11) is not None
    assert judge([13, 14], p, salt=10) == "2 results instead of 3"


def test_one_alone_has_nobody_to_pass_the_token_to() -> None:
    with pytest.raises(ValueError, match="ring: tasks must be at least 2: one alone has nobody"):
        params_from_dict(WORKLOAD, {"tasks": 1})


@pytest.mark.parametrize(("name", "least"), [("tasks", 1), ("laps", 1), ("seed", 0)])
def test_too_few_of_a_kind_are_refused_by_name(name: str, least: int) -> None:
    with pytest.raises(ValueError, match=rf"ring: {name} must be .*at least {least}, not {least - 1}"):
        params_from_dict(WORKLOAD, {name: least - 1})


def test_all_wait_for_one_token() -> None:
    promises = promises_of(promise(Params(7, 5), "coroutine"))
    assert promises.get(Suspends) == Suspends(4, exact=False)
    assert promises.get(AtMost) == AtMost(1, "queued")
    assert promises.get(Overlap) == Overlap(7, room=7)
    assert promises_of(promise(Params(7, 1), "generator")).get(Overlap) == Overlap(1, room=7)


def test_hops_are_those_that_queues_reported_and_else_those_that_the_judge_saw() -> None:
    p = Params(tasks=3, laps=2)
    events = [Event(0, QUEUED, 1), Event(1, QUEUED, -1), Event(1, QUEUED, 1), Event(2, QUEUED, -1)]
    assert counts(p, SimpleNamespace(events=events)) == {"hop": 2}
    assert counts(p, SimpleNamespace(events=[])) == {"hop": 6}
    assert WORKLOAD.counts is counts


# Cheats.


def changes_what_it_carries(_capacity: int) -> Any:
    """Pretend to pass things on: lend a queue that adds one to each tenth item."""
    made: asyncio.Queue[int] = asyncio.Queue(1)

    async def get() -> int:
        item = await made.get()
        return item + (item % 10 == 0)

    return made.put, get


def half_of_the_laps(rt: Any, p: Params) -> list[Factory]:
    """Pretend laps: pass half of them, and add what the others would have counted."""

    async def more(task: Factory) -> int:
        return int(await task()) + p.tasks * (p.laps - p.laps // 2)

    return [partial(more, task) for task in ring.coroutine(rt, replace(p, laps=p.laps // 2))]


def a_token_each(rt: Any, p: Params) -> list[Factory]:
    """Pretend one token: all pass one at once, so that nobody waits for long, and count by the formula."""
    boxes = [made_once(rt.queue, 1) for _ in range(p.tasks)]

    async def pass_on(seat: int) -> int:
        _, get = boxes[seat]()
        put, _ = boxes[(seat + 1) % p.tasks]()
        for _ in range(p.laps):
            await put(seat)
            await get()
        return int(rt.salt) + (p.laps - 1) * p.tasks + seat

    return [partial(pass_on, seat) for seat in seats(p)]


def no_token(rt: Any, p: Params) -> list[Factory]:
    """Pretend to pass a token: yield as often as one who waits, and count by the formula."""

    def count(seat: int) -> Any:
        for _ in range(p.laps):
            yield
        return rt.salt + (p.laps - 1) * p.tasks + seat

    return [partial(count, seat) for seat in seats(p)]


def one_task_less(rt: Any, p: Params) -> list[Factory]:
    """Pretend a larger ring (which a dishonest judge would not miss)."""
    return ring.generator(rt, replace(p, tasks=p.tasks - 1))


SEVEN, DELEGATING = Params(tasks=7, laps=6), HONEST["delegating"]
CHEATS: dict[str, Callable[[], Cheat]] = {
    "one after another": lambda: Cheat(WORKLOAD, SEVEN, one_after_another(ASYNCIO), "completed", alone=False),
    "changes what it carries": lambda: Cheat(
        WORKLOAD, SEVEN, lending(ASYNCIO, queue=changes_what_it_carries), "results"
    ),
    "half of the laps": lambda: Cheat(
        worded(WORKLOAD, "coroutine", half_of_the_laps), SEVEN, ASYNCIO, "suspensions"
    ),
    "a token each": lambda: Cheat(worded(WORKLOAD, "coroutine", a_token_each), SEVEN, ASYNCIO, "at-most"),
    "no token, one after another": lambda: Cheat(
        worded(WORKLOAD, "delegating", no_token), SEVEN, one_after_another(DELEGATING), "overlap"
    ),
    "no token": lambda: Cheat(
        worded(WORKLOAD, "delegating", no_token),
        SEVEN,
        DELEGATING,
        because="nobody looks into a list of the tasks' own, and the count is known beforehand",
    ),
    "one task less": lambda: Cheat(
        replace(worded(WORKLOAD, "delegating", one_task_less), judge=lambda _results, _params: None),
        Params(7, 1),
        DELEGATING,
        "spawned",
    ),
}


@pytest.mark.parametrize("name", CHEATS)
def test_each_cheat_is_seen_by_the_check_that_is_said_to_see_it(name: str) -> None:
    assert_as_said(CHEATS[name]())


def test_each_promise_and_the_judge_see_a_cheat_that_no_other_check_sees() -> None:
    alone = {cheat.check for make in CHEATS.values() if (cheat := make()).alone and cheat.check}
    assert alone == {"spawned", "overlap", "suspensions", "at-most", "results"}
