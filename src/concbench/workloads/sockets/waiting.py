"""Servers and clients of tasks that can wait for a socket: the ladder's, from its selector on.

What a task does on a socket is written once, for generators that delegate and for coroutines that await:
``types.coroutine`` makes of a generator what both can wait for.
"""

from collections.abc import Callable
from functools import partial
from selectors import EVENT_READ, DefaultSelector
from types import coroutine
from typing import Any

from concbench.models.base import Factory
from concbench.workloads.base import numbers
from concbench.workloads.sockets.echo_plainly import Door
from concbench.workloads.sockets.echo_ways import CHUNK, way
from concbench.workloads.sockets.fanning import Params, Sessions, asked, workers
from concbench.workloads.sockets.orders import connected
from concbench.workloads.sockets.receiving import at_hand


@coroutine
def accept(rt: Any, p: Any, connections: list[Any], hand: Callable[[int], Any]) -> Any:
    """Accept connections, handing on each by its index, until the companion has reported.

    A task waits for one thing at a time: here it is a selector of two sockets, which is one itself.
    """
    door = Door(rt, p, connections)
    with DefaultSelector() as either:
        either.register(door.listener, EVENT_READ)
        either.register(door.control, EVENT_READ)
        while True:
            told = len(connections)
            report = door.look()
            for index in range(told, len(connections)):
                yield from hand(index)
            if report is not None:
                return report
            yield from rt.readable(either)


@coroutine
def serve(rt: Any, connection: Any) -> Any:
    """Send back what comes in, until nothing does."""
    with connection:
        while True:
            yield from rt.readable(connection)
            if not (data := connection.recv(CHUNK)):
                return
            while data := data[sent(connection, data) :]:
                yield from rt.writable(connection)


def sent(connection: Any, data: bytes) -> int:
    """Send what there is room for; return how many bytes that were."""
    try:
        number: int = connection.send(data)
    except BlockingIOError:
        return 0
    return number


def echo_delegating(rt: Any, p: Any) -> list[Factory]:
    """A task for each connection, which waits for its socket."""
    way(p, "a generator", {"usual": None, "raw": None})
    connections: list[Any] = []
    arrived = [rt.Event() for _ in range(p.connections)]

    def one(index: int, number: int) -> Any:
        yield from arrived[index].wait()
        if connections[index] is not None:
            yield from serve(rt, connections[index])
        return number

    numbered = enumerate(numbers(rt.salt, p.connections))
    served = (partial(one, index, number) for index, number in numbered)
    return [partial(accept, rt, p, connections, lambda index: arrived[index].set()), *served]


def echo_awaiting(rt: Any, p: Any) -> list[Factory]:
    """One task that accepts, and has the kernel start one more for each connection."""
    way(p, "the ladder", {"usual": None})
    connections: list[Any] = []

    def hand(index: int) -> Any:
        accepted = connections[index]
        return rt.start([] if accepted is None else [serve(rt, accepted)])

    async def server() -> Any:
        report = await accept(rt, p, connections, hand)
        return report | {"served_by": 0}

    return [server]


def fanout_delegating(rt: Any, p: Params) -> list[Factory]:
    """Wait for the socket that the answer comes on."""

    def work(sessions: Sessions) -> Any:
        return (yield from ask(rt, p, sessions))

    return workers(rt, p, work)


def fanout_awaiting(rt: Any, p: Params) -> list[Factory]:
    """The same in coroutines."""

    async def work(sessions: Sessions) -> Any:
        return await ask(rt, p, sessions)

    return workers(rt, p, work)


@coroutine
def ask(rt: Any, p: Params, sessions: Sessions) -> Any:
    """Ask with each number, and wait for its whole answer; return the answers, between begin and end."""
    now, size = rt.now, p.size
    began, answers = now(), []
    for numbered in sessions:
        with connected(rt.port) as connection:
            connection.setblocking(False)
            for number in numbered:
                sent_at = now()
                connection.send(asked(number, p))
                answer = b""
                while len(answer) < size:
                    yield from rt.readable(connection)
                    answer += at_hand(connection, size - len(answer))
                answers.append((sent_at, now(), answer))
    return began, answers, now()
