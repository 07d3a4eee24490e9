"""Halls: how each library listens, accepts, and talks to the companion, for servers that hold connections.

It is what is done once a run, around what ``idle`` and ``broadcast`` measure; the lines that serve a
connection stand there. A hall is entered by ``async with``; ``accept`` brings a connection as the library has
it: a stream, or a pair of them in asyncio, a socket in curio.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from types import ModuleType
from typing import Any, NamedTuple, TypeAlias

from concbench.models.capabilities import Capability
from concbench.workloads.base import Version, Wording
from concbench.workloads.sockets.orders import BACKLOG, HOST, connected, listening
from concbench.workloads.sockets.receiving import line_by, line_of
from concbench.workloads.sockets.reports import agreed

MOST_SAID = 1 << 16
"""Bytes that are asked of the companion at once; it says no second line before it has been answered."""


class Hall(NamedTuple):
    """``port`` is where it listens; ``say`` and ``line`` are for the companion: bytes, and a line of them."""

    port: int
    accept: Callable[[], Awaitable[Any]]
    say: Callable[[bytes], Awaitable[object]]
    line: Callable[[], Awaitable[bytes]]


async def all_held(hall: Hall, orders: bytes, giving: Sequence[Any], hear: Any, here: int) -> None:
    """Have clients connect, give each connection to who is to hold it, and hear of so many that are here."""
    await hall.say(orders)
    agreed(await hall.line(), len(giving))
    for give in giving:
        await give(await hall.accept())
    for _ in range(here):
        await hear()


AWAKE = {Capability.READINESS, Capability.EVENT}
"""What generators have to be lent to wait for a socket, and to be told that all are there."""


def versions(
    *needs: Capability,
    coroutine: Wording,
    rloop: Wording,
    trio: Wording,
    anyio: Wording,
    curio: Wording,
    plainly: ModuleType,
    waiting: ModuleType,
) -> dict[str, Version | Wording]:
    """Return the versions of a load whose server holds connections; ``waiting`` has the ladder's.

    ``needs`` is what a model has to lend whose tasks wait for what they are given; all have to share memory.
    """
    seen, lent = {Capability.SHARED_MEMORY}, {Capability.SHARED_MEMORY, *needs}
    looped, on_sockets = lent | {Capability.LOOP}, Version(waiting.delegating, needs=lent | AWAKE)
    return {
        "polling": Version(plainly.polling, needs=seen),
        "generator": Version(plainly.generator, needs=seen),
        "delegating": Version(plainly.generator, needs=seen, preferred=on_sockets),
        "async-await": Version(waiting.awaiting, needs=lent),
        "coroutine": Version(coroutine, needs=looped),
        "blocking": Version(plainly.blocking, needs=lent),
        "rloop": Version(rloop, needs=looped),
        "trio": Version(trio, needs=lent),
        "anyio-asyncio": Version(anyio, needs=lent),
        "anyio-trio": Version(anyio, needs=lent),
        "curio": Version(curio, needs=lent),
        "tinyio": plainly.tinyio,
    }


Opening: TypeAlias = Callable[[Any, int], AbstractAsyncContextManager[Hall]]
"""Opens a hall, of a runtime and the size of its connections' buffers."""


@asynccontextmanager
async def of_asyncio(rt: Any, buffer: int) -> AsyncIterator[Hall]:
    """A server that calls back for each connection, with streams that wait in a queue."""
    import asyncio  # noqa: PLC0415

    listener = listening(buffer)
    port = listener.getsockname()[1]
    arrivals: asyncio.Queue[Any] = asyncio.Queue()
    server = await asyncio.start_server(
        lambda *streams: arrivals.put_nowait(streams), sock=listener, backlog=BACKLOG
    )
    try:
        reader, writer = await asyncio.open_connection(HOST, rt.port)

        async def say(line: bytes) -> None:
            writer.write(line)

        try:
            yield Hall(port, arrivals.get, say, reader.readline)
        finally:
            writer.close()
    finally:
        server.close()


@asynccontextmanager
async def of_sockets(rt: Any, buffer: int) -> AsyncIterator[Hall]:
    """The calls of asyncio's loop on bare sockets."""
    loop = rt.loop()
    with listening(buffer) as listener, connected(rt.port) as control:
        control.setblocking(False)

        async def accept() -> Any:
            connection, _ = await loop.sock_accept(listener)
            return connection

        line = partial(line_by, partial(loop.sock_recv, control, MOST_SAID))
        yield Hall(listener.getsockname()[1], accept, partial(loop.sock_sendall, control), line)


@asynccontextmanager
async def of_trio(rt: Any, buffer: int) -> AsyncIterator[Hall]:
    """A listener of trio's, which accepts streams."""
    listener = listening(buffer)
    port = listener.getsockname()[1]
    async with (
        rt.SocketListener(rt.from_stdlib_socket(listener)) as server,
        await rt.open_tcp_stream(HOST, rt.port) as control,
    ):
        yield Hall(port, server.accept, control.send_all, partial(line_of, control))


@asynccontextmanager
async def of_anyio(rt: Any, buffer: int) -> AsyncIterator[Hall]:
    """A listener of anyio's, which accepts streams."""
    inner = listening(buffer)
    port = inner.getsockname()[1]
    async with (
        await rt.listener_from(inner) as listener,
        await rt.connect_tcp(HOST, rt.port) as control,
    ):
        yield Hall(port, listener.accept, control.send, partial(line_of, control))


@asynccontextmanager
async def of_curio(rt: Any, buffer: int) -> AsyncIterator[Hall]:
    """A socket of curio's."""
    listener = listening(buffer)
    port = listener.getsockname()[1]
    control = await rt.open_connection(HOST, rt.port)
    async with rt.Socket(listener) as server, control.as_stream() as stream:

        async def accept() -> Any:
            connection, _ = await server.accept()
            return connection

        yield Hall(port, accept, stream.write, stream.readline)
