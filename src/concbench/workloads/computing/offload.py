"""offload: tasks that hand calls to a thread, a process or another interpreter, and wait for the results.

What it measures is the price of handing over a call that would hold up everybody else: from asking for it
until it begins on the other side, and from its end until the task goes on. A call does some steps of
computing, none at ``steps=0``; in place (``to=inline``) it costs what it costs, and everybody waits.

Each library has its own way. asyncio's ``to_thread`` goes by way of an executor, a future of its own and one
of the loop's, with the context copied; ``run_in_executor``, which calls to processes and interpreters take,
leaves that out. trio and anyio keep idle threads, with a limiter at the door and a checkpoint on both sides;
curio reserves a worker of a pool and waits for it by a trap; tinyio starts a thread for each call; gevent
asks its pool of threads. Who has a loop that polls submits to an executor and looks at the future in each
round: while it looks it holds the interpreter's lock, which the other thread needs; the ladder's tasks wait
for a socket, from its selector on. A thread may block, and
makes the call in place: to hand it to another thread gains nothing, to a process or an interpreter it does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from random import Random
from time import perf_counter as now
from typing import Any

from concbench.models.base import (
    BlockingRuntime,
    CoroutineRuntime,
    DelegatingRuntime,
    Dialect,
    Factory,
    GeneratorRuntime,
    PollingRuntime,
)
from concbench.models.capabilities import Capability
from concbench.promised import Promised
from concbench.promises import Overlap, Spawned, Suspends
from concbench.workloads.base import Preset, Version, Workload, at_least
from concbench.workloads.computing import in_place
from concbench.workloads.computing.handing import (
    PLACES,
    SURE_CALLS,
    SURE_STEPS,
    Handed,
    calls_by,
    hand_overs,
    handing,
    here,
    made_by,
    one_by_one,
    surely_waits,
    tasks_of,
    wrong_calls,
)
from concbench.workloads.questions import Question


@dataclass(frozen=True, slots=True)
class Params:
    """``tasks``: how many make ``calls``, one after another, each of so many ``steps`` of computing.

    ``to``: where calls are made, ``inline``, in a ``thread``, a ``process`` or an ``interpreter``;
    ``workers``: how many processes or interpreters there are. (Threads are as many as tasks, or the library's
    own, of which none has fewer than five.)
    """

    tasks: int = 1
    calls: int = 50
    steps: int = 0
    to: str = "thread"
    workers: int = 2

    def __post_init__(self) -> None:
        at_least(1, tasks=self.tasks, calls=self.calls, workers=self.workers)
        at_least(0, steps=self.steps)
        if self.to not in PLACES:
            raise ValueError(f"to must be one of {', '.join(PLACES)}, not {self.to!r}")


def hand_of(rt: Any, p: Params) -> Any:
    """Return what hands a call over; raises NotExpressible."""
    return handing(rt, p.to, p.tasks if p.to == "thread" else p.workers)  # type: ignore[arg-type]


@cache
def calls_class(task: Any) -> Any:
    """Return the class of the polled tasks, the same for every run (see ``spawn``)."""

    class Calls(task):  # type: ignore[misc]
        def __init__(self, submit: Any, calls: list[Any]) -> None:
            super().__init__()
            self.submit, self.calls = submit, iter(calls)
            self.done: list[Any] = []
            self.future: Any = None

        def run(self) -> None:
            if self.future is None:
                self.ask()
            elif self.future.done():
                self.done.append((self.asked, self.future.result(), now()))
                self.ask()

        def ask(self) -> None:
            call = next(self.calls, None)
            if call is None:
                self.result = here(), self.done
                self.ready = True
            else:
                self.asked = now()
                self.future = self.submit(call)

    return Calls


def polling(rt: PollingRuntime, p: Params) -> list[Factory]:
    """Submit to an executor, and ask the future at every poll whether it is done."""
    if p.to == "inline":
        return in_place.polling(rt, p)
    return tasks_of(rt, p, partial(calls_class(rt.Task), hand_of(rt, p)))


def generator(rt: GeneratorRuntime | DelegatingRuntime, p: Params) -> list[Factory]:
    """Submit to an executor, and yield, since it cannot be done yet; then until it is."""
    if p.to == "inline":
        return in_place.generator(rt, p)
    submit = hand_of(rt, p)

    def makes(calls: list[Any]) -> Any:
        done = []
        for call in calls:
            asked = now()
            future = submit(call)
            yield
            while not future.done():
                yield
            done.append((asked, future.result(), now()))
        return here(), done

    return tasks_of(rt, p, makes)


def coroutine(rt: CoroutineRuntime, p: Params) -> list[Factory]:
    """Await the library's own call into a thread, a process or an interpreter."""
    if p.to == "inline":
        return in_place.coroutine(rt, p)
    hand = hand_of(rt, p)

    async def makes(calls: list[Any]) -> Any:
        done = []
        for call in calls:
            asked = now()
            told = await hand(call)
            done.append((asked, told, now()))
        return here(), done

    return tasks_of(rt, p, makes)


