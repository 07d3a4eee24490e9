"""What a limit is examined by, in steps 3 and 8: works of all kinds, on the stage. Standard library only."""

import gc
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from types import GeneratorType
from typing import Any

from concbench.lessons.blame import Wrong
from concbench.lessons.exam import Mishap, about, called, exam, left_out, odd, played, rest, same
from concbench.lessons.stage import StageClock
from concbench.lessons.steps import path_of
from concbench.words import shown

Work = Generator[Any, Any, Any]

MANY_LOOKS = 20_000
"""For a work that yields all the time."""


TURNS = 3
"""In so many turns the loop has come to what it waits for, and who was cancelled last has ended."""


@dataclass(slots=True)
class Observed:
    """What a call came to, how long it took (s), which works had ended by then, and what it left behind."""

    result: Any = None
    seconds: float = 0.0
    ended: list[str] = field(default_factory=list)
    left: int = 0


def sleeping(program: Any, ended: list[str], *naps: float, result: Any = None, name: str = "work") -> Work:
    """Sleep so often, and so long, and return something; note the end, whatever it is."""
    try:
        for seconds in naps:
            yield from rest(program, seconds)
        return result
    finally:
        ended.append(name)


def tidying(program: Any, ended: list[str], name: str = "work") -> Work:
    """Sleep as well, and have something to clean up in the end, which takes a while."""
    try:
        yield from rest(program, 60.0)
    finally:
        yield from rest(program, 0.5)
        ended.append(name)


def yielding(_program: Any, ended: list[str]) -> Work:
    """Yield, and never end."""
    try:
        while True:
            yield
    finally:
        ended.append("work")


def unmoved(program: Any, ended: list[str]) -> Work:
    """Sleep on after any error."""
    try:
        while True:
            try:
                yield from rest(program, 60.0)
            except Exception:  # noqa: BLE001, S112  (just that)
                continue
    finally:
        ended.append("work")


def failing(program: Any, ended: list[str]) -> Work:
    """Fail after a while."""
    yield from rest(program, 1.0)
    ended.append("work")
    raise Mishap


def unfinished(program: Any) -> int:
    """Return how many generators of a program have been begun, or could be, and have not ended."""
    files = {getattr(program, "__file__", None), *(str(path_of(step)) for step in range(1, 9))}
    return sum(
        one.gi_frame is not None and one.gi_code.co_filename in files
        for one in gc.get_objects()
        if type(one) is GeneratorType
    )


def observed(program: Any, clock: StageClock, work: Callable[[list[str]], Work]) -> Work:
    """Have something done, and return what came of it, as Observed."""
    told = Observed()
    for _ in range(TURNS):
        yield
    began, before = clock.now_us, unfinished(program)
    try:
        told.result = yield from work(told.ended)
    except Mishap:
        told.result = Mishap
    told.seconds = (clock.now_us - began) / 1e6
    told.ended = list(told.ended)
    for _ in range(TURNS):
        yield
    told.left = unfinished(program) - before
    return told


def told_of(program: Any, work: Callable[[list[str]], Work], looks: int = 600) -> Observed:
    """Play something, and return what came of it."""
    (told,) = played(program, lambda clock: [observed(program, clock, work)], looks=looks)
    if type(told) is not Observed:
        raise Wrong("run lost the result of a task", "run returns the results of all its tasks")
    return told


OUTSIDE = (
    "a cancel from outside is thrown in where it waits: cancel what it has started, and `raise` it again"
)


def cancelled(program: Any, what: str, work: Callable[[list[str]], Work], names: Sequence[str]) -> None:
    """Have the task that does something cancelled from outside; raises Wrong unless that comes out of it."""
    (told,) = played(program, lambda clock: [_cancelled(program, clock, work)])
    if told.result is not program.Cancelled:
        raise Wrong(
            f"{what}, in a task that another one cancels, came to {shown(told.result)}, and has to raise"
            " Cancelled",
            OUTSIDE,
        )
    about(f"{what} that is cancelled after 1 s", told.seconds, 1.0, OUTSIDE)
    if missing := left_out(names, told.ended):
        raise Wrong(f"{what} was cancelled from outside, and {missing} went on", OUTSIDE)
    if told.left > 0:
        raise Wrong(f"{what} was cancelled from outside, and left something behind that goes on", OUTSIDE)


