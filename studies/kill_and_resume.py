"""Kill runs with ``kill -9``, resume them, and look for losses: ``python studies/kill_and_resume.py``.

Real runs of several models are killed at random moments and gone on with, until there were enough kills.
After every kill the file has to begin with what it held at the last one; at the end of each run every
(cell, generation, block, round) must count exactly once. Exits with 1 where any of this is violated.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

import psutil

from concbench.drive.plan import rounds_of
from concbench.results import queries
from concbench.results.reader import Run, read_run
from concbench.runs.planning import plan_of
from concbench.runs.request import RunRequest
from concbench.workloads.catalogue import Catalogue

REQUEST = (
    *("-w", "timers,spawn,switch", "-m", "generator,asyncio,threads"),
    *("-p", "tasks=5", "-p", "delay=0.005", "-p", "suspensions=10"),
)
MARK = "CONCBENCH_KILL_AND_RESUME"
"""An environment variable that workers inherit from their driver, by which survivors are found."""

START = (sys.executable, "-m", "concbench")

LONGEST = 2.0
"""Seconds within which a kill strikes: a run of the request above takes some times as long."""

AT_THE_START = 0.2
"""The share of kills whose moment is counted from the driver's start, and not from its first line."""

PATIENCE = 10.0
"""Seconds that workers get to follow their driver before they count as left alive."""


@dataclass(slots=True)
class Tally:
    """What was done, and what went wrong."""

    kills: int = 0
    runs: int = 0
    torn: int = 0
    in_phase: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Kill runs with kill -9, resume them, and look for losses.")
    parser.add_argument("--kills", type=int, default=50, help="how many in all (default: 50)")
    parser.add_argument("--seed", type=int, default=1, help="of the moments (default: 1)")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    return parser.parse_args(arguments)


def command(path: Path, request: Sequence[str]) -> list[str]:
    """Return the command that begins a run at ``path``, or goes on with the one that is there."""
    start = [*START, "run", "--no-report"]
    return [*start, "--resume", str(path)] if path.exists() else [*start, *request, "--output", str(path)]


