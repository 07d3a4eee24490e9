"""broadcast for tasks that can wait for a socket: the ladder's, from its selector on.

What it is for is told in ``broadcast``; how generators and coroutines share their words in ``waiting``.
"""

from collections.abc import Sequence
from functools import partial
from types import coroutine
from typing import Any

from concbench.models.base import Factory
from concbench.workloads.base import numbers
from concbench.workloads.sockets.broadcast_plainly import BUFFER, message, orders, reported, taken
from concbench.workloads.sockets.descriptors import require_room
from concbench.workloads.sockets.orders import PATIENCE, heard, ordered
from concbench.workloads.sockets.plain_halls import PolledHall
from concbench.workloads.sockets.reports import agreed


@coroutine
def keep(rt: Any, p: Any, giving: Sequence[Any], hear: Any, over: list[bool]) -> Any:
    """Accept all, wait until all are held, and broadcast when the companion says so; return its report."""
    hall = PolledHall(rt, BUFFER)
    hall.control.send(orders(rt, p, hall.port))
    agreed((yield from hall.waited_line(rt)), p.tasks)
    hall.listener.settimeout(PATIENCE)
    for give in giving:
        connection = hall.listener.accept()[0]
        connection.setblocking(False)
        yield from give(connection)
    for _ in range(p.tasks + 1):
        yield from hear()
    said = message(rt, p)
    hall.control.send(ordered())
    agreed((yield from hall.waited_line(rt)), p.tasks)
    since = rt.now()
    for give in giving:
        yield from give(said)
    line = yield from hall.waited_line(rt)
    over.append(True)
    hall.close()
    return reported(rt, heard(line, p.tasks), since)


@coroutine
def tick(rt: Any, interval: float, arrive: Any, over: list[bool]) -> Any:
    """Sleep again and again until all is over, and return when each sleep began and the last one ended."""
    ticks = [rt.now()]
    yield from arrive(None)
    while not over:
        yield from rt.sleep(interval)
        ticks.append(rt.now())
    return ticks


@coroutine
def send(rt: Any, get: Any, arrive: Any) -> Any:
    """Wait for a connection, then for the message, and send what the socket takes until all of it is gone."""
    with (yield from get()) as connection:
        yield from arrive(None)
        left = taken(connection, memoryview((yield from get())))
        while left:
            yield from rt.writable(connection)
            left = taken(connection, left)


def delegating(rt: Any, p: Any) -> list[Factory]:
    """A keeper, a ticker, and a task for each connection, which waits until its socket takes more."""
    require_room(p.tasks)
    boxes, (arrive, hear) = [rt.queue(1) for _ in range(p.tasks)], rt.queue(p.tasks + 1)
    over: list[bool] = []

    def one(index: int, number: int) -> Any:
        yield from send(rt, boxes[index][1], arrive)
        return number

    keeper = partial(keep, rt, p, [put for put, _get in boxes], hear, over)
    ticker = partial(tick, rt, p.interval, arrive, over)
    return [keeper, ticker, *(partial(one, *each) for each in enumerate(numbers(rt.salt, p.tasks)))]


def awaiting(rt: Any, p: Any) -> list[Factory]:
    """The same in coroutines."""
    require_room(p.tasks)
    boxes, (arrive, hear) = [rt.queue(1) for _ in range(p.tasks)], rt.queue(p.tasks + 1)
    over: list[bool] = []

    async def keeper() -> Any:
        return await keep(rt, p, [put for put, _get in boxes], hear, over)

    async def ticker() -> Any:
        return await tick(rt, p.interval, arrive, over)

    async def one(index: int, number: int) -> int:
        await send(rt, boxes[index][1], arrive)
        return number

    return [keeper, ticker, *(partial(one, *each) for each in enumerate(numbers(rt.salt, p.tasks)))]
