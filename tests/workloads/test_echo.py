"""echo: servers by each API serve and are verified; its cheats, and companions that die, hang and lie."""

import asyncio
import os
import selectors
import socket
import sys
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pytest

from concbench.drive.workers.launch import WorkerLost, launch
from concbench.measure.execution import WrongResult, opening
from concbench.models import index as models
from concbench.models.asyncio import MODEL as ASYNCIO
from concbench.models.base import Exhausted, Model
from concbench.models.sizes import model_sized
from concbench.models.threads import MODEL as THREADS
from concbench.workloads.base import PRESETS, NotExpressible, Preset, Workload
from concbench.workloads.sockets import echo_ways, echoing
from concbench.workloads.sockets.echo import APIS, WORKLOAD, Params
from concbench.workloads.sockets.echo_ways import CHUNK, orders
from concbench.workloads.sockets.orders import connected, heard, listening
from tests.measure.cheats import lending, one_after_another, replays, runs_twice
from tests.measure.odd import is_running, turn, wait_until
from tests.models.apart import tried
from tests.workloads.beside import cell_beside, failed, witnessed
from tests.workloads.plugins import hostile_echo

pytestmark = pytest.mark.measured_side

PARAMS = Params(connections=3, requests=4, payload=64)
RAW = replace(PARAMS, api="raw")
NIGHTLY = pytest.mark.nightly
HOSTILE = Path(hostile_echo.__file__)
POLLING = models.get("polling")


def check_served(name: str, api: str, *more: str) -> None:
    params = Params(api, 3, *map(int, more)) if more else replace(PARAMS, api=api)
    model = models.get(name)
    try:
        seen = witnessed(WORKLOAD, params, model)
    except NotExpressible as cannot:
        assert "no " in cannot.reason or "never" in cannot.reason  # noqa: PT017
        return
    assert seen.failures == {}
    assert seen.counts["request"] == 3 * params.requests


@pytest.mark.parametrize(
    ("name", "api"),
    [
        *(("asyncio", api) for api in ("usual", "protocol", "raw")),
        *((name, "raw") for name in ("threads", "polling")),
        *(
            pytest.param(name, api, marks=NIGHTLY)
            for name, api in (
                ("threads", "streams"),
                *product(("generator", "yield-from", "thread-pool"), APIS),
            )
        ),
    ],
)
def test_a_server_by_each_api_serves_all_requests_and_they_are_counted(name: str, api: str) -> None:
    check_served(name, api)