def begin(path: Path, request: Sequence[str], mark: str) -> "subprocess.Popen[bytes]":
    """Start a driver whose workers carry ``mark``."""
    return subprocess.Popen(
        command(path, request),
        env=os.environ | {MARK: mark},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def on_disk(path: Path) -> bytes:
    """Return what a run file holds; nothing where there is none yet."""
    return path.read_bytes() if path.exists() else b""


def whole_lines(content: bytes) -> bytes:
    """Return the lines that were finished: the rest is torn, and goes to FILE.torn."""
    return content[: content.rfind(b"\n") + 1]


def survivors(mark: str) -> list[int]:
    """Return the processes that carry ``mark`` and are running."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.status() != psutil.STATUS_ZOMBIE and process.environ().get(MARK) == mark:
                found.append(process.pid)
        except psutil.Error:
            continue  # it ended while it was looked at, or is somebody else's
    return found


def left_alive(mark: str) -> list[int]:
    """Return the processes that are still running some time after their driver was killed."""
    deadline = time.monotonic() + PATIENCE
    while (alive := survivors(mark)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return alive


def await_first_line(driver: "subprocess.Popen[bytes]", path: Path, before: bytes) -> None:
    """Wait until a driver has written, or has ended."""
    while driver.poll() is None and len(on_disk(path)) <= len(before):
        time.sleep(0.005)


def strike(path: Path, request: Sequence[str], rng: random.Random | None, tally: Tally) -> bool:
    """Run on until a moment that ``rng`` draws, and kill the driver; without ``rng``, let it finish.

    Returns whether it was still there to be killed.
    """
    before, mark = on_disk(path), uuid.uuid4().hex
    torn_before = on_disk(path.with_name(path.name + ".torn"))
    driver = begin(path, request, mark)
    if rng is not None:
        if rng.random() > AT_THE_START:
            await_first_line(driver, path, before)
        time.sleep(rng.uniform(0, LONGEST))
        driver.kill()
    _, said = driver.communicate()
    tally.violations += unchanged(path, before, torn_before)
    if alive := left_alive(mark):
        tally.violations.append(f"workers {alive} outlive their driver")
    if driver.returncode == -signal.SIGKILL:
        tally.kills += 1
        content = on_disk(path)
        tally.torn += content != whole_lines(content)
        tally.in_phase[phase(content)] += 1
        return True
    if driver.returncode != 0:
        words = said.decode(errors="replace")
        tally.violations.append(f"{path.name}: exit code {driver.returncode}: {words}")
    return False


def unchanged(path: Path, before: bytes, torn_before: bytes) -> Iterator[str]:
    """Yield what is lost or changed of what was on disk before a driver was started."""
    after, kept = on_disk(path), whole_lines(before)
    tail = before[len(kept) :]
    if not after.startswith(kept):
        yield f"{path.name}: lines that were on disk are changed or gone"
    torn = on_disk(path.with_name(path.name + ".torn"))
    if not after.startswith(before) and torn != torn_before + tail:
        yield f"{path.name}: the torn line {tail[:40]!r} was not moved aside"


def phase(content: bytes) -> str:
    """Return what a run was at when it was killed: the type of the last record on disk."""
    lines = whole_lines(content).splitlines()
    return str(json.loads(lines[-1])["type"]) if lines else "nothing on disk"


def miscounted(run: Run) -> Iterator[str]:
    """Yield what a finished run holds too often, too seldom, or although nobody asked for it."""
    if not queries.is_complete(run):
        yield f"{run.path.name}: not complete"
    for cell, outcome in queries.outcomes(run).items():
        if outcome.name != "ok":
            yield f"{run.path.name}: {cell} is {outcome.name}: {outcome.reason}"
    counted: Counter[tuple[str, int, int, int | None]] = Counter(
        (one.cell, one.generation, one.block, one.round) for one in queries.counted_samples(run)
    )
    counted.update((one.cell, one.generation, one.block, None) for one in queries.counted_memory(run))
    asked = set(asked_for(run))
    for place in asked | counted.keys():
        if counted[place] != (place in asked):
            yield f"{run.path.name}: {place} counts {counted[place]} times"


def asked_for(run: Run) -> Iterator[tuple[str, int, int, int | None]]:
    """Yield every (cell, generation, block, round) that the request means; for memory, no round."""
    plan, witnessed = (
        plan_of(RunRequest.from_dict(run.header.settings), Catalogue()),
        queries.witnesses(run),
    )
    for point, generation in product(plan.points, range(plan.effort.generations)):
        estimates = [round(witnessed[cell.id].estimate_ns) for cell in point.cells]
        timed = range(rounds_of(plan.effort, estimates))
        rounds = timed if point.purpose == "time" else (None,)
        for cell, round_ in product(point.cells, rounds):
            yield cell.id, generation, point.index, round_


def kill_and_resume(kills: int, seed: int, folder: Path, request: Sequence[str] = REQUEST) -> Tally:
    """Kill as often as is asked for, over as many runs as that takes, and finish each of them."""
    rng, tally = random.Random(seed), Tally()
    while tally.kills < kills:
        tally.runs += 1
        path = folder / f"run-{tally.runs}.jsonl"
        going = True
        while going and tally.kills < kills:
            going = strike(path, request, rng, tally)
            restart_where_nothing_began(path)
            print(f"{tally.kills} of {kills} kills, run {tally.runs}", file=sys.stderr, flush=True)
        if going:
            strike(path, request, None, tally)
        tally.violations += miscounted(read_run(path))
        if tally.violations:
            break
    return tally


def restart_where_nothing_began(path: Path) -> None:
    """Remove a file that was killed before its header was whole, as its error message advises."""
    if path.exists() and not whole_lines(on_disk(path)):
        path.unlink()


def main(arguments: list[str] | None = None) -> int:
    """Kill, resume, print, and return the exit code."""
    options = parse(arguments)
    with tempfile.TemporaryDirectory() as folder:
        tally = kill_and_resume(options.kills, options.seed, Path(folder))
    if options.json:
        print(json.dumps({name: getattr(tally, name) for name in Tally.__slots__}, indent=2))
    else:
        phases = ", ".join(f"{name} {times}" for name, times in tally.in_phase.most_common())
        print(f"{tally.kills} kills in {tally.runs} runs, {tally.torn} of them tore a line")
        print(f"last record on disk when killed: {phases}")
        print("\n".join(tally.violations) or "no completed sample lost or doubled, no worker left alive")
    return 1 if tally.violations else 0


if __name__ == "__main__":
    sys.exit(main())
