"""One process of ``harness_overhead.py``: measure ``switch`` by us and bare, and print the figures as JSON.

The sides alternate in slices of about 1 ms. How a loop of 40 ns is laid out in memory changes its time by
some percent, and always alike in processes that start alike. So both sides are loaded anew, several times
a process, each time with random padding before each module, and the bias becomes noise that cancels.
"""

import argparse
import gc
import json
import math
import os
import random
import sys
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from statistics import median
from time import perf_counter_ns
from types import FrameType, ModuleType
from typing import Any

from concbench.measure.execution import WrongResult, cell_of
from concbench.measure.probe import read, timed
from concbench.measure.salting import wrong_with
from concbench.measure.turns import settle_number
from concbench.measure.witness import bear_witness
from concbench.models.base import Model, Session
from concbench.workloads.base import Workload
from concbench.workloads.catalogue import Catalogue

LOADS = {"asyncio": {"tasks": 20, "suspensions": 25}, "generator": {"tasks": 100, "suspensions": 50}}
"""Mostly handing over, little making of tasks, and less than a millisecond a run."""

SLICES_A_SAMPLE = 10
"""A worker's sample is cut into so many slices, fewer where one run takes longer than a slice would: the
shorter they are, the fewer are interrupted."""

PADDINGS, PADDING_BYTES = 200, 3000
"""How many objects of how many bytes, at most, are put before a module: enough to shift its code objects
against each other within the pages and the cache's sets."""

AROUND_REPEATS = 201

Slice = Callable[[Any, int], int]
"""Runs one leg so many times over, checks all results, and returns the time in ns."""

Sides = tuple[Slice, Slice]
"""Ours, and bare."""


class CountsDiffer(Exception):
    """The two sides did not do the same work."""


# The two sides, and the count of what they do.


def load_bare() -> ModuleType:
    """Return ``bare_switch.py`` as a new module, from beside this file."""
    path = Path(__file__).with_name("bare_switch.py")
    spec = spec_from_file_location("bare_switch", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} cannot be loaded: run this command from a complete checkout")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Layouts:
    """Loads both sides anew; what was loaded before stays, so that nothing falls into its place."""

    def __init__(self, name: str) -> None:
        self.name, self.kept = name, list[object]()

    def load(self) -> tuple[Workload[Any], Model, ModuleType]:
        """Return the workload, the model and the bare loops at new addresses, loaded in random order."""
        for module in (f"concbench.models.{self.name}", "concbench.workloads.basics.switch"):
            self.kept.append(sys.modules.pop(module, None))
        catalogue = Catalogue()
        loads: dict[str, Callable[[], Any]] = {
            "workload": lambda: catalogue.workload("switch"),
            "model": lambda: catalogue.model(self.name),
            "bare": load_bare,
        }
        found = {}
        for what in random.sample(list(loads), len(loads)):
            count = random.randrange(PADDINGS)
            self.kept.append([bytes(random.randrange(PADDING_BYTES)) for _ in range(count)])
            found[what] = loads[what]()
        self.kept.append(found)
        return found["workload"], found["model"], found["bare"]


def legs_of(workload: Workload[Any], model: str) -> tuple[Any, Any]:
    """Return the parameters of the short and the long leg."""
    short = workload.params(**LOADS[model])
    return short, workload.double(short)


def our_slice(workload: Workload[Any], model: Model, session: Session) -> Slice:
    """Return the side that measures as a worker does in a turn."""

    def run(leg: Any, number: int) -> int:
        timing = cell_of(workload, leg, model, session).timed(number)
        return timing.figures["wall_ns"]

    return run


def bare_slice(workload: Workload[Any], by_hand: Callable[[int, int, int], Any]) -> Slice:
    """Return the side written by hand; only its results are checked as ours are."""

    def run(leg: Any, number: int) -> int:
        wall_ns, returned = by_hand(leg.tasks, leg.suspensions, number)
        for results in returned:
            wrong = wrong_with(workload, results, leg)
            if wrong is not None:
                raise WrongResult(wrong)
        return int(wall_ns)

    return run


