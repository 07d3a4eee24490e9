"""pingpong: what its judge takes and refuses, how round trips are told, and the cheats that are seen."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise
from time import perf_counter
from types import SimpleNamespace
from typing import Any

import pytest

from concbench.measure.ledger import TaskRecord
from concbench.models.base import Factory, Model
from concbench.promises import AtMost, Overlap, Suspends
from concbench.promising import promises_of
from concbench.workloads.base import params_from_dict
from concbench.workloads.between_tasks import pingpong
from concbench.workloads.between_tasks.pingpong import WORKLOAD, Params, counts, judge, promise, records
from tests.measure.cheats import HONEST, Run, lending, running
from tests.workloads.dishonest import Cheat, assert_as_said, worded

pytestmark = pytest.mark.measured_side

SALT = 1000
TWO = Params(pairs=2, rounds=3)
ASYNCIO = HONEST["coroutine"]


def played(p: Params = TWO, salt: int = SALT) -> list[Any]:
    """Return the results of a run: a round takes 10 ms in the first pair, 20 ms in the second, and so on."""
    times = [[0.5 + 0.01 * pair * ball for ball in range(p.rounds + 1)] for pair in range(1, p.pairs + 1)]
    balls = [salt + p.rounds * pair for pair in range(1, p.pairs + 1)]
    returned = [([0.5, 0.6], ball) for ball in balls]
    return [*zip(times, balls, strict=True), *returned]


@pytest.mark.parametrize("p", [TWO, Params(1, 1), Params(5, 7)])
def test_the_judge_takes_balls_that_all_came_back(p: Params) -> None:
    assert judge(played(p), p, SALT) is None


@pytest.mark.parametrize(
    ("index", "result", "because"),
    [
        (1, None, "task 1 returned None instead of (times, ball)"),
        (0, ([0.1, 0.2, 0.3, 0.4], 1003.0), "task 0 returned"),
        (0, [[0.1, 0.2, 0.3, 0.4], 1003], "task 0 returned"),
        (0, ([0.1, 0.2, 0.3, 0.4], 1006), "task 0 ended with the ball 1006 instead of its own"),
        (3, ([0.1, 0.2], 1005), "task 3 ended with the ball 1005 instead of its own, returned 3 times"),
        (0, ([0.1, 0.2, 0.3], 1003), "task 0 returned 3 times, which are not one for each ball"),
        (2, ([0.1, 0.2, 0.3], 1003), "task 2 returned 3 times, which are not one for each ball"),
        (0, ([0.1, 0.2, 0.3, 1], 1003), "task 0 returned 4 times, which are not one for each ball"),
        (0, ([0.1, 0.2, 0.15, 0.4], 1003), "task 0 saw the clock go back"),
    ],
)
def test_the_judge_says_what_is_wrong_with_a_task(index: int, result: Any, because: str) -> None:
    results = played()
    results[index] = result
    told = judge(results, TWO, SALT)
    assert told is not None
    assert told.startswith(because)


def test_results_of_another_run_or_too_few_are_refused() -> None:
    assert judge(played(), TWO, SALT + 1) is not None
    assert judge(played()[:-1], TWO, SALT) == "3 results instead of 4"


def test_round_trips_are_told_as_quantiles_over_all_pairs() -> None:
    told = records(played(), TWO)
    assert told["latency_p50_ns"] == pytest.approx(15e6)  # three of 10 ms and three of 20 ms
    assert told["latency_max_ns"] == pytest.approx(20e6)


def test_round_trips_are_counted_as_balls_came_back() -> None:
    ledger = SimpleNamespace(tasks=[TaskRecord(result=result) for result in played()])
    assert counts(TWO, ledger) == {"round trip": 6}


@pytest.mark.parametrize("name", ["pairs", "rounds"])
def test_nothing_of_a_kind_is_refused_by_name(name: str) -> None:
    with pytest.raises(ValueError, match=rf"pingpong: {name} must be .*at least 1, not 0"):
        params_from_dict(WORKLOAD, {name: 0})


def test_both_wait_in_each_round_and_a_pair_has_one_ball() -> None:
    promises = promises_of(promise(Params(3, 10), "coroutine"))
    assert promises.get(Suspends) == Suspends(9, exact=False)
    assert promises.get(AtMost) == AtMost(3, "queued")
    assert promises.get(Overlap) == Overlap(6, room=6)


def test_pairs_of_threads_may_play_one_after_another() -> None:
    assert promises_of(promise(Params(3, 10), "blocking")).get(Overlap) == Overlap(2, room=6)
    assert promises_of(promise(Params(3, 1), "delegating")).get(Overlap) == Overlap(2, room=6)


# Cheats.


def pair_after_pair() -> Model:
    """Pretend that all play at once: have each pair play when the one before is done."""

    def in_turn(run: Run, factories: Sequence[Factory]) -> list[Any]:
        half = len(factories) // 2
        pairs = [run([factories[index], factories[half + index]]) for index in range(half)]
        return [served for served, _ in pairs] + [returned for _, returned in pairs]

    return running(ASYNCIO, in_turn)


def one_after_another() -> Model:
    """Pretend concurrency: start each task when the one before has ended."""
    return running(ASYNCIO, lambda run, factories: [run([factory])[0] for factory in factories])


def changes_what_it_carries(_capacity: int) -> Any:
    """Pretend to pass things on: lend a queue that adds one to each third item."""
    made: asyncio.Queue[int] = asyncio.Queue(1)

    async def get() -> int:
        item = await made.get()
        return item + (item % 3 == 0)

    return made.put, get


def every_second_ball(rt: Any, p: Params) -> list[Factory]:
    """Pretend rounds: play half of them, and make up the times and what the ball is worth."""
    serve, give_back = pingpong.generator(rt, replace(p, rounds=p.rounds // 2))

    def stretched(task: Factory) -> Any:
        times, ball = yield from task()
        if len(times) > 2:
            halves = [(sooner + later) / 2 for sooner, later in pairwise(times)]
            times = sorted([*times, *halves])
        return times, ball + p.rounds // 2

    return [partial(stretched, serve), partial(stretched, give_back)]


def two_balls(rt: Any, p: Params) -> list[Factory]:
    """Pretend to wait for the answer: serve a second ball before the first is back."""
    _, give_back = pingpong.coroutine(rt, p)
    there, back = give_back.args  # type: ignore[attr-defined]

    async def serve() -> Any:
        put, get = there()[0], back()[1]
        ball, times = rt.salt, [perf_counter()]
        for _ in range(p.rounds // 2):
            await put(ball)
            await put(ball + 1)
            await get()
            times.append(perf_counter())
            ball = await get()
            times.append(perf_counter())
        return times, ball

    return [serve, give_back]


def one_pair_less(rt: Any, p: Params) -> list[Factory]:
    """Pretend pairs: let one less play (which a dishonest judge would not miss)."""
    return pingpong.blocking(rt, replace(p, pairs=p.pairs - 1))


ONE, THREE = Params(1, 20), Params(3, 10)
CHEATS: dict[str, Callable[[], Cheat]] = {
    "pair after pair": lambda: Cheat(WORKLOAD, THREE, pair_after_pair(), "overlap"),
    "one after another": lambda: Cheat(WORKLOAD, ONE, one_after_another(), "completed", alone=False),
    "changes what it carries": lambda: Cheat(
        WORKLOAD, ONE, lending(ASYNCIO, queue=changes_what_it_carries), "results"
    ),
    "every second ball": lambda: Cheat(
        worded(WORKLOAD, "delegating", every_second_ball), ONE, HONEST["delegating"], "suspensions"
    ),
    "two balls": lambda: Cheat(worded(WORKLOAD, "coroutine", two_balls), ONE, ASYNCIO, "at-most"),
    "one pair less": lambda: Cheat(
        replace(worded(WORKLOAD, "blocking", one_pair_less), judge=lambda _results, _params: None),
        THREE,
        HONEST["blocking"],
        "spawned",
    ),
}


@pytest.mark.parametrize("name", CHEATS)
def test_each_cheat_is_seen_by_the_check_that_is_said_to_see_it(name: str) -> None:
    assert_as_said(CHEATS[name]())


def test_each_promise_and_the_judge_see_a_cheat_that_no_other_check_sees() -> None:
    alone = {cheat.check for make in CHEATS.values() if (cheat := make()).alone and cheat.check}
    assert alone == {"spawned", "overlap", "suspensions", "at-most", "results"}
