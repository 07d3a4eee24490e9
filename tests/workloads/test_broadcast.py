"""broadcast: every client has the message, the slow ones too, and a ticker ticks meanwhile; its cheats."""

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from concbench.measure.execution import WrongResult
from concbench.measure.failures import outcome_of
from concbench.models import index as models
from concbench.models.asyncio import MODEL as ASYNCIO
from concbench.models.base import Model
from concbench.models.threads import MODEL as THREADS
from concbench.workloads.base import Workload, numbers
from concbench.workloads.sockets import broadcast_plainly
from concbench.workloads.sockets.broadcast import WORKLOAD, Params, floor, served
from concbench.workloads.sockets.broadcast_plainly import BUFFER, message, orders, reported
from concbench.workloads.sockets.halls import of_asyncio
from concbench.workloads.sockets.orders import heard, ordered
from concbench.workloads.sockets.plain_halls import plain_hall
from concbench.workloads.sockets.reports import lateness_of, wrong_ticks
from tests.measure.cheats import lending, replays
from tests.workloads.beside import answer_of, cell_beside, failed, open_files

pytestmark = pytest.mark.measured_side

PARAMS = Params(tasks=5, slow=1, size=50_000)
HOSTILE = Path(__file__).with_name("plugins") / "hostile_broadcast.py"
NIGHTLY = pytest.mark.nightly


def cheating(wording: Any, dialect: str = "coroutine") -> Workload[Any]:
    return replace(WORKLOAD, versions={**WORKLOAD.versions, dialect: wording})


async def send(streams: Any, said: bytes) -> None:
    _reader, writer = streams
    writer.write(said)
    writer.close()
    await writer.wait_closed()


def sending(what: Any) -> Any:
    """Return asyncio's wording, which sends what is made of the message."""

    def wording(rt: Any, p: Params) -> Any:
        return served(rt, p, of_asyncio, lambda streams, said: send(streams, what(said)))

    return wording


def sends_too_soon(rt: Any, p: Params) -> list[Any]:
    """Send as soon as somebody is there: the task that holds a connection does not wait for the message."""
    said = message(rt, p)

    async def nothing(_streams: Any, _said: bytes) -> None:
        return None

    def made(value: int) -> Any:
        put, get = rt.queue(value)

        async def get_and_send() -> Any:
            got = await get()
            if type(got) is tuple:
                await send(got, said)
            return got

        return put, get_and_send

    return served(replace(rt, queue=made), p, of_asyncio, nothing)


def ticks_no_more(rt: Any, p: Params) -> list[Any]:
    """Have the ticker tell of its first tick alone."""
    keeper, tick, *others = served(rt, p, of_asyncio, send)

    async def ticker() -> list[float]:
        ticks: list[float] = await tick()
        return ticks[:2]

    return [keeper, ticker, *others]


def returning(number: int) -> int:
    """Be a task that does nothing."""
    return number


def one_thread_for_all(rt: Any, p: Params) -> list[Any]:
    """Have the keeper alone send to all; the tasks of the connections have ended long since."""
    over: list[bool] = []
    ticks: list[float] = []

    def ticker() -> list[float]:
        ticks.append(rt.now())
        while not over:
            rt.sleep(p.interval)
            ticks.append(rt.now())
        return ticks

    def keeper() -> Any:
        with plain_hall(rt, BUFFER) as hall:
            hall.control.sendall(orders(rt, p, hall.port))
            heard(hall.lines.readline())
            connections = [hall.listener.accept()[0] for _ in range(p.tasks)]
            while not ticks:
                rt.sleep(0.001)
            hall.control.sendall(ordered())
            heard(hall.lines.readline())
            since, said = rt.now(), message(rt, p)
            for one in connections:
                broadcast_plainly.send(one, said)
            report = reported(rt, heard(hall.lines.readline()), since)
            over.append(True)
            return report

    return [keeper, ticker, *(partial(returning, number) for number in numbers(rt.salt, p.tasks))]


