"""Print how long ``concbench history`` takes on large folders: ``python studies/history_cost.py``.

Folders of asv's results are made up, in its format 2: three machines, two environments, and forty benchmarks
of one to six sets of parameters, of which two in five have a step. docs/HISTORY.md has what it printed. Exits
with 1 where a folder takes longer than a minute of wall time, else with 0.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

MACHINES, ENVS = ("amber", "basalt", "copper"), ("virtualenv-py3.11", "virtualenv-py3.12")
BENCHMARKS = 40
SIZES = (10, 58, 780)
"""Commits of the folders: each has six files, one for each machine and environment."""

MOST = 60.0
"""What the largest folder may take, in s."""

COLUMNS = ["result", "params", "version", "started_at", "duration", "stats_ci_99_a", "stats_ci_99_b",
           "stats_q_25", "stats_q_75"]  # fmt: skip
DAY = 86_400_000


def benchmarks() -> dict[str, list[list[str]]]:
    """Return the names of the benchmarks and the reprs of their parameters' values."""
    sorts: list[list[list[str]]] = [
        [],
        [["10"], ["'a'", "'b'"]],
        [["10", "100", "1000"]],
        [["1", "2"], ["1", "2", "3"]],
    ]
    return {f"module{n % 7}.Suite{n % 5}.time_{n}": sorts[n % 4] for n in range(BENCHMARKS)}


def declared(names: dict[str, list[list[str]]]) -> dict[str, Any]:
    """Return what ``benchmarks.json`` says of them."""
    told = {
        name: {"name": name, "type": "time", "unit": "seconds", "version": "1",
               "param_names": [f"p{place}" for place, _ in enumerate(params)], "params": params}
        for name, params in names.items()
    }  # fmt: skip
    return {"version": 2, **told}


def row(figures: list[float], params: list[list[str]], day: int) -> list[Any]:
    """Return a row of a result file; the spread of each figure is 1 %."""
    around = [[figure * by for figure in figures] for by in (0.98, 1.02, 0.99, 1.01)]
    return [figures, params, "1", (19_000 + day) * DAY, 1.0, *around]


def files(commits: int) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield the machine, the name and the content of each result file."""
    rng = np.random.default_rng(commits)
    names = benchmarks()
    hashes = [rng.bytes(20).hex() for _ in range(commits)]
    for machine in MACHINES:
        for env in ENVS:
            numbers = {name: prod(map(len, params)) for name, params in names.items()}
            level = {name: np.exp(rng.uniform(-12, -4, number)) for name, number in numbers.items()}
            step = {name: (rng.integers(commits), rng.choice([1.0, 1.0, 1.0, 1.1, 1.3])) for name in names}
            for day, commit in enumerate(hashes):
                results = {}
                for name, params in names.items():
                    size = level[name].size
                    speed = np.where(rng.random(size) < 0.15, 1.7, 1.0) * np.exp(
                        0.02 * rng.standard_normal(size)
                    )
                    later = step[name][1] if day >= step[name][0] else 1.0
                    results[name] = row((level[name] * speed * later).tolist(), params, day)
                about = {"commit_hash": commit, "env_name": env, "date": (18_000 + day) * DAY,
                         "python": env[-4:], "params": {"machine": machine}, "requirements": {},
                         "result_columns": COLUMNS, "results": results, "version": 2}  # fmt: skip
                yield machine, f"{commit[:8]}-{env}.json", about


def make(folder: Path, commits: int) -> int:
    """Write a folder of results, and return how many result files it has."""
    for machine in MACHINES:
        (folder / machine).mkdir(parents=True)
        (folder / machine / "machine.json").write_text(json.dumps({"machine": machine, "version": 1}))
    (folder / "benchmarks.json").write_text(json.dumps(declared(benchmarks())))
    written = 0
    for machine, name, content in files(commits):
        (folder / machine / name).write_text(json.dumps(content))
        written += 1
    return written


def measure(folder: Path) -> tuple[float, float, str]:
    """Return the wall and CPU time that the command takes on a folder in s, and the first line it prints."""
    began, before = time.perf_counter(), os.times()
    command = [sys.executable, "-m", "concbench", "history", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds, after = time.perf_counter() - began, os.times()
    user, system = after.children_user - before.children_user, after.children_system - before.children_system
    return seconds, user + system, done.stdout.splitlines()[0]


def main(arguments: list[str] | None = None) -> int:
    """Make up folders, read them, print, and return the exit code."""
    parser = argparse.ArgumentParser(description="Print how long `concbench history` takes on large folders.")
    parser.add_argument("--commits", type=int, action="append", help=f"of a folder (default: {SIZES})")
    sizes = parser.parse_args(arguments).commits or SIZES
    slowest = 0.0
    for commits in sizes:
        with tempfile.TemporaryDirectory() as folder:
            count = make(Path(folder), commits)
            seconds, cpu_seconds, said = measure(Path(folder))
        slowest = max(slowest, seconds)
        print(f"{count:5} files  {seconds:5.1f} s  {cpu_seconds:5.1f} s CPU  {said}", flush=True)
    return 0 if slowest <= MOST else 1


if __name__ == "__main__":
    sys.exit(main())
