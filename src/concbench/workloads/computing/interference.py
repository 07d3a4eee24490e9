"""interference: a ticker that wakes every few ms, beside a hog that computes in chunks until it is done.

What it measures is how late the ticker goes on. A hog that computes in the loop gives way between its chunks,
and delays everybody by a chunk. Handed to a thread (``to=thread``) it takes turns with the loop by the
interpreter's lock, whose switch interval (5 ms) decides then; in another process or interpreter, or in a
build without that lock, nobody waits for it while there are CPUs enough. ``to=none`` is the ticker alone.

Tasks that are threads themselves have the hog in a thread of its own: there ``to=inline`` is what they do,
and the lock decides again. A loop that polls looks at its ticker whenever nobody computes, and where the hog
is in another thread it fights with it for the lock, at the price of a core.

The ticker arms anew when it has gone on, as ``while True: await sleep(0.005)`` does, and looks at the
system's clock, not the model's; each chunk tells when and where it was computed, as a call of ``offload``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from concbench.models.base import Dialect
from concbench.models.capabilities import Capability
from concbench.promised import Promised
from concbench.promises import Delays, Overlap, Spawned
from concbench.workloads.base import Preset, Version, Workload, at_least
from concbench.workloads.basics.timers import EARLY_TOLERANCE, NUMBERS
from concbench.workloads.computing import ticking
from concbench.workloads.computing.handing import PLACES, Made, made_by, wrong_calls
from concbench.workloads.latency import lateness_of_ticks
from concbench.workloads.questions import Question

NONE = "none"
"""There is no hog."""

SURE_SECONDS = 0.1
"""How long (s) the ticker has to tick, for the hog surely to have begun before it is half through."""

SURE_STEPS = 10_000
LEAST_SHARE = 0.5
"""Of the time from its first chunk until the last tick, how much the hog has to be at work at least, where a
chunk takes so many steps: much longer than to give way after it."""


@dataclass(frozen=True, slots=True)
class Params:
    """``ticks``: how often the ticker sleeps, for ``interval`` s each. ``steps``: of computing in a chunk.

    ``to``: where chunks are computed: by ``none``, ``inline`` in the hog's own task, in a ``thread``, a
    ``process`` or an ``interpreter``, of which there is one.
    """

    ticks: int = 20
    interval: float = 0.005
    steps: int = 50_000
    to: str = "inline"

    def __post_init__(self) -> None:
        at_least(1, ticks=self.ticks, steps=self.steps)
        at_least(0, interval=self.interval)
        if self.to not in (NONE, *PLACES):
            raise ValueError(f"to must be one of {', '.join((NONE, *PLACES))}, not {self.to!r}")


def promise(p: Params, dialect: Dialect) -> tuple[Promised, ...]:
    """The ticker takes its time; in a loop the hog is there beside it."""
    asleep, early = p.ticks * p.interval, p.ticks * EARLY_TOLERANCE
    if p.to == NONE:
        return Spawned(1), Delays((asleep,), early)
    both = dialect != "blocking" or asleep >= SURE_SECONDS
    return Spawned(2), Overlap(2 if both else 1, room=2), Delays((asleep, 0.0), early)


def judge(results: Sequence[Any], p: Params, salt: int = 0) -> str | None:
    """The ticker slept as often and as long as it should; the hog computed what it should, and all along."""
    tasks = 1 if p.to == NONE else 2
    if len(results) != tasks:
        return f"{len(results)} results instead of {tasks}"
    if wrong := wrong_ticks(results[0], p, salt):
        return f"the ticker {wrong}"
    return None if p.to == NONE else wrong_hog(results[1], results[0][1], p, salt)


def wrong_ticks(result: Any, p: Params, salt: int) -> str | None:
    """Return what is wrong with what the ticker returned: the salt, and when (s) it armed and went on."""
    if not (type(result) is tuple and len(result) == 2 and result[0] == salt and type(result[1]) is list):
        return f"returned {result!r} instead of ({salt}, its ticks)"
    if len(result[1]) != p.ticks:
        return f"ticked {len(result[1])} times instead of {p.ticks}"
    before = 0.0
    for tick, each in enumerate(result[1]):
        if not (type(each) is tuple and len(each) == 2 and NUMBERS.issuperset(map(type, each))):
            return f"returned {each!r} instead of (armed, woke)"
        armed, woke = each
        if not woke - armed >= p.interval - EARLY_TOLERANCE:
            return f"slept {woke - armed:.6f} s of its {p.interval:.6f} s at tick {tick}"
        if armed < before:
            return f"armed tick {tick} before the last one was over"
        before = woke
    return None


def wrong_hog(result: Any, ticks: Sequence[tuple[float, float]], p: Params, salt: int) -> str | None:
    """Return what is wrong with the hog: what it computed, or when it was not at work."""
    try:
        made = made_by(result)
    except (TypeError, ValueError):
        return f"the hog returned {result!r} instead of where it ran and its chunks"
    if not made:
        return "the hog computed nothing"
    chunks = len(made)
    if wrong := wrong_calls(result, salt, calls=chunks, steps=p.steps, to=p.to):  # type: ignore[arg-type]
        return f"the hog {wrong}"
    return starved(made, ticks, p) if p.ticks * p.interval >= SURE_SECONDS else None


def starved(made: Sequence[Made], ticks: Sequence[tuple[float, float]], p: Params) -> str | None:
    """Return how late the hog began, or how little it was at work, where somebody kept it from that."""
    begun, half, end = made[0].asked, ticks[len(ticks) // 2][1], ticks[-1][1]
    if begun > half:
        return f"the hog began {begun - half:.6f} s after the ticker was half through"
    at_work = sum(min(one.back, end) - one.asked for one in made if one.asked < end)
    if p.steps >= SURE_STEPS and at_work < LEAST_SHARE * (end - begun):
        return f"the hog was at work {at_work:.6f} s of the {end - begun:.6f} s from its beginning on"
    return None


def records(results: Sequence[Any], p: Params) -> dict[str, Any]:
    """Return how late the ticker was (ns), as ``timers`` tells it, and how many chunks the hog got done."""
    late = lateness_of_ticks([woke - armed - p.interval for armed, woke in results[0][1]])
    return late | {"chunks": sum(len(made_by(hog)) for hog in results[1:])}


def counts(_p: Params, ledger: Any) -> dict[str, int]:
    """Return how many rounds the ticker made, which the judge has looked at."""
    return {"round": len(ledger.tasks[0].result[1])}


def points(preset: Preset) -> list[Params]:
    """The ticker alone, and beside a hog wherever it may be; ``thorough`` with other chunks, too."""
    if preset == "quick":
        return [Params(to=to) for to in (NONE, "inline", "thread")]
    sizes = (50_000,) if preset == "standard" else (20_000, 50_000, 500_000)
    hogs = [Params(steps=steps, to=to) for steps in sizes for to in PLACES]
    return [Params(to=NONE), *hogs]


def small(rng: Random) -> list[Params]:
    """A single tick, a few alone, and a few beside each kind of hog."""
    steps = rng.randint(1_000, 30_000)
    few = [Params(rng.randint(2, 6), 0.005, steps, to) for to in PLACES]
    return [Params(1, 0.01, 100), Params(rng.randint(2, 5), 0.004, 1, NONE), *few, Params(steps=SURE_STEPS)]


SHARED = Capability.SHARED_MEMORY

WORKLOAD = Workload(
    name="interference",
    version="1",
    family="computing",
    summary="a ticker that wakes every 5 ms, beside a hog that computes in chunks",
    reading=(
        "How late the ticker went on: lateness p50 and p99 are of its ticks, all of them beside a hog that is"
        " at work (but for to=none). In the loop it is the length of a chunk, or of two; with the hog in a"
        " thread about the switch interval of the interpreter's lock; in a process or an interpreter what the"
        " model itself takes, while there are CPUs enough. CPU is that of both, and the hog takes what it"
        " gets: how much it got done is in chunks, not in the time."
    ),
    params=Params,
    units={"interval": "s"},
    versions={
        "polling": Version(ticking.polling, needs={Capability.SLEEP, SHARED}),
        "generator": Version(ticking.generator, needs={SHARED}),
        "delegating": Version(
            ticking.delegating,
            needs={Capability.SLEEP, SHARED},
            preferred=Version(ticking.listening, needs={Capability.SLEEP, Capability.READINESS, SHARED}),
        ),
        "coroutine": Version(ticking.coroutine, needs={Capability.SLEEP, Capability.SWITCH, SHARED}),
        "blocking": Version(ticking.blocking, needs={Capability.SLEEP, SHARED}),
        "tinyio": Version(ticking.tinyio, needs={Capability.SLEEP, SHARED}),
        "gevent": Version(ticking.gevent, needs={Capability.SLEEP, SHARED}),
    },
    promise=promise,
    judge=judge,
    points=points,
    small=small,
    memory_points=lambda _points: [],
    smallest=Params(ticks=1, steps=1, to=NONE),
    brief=Params(ticks=10, interval=0.002, steps=10_000),
    records=records,
    floor=lambda p: p.ticks * p.interval,
    needs_own_slice=True,
    unit="round",
    counts=counts,
    questions=(
        Question(
            title="Timers beside somebody who computes",
            where="to=inline",
            metric="lateness_p99",
            goal="unlucky ticks (p99) least late",
            axis="ticks",
            bound=20,
            rank=60,
            price="The hog takes a CPU all the while; where there is no other, the ticker waits for it.",
        ),
    ),
)
