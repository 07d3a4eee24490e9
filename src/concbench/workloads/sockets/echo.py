"""echo: the model is a server; c clients send messages, and get back what they sent.

What it measures is what a request costs a server that does nothing else: bytes come in, whoever serves the
connection is woken, bytes go out. The clients are a companion: a process of its own on another CPU, which
draws what it sends, checks every byte of every reply, and reports how long each took. Set-up and teardown
cancel, because the cost is the paired slope between R and 2R requests on each connection.

The wordings are in ``echoing`` (coroutines) and ``echo_plainly`` (all others).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from concbench.models.base import Dialect
from concbench.models.capabilities import Capability
from concbench.promised import Promised
from concbench.promises import Overlap, Spawned
from concbench.workloads.base import Preset, Version, Workload, at_least, judge_equal, numbers
from concbench.workloads.questions import Lanes, Question
from concbench.workloads.sockets import echo_plainly, echoing, waiting
from concbench.workloads.sockets.orders import companion
from concbench.workloads.sockets.reports import told_of, wrong_in

APIS = ("usual", "protocol", "streams", "raw")
MOST_PAYLOAD = 1 << 20

LEAST_SHARE = 0.001
"""Of a lesser share nobody waits for the end, and messages may be further apart than a clock tells."""


@dataclass(frozen=True, slots=True)
class Params:
    """``connections``: c. ``requests``: R, how many on each. ``payload``: bytes of a message, and of a reply.

    ``api``: what of a library serves them (``usual``, ``protocol``, ``streams``, ``raw``: LOADS says whose).
    ``share``: 0 for a closed loop, where each connection waits for its reply; else the share of the rate of
    such a loop at which messages are sent, whether replies are there or not.
    """

    api: str = "usual"
    connections: int = 10
    requests: int = 100
    payload: int = 1024
    share: float = 0.0

    def __post_init__(self) -> None:
        if self.api not in APIS:
            raise ValueError(f"api must be one of {', '.join(APIS)}, not {self.api!r}")
        at_least(1, connections=self.connections, requests=self.requests, payload=self.payload)
        at_least(0, share=self.share)
        if self.share > 1:
            raise ValueError(f"share must be at most 1, not {self.share:g}")
        if 0 < self.share < LEAST_SHARE:
            raise ValueError(f"share must be 0, or at least {LEAST_SHARE:g}, not {self.share:g}")
        if self.payload > MOST_PAYLOAD:
            raise ValueError(f"payload must be at most {MOST_PAYLOAD} bytes, not {self.payload}")


def tasks(p: Params, dialect: Dialect) -> int:
    """Return how many tasks of ours there are: those that a library makes for its streams are not."""
    if dialect != "coroutine":
        return 1 + p.connections
    return 3 + p.connections if p.api == "raw" else 1


def promise(p: Params, dialect: Dialect) -> tuple[Promised, ...]:
    """A task for each connection, all alive at once, where it is not the library that makes them."""
    number = tasks(p, dialect)
    return Spawned(number), Overlap(number, room=number)


def judge(results: Sequence[Any], p: Params, salt: int) -> str | None:
    """The companion, with bytes drawn from this run's salt, verified as many replies as were asked for."""
    report: Any = results[0] if results else None
    if wrong := wrong_in(report, p.connections * p.requests, "replies", salt):
        return wrong
    tasks = report.get("served_by", 0)
    if type(tasks) is not int:
        return f"the report says that {tasks!r} tasks served"
    return judge_equal(results[1:], numbers(salt, tasks))


def records(results: Sequence[Any], _p: Params) -> dict[str, Any]:
    """Return latencies, the three phases, how busy the companion was, and what became of the options."""
    report: dict[str, Any] = results[0]
    return told_of(report) | {"requests_per_s": 1e9 * report["verified"] / report["traffic_ns"]}


def counts(_p: Params, ledger: Any) -> Mapping[str, int]:
    """Count the requests: those whose replies the companion verified."""
    return {"request": ledger.tasks[0].result["verified"]}


