"""Instructions: how many a cell takes, counted by valgrind on both sides of a comparison.

A count needs no statistics: it repeats within a few in a thousand whatever the machine does meanwhile. What
it does not see is in docs/INSTRUCTIONS.md. It is the difference of two processes (:mod:`tally`), one of which
readies all and runs nothing.
"""

import os
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass, replace
from math import log2
from typing import Any, TypeAlias

from concbench.drive.cachegrind import CountingFailed, Running, TallyRunner, valgrind_path
from concbench.drive.pairing import Which
from concbench.drive.sides.side import Side
from concbench.drive.workers.described import handed_over
from concbench.metrics import INSTRUCTIONS, METRICS
from concbench.models.base import Model
from concbench.outcomes import CellOutcome
from concbench.workloads.base import Workload

__all__ = ["CountingFailed", "valgrind_path"]

THRESHOLD = METRICS[INSTRUCTIONS].margin
"""A change beyond this is one: several times what layouts of memory make of the same work."""

AIM_PASSES = 2
"""The counted runs are about so many passes of the calibration loop: some 20 to 50 million instructions."""

MOST_RUNS = 4096
SECONDS = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The instructions of ``number`` runs: ``work`` is that of the process ``full`` less ``zero``."""

    number: int
    zero: int
    full: int

    @property
    def work(self) -> int:
        """The instructions of the runs alone."""
        return self.full - self.zero


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedCell:
    """A cell to be counted on both sides."""

    model: str
    workload: str
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The counts of a cell on both sides; ``confirmed`` if it was counted twice, and this is nearer to 1."""

    base: Tally
    head: Tally
    confirmed: bool

    @property
    def verdict(self) -> str:
        """``slower``, ``faster`` or ``same``."""
        return verdict_of(self.base.work, self.head.work)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A cell that could not be counted, on which side, and why; ``last_words`` are the process's own."""

    side: Which
    outcome: str
    reason: str
    last_words: str = ""


Found: TypeAlias = Pair | Lost

NOT_COUNTED = "not counted"
"""The name of the warnings in a run file that are about counts which are not there."""


def countable(model: Model, workload: Workload[Any]) -> str | None:
    """Return None, or why a count would say nothing about this model or workload."""
    if model.traits.preempted or not model.traits.pinnable:
        return "it runs in several threads or processes, which valgrind runs one after another"
    if workload.needs_own_slice or workload.floor(workload.smallest) > 0:
        return "it waits for time to pass, and how many instructions that takes depends on the machine"
    return None


def verdict_of(base: float, head: float, threshold: float = THRESHOLD) -> str:
    """Return ``slower`` or ``faster`` where head is off base by more than ``threshold``, else ``same``."""
    ratio = head / base
    return "slower" if ratio > 1 + threshold else "faster" if ratio < 1 - threshold else "same"


def number_for(once_ns: int, pass_ns: int) -> int:
    """Return how many runs to count, a power of two, from how long a run and a calibration pass take."""
    return int(min(MOST_RUNS, 2 ** max(0, round(log2(AIM_PASSES * pass_ns / once_ns)))))


def choose_number(target: Side, cell: CountedCell, *, runner: TallyRunner) -> int:
    """Return how many runs to count, from how long one takes on ``target``; raises CountingFailed.

    It is for both sides: only counts of the same number of runs can be compared.
    """
    setup = setup_of(target, cell, op="estimate")
    return number_for(**runner.natively(target.place, setup))


def count_instructions(
    target: Side, cell: CountedCell, *, number: int, runner: TallyRunner, layout: int = 1
) -> Tally:
    """Count the instructions of ``number`` runs of a cell; raises CountingFailed.

    ``layout`` seeds the layouts of memory over which the runs are spread. A first process, not counted,
    compiles what will be imported, so that the other two load it alike.
    """
    setup = setup_of(target, cell, op="tally", number=number, layout=layout)
    runner.natively(target.place, with_runs(setup, 0))
    zero, full = (runner.counted(target.place, with_runs(setup, runs)) for runs in (0, number))
    if full <= zero:
        why = f"{number} runs took no instructions ({full} with, {zero} without)"
        raise CountingFailed(CellOutcome.INVALID, why)
    return Tally(number=number, zero=zero, full=full)


def setup_of(target: Side, cell: CountedCell, **amounts: Any) -> dict[str, Any]:
    """Return what a tally process is told."""
    imports = target.place.imports(handed_over(target.plugins, target.place), target.loops, cell.model)
    return {**asdict(cell), **imports, **amounts}


def with_runs(setup: dict[str, Any], runs: int) -> dict[str, Any]:
    """Return what a process is told that carries out so many runs.

    Any number has as many digits: two processes are to differ in nothing else.
    """
    return setup | {"runs": f"{runs:06d}"}


def count_pair(base: Side, head: Side, wanted: CountedCell, runner: TallyRunner) -> Found:
    """Count a cell on both sides, and once more in other layouts of memory where they differ.

    Of the two results the one nearer to 1 stands: a change is called one only where both counts say so.
    """
    sides: Mapping[Which, Side] = {"base": base, "head": head}
    pairs: list[Pair] = []
    side: Which = "base"
    try:
        number = choose_number(base, wanted, runner=runner)
        for layout in (1, 2):
            tallies = {}
            for side, target in sides.items():
                tallies[side] = count_instructions(
                    target, wanted, number=number, layout=layout, runner=runner
                )
            pairs.append(Pair(**tallies, confirmed=False))
            if pairs[-1].verdict == "same":
                break
    except CountingFailed as failed:
        return Lost(side=side, outcome=failed.outcome, reason=failed.reason, last_words=failed.last_words)
    return replace(min(pairs, key=_distance), confirmed=len(pairs) > 1)


def _distance(pair: Pair) -> float:
    return abs(log2(pair.head.work / pair.base.work))


def count_all(
    base: Side,
    head: Side,
    cells: Sequence[CountedCell],
    *,
    seconds: float = SECONDS,
    at_once: int | None = None,
) -> Generator[tuple[int, Found], None, None]:
    """Count cells on both sides, ``at_once`` of them at a time (default: one for each CPU).

    Counts do not mind company. Yields the place of a cell and what was found as each is done. Whatever ends
    it early, such as Ctrl-C or that it is closed, ends all processes.
    """
    running = Running()
    runner = TallyRunner(seconds, running)
    pool = ThreadPoolExecutor(at_once or os.cpu_count() or 1)
    try:
        counting = {pool.submit(count_pair, base, head, cell, runner): i for i, cell in enumerate(cells)}
        for future in as_completed(counting):
            yield counting[future], future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        running.end_all()
        pool.shutdown()
