"""broadcast by plain calls: threads and greenlets that block, and tasks that try sockets over and over.

What it is for is told in ``broadcast``.
"""

from collections.abc import Generator
from functools import partial
from typing import Any

from concbench.models.base import Factory
from concbench.workloads.base import numbers
from concbench.workloads.sockets.descriptors import require_room
from concbench.workloads.sockets.orders import PATIENCE, heard, ordered
from concbench.workloads.sockets.plain_halls import PolledHall, accepted_in_threads, all_held, plain_hall
from concbench.workloads.sockets.polled import Stepped, polled
from concbench.workloads.sockets.reports import agreed

BUFFER, SMALL = 1 << 15, 1 << 13
"""Bytes of buffers that are asked for: of connections, and for receiving of slow clients."""

SIP = 1 << 13
"""Bytes that a slow client reads at once."""


def orders(rt: Any, p: Any, port: int) -> bytes:
    """Return what the companion is to do."""
    about = {"connections": p.tasks, "slow": p.slow, "size": p.size, "pace": p.pace, "sip": SIP}
    return ordered(port=port, seed=rt.salt, buffer=BUFFER, small=SMALL, patience=PATIENCE, **about)


def message(rt: Any, p: Any) -> bytes:
    """Return what is broadcast: it is drawn from this run's salt."""
    from concbench.workloads.sockets.companions.payload import Payload  # noqa: PLC0415

    return Payload(rt.salt, p.size).of(0, 0)


def reported(rt: Any, report: dict[str, Any], since: float) -> dict[str, Any]:
    """Return a report with when (s, of the model's clock) the broadcast began and had ended."""
    return report | {"since": since, "until": rt.now()}


def accept_all(rt: Any, p: Any, boxes: list[Any], hear: Any, over: list[bool]) -> dict[str, Any]:
    """Keep: accept all, wait until all are held, broadcast when the companion says so; return its report.

    Where that fails, whoever waits for a connection or the message gets None: nobody can cancel a thread.
    """
    waiting = [put for put, _get in boxes]
    try:
        with plain_hall(rt, BUFFER) as hall:
            all_held(hall, orders(rt, p, hall.port), waiting, hear, tasks=p.tasks, here=p.tasks + 1)
            said = message(rt, p)
            hall.control.sendall(ordered())
            agreed(hall.lines.readline(), p.tasks)
            since = rt.now()
            for give in waiting:
                give(said)
            waiting.clear()
            return reported(rt, heard(hall.lines.readline(), p.tasks), since)
    finally:
        over.append(True)
        for give in waiting:
            give(None)


def send(connection: Any, said: bytes | None) -> None:
    """Send it all."""
    with connection:
        if said is not None:
            connection.sendall(said)


def blocking(rt: Any, p: Any) -> list[Factory]:
    """A thread, or greenlet, for each connection, which waits until its client has room for more."""
    require_room(p.tasks)
    boxes, (say, hear) = [rt.queue(1) for _ in range(p.tasks)], rt.queue(p.tasks + 1)
    over: list[bool] = []

    def ticker() -> list[float]:
        ticks = [rt.now()]
        say(None)
        while not over:
            rt.sleep(p.interval)
            ticks.append(rt.now())
        return ticks

    def one(index: int, number: int) -> int:
        get = boxes[index][1]
        connection = get()
        if connection is not None:
            say(None)
            send(connection, get())
        return number

    keeper = partial(accept_all, rt, p, boxes, hear, over)
    return [keeper, ticker, *(partial(one, *each) for each in enumerate(numbers(rt.salt, p.tasks)))]


class Board:
    """What polled tasks look at: their connections, the message when it is said, and whether all is over."""

    def __init__(self) -> None:
        self.connections: list[Any] = []
        self.here: list[int] = []
        self.said: bytes | None = None
        self.over = False


def keeping(rt: Any, p: Any, board: Board) -> Generator[None, None, Any]:
    """Look at the companion in each round; when it says so, let all see the message."""
    hall = PolledHall(rt, BUFFER)
    asked = orders(rt, p, hall.port)
    yield from hall.all_held(asked, board.connections, board.here, tasks=p.tasks, wanted=p.tasks + 1)
    said = message(rt, p)
    hall.control.send(ordered())
    agreed((yield from hall.next_line()), p.tasks)
    since, board.said = rt.now(), said
    line = yield from hall.next_line()
    board.over = True
    hall.close()
    return reported(rt, heard(line, p.tasks), since)