def blocking(rt: BlockingRuntime, p: Params) -> list[Factory]:
    """Call the library's own, or submit to an executor and wait for the future."""
    if p.to == "inline":
        return in_place.blocking(rt, p)
    hand = hand_of(rt, p)

    def makes(calls: list[Any]) -> Any:
        return here(), [(now(), hand(call), now()) for call in calls]

    def submits(calls: list[Any]) -> Any:
        return here(), [(now(), hand(call).result(), now()) for call in calls]

    return tasks_of(rt, p, makes if p.to == "thread" else submits)


def tinyio(rt: Any, p: Params) -> list[Factory]:
    """tinyio's own: ``yield from run_in_thread``, which starts a thread for the call."""
    if p.to == "inline":
        return in_place.generator(rt, p)
    return tasks_of(rt, p, calls_by(rt.offload if p.to == "thread" else hand_of(rt, p)))


def listening(rt: Any, p: Params) -> list[Factory]:
    """The ladder's, from its selector on: submit to an executor, and wait until the future's thread rings."""
    if p.to == "inline":
        return in_place.generator(rt, p)
    return tasks_of(rt, p, calls_by(rt.calling(hand_of(rt, p))))


def promise(p: Params, dialect: Dialect) -> tuple[Promised, ...]:
    """Tasks of a loop suspend for calls, and all ask before any has all its answers; threads start late."""
    if p.to == "inline":
        return Spawned(p.tasks), Suspends(0), Handed()
    if not surely_waits(p) or (dialect == "blocking" and p.to != "thread"):
        return Spawned(p.tasks), Handed()
    suspends = () if dialect == "blocking" else (Suspends(-(-p.calls // 2), exact=False),)
    return Spawned(p.tasks), Overlap(p.tasks), *suspends, Handed()


def judge(results: Sequence[Any], p: Params, salt: int = 0) -> str | None:
    """Every call computed what it should, when it should, where it should; no loop was held up by one."""
    if len(results) != p.tasks:
        return f"{len(results)} results instead of {p.tasks}"
    for index, result in enumerate(results):
        number = salt + index * p.calls
        wrong = wrong_calls(result, number, calls=p.calls, steps=p.steps, to=p.to)  # type: ignore[arg-type]
        if wrong:
            return f"task {index} {wrong}"
    alone = len({tuple(where) for where, _calls in results}) == 1
    return one_by_one(results) if p.to == "thread" and alone and surely_waits(p) else None


def counts(_p: Params, ledger: Any) -> dict[str, int]:
    """Return how many calls the tasks told of, which the judge has looked at."""
    return {"call": sum(len(made_by(task.result)) for task in ledger.tasks)}


def points(preset: Preset) -> list[Params]:
    """Each place at empty calls; then calls that compute; beyond one task only in threads."""
    if preset == "quick":
        return [Params(calls=20, to=to) for to in ("inline", "thread")]
    sizes = (0, 1_000, 10_000) if preset == "standard" else (0, 100, 1_000, 10_000, 100_000)
    alone = [Params(calls=20, steps=steps, to=to) for steps in sizes for to in PLACES]
    return [*alone, Params(tasks=4, calls=20)]


def small(rng: Random) -> list[Params]:
    """A single call, a few of each kind, and random numbers of each."""
    drawn = Params(rng.randint(2, 5), rng.randint(2, 15), rng.randint(0, 500))
    elsewhere = (
        Params(2, 3, steps, to)
        for to in ("process", "interpreter")
        for steps in (rng.randint(0, 99), SURE_STEPS)
    )
    return [
        Params(calls=1),
        Params(3, 4, 10, to="inline"),
        Params(2, SURE_CALLS),
        drawn,
        Params(3, 2, to="process"),
        *elsewhere,
    ]


WORKLOAD = Workload(
    name="offload",
    version="1",
    family="computing",
    summary="tasks that hand calls to a thread, a process or an interpreter, and wait for each",
    reading=(
        "Time and CPU per call, from the paired slope between so many calls and twice as many; latency p50"
        " and p99 are the hand-over alone, there and back, without the call. A call is worth handing over for"
        " the sake of others as soon as it takes longer than the hand-over keeps the loop busy (at most its"
        " CPU per call); for its own sake never to a thread under the interpreter's lock, and to a process or"
        " an interpreter where several compute side by side. What arguments and results cost that are large"
        " is not measured: here both are a few numbers."
    ),
    params=Params,
    versions={
        "polling": polling,
        "generator": generator,
        "delegating": Version(generator, preferred=Version(listening, needs={Capability.READINESS})),
        "coroutine": coroutine,
        "blocking": blocking,
        "tinyio": tinyio,
    },
    promise=promise,
    judge=judge,
    points=points,
    small=small,
    memory_points=lambda _points: [],
    smallest=Params(calls=2, to="inline"),
    brief=Params(calls=20, steps=100),
    records=hand_overs,
    doubled="calls",
    unit="call",
    counts=counts,
    questions=(
        Question(
            title="Blocking calls, handed to threads",
            where="to=thread",
            metric="latency_p99",
            goal="least p99 of the hand-over, there and back",
            bound=4,
            rank=60,
            price=(
                "The call itself is not in it. Under the interpreter's lock a thread that computes takes"
                " turns with the loop all the same (see interference)."
            ),
        ),
        Question(
            title="Blocking calls, handed to threads, cheap",
            where="to=thread",
            metric="cpu",
            goal="least CPU per call",
            bound=4,
            rank=60,
            price="A library that starts a thread for each call is simple, and pays for each.",
        ),
    ),
)
