"""What the garbage collector takes of making many live tasks: ``python studies/live_tasks_collector.py``.

``parked`` under one model at several numbers of tasks, each in a process of its own with the collector as
Python sets it and with it switched off: CPU time per task, and how often the oldest generation was gone
through. The collector visits every live object there, so what it costs per task grows with their number.
docs/FIGURES.md has the table.
"""

import argparse
import gc
import json
import subprocess
import sys
from time import process_time
from typing import Any

from rich.console import Console
from rich.table import Table

from concbench.models import index
from concbench.workloads.basics import parked

Figures = dict[str, Any]


def measured(name: str, tasks: int, *, collects: bool) -> Figures:
    """Return the CPU time (ns) per task of one run in this process, and the collections of the oldest."""
    model = index.get(name)
    with model.open() as session:
        params = parked.Params(tasks)
        wording = parked.WORKLOAD.wording_of(model)
        if not collects:
            gc.disable()
        factories = parked.WORKLOAD.factories(wording, session.rt, params)
        before, began = gc.get_stats()[2]["collections"], process_time()
        session.run(factories)
        used = process_time() - began
        return {"cpu_ns": used * 1e9 / tasks, "oldest": gc.get_stats()[2]["collections"] - before}


def apart(name: str, tasks: int, *, collects: bool) -> Figures:
    """Return the same from a process of its own, so that nobody's garbage is in the way."""
    command = [
        sys.executable,
        __file__,
        "-m",
        name,
        "--tasks",
        f"{tasks}",
        "--one",
        "on" if collects else "off",
    ]
    told: Figures = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return told


def figures_of(names: list[str], sizes: list[int]) -> list[Figures]:
    """Return a row for each model and number of tasks."""
    return [
        {"model": name, "tasks": tasks}
        | {word: apart(name, tasks, collects=word == "on") for word in ("on", "off")}
        for name in names
        for tasks in sizes
    ]


def show(rows: list[Figures]) -> None:
    """Print the rows as a table."""
    table = Table(
        "model", "tasks", "CPU / task", "without the collector", "its share", "times all were gone through"
    )
    for row in rows:
        on, off = row["on"]["cpu_ns"], row["off"]["cpu_ns"]
        table.add_row(
            row["model"],
            f"{row['tasks']:,}",
            f"{on / 1000:.2f} µs",
            f"{off / 1000:.2f} µs",
            f"{100 * (1 - off / on):.0f} %",
            f"{row['on']['oldest']}",
        )
    Console(width=110).print(table)


def main(arguments: list[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Say what the garbage collector takes of many live tasks.")
    add = parser.add_argument
    add(
        "-m",
        "--model",
        default="generator,asyncio,uvloop,trio",
        help="models (generator,asyncio,uvloop,trio)",
    )
    add("--tasks", default="1000,100000,1000000", help="numbers of tasks (1000,100000,1000000)")
    add("--one", choices=("on", "off"), help="measure in this process, and print JSON")
    add("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args(arguments)
    names, sizes = options.model.split(","), [int(one) for one in options.tasks.split(",")]
    if options.one:
        print(json.dumps(measured(names[0], sizes[0], collects=options.one == "on")))
        return 0
    rows = figures_of(names, sizes)
    if options.json:
        print(json.dumps(rows))
    else:
        show(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
