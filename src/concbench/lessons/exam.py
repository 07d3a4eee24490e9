"""What an answer is examined by: its parts by hand, or scenes on the stage, where nothing depends on time.

An examination is a workload of one task, which raises Wrong, or not. It hands on what is wrong and what to
look for as one text. Standard library only.
"""

import sys
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import pairwise
from typing import Any

from concbench.lessons.blame import Wrong, blamed, waiting_at
from concbench.lessons.stage import StageClock, TooManyLooks, on_clock
from concbench.lessons.tasks import Params, of_any
from concbench.models.base import Factory
from concbench.promised import Promised
from concbench.promises import Spawned
from concbench.words import a_kind, shown
from concbench.workloads.base import Version, Workload

Work = Generator[Any, Any, Any]

Act = Callable[[StageClock], list[Work]]
"""Makes the tasks of a scene, anew for each time that it is played; they may look at the clock."""

LOOK_US = 1
"""What a look at the clock takes in a scene (µs)."""

LOOKS = 600
"""How often a loop may look at the clock in a scene: with a few tasks it does so some dozen times."""

BEAT_S = 0.1
"""How often (s) a bystander wants its turn: so often that what blocks a loop in a scene is seen."""

MOST_BEATS = 2000

ODD = 1.0037
"""How long (s) a second of a scene is: who asks every 10 ms, or every 0.1 s, is late for whatever happens."""

NEAR_S = 0.005
"""How far (s) something may be from the time at which it has to happen: the looks take a part of that."""

AT_S = 100.0
"""What the clock of a scene starts at: far from 0, so that a time is never taken for a span of time."""

EXAMINED = "examined"


class Mishap(Exception):
    """What a task of an examination fails with, and no answer can know of."""


def exam(name: str, summary: str, held: Callable[[Any], None], version: str = "2") -> Workload[Params]:
    """Return the workload that has ``held`` look at a program; it raises Wrong."""
    params = Params(tasks=1)
    wordings = {"polling": partial(_polled, held), "delegating": partial(_stepped, held)}
    return Workload(
        name=f"lesson-{name}",
        version=version,
        summary=summary,
        reading="It is a check of the lesson, and no figure of it says anything.",
        params=Params,
        units={"seconds": "s"},
        versions={dialect: Version(wording) for dialect, wording in wordings.items()},
        promise=_alone,
        judge=of_any(_judged),
        points=lambda _preset: [params],
        small=lambda _rng: [params],
        smallest=params,
    )


def _alone(_p: Params, _dialect: str) -> tuple[Promised, ...]:
    return (Spawned(1),)


def _judged(results: Any, _p: Params) -> str | None:
    (result,) = results
    mark, words = result
    if mark != EXAMINED:
        raise ValueError(mark)
    told: str | None = words
    return told


def _polled(held: Callable[[Any], None], rt: Any, _p: Params) -> list[Factory]:
    class Examined(rt.Task):  # type: ignore[misc]
        def run(self) -> None:
            self.result, self.ready = (EXAMINED, told(held, rt.program)), True

    return [Examined]


def _stepped(held: Callable[[Any], None], rt: Any, _p: Params) -> list[Factory]:
    def examined() -> Work:
        return EXAMINED, told(held, rt.program)
        yield

    return [examined]


def told(held: Callable[[Any], None], program: Any) -> str | None:
    """Return what an examination finds wrong, with what to look for, or None."""
    cancelled = getattr(program, "Cancelled", Exception)
    try:
        with unseen():
            held(program)
    except TooManyLooks:
        return str(BUSY)
    except Wrong as wrong:
        return str(wrong)
    except (Exception, SystemExit, cancelled) as error:  # noqa: BLE001  (whatever a learner's code raises)
        return str(blamed(error, program))
    return None


@contextmanager
def unseen() -> Iterator[None]:
    """Keep the witness from taking what an examination makes for tasks of the run."""
    hook = sys.getprofile()
    sys.setprofile(None)
    try:
        yield
    finally:
        sys.setprofile(hook)


BUSY = Wrong(
    "while everybody waits, the loop goes round and round: somebody asks again and again",
    "who waits has to wait for something that others do (an Event, a deadline, a socket): a bare `yield`, or"
    " a short sleep, in a `while` asks over and over",
)


def called(program: Any, name: str, *given: Any) -> Work:
    """Return the generator that a function of the learner's makes; raises Wrong for anything else."""
    return generator(name, getattr(program, name)(*given))


