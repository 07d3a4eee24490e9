"""broadcast: a server sends one message to all its connections, and some of them read slowly.

What it measures is what the slow ones cost the others: the time until the last fast client has the whole
message, until the last of all has it, and how late a ticker in the same server is meanwhile. The clients are
a companion, a process of its own, with one clock: it says "go", and notes when each has every byte, checked.

Each connection has a task and an outgoing queue of its own, as a chat server's have: whoever broadcasts puts
the message into each queue, and each task sends it, however long that takes. (A loop that sends to one after
another and waits for each would have all wait for the slowest.) How each says it: asyncio's streams by
``write`` and ``drain``; trio's and anyio's by ``send_all`` and ``send``; curio, threads and greenlets by
``sendall``; loops that poll send what a socket takes, and try again in the next round. tinyio has no sockets,
and sends in threads.

The wordings of coroutines stand here, all others in ``broadcast_plainly``.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any, TypeAlias

from concbench.models.base import Dialect, Factory
from concbench.models.capabilities import Capability
from concbench.promised import Promised
from concbench.promises import Overlap, Spawned
from concbench.workloads.base import Preset, Workload, at_least, numbers
from concbench.workloads.questions import Lanes, Question
from concbench.workloads.sockets import broadcast_plainly, broadcast_waiting, halls
from concbench.workloads.sockets.broadcast_plainly import BUFFER, SIP, message, orders, reported
from concbench.workloads.sockets.descriptors import require_room
from concbench.workloads.sockets.halls import Opening, all_held
from concbench.workloads.sockets.orders import BACKLOG, companion, heard, ordered
from concbench.workloads.sockets.reports import (
    TICK_EARLY,
    agreed,
    lateness_of,
    told_of,
    wrong_report,
    wrong_ticks,
)

LARGEST = 1 << 24


@dataclass(frozen=True, slots=True)
class Params:
    """``tasks``: how many connections there are, ``slow`` how many of these read slowly.

    ``size``: bytes of the message. ``pace``: s between two reads of a slow client. ``interval``: s between
    the ticker's ticks.
    """

    tasks: int = 50
    slow: int = 5
    size: int = 1 << 17
    pace: float = 0.002
    interval: float = 0.005

    def __post_init__(self) -> None:
        at_least(1, tasks=self.tasks, size=self.size)
        at_least(0, slow=self.slow)
        at_least(0.0001, pace=self.pace)
        at_least(2 * TICK_EARLY, interval=self.interval)
        if self.tasks > BACKLOG:
            raise ValueError(f"tasks must be at most {BACKLOG}, as many as may wait to be accepted")
        if self.slow >= self.tasks:
            raise ValueError(f"slow must be less than tasks, {self.tasks}: one at least reads at once")
        if self.size > LARGEST:
            raise ValueError(f"size must be at most {LARGEST} bytes")


def floor(p: Params) -> float:
    """Return how long (s) the slow clients take to read what is there already."""
    return -(-p.size // SIP) * p.pace if p.slow else 0.0


async def keep(
    rt: Any, p: Params, opening: Opening, boxes: Sequence[Any], hear: Any, over: list[bool]
) -> dict[str, Any]:
    """Accept all, wait until all are held, and broadcast when the companion says so; return its report."""
    try:
        async with opening(rt, BUFFER) as hall:
            giving = [put for put, _get in boxes]
            await all_held(hall, orders(rt, p, hall.port), giving, hear, p.tasks + 1)
            said = message(rt, p)
            await hall.say(ordered())
            agreed(await hall.line(), p.tasks)
            since = rt.now()
            for give in giving:
                await give(said)
            return reported(rt, heard(await hall.line(), p.tasks), since)
    finally:
        over.append(True)


async def tick(rt: Any, interval: float, arrive: Any, over: list[bool]) -> list[float]:
    """Sleep again and again until all is over, and return when each sleep began and the last one ended."""
    ticks = [rt.now()]
    await arrive(None)
    while not over:
        await rt.sleep(interval)
        ticks.append(rt.now())
    return ticks


Sending: TypeAlias = Callable[[Any, bytes], Awaitable[None]]
"""Sends a message on a connection, and closes it."""


def served(rt: Any, p: Params, opening: Opening, send: Sending) -> list[Factory]:
    """A keeper, a ticker, and a task for each connection; their queues are made inside the loop."""
    require_room(p.tasks)
    boxes: list[Any] = []
    here: list[Any] = []
    over: list[bool] = []

    def prepare() -> None:
        if not boxes:
            boxes[:], here[:] = [rt.queue(1) for _ in range(p.tasks)], rt.queue(p.tasks + 1)

    async def keeper() -> dict[str, Any]:
        prepare()
        return await keep(rt, p, opening, boxes, here[1], over)

    async def ticker() -> list[float]:
        prepare()
        return await tick(rt, p.interval, here[0], over)

    async def one(index: int, number: int) -> int:
        prepare()
        get = boxes[index][1]
        connection = await get()
        await here[0](None)
        await send(connection, await get())
        return number

    return [keeper, ticker, *(partial(one, *each) for each in enumerate(numbers(rt.salt, p.tasks)))]


def coroutine(rt: Any, p: Params) -> list[Factory]:
    """asyncio's streams, on whatever loop: what the socket does not take lies in the transport's buffer."""

    async def send(streams: Any, said: bytes) -> None:
        _reader, writer = streams
        writer.write(said)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    return served(rt, p, halls.of_asyncio, send)


def rloop(rt: Any, p: Params) -> list[Factory]:
    """rloop's loop with its calls on bare sockets: its transports never close theirs (0.5.0)."""

    async def send(connection: Any, said: bytes) -> None:
        with connection:
            await rt.loop().sock_sendall(connection, said)

    return served(rt, p, halls.of_sockets, send)


