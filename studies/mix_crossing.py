"""Show that a crossing of ``mix`` lies where a direct sweep finds it: ``python studies/mix_crossing.py``.

A run of concbench finds at how many steps a pool of processes overtakes asyncio, from a few sizes. Then both
are written by hand, without anything of concbench but its steps (``asyncio.gather`` on a loop that is kept,
``ProcessPoolExecutor`` with as many processes), and swept over many sizes about that place, turn by turn.
Each sweep puts a straight line through log(asyncio / pool) over log(steps), and crosses where that is zero.
The command exits with 1 where the intervals of the two places do not overlap, and with 2 where none was
found.
"""

import argparse
import asyncio
import json
import multiprocessing
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter, sleep

import numpy as np

from concbench.analysis.dataset import gather
from concbench.analysis.laws import Crossing, crossings_of
from concbench.analysis.sweeps import sweeps_of
from concbench.runs import run
from concbench.stats.interval import Interval, NotDetermined
from concbench.stats.median import median_interval
from concbench.workloads.computing.mix import Params
from concbench.workloads.steps import compute

POOL = "process-pool"
PROCESSES = 4
SIZES = (1_000, 2_000, 4_000, 8_000, 16_000, 32_000)
NEAR = 2.0
"""How many times smaller and larger than the crossing the sizes of a direct sweep are, at most."""

Timed = Callable[[int], float]
"""Runs all tasks with so many steps, and returns the seconds that it took."""


@dataclass(frozen=True, slots=True)
class Found:
    """Where the crossing is: by a run, with its share of computing, and by direct sweeps."""

    by_run: Interval
    share: Interval | None
    directly: Interval

    @property
    def agree(self) -> bool:
        """Whether the two intervals overlap."""
        return self.by_run.low <= self.directly.high and self.directly.low <= self.by_run.high


def by_run(p: Params, sizes: Sequence[int], folder: Path) -> Crossing:
    """Return where a run of concbench says that the pool overtakes asyncio. Raises NotDetermined."""
    params = {"steps": list(sizes), "tasks": p.tasks, "rounds": p.rounds, "wait": p.wait}
    result = run(
        models=["asyncio", POOL], workloads=["mix"], params=params, memory=False, to=str(folder / "mix.jsonl")
    )
    dataset = gather([result.measured])
    found = [
        one
        for sweep in sweeps_of(dataset)
        for one in crossings_of(dataset, sweep)
        if one.metric == "wall" and one.before.model == "asyncio"
    ]
    if not found:
        raise NotDetermined(f"the run found no crossing between {sizes[0]} and {sizes[-1]} steps")
    return found[0]


def chunk(value: int, rounds: int, wait: float, steps: int) -> int:
    """Do a task as a plain call, in a process of the pool."""
    for _ in range(rounds):
        sleep(wait)
        value = compute(value, steps)
    return value


@contextmanager
def bare_pool(p: Params) -> Iterator[Timed]:
    """Run tasks in a pool of processes that is kept open."""

    def timed(steps: int) -> float:
        began = perf_counter()
        futures = [pool.submit(chunk, task, p.rounds, p.wait, steps) for task in range(p.tasks)]
        for future in futures:
            future.result()
        return perf_counter() - began

    with ProcessPoolExecutor(PROCESSES, mp_context=multiprocessing.get_context("spawn")) as pool:
        for _ in range(2):
            timed(1)
        yield timed


@contextmanager
def bare_asyncio(p: Params) -> Iterator[Timed]:
    """Run tasks on an event loop that is kept open."""

    async def task(value: int, steps: int) -> int:
        for _ in range(p.rounds):
            await asyncio.sleep(p.wait)
            value = compute(value, steps)
        return value

    async def all_tasks(steps: int) -> None:
        await asyncio.gather(*(task(number, steps) for number in range(p.tasks)))

    def timed(steps: int) -> float:
        began = perf_counter()
        runner.run(all_tasks(steps))
        return perf_counter() - began

    with asyncio.Runner() as runner:
        yield timed


def zero_of(sizes: Sequence[int], ratios: Sequence[float]) -> float:
    """Return where the straight line through log-ratios over log-sizes is zero. Raises NotDetermined."""
    slope, at_one = np.polyfit(np.log(sizes), np.log(ratios), 1)
    if slope <= 0:
        raise NotDetermined("the ratio does not grow with the steps, so it crosses nowhere")
    return float(np.exp(-at_one / slope))


def directly(p: Params, about: float, sweeps: int, number: int) -> Interval:
    """Return where bare loops cross, by so many sweeps over so many sizes about a place."""
    sizes = [round(size) for size in np.geomspace(about / NEAR, about * NEAR, number)]
    with bare_pool(p) as pool, bare_asyncio(p) as loop:
        zeros = []
        for sweep in range(sweeps):
            turns = sizes if sweep % 2 else sizes[::-1]
            ratios = {size: loop(size) / pool(size) for size in turns}
            zeros.append(zero_of(sizes, [ratios[size] for size in sizes]))
    return median_interval(zeros)


def found(p: Params, sizes: Sequence[int] = SIZES, sweeps: int = 15, number: int = 9) -> Found:
    """Return where both find the crossing. Raises NotDetermined."""
    with tempfile.TemporaryDirectory() as folder:
        crossing = by_run(p, sizes, Path(folder))
    at = crossing.found.at
    return Found(at, crossing.share, directly(p, at.middle, sweeps, number))


def spelled(one: Interval | None, form: str) -> str:
    """Return an interval in words."""
    return "–" if one is None else f"{one.middle:{form}} [{one.low:{form}} to {one.high:{form}}]"


def main() -> None:
    """Print where the crossing is, or as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sweeps", type=int, default=15, help="direct sweeps (default: 15)")
    parser.add_argument("--sizes", type=int, default=9, help="sizes of each (default: 9)")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    try:
        what = found(Params(), sweeps=options.sweeps, number=options.sizes)
    except NotDetermined as undetermined:
        print(undetermined.reason, file=sys.stderr)
        sys.exit(2)
    if options.json:
        print(json.dumps(asdict(what)))
    else:
        print(f"a run:         {spelled(what.by_run, '.0f')} steps; share of computing", end=" ")
        print(spelled(what.share, ".3f"))
        print(f"direct sweeps: {spelled(what.directly, '.0f')} steps")
        print(f"a run / direct: {what.by_run.middle / what.directly.middle:.3f}")
    sys.exit(0 if what.agree else 1)


if __name__ == "__main__":
    main()
