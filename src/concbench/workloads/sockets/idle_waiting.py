"""idle for tasks that can wait for a socket: the ladder's, from its selector on.

What it is for is told in ``idle``; how generators and coroutines share their words in ``waiting``.
"""

from functools import partial
from types import coroutine
from typing import Any

from concbench.models.base import Factory
from concbench.workloads.base import numbers
from concbench.workloads.sockets.descriptors import require_room
from concbench.workloads.sockets.idle_plainly import orders
from concbench.workloads.sockets.orders import BUFFER, PATIENCE, heard, ordered
from concbench.workloads.sockets.plain_halls import PolledHall
from concbench.workloads.sockets.receiving import at_hand
from concbench.workloads.sockets.reports import agreed


class IdleBoard:
    """What all tasks see: the connections, who holds one, and the two events that are told of."""

    def __init__(self, event: Any, tasks: int) -> None:
        self.tasks, self.here = tasks, 0
        self.connections: list[Any] = []
        self.accepted, self.all_here = event(), event()


@coroutine
def keep(rt: Any, p: Any, board: IdleBoard) -> Any:
    """Accept all, wait until all are held, look, have all speak, and return the companion's report."""
    hall = PolledHall(rt, BUFFER)
    hall.control.send(orders(rt, p, hall.port))
    agreed((yield from hall.waited_line(rt)), p.tasks)
    hall.listener.settimeout(PATIENCE)
    board.connections += [hall.listener.accept()[0] for _ in range(p.tasks)]
    yield from board.accepted.set()
    yield from board.all_here.wait()
    rt.observe()
    hall.control.send(ordered())
    said = yield from hall.waited_line(rt)
    hall.close()
    return heard(said, p.tasks)


@coroutine
def hold(rt: Any, p: Any, board: IdleBoard, index: int) -> Any:
    """Hold a connection, and answer once."""
    yield from board.accepted.wait()
    board.here += 1
    if board.here == board.tasks:
        yield from board.all_here.set()
    with board.connections[index] as connection:
        connection.setblocking(False)
        message = b""
        while len(message) < p.payload:
            yield from rt.readable(connection)
            message += at_hand(connection, p.payload - len(message))
        connection.sendall(message)


def delegating(rt: Any, p: Any) -> list[Factory]:
    """A task for each connection, which waits for its socket."""
    require_room(p.tasks)
    board = IdleBoard(rt.Event, p.tasks)

    def one(index: int, number: int) -> Any:
        yield from hold(rt, p, board, index)
        return number

    numbered = enumerate(numbers(rt.salt, p.tasks))
    return [partial(keep, rt, p, board), *(partial(one, index, number) for index, number in numbered)]


def awaiting(rt: Any, p: Any) -> list[Factory]:
    """The same in coroutines."""
    require_room(p.tasks)
    board = IdleBoard(rt.AwaitedEvent, p.tasks)

    async def keeper() -> Any:
        return await keep(rt, p, board)

    async def one(index: int, number: int) -> int:
        await hold(rt, p, board, index)
        return number

    return [keeper, *(partial(one, index, number) for index, number in enumerate(numbers(rt.salt, p.tasks)))]