def _cancelled(program: Any, clock: StageClock, work: Callable[[list[str]], Work]) -> Work:
    told = Observed()
    for _ in range(TURNS):
        yield
    began, before = clock.now_us, unfinished(program)
    (task,) = yield "start", [work(told.ended)]
    yield from rest(program, 1.0)
    yield "cancel", task
    try:
        told.result = yield from program.join(task)
    except program.Cancelled:
        told.result = program.Cancelled
    told.seconds = (clock.now_us - began) / 1e6
    for _ in range(TURNS):
        yield
    told.ended, told.left = list(told.ended), unfinished(program) - before
    return told


ENDING = "what is over its time has to be ended: by close() in step 3, by a cancel in step 8"


@dataclass(frozen=True, slots=True)
class LimitedWork:
    """A work, its limit (s), what ``timeout`` has to return, and after how long (s)."""

    what: str
    seconds: float
    work: Callable[[Any, list[str]], Work]
    right: tuple[Any, bool]
    after: float


def _slept(*naps: float, result: Any = None) -> Callable[[Any, list[str]], Work]:
    return lambda program, ended: sleeping(program, ended, *naps, result=result)


HALVES = [0.5] * 5
CASES = (
    LimitedWork("a work that sleeps for 1 s", 10.0, _slept(1.0), (None, True), 1.0),
    LimitedWork("a work that returns 0 at once", 10.0, _slept(result=0), (0, True), 0.0),
    LimitedWork("a work that sleeps 5 times for 0.5 s", 10.0, _slept(*HALVES, result="x"), ("x", True), 2.5),
    LimitedWork("a work that sleeps for 60 s", 2.0, _slept(60.0), (None, False), 2.0),
    LimitedWork("a work that sleeps 5 times for 0.5 s", 1.2, _slept(*HALVES), (None, False), 1.2),
    LimitedWork("a work that goes on after any Exception", 2.0, unmoved, (None, False), 2.0),
    LimitedWork("a work that yields all the time", 0.01, yielding, (None, False), 0.01),
)
CLEANS = LimitedWork("a work that cleans up for 0.5 s", 2.0, tidying, (None, False), 2.5)


def limits(program: Any) -> None:
    """Limit works that are quick, slow, of many parts, endless, and that fail."""
    for case in CASES:
        _limited(program, case)
    told = told_of(program, lambda ended: called(program, "timeout", odd(10.0), failing(program, ended)))
    if told.result is not Mishap:
        raise Wrong(
            f"timeout of a work that fails came to {shown(told.result)}, and has to raise its error",
            "an error of the work comes out of timeout: is an `except` too wide?",
        )
    _begun_later(program)


def _begun_later(program: Any) -> None:
    """Make a limit, and begin it after a while: until then no time is over."""
    took: list[float] = []

    def main(clock: StageClock) -> Work:
        limit = called(program, "timeout", odd(2.0), sleeping(program, [], 60.0))
        yield from rest(program, 1.0)
        began = clock.now_us
        yield from limit
        took.append((clock.now_us - began) / 1e6)

    played(program, lambda clock: [main(clock)])
    what = "timeout(2, …), made 1 s before its first step, of a work that sleeps for 60 s"
    about(what, took[0], 2.0, "the time counts from the first step: read the clock in the generator itself")


def cancelling_limits(program: Any) -> None:
    """Limit works as tasks: who is cancelled may take its time, and nobody is left behind."""
    limits(program)
    _limited(program, CLEANS)
    kept = []

    def limited(ended: list[str]) -> Work:
        kept.append(sleeping(program, ended, 60.0))
        return called(program, "timeout", odd(10.0), kept[-1])

    cancelled(program, "timeout(10, …) of a work that sleeps for 60 s", limited, ["work"])


def _limited(program: Any, case: LimitedWork) -> None:
    what = f"timeout({case.seconds:g}, …) of {case.what}"
    looks = 600 if case.work is not yielding else MANY_LOOKS
    kept = []  # nobody else ends a work that an answer has forgotten

    def limited(ended: list[str]) -> Work:
        kept.append(case.work(program, ended))
        return called(program, "timeout", odd(case.seconds), kept[-1])

    told = told_of(program, limited, looks)
    same(what, told.result, case.right, "(result, True) of what ends in time, (None, False) of what does not")
    if told.ended != ["work"]:
        raise Wrong(f"{what} returned, and the work had not ended", ENDING)
    about(
        what,
        told.seconds,
        case.after,
        "it ends when the work does, or when the time is over by `time.perf_counter()`: which is first",
    )
    if told.left > 0:
        raise Wrong(
            f"{what} left something behind that goes on",
            "who watches the clock is of no use any more when the work has ended: cancel it, too",
        )


EXAMS = [
    exam("timeout", "timeout, of works of all kinds, on the stage", limits),
    exam("timeout-task", "timeout, of tasks of all kinds, on the stage", cancelling_limits),
]
