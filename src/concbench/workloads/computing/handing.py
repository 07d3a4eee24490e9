"""Calls that are handed to somebody else: what they do and tell, who can take them, and what must be true.

Both sides look at the system's one clock (``time.perf_counter``), and at who runs: so when and where a call
was made is no matter of trust. The price of that is in each call, in place too: some hundred nanoseconds.
"""

import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module
from time import perf_counter
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

from concbench.models.base import Factory
from concbench.models.capabilities import Capability, NotLent, lent_by, primitives_of
from concbench.promised import Promised, Seen, first
from concbench.workloads.base import NotExpressible, numbers
from concbench.workloads.latency import latency, quantile
from concbench.workloads.steps import after, compute, start_of

To: TypeAlias = Literal["inline", "thread", "process", "interpreter"]
PLACES: tuple[To, ...] = get_args(To)

Place: TypeAlias = tuple[int, int, int]
"""Who runs: process, interpreter, thread, each by its number; a thread by the system's."""

Told: TypeAlias = tuple[float, float, int, Place]
"""What a call returns: when (s) it began and ended, what it computed, and where."""

Call: TypeAlias = Callable[[], Told]

BLOCKS = "a thread may block, so its user makes the call in place: to=inline is that"


SURE_STEPS = 50_000
"""Steps from which on a call surely takes longer than its task takes to look for the answer: some ms."""

SURE_CALLS = 10


class Made(NamedTuple):
    """A call as its task saw it: when (s) it was asked for and back, and what it told."""

    asked: float
    back: float
    began: float
    ended: float
    value: int
    place: Place


@dataclass(frozen=True, slots=True)
class Handed(Promised):
    """A task tells of calls that were made while it was at work, by the ledger's clock."""

    name = "handed"

    def broken(self, seen: Seen) -> str | None:
        """Compare when a task began and ended with its first asking and its last return."""
        return first(
            f"task {index} tells of calls from {made[0].asked - task.start:.6f} s after its start"
            f" until {task.end - made[-1].back:.6f} s before its end"
            for index, task in enumerate(seen.tasks)
            if task.finished
            and (made := made_by(task.result))
            and not task.start <= made[0].asked <= made[-1].back <= task.end
        )


@cache
def interpreter() -> int:
    """Return the number of this interpreter in its process."""
    try:
        found = import_module("_interpreters").get_current()
    except ImportError:
        found = import_module("_xxsubinterpreters").get_current()
    return int(found[0] if isinstance(found, tuple) else found)


def here() -> Place:
    """Return who runs this."""
    return os.getpid(), interpreter(), threading.get_native_id()


def called(value: int, steps: int) -> Told:
    """Be the call: compute, and tell when and where."""
    began = perf_counter()
    value = compute(value, steps)
    return began, perf_counter(), value, here()


def tasks_of(rt: Any, p: Any, task: Callable[[list[Call]], Any]) -> list[Factory]:
    """Return a factory for each task: ``task`` is given its calls, each with a number of its own."""
    starts = map(start_of, numbers(rt.salt, p.tasks * p.calls))
    calls: list[Call] = [partial(called, start, p.steps) for start in starts]
    return [partial(task, calls[place : place + p.calls]) for place in range(0, len(calls), p.calls)]


def handing(rt: Any, to: To, workers: int) -> Callable[[Call], Any]:
    """Return what hands a call over in a model's way; raises NotExpressible where it has none.

    What the library itself has for threads comes before an executor.
    """
    if to == "thread" and Capability.OFFLOAD in primitives_of(rt):
        if Capability.OFFLOAD not in lent_by(rt):
            raise NotExpressible(BLOCKS)
        return rt.offload  # type: ignore[no-any-return]
    if Capability.EXECUTOR not in lent_by(rt):
        raise NotExpressible(f"the model has nothing that hands a call to another {to}")
    try:
        return rt.executor(to, workers, here)  # type: ignore[no-any-return]
    except NotLent as lacking:
        raise NotExpressible(str(lacking)) from None


