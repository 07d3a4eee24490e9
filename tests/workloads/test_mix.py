"""mix: waits, latencies and judgement on figures made by hand; cheats, and the check that catches each."""

import re
from collections.abc import Callable
from dataclasses import replace
from random import Random
from statistics import mean
from time import perf_counter
from typing import Any

import pytest

from concbench.measure.execution import cell_of
from concbench.measure.witness import bear_witness
from concbench.models import index as models
from concbench.models.base import CoroutineRuntime, Factory, Model
from concbench.promises import Overlap
from concbench.promising import promises_of
from concbench.workloads import steps as computing
from concbench.workloads.basics.timers import EARLY_TOLERANCE, SURE_TASKS
from concbench.workloads.computing import mix
from concbench.workloads.computing.mix import WORKLOAD, Params, judge, promise, records, waits
from concbench.workloads.computing.rounds import Round, latencies, rounds_of
from concbench.workloads.steps import after, start_of
from tests.measure import cheats
from tests.measure.cheats import HONEST
from tests.measure.cheats_in_wording import reworded, with_params

pytestmark = pytest.mark.measured_side

SMALL = Params(tasks=SURE_TASKS, rounds=2, wait=0.012, steps=200)
LONG = Params(tasks=SURE_TASKS, rounds=1, wait=0.2, steps=200)
"""For who hardly waits: a busy machine must not hold it up for as long as it should have waited."""
ASLEEP = Params(tasks=SURE_TASKS, rounds=1, wait=0.02, steps=200)
"""For who waits: as short as what is to be seen allows."""


def done(p: Params, late: float = 0.0, computing: float = 0.001, salt: int = 0) -> list[Any]:
    """Return results in which task k begins after k ms, and each wakes ``late`` s too late."""
    found = []
    for index, mine in enumerate(waits(p)):
        times = [1.0 + 0.001 * index]
        for wait in mine:
            times.append(times[-1] + wait + late)
            times.append(times[-1] + computing)
        found.append((after(start_of(salt + index), p.rounds * p.steps), *times))
    return found


def test_without_spread_every_wait_is_the_same() -> None:
    assert waits(Params(3, 2, 0.5)) == ((0.5, 0.5),) * 3


def test_waits_are_spread_evenly_about_the_stated_one_and_depend_on_the_seed_alone() -> None:
    p = Params(200, 5, 0.4, spread=0.5, seed=3)
    drawn = [wait for mine in waits(p) for wait in mine]
    assert 0.2 <= min(drawn) < 0.21
    assert 0.59 < max(drawn) <= 0.6
    assert mean(drawn) == pytest.approx(0.4, abs=0.01)
    assert waits(p) == waits(replace(p, deadline=9)) != waits(replace(p, seed=4))


def test_no_model_can_be_done_before_the_longest_of_all_waits() -> None:
    p = Params(20, 3, 0.4, spread=0.5)
    assert WORKLOAD.floor(p) == max(map(sum, waits(p))) > 1.2
    assert WORKLOAD.floor(Params(20, 3, 0.4)) == pytest.approx(1.2)


def test_a_round_begins_when_the_one_before_is_done() -> None:
    assert list(rounds_of((7, 0.0, 2.0, 3.0, 4.5, 6.0), (2.0, 1.0))) == [
        Round(0.0, 2.0, 3.0, 2.0),
        Round(3.0, 4.5, 6.0, 1.0),
    ]


def test_the_first_wait_of_each_counts_from_when_the_first_of_all_began() -> None:
    on_time, late_to_start = (7, 0.0, 2.0, 3.0, 5.0, 6.5), (8, 10.0, 12.0, 13.0, 15.0, 16.0)
    assert latencies([on_time, late_to_start], ((2.0, 2.0),) * 2) == [1.0, 1.5, 11.0, 1.0]


def test_records_tell_latency_the_rounds_in_time_and_the_share_of_computing() -> None:
    p = Params(4, 2, 0.009, deadline=0.0035)
    found = records(done(p), p)
    assert found["latency_p50_ns"] == pytest.approx(1.0e6, rel=0.01)
    assert found["latency_max_ns"] == pytest.approx(4.0e6, rel=0.01)
    assert found["latency_ns"] == sorted(found["latency_ns"])
    assert len(found["latency_ns"]) == 8
    assert found["kept"] == 7 / 8
    assert found["computing_share"] == pytest.approx(0.1)


