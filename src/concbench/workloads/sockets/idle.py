"""idle: a server holds connections that say nothing; then all speak at once.

What it measures is the price of a live, silent connection: the bytes that task, stream and socket take, and
the time and CPU to accept one, to park it, to answer it and to close it. The clients are a companion, a
process of its own: they connect, are silent until the server has a task waiting on every connection (a keeper
looks then, and in memory passes reads the process's memory), and are told to speak all together. Each sends
one message, checks every byte of the echo, and waits until the server has closed.

Every connection has a task of its own, in each model, and gets its connection by a queue: so the witness sees
each, and memory per task is memory per connection. How each says it: asyncio's streams; trio's and anyio's;
curio's sockets; plain blocking sockets in threads and greenlets; for loops that poll, sockets that are looked
at in every round. tinyio has no sockets, and has a thread wait at each.

The wordings of coroutines stand here, all others in ``idle_plainly``.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

from concbench.models.base import Dialect, Factory
from concbench.models.capabilities import Capability
from concbench.promised import Promised
from concbench.promises import Gathered, Overlap, Spawned
from concbench.workloads.base import Preset, Workload, at_least, numbers
from concbench.workloads.questions import Lanes, Question
from concbench.workloads.sockets import halls, idle_plainly, idle_waiting
from concbench.workloads.sockets.descriptors import require_room
from concbench.workloads.sockets.halls import Opening, all_held
from concbench.workloads.sockets.orders import BACKLOG, BUFFER, companion, heard, ordered
from concbench.workloads.sockets.receiving import added_up
from concbench.workloads.sockets.reports import told_of, wrong_report

LEAST_WEIGHED = 100
"""Connections below which the pages of memory are too coarse a unit to tell what one takes."""


@dataclass(frozen=True, slots=True)
class Params:
    """``tasks``: how many connections there are. The keeper comes on top. ``payload``: bytes of a message."""

    tasks: int = 100
    payload: int = 64

    def __post_init__(self) -> None:
        at_least(1, tasks=self.tasks, payload=self.payload)
        if self.tasks > BACKLOG:
            raise ValueError(f"tasks must be at most {BACKLOG}, as many as may wait to be accepted")
        if self.payload > BUFFER:
            raise ValueError(f"payload must be at most {BUFFER} bytes, as many as a buffer holds")


async def keep(rt: Any, p: Params, opening: Opening, give: Any, hear: Any) -> dict[str, Any]:
    """Accept all, wait until all are held, look, have all speak, and return the companion's report."""
    async with opening(rt, BUFFER) as hall:
        await all_held(hall, idle_plainly.orders(rt, p, hall.port), [give] * p.tasks, hear, p.tasks)
        rt.observe()
        await hall.say(ordered())
        return heard(await hall.line(), p.tasks)


def served(rt: Any, p: Params, opening: Opening, serve: Callable[[Any], Awaitable[None]]) -> list[Factory]:
    """A keeper, and a task for each connection; the queues between them are made inside the loop."""
    require_room(p.tasks)
    doors: list[Any] = []
    here: list[Any] = []

    def prepare() -> None:
        if not doors:
            doors[:], here[:] = rt.queue(p.tasks), rt.queue(p.tasks)

    async def one(number: int) -> int:
        prepare()
        connection = await doors[1]()
        await here[0](None)
        await serve(connection)
        return number

    async def keeper() -> dict[str, Any]:
        prepare()
        return await keep(rt, p, opening, doors[0], here[1])

    return [keeper, *(partial(one, number) for number in numbers(rt.salt, p.tasks))]


def coroutine(rt: Any, p: Params) -> list[Factory]:
    """asyncio's streams, on whatever loop."""

    async def serve(streams: Any) -> None:
        reader, writer = streams
        writer.write(await reader.readexactly(p.payload))
        writer.close()
        await writer.wait_closed()

    return served(rt, p, halls.of_asyncio, serve)


def rloop(rt: Any, p: Params) -> list[Factory]:
    """rloop's loop with its calls on bare sockets: its transports never close theirs (0.5.0)."""

    async def serve(connection: Any) -> None:
        loop = rt.loop()
        with connection:
            message = await added_up(partial(loop.sock_recv, connection), p.payload)
            await loop.sock_sendall(connection, message)

    return served(rt, p, halls.of_sockets, serve)


