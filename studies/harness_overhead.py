"""Show that the harness adds nothing: ``python studies/harness_overhead.py``.

The workload ``switch`` is measured twice in one process: by the functions that a worker measures with, and
by the bare loops of ``bare_switch.py``, which import nothing of ours. Each of many fresh processes
(``harness_process.py``) says what one suspension costs by us, divided by what it costs bare; the exit code
is 1 where the median over the processes is not within 1 ± 0.01, else 0. With ``--around`` it prints instead
what a timed region has around it. docs/OVERHEAD.md says how to read both.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from concbench.stats.median import median_interval

MODELS = ("asyncio", "generator")

MARGIN = 0.01
"""How far from 1 a median ratio may be."""

PROCESS_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """The median over processes of the ratio ours/bare, its interval, and what a suspension costs, in ns."""

    model: str
    ours_ns: float
    bare_ns: float
    median: float
    low: float
    high: float
    confidence: float
    processes: int

    @property
    def kept(self) -> bool:
        """Say whether the median is within the margin."""
        return abs(self.median - 1) <= MARGIN


def in_process(number: int, *task: str) -> dict[str, Any]:
    """Return what a fresh process prints, on one CPU, which changes with its number, where we may choose.

    Raises CalledProcessError where it fails, TimeoutExpired.
    """
    command = [sys.executable, str(Path(__file__).with_name("harness_process.py")), *task]
    if hasattr(os, "sched_getaffinity"):
        cpus = sorted(os.sched_getaffinity(0))
        command += ["--cpu", str(cpus[number % len(cpus)])]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=PROCESS_SECONDS)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def in_fresh_processes(processes: int, layouts: int, blocks: int) -> dict[str, list[dict[str, Any]]]:
    """Return what the processes of each model found; the models alternate."""
    found: dict[str, list[dict[str, Any]]] = {model: [] for model in MODELS}
    for number in range(processes):
        print(f"process {number + 1} of {processes} for each model", file=sys.stderr, flush=True)
        for model in MODELS:
            plan = ("--layouts", str(layouts), "--blocks", str(blocks))
            found[model].append(in_process(number, model, *plan))
    return found


def verdict(model: str, found: list[dict[str, Any]]) -> Verdict:
    """Return the verdict on one model; the interval is of the median, over processes."""
    own = median_interval([one["ratio"] for one in found])
    return Verdict(
        model=model,
        ours_ns=median(one["ours_ns"] for one in found),
        bare_ns=median(one["bare_ns"] for one in found),
        median=own.middle,
        low=own.low,
        high=own.high,
        confidence=own.confidence,
        processes=own.n,
    )


def at_least(minimum: int) -> Callable[[str], int]:
    """Return a reader of whole numbers from ``minimum`` on; it raises ArgumentTypeError for others."""

    def number(text: str) -> int:
        if not text.isdecimal() or int(text) < minimum:
            raise argparse.ArgumentTypeError(f"must be a whole number, {minimum} or more, not {text}")
        return int(text)

    return number


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Measure switch by concbench and by bare loops.")
    add = parser.add_argument
    add("--processes", type=at_least(6), default=24, help="fresh processes a model, 6 or more (default: 24)")
    add("--layouts", type=at_least(1), default=12, help="how often each loads both sides (default: 12)")
    add("--blocks", type=at_least(1), default=24, help="blocks of eight slices for each (default: 24)")
    add("--json", action="store_true", help="print JSON instead of a table")
    add("--around", action="store_true", help="print what a timed region has around it, and nothing else")
    return parser.parse_args(arguments)


def show(rows: list[Verdict]) -> None:
    """Print the verdicts in aligned columns; costs are per suspension."""
    print("model      ours        bare        ours/bare  interval          processes")
    for row in rows:
        costs = f"{row.ours_ns:7.1f} ns  {row.bare_ns:7.1f} ns"
        interval = f"{row.low:.4f} to {row.high:.4f}"
        said = "" if row.kept else f"  NOT WITHIN 1 ± {MARGIN}"
        print(f"{row.model:9}  {costs}  {row.median:.4f}     {interval}  {row.processes}{said}")


def show_around(found: dict[str, float], *, as_json: bool) -> None:
    """Print what surrounds a timed region."""
    if as_json:
        print(json.dumps({"median_ns": found}, indent=2))
        return
    for what, value in found.items():
        print(f"{what:52} {value:8.1f} ns")


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, and return the exit code."""
    options = parse(arguments)
    if options.around:
        show_around(in_process(0, "around"), as_json=options.json)
        return 0
    found = in_fresh_processes(options.processes, options.layouts, options.blocks)
    rows = [verdict(model, seen) for model, seen in found.items()]
    if options.json:
        plain = [asdict(row) | {"kept": row.kept} for row in rows]
        print(json.dumps({"margin": MARGIN, "verdicts": plain, "processes": found}, indent=2))
    else:
        show(rows)
    return 0 if all(row.kept for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