CHEATS: Mapping[str, tuple[Workload[Any], Model, str]] = {
    "sends other bytes": (cheating(sending(lambda said: said[:-1] + b"?")), ASYNCIO, "results"),
    "sends a part": (cheating(sending(lambda said: said[:-1])), ASYNCIO, "results"),
    "sends more": (cheating(sending(lambda said: said + b"?")), ASYNCIO, "results"),
    "ticks no more": (cheating(ticks_no_more), ASYNCIO, "results"),
    "one thread for all": (cheating(one_thread_for_all, "blocking"), THREADS, "overlap"),
}


LONGER = ("sends more", "sends a part")
"""Cheats that the check catches by what it catches another by."""


@pytest.mark.parametrize(
    "cheat", [pytest.param(one, marks=NIGHTLY if one in LONGER else ()) for one in CHEATS]
)
def test_a_cheat_is_caught_by_one_check_and_passes_without_it(cheat: str) -> None:
    workload, model, check = CHEATS[cheat]
    assert failed(workload, PARAMS, model) - {"unwatched"} == {check}
    assert failed(workload, PARAMS, model, without={check, "unwatched"}) == set()


def test_who_sends_before_it_is_asked_for_is_caught_by_the_clients() -> None:
    with (
        cell_beside(cheating(sends_too_soon), PARAMS, ASYNCIO) as cell,
        pytest.raises(ExceptionGroup) as raised,
    ):
        cell.run(1)
    assert "got something before it was asked for" in outcome_of(raised.value)["reason"]


async def no_sleep(_seconds: float) -> None:
    """Go on at once."""
    await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("cheat", "check"),
    [(partial(lending, sleep=no_sleep), "results"), (partial(replays, honest_runs=1), "unwatched")],
)
def test_a_dishonest_model_is_caught(cheat: Any, check: str) -> None:
    assert check in failed(WORKLOAD, PARAMS, cheat(ASYNCIO))


def forges_the_report(rt: Any, p: Params) -> list[Any]:
    """Make the report up, and have all tasks wait until that is done."""
    gate, there = asyncio.Event(), list[int]()

    async def keeper() -> Any:
        while len(there) <= p.tasks:
            await asyncio.sleep(0)
        since = rt.now()
        await asyncio.sleep(0)
        report = {"seed": rt.salt, "verified": p.tasks, "since": since, "until": rt.now()}
        await asyncio.sleep(p.interval)
        gate.set()
        return report

    async def ticker() -> list[float]:
        ticks = [rt.now()]
        there.append(0)
        while not gate.is_set():
            await asyncio.sleep(p.interval)
            ticks.append(rt.now())
        return ticks

    async def one(number: int) -> int:
        there.append(number)
        await gate.wait()
        return number

    return [keeper, ticker, *(partial(one, number) for number in numbers(rt.salt, p.tasks))]


def test_a_wording_that_forges_the_report_is_not_seen_and_is_refused_in_timed_runs_by_its_time() -> None:
    """Undetectable by the witness: the report is what a task returns. The slow clients take their time."""
    assert failed(cheating(forges_the_report), PARAMS, ASYNCIO) == set()
    slow = Params(tasks=5, slow=1, size=200_000, pace=0.01)
    with (
        cell_beside(cheating(forges_the_report), slow, ASYNCIO) as cell,
        pytest.raises(WrongResult, match=r"cannot take less than 0\.25"),
    ):
        cell.timed(1)


@pytest.mark.parametrize("model", [ASYNCIO, THREADS, models.get("polling")], ids=lambda model: model.name)
def test_what_clients_and_ticker_saw_is_recorded(model: Model) -> None:
    with cell_beside(WORKLOAD, PARAMS, model) as cell:
        figures = WORKLOAD.records(cell.timed(1).results[0], PARAMS)
    assert 0 < figures["latency_p50_ns"] <= figures["latency_max_ns"] == figures["fast_ns"]
    assert figures["all_ns"] >= 1e9 * floor(PARAMS)
    assert figures["ticks"] >= 1
    assert len(figures["lateness_ns"]) == figures["ticks"]
    assert figures["lateness_p50_ns"] <= figures["lateness_p99_ns"] <= figures["lateness_max_ns"]
    assert 0 < figures["slow_rcvbuf"] < figures["rcvbuf"]
    assert figures["nodelay"] == 1