def trio(rt: Any, p: Params) -> list[Factory]:
    """trio's own: streams."""

    async def send(stream: Any, said: bytes) -> None:
        async with stream:
            await stream.send_all(said)

    return served(rt, p, halls.of_trio, send)


def anyio(rt: Any, p: Params) -> list[Factory]:
    """anyio's own, on asyncio and on trio: streams."""

    async def send(stream: Any, said: bytes) -> None:
        async with stream:
            await stream.send(said)

    return served(rt, p, halls.of_anyio, send)


def curio(rt: Any, p: Params) -> list[Factory]:
    """curio's own: its sockets."""

    async def send(client: Any, said: bytes) -> None:
        async with client:
            await client.sendall(said)

    return served(rt, p, halls.of_curio, send)


def promise(p: Params, _dialect: Dialect) -> tuple[Promised, ...]:
    """The keeper, the ticker, and a task for each connection, all alive at once."""
    return Spawned(p.tasks + 2), Overlap(p.tasks + 2)


def judge(results: Sequence[Any], p: Params, salt: int) -> str | None:
    """Every client had the message, which shows the salt, and the ticker ticked all the while."""
    if len(results) != p.tasks + 2:
        return f"{len(results)} results instead of {p.tasks + 2}"
    report, ticks, *served_by = results
    wrong = wrong_report([report, *served_by], p.tasks, salt)
    return wrong or wrong_ticks(ticks, p.interval, report.get("since"), report.get("until"))


def records(results: Sequence[Any], p: Params) -> dict[str, Any]:
    """Return when the last fast client and the last of all had the message, and the ticker's lateness."""
    report, ticks = results[0], results[1]
    more = {name: report[name] for name in ("fast_ns", "all_ns", "slow_rcvbuf")}
    return told_of(report) | more | lateness_of(ticks, p.interval, report["since"], report["until"])


def points(preset: Preset) -> list[Params]:
    """Connections in decades, a tenth of them slow; beyond ``quick`` also without any slow one."""
    if preset == "quick":
        return [Params(tasks=tasks, slow=tasks // 10) for tasks in (10, 100)]
    counts = (10, 100, 400)
    return [Params(tasks=tasks, slow=tasks // share) for share in (10, 1000) for tasks in counts]


def small(rng: Random) -> list[Params]:
    """One client, a few with a slow one, and a random number with a message of a random size."""
    tasks = rng.randint(5, 25)
    drawn = Params(tasks, rng.randrange(tasks), rng.randint(1, 200_000), 0.001, rng.uniform(0.004, 0.006))
    return [Params(1, 0, 1), Params(5, 1), drawn]


WORKLOAD = Workload(
    name="broadcast",
    version="1",
    family="sockets",
    summary="a server sends one message to all its connections, some of which read slowly",
    reading=(
        "Of each sample the run file has `fast_ns`, until the last fast client has it, and `all_ns`, until"
        " the last at all, which takes the slow ones their own time (the floor). Latencies are those of the"
        " fast clients, lateness is the ticker's. Time and CPU per task hold accepting and closing. Who sends"
        " a message stays until all of it is gone; where a transport copies what the socket does not take,"
        " that is paid in memory: see the peak."
    ),
    params=Params,
    units={"size": "B", "pace": "s", "interval": "s"},
    versions=halls.versions(
        Capability.QUEUE,
        Capability.SLEEP,
        coroutine=coroutine,
        rloop=rloop,
        trio=trio,
        anyio=anyio,
        curio=curio,
        plainly=broadcast_plainly,
        waiting=broadcast_waiting,
    ),
    promise=promise,
    judge=judge,
    points=points,
    small=small,
    smallest=Params(tasks=2, slow=1, size=1000),
    brief=Params(tasks=100, slow=10),
    records=records,
    floor=floor,
    needs_own_slice=True,
    companion=lambda _p: companion("broadcast"),
    questions=(
        Question(
            title="One message to many, some of them slow",
            metric="latency_p99",
            goal="unlucky fast clients (p99) served first",
            rank=70,
            price="See how late the ticker is: who sends to all at once does nothing else meanwhile.",
        ),
        Question(
            title="One message to many, and the server stays punctual",
            metric="lateness_p99",
            goal="a ticker beside it least late (p99)",
            rank=70,
            price="Threads may interrupt each other, loops wait until a step has ended.",
        ),
    ),
    lanes=Lanes(
        params=Params(tasks=4, slow=1),
        reading=(
            "The first lane is the keeper, the second the ticker; each of the others sends to a client, the"
            " last of which reads slowly. Threads seem busy: nobody sees that a plain call on a socket waits."
        ),
    ),
)
