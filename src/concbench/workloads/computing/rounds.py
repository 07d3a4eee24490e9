"""Rounds of waiting and computing, as tasks report them: when they began, then two times for each round."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias

from concbench.workloads.base import at_least

MOST_ROUNDS = 1_000_000
"""The waits of all tasks are drawn beforehand, and kept."""

Waits: TypeAlias = tuple[float, ...]
"""A task's waits in s, one for each round."""


class Round(NamedTuple):
    """A round, in s of the tasks' clock: when its wait began, when it was over, when computing was done."""

    began: float
    woke: float
    done: float
    wait: float


def require_few(tasks: int, rounds: int) -> None:
    """Raise ValueError for less than one task or round, and for more rounds of all tasks than are drawn."""
    at_least(1, tasks=tasks, rounds=rounds)
    if tasks * rounds > MOST_ROUNDS:
        raise ValueError(f"tasks × rounds must be at most {MOST_ROUNDS}, not {tasks} × {rounds}")


def rounds_of(result: Sequence[float], waits: Waits) -> Iterator[Round]:
    """Yield the rounds of a task's result: a wait begins when the round before is done."""
    _value, *times = result
    for place, wait in enumerate(waits):
        began, woke, done = times[2 * place : 2 * place + 3]
        yield Round(began, woke, done, wait)


def latencies(results: Sequence[Sequence[float]], waits: Sequence[Waits]) -> list[float]:
    """Return for each round how long (s) after the end of its wait it was done.

    All tasks want to begin at once: the first wait of each counts from when the first of all began. So what
    waits for a worker of a pool, or is started late, is as late as it is to whoever asked for it.
    """
    first = min(result[1] for result in results)
    found = []
    for result, mine in zip(results, waits, strict=True):
        began = first
        for one in rounds_of(result, mine):
            found.append(one.done - began - one.wait)
            began = one.done
    return found