def trio(rt: Any, p: Params) -> list[Factory]:
    """trio's own: streams."""

    async def serve(stream: Any) -> None:
        async with stream:
            await stream.send_all(await added_up(stream.receive_some, p.payload))

    return served(rt, p, halls.of_trio, serve)


def anyio(rt: Any, p: Params) -> list[Factory]:
    """anyio's own, on asyncio and on trio: streams."""

    async def serve(stream: Any) -> None:
        async with stream:
            await stream.send(await added_up(stream.receive, p.payload))

    return served(rt, p, halls.of_anyio, serve)


def curio(rt: Any, p: Params) -> list[Factory]:
    """curio's own: its sockets."""

    async def serve(client: Any) -> None:
        async with client:
            await client.sendall(await added_up(client.recv, p.payload))

    return served(rt, p, halls.of_curio, serve)


def promise(p: Params, dialect: Dialect) -> tuple[Promised, ...]:
    """A task for each connection, and the keeper; all wait when it looks, as far as that can be seen."""
    blocking = dialect == "blocking"
    gathered = Gathered(0, exact=False) if blocking else Gathered(p.tasks)
    return Spawned(p.tasks + 1), Overlap(p.tasks + 1), gathered


def judge(results: Sequence[Any], p: Params, salt: int) -> str | None:
    """Every connection was answered, as the companion checked byte by byte, and served by its task."""
    return wrong_report(results, p.tasks, salt)


def records(results: Sequence[Any], _p: Params) -> dict[str, Any]:
    """Return latencies, each from its client's own sending, and the phases; traffic ends with the last."""
    return told_of(results[0])


def points(preset: Preset) -> list[Params]:
    """Connections in decades."""
    counts = (10, 100) if preset == "quick" else (1, 10, 100, 900)
    return [Params(tasks=tasks) for tasks in counts]


def small(rng: Random) -> list[Params]:
    """One connection, a few, and a random number with messages of a random size."""
    return [Params(1, 1), Params(10), Params(rng.randint(11, 31), rng.randint(1, 20_000))]


WORKLOAD = Workload(
    name="idle",
    version="1",
    family="sockets",
    summary="a server holds silent connections, then all of them speak at once",
    reading=(
        "Bytes per live, silent connection (resident memory that the keeper sees, less what was there before;"
        " what the kernel holds of a socket is no part of it), and time and CPU to accept, park, answer and"
        " close one. `traffic_ns`, in the run file, is the time from the first client's word to the last"
        " one's answer. The keeper counts as a task. Loops that poll ask every silent socket in each round,"
        " so silence costs them a core; it costs the others nothing."
    ),
    params=Params,
    units={"payload": "B"},
    versions=halls.versions(
        Capability.QUEUE,
        coroutine=coroutine,
        rloop=rloop,
        trio=trio,
        anyio=anyio,
        curio=curio,
        plainly=idle_plainly,
        waiting=idle_waiting,
    ),
    promise=promise,
    judge=judge,
    points=points,
    small=small,
    memory_points=lambda points: [p for p in points[-1:] if p.tasks >= LEAST_WEIGHED],
    smallest=Params(tasks=2),
    brief=Params(tasks=100),
    records=records,
    companion=lambda _p: companion("idle"),
    questions=(
        Question(
            title="Many silent connections",
            metric="memory",
            goal="least memory per connection",
            each="connection",
            rank=65,
            price="While connections are silent, models that poll keep a core busy.",
        ),
        Question(
            title="All connections speak at once",
            metric="latency_p99",
            goal="unlucky clients (p99) answered first",
            rank=65,
            price="It is one burst: a server that is fast in it may still pay more for each connection.",
        ),
    ),
    lanes=Lanes(
        params=Params(tasks=4),
        reading=(
            "The first lane is the keeper, which accepts and then waits for the companion; each of the others"
            " waits on a connection, answers once, and closes it. Threads seem busy: nobody sees that a plain"
            " call on a socket waits."
        ),
    ),
)
