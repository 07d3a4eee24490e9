"""interference: what its judge and promises hold ticker and hog to, and who is caught that spares one."""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from concbench.measure.execution import cell_of
from concbench.measure.witness import bear_witness
from concbench.models import index
from concbench.models.base import BlockingRuntime, Model
from concbench.workloads.computing import interference, ticking
from concbench.workloads.computing.interference import SURE_STEPS, WORKLOAD, Params
from concbench.workloads.steps import after, start_of

pytestmark = pytest.mark.measured_side

ASYNCIO = index.get("asyncio")
HERE = (7, 0, 1)
SURE = Params(steps=SURE_STEPS)
FEW = Params(ticks=3, interval=0.02, steps=100)
SALT = 40


def as_if(p: Params, begun: float = 100.0, busy: float = 1.0) -> list[Any]:
    """Return results as of an honest loop: a tick each 1/64 s, and a chunk beside it, ``busy`` of that."""
    ticks = [(100 + tick / 64, 100 + tick / 64 + p.interval + 0.001) for tick in range(p.ticks)]
    hog = []
    for turn in range(p.ticks):
        asked, back = begun + turn / 64, begun + (turn + busy) / 64
        hog.append((asked, (asked, back, after(start_of(SALT + turn), p.steps), HERE), back))
    return [(SALT, ticks), (HERE, hog)]


def test_the_judge_accepts_a_ticker_beside_a_hog_that_is_at_work() -> None:
    assert interference.judge(as_if(SURE), SURE, SALT) is None
    assert interference.judge(as_if(SURE)[:1], replace(SURE, to="none"), SALT) is None


def put(results: list[Any], task: int, place: int, what: Any) -> None:
    results[task][1][place] = what


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (lambda both: both.pop(), "1 results instead of 2"),
        (lambda both: both.__setitem__(0, (41, both[0][1])), "the ticker returned (41, "),
        (lambda both: both[0][1].pop(), "the ticker ticked 19 times instead of 20"),
        (lambda both: put(both, 0, 2, None), "the ticker returned None instead of (armed, woke)"),
        (lambda both: put(both, 0, 2, (100.032, 100.034)), "slept 0.002000 s of its 0.005000 s at tick 2"),
        (lambda both: put(both, 0, 2, (100.005, 100.04)), "armed tick 2 before the last one was over"),
        (lambda both: both.__setitem__(1, None), "the hog returned None"),
        (lambda both: both[1][1].clear(), "the hog computed nothing"),
        (lambda both: both[1][1].reverse(), "the hog call 0 computed"),
        (lambda both: both.__setitem__(1, ((7, 0, 2), both[1][1])), "in another thread, not as to=inline"),
    ],
)
def test_the_judge_refuses_changed_results(change: Callable[[list[Any]], Any], wrong: str) -> None:
    results = as_if(SURE)
    change(results)
    assert wrong in str(interference.judge(results, SURE, SALT))


def test_the_judge_refuses_a_hog_that_somebody_kept_from_working() -> None:
    late = interference.judge(as_if(SURE, begun=100.25), SURE, SALT)
    assert str(late).startswith("the hog began 0.0")
    assert "was at work" in str(interference.judge(as_if(SURE, busy=0.375), SURE, SALT))
    assert interference.judge(as_if(SURE, busy=0.625), SURE, SALT) is None


def test_short_runs_and_short_chunks_say_nothing_of_how_much_the_hog_was_at_work() -> None:
    few = replace(SURE, ticks=3)
    assert interference.judge(as_if(few, busy=1 / 64), few, SALT) is None
    short = replace(SURE, steps=SURE_STEPS - 1)
    assert interference.judge(as_if(short, busy=1 / 64), short, SALT) is None


def test_lateness_is_told_of_every_tick_and_what_the_hog_got_done() -> None:
    told = WORKLOAD.records(as_if(SURE), SURE)
    assert told["lateness_p50_ns"] == pytest.approx(1e6, abs=1)
    assert len(told["lateness_ns"]) == 20
    assert told["chunks"] == 20


def test_parameters_that_cannot_be_are_named() -> None:
    with pytest.raises(ValueError, match="to must be one of none, inline, thread, process, interpreter"):
        Params(to="mars")
    with pytest.raises(ValueError, match="steps must be"):
        Params(steps=0)


def cheating(**primitives: Any) -> Model:
    """Return asyncio with other primitives in the place of its own."""

    @contextmanager
    def open_session() -> Iterator[Any]:
        with ASYNCIO.open() as honest:
            yield SimpleNamespace(rt=replace(honest.rt, **primitives), run=honest.run)

    return replace(ASYNCIO, name="cheating", open=open_session)


def one_after_another() -> Model:
    @contextmanager
    def open_session() -> Iterator[Any]:
        with ASYNCIO.open() as honest:

            def run(factories: Sequence[Any]) -> list[Any]:
                return [honest.run([factory])[0] for factory in factories]

            yield SimpleNamespace(rt=honest.rt, run=run)

    return replace(ASYNCIO, name="one after another", open=open_session)


async def waking_early(_seconds: float) -> None:
    await asyncio.sleep(0.001)


async def in_place(function: Any) -> Any:
    await asyncio.sleep(0)
    return function()


async def computing_less(call: Any) -> Any:
    return await asyncio.to_thread(partial(call.func, call.args[0], 0))


def witnessed(model: Model, p: Params, without: Sequence[str] = ()) -> set[str]:
    with model.open() as session:
        return set(bear_witness(cell_of(WORKLOAD, p, model, session), seconds=10, without=without).failures)


@pytest.mark.parametrize(
    ("model", "p", "checks"),
    [
        (cheating(sleep=waking_early), FEW, {"results", "deadlines", "unwatched"}),
        (cheating(switch=partial(asyncio.sleep, 0.2)), SURE, {"results"}),
        (cheating(offload=in_place), replace(FEW, to="thread"), {"results"}),
        (cheating(offload=computing_less), replace(FEW, to="thread"), {"results"}),
        (one_after_another(), FEW, {"overlap", "unwatched"}),
    ],
    ids=["wakes early", "holds the hog back", "in place", "computes less", "one after another"],
)
def test_a_cheat_is_caught_by_the_check_that_says_so_and_passes_without_it(
    model: Model, p: Params, checks: set[str]
) -> None:
    assert witnessed(model, p) == checks
    assert witnessed(model, p, without=[*checks]) == set()


def test_a_fast_clock_that_hides_short_sleeps_is_caught_by_the_ledger_s(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = time.perf_counter
    monkeypatch.setattr(ticking, "now", lambda: 40 * now())
    p = replace(FEW, to="none")
    assert witnessed(cheating(sleep=waking_early), p) == {"deadlines", "unwatched"}
    assert witnessed(cheating(sleep=waking_early), p, without=["deadlines"]) == set()


@pytest.mark.parametrize(("to", "given_way"), [("inline", 1), ("thread", 0)])
def test_a_greenlet_that_hands_a_chunk_over_need_not_give_way_besides(to: str, given_way: int) -> None:
    """It has waited already, as a coroutine that awaits it has."""
    slept: list[float] = []
    rt = BlockingRuntime(sleep=slept.append, offload=lambda call: call())
    ticker, hog = ticking.gevent(rt, Params(ticks=1, interval=0.5, steps=1, to=to))
    ticker()
    hog()
    assert slept == [0.5] + [0] * given_way