def resumes(side: Slice, leg: Any, file: str, task: str) -> int:
    """Return how often the tasks of one run were resumed, as the interpreter's profiling hook sees it.

    Counted are the entries into the function called ``task`` in ``file``, less the first one of each task.
    """
    entries = 0

    def hook(frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal entries
        code = frame.f_code
        entries += event == "call" and code.co_name == task and code.co_filename == file

    sys.setprofile(hook)
    try:
        side(leg, 1)
    finally:
        sys.setprofile(None)
    return entries - int(leg.tasks)


def count_suspensions(name: str, leg_index: int) -> int:
    """Return the suspensions of one run of a leg: as the witness counts ours, and the hook both sides.

    Raises CountsDiffer unless the three agree.
    """
    workload, model, bare = Layouts(name).load()
    leg = legs_of(workload, name)[leg_index]
    task = bare.TASKS[name].__code__
    with model.open() as session, bare.SLICES[name]() as by_hand:
        ours, theirs = our_slice(workload, model, session), bare_slice(workload, by_hand)
        our_file = str(sys.modules["concbench.workloads.basics.switch"].__file__)
        seen = {
            "the witness, ours": bear_witness(cell_of(workload, leg, model, session)).suspensions,
            "the profiling hook, ours": resumes(ours, leg, our_file, "steps"),
            "the profiling hook, bare": resumes(theirs, leg, task.co_filename, task.co_name),
        }
    if len(set(seen.values())) != 1:
        raise CountsDiffer(f"{name}, {leg}: suspensions counted by {seen}; make both sides do the same work")
    return seen["the witness, ours"]


# The comparison.


def compare(sides: Sides, legs: tuple[Any, Any], number: int, block: int) -> list[int]:
    """Run one block, and return what the long leg takes longer than the short one, in ns: ours, and bare.

    Eight slices, the four of the way out once more on the way back, so that a steady drift of the machine's
    speed cancels. The first side and the first leg change from block to block.
    """
    first, second = (0, 1) if block % 2 else (1, 0)
    near, far = (0, 1) if block % 4 < 2 else (1, 0)
    out = [(first, near), (second, near), (second, far), (first, far)]
    extra = [0, 0]
    for side, leg in out + out[::-1]:
        extra[side] += sides[side](legs[leg], number) * (1 if leg else -1)
    return extra


def middle_ratio(extras: list[list[int]]) -> float:
    """Return the median of the ratios ours/bare of all blocks, none left out.

    When the machine is interrupted, the difference of two legs may come out zero or negative. A ratio is
    therefore taken as the direction of the point (bare, ours): directions stay in order beyond those of the
    positive ratios, and exchanging the two sides mirrors them. Raises ValueError where even the median is
    no positive ratio.
    """
    directions = [math.atan2(ours, bare) for ours, bare in extras]
    behind = -3 * math.pi / 4
    middle = median(angle if angle > behind else angle + 2 * math.pi for angle in directions)
    if not 0 < middle < math.pi / 2:
        raise ValueError(
            "in half of the blocks twice the suspensions took no longer: "
            "measure more blocks, or on a quieter machine"
        )
    return math.tan(middle)


def blocks_of_layout(layouts: Layouts, blocks: int) -> tuple[list[list[int]], int]:
    """Return the differences of the legs of so many blocks, and how many repetitions each is the sum of."""
    workload, model, bare = layouts.load()
    short, long = legs_of(workload, layouts.name)
    with model.open() as session, bare.SLICES[layouts.name]() as by_hand:
        sides = our_slice(workload, model, session), bare_slice(workload, by_hand)
        number = -(-settle_number(cell_of(workload, short, model, session))[0] // SLICES_A_SAMPLE)
        compare(sides, (short, long), number, block=0)  # new code specializes in its first runs
        gc.freeze()  # else the collection before each slice would scan all modules, and take longer than it
        return [compare(sides, (short, long), number, block) for block in range(blocks)], 2 * number


def measure(name: str, layouts: int, blocks: int) -> dict[str, Any]:
    """Measure one model against its bare loop: ratio, ns for each suspension, suspensions of both legs."""
    counts = [count_suspensions(name, leg) for leg in (0, 1)]
    place, extras, costs = Layouts(name), list[list[int]](), list[list[float]]()
    for _ in range(layouts):
        differences, number = blocks_of_layout(place, blocks)
        extras += differences
        costs += [[extra / (number * (counts[1] - counts[0])) for extra in pair] for pair in differences]
    ours_ns, bare_ns = (median(side) for side in zip(*costs, strict=True))
    return {"ratio": middle_ratio(extras), "ours_ns": ours_ns, "bare_ns": bare_ns, "suspensions": counts}


# What a timed region has around it.


def nothing(_batch: None) -> None:
    """Stand in for a session's ``run``."""


def around() -> dict[str, float]:
    """Return the median times, in ns, of what a timed region has around it and within it."""
    timings: dict[str, list[float]] = {}

    def take(what: str, value: float) -> None:
        timings.setdefault(what, []).append(value)

    for _ in range(AROUND_REPEATS):
        start = perf_counter_ns()
        read()
        take("probe.read(), twice a sample, outside its wall time", perf_counter_ns() - start)
        empty, _returned = timed(nothing, [])
        take("a region with no call: its wall time", empty["wall_ns"])
        take("a region with no call: its CPU time", empty["cpu_ns"])
        (short, _), (long, _) = timed(nothing, [None] * 1000), timed(nothing, [None] * 2000)
        take("each call: the loop, and calling a function", (long["wall_ns"] - short["wall_ns"]) / 1000)
    return {what: median(values) for what, values in timings.items()}


def main(arguments: list[str] | None = None) -> None:
    """Measure in this process and print JSON."""
    parser = argparse.ArgumentParser(description="One process of harness_overhead.py.")
    parser.add_argument("what", choices=[*LOADS, "around"], help="a model, or a timed region's surroundings")
    parser.add_argument("--layouts", type=int, default=1, help="how often both sides are loaded (default: 1)")
    parser.add_argument("--blocks", type=int, default=4, help="blocks of eight slices for each (default: 4)")
    parser.add_argument("--cpu", type=int, help="stay on this CPU")
    options = parser.parse_args(arguments)
    if options.cpu is not None:
        os.sched_setaffinity(0, {options.cpu})
    if options.what == "around":
        print(json.dumps(around()))
    else:
        print(json.dumps(measure(options.what, options.layouts, options.blocks)))


if __name__ == "__main__":
    main()
