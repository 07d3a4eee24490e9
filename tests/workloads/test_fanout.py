"""fanout: answers that only the server can make, requests that overlap and are not too many; its cheats."""

import asyncio
import socket
import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

import pytest

from concbench.drive.workers.launch import WorkerLost, launch
from concbench.measure.companions import beside
from concbench.measure.execution import Cell, WrongResult
from concbench.models import index as models
from concbench.models.asyncio import MODEL as ASYNCIO
from concbench.models.base import Exhausted, Model
from concbench.models.sizes import model_sized
from concbench.models.threads import MODEL as THREADS
from concbench.workloads.base import Workload
from concbench.workloads.sockets.companions.answers import HEAD, answer
from concbench.workloads.sockets.descriptors import require_room
from concbench.workloads.sockets.fanning import Params, asked, server
from concbench.workloads.sockets.fanout import WORKLOAD, coroutine
from tests.measure.cheats import lending, one_after_another, replays, runs_twice
from tests.measure.odd import turn, wait_until
from tests.workloads.beside import answer_of, cell_beside, failed, lingering, nothing_left

pytestmark = pytest.mark.measured_side

PARAMS = Params(tasks=5, rounds=2)
NIGHTLY = pytest.mark.nightly
HOSTILE = Path(__file__).with_name("plugins") / "hostile_fanout.py"


def cheating(wording: Any) -> Workload[Any]:
    return replace(WORKLOAD, versions={**WORKLOAD.versions, "coroutine": wording})


def of_worker(work: Any) -> Any:
    """Return a wording of which each worker does ``work(port, p, numbers)``, and says when it likes."""

    def wording(rt: Any, p: Any) -> list[Any]:
        async def worker(sessions: Any) -> Any:
            numbers = [number for session in sessions for number in session]
            began = rt.now()
            answers = await work(rt.port, p, numbers)
            told = [(began + k * p.delay, began + (k + 1) * p.delay, one) for k, one in enumerate(answers)]
            return began, told, began + p.delay * len(numbers)

        return [partial(worker, sessions) for sessions in p.sessions(rt.salt)]

    return wording


