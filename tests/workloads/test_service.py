"""service: when rounds come in, what is judged and recorded on figures made by hand, and cheats."""

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from random import Random
from statistics import mean
from typing import Any

import pytest

from concbench.measure.execution import cell_of
from concbench.measure.witness import bear_witness
from concbench.models import index as models
from concbench.models.base import CoroutineRuntime, Factory, Model
from concbench.models.threads import TaskThread
from concbench.workloads.computing import service
from concbench.workloads.computing.arrivals import (
    arrivals,
    behind,
    end_of,
    lead,
    rounds,
    steady_from,
    times_of,
)
from concbench.workloads.computing.service import WORKLOAD, Params, judge, records
from concbench.workloads.steps import after, start_of
from tests.measure import cheats
from tests.workloads.dishonest import Cheat, assert_as_said, worded

pytestmark = [
    pytest.mark.measured_side,
    pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning"),
]

ASYNCIO = models.get("asyncio")
SMALL = Params(tasks=6, rate=1200, wait=0.01, steps=100, window=0.1)


def done(p: Params, late: float = 0.001, salt: int = 0) -> list[Any]:
    """Return results in which every round takes as long as it waits, and ``late`` s more."""
    found: list[Any] = [
        (after(start_of(salt + index), p.steps * len(times)), [p.wait + late] * len(times))
        for index, times in enumerate(times_of(p))
    ]
    return [*found, (0.25 * p.window, p.window)]


def test_rounds_come_in_at_the_asked_rate_within_the_window_after_the_lead() -> None:
    drawn = arrivals(400, 6.0, 3.0, 1)
    every = [time for times in drawn for time in times]
    assert len(every) == pytest.approx(400 * 3.0 / 6.0, rel=0.2)
    assert lead(400) <= min(every) < max(every) <= lead(400) + 3.0
    assert mean(every) == pytest.approx(lead(400) + 1.5, abs=0.2)
    assert drawn == arrivals(400, 6.0, 3.0, 1) != arrivals(400, 6.0, 3.0, 2)


def test_a_task_has_its_rounds_one_period_apart() -> None:
    for times in arrivals(20, 0.25, 2.0, 7):
        assert len(times) == 8
        assert [b - a for a, b in pairwise(times)] == pytest.approx([0.25] * 7)


def test_there_is_one_round_at_least() -> None:
    assert [sum(map(len, arrivals(3, 3600.0, 0.01, seed))) for seed in range(50)] == [1] * 50


@pytest.mark.parametrize(
    "values", [{"tasks": 0}, {"wait": -1.0}, {"rate": 0.0}, {"deadline": 0.0}, {"share": 1.5}, {"rate": 1e9}]
)
def test_parameters_that_cannot_be_are_refused_by_name(values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(values))} must be"):
        Params(**values)


def test_records_tell_latency_the_rounds_in_time_and_the_cores_in_use() -> None:
    p = replace(SMALL, deadline=0.02)
    found = records(done(p), p)
    assert found["latency_p99_ns"] == pytest.approx(11_000_000)
    assert found["kept"] == 1.0
    assert found["cores"] == pytest.approx(0.25)
    assert records(done(p, late=0.011), p)["kept"] == 0.0


def test_rounds_that_are_done_later_and_later_fall_behind_and_a_pause_is_none() -> None:
    even = [(step / 100, 0.03) for step in range(100)]
    assert behind(even) == 0.0
    assert behind([(at, late + 0.2 * at) for at, late in even]) == pytest.approx(0.2)
    assert behind([(at, 1.0 if 0.7 < at < 0.8 else late) for at, late in even]) == 0.0
    assert behind(even[:5]) == behind([(0.0, late) for late in range(9)]) == 0.0
    p = replace(SMALL, tasks=20)
    *tasks, keeper = done(p)
    slow = [(value, [one + 0.5 * at for one, at in zip(late, times, strict=True)])
            for (value, late), times in zip(tasks, times_of(p), strict=True)]  # fmt: skip
    assert records([*slow, keeper], p)["behind"] == pytest.approx(0.5, abs=0.05)


def test_waiting_and_computing_go_on_beside_each_other_while_the_cores_are_read() -> None:
    """With a wait as long as the window, nothing would be computed in it else."""
    p = Params(tasks=400, rate=60, wait=2.0, window=1.0)
    assert steady_from(p) == pytest.approx(lead(400) + 2.0)
    assert end_of(p) == pytest.approx(steady_from(p) + 1.0)
    done_at = [at + p.wait for times in times_of(p) for at in times]
    meanwhile = sum(steady_from(p) <= at < end_of(p) for at in done_at)
    assert meanwhile == pytest.approx(400 * p.rate / 60 * p.window, rel=0.2)


def without_the_last(results: list[Any]) -> list[Any]:
    return results[:-1]


