"""Measure one cell by concbench, asv, pytest-benchmark and pyperf at once: ``python studies/four_tools.py``.

All four time the same region under the same policy of garbage collection. In each round every tool has a
fresh process; the four take turns there, in shuffled order, a sample each. A round says what a tool's sample
takes divided by concbench's of the same turn (the median over the turns); the exit code is 1 where the median
over the rounds is not within 1 ± 0.05 for each tool, else 0. docs/SUITES.md says how to read it.
"""

import argparse
import json
import os
import random
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from concbench.drive.workers.launch import Link, WorkerLost, launch
from concbench.models import index as models
from concbench.stats.interval import MINIMUM_PROCESSES
from concbench.stats.median import median_interval
from concbench.workloads import index as workloads
from one_cell import TASK
from one_cell.stage import Stage
from one_cell.tools import ROOT, TOOLS, Failed, Task

OURS = "concbench"
MARGIN = 0.05
"""How far from 1 a median ratio may be."""

LONGER = 4
"""How many times as many repetitions as concbench's own a sample has: over 10 ms, for asv's arithmetic."""

SAMPLE_S = 60.0

Times = Mapping[str, Sequence[float]]
"""The times (s) of one round's samples, turn by turn, under the name of each tool."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The median over rounds of a tool's time divided by concbench's, and its interval; samples in s."""

    tool: str
    sample_s: float
    ratio: float
    low: float
    high: float
    rounds: int

    @property
    def kept(self) -> bool:
        """Say whether the median is within the margin."""
        return abs(self.ratio - 1) <= MARGIN


def settled(options: argparse.Namespace) -> int:
    """Return how many repetitions a sample has; the cell is witnessed for it. Raises Failed."""
    link = launch(Path(sys.executable), options.model, cpus=cpus())
    try:
        about = {"workload": options.workload, "params": options.params, "seconds": SAMPLE_S}
        answer = link.request({"op": "witness", **about}, 5 * SAMPLE_S)
    finally:
        link.kill()
    if "number" not in answer:
        raise Failed(f"{options.workload} under {options.model} is {answer['outcome']}: {answer['reason']}")
    return LONGER * int(answer["number"])


def cpus() -> tuple[int, ...]:
    """Return the one CPU that every process is bound to: the last that we may use."""
    return (max(os.sched_getaffinity(0)),) if hasattr(os, "sched_getaffinity") else ()


def one_round(task: Task, folder: Path, order: random.Random) -> Times:
    """Return the times of one round. Raises Failed and WorkerLost."""
    environment = {**os.environ, TASK: json.dumps(asdict(task))}
    for variable in ("PYTHONPATH", "ASV_PYTHONPATH"):
        environment[variable] = os.pathsep.join([str(ROOT), str(ROOT / "studies")])
    ours: list[float] = []
    with Stage(Path(task.socket)) as stage:
        for name, tool in TOOLS.items():
            own = folder / name
            own.mkdir()
            stage.start(name, tool.command(task, own), own, environment)
        link = launch(Path(sys.executable), task.model, cpus=cpus())
        try:
            for _ in range(task.turns):
                for name in order.sample([OURS, *TOOLS], 1 + len(TOOLS)):
                    if name == OURS:
                        ours.append(our_sample(link, task))
                    else:
                        stage.turn(name)
        finally:
            link.kill()
        stage.end()
    return {OURS: ours, **{name: tool.samples(folder / name) for name, tool in TOOLS.items()}}


def our_sample(link: Link, task: Task) -> float:
    """Return the time (s) of a sample by concbench's own worker: of a slope, the short leg. Raises Failed."""
    request = {"op": "turn", "workload": task.workload, "params": dict(task.params), "number": task.number}
    answer = link.request({**request, "long_first": False}, SAMPLE_S)
    if "legs" not in answer:
        raise Failed(f"{OURS}: {answer['outcome']}: {answer['reason']}")
    leg: dict[str, Any] = next(leg for leg in answer["legs"] if leg["leg"] in ("single", "short"))
    return float(leg["wall_ns"]) / 1e9


