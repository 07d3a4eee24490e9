"""In a helper, a process or an interpreter that a pool keeps: the tasks of runs to come, called by number.

No closure can be sent to a helper. So it builds the task factories of its recipes, once and before any clock
starts, and what is submitted in a run are two numbers: which run, which task. How a helper is made stands
with the pools themselves, ``process_pool`` and ``interpreter_pool``.
"""

import gc
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, BrokenExecutor, Executor, wait
from typing import Any, NamedTuple

from concbench.models.base import BlockingRuntime, Factory
from concbench.models.capabilities import Capability, lent_by

RT = BlockingRuntime(sleep=time.sleep)
"""What tasks in helpers are lent: a lock or condition of another process or interpreter is none of theirs."""

LENDS: frozenset[Capability] = lent_by(RT)


class Gate(NamedTuple):
    """Where helpers wait for each other: ``let_go`` is told how many of those that ``wait`` may go on."""

    wait: Callable[[], object]
    let_go: Callable[[int], object]


_built: dict[int, list[Factory]] = {}
_gates: list[Gate] = []


def enter(gate: Gate) -> int:
    """Begin as a helper, and return its process's number. What it holds by itself is not garbage."""
    _gates[:] = [gate]
    gc.freeze()
    return os.getpid()


def build(recipes: Sequence[Any]) -> int:
    """Build the tasks of each recipe, in place of those that were there, and return the process's number.

    Garbage is collected, as it is in a worker before its clock starts.
    """
    _built.clear()
    _built.update((recipe.salt, recipe.build(RT)) for recipe in recipes)
    gc.collect()
    return os.getpid()


def call(salt: int, index: int) -> Any:
    """Run a task, and return its result: this is all that a helper does by the clock."""
    return _built[salt][index]()


def in_each(others: int | None, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    """Wait at the gate, or let the ``others`` through that wait there, and call a function."""
    if others is None:
        _gates[0].wait()
    else:
        _gates[0].let_go(others)
    return function(*arguments)


def everywhere(pool: Executor, workers: int, function: Callable[..., Any], *arguments: Any) -> list[Any]:
    """Have each helper of a pool call a function once, and return what it returned in each.

    A pool does not let anybody say who takes what, but hands out in order: all calls but the last wait at the
    gate, each with the helper that took it, until the last one comes, which only the remaining helper can
    take. Raises what any of them raises, once none is at the gate any more: who came back sooner could go
    through it in another's place. Of a pool that is broken none is waited for.
    """
    others = [None] * (workers - 1) + [workers - 1]
    futures = [pool.submit(in_each, number, function, arguments) for number in others]
    done, _waiting = wait(futures, return_when=FIRST_EXCEPTION)
    for one in done:
        if isinstance(one.exception(), BrokenExecutor):
            one.result()
    wait(futures)
    return [one.result() for one in futures]


class Helped:
    """A session whose tasks helpers run: a submit for each task by its number, then each result()."""

    rt = RT

    def __init__(self, pool: Executor, workers: int) -> None:
        self.pool, self.workers = pool, workers
        self.helpers: list[int] = everywhere(pool, workers, build, [])

    def prepare(self, batches: Sequence[Any]) -> None:
        """Have each helper build the tasks of all batches."""
        everywhere(self.pool, self.workers, build, [batch.recipe for batch in batches])

    def run(self, batch: Any) -> list[Any]:
        """Run a batch's tasks, and return their results in their order."""
        submit, salt = self.pool.submit, batch.recipe.salt
        futures = [submit(call, salt, index) for index in range(len(batch.factories))]
        return [future.result() for future in futures]
