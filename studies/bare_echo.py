"""Echo servers as somebody writes them by hand, without any of concbench: what ``echo`` is compared with.

``served(name, control_port, orders)`` serves the connections that the companion opens by these orders, and
returns its report, a line. ``python studies/bare_echo.py NAME`` prints a port,
and serves whoever comes until its standard input is closed.
"""

import asyncio
import json
import socket
import sys
from collections.abc import Callable
from typing import Any

CHUNK = 1 << 16
BUFFER = 1 << 16
BACKLOG = 4096
WORK = 10_000
"""Numbers that a server adds up which computes: a tenth of a millisecond or more."""


class Echo(asyncio.Protocol):
    """Send back what came in."""

    def connection_made(self, transport: Any) -> None:
        """Keep where it is to be sent."""
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Send it."""
        self.transport.write(data)


class Working(Echo):
    """Compute for a while first, so that no client is the bottleneck."""

    def data_received(self, data: bytes) -> None:
        """Send what came in, when something has been added up."""
        sum(range(WORK))
        self.transport.write(data)


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send back what came in, until nothing more comes."""
    while data := await reader.read(CHUNK):
        writer.write(data)
        await writer.drain()
    writer.close()


def listening() -> socket.socket:
    """Return a listening socket, as the suite's own has it."""
    listener = socket.socket()
    listener.setblocking(False)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
    listener.bind(("127.0.0.1", 0))
    listener.listen(BACKLOG)
    return listener


async def opened(name: str, listener: socket.socket) -> Any:
    """Return the server."""
    if not name.endswith("streams"):
        protocol = Working if name.endswith("working") else Echo
        return await asyncio.get_running_loop().create_server(protocol, sock=listener, backlog=BACKLOG)
    return await asyncio.start_server(echo, sock=listener, backlog=BACKLOG)


async def served(name: str, control_port: int, orders: dict[str, Any]) -> bytes:
    """Serve the connections of one run."""
    listener = listening()
    port = listener.getsockname()[1]
    async with await opened(name, listener):
        reader, writer = await asyncio.open_connection("127.0.0.1", control_port)
        writer.write(json.dumps({**orders, "port": port}).encode() + b"\n")
        line = await reader.readline()
        writer.close()
    return line


def loop_of(name: str) -> Callable[[], asyncio.AbstractEventLoop]:
    """Return what makes the loop that a server's name begins with."""
    if not name.startswith("uvloop"):
        return asyncio.new_event_loop
    import uvloop  # noqa: PLC0415

    made: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return made


NAMES = ("asyncio streams", "asyncio protocol", "uvloop streams", "uvloop protocol")
SERVERS = (*NAMES, "asyncio working")


async def serve_all(name: str) -> None:
    """Print a port, and serve until the standard input is closed."""
    listener = listening()
    port = listener.getsockname()[1]
    async with await opened(name, listener):
        print(port, flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=loop_of(sys.argv[1])) as runner:
        runner.run(serve_all(sys.argv[1]))