def computed_otherwise(results: list[Any]) -> list[Any]:
    return [(results[0][0] + 1, results[0][1]), *results[1:]]


def too_soon(results: list[Any]) -> list[Any]:
    return [(value, [0.001] * len(late)) for value, late in results[:-1]] + results[-1:]


def one_round_less(results: list[Any]) -> list[Any]:
    return [(results[0][0], results[0][1][1:]), *results[1:]]


def no_keeper(results: list[Any]) -> list[Any]:
    return [*results[:-1], None]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (without_the_last, "6 results instead of 7"),
        (computed_otherwise, "task 0 computed"),
        (too_soon, "was done after 0.001000 s of its 0.010000 s"),
        (one_round_less, "instead of a value and [23] latencies"),
        (no_keeper, "the keeper returned None"),
    ],
)
def test_the_judge_refuses_what_is_no_honest_result(
    change: Callable[[list[Any]], list[Any]], complaint: str
) -> None:
    assert judge(done(SMALL), SMALL) is None
    found = judge(change(done(SMALL)), SMALL)
    assert found is not None
    assert re.search(complaint, found), found


def test_the_floor_is_the_time_until_the_window_is_over_and_rounds_are_counted() -> None:
    assert WORKLOAD.floor(SMALL) == end_of(SMALL) == pytest.approx(lead(6) + SMALL.wait + 0.1)
    assert WORKLOAD.counts is not None
    assert (
        WORKLOAD.counts(SMALL, None) == {"round": rounds(SMALL)} == {"round": sum(map(len, times_of(SMALL)))}
    )


def test_of_a_load_with_and_without_computing_the_one_with_it_is_weighed() -> None:
    bare = replace(SMALL, steps=0)
    assert WORKLOAD.memory_points([SMALL, bare]) == [SMALL]
    assert WORKLOAD.memory_points([bare]) == [bare]


def test_small_sets_have_one_task_alone_and_some_that_wait_for_nothing() -> None:
    sets = WORKLOAD.small(Random(1))
    assert sets[0].tasks == 1
    assert sets[-1].wait == 0


def waits_a_twentieth(honest: Model) -> Model:
    """Pretend to wait: lend a sleep that takes a twentieth of the time."""

    def trick(session: Any) -> Any:
        sleep = session.rt.sleep
        return cheats.Stage(replace(session.rt, sleep=lambda seconds: sleep(seconds / 20)), session.run)

    return cheats.played_by(honest, trick)


def computes_less(rt: CoroutineRuntime, p: Params) -> list[Factory]:
    """Pretend to compute: do half of the steps."""
    return service.coroutine(rt, replace(p, steps=p.steps // 2))


def leaves_rounds_out(rt: CoroutineRuntime, p: Params) -> list[Factory]:
    """Pretend to serve: take fewer rounds than come in."""
    return service.coroutine(rt, replace(p, rate=p.rate / 2))


def serves_in_turn(rt: CoroutineRuntime, p: Params) -> list[Factory]:
    """Pretend to wait where rounds come in: wait for none of them, and be early for all."""
    return service.coroutine(replace(rt, sleep=lambda _seconds: rt.sleep(0)), p)


MORE, FEW = replace(SMALL, tasks=12), replace(SMALL, tasks=2)
LESS, LEFT, NONE = (
    worded(WORKLOAD, "coroutine", wording) for wording in (computes_less, leaves_rounds_out, serves_in_turn)
)
CHEATS = {
    "one after another": Cheat(WORKLOAD, FEW, cheats.one_after_another(ASYNCIO), "overlap"),
    "drops tasks": Cheat(WORKLOAD, MORE, cheats.drops_every_tenth_task(ASYNCIO), "started", alone=False),
    "sleeps a twentieth": Cheat(WORKLOAD, SMALL, waits_a_twentieth(ASYNCIO), "deadlines", alone=False),
    "computes less": Cheat(LESS, SMALL, ASYNCIO, "results"),
    "leaves rounds out": Cheat(LEFT, SMALL, ASYNCIO, "results"),
    "waits for none": Cheat(NONE, SMALL, ASYNCIO, "results", alone=False),
}


@pytest.mark.parametrize("name", CHEATS)
def test_each_cheat_is_caught_by_the_check_that_is_named(name: str) -> None:
    assert_as_said(CHEATS[name])


def test_threads_of_which_the_first_end_before_the_last_start_keep_what_is_promised(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    p, threads, start = Params(tasks=20, window=0.05), models.get("threads"), TaskThread.start
    started = list[TaskThread]()

    def late(self: TaskThread) -> None:
        if len(started) % (p.tasks + 1) == p.tasks:
            started[-p.tasks].join()  # the first of this run
        started.append(self)
        start(self)

    monkeypatch.setattr(TaskThread, "start", late)
    with threads.open() as session:
        assert not bear_witness(cell_of(WORKLOAD, p, threads, session), seconds=30).failures
