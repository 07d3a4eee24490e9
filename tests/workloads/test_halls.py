"""Halls: what is done around the timed lines takes no more of one library than of another."""

import asyncio
import socket
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from concbench.models import index as models
from concbench.workloads.sockets import halls
from concbench.workloads.sockets.orders import BUFFER, HOST

pytestmark = pytest.mark.measured_side

LONG = b'{"latency_ns": [' + b"1," * 4000 + b"1]}\n"


@pytest.fixture
def companion() -> Iterator[socket.socket]:
    with socket.create_server((HOST, 0)) as one:
        yield one


def test_a_long_line_is_received_in_a_few_calls_on_bare_sockets(companion: socket.socket) -> None:
    """rloop has these alone: a call for each byte was a quarter of the CPU time of ``idle``."""
    calls: list[int] = []

    async def heard() -> bytes:
        loop = asyncio.get_running_loop()
        receive = loop.sock_recv

        async def counted(one: Any, size: int) -> bytes:
            calls.append(size)
            return await receive(one, size)

        loop.sock_recv = counted  # type: ignore[assignment,method-assign]
        rt = SimpleNamespace(port=companion.getsockname()[1], loop=lambda: loop)
        async with halls.of_sockets(rt, BUFFER) as hall:
            other, _ = companion.accept()
            with other:
                other.sendall(LONG)
                return await hall.line()

    assert asyncio.run(heard()) == LONG
    assert len(calls) < 10


def test_a_stream_of_anyio_s_is_accepted_without_a_task_of_its_own(companion: socket.socket) -> None:
    """As trio's is; ``serve`` makes a task for each."""
    model = models.get("anyio-asyncio")
    if reason := model.unavailable():
        pytest.skip(reason)
    tasks: list[int] = []

    async def accept(rt: Any) -> None:
        async with halls.of_anyio(rt, BUFFER) as hall:
            before = len(asyncio.all_tasks())
            with socket.create_connection((HOST, hall.port)):
                async with await hall.accept():
                    tasks.append(len(asyncio.all_tasks()) - before)

    with model.open() as session:
        rt = SimpleNamespace(
            port=companion.getsockname()[1],
            listener_from=session.rt.listener_from,
            connect_tcp=session.rt.connect_tcp,
        )
        session.run([lambda: accept(rt)])
    assert tasks == [0]