def generator(name: str, work: Any) -> Work:
    """Return what a call made; raises Wrong where that is no generator."""
    if isinstance(work, Generator):
        return work
    if isinstance(work, Coroutine | AsyncGenerator):
        if isinstance(work, Coroutine):
            work.close()  # nobody will await it
        raise Wrong(
            f"{name}(…) made {a_kind(type(work))}, and has to make a generator",
            f"`def {name}`, not `async def`: here a task is a generator, and suspends by `yield`",
        )
    raise Wrong(
        f"{name}(…) made {a_kind(type(work))}, and has to make a generator",
        f"a function is a generator function when there is a `yield` in it: in {name} one is missing",
    )


def stepped(work: Work, told: Any = None) -> tuple[bool, Any]:
    """Take one step: return whether it goes on, and what it yields, or returns in the end."""
    try:
        return True, work.send(told)
    except StopIteration as stop:
        return False, stop.value


def played(program: Any, act: Act, *, looks: int = LOOKS) -> list[Any]:
    """Play a scene twice, alone and beside a bystander who wants a turn every 0.1 s; return its results.

    Raises Wrong where the loop is busy though everybody waits, or lets the bystander wait.
    """
    results = _played(program, StageClock(LOOK_US, looks), act)
    clock, beats = StageClock(LOOK_US, 100 * looks + 50 * MOST_BEATS), list[float]()
    _played(program, clock, partial(_beside, program, act, beats))
    gaps = [after - before for before, after in pairwise(beats)]
    if max(gaps, default=0.0) > 2 * BEAT_S:
        raise Wrong(
            f"a bystander that wants a turn every {BEAT_S:g} s had none for {max(gaps):.1f} s",
            "does something keep the loop from going round: time.sleep, a socket that blocks, a `run` within"
            " the task, or a `while` without a `yield`?",
        )
    return results


def _played(program: Any, clock: StageClock, act: Act) -> list[Any]:
    clock.now_us = round(1e6 * AT_S)
    with on_clock(program, clock), starts_looked_at(program):
        works = act(clock)
        results = program.run(works)
    if type(results) is not list or len(results) != len(works):
        raise Wrong(
            f"run returned {shown(results)} for {len(works)} tasks",
            "run returns the results of all its tasks, in their order",
        )
    return results


@contextmanager
def starts_looked_at(program: Any) -> Iterator[None]:
    """Have a loop that starts tasks raise Wrong where it is handed a work in place of works."""
    loop: Any = getattr(program, "Loop", None)
    if not hasattr(loop, "start"):
        yield
        return
    start = loop.start

    def looked_at(self: Any, task: Any, works: Any) -> Any:
        listed = []
        for work in works:
            if work is None or isinstance(work, tuple):
                raise Wrong(
                    f"`yield` of ('start', {shown(works)}){waiting_at(task)}: start takes works, several, and"
                    " not one",
                    'a list of works: `yield "start", [work]`',
                )
            listed.append(work)
        return start(self, task, listed)

    loop.start = looked_at
    try:
        yield
    finally:
        loop.start = start


def _beside(program: Any, act: Act, beats: list[float], clock: StageClock) -> list[Work]:
    works, ended = act(clock), []

    def noted(work: Work) -> Work:
        try:
            return (yield from work)
        finally:
            ended.append(work)

    def bystander() -> Work:
        while len(ended) < len(works) and len(beats) < MOST_BEATS:
            beats.append(clock.now_us / 1e6)
            yield from program.sleep(BEAT_S)

    return [*map(noted, works), bystander()]


def same(what: str, got: Any, right: Any, look: str) -> None:
    """Raise Wrong where something came to something else than it has to."""
    if type(got) is not type(right) or got != right:
        raise Wrong(f"{what} came to {shown(got)}, and has to come to {shown(right)}", look)


def odd(seconds: float) -> float:
    """Return how long (s) so many seconds of a scene are."""
    return ODD * seconds


def rest(program: Any, seconds: float) -> Work:
    """Return what sleeps for so many seconds of a scene, by the program's own ``sleep``."""
    work: Work = program.sleep(odd(seconds))
    return work


def about(what: str, seconds: float, right: float, look: str) -> None:
    """Raise Wrong where something took (s) another time than ``right``, in seconds of a scene."""
    off = abs(seconds - odd(right))
    if off > NEAR_S:
        digits = 2 if off > 2 * NEAR_S else 3
        took = f"{seconds / ODD:.{digits}f} s, and has to take {right:.{digits}f} s"
        raise Wrong(f"{what} took {took}", look)


def left_out(all_: Iterable[str], some: Iterable[str]) -> str:
    """Return those that are missing, in words."""
    there = set(some)
    return ", ".join(one for one in all_ if one not in there)