async def asks_all_at_once(port: int, p: Params, numbers: list[int]) -> list[bytes]:
    """Have as many requests in flight as there are: the server is asked on and on, before it answers."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"".join(asked(number, p) for number in numbers))
    answers = [await reader.readexactly(p.size) for _ in numbers]
    writer.close()
    return answers


async def asks_once(port: int, p: Params, numbers: list[int]) -> list[bytes]:
    """Take one answer for all."""
    return await asks_all_at_once(port, p, numbers[:1]) * len(numbers)


async def makes_answers_up(_port: int, p: Params, numbers: list[int]) -> list[bytes]:
    """Ask nobody."""
    return [HEAD.pack(2, 0) + bytes(p.size - HEAD.size) for _ in numbers]


async def has_the_servers_key(_port: int, p: Params, numbers: list[int]) -> list[bytes]:
    """Ask nobody, and work out what the server would have answered."""
    return [answer(asked(number, p), HEAD.pack(2, 0)) for number in numbers]


def one_at_a_time(rt: Any, p: Any) -> list[Any]:
    """Have all workers there, and one of them ask at a time."""
    gate = asyncio.Lock()

    async def alone(factory: Any) -> Any:
        async with gate:
            return await factory()

    return [partial(alone, factory) for factory in coroutine(rt, p)]


CHEATS: Mapping[str, Workload[Any]] = {
    "asks all at once": cheating(of_worker(asks_all_at_once)),
    "asks once": cheating(of_worker(asks_once)),
    "makes answers up": cheating(of_worker(makes_answers_up)),
    "one at a time": cheating(one_at_a_time),
}


LONGER = ("one at a time", "asks once")
"""Cheats that take long, or that the check catches by what it catches another by."""


@pytest.mark.parametrize(
    "cheat", [pytest.param(one, marks=NIGHTLY if one in LONGER else ()) for one in CHEATS]
)
def test_a_dishonest_wording_is_caught_by_what_the_server_answered_alone(cheat: str) -> None:
    assert failed(CHEATS[cheat], PARAMS, ASYNCIO) == {"results"}
    assert failed(CHEATS[cheat], PARAMS, ASYNCIO, without={"results", "unwatched"}) == set()


def slow_clock() -> float:
    """Say that half of the time has passed."""
    return perf_counter() / 2


@pytest.mark.parametrize(
    ("cheat", "check"),
    [
        pytest.param(one_after_another, "results", marks=NIGHTLY),
        pytest.param(runs_twice, "spawned", marks=NIGHTLY),
        (partial(lending, now=slow_clock), "results"),
        (partial(replays, honest_runs=1), "unwatched"),
    ],
)
def test_a_dishonest_model_is_caught(cheat: Any, check: str) -> None:
    assert check in failed(WORKLOAD, PARAMS, cheat(ASYNCIO))


def test_who_works_answers_out_by_the_servers_own_key_is_not_seen() -> None:
    """Undetectable: the key stands in a module that whoever writes a wording can import; a model cannot."""
    assert failed(cheating(of_worker(has_the_servers_key)), PARAMS, ASYNCIO) == set()


def test_a_timed_run_that_takes_less_than_the_server_does_is_refused() -> None:
    with (
        cell_beside(cheating(of_worker(has_the_servers_key)), PARAMS, ASYNCIO) as cell,
        pytest.raises(WrongResult, match=r"cannot take less than 0\.04"),
    ):
        cell.timed(1)


def run_once(cell: Cell) -> list[Any]:
    return list(cell.run(1)[0])


@pytest.mark.parametrize("model", [ASYNCIO, THREADS, models.get("polling")], ids=lambda model: model.name)
@pytest.mark.parametrize("kept", [0, 1])
def test_what_the_server_saw_is_recorded(model: Model, kept: int) -> None:
    with cell_beside(WORKLOAD, replace(PARAMS, kept=kept), model) as cell:
        figures = WORKLOAD.records(run_once(cell), cell.params)
    assert 2 <= figures["in_flight"] <= 5
    assert figures["connections"] == (5 if kept else 10)
    assert ("setup_ns" in figures) == bool(kept)
    assert figures["latency_p50_ns"] >= 20_000_000
    assert figures["server_late_max_ns"] >= figures["server_late_p50_ns"] >= 0


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("kept", [0, 1])
def test_no_port_lingers_after_a_run(kept: int) -> None:
    with cell_beside(WORKLOAD, Params(tasks=20, delay=0.002, kept=kept), ASYNCIO) as cell:
        run_once(cell)
        assert cell.companion is not None
        port = cell.companion.port
        wait_until(lambda: lingering(port) == 0)


def test_the_server_answers_nobody_who_has_gone_and_all_who_are_there() -> None:
    p = Params(delay=0.05)
    with beside(server(p)) as companion:
        for number in range(50):
            with socket.create_connection(("127.0.0.1", companion.port)) as gone:
                gone.sendall(asked(number, p) * 2)
        with socket.create_connection(("127.0.0.1", companion.port), timeout=10) as connection:
            for _ in range(2):  # it has heard of all who closed when it has answered the first time
                connection.sendall(asked(7, p)[:3])
                connection.sendall(asked(7, p)[3:])
                said = connection.recv(p.size, socket.MSG_WAITALL)
    assert said == answer(asked(7, p), said[: HEAD.size])
    assert HEAD.unpack_from(said)[0] == 1


def test_answers_that_no_buffer_holds_come_whole_and_after_each_other() -> None:
    p = Params(delay=0.001, size=1 << 22)
    with beside(server(p)) as companion, socket.socket() as connection, connection.makefile("rb") as came:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 12)
        connection.settimeout(10)
        connection.connect(("127.0.0.1", companion.port))
        connection.sendall(asked(1, p) + asked(2, p))
        said = [came.read(p.size) for _ in range(2)]
    right = [answer(asked(number, p), one[: HEAD.size]) for number, one in zip((1, 2), said, strict=True)]
    assert [one == other for one, other in zip(said, right, strict=True)] == [True, True]


def test_whoever_asks_for_an_earlier_answer_has_it_earlier() -> None:
    soon, late = Params(delay=0.005), Params(delay=0.05)
    with (
        beside(server(soon)) as companion,
        socket.create_connection(("127.0.0.1", companion.port), timeout=10) as connection,
    ):
        connection.sendall(asked(1, late) + asked(2, soon))
        said = [connection.recv(256, socket.MSG_WAITALL) for _ in range(2)]
    assert [one == answer(asked(2, soon), one[: HEAD.size]) for one in said] == [True, False]
    assert said[1] == answer(asked(1, late), said[1][: HEAD.size])


def test_the_judge_refuses_what_is_no_answer() -> None:
    with cell_beside(WORKLOAD, Params(tasks=2, rounds=1, delay=0.002), ASYNCIO) as cell:
        (batch,) = cell.batches(1)
        results = cell.lent.run(batch.factories)
        judge, p, salt = WORKLOAD.judge, cell.params, batch.salt
    (began, [(sent, came, said)], ended), other = results
    assert judge(results, p, salt) is None
    for wrong in (
        [other],
        [other, results[0]],
        [None, other],
        [(began, [], ended), other],
        [(began, [None], ended), other],
        [(began, [(sent, came, said[:-1] + bytes([said[-1] ^ 1]))], ended), other],
        [(began, [(sent, came, HEAD.pack(1, 1) + said[HEAD.size :])], ended), other],
        [(began, [(sent, sent + 0.001, said)], ended), other],
        [(came, [(sent, came, said)], ended), other],
        [(began, [(sent, came, said)], sent), other],
    ):
        assert judge(wrong, p, salt) is not None
    assert judge(results, p, salt + 1) is not None


def test_a_pool_of_one_worker_cannot_have_two_requests_in_flight() -> None:
    one = model_sized("thread-pool:1", ["thread-pool"], models.get)
    assert (
        WORKLOAD.impossible(one, PARAMS) == "2 tasks have to be alive at once, and thread-pool:1 has 1 worker"
    )
    assert WORKLOAD.impossible(one, Params(tasks=2)) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"kept": 2},
        {"size": 8},
        {"delay": 0.0},
        {"delay": 1e6},
        {"size": 1 << 25},
        {"tasks": 0},
        {"rounds": 0},
    ],
)
def test_parameters_that_cannot_be_are_refused_by_name(wrong: Mapping[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Params(**wrong)


def test_sizes_to_verify_have_every_shape() -> None:
    shapes = WORKLOAD.small(Random(1))
    assert {p.kept for p in shapes} == {0, 1}
    assert min(p.tasks for p in shapes) == 1
    assert any(p.sure for p in shapes)


def test_more_connections_than_files_are_exhausted_with_the_number_there_is_room_for() -> None:
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (200, before[1]))
    try:
        require_room(10)
        with pytest.raises(Exhausted, match=r"300 connections .* 200 open files \(ulimit -n\)") as raised:
            require_room(300)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert 10 < raised.value.at < 200


@pytest.mark.nightly
@pytest.mark.parametrize(
    "model", ["asyncio", *(pytest.param(one, marks=NIGHTLY) for one in ("threads", "polling"))]
)
def test_a_server_that_dies_ends_the_cell_in_words_and_nothing_is_left(model: str) -> None:
    said = answer_of(model, HOSTILE, "dying", tasks=5, rounds=2)
    assert said["outcome"] == "crashed"
    assert "Error" in said["reason"]


@pytest.mark.nightly
@pytest.mark.parametrize("model", ["threads", "asyncio"])
def test_a_server_that_hangs_is_waited_for_as_long_as_a_run_may_take(model: str) -> None:
    with nothing_left():
        link = launch(Path(sys.executable), model, plugins=[str(HOSTILE)])
        with pytest.raises(WorkerLost, match=r"no answer within 0\.5 s"):
            link.request(turn("hanging", tasks=3), 0.5)
