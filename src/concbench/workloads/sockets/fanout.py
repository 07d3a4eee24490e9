"""fanout: a client that asks a slow server many times, with so many requests in flight at most.

The server is a process beside the cell, which answers each request after ``delay`` s. So the ideal client
needs ``rounds`` · ``delay``, and what it needs beyond that is its model's: to connect, to write, to wake when
an answer is there. Each of ``tasks`` workers asks ``rounds`` times, one request after the other.

Why workers, and not a task for each request before a semaphore: people write both. Workers are what a pool of
connections comes to, they take no more memory however many requests there are, and a pool of threads or
processes can do the same. (What a semaphore costs, the load ``semaphore`` tells.) ``kept``: a worker keeps
its connection; 0: it has one for each request, as a client without a pool of connections does.

How each says it: asyncio by its streams and curio by one around its socket, which wait for whole answers;
users of trio's and anyio's streams add up what these bring. Threads, pools and gevent call plain sockets.
Loops that poll are told by nobody when a socket is ready, so they ask each one over and over: that is the
finding. tinyio has no sockets: its users hand blocking calls to threads.
"""

from collections.abc import Generator
from functools import partial
from typing import Any

from concbench.models.base import BlockingRuntime, CoroutineRuntime, Factory
from concbench.models.capabilities import Capability
from concbench.workloads.base import Version, Workload
from concbench.workloads.questions import Lanes, Question
from concbench.workloads.sockets import fanning, waiting
from concbench.workloads.sockets.fanning import Params, Sessions, asked, workers
from concbench.workloads.sockets.fanout_polled import delegating, generator, polling
from concbench.workloads.sockets.orders import HOST, connected, non_blocking
from concbench.workloads.sockets.receiving import added_up, received


def coroutine(rt: CoroutineRuntime, p: Params) -> list[Factory]:
    """asyncio's streams, on whatever loop."""
    import asyncio  # noqa: PLC0415

    now, port, size = rt.now, rt.port, p.size

    async def work(sessions: Sessions) -> Any:
        began, answers = now(), []
        for numbers in sessions:
            reader, writer = await asyncio.open_connection(HOST, port)
            try:
                for number in numbers:
                    sent = now()
                    writer.write(asked(number, p))
                    answer = await reader.readexactly(size)
                    answers.append((sent, now(), answer))
            finally:
                writer.close()
            await writer.wait_closed()
        return began, answers, now()

    return workers(rt, p, work)


def rloop(rt: Any, p: Params) -> list[Factory]:
    """rloop's loop with its calls on bare sockets: its transports never close theirs (0.5.0)."""
    import socket  # noqa: PLC0415

    now, port, size = rt.now, rt.port, p.size

    async def work(sessions: Sessions) -> Any:
        began, answers, loop = now(), [], rt.loop()
        for numbers in sessions:
            with non_blocking() as connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                await loop.sock_connect(connection, (HOST, port))
                receive = partial(loop.sock_recv, connection)
                for number in numbers:
                    sent = now()
                    await loop.sock_sendall(connection, asked(number, p))
                    answer = await added_up(receive, size)
                    answers.append((sent, now(), answer))
        return began, answers, now()

    return workers(rt, p, work)


def trio(rt: Any, p: Params) -> list[Factory]:
    """trio's own: streams, which are closed by ``async with``."""
    now, port, size = rt.now, rt.port, p.size

    async def work(sessions: Sessions) -> Any:
        began, answers = now(), []
        for numbers in sessions:
            async with await rt.open_tcp_stream(HOST, port) as stream:
                for number in numbers:
                    sent = now()
                    await stream.send_all(asked(number, p))
                    answer = await added_up(stream.receive_some, size)
                    answers.append((sent, now(), answer))
        return began, answers, now()

    return workers(rt, p, work)


def anyio(rt: Any, p: Params) -> list[Factory]:
    """anyio's own, on asyncio and on trio. (At the end its streams raise ``EndOfStream``.)"""
    now, port, size = rt.now, rt.port, p.size

    async def work(sessions: Sessions) -> Any:
        began, answers = now(), []
        for numbers in sessions:
            async with await rt.connect_tcp(HOST, port) as stream:
                for number in numbers:
                    sent = now()
                    await stream.send(asked(number, p))
                    answer = await added_up(stream.receive, size)
                    answers.append((sent, now(), answer))
        return began, answers, now()

    return workers(rt, p, work)


