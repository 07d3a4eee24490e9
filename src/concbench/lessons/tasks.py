"""What exercises are held to, beside the package's workloads: a few tasks of what a learner's file defines.

They are workloads as any plug-in has them, whose tasks find the learner's program at ``rt.program``. Nothing
is timed: a judge says what is wrong with what came of the tasks. Standard library only.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from resource import RUSAGE_SELF, getrusage
from time import process_time
from typing import Any

from concbench.models.base import Factory
from concbench.promised import Promised
from concbench.promises import Fair, Overlap, Spawned, Suspends
from concbench.words import shown
from concbench.workloads.base import Version, Wording, Workload, at_least

Work = Generator[Any, Any, Any]

BUSY = 0.5
"""The share of its time that a loop may keep the processor while all its tasks sleep."""


@dataclass(frozen=True, slots=True)
class Params:
    """``tasks``: how many. ``times``: how often they do what they do. ``seconds``: how long it takes."""

    tasks: int = 3
    times: int = 5
    seconds: float = 0.02

    def __post_init__(self) -> None:
        at_least(1, tasks=self.tasks, times=self.times)
        at_least(0, seconds=self.seconds)


def each(work: Callable[[Any, Params], Work]) -> Wording:
    """Return the wording of ``tasks`` tasks that all do the same."""
    return lambda rt, p: [partial(work, rt, p)] * p.tasks


def side_by_side(p: Params, _dialect: str) -> tuple[Promised, ...]:
    """All tasks are there at once."""
    return Spawned(p.tasks), Overlap(p.tasks)


def by_turns(p: Params, _dialect: str) -> tuple[Promised, ...]:
    """All tasks take turns, and suspend exactly so often."""
    return Spawned(p.tasks), Overlap(p.tasks), Suspends(p.times), Fair()


Judge = Callable[[Sequence[Any], Params], str | None]


def of_any(judge: Judge) -> Judge:
    """Return a judge of whatever a loop hands back, which may be nothing that its tasks returned."""

    def lenient(results: Sequence[Any], p: Params) -> str | None:
        try:
            return judge(results, p)
        except (ArithmeticError, LookupError, TypeError, ValueError):
            return f"the loop handed back {shown(results)}, which its tasks did not return"

    return lenient


def judged(wrong: Callable[[Any, Params], str | None]) -> Judge:
    """Return what judges results by judging each."""

    @of_any
    def judge(results: Sequence[Any], p: Params) -> str | None:
        told = (wrong(result, p) for result in results)
        return next((f"task {index}: {words}" for index, words in enumerate(told) if words), None)

    return judge


def checked(
    name: str,
    summary: str,
    versions: Mapping[str, Wording],
    wrong: Callable[[Any, Params], str | None],
    promise: Callable[[Params, Any], tuple[Promised, ...]] = side_by_side,
    params: Params = Params(),
) -> Workload[Params]:
    """Return a workload of one size; ``wrong`` says what is wrong with what came of one task, or None."""
    return Workload(
        name=f"lesson-{name}",
        version="1",
        summary=summary,
        reading="It is a check of the lesson, and no figure of it says anything.",
        params=Params,
        units={"seconds": "s"},
        versions={dialect: Version(wording) for dialect, wording in versions.items()},
        promise=promise,
        judge=judged(wrong),
        points=lambda _preset: [params],
        small=lambda _rng: [params],
        smallest=params,
    )


def expected(what: str, right: Callable[[Params], Any]) -> Callable[[Any, Params], str | None]:
    """Return what says that a result is not the one that is right, if it is not."""

    def wrong(result: Any, p: Params) -> str | None:
        if result == right(p):
            return None
        return f"{what} came to {shown(result)}, and has to come to {right(p)!r}"

    return wrong


def sleeping(rt: Any, p: Params) -> Work:
    """Sleep; return for how long, for how much of that (s) the loop computed, and how often it rested."""
    began, used, rests = rt.now(), process_time(), getrusage(RUSAGE_SELF).ru_nvcsw
    yield from rt.sleep(p.seconds)
    rested = getrusage(RUSAGE_SELF).ru_nvcsw - rests
    return rt.now() - began, process_time() - used, rested


def too_busy(result: tuple[float, float, int], _p: Params) -> str | None:
    """Say that a loop was busy while all slept: on a busy machine one that never rests may get little CPU."""
    slept, used, rested = result
    if rested and used <= BUSY * slept:
        return None
    busy, ms = f"{1e3 * used:.0f} ms", f"{1e3 * slept:.0f} ms"
    return f"while all tasks slept for {ms}, the loop kept the processor busy for {busy}"


def objects(rt: Any, p: Params) -> list[Factory]:
    """Objects that are to count down."""
    return [partial(rt.program.Countdown, p.times)] * p.tasks


def generators(rt: Any, p: Params) -> list[Factory]:
    """Generators that are to count down."""
    return [partial(rt.program.countdown, p.times)] * p.tasks


def inside(rt: Any, p: Params) -> list[Factory]:
    """One is inside and sleeps, and the others wait in line; each returns what its sleep inside was like."""
    door = rt.program.Semaphore(1)

    def visitor() -> Work:
        yield from door.acquire()
        seen = yield from sleeping(rt, p)
        yield from door.release()
        return seen

    return [visitor] * p.tasks


def empty(rt: Any, p: Params) -> list[Factory]:
    """Who gets waits, while who puts sleeps; each returns what that sleep was like."""
    put, get = rt.program.queue(1)

    def producer() -> Work:
        seen = yield from sleeping(rt, p)
        for _ in range(p.tasks - 1):
            yield from put(seen)
        return seen

    return [producer, *[get] * (p.tasks - 1)]


WORKLOADS = [
    checked("idle", "tasks sleep, and the processor has nothing to do", {"delegating": each(sleeping)},
            too_busy, params=Params(tasks=3, seconds=0.05)),
    checked("countdown", "tasks count down, and suspend at each number",
            {"polling": objects, "delegating": generators},
            expected("countdown", lambda p: p.times), by_turns),
    checked("inside", "one is inside and sleeps, the others wait in line", {"delegating": inside}, too_busy),
    checked("empty", "who gets waits while who puts sleeps", {"delegating": empty}, too_busy),
]  # fmt: skip
