"""What exercises are held to, beside the package's workloads: a few tasks of what a learner's file defines.

They are workloads as any plug-in has them, whose tasks find the learner's program at ``rt.program``. Nothing
is timed: a judge says what is wrong with what came of the tasks. Standard library only.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from math import isfinite
from resource import RUSAGE_SELF, getrusage
from time import process_time
from typing import Any

from concbench.models.base import Factory
from concbench.promised import Promised
from concbench.promises import Fair, Overlap, Spawned, Suspends
from concbench.words import a_kind, shown
from concbench.workloads.base import Version, Wording, Workload, at_least

Work = Generator[Any, Any, Any]

CLOSE_S = 1e-6
"""Two times (s) that are computed from the same are not farther apart."""

LONG_S = 0.6
"""How long (s) something takes that nobody is to wait for."""

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


def made(rt: Any, name: str, *given: Any) -> Work:
    """Return the generator that a function of the learner's makes; raises TypeError for anything else."""
    work = getattr(rt.program, name)(*given)
    if not isinstance(work, Generator):
        raise TypeError(f"{name} made {a_kind(type(work))}; it has to be a function with a yield in it")
    return work


def is_soon(due: Any, now: float) -> bool:
    """Say whether it is a deadline that a loop can be told: a number, and none that is far away."""
    return type(due) is float and due < now + LONG_S


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


def periodic(rt: Any, p: Params) -> Work:
    """Pass on what ``every`` yields, and note it: the deadlines."""
    work, due = made(rt, "every", p.seconds / 4, p.times), []
    while True:
        try:
            due.append(work.send(None))
        except StopIteration as stop:
            return due, stop.value
        if not is_soon(due[-1], rt.now()):
            yield from rt.sleep(p.seconds)
            return due, None
        yield due[-1]


def drifting(result: tuple[list[Any], Any], p: Params) -> str | None:
    """Say that deadlines are not a period apart, or that times are not those of the wakes."""
    due, times = result
    period = p.seconds / 4
    if len(due) != p.times or not all(type(one) is float for one in due):
        return f"every yielded {shown(due)}, and has to yield {p.times} deadlines"
    apart = next((b - a for a, b in pairwise(due) if abs(b - a - period) > CLOSE_S), None)
    if apart is not None:
        return f"two deadlines are {apart:.6f} s apart, and the period is {period:g} s: it drifts"
    if type(times) is not list or len(times) != p.times:
        return f"every returned {shown(times)}, and has to return {p.times} times"
    early = next((index for index, (a, b) in enumerate(zip(due, times, strict=True)) if b < a), None)
    return None if early is None else f"time {early} of those that every returned lies before its deadline"


def napping(rt: Any, p: Params) -> Work:
    """Pass on what ``nap`` yields, and return it, and between which two times it was asked for."""
    before, work = rt.now(), made(rt, "nap", p.seconds)
    due = next(work, None)
    after = rt.now()
    if is_soon(due, after):
        yield due
        yield from work
    else:
        yield from rt.sleep(p.seconds)
    return before, due, after


def uneven(result: tuple[float, Any, float], p: Params) -> str | None:
    """Say that a deadline is no whole number of hundredths of a second, too early, or too late."""
    before, due, after = result
    if type(due) is not float or not isfinite(due):
        return f"nap yielded {shown(due)}, and has to yield a deadline"
    if abs(100 * due - round(100 * due)) > CLOSE_S * 100:
        return f"nap yielded the deadline {due:.6f} s, which is no whole number of hundredths"
    if due < before + p.seconds:
        return f"nap({p.seconds:g}) may end after {1e3 * (due - before):.3f} ms: it sleeps too little"
    late = due - after - p.seconds
    if late <= 1 / 100:
        return None
    return f"nap adds {1e3 * late:.3f} ms, though the next hundredth comes before"


WORKLOADS = [
    checked("idle", "tasks sleep, and the processor has nothing to do", {"delegating": each(sleeping)},
            too_busy, params=Params(tasks=3, seconds=0.05)),
    checked("countdown", "tasks count down, and suspend at each number",
            {"polling": objects, "delegating": generators},
            expected("countdown", lambda p: p.times), by_turns),
    checked("every", "something happens in even steps", {"delegating": each(periodic)}, drifting),
    checked("nap", "sleepers wake together", {"delegating": each(napping)}, uneven),
]  # fmt: skip
