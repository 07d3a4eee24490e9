"""Show that ``advise`` finds where a service stops keeping its deadline: ``python studies/advise_limit.py``.

``concbench advise --at`` tells up to how many tasks asyncio keeps the deadline, and from how many on not
surely. Then the same service is written by hand, without anything of concbench but its steps: coroutines on a
loop that is kept, whose rounds come in at times drawn here. It is swept over numbers of tasks about that
place, in both directions in turn. In each sweep the limit lies where a straight line, between the last number
that keeps the share and the next, which does not, meets it. The command exits with 1 where the interval of
these limits lies outside of what advise told, and with 2 where either found none.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from random import Random
from time import perf_counter

import numpy as np

from concbench.analysis.advice import AskedLoad, advice_of
from concbench.runs.advising import advise
from concbench.stats.interval import Interval, NotDetermined
from concbench.stats.median import median_interval
from concbench.workloads.steps import compute

MODEL = "asyncio"
TASKS = 100
"""With the load below as many as compute for one second in a second: the CPU's limit."""

LOAD = {"wait": 0.005, "compute": 0.001, "rounds": 600.0, "deadline": 0.05}
GROWTH = (0.4, 0.8, 1.6)
NEAR = (0.5, 1.5)
"""Of ``TASKS``, the least and the largest number of a direct sweep."""

START_S = 0.1
WINDOW_S = 1.0


@dataclass(frozen=True, slots=True)
class Found:
    """Numbers of tasks: the last that keeps the deadline and the next, as advised, and the limit directly."""

    keeps: int
    stops: int
    directly: Interval

    @property
    def agree(self) -> bool:
        """Whether the interval reaches into what lies between the two."""
        return self.keeps <= self.directly.high and self.directly.low <= self.stops


def advised(growth: Sequence[float], folder: Path) -> tuple[AskedLoad, int, int]:
    """Return the load, and the numbers of tasks between which it breaks. Raises NotDetermined."""
    result = advise(to=folder / "advice.jsonl", tasks=TASKS, at=tuple(growth), models=[MODEL], **LOAD)  # type: ignore[arg-type]
    advice = advice_of(result.measured)
    assert advice is not None  # noqa: S101  (it has measured nothing else)
    keeps, stops, _how = advice.keeps_until(MODEL)
    if keeps is None or stops is None:
        raise NotDetermined(f"advise: {MODEL} keeps the deadline until {keeps}, and stops at {stops}")
    return advice.load, keeps, stops


class Service:
    """The service by hand: each round comes in at its time, waits, computes, and is in time or not."""

    def __init__(self, load: AskedLoad, seed: int) -> None:
        self.load, self.rng = load, Random(seed)

    async def task(self, begin: float, times: Sequence[float]) -> int:
        """Return how many of the rounds that come in at these times after ``begin`` are done in time."""
        kept = 0
        for time in times:
            await asyncio.sleep(max(0.0, begin + time - perf_counter()))
            await asyncio.sleep(self.load.wait)
            compute(1, self.load.steps)
            kept += perf_counter() - begin - time <= self.load.deadline
        return kept

    async def serve(self, tasks: int) -> float:
        """Return which share of the rounds is done within the deadline."""
        period = 60 / self.load.rate
        phases = [period * self.rng.random() for _ in range(tasks)]
        times = [[START_S + at for at in np.arange(phase, WINDOW_S, period)] for phase in phases]
        begin = perf_counter()
        kept = await asyncio.gather(*(self.task(begin, one) for one in times))
        return sum(kept) / max(1, sum(map(len, times)))


def limit_of(kept: Mapping[int, float], share: float) -> float:
    """Return at how many tasks the kept share falls below one. Raises NotDetermined where it does not."""
    for (tasks, high), (more, low) in pairwise(sorted(kept.items())):
        if low < share <= high:
            return tasks + (more - tasks) * (high - share) / (high - low)
    raise NotDetermined(f"the share does not fall below {share} between {min(kept)} and {max(kept)} tasks")


def directly(load: AskedLoad, sweeps: int, number: int) -> Interval:
    """Return the limit by so many sweeps over so many numbers of tasks. Raises NotDetermined."""
    sizes = [round(TASKS * one) for one in np.linspace(*NEAR, number)]
    limits = []
    with asyncio.Runner() as runner:
        for sweep in range(sweeps):
            service = Service(load, sweep)
            turns = sizes if sweep % 2 else sizes[::-1]
            limits.append(limit_of({one: runner.run(service.serve(one)) for one in turns}, load.share))
    return median_interval(limits)


def found(growth: Sequence[float] = GROWTH, sweeps: int = 6, number: int = 9) -> Found:
    """Return where both find the limit. Raises NotDetermined."""
    with tempfile.TemporaryDirectory() as folder:
        load, keeps, stops = advised(growth, Path(folder))
    return Found(keeps, stops, directly(load, sweeps, number))


def main() -> None:
    """Print where the limit is, or as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sweeps", type=int, default=6, help="direct sweeps, 6 at least (default: 6)")
    parser.add_argument("--sizes", type=int, default=9, help="numbers of tasks of each (default: 9)")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    try:
        what = found(sweeps=options.sweeps, number=options.sizes)
    except NotDetermined as undetermined:
        print(undetermined.reason, file=sys.stderr)
        sys.exit(2)
    if options.json:
        print(json.dumps(asdict(what)))
    else:
        low, middle, high = what.directly.low, what.directly.middle, what.directly.high
        print(f"advise:        {MODEL} keeps the deadline at {what.keeps} tasks, not surely at {what.stops}")
        print(f"direct sweeps: it stops at {middle:.1f} tasks [{low:.1f} to {high:.1f}]")
    sys.exit(0 if what.agree else 1)


if __name__ == "__main__":
    main()
