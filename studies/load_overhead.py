"""Show that concbench adds nothing to a load between tasks: ``python studies/load_overhead.py``.

A workload is measured under asyncio twice in one process: by the functions that a worker measures with, and
by a bare loop of ``bare_loads.py``, which imports nothing of ours. Each of many fresh processes says what the
unit of the load costs by us, divided by what it costs bare; the exit code is 1 where the median over the
processes is not within 1 ± 0.02, else 0. ``semaphore, unseen`` is a bare loop whose tasks do not write into a
book, so it shows what writing costs; it decides nothing, and neither does ``offload``.

How it beats the noise is told in docs/OVERHEAD.md: both sides are loaded anew several times a process, slices
are short and there and back, and the cost is the slope between so many rounds, or items, and twice as many.
Where others use the machine, too, ``--clock cpu`` compares CPU times; a loop that never waits has no others.
"""

import argparse
import gc
import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from math import prod
from pathlib import Path
from statistics import median
from time import perf_counter_ns, process_time_ns
from types import FrameType, ModuleType
from typing import Any

from concbench.measure.execution import WrongResult, cell_of
from concbench.measure.salting import wrong_with
from concbench.measure.turns import settle_number
from concbench.models.base import Model, Session
from concbench.stats.median import median_interval
from concbench.workloads.base import Workload
from concbench.workloads.catalogue import Catalogue
from concbench.workloads.index import INDEX
from harness_process import PADDING_BYTES, PADDINGS, SLICES_A_SAMPLE, compare, middle_ratio

LOADS: dict[str, tuple[str, dict[str, int], str]] = {
    "semaphore": ("semaphore", {"tasks": 20, "slots": 5, "rounds": 5}, "enters"),
    "semaphore, unseen": ("semaphore", {"tasks": 20, "slots": 5, "rounds": 5}, "enters"),
    "timeout": ("timeout", {"tasks": 20, "rounds": 5}, "limited"),
    "queue": ("queue", {"capacity": 10, "producers": 1, "consumers": 1, "items": 200}, "consume"),
    "queue for one": ("queue", {"capacity": 1, "producers": 1, "consumers": 1, "items": 60}, "consume"),
    "offload": ("offload", {"tasks": 1, "calls": 10}, "makes"),
}
"""For each comparison the workload, its short leg, and the function of its wording that is a task. Mostly
rounds, little making of tasks, and less than a millisecond a run."""

DECIDE = ("semaphore", "timeout", "queue", "queue for one")
"""Comparisons of like with like. (``offload`` is one, too, and its threads wait for each other: what that
takes differs by more than the margin from one process to the next.)"""

ALIKE = (*DECIDE, "offload")
"""Comparisons whose bare loops return what the workload's tasks do."""

VALGRIND = ("valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null")
MARGIN = 0.02
PROCESS_SECONDS = 600.0


CLOCKS: dict[str, Callable[[], int]] = {"wall": perf_counter_ns, "cpu": process_time_ns}


Slice = Callable[[Any, int], int]
"""Runs one leg so many times over, checks all results, and returns the time in ns."""


class WorkDiffers(Exception):
    """The two sides did not do the same work."""


def load_bare() -> ModuleType:
    """Return ``bare_loads.py`` as a new module, from beside this file."""
    spec = spec_from_file_location("bare_loads", Path(__file__).with_name("bare_loads.py"))
    assert spec is not None  # noqa: S101  (a file of Python)
    assert spec.loader is not None  # noqa: S101
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Reloaded:
    """Loads both sides anew, in random order, each behind random padding; what was loaded before stays."""

    def __init__(self, name: str, *, padded: bool = True) -> None:
        self.name, self.kept, self.most = name, list[object](), PADDINGS if padded else 1

    def load(self) -> tuple[Workload[Any], Model, ModuleType]:
        """Return the workload, the model and the bare loops, at new addresses."""
        workload = LOADS[self.name][0]
        for module in ("concbench.models.asyncio", INDEX.module(workload)):
            self.kept.append(sys.modules.pop(module, None))
        catalogue, found = Catalogue(), dict[str, Any]()
        loads: dict[str, Callable[[], Any]] = {
            "workload": lambda: catalogue.workload(workload),
            "model": lambda: catalogue.model("asyncio"),
            "bare": load_bare,
        }
        for what in random.sample(list(loads), len(loads)):
            count = random.randrange(self.most)
            self.kept.append([bytes(random.randrange(PADDING_BYTES)) for _ in range(count)])
            found[what] = loads[what]()
        self.kept.append(found)
        return found["workload"], found["model"], found["bare"]


def legs_of(name: str, workload: Workload[Any]) -> tuple[Any, Any]:
    """Return the parameters of the short and the long leg."""
    short = workload.params(**LOADS[name][1])
    return short, workload.double(short)


def our_slice(
    clock: str, workload: Workload[Any], model: Model, session: Session
) -> Callable[[Any, int], int]:
    """Return the side that measures as a worker does in a turn."""

    def run(leg: Any, number: int) -> int:
        figures = cell_of(workload, leg, model, session).timed(number).figures
        return int(figures[f"{clock}_ns"])

    return run