def test_of_many_rounds_the_percentiles_are_kept() -> None:
    p = Params(50, 4, 0.01)
    kept = records(done(p), p)["latency_ns"]
    assert len(kept) == 101
    assert kept[-1] == pytest.approx(50e6, rel=0.01)


def test_without_waiting_all_is_computing_and_without_either_there_is_no_share() -> None:
    assert records(done(Params(2, 1, 0.0)), Params(2, 1, 0.0))["computing_share"] == 1
    assert records(done(Params(2, 1, 0.0), computing=0.0), Params(2, 1, 0.0))["computing_share"] == 0


def test_the_judge_accepts_honest_rounds_in_time_or_late() -> None:
    p = Params(3, 2, 0.01, spread=0.5)
    for late in (0.0, 3.0, -0.9 * EARLY_TOLERANCE):
        assert judge(done(p, late, salt=99), p, 99) is None


def changed(results: list[Any], task: int, place: int, value: Any) -> list[Any]:
    """Return the results, one value in the result of one task another."""
    mine = list(results[task])
    mine[place] = value
    return [*results[:task], tuple(mine), *results[task + 1 :]]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda good: good[:-1], "2 results instead of 3"),
        (lambda good: changed(good, 1, 0, 5), "task 1 computed 5 instead of"),
        (lambda good: changed(good, 1, 0, float(good[1][0])), "task 1 computed"),
        (lambda good: [list(one) for one in good], "task 0 returned"),
        (lambda good: [*good[:2], good[2][:-1]], "task 2 returned .* instead of a number and 5 times"),
        (lambda good: changed(good, 0, 3, "now"), "in which a time is none"),
        (lambda good: changed(good, 2, 2, good[2][1] + 0.001), "task 2 waited 0.001000 s .* in round 0"),
        (lambda good: changed(good, 2, 4, good[2][3] + 0.001), "task 2 waited 0.001000 s .* in round 1"),
        (lambda good: changed(good, 2, 5, good[2][4] - 0.001), "was done -0.001000 s later"),
        (lambda good: changed(good, 2, 2, float("nan")), "task 2 waited nan s"),
    ],
)
def test_the_judge_refuses_what_is_no_honest_result(
    change: Callable[[list[Any]], list[Any]], complaint: str
) -> None:
    p = Params(3, 2, 0.01)
    found = judge(change(done(p)), p)
    assert found is not None
    assert re.search(complaint, found), found


@pytest.mark.parametrize("values", [{"tasks": 2**63 - 1}, {"rounds": 2**63 - 1}, {"tasks": 500_001}])
def test_more_rounds_than_are_drawn_beforehand_are_refused(values: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="tasks × rounds must be at most 1000000, not"):
        Params(**values)
    assert Params(tasks=500_000).tasks == 500_000


@pytest.mark.parametrize("values", [{"rounds": 0}, {"wait": -1.0}, {"steps": -1}, {"spread": 1.5}])
def test_parameters_that_cannot_be_are_refused_by_name(values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(values))} must be"):
        Params(**values)


def test_tasks_may_wait_for_a_worker_and_all_workers_are_at_work() -> None:
    assert promises_of(promise(SMALL, "blocking")).get(Overlap) == Overlap(2, queues=True)
    assert promises_of(promise(SMALL, "blocking")).room == 1
    assert promises_of(promise(replace(SMALL, wait=0.001), "coroutine")).get(Overlap) == Overlap(
        1, queues=True
    )


def test_every_small_set_of_parameters_has_what_its_promise_needs_in_random_sizes() -> None:
    for seed in range(30):
        sets = WORKLOAD.small(Random(seed))
        assert sets[0].tasks == 1
        assert any(p.spread > 0 for p in sets)
        assert all(p.wait * (1 - p.spread) > EARLY_TOLERANCE for p in sets)


def failures(model: Model, workload: Any = WORKLOAD, p: Params = SMALL, without: str = "") -> set[str]:
    """Return the checks that fail, but for one that is left out."""
    with model.open() as session:
        return set(bear_witness(cell_of(workload, p, model, session), without=[without]).failures)


