"""offload: what its judge and promises hold calls to, and who is caught that makes them otherwise."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from concbench.measure.execution import WrongResult, cell_of
from concbench.measure.witness import bear_witness
from concbench.models import helpers, index
from concbench.models.base import Model
from concbench.models.capabilities import NotLent
from concbench.workloads.base import NotExpressible
from concbench.workloads.computing import handing, offload
from concbench.workloads.computing.handing import SURE_STEPS
from concbench.workloads.computing.offload import WORKLOAD, Params
from concbench.workloads.steps import after, start_of

pytestmark = pytest.mark.measured_side

ASYNCIO = index.get("asyncio")
HERE, THERE = (7, 0, 1), (7, 0, 2)
FEW = Params(tasks=3, calls=2, steps=5)
MANY = replace(FEW, calls=10)


def as_if(p: Params, salt: int = 40, place: Any = THERE) -> list[Any]:
    """Return results as an honest loop has them: tasks ask in turn, and then all answers come."""
    results = []
    for task in range(p.tasks):
        calls = []
        for turn in range(p.calls):
            at = float(100 * turn + task)
            value = after(start_of(salt + task * p.calls + turn), p.steps)
            calls.append((at, (at + 10, at + 20, value, place), at + 50))
        results.append((HERE, calls))
    return results


def judged(results: Any, p: Params = FEW) -> str | None:
    return offload.judge(results, p, 40)


def test_the_judge_accepts_calls_that_were_made_elsewhere_between_asking_and_return() -> None:
    assert judged(as_if(FEW)) is None


@pytest.mark.parametrize(
    ("place", "to", "wrong"),
    [
        (HERE, "thread", "call 0 was made by its task itself, not as to=thread says"),
        (HERE, "inline", None),
        (THERE, "inline", "in another thread, not as to=inline"),
        (THERE, "process", "in another thread, not as to=process"),
        ((8, 0, 1), "process", None),
        ((8, 0, 1), "thread", "in another process, not as to=thread"),
        ((7, 3, 2), "interpreter", None),
        ((7, 3, 2), "thread", "in another interpreter, not as to=thread"),
        ((8, 3, 1), "interpreter", "in another process, not as to=interpreter"),
    ],
)
def test_the_judge_looks_at_where_calls_were_made(place: Any, to: str, wrong: str | None) -> None:
    p = replace(FEW, to=to)
    said = judged(as_if(p, place=place), p)
    assert said is None if wrong is None else wrong in str(said)


def changed(change: Callable[[list[Any]], Any]) -> str | None:
    results = as_if(FEW)
    change(results)
    return judged(results)


SECOND = after(41, 5), THERE
"""What the second call of the first task tells, but for when."""


def put(results: list[Any], task: int, turn: int, call: Any) -> None:
    results[task][1][turn] = call


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (lambda all_: all_.pop(), "2 results instead of 3"),
        (lambda all_: all_[1][1].pop(), "task 1 made 1 calls instead of 2"),
        (lambda all_: put(all_, 0, 0, None), "task 0 returned"),
        (lambda all_: all_.__setitem__(2, 5), "task 2 returned 5 instead of where it ran and its calls"),
        (lambda all_: all_.reverse(), "task 0 call 0 computed"),
        (lambda all_: put(all_, 0, 1, (100.0, (90.0, 95.0, *SECOND), 150.0)), "call 1 was not made"),
        (lambda all_: put(all_, 0, 1, (20.0, (30.0, 31.0, *SECOND), 150.0)), "call 1 was not made"),
        (lambda all_: put(all_, 0, 1, (100.0, (110.0, 160.0, *SECOND), 150.0)), "call 1 was not made"),
    ],
)
def test_the_judge_refuses_changed_results(change: Callable[[list[Any]], Any], wrong: str) -> None:
    assert wrong in str(changed(change))


def test_the_judge_refuses_a_loop_that_one_task_had_to_itself() -> None:
    results = as_if(MANY)
    _, calls = results[2]
    late = [(at + 1e3, (b + 1e3, e + 1e3, v, w), back + 1e3) for at, (b, e, v, w), back in calls]
    said = judged([*results[:2], (HERE, late)], MANY)
    assert said == "task 0 had its last call back before task 2 asked for its first, in the same thread"
    threads = [((7, 0, 10 + place), calls) for place, (_, calls) in enumerate([*results[:2], (HERE, late)])]
    assert judged(threads, MANY) is None  # threads begin when they do
    short = [(HERE, calls[:2]) for _, calls in [*results[:2], (HERE, late)]]
    assert "in the same thread" not in str(judged(short))  # an answer may be there at the first look


def test_hand_overs_are_told_without_the_calls_themselves() -> None:
    told = handing.hand_overs(as_if(FEW), FEW)
    assert told["latency_p50_ns"] == told["latency_max_ns"] == 40e9
    assert (told["there_p50_ns"], told["back_p99_ns"]) == (10e9, 30e9)


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"to": "mars"}, "to must be one of inline, thread, process, interpreter, not 'mars'"),
        ({"calls": 0}, "calls must be"),
        ({"steps": -1}, "steps must be"),
        ({"workers": 0}, "workers must be"),
    ],
)
def test_parameters_that_cannot_be_are_named(values: dict[str, Any], wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        Params(**values)


def test_what_a_model_has_no_way_for_is_not_expressible() -> None:
    with index.get("threads").open() as session, pytest.raises(NotExpressible) as raised:
        WORKLOAD.factories("blocking", session.rt, Params())
    assert raised.value.reason == "a thread may block, so its user makes the call in place: to=inline is that"
    with pytest.raises(NotExpressible) as raised:
        WORKLOAD.factories("blocking", helpers.RT, Params(to="process"))
    assert raised.value.reason == "the model has nothing that hands a call to another process"
    with ASYNCIO.open() as session:
        lacking = replace(session.rt, executor=partial(refuse, "no interpreters here"))
        with pytest.raises(NotExpressible) as raised:
            WORKLOAD.factories("coroutine", lacking, Params(to="interpreter"))
    assert raised.value.reason == "no interpreters here"


def refuse(reason: str, *_asked: object) -> Any:
    raise NotLent(reason)


def cheating(**primitives: Any) -> Model:
    """Return asyncio with primitives in the place of its own; those are given that, and make theirs of it."""

    @contextmanager
    def open_session() -> Iterator[Any]:
        with ASYNCIO.open() as honest:
            made = {name: make(getattr(honest.rt, name)) for name, make in primitives.items()}
            yield SimpleNamespace(rt=replace(honest.rt, **made), run=honest.run)

    return replace(ASYNCIO, name="cheating", open=open_session)


def in_place_after_a_turn(_own: Any) -> Any:
    async def offload(function: Any) -> Any:
        await asyncio.sleep(0)
        return function()

    return offload


def holding_the_loop_up(_own: Any) -> Any:
    async def offload(function: Any) -> Any:
        told: list[Any] = []
        thread = threading.Thread(target=lambda: told.append(function()))
        thread.start()
        thread.join()
        return told[0]

    return offload


def computing_less(own: Any) -> Any:
    return lambda call: own(partial(call.func, call.args[0], 0))


def remembering(own: Any) -> Any:
    known: dict[Any, Any] = {}

    async def offload(call: Any) -> Any:
        told = known[0] if known else known.setdefault(0, await own(call))
        await asyncio.sleep(0)
        return told[0], told[1], after(*call.args), told[3]  # it can reckon, too

    return offload


def threads_for_processes(_own: Any) -> Any:
    return lambda _kind, _workers, _first: asyncio.to_thread


def one_after_another() -> Model:
    @contextmanager
    def open_session() -> Iterator[Any]:
        with ASYNCIO.open() as honest:

            def run(factories: Sequence[Any]) -> list[Any]:
                return [honest.run([factory])[0] for factory in factories]

            yield SimpleNamespace(rt=honest.rt, run=run)

    return replace(ASYNCIO, name="one after another", open=open_session)


def witnessed(model: Model, p: Params, without: Sequence[str] = ()) -> set[str]:
    with model.open() as session:
        return set(bear_witness(cell_of(WORKLOAD, p, model, session), seconds=10, without=without).failures)


@pytest.mark.parametrize(
    ("model", "p", "checks"),
    [
        (cheating(offload=in_place_after_a_turn), FEW, {"results"}),
        (cheating(offload=computing_less), FEW, {"results"}),
        (cheating(offload=remembering), FEW, {"results"}),
        (cheating(executor=threads_for_processes), replace(FEW, to="process"), {"results"}),
        (cheating(offload=holding_the_loop_up), replace(MANY, tasks=1), {"suspensions", "unwatched"}),
        (cheating(offload=holding_the_loop_up), MANY, {"suspensions", "overlap", "results", "unwatched"}),
        (cheating(offload=holding_the_loop_up), FEW, set()),
        pytest.param(
            one_after_another(),
            Params(2, 2, SURE_STEPS, "process"),
            {"overlap", "unwatched"},
            marks=pytest.mark.nightly,
        ),
    ],
    ids=[
        "in place",
        "less",
        "remembers",
        "threads",
        "holds up one",
        "holds all up",
        "holds up for short",
        "one by one",
    ],
)
def test_a_cheat_is_caught_by_the_check_that_says_so_and_passes_without_it(
    model: Model, p: Params, checks: set[str]
) -> None:
    assert witnessed(model, p) == checks
    assert witnessed(model, p, without=[*checks]) == set()


def test_clocks_that_go_too_slowly_on_both_sides_are_caught_by_the_ledger_s_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = time.perf_counter
    for module, name in ((offload, "now"), (handing, "perf_counter")):
        monkeypatch.setattr(module, name, lambda: now() / 10)
    assert witnessed(ASYNCIO, FEW) == {"handed"}
    assert witnessed(ASYNCIO, FEW, without=["handed"]) == set()


def test_a_timed_run_is_held_to_where_calls_were_made_and_to_nobody_being_held_up() -> None:
    cheats = ((in_place_after_a_turn, "by its task itself"), (holding_the_loop_up, "had its last"))
    for cheat, wrong in cheats:
        model = cheating(offload=cheat)
        with model.open() as session, pytest.raises(WrongResult, match=wrong):
            cell_of(WORKLOAD, MANY, model, session).timed(1)


@pytest.mark.nightly
def test_calls_into_a_process_are_counted_and_their_cpu_time_is_in_the_figures() -> None:
    p = Params(tasks=2, calls=3, steps=SURE_STEPS, to="process")
    with ASYNCIO.open() as session:
        cell = cell_of(WORKLOAD, p, ASYNCIO, session)
        assert bear_witness(cell, seconds=30).counts["call"] == 6
        figures = cell.timed(1).figures
        in_place = cell.at(replace(p, to="inline")).timed(1).figures
        assert figures["cpu_ns"] > 0.5 * in_place["cpu_ns"]  # all of the computing is elsewhere