def curio(rt: Any, p: Params) -> list[Factory]:
    """curio's own: a stream around its socket. (It asks a thread for the address of each host, even this.)"""
    import socket  # noqa: PLC0415

    now, port, size = rt.now, rt.port, p.size

    async def work(sessions: Sessions) -> Any:
        began, answers = now(), []
        for numbers in sessions:
            connection = await rt.open_connection(HOST, port)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            async with connection.as_stream() as stream:
                for number in numbers:
                    sent = now()
                    await stream.write(asked(number, p))
                    answer = await stream.read_exactly(size)
                    answers.append((sent, now(), answer))
        return began, answers, now()

    return workers(rt, p, work)


def answered(connection: Any, number: int, p: Params) -> bytes:
    """Ask, and wait for the whole answer, by plain blocking calls."""
    connection.sendall(asked(number, p))
    return received(connection, p.size)


def blocking(rt: BlockingRuntime, p: Params) -> list[Factory]:
    """Plain sockets."""
    now, port = rt.now, rt.port

    def work(sessions: Sessions) -> Any:
        began, answers = now(), []
        for numbers in sessions:
            with connected(port) as connection:
                for number in numbers:
                    sent = now()
                    answer = answered(connection, number, p)
                    answers.append((sent, now(), answer))
        return began, answers, now()

    return workers(rt, p, work)


def tinyio(rt: Any, p: Params) -> list[Factory]:
    """tinyio's own: a thread for each call that blocks."""
    now, port, offload = rt.now, rt.port, rt.offload

    def work(sessions: Sessions) -> Generator[Any, Any, Any]:
        began, answers = now(), []
        for numbers in sessions:
            connection = yield from offload(partial(connected, port))
            with connection:
                for number in numbers:
                    sent = now()
                    answer = yield from offload(partial(answered, connection, number, p))
                    answers.append((sent, now(), answer))
        return began, answers, now()

    return workers(rt, p, work)


WORKLOAD = Workload(
    name="fanout",
    version="1",
    family="sockets",
    summary="a client's workers, each with one request in flight to a server that answers after a while",
    reading=(
        "Time and CPU per request, above the ideal: rounds × delay. A busy loop is in time while workers are"
        " few, and pays with a core. A pool of fewer workers than requests in flight waits for each in turn,"
        " so it takes that much longer: it is what a pool that size does. `latency` holds the server's delay;"
        " `server_late_p50_ns`, in the run file, is what the server itself was late, and no model's doing."
    ),
    params=Params,
    units={"delay": "s", "size": "B"},
    versions={
        "polling": polling,
        "generator": generator,
        "delegating": Version(
            delegating, preferred=Version(waiting.fanout_delegating, needs={Capability.READINESS})
        ),
        "coroutine": Version(coroutine, needs={Capability.LOOP}),
        "blocking": blocking,
        "rloop": Version(rloop, needs={Capability.LOOP}),
        "trio": trio,
        "anyio-asyncio": anyio,
        "anyio-trio": anyio,
        "curio": curio,
        "tinyio": tinyio,
        "async-await": waiting.fanout_awaiting,
    },
    promise=fanning.promise,
    judge=fanning.judge,
    points=fanning.points,
    small=fanning.small,
    smallest=Params(tasks=2, rounds=1, delay=0.001),
    brief=Params(tasks=100, rounds=1),
    records=fanning.records,
    floor=lambda p: p.rounds * p.microseconds / 1e6,
    needs_own_slice=True,
    companion=fanning.server,
    unit="request",
    counts=lambda p, _ledger: {"request": p.tasks * p.rounds},
    questions=(
        Question(
            title="Many requests to slow services, cheap",
            metric="cpu",
            goal="least CPU per request",
            rank=66,
            price="It holds connecting and closing; what the service itself takes is in nobody's figures.",
        ),
        Question(
            title="Many requests to slow services, soon even if unlucky",
            metric="latency_p99",
            goal="unlucky requests (p99) answered first",
            rank=66,
            price=(
                "The server's own delay is in it, the same for all. Pools are left out: a request that waits"
                " for a worker has not begun, and that wait is in no latency."
            ),
            pools=False,
        ),
    ),
    lanes=Lanes(
        params=Params(tasks=4, rounds=2),
        reading=(
            "Four workers that each ask twice. Between two bars a worker waits for the server; a loop that"
            " polls asks each socket again and again, so its lanes are solid. So are those of threads, since"
            " nobody sees that a plain call on a socket waits."
        ),
    ),
)