def calls_by(hand: Callable[[Call], Any]) -> Callable[[list[Call]], Any]:
    """Return the task that delegates to a hand-over, call by call."""

    def makes(calls: list[Call]) -> Any:
        done = []
        for call in calls:
            asked = perf_counter()
            told = yield from hand(call)
            done.append((asked, told, perf_counter()))
        return here(), done

    return makes


def made_by(result: Any) -> list[Made]:
    """Return the calls that a task tells of; raises TypeError or ValueError for what is no such result."""
    _where, calls = result
    return [Made(asked, back, *told) for asked, told, back in calls]


def wrong_calls(result: Any, number: int, *, calls: int, steps: int, to: To) -> str | None:
    """Return what is wrong with what a task returned that was given a number, or None."""
    try:
        where, made = tuple(result[0]), made_by(result)
    except (TypeError, ValueError, IndexError):
        return f"returned {result!r} instead of where it ran and its calls"
    if len(made) != calls:
        return f"made {len(made)} calls instead of {calls}"
    ends = [made[0].asked, *(one.back for one in made)]
    for turn, (one, before) in enumerate(zip(made, ends, strict=False)):
        if one.value != after(start_of(number + turn), steps):
            return f"call {turn} computed {one.value} instead of {after(start_of(number + turn), steps)}"
        if not before <= one.asked <= one.began <= one.ended <= one.back:
            return f"call {turn} was not made between asking for it and its return: {one}"
        if not _is_elsewhere(where, one.place, to):
            return f"call {turn} was made {told_apart(where, one.place)}, not as to={to} says"
    return None


def _is_elsewhere(where: Sequence[int], place: Sequence[int], to: To) -> bool:
    """Say whether a call was made where it should be: it may be alike in what lies outside of that alone."""
    process, inside, thread = (one == other for one, other in zip(where, place, strict=True))
    return {
        "inline": process and inside and thread,
        "thread": process and inside and not thread,
        "process": not process,
        "interpreter": process and not inside,
    }[to]


def told_apart(where: Sequence[int], place: Sequence[int]) -> str:
    """Say where a call was made, as seen from its task."""
    for kind, one, other in zip(("process", "interpreter", "thread"), where, place, strict=True):
        if one != other:
            return f"in another {kind}"
    return "by its task itself"


def surely_waits(p: Any) -> bool:
    """Say whether a task of a loop surely waits for half of its calls, whatever came between.

    A thread may have ended a short call before its task has looked for the answer (asyncio looks from Python
    3.14 on), though hardly many in a row. Another process has at times (curio looks first, and waits then).
    """
    sure: bool = p.steps >= SURE_STEPS or (p.to == "thread" and p.calls >= SURE_CALLS)
    return sure


def one_by_one(results: Sequence[Any]) -> str | None:
    """Return which task of a loop had ended before another asked for anything: somebody held the loop up."""
    made = [made_by(result) for result in results]
    last = max(range(len(made)), key=lambda index: made[index][0].asked)
    first = min(range(len(made)), key=lambda index: made[index][-1].back)
    if made[first][-1].back >= made[last][0].asked:
        return None
    return f"task {first} had its last call back before task {last} asked for its first, in the same thread"


def hand_overs(results: Sequence[Any], _p: Any) -> dict[str, Any]:
    """Return how long hand-overs took, in ns: there and back together (``latency``), and each by itself.

    There is from asking until the call begins, back from its end until its task goes on.
    """
    made = [one for result in results for one in made_by(result)]
    there, back = [one.began - one.asked for one in made], [one.back - one.ended for one in made]
    apart = {
        f"{name}_p{percent}_ns": round(1e9 * quantile(sorted(took), percent / 100))
        for name, took in (("there", there), ("back", back))
        for percent in (50, 99)
    }
    return latency([one + other for one, other in zip(there, back, strict=True)]) | apart