def points(preset: Preset) -> list[Params]:
    """Connections in decades; beyond ``quick`` each API, a large payload, and the open loop.

    Decades come first: of points of one size a question is answered at the first.
    """
    if preset == "quick":
        return [Params(connections=10, requests=50)]
    most = {"standard": 1000, "thorough": 4000}[preset]
    decades = [Params(connections=c, requests=most // c) for c in (1, 10, 100)]
    apis = [Params(api=api, requests=most // 10) for api in APIS[1:]]
    large = [Params(requests=most // 50, payload=1 << 16)]
    opened = [Params(requests=most // 10, share=share) for share in (0.5, 0.8)]
    return [*decades, *apis, *large, *opened]


def small(rng: Random) -> list[Params]:
    """One byte, once; a few messages; one that no buffer holds; some at a rate, by an API at random."""
    api = rng.choice(APIS)
    drawn = Params(api, rng.randint(1, 8), rng.randint(1, 12), rng.randint(1, 5000))
    wide = Params("usual", 2, 2, rng.randint(200_000, 400_000))
    return [Params("usual", 1, 1, 1), drawn, wide, Params("usual", rng.randint(1, 4), 5, 100, 0.5)]


WORKLOAD = Workload(
    name="echo",
    version="1",
    family="sockets",
    summary="c clients send messages to a server, and get back what they sent",
    reading=(
        "CPU and time per request, as the slope between R and 2R on each connection; the latencies are the"
        " clients'. A server does little here but receive and send, so a real one's requests differ by less."
        " Closed loop (share 0): a slow server is asked less, so read CPU per request, and not the latencies"
        " of one model against another's. Open loop: latencies count from when a message was meant to be"
        " sent, so a stall counts for all that waited; each model is asked at a share of its own rate, which"
        " stands beside it. A cell that says client-bound was as fast as its clients: its time per request"
        " is theirs, its CPU per request still its own. It does not tell of a network: both sides are on one"
        " machine, and share its caches and its kernel."
    ),
    params=Params,
    units={"payload": "B"},
    versions={
        "polling": echo_plainly.polling,
        "generator": echo_plainly.generator,
        "delegating": Version(
            echo_plainly.delegating,
            preferred=Version(waiting.echo_delegating, needs={Capability.READINESS, Capability.EVENT}),
        ),
        "coroutine": Version(echoing.coroutine, needs={Capability.LOOP, Capability.JOIN}),
        "blocking": Version(echo_plainly.blocking, needs={Capability.QUEUE, Capability.SHARED_MEMORY}),
        "rloop": Version(echoing.rloop, needs={Capability.LOOP, Capability.JOIN}),
        "trio": Version(echoing.trio, needs={Capability.JOIN}),
        "anyio-asyncio": echoing.anyio,
        "anyio-trio": echoing.anyio,
        "curio": echoing.curio,
        "tinyio": echo_plainly.tinyio,
        "async-await": waiting.echo_awaiting,
    },
    promise=promise,
    judge=judge,
    points=points,
    small=small,
    smallest=Params(connections=1, requests=1, payload=1),
    memory_points=lambda _points: [],
    brief=Params(connections=10, requests=100),
    records=records,
    doubled="requests",
    unit="request",
    counts=counts,
    companion=lambda _p: companion("echo"),
    questions=(
        Question(
            title="A server of many connections, cheap",
            where="api=usual,share=0",
            metric="cpu",
            goal="least CPU per request",
            axis="connections",
            price=(
                "It is a server that does nothing with its requests. Threads that serve a connection each"
                " cannot serve ten thousand; a loop that polls pays for connections that are silent, too."
            ),
        ),
        Question(
            title="A server of few connections, most requests",
            where="api=usual,share=0",
            metric="wall",
            goal="least time per request, all connections together",
            axis="connections",
            many=False,
            bound=10,
            price=(
                "Its inverse is requests a second; how soon one is answered is another question. Where the"
                " test's own client was the limit, a server may be quicker than shown."
            ),
        ),
        Question(
            title="A server of few connections, soon even if unlucky",
            where="api=usual,share=0",
            metric="latency_p99",
            goal="unlucky requests (p99) answered first",
            axis="connections",
            many=False,
            bound=10,
            price=(
                "By the median (latency p50 in “Every figure”) another may be sooner. A loop that polls"
                " answers at once, and keeps a core busy all the while."
            ),
        ),
    ),
    lanes=Lanes(
        params=Params(api="raw", connections=3, requests=4, payload=64),
        reading=(
            "The first lane talks to the companion; each of the others serves a connection, and is awake"
            " where a message has come in. What polls is awake all the while, and asks sockets that have"
            " nothing to say."
        ),
    ),
)