def ticking(rt: Any, interval: float, board: Board) -> Generator[None, None, list[float]]:
    """Look at the clock in each round."""
    now = rt.now
    ticks = [now()]
    board.here.append(0)
    while not board.over:
        due = ticks[-1] + interval
        while (at := now()) < due:
            yield
        ticks.append(at)
    return ticks


def taken(connection: Any, data: memoryview) -> memoryview:
    """Send what the socket takes, and return what is left."""
    try:
        return data[connection.send(data) :]
    except BlockingIOError:
        return data


def generator(rt: Any, p: Any) -> list[Factory]:
    """Send what the socket takes, and try again in the next round."""
    require_room(p.tasks)
    board = Board()

    def one(index: int, number: int) -> Generator[None, None, int]:
        while not board.connections:
            yield
        board.here.append(number)
        with board.connections[index] as connection:
            while board.said is None:
                yield
            left = taken(connection, memoryview(board.said))
            while left:
                yield
                left = taken(connection, left)
        return number

    keeper, ticker = partial(keeping, rt, p, board), partial(ticking, rt, p.interval, board)
    return [keeper, ticker, *(partial(one, *each) for each in enumerate(numbers(rt.salt, p.tasks)))]


class SentTo:
    """A connection as a polled object: ``left`` is what is still to be sent, None before that is known."""

    ready: bool

    def __init__(self, board: Board, index: int, number: int) -> None:
        super().__init__()
        self.board, self.index, self.result = board, index, number
        self.connection: Any = None
        self.left: memoryview | None = None

    def run(self) -> None:
        """Send what the socket takes."""
        if self.connection is None:
            if self.board.connections:
                self.connection = self.board.connections[self.index]
                self.board.here.append(self.result)
        elif self.board.said is not None:
            left = memoryview(self.board.said) if self.left is None else self.left
            self.left = taken(self.connection, left)
            if not self.left:
                self.connection.close()
                self.ready = True


def polling(rt: Any, p: Any) -> list[Factory]:
    """Send what the socket takes at every poll. (Keeper and ticker are stepped as generators are.)"""
    require_room(p.tasks)
    stepped, sending = polled(Stepped, rt.Task), polled(SentTo, rt.Task)
    board = Board()
    keeper = partial(stepped, partial(keeping, rt, p, board))
    ticker = partial(stepped, partial(ticking, rt, p.interval, board))
    served = (partial(sending, board, *each) for each in enumerate(numbers(rt.salt, p.tasks)))
    return [keeper, ticker, *served]


class TinyBoard(Board):
    """The same with tinyio's events, by which tasks sleep instead of looking."""

    def __init__(self, event: Any, tasks: int) -> None:
        super().__init__()
        self.tasks = tasks
        self.accepted = [event() for _ in range(tasks)]
        self.all_here, self.spoken = event(), event()

    def arrive(self, number: int) -> None:
        """Be there: when all are, the keeper is woken."""
        self.here.append(number)
        if len(self.here) == self.tasks + 1:
            self.all_here.set()


def keeping_in_threads(rt: Any, p: Any, board: TinyBoard) -> Any:
    """Keep, with a thread for each call that blocks."""
    with plain_hall(rt, BUFFER) as hall:
        asked = orders(rt, p, hall.port)
        yield from accepted_in_threads(rt, hall, asked, board.connections, board.accepted)
        yield from board.all_here.wait()
        board.said = message(rt, p)
        hall.control.sendall(ordered())
        agreed((yield from rt.offload(hall.lines.readline)), p.tasks)
        since = rt.now()
        board.spoken.set()
        report = heard((yield from rt.offload(hall.lines.readline)), p.tasks)
        board.over = True
        return reported(rt, report, since)


def tinyio(rt: Any, p: Any) -> list[Factory]:
    """tinyio's own: it has no sockets, and sends in threads; its loop is free for the ticker."""
    require_room(p.tasks)
    board = TinyBoard(rt.Event, p.tasks)

    def ticker() -> Any:
        ticks = [rt.now()]
        board.arrive(0)
        while not board.over:
            yield from rt.sleep(p.interval)
            ticks.append(rt.now())
        return ticks

    def one(index: int, number: int) -> Any:
        yield from board.accepted[index].wait()
        board.arrive(number)
        yield from board.spoken.wait()
        yield from rt.offload(partial(send, board.connections[index], board.said))
        return number

    keeper = partial(keeping_in_threads, rt, p, board)
    return [keeper, ticker, *(partial(one, *each) for each in enumerate(numbers(rt.salt, p.tasks)))]