def test_threads_serve_where_a_system_has_connections_inherit_that_a_listener_does_not_block(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As the BSDs and macOS have it: what a thread is given has to block all the same."""
    accept = socket.socket._accept  # type: ignore[attr-defined]

    def inheriting(listener: socket.socket) -> tuple[int, Any]:
        descriptor, address = accept(listener)
        os.set_blocking(descriptor, os.get_blocking(listener.fileno()))
        return descriptor, address

    monkeypatch.setattr(socket.socket, "_accept", inheriting)
    check_served("threads", "raw")


@NIGHTLY
@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize(
    "name", ["uvloop", "rloop", "zuvloop", "trio", "anyio-asyncio", "anyio-trio", "curio", "tinyio", "gevent"]
)
def test_a_server_of_each_librarys_own_serves_or_says_what_the_library_lacks(name: str, api: str) -> None:
    tried(check_served, name, api)
    tried(check_served, name, api, "2", "300000")


@pytest.mark.parametrize("api", ["protocol", "streams"])
def test_a_loop_that_polls_has_bare_sockets_alone(api: str) -> None:
    with (
        cell_beside(WORKLOAD, replace(PARAMS, api=api), POLLING) as cell,
        pytest.raises(NotExpressible, match=r"^an object that is polled has no (protocols|streams)"),
    ):
        cell.factories()


def test_pools_of_other_memory_and_pools_that_are_too_small_cannot_serve() -> None:
    assert "no shared memory" in str(WORKLOAD.impossible(models.get("process-pool"), PARAMS))
    pool = model_sized("thread-pool:3", ["thread-pool"], models.get)
    assert (
        WORKLOAD.impossible(pool, PARAMS)
        == "4 tasks have to be alive at once, and thread-pool:3 has 3 workers"
    )
    assert WORKLOAD.impossible(pool, Params(connections=2)) is None


@pytest.mark.parametrize("preset", PRESETS)
def test_of_so_many_connections_the_usual_server_in_a_closed_loop_comes_first(preset: Preset) -> None:
    """Of points of one size a report answers a question at the first."""
    first = next(one for one in WORKLOAD.points(preset) if one.connections == 10)
    assert (first.api, first.payload, first.share) == ("usual", 1024, 0.0)


def test_what_the_clients_saw_is_recorded() -> None:
    with cell_beside(WORKLOAD, PARAMS, ASYNCIO) as cell:
        figures = cell.records(cell.run(1)[0])
    assert figures["latency_p50_ns"] <= figures["latency_p99_ns"] <= figures["latency_max_ns"]
    assert len(figures["latency_ns"]) == 12
    assert figures["requests_per_s"] == pytest.approx(12e9 / figures["traffic_ns"])
    assert {"setup_ns", "teardown_ns", "companion_busy", "sndbuf", "rcvbuf"} <= {*figures}
    assert figures["nodelay"] == 1
    assert "closed_per_s" not in figures


def test_an_open_loop_records_the_rate_of_the_closed_one() -> None:
    with cell_beside(WORKLOAD, replace(PARAMS, share=0.5), THREADS) as cell:
        figures = cell.records(cell.run(1)[0])
    assert figures["closed_per_s"] > figures["requests_per_s"]


# cheats


def cheating(wording: Any, dialect: str = "coroutine") -> Workload[Any]:
    return replace(WORKLOAD, versions={**WORKLOAD.versions, dialect: wording})


class Spoiling(asyncio.Protocol):
    """Has what it stands before write another byte than it wants to."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def data_received(self, data: bytes) -> None:
        self.inner.data_received(data)

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.inner.connection_made(self)

    def write(self, data: bytes) -> None:
        self.transport.write(data[:-1] + bytes([data[-1] ^ 1]))


def spoils(honest: Model) -> Model:
    """Lend a loop whose transports save the trouble of sending what was received."""

    class Loop:
        def __getattr__(self, name: str) -> Any:
            return getattr(asyncio.get_running_loop(), name)

        def create_server(self, make: Any, **about: Any) -> Any:
            return asyncio.get_running_loop().create_server(lambda: Spoiling(make()), **about)

    return lending(honest, loop=Loop)


def asks_for_less(rt: Any, p: Params) -> list[Any]:
    """Have half of the requests sent."""
    return echoing.coroutine(rt, replace(p, requests=p.requests // 2))


def asks_for_the_same(rt: Any, p: Params) -> list[Any]:
    """Have the same bytes sent in each run."""
    return echoing.coroutine(replace(rt, salt=7), p)


def serves_alone(rt: Any, p: Params) -> list[Any]:
    """Have one thread serve all connections by a selector, and the others end at once."""

    def serve() -> dict[str, Any]:
        with listening() as listener, connected(rt.port) as control, selectors.DefaultSelector() as selector:
            control.sendall(orders(rt, p, listener.getsockname()[1]))
            selector.register(listener, selectors.EVENT_READ)
            selector.register(control, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select():
                    one: Any = key.fileobj
                    if one is listener:
                        selector.register(one.accept()[0], selectors.EVENT_READ)
                    elif one is control:
                        return heard(control.makefile("rb").readline()) | {"served_by": p.connections}
                    elif data := one.recv(CHUNK):
                        one.sendall(data)
                    else:
                        selector.unregister(one)
                        one.close()

    def idle(number: int) -> int:
        return number

    return [serve, *(partial(idle, rt.salt + index) for index in range(p.connections))]


def by_callbacks(rt: Any, p: Params) -> list[Any]:
    """Have no task for any connection: what comes in is sent back by a callback of the loop's."""

    async def serve() -> dict[str, Any]:
        return await echoing.over_protocols(rt, p)

    return [serve]


def idles_beside(rt: Any, p: Params) -> list[Any]:
    """Make a task that nobody needs."""

    async def idle() -> None:
        await rt.switch()

    async def serve() -> dict[str, Any]:
        report, _ = await rt.join([partial(echoing.over_sockets, rt, p), idle])
        return dict(report)

    return [serve]


def makes_it_up(rt: Any, p: Params) -> list[Any]:
    """Serve nobody, and return what the companion would have reported."""

    async def serve() -> dict[str, Any]:
        return {"seed": rt.salt, "verified": p.connections * p.requests, "traffic_ns": 5, "options": {}}

    return [serve]


@pytest.mark.parametrize(
    ("wording", "said"),
    [
        (asks_for_less, r"verified 6 replies of 12"),
        pytest.param(asks_for_the_same, r"drawn from 7, not of this run's", marks=NIGHTLY),
    ],
)
def test_a_wording_that_asks_for_less_is_caught_by_the_judge_alone(wording: Any, said: str) -> None:
    assert failed(cheating(wording), PARAMS, ASYNCIO) == {"results"}
    assert failed(cheating(wording), PARAMS, ASYNCIO, without={"results", "unwatched"}) == set()
    with cell_beside(cheating(wording), PARAMS, ASYNCIO) as cell, pytest.raises(WrongResult, match=said):
        cell.timed(1)


def test_a_loop_that_sends_other_bytes_is_caught_by_the_clients_alone() -> None:
    params = replace(PARAMS, api="protocol")
    seen = witnessed(WORKLOAD, params, spoils(ASYNCIO))
    assert {*seen.failures} == {"results"}
    assert "got another byte than it had sent, at 63 of its message 1" in seen.failures["results"]


def test_a_thread_that_serves_all_connections_is_caught_by_the_overlap_alone() -> None:
    alone = cheating(serves_alone, "blocking")
    assert "overlap" in failed(alone, PARAMS, THREADS)
    assert failed(alone, PARAMS, THREADS, without={"overlap", "unwatched"}) == set()


@NIGHTLY
def test_a_server_without_tasks_where_each_connection_has_one_is_caught() -> None:
    assert {"spawned", "overlap"} <= failed(cheating(by_callbacks), RAW, ASYNCIO)


@NIGHTLY
def test_a_model_that_runs_twice_is_caught() -> None:
    assert "spawned" in failed(WORKLOAD, PARAMS, runs_twice(ASYNCIO))


@NIGHTLY
def test_a_model_that_returns_an_earlier_report_is_caught() -> None:
    assert "unwatched" in failed(WORKLOAD, PARAMS, replays(ASYNCIO, honest_runs=1))


@NIGHTLY
def test_threads_one_after_another_serve_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(echo_ways, "PATIENCE", 0.2)
    assert {"results", "overlap"} <= failed(WORKLOAD, PARAMS, one_after_another(THREADS))


@NIGHTLY
def test_a_wording_that_makes_the_report_up_is_not_seen() -> None:
    """Undetectable: the report comes by way of the task, and whoever writes a wording can write one."""
    assert failed(cheating(makes_it_up), PARAMS, ASYNCIO) == set()


def test_the_judge_refuses_what_is_no_report_of_this_run() -> None:
    report = {"seed": 5, "verified": 12, "served_by": 3}
    judge = WORKLOAD.judge
    assert judge([report, 5, 6, 7], PARAMS, 5) is None
    assert judge([{"seed": 5, "verified": 12}], PARAMS, 5) is None
    for wrong in (
        [],
        [None, 5, 6, 7],
        [report, 5, 6],
        [report, 5, 6, 8],
        [report | {"served_by": "3"}, 5, 6, 7],
        [report | {"verified": 11}, 5, 6, 7],
        [report | {"verified": None}, 5, 6, 7],
        [report | {"fault": "connection 0 got another byte"}, 5, 6, 7],
        [{"seed": 5, "verified": 12}, 5],
    ):
        assert judge(wrong, PARAMS, 5) is not None
    assert judge([report, 6, 7, 8], PARAMS, 6) is not None


@pytest.mark.parametrize(
    "wrong",
    [
        {"api": "tls"},
        {"connections": 0},
        {"requests": 0},
        {"payload": 0},
        {"share": 1.5},
        {"payload": 1 << 21},
    ],
)
def test_parameters_that_cannot_be_are_refused_by_name(wrong: Mapping[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Params(**wrong)


def test_sizes_to_verify_have_every_shape() -> None:
    shapes = [p for seed in range(30) for p in WORKLOAD.small(Random(seed))]
    assert {p.api for p in shapes} == set(APIS)
    assert min(p.connections * p.requests * p.payload for p in shapes) == 1
    assert max(p.payload for p in shapes) > 4 * (1 << 16)
    assert any(p.share for p in shapes)


# companions that are not what they should be


def descriptors() -> int:
    return len(os.listdir("/dev/fd"))  # noqa: PTH208


def children() -> set[str]:
    """Return the processes that this one has started, and that have not been waited for."""
    lists = Path("/proc/self/task").glob("*/children")
    return {pid for one in lists for pid in one.read_text().split()}


@contextmanager
def nothing_left() -> Any:
    """Hold that no descriptor and no child is left behind."""
    before, known = descriptors(), children()
    yield
    wait_until(lambda: descriptors() <= before)
    wait_until(lambda: children() <= known)


@pytest.mark.skipif(sys.platform != "linux", reason="counts what is open in /dev/fd")
@pytest.mark.parametrize(
    "model", [ASYNCIO, *(pytest.param(one, marks=NIGHTLY) for one in (THREADS, POLLING))]
)
def test_runs_leave_no_descriptor_and_no_process_behind(model: Model) -> None:
    witnessed(WORKLOAD, PARAMS, model)  # what is only opened once
    with nothing_left(), cell_beside(WORKLOAD, PARAMS, model) as cell:
        cell.run(1)
        before = descriptors()
        cell.run(20)
        assert descriptors() <= before


HUNG_UP = "hung up before it had reported|ConnectionResetError|BrokenPipe"
WITH_COMPANIONS = [
    ("asyncio", "dying", "crashed", HUNG_UP),
    *(
        pytest.param(model, hostile, outcome, said, marks=NIGHTLY)
        for model in ("asyncio", "threads", "polling", "yield-from")
        for hostile, outcome, said in (
            ("dying", "crashed", HUNG_UP),
            ("dying-in-traffic", "crashed", HUNG_UP),
            ("hanging-up", "crashed", HUNG_UP),
            ("lying", "invalid", "not of this run's"),
            ("talking", "", ""),
        )
    ),
]


@pytest.mark.parametrize(("model", "hostile", "outcome", "said"), WITH_COMPANIONS)
def test_a_companion_that_fails_ends_the_cell_in_words(
    model: str, hostile: str, outcome: str, said: str
) -> None:
    link = launch(Path(sys.executable), model, plugins=[str(HOSTILE)])
    values = {"connections": 3, "requests": 4}
    name = f"echo-{hostile}"
    answer = link.request({"op": "witness", "workload": name, "params": values, "seconds": 20.0}, 60.0)
    link.kill()
    assert answer.get("outcome", "") == outcome
    if outcome:
        assert any(one in answer["reason"] for one in said.split("|"))


@pytest.mark.skipif(sys.platform != "linux", reason="finds processes in /proc")
@NIGHTLY
@pytest.mark.parametrize("hostile", ["hanging", "deaf"])
@pytest.mark.parametrize("model", ["asyncio", "threads"])
def test_a_companion_that_hangs_is_waited_for_as_long_as_a_run_may_take(
    hostile: str, model: str, tmp_path: Path
) -> None:
    place, plugin = tmp_path / "pid", tmp_path / "hanging.py"
    plugin.write_text(f"PLACE = {str(place)!r}\n{HOSTILE.read_text()}", encoding="utf-8")
    link = launch(Path(sys.executable), model, plugins=[str(plugin)])
    with pytest.raises(WorkerLost, match="no answer within 1 s"):
        link.request(turn(f"echo-{hostile}", connections=2, requests=2), 1.0)
    pid = int(place.read_text())
    wait_until(lambda: not is_running(pid))


def test_more_connections_than_files_are_exhausted_before_any_is_made() -> None:
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    with cell_beside(WORKLOAD, Params(connections=300), ASYNCIO) as cell:
        resource.setrlimit(resource.RLIMIT_NOFILE, (200, before[1]))
        try:
            with pytest.raises(Exhausted, match=r"300 connections .* 200 open files"):
                cell.run(1)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_threads_whose_companion_is_gone_do_not_wait_for_connections() -> None:
    with listening() as nobody:
        port = nobody.getsockname()[1]
    with opening(THREADS) as session, pytest.raises(ConnectionRefusedError):
        session.run(WORKLOAD.factories("blocking", replace(session.rt, port=port), PARAMS))


def test_a_share_of_which_nobody_waits_for_the_end_is_refused() -> None:
    with pytest.raises(ValueError, match=r"share must be 0, or at least 0\.001, not 1e-300"):
        Params(share=1e-300)
    assert Params(share=0.001).share == 0.001
