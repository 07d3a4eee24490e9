"""What the rungs of the ladder cost beside a bare loop and asyncio: ``python studies/ladder_figures.py``.

Figures that no cell of a run holds: a switch beside a loop of nothing but ``generator.send(None)``, and a
task beside asyncio's, both as the least CPU time of several repetitions, by turns; how busy a processor is
while many tasks sleep; how long after the longest of many delays all sleepers are done. docs/LADDER.md has
the table.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from functools import partial
from time import perf_counter, process_time
from typing import Any

from rich.console import Console
from rich.table import Table

from concbench.models import index
from concbench.models.base import Model
from concbench.workloads.base import Workload
from concbench.workloads.basics import spawn, switch, timers

NAMES = ("yield-from", *index.MEMBERS["ladder"], "asyncio")
DELAY = 1.0
"""For how long tasks sleep at most (s)."""

Figures = dict[str, float]


def cpu_of(run: Callable[[], object]) -> float:
    """Return the CPU time (s) of a call."""
    began = process_time()
    run()
    return process_time() - began


def runs_of(model: Model, workload: Workload[Any], params: Any) -> float:
    """Return the CPU time (s) of one run, without making its factories."""
    with model.open() as session:
        factories = workload.factories(workload.wording_of(model), session.rt, params)
        return cpu_of(lambda: session.run(factories))


def bare_switch(tasks: int, suspensions: int) -> float:
    """Return the CPU time (s) of as many switches in a loop that does nothing else."""

    def task() -> Any:
        for _ in range(suspensions):
            yield

    generators = [task() for _ in range(tasks)]

    def loop() -> None:
        for _ in range(suspensions):
            for generator in generators:
                generator.send(None)

    return cpu_of(loop)


def prices(names: Sequence[str], tasks: int, suspensions: int, repeats: int) -> dict[str, Figures]:
    """Return the least cost (ns) of a switch and of a task under each model, and of a bare loop's switch."""
    short, long = switch.Params(tasks, suspensions), switch.Params(tasks, 2 * suspensions)
    ways: dict[tuple[str, str], Callable[[], float]] = {}
    for name in names:
        model = index.get(name)
        ways[name, "short"] = partial(runs_of, model, switch.WORKLOAD, short)
        ways[name, "long"] = partial(runs_of, model, switch.WORKLOAD, long)
        ways[name, "spawn"] = partial(runs_of, model, spawn.WORKLOAD, spawn.Params(1000))
    ways["bare", "switch"] = partial(bare_switch, tasks, suspensions)
    least = dict.fromkeys(ways, float("inf"))
    for _ in range(repeats):
        for way, measure in ways.items():
            least[way] = min(least[way], measure())
    count = tasks * suspensions / 1e9
    told: dict[str, Figures] = {"bare": {"switch": least["bare", "switch"] / count}}
    for name in names:
        slope = (least[name, "long"] - least[name, "short"]) / count
        told[name] = {"switch": slope, "task": least[name, "spawn"] * 1e9 / 1000}
    return told


def asleep(name: str, tasks: int, delay: float) -> float:
    """Return which share of a processor a model takes while so many tasks sleep equally long."""
    model = index.get(name)
    with model.open() as session:
        params = timers.Params(tasks, delay)
        factories = timers.WORKLOAD.factories(timers.WORKLOAD.wording_of(model), session.rt, params)
        began = perf_counter()
        used = cpu_of(lambda: session.run(factories))
        return used / (perf_counter() - began)


def late(name: str, tasks: int, delay: float) -> float:
    """Return how long (s) after the longest delay all of so many tasks are done, whose delays differ."""
    model = index.get(name)
    with model.open() as session:
        params = timers.Params(tasks, delay, spread=0.5)
        factories = timers.WORKLOAD.factories(timers.WORKLOAD.wording_of(model), session.rt, params)
        began = perf_counter()
        session.run(factories)
        return perf_counter() - began - delay


def figures_of(options: argparse.Namespace) -> dict[str, Figures]:
    """Return all figures, by model."""
    told = prices(NAMES, options.tasks, options.suspensions, options.repeats)
    for name in NAMES:
        told[name]["asleep"] = asleep(name, 1000, options.delay)
        if name not in ("yield-from", "idle-sleep"):  # they look at each sleeper at each waking
            told[name]["late"] = late(name, options.sleepers, options.delay)
    return told


def show(told: dict[str, Figures], sleepers: int) -> None:
    """Print the figures as a table."""
    columns = "switch", "× bare", "task", "asyncio ÷ it", "1000 asleep", f"{sleepers:,} timers"
    table = Table("", *columns)
    bare, asyncio = told["bare"]["switch"], told["asyncio"]["task"]
    table.add_row("bare loop", f"{bare:.1f} ns", "1.00")
    for name in NAMES:
        one = told[name]
        table.add_row(
            name,
            f"{one['switch']:.1f} ns",
            f"{one['switch'] / bare:.2f}",
            f"{one['task']:.0f} ns",
            f"{asyncio / one['task']:.1f}",
            f"{100 * one['asleep']:.2f} %",
            f"{one['late']:.3f} s" if "late" in one else "",
        )
    Console(width=120).print(table)


def main(arguments: list[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Say what the ladder's rungs cost beside a bare loop.")
    add = parser.add_argument
    add("--tasks", type=int, default=100, help="tasks that take turns (100)")
    add("--suspensions", type=int, default=1000, help="how often each suspends (1000)")
    add("--repeats", type=int, default=15, help="repetitions, of which the least counts (15)")
    add("--sleepers", type=int, default=100_000, help="timers whose delays differ (100000)")
    add("--delay", type=float, default=DELAY, metavar="S", help="the longest delay (1)")
    add("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args(arguments)
    told = figures_of(options)
    if options.json:
        print(json.dumps(told))
    else:
        show(told, options.sleepers)
    return 0


if __name__ == "__main__":
    sys.exit(main())