def waits_a_twentieth(honest: Model) -> Model:
    """Pretend to wait: lend a sleep that takes a twentieth of the time."""

    def trick(session: Any) -> Any:
        sleep = session.rt.sleep
        return cheats.Stage(replace(session.rt, sleep=lambda seconds: sleep(seconds / 20)), session.run)

    return cheats.played_by(honest, trick)


def times_made_up(rt: CoroutineRuntime, p: Params) -> list[Factory]:
    """Pretend to wait: hardly do so, and say what the clock would have told."""

    async def mixed(value: int, mine: tuple[float, ...]) -> Any:
        times = [perf_counter()]
        for wait in mine:
            await rt.sleep(wait / 20)
            times.append(times[-1] + wait)
            value = computing.compute(value, p.steps)
            times.append(times[-1] + 1e-5)
        return value, *times

    return mix.tasks_of(rt, p, mixed)


def by_the_formula(rt: CoroutineRuntime, p: Params) -> list[Factory]:
    """Pretend to compute: take the short cut that the judge takes."""

    async def mixed(value: int, mine: tuple[float, ...]) -> Any:
        times = [perf_counter()]
        for wait in mine:
            await rt.sleep(wait)
            times.append(perf_counter())
            value = after(value, p.steps)
            times.append(perf_counter())
        return value, *times

    return mix.tasks_of(rt, p, mixed)


MADE_UP = replace(WORKLOAD, versions={"coroutine": times_made_up})
SHORT_CUT = replace(WORKLOAD, versions={"coroutine": by_the_formula})
FEWER_STEPS = reworded(WORKLOAD, lambda version: with_params(version, steps=lambda p: p.steps - 1))
FEWER_ROUNDS = reworded(WORKLOAD, lambda version: with_params(version, rounds=lambda p: p.rounds - 1))
FEWER_TASKS = replace(
    reworded(WORKLOAD, lambda version: with_params(version, tasks=lambda p: p.tasks - 1)),
    judge=lambda _results, _params: None,
)
"""A wording that does less, and a dishonest judge who does not miss it."""


@pytest.mark.parametrize(
    ("model", "workload", "p", "check"),
    [
        (cheats.one_after_another(HONEST["coroutine"]), WORKLOAD, ASLEEP, "overlap"),
        (HONEST["coroutine"], MADE_UP, LONG, "deadlines"),
        (HONEST["coroutine"], FEWER_STEPS, SMALL, "results"),
        (HONEST["coroutine"], FEWER_TASKS, SMALL, "spawned"),
    ],
    ids=["one after another", "times made up", "fewer steps", "fewer tasks"],
)
def test_a_cheat_is_caught_by_one_check_and_passes_as_honest_without_it(
    model: Model, workload: Any, p: Params, check: str
) -> None:
    # in the unwatched pass the same promise is told under that name
    assert failures(model, workload, p) - {"unwatched"} == {check}
    assert failures(model, workload, p, without=check) == set()


@pytest.mark.parametrize("dialect", ["delegating", "blocking", "polling"])
def test_one_after_another_is_caught_in_every_dialect(dialect: str) -> None:
    assert "overlap" in failures(cheats.one_after_another(HONEST[dialect]), p=ASLEEP)


@pytest.mark.parametrize("dialect", ["delegating", "coroutine", "blocking"])
def test_a_sleep_that_is_too_short_is_caught_by_the_judge_and_by_the_ledgers_own_clock(dialect: str) -> None:
    assert {"deadlines", "results"} <= failures(waits_a_twentieth(HONEST[dialect]), p=LONG)


def test_a_round_too_few_is_caught() -> None:
    assert "results" in failures(HONEST["blocking"], FEWER_ROUNDS)


def test_a_wording_that_knows_the_formula_cannot_be_told_from_one_that_computes() -> None:
    """Results are all that is seen of computing: whoever writes a wording could have them by a short cut."""
    assert failures(HONEST["coroutine"], SHORT_CUT) == set()


@pytest.mark.parametrize("name", ["polling", "generator", "yield-from", "asyncio", "threads", "process-pool"])
def test_an_honest_model_is_not_flagged(name: str) -> None:
    if name == "process-pool":
        assert failures(models.get("process-pool").sized(2)) == set()  # type: ignore[misc]
    else:
        assert failures(models.get(name)) == set()
