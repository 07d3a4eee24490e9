"""How many may wait to be accepted: asyncio listens anew on a socket that it is handed."""

import asyncio
import socket
import struct
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from concbench.workloads.sockets import echoing, halls
from concbench.workloads.sockets.orders import BACKLOG, BUFFER, HOST, listening

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a listener's backlog")


def backlog_of(listener: socket.socket) -> int:
    """Return it: of a socket that listens, ``tcpi_sacked`` of the kernel's ``tcp_info``."""
    told = listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 32)
    return int(struct.unpack("8B6I", told)[-1])


def most() -> int:
    """Return how many the system allows."""
    return int(Path("/proc/sys/net/core/somaxconn").read_text(encoding="ascii"))


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> socket.socket:
    """Return the socket that the server under test is handed."""
    one = listening()
    for module in (echoing, halls):
        monkeypatch.setattr(module, "listening", lambda *_: one)
    return one


def test_a_hall_of_asyncio_keeps_the_backlog(listener: socket.socket) -> None:
    async def opened(port: int) -> int:
        async with halls.of_asyncio(SimpleNamespace(port=port), BUFFER):
            return backlog_of(listener)

    with socket.create_server((HOST, 0)) as companion:
        assert asyncio.run(opened(companion.getsockname()[1])) == min(BACKLOG, most())


@pytest.mark.parametrize("serve", [echoing.over_streams, echoing.over_protocols], ids=["streams", "protocol"])
def test_an_echo_server_of_asyncio_keeps_the_backlog(
    monkeypatch: pytest.MonkeyPatch, listener: socket.socket, serve: Any
) -> None:
    async def ask(*_: Any) -> int:
        return backlog_of(listener)

    monkeypatch.setattr(echoing, "ask", ask)
    rt = SimpleNamespace(loop=asyncio.get_running_loop)
    assert asyncio.run(serve(rt, None)) == min(BACKLOG, most())
