"""Queues, retries, iterators, logs, names and calls as users of their packages write them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any

import aioitertools
import anyio
import dns.asyncresolver
import dns.message
import dns.query
import dns.resolver
import dns.rrset
import grpc.aio
import janus
import pytest
import structlog
import tenacity
import trio

pytestmark = pytest.mark.concurrency(tasks=[1, 10])


async def through_a_queue(items: int) -> int:
    queue: janus.Queue[int] = janus.Queue()

    def produce() -> None:
        for item in range(items):
            queue.sync_q.put(item)

    producing = asyncio.get_running_loop().run_in_executor(None, produce)
    total = sum([await queue.async_q.get() for _ in range(items)])
    await producing
    await queue.aclose()
    return total


def test_janus(concurrency_benchmark: Any) -> None:
    concurrency_benchmark.pedantic(through_a_queue, args=[10], expected=45)


@asynccontextmanager
async def group() -> AsyncIterator[anyio.abc.TaskGroup]:
    """Hold a task group for as long as the case: its tasks are the resource's, and end with it."""
    async with anyio.create_task_group() as tasks:
        yield tasks
        tasks.cancel_scope.cancel()


async def ask_and_answer(tasks: anyio.abc.TaskGroup) -> str:
    sending, receiving = anyio.create_memory_object_stream[str]()

    async def answer() -> None:
        async with sending:
            await sending.send("answer")

    tasks.start_soon(answer)
    async with receiving:
        return await receiving.receive()


@pytest.mark.concurrency(models=["anyio-asyncio", "anyio-trio", "asyncio", "uvloop"])
def test_anyio(concurrency_benchmark: Any) -> None:
    concurrency_benchmark.pedantic(ask_and_answer, resources=group, expected="answer")


@pytest.mark.anyio
async def test_anyio_in_a_coroutine(concurrency_benchmark: Any) -> None:
    await concurrency_benchmark.pedantic(ask_and_answer, resources=group, expected="answer")


async def over_a_channel() -> int:
    sending, receiving = trio.open_memory_channel[int](1)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(sending.send, 5)
        return await receiving.receive()


@pytest.mark.concurrency(models="trio")
def test_trio(concurrency_benchmark: Any) -> None:
    concurrency_benchmark.pedantic(over_a_channel, expected=5)


RETRIES = {"stop": tenacity.stop_after_attempt(3), "wait": tenacity.wait_none()}


async def connects_at_last() -> str:
    refusals = iter(range(2))

    @tenacity.retry(**RETRIES)
    async def connect() -> str:
        if next(refusals, None) is not None:
            raise ConnectionRefusedError
        return "connected"

    return await connect()


@tenacity.retry(**RETRIES)
async def never_connects() -> None:
    raise ConnectionRefusedError


def test_tenacity(concurrency_benchmark: Any) -> None:
    concurrency_benchmark.pedantic(connects_at_last, expected="connected")


def test_tenacity_gives_up(concurrency_benchmark: Any) -> None:
    concurrency_benchmark.pedantic(never_connects, raises=tenacity.RetryError)


async def squares(number: int) -> list[int]:
    async def square(value: int) -> int:
        return value * value

    return await aioitertools.list(aioitertools.map(square, range(number)))


def test_aioitertools(concurrency_benchmark: Any) -> None:
    concurrency_benchmark.pedantic(squares, args=[4], expected=[0, 1, 4, 9])


SEEN: ContextVar[int] = ContextVar("SEEN", default=0)


@asynccontextmanager
async def bound() -> AsyncIterator[structlog.stdlib.BoundLogger]:
    """Bind what all tasks log: a context variable that the resource sets is theirs."""
    structlog.contextvars.bind_contextvars(request="r1")
    processors = [structlog.contextvars.merge_contextvars, structlog.processors.KeyValueRenderer()]
    yield structlog.wrap_logger(structlog.ReturnLogger(), processors=processors)
    structlog.contextvars.unbind_contextvars("request")


async def log(logger: Any, event: str) -> str:
    structlog.contextvars.bind_contextvars(task=id(asyncio.current_task()))
    await asyncio.sleep(0)
    return str(logger.info(event))


def test_structlog(concurrency_benchmark: Any) -> None:
    right = lambda line: "request='r1'" in line and "event='fetched'" in line  # noqa: E731
    concurrency_benchmark.pedantic(log, resources=bound, args=["fetched"], check=right)


class Names(asyncio.DatagramProtocol):
    """A server that knows one name."""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        query = dns.message.from_wire(data)
        answer = dns.message.make_response(query)
        answer.answer.append(dns.rrset.from_text(query.question[0].name, 60, "IN", "A", "192.0.2.1"))
        self.transport.sendto(answer.to_wire(), addr)


@asynccontextmanager
async def resolver() -> AsyncIterator[dns.asyncresolver.Resolver]:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(Names, local_addr=("127.0.0.1", 0))
    made = dns.asyncresolver.Resolver(configure=False)
    made.nameservers = ["127.0.0.1"]
    made.port = transport.get_extra_info("sockname")[1]
    yield made
    transport.close()


async def resolve(resolver: dns.asyncresolver.Resolver, name: str) -> str:
    answer = await resolver.resolve(name, "A")
    return str(answer[0])


def test_dnspython(concurrency_benchmark: Any) -> None:
    concurrency_benchmark.pedantic(resolve, resources=resolver, args=["home.test."], expected="192.0.2.1")


@asynccontextmanager
async def channel() -> AsyncIterator[Any]:
    """Serve a method with grpc, and open a channel to it; messages are bytes, so nothing is generated."""

    async def upper(request: bytes, _context: Any) -> bytes:
        return request.upper()

    server = grpc.aio.server()
    methods = {"Upper": grpc.unary_unary_rpc_method_handler(upper)}
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("pages.Pages", methods),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as opened:
        yield opened.unary_unary("/pages.Pages/Upper")
    await server.stop(None)


async def call(method: Any, text: bytes) -> bytes:
    return bytes(await method(text))


def test_grpc(concurrency_benchmark: Any) -> None:
    concurrency_benchmark.pedantic(call, resources=channel, args=[b"home"], expected=b"HOME")
