"""Echo servers: the same few lines, in each library's own idiom. What they are for is told in ``echo``.

Each listens, tells the companion where, serves the connections that it opens, and returns its report; a
connection is served until its client says that nothing more comes. The lines that a request goes through are
what is measured: receive, send. All else is done once a run.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Any

from concbench.models.base import Factory
from concbench.workloads.sockets.echo_ways import CHUNK, orders, way
from concbench.workloads.sockets.orders import BACKLOG, HOST, heard, listening, non_blocking
from concbench.workloads.sockets.receiving import line_by, line_of

# asyncio, whatever its loop


async def ask(rt: Any, p: Any, port: int) -> dict[str, Any]:
    """Have the companion do its part, and return its report."""
    import asyncio  # noqa: PLC0415

    reader, writer = await asyncio.open_connection(HOST, rt.port)
    try:
        writer.write(orders(rt, p, port))
        return heard(await reader.readline(), p.connections)
    finally:
        writer.close()


async def over_streams(rt: Any, p: Any) -> dict[str, Any]:
    """``asyncio.start_server``: a task for each connection, which reads, writes and drains."""
    import asyncio  # noqa: PLC0415

    async def echo(reader: Any, writer: Any) -> None:
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
        writer.close()

    listener = listening()
    port = listener.getsockname()[1]
    async with await asyncio.start_server(echo, sock=listener, backlog=BACKLOG):
        return await ask(rt, p, port)


@cache
def protocol_class() -> Any:
    """Return the class of the protocols, the same for every run."""
    import asyncio  # noqa: PLC0415

    class Echo(asyncio.Protocol):
        def connection_made(self, transport: Any) -> None:
            self.transport = transport

        def data_received(self, data: bytes) -> None:
            self.transport.write(data)

    return Echo


async def over_protocols(rt: Any, p: Any) -> dict[str, Any]:
    """``loop.create_server``: no task at all, the loop calls a protocol and is asked to write."""
    listener = listening()
    port = listener.getsockname()[1]
    async with await rt.loop().create_server(protocol_class(), sock=listener, backlog=BACKLOG):
        return await ask(rt, p, port)


async def serving(rt: Any, p: Any, accept: Any, serve: Any, ask: Any) -> dict[str, Any]:
    """Accept all connections, each then served by a task of its own, beside one that asks the companion."""

    async def serve_all() -> None:
        connections = [await accept() for _ in range(p.connections)]
        await rt.join([partial(serve, one) for one in connections])

    report, _ = await rt.join([ask, serve_all])
    found: dict[str, Any] = report
    return found


async def over_sockets(rt: Any, p: Any) -> dict[str, Any]:
    """``loop.sock_recv`` and ``loop.sock_sendall``: a task for each connection, on a non-blocking socket."""
    loop, listener = rt.loop(), listening()

    async def accept() -> Any:
        connection, _ = await loop.sock_accept(listener)
        return connection

    async def serve(connection: Any) -> None:
        with connection:
            while data := await loop.sock_recv(connection, CHUNK):
                await loop.sock_sendall(connection, data)

    async def ask() -> dict[str, Any]:
        with non_blocking() as control:
            await loop.sock_connect(control, (HOST, rt.port))
            await loop.sock_sendall(control, orders(rt, p, port))
            return heard(await line_by(partial(loop.sock_recv, control, CHUNK)), p.connections)

    port = listener.getsockname()[1]
    with listener:
        return await serving(rt, p, accept, serve, ask)


def coroutine(rt: Any, p: Any) -> list[Factory]:
    """On asyncio, of whatever loop: start_server, create_server, or the loop's calls on sockets."""
    ways = {"streams": over_streams, "protocol": over_protocols, "raw": over_sockets}
    return [partial(way(p, "asyncio", {"usual": over_streams, **ways}), rt, p)]


def rloop(rt: Any, p: Any) -> list[Factory]:
    """Work as on asyncio, with bare sockets alone; where that is usual, by tasks of asyncio's own."""
    why = "rloop's transports never close their sockets (0.5.0): clients wait, and descriptors run out"
    own = rt if p.api == "raw" else replace(rt, join=together)
    return [partial(way(p, "rloop", {"usual": over_sockets, "raw": over_sockets}, why), own, p)]


async def together(factories: Sequence[Factory]) -> list[Any]:
    """Run coroutines by ``asyncio.gather``: the library's tasks, as those of its streams are."""
    import asyncio  # noqa: PLC0415

    return list(await asyncio.gather(*(factory() for factory in factories)))


# trio