def test_a_slow_client_does_not_keep_the_fast_ones_waiting() -> None:
    slow = Params(tasks=5, slow=1, size=200_000, pace=0.005)
    with cell_beside(WORKLOAD, slow, ASYNCIO) as cell:
        figures = WORKLOAD.records(cell.run(1)[0], slow)
    assert figures["fast_ns"] < 1e9 * floor(slow) <= figures["all_ns"]


def test_lateness_is_that_of_the_ticks_meanwhile() -> None:
    ticks = [0.0, 2.0, 5.0, 7.5, 9.5]
    figures = lateness_of(ticks, 2.0, since=2.5, until=6.0)
    assert (figures["ticks"], figures["early_ticks"]) == (2, 0)
    assert "early" not in figures  # of that the share of tasks is told, and ticks are none
    assert figures["lateness_ns"] == [500_000_000, 1_000_000_000]
    assert wrong_ticks(ticks, 2.0, 0.5, 9.5) is None


@pytest.mark.parametrize(
    ("ticks", "since", "until"),
    [
        ([0.0], 0.0, 0.0),
        ([0.0, 1.0], 0.5, 1.5),
        ([0.6, 1.7], 0.5, 1.0),
        ([0.0, 0.5, 1.5], 0.1, 1.0),
        ([0, 1.0], 0.1, 0.9),
        (None, 0.1, 0.9),
        ([0.0, 1.0], None, 0.9),
        ([0.0, 1.0], 0.9, 0.1),
    ],
)
def test_a_ticker_that_left_something_out_is_refused(ticks: Any, since: Any, until: Any) -> None:
    assert wrong_ticks(ticks, 1.0, since, until) is not None


def test_no_tick_can_be_left_out_unseen() -> None:
    with cell_beside(WORKLOAD, PARAMS, ASYNCIO) as cell:
        report, ticks, *_ = cell.run(1)[0]
    assert all(after > before for before, after in pairwise(ticks))
    assert ticks[0] <= report["since"] <= report["until"] <= ticks[-1]


def test_the_judge_refuses_what_no_honest_run_returns() -> None:
    with cell_beside(WORKLOAD, PARAMS, ASYNCIO) as cell:
        (batch,) = cell.batches(1)
        report, ticks, *served_by = cell.lent.run(batch.factories)
    judge, salt = WORKLOAD.judge, batch.salt
    assert judge([report, ticks, *served_by], PARAMS, salt) is None
    for wrong in (
        [report, *served_by],
        [None, ticks, *served_by],
        [report, ticks[:1], *served_by],
        [report, ticks, *served_by[::-1]],
        [report | {"verified": 4}, ticks, *served_by],
        [report | {"fault": "it was late"}, ticks, *served_by],
        [{"seed": salt, "verified": 5}, ticks, *served_by],
    ):
        assert judge(wrong, PARAMS, salt) is not None


@pytest.mark.parametrize(
    "wrong",
    [{"tasks": 0}, {"tasks": 5000}, {"slow": 50}, {"size": 1 << 25}, {"pace": 0}, {"interval": 0.001}],
)
def test_parameters_that_cannot_be_are_refused_by_name(wrong: Mapping[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Params(**wrong)


@pytest.mark.nightly
@pytest.mark.parametrize("model", ["threads", "asyncio"])
def test_clients_that_die_in_the_middle_end_the_cell_in_words(model: str) -> None:
    said = answer_of(model, HOSTILE, "dying", tasks=5, slow=1)
    assert said["outcome"] == "crashed"
    assert "Error" in said["reason"] or "hung up" in said["reason"]


@pytest.mark.nightly
def test_a_client_that_stops_reading_is_given_up_and_the_cell_says_so() -> None:
    said = answer_of("asyncio", HOSTILE, "deaf", tasks=5, slow=1)
    assert said["outcome"] == "crashed"
    assert "Connection reset by peer" in said["reason"]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("model", [ASYNCIO, THREADS, models.get("polling")], ids=lambda model: model.name)
def test_a_run_leaves_no_descriptor_open(model: Model) -> None:
    with cell_beside(WORKLOAD, PARAMS, model) as cell:
        cell.run(1)
        before = open_files()
        cell.run(3)
        assert open_files() <= before