def ratio_of(times: Times, tool: str) -> float:
    """Return the median of a tool's times divided by ours of the same turn. Raises Failed for too few."""
    ours, theirs = times[OURS], times[tool]
    if len(theirs) != len(ours):
        raise Failed(f"{tool} has {len(theirs)} samples of {len(ours)} turns")
    return median(their / our for their, our in zip(theirs, ours, strict=True))


def verdict(rounds: Sequence[Times], tool: str) -> Verdict:
    """Return the verdict on one tool."""
    ratio = median_interval([ratio_of(times, tool) for times in rounds])
    sample = median(median(times[tool]) for times in rounds)
    return Verdict(tool, sample, ratio.middle, ratio.low, ratio.high, ratio.n)


def parameter(text: str) -> tuple[str, float]:
    """Return a parameter's name and value; raises ValueError, which argparse reports."""
    name, value = text.split("=")
    return name, int(value) if value.isdecimal() else float(value)


def rounds_at_least(text: str) -> int:
    """Return a number of rounds that determines an interval; raises ArgumentTypeError for fewer."""
    if not text.isdecimal() or int(text) < MINIMUM_PROCESSES:
        raise argparse.ArgumentTypeError(f"must be a whole number, {MINIMUM_PROCESSES} or more, not {text}")
    return int(text)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Measure one cell by four tools that take turns.")
    add = parser.add_argument
    add("--workload", default="spawn", choices=workloads.names(), help="what the tasks do (default: spawn)")
    add("--model", default="asyncio", choices=models.names(), help="how they are run (default: asyncio)")
    add("--param", type=parameter, action="append", default=None, metavar="NAME=VALUE",
        help="a parameter of the workload (default: tasks=100)")  # fmt: skip
    add("--rounds", type=rounds_at_least, default=20, help="fresh processes of each tool (default: 20)")
    add("--turns", type=int, default=15, help="samples of each tool in a round (default: 15)")
    add("--seed", type=int, default=1, help="draws the order of the turns (default: 1)")
    add("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args(arguments)
    options.params = dict(options.param or [("tasks", 100)])
    return options


def measured(options: argparse.Namespace) -> list[Times]:
    """Return the times of all rounds. Raises Failed and WorkerLost."""
    number, order = settled(options), random.Random(options.seed)
    found = []
    for count in range(options.rounds):
        print(f"round {count + 1} of {options.rounds}", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(prefix="four-") as name:
            where = str(Path(name) / "turns")
            task = Task(options.workload, options.model, options.params, number, options.turns, where)
            found.append(one_round(task, Path(name), order))
    return found


def show(rows: Sequence[Verdict], options: argparse.Namespace) -> None:
    """Print the verdicts in aligned columns."""
    params = ", ".join(f"{name} {value}" for name, value in options.params.items())
    print(f"{options.workload} ({params}) under {options.model}, {options.turns} turns a round")
    print("tool              a sample   tool/concbench  interval          rounds")
    for row in rows:
        figures = f"{1e3 * row.sample_s:5.2f} ms   {row.ratio:.4f}          {row.low:.4f} to {row.high:.4f}"
        print(f"{row.tool:16}  {figures}  {row.rounds}{'' if row.kept else f'  NOT WITHIN 1 ± {MARGIN}'}")


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, and return the exit code: 1 where a margin is not kept, 3 where a tool failed."""
    options = parse(arguments)
    if cpus():
        os.sched_setaffinity(0, cpus())
    try:
        rounds = measured(options)
        rows = [verdict(rounds, tool) for tool in TOOLS]
    except (Failed, WorkerLost) as failed:
        print(f"Error: {failed}", file=sys.stderr)
        return 3
    if options.json:
        plain = [asdict(row) | {"kept": row.kept} for row in rows]
        print(json.dumps({"margin": MARGIN, "verdicts": plain, "rounds": rounds}, indent=2))
    else:
        show(rows, options)
    return 0 if all(row.kept for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