async def ask_trio(rt: Any, p: Any, port: int) -> dict[str, Any]:
    """Have the companion do its part, and return its report."""
    async with await rt.open_tcp_stream(HOST, rt.port) as control:
        await control.send_all(orders(rt, p, port))
        return heard(await line_of(control), p.connections)


async def over_trio_streams(rt: Any, p: Any) -> dict[str, Any]:
    """``trio.serve_listeners``, which ``trio.serve_tcp`` is: a task for each stream."""

    async def echo(stream: Any) -> None:
        async for data in stream:
            await stream.send_all(data)

    listener = listening()
    port = listener.getsockname()[1]
    async with rt.open_nursery() as nursery, rt.SocketListener(rt.from_stdlib_socket(listener)) as server:
        nursery.start_soon(rt.serve_listeners, echo, [server])
        report = await ask_trio(rt, p, port)
        nursery.cancel_scope.cancel()
    return report


async def over_trio_sockets(rt: Any, p: Any) -> dict[str, Any]:
    """``trio.socket``: ``send`` may take a part, and what is left is sent by another."""
    listener = rt.from_stdlib_socket(listening())

    async def accept() -> Any:
        connection, _ = await listener.accept()
        return connection

    async def serve(connection: Any) -> None:
        with connection:
            while data := await connection.recv(CHUNK):
                while data := data[await connection.send(data) :]:
                    pass

    port = listener.getsockname()[1]
    with listener:
        return await serving(rt, p, accept, serve, partial(ask_trio, rt, p, port))


def trio(rt: Any, p: Any) -> list[Factory]:
    """trio's own: streams in a nursery, or trio.socket."""
    ways = {"usual": over_trio_streams, "streams": over_trio_streams, "raw": over_trio_sockets}
    return [partial(way(p, "trio", ways), rt, p)]


# anyio, on asyncio and on trio


async def over_anyio_streams(rt: Any, p: Any) -> dict[str, Any]:
    """A listener that serves in a task group, a task for each stream."""

    async def echo(stream: Any) -> None:
        async with stream:
            async for data in stream:
                await stream.send(data)

    inner = listening()
    port = inner.getsockname()[1]
    async with await rt.listener_from(inner) as listener, rt.create_task_group() as group:
        group.start_soon(listener.serve, echo)
        async with await rt.connect_tcp(HOST, rt.port) as control:
            await control.send(orders(rt, p, port))
            report = heard(await line_of(control), p.connections)
        group.cancel_scope.cancel()
    return report


def anyio(rt: Any, p: Any) -> list[Factory]:
    """anyio's own: streams."""
    ways = {"usual": over_anyio_streams, "streams": over_anyio_streams}
    return [partial(way(p, "anyio", ways), rt, p)]


# curio


async def over_curio(rt: Any, p: Any, echo: Callable[[Any, Any], Awaitable[None]]) -> dict[str, Any]:
    """``curio.run_server``, which ``curio.tcp_server`` is: a task for each connection."""
    listener = listening()
    port = listener.getsockname()[1]
    server = await rt.spawn(rt.run_server, rt.Socket(listener), echo)
    try:
        control = await rt.open_connection(HOST, rt.port)
        async with control, control.as_stream() as stream:
            await stream.write(orders(rt, p, port))
            return heard(await stream.readline(), p.connections)
    finally:
        await server.cancel()


async def over_curio_sockets(rt: Any, p: Any) -> dict[str, Any]:
    """The same, accepted and spawned by hand."""
    listener = rt.Socket(listening())

    async def accept() -> Any:
        connection, _ = await listener.accept()
        return connection

    async def serve(connection: Any) -> None:
        async with connection:
            await curio_socket(connection, None)

    async def ask() -> dict[str, Any]:
        async with await rt.open_connection(HOST, rt.port) as control:
            await control.sendall(orders(rt, p, port))
            return heard(await line_by(partial(control.recv, CHUNK)), p.connections)

    port = listener.getsockname()[1]
    async with listener:
        return await serving(rt, p, accept, serve, ask)


async def curio_socket(client: Any, _address: Any) -> None:
    """Receive and send all."""
    while data := await client.recv(CHUNK):
        await client.sendall(data)


async def curio_stream(client: Any, _address: Any) -> None:
    """Read and write, on a stream around the socket."""
    stream = client.as_stream()
    while data := await stream.read(CHUNK):
        await stream.write(data)


def curio(rt: Any, p: Any) -> list[Factory]:
    """curio's own: its documentation echoes on the socket, below a server that spawns tasks."""
    ways: dict[str, Callable[[Any, Any], Any]] = {
        "usual": partial(over_curio, echo=curio_socket),
        "streams": partial(over_curio, echo=curio_stream),
        "raw": over_curio_sockets,
    }
    return [partial(way(p, "curio", ways), rt, p)]