def bare_slice(clock: str, name: str, workload: Workload[Any], by_hand: Any, salt: int = 0) -> Slice:
    """Return the side written by hand; its results are checked as ours are, where it writes as ours does."""

    def run(leg: Any, number: int) -> int:
        load = {field: getattr(leg, field) for field in LOADS[name][1]}
        took_ns, returned = by_hand(load, number, CLOCKS[clock])
        for results in returned if name in ALIKE else ():
            wrong = wrong_with(workload, results, leg, salt)
            if wrong is not None:
                raise WrongResult(wrong)
        return int(took_ns)

    return run


def entries(side: Slice, leg: Any, file: str, task: str) -> int:
    """Return how often the tasks of one run were started or resumed, as the profiling hook sees it."""
    seen = 0

    def hook(frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal seen
        code = frame.f_code
        seen += event == "call" and code.co_name == task and code.co_filename == file

    sys.setprofile(hook)
    try:
        side(leg, 1)
    finally:
        sys.setprofile(None)
    return seen


def require_same_work(name: str) -> int:
    """Return how often tasks are entered in a run of the long leg. Raises WorkDiffers where sides differ."""
    workload, model, bare = Reloaded(name).load()
    leg, task = legs_of(name, workload)[1], bare.TASKS[name].__code__
    with model.open() as session, bare.SLICES[name]() as by_hand:
        ours = our_slice("wall", workload, model, session)
        theirs = bare_slice("wall", name, workload, by_hand, bare.SALTS.get(name, 0))
        file = str(sys.modules[INDEX.module(workload.name)].__file__)
        seen = (
            entries(ours, leg, file, LOADS[name][2]),
            entries(theirs, leg, task.co_filename, task.co_name),
        )
    if seen[0] != seen[1] or not seen[0]:
        raise WorkDiffers(f"{name}: tasks were entered {seen[0]} times by us and {seen[1]} times bare")
    return seen[0]


def blocks_of_layout(reloaded: Reloaded, blocks: int, clock: str) -> tuple[list[list[int]], int]:
    """Return the differences of the legs of so many blocks, and how many runs each is the sum of."""
    workload, model, bare = reloaded.load()
    legs = legs_of(reloaded.name, workload)
    with model.open() as session, bare.SLICES[reloaded.name]() as by_hand:
        salt = bare.SALTS.get(reloaded.name, 0)
        theirs = bare_slice(clock, reloaded.name, workload, by_hand, salt)
        sides = our_slice(clock, workload, model, session), theirs
        number = -(-_settled(workload, model, session, legs[0]) // SLICES_A_SAMPLE)
        compare(sides, legs, number, block=0)  # new code specializes in its first runs
        gc.freeze()  # else the collection before each slice would scan all modules
        return [compare(sides, legs, number, block) for block in range(blocks)], 2 * number


def _settled(workload: Workload[Any], model: Model, session: Session, leg: Any) -> int:
    return settle_number(cell_of(workload, leg, model, session))[0]


def units_of(load: dict[str, int]) -> int:
    """Return how many units of a load the long leg has more than the short one."""
    return prod(load[each] for each in ("producers", "items", "tasks", "rounds", "calls") if each in load)


def measure(name: str, layouts: int, blocks: int, clock: str) -> dict[str, float]:
    """Measure one load against its bare loop in this process: the ratio, and ns for each unit of both."""
    require_same_work(name)
    reloaded, extras, costs = Reloaded(name), list[list[int]](), list[list[float]]()
    load = LOADS[name][1]
    units = units_of(load)
    for _ in range(layouts):
        differences, runs = blocks_of_layout(reloaded, blocks, clock)
        extras += differences
        costs += [[extra / (runs * units) for extra in pair] for pair in differences]
    ours_ns, bare_ns = (median(side) for side in zip(*costs, strict=True))
    return {"ratio": middle_ratio(extras), "ours_ns": ours_ns, "bare_ns": bare_ns}


def in_process(number: int, name: str, *plan: str) -> dict[str, float]:
    """Return what a fresh process finds, on one CPU, which changes with its number, where we may choose."""
    command = [sys.executable, __file__, "--one", name, *plan]
    if hasattr(os, "sched_getaffinity"):
        cpus = sorted(os.sched_getaffinity(0))
        command += ["--cpu", str(cpus[number % len(cpus)])]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=PROCESS_SECONDS)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def counted(name: str, runs: int) -> dict[str, float]:
    """Return the ratio of the instructions that the rounds of a long leg take more, ours by bare ones."""
    load, refs = LOADS[name][1], dict[tuple[str, int], int]()
    fixed = {**os.environ, "PYTHONHASHSEED": "0", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    for side, leg in (("ours", None), ("ours", 0), ("ours", 1), ("bare", 0), ("bare", 1)):
        arguments = ("--one", name, "--side", side, "--leg", str(leg or 0), "--runs", str(runs))
        command = [sys.executable, __file__, *arguments]
        if leg is None:  # so that none of those that count has modules to compile
            subprocess.run(command, check=True, env=fixed)
            continue
        done = subprocess.run([*VALGRIND, *command], capture_output=True, text=True, check=True, env=fixed)
        found = re.search(r"I\s+refs:\s+([\d,]+)", done.stderr)
        if found is None:
            raise ValueError(f"valgrind counted nothing: {done.stderr[-500:]}")
        refs[side, leg] = int(found[1].replace(",", ""))
    units = runs * units_of(load)
    ours, bare = ((refs[side, 1] - refs[side, 0]) / units for side in ("ours", "bare"))
    return {"ratio": ours / bare, "ours": ours, "bare": bare}


def carry_out(name: str, side: str, leg: int, runs: int) -> None:
    """Do one leg of one side so many times over, for somebody who counts, and judge nothing.

    Each process is alike but for that: both sides are loaded and run in each.
    """
    random.seed(0)
    workload, model, bare = Reloaded(name, padded=False).load()
    with model.open() as session, bare.SLICES[name]() as by_hand:

        def ours(params: Any) -> None:
            cell = cell_of(workload, params, model, session)
            cell.lent.timed(cell.lent.ready(cell.batches(1)))

        def theirs(params: Any) -> None:
            by_hand({field: getattr(params, field) for field in LOADS[name][1]}, 1, perf_counter_ns)

        for params in legs_of(name, workload):
            ours(params)
            theirs(params)
        gc.freeze()  # as where times are compared
        for _ in range(runs):
            (ours if side == "ours" else theirs)(legs_of(name, workload)[leg])


def count_all(runs: int) -> int:
    """Count, print, and return the exit code."""
    print("load                       ours         bare    ours/bare")
    kept = True
    for name in LOADS:
        found = counted(name, runs)
        within = name not in DECIDE or abs(found["ratio"] - 1) <= MARGIN
        kept &= within
        said = "" if within else f"  NOT WITHIN 1 ± {MARGIN}"
        print(
            f"{name:18} {found['ours']:12.1f} {found['bare']:12.1f}    {found['ratio']:.4f}{said}", flush=True
        )
    return 0 if kept else 1


def told(name: str, found: list[dict[str, float]]) -> tuple[str, bool]:
    """Return a line on one comparison, and whether it keeps the margin, if it has to."""
    own = median_interval([one["ratio"] for one in found])
    ours, bare = (median(one[side] for one in found) for side in ("ours_ns", "bare_ns"))
    kept = name not in DECIDE or abs(own.middle - 1) <= MARGIN
    said = "" if kept else f"  NOT WITHIN 1 ± {MARGIN}"
    interval = f"{own.low:.4f} to {own.high:.4f}"
    return f"{name:18} {ours:8.1f} ns {bare:8.1f} ns  {own.middle:.4f}     {interval}  {own.n}{said}", kept


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description="Measure loads between tasks by concbench and by bare loops."
    )
    add = parser.add_argument
    add("--processes", type=int, default=12, help="fresh processes for each load, 6 or more (default: 12)")
    add("--layouts", type=int, default=6, help="how often each loads both sides (default: 6)")
    add("--blocks", type=int, default=16, help="blocks of eight slices for each (default: 16)")
    add("--count", action="store_true", help="count instructions under valgrind, and time nothing")
    add("--runs", type=int, default=100, help="with --count: how many runs of each leg (default: 100)")
    add("--side", choices=("ours", "bare"), help="with --one: only carry out this side …")
    add("--leg", type=int, choices=(0, 1), default=0, help="… at this leg")
    add("--one", choices=list(LOADS), help="measure this one here, and print JSON")
    add("--clock", choices=list(CLOCKS), default="wall", help="which time is compared (default: wall)")
    add("--cpu", type=int, help="stay on this CPU")
    options = parser.parse_args(arguments)
    if options.processes < 6 or options.layouts < 1 or options.blocks < 1:
        parser.error("6 processes or more, and a layout and a block at least")
    return options


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, and return the exit code."""
    options = parse(arguments)
    if options.cpu is not None:
        os.sched_setaffinity(0, {options.cpu})
    if options.count:
        return count_all(options.runs)
    if options.one is not None and options.side is not None:
        carry_out(options.one, options.side, options.leg, options.runs)
        return 0
    if options.one is not None:
        print(json.dumps(measure(options.one, options.layouts, options.blocks, options.clock)))
        return 0
    print("load                   ours        bare     ours/bare  interval          processes")
    plan = ("--layouts", str(options.layouts), "--blocks", str(options.blocks), "--clock", options.clock)
    every = {name: list[dict[str, float]]() for name in LOADS}
    for number in range(options.processes):
        print(f"process {number + 1} of {options.processes} for each load", file=sys.stderr, flush=True)
        for name in LOADS:
            every[name].append(in_process(number, name, *plan))
    lines = [told(name, found) for name, found in every.items()]
    for line, _kept in lines:
        print(line)
    return 0 if all(kept for _line, kept in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
