"""Print what it takes to show run files of up to a million samples: ``python studies/report_cost.py``.

Each file repeats what was measured in ``reports/example.jsonl.gz``: its generations of processes over again
under new numbers, and in each block its rounds over again. It lies in a folder that is removed at the end.
``python -m concbench report`` (or, with ``--command show``, ``show``) then runs as a process of its own, and
the system tells its time and the most memory it had. Exits with 1 where a million samples, or as many as
were asked for, take more than 10 s or 1000 MB, else with 0.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Timer
from typing import Any

import msgspec
import numpy as np
from scipy.optimize import curve_fit

from concbench.results.reader import Run, read_run

EXAMPLE = Path(__file__).parents[1] / "reports" / "example.jsonl.gz"
MOST_SECONDS = 10
MOST_MB = 1000
PATIENCE = 600
"""Seconds after which a command is given up."""

Record = dict[str, Any]


SHARES = (16, 8, 4, 2, 1)
"""By how much each file is smaller than the largest."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one file took: wall and CPU time in s; MB (1,000,000 bytes) of the file and of memory at most."""

    samples: int
    file_mb: float
    seconds: float
    cpu_seconds: float
    peak_mb: float


def repeated(run: Run, generations: int, samples: int) -> Iterator[Record]:
    """Yield the records of a run of about so many samples: those of ``run`` over and over.

    Its generations are repeated until there are at least ``generations``; then every block has as many
    rounds as make up ``samples``, at least those it had.
    """
    records = [msgspec.to_builtins(record) for record in run.records]
    before, body, after = _parts(records)
    span = 1 + max(record["generation"] for record in body)
    copies = -(-generations // span)
    times = max(1, round(samples / (copies * sum(record["type"] == "sample" for record in body))))
    processes = 1 + max(record["process"] for record in records if record.get("process") is not None)
    yield msgspec.to_builtins(run.header)
    yield from before
    for copy in range(copies):
        moved = (_moved(record, copy * span, copy * processes) for record in body)
        yield from _with_rounds_repeated(moved, times)
    yield from after


def _parts(records: Sequence[Record]) -> tuple[list[Record], list[Record], list[Record]]:
    """Return what comes before the measuring, the measuring, and what comes after it.

    Of the measuring only what a copy may repeat: outcomes hold for the whole run.
    """
    kinds = [record["type"] for record in records]
    first = next(i for i, record in enumerate(records) if record.get("purpose") in ("time", "memory"))
    last = len(kinds) - 1 - kinds[::-1].index("block")
    middle = records[first : last + 1]
    body = [record for record in middle if record["type"] in ("process", "sample", "memory", "block")]
    outcomes = [record for record in middle if record["type"] == "outcome"]
    return (
        [*records[:first]],
        body,
        [*outcomes, *(one for one in records[last + 1 :] if one["type"] != "closed")],
    )


def _moved(record: Record, generations: int, processes: int) -> Record:
    moved = {"generation": record["generation"] + generations}
    if "process" in record:
        moved["process"] = record["process"] + processes
    return record | moved


def _with_rounds_repeated(records: Iterator[Record], times: int) -> Iterator[Record]:
    """Yield the samples of each block ``times`` times over, each time as further rounds."""
    block: list[Record] = []
    for record in records:
        if record["type"] == "sample":
            block.append(record)
            continue
        if record["type"] == "block":
            rounds = 1 + max((sample["round"] for sample in block), default=0)
            for again in range(times):
                yield from (sample | {"round": sample["round"] + again * rounds} for sample in block)
            block.clear()
        yield record


def write(path: Path, run: Run, generations: int, samples: int) -> int:
    """Write a run file of about so many samples, and return how many there are."""
    return written(path, repeated(run, generations, samples))


def written(path: Path, records: Iterable[Record]) -> int:
    """Write records to a file, and return how many of them are samples."""
    samples = 0
    with path.open("wb") as file:
        for record in records:
            samples += record["type"] == "sample"
            file.write(msgspec.json.encode(record) + b"\n")
    return samples


def arguments_for(command: str, file: Path) -> list[str]:
    """Return the command line that shows a file."""
    output = ["--output", str(file.with_suffix(".html"))] if command == "report" else []
    return [sys.executable, "-m", "concbench", command, str(file), *output]


def cost_of(arguments: Sequence[str], file: Path, samples: int) -> Cost:
    """Run a command to its end and return what it took; raises SystemExit if it fails or hangs."""
    started = time.perf_counter()
    with subprocess.Popen(arguments, stdout=subprocess.DEVNULL) as process:
        limit = Timer(PATIENCE, process.kill)
        limit.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        limit.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(arguments)} ended with {process.returncode}")
    unit = 1 if sys.platform == "darwin" else 1024  # getrusage(2): bytes there, kilobytes here
    return Cost(
        samples=samples,
        file_mb=file.stat().st_size / 1e6,
        seconds=seconds,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        peak_mb=usage.ru_maxrss * unit / 1e6,
    )


def costs(options: argparse.Namespace, tell: Callable[[Cost], None]) -> list[Cost]:
    """Make one file after the other, run the command on it, and tell what it took."""
    run = read_run(EXAMPLE)
    found: list[Cost] = []
    with tempfile.TemporaryDirectory() as folder:
        for share in SHARES:
            file = Path(folder) / f"{share}.jsonl"
            samples = write(file, run, options.generations, options.most // share)
            if found and samples == found[-1].samples:
                raise SystemExit(
                    "no larger file can be made: ask for more with --most, or for fewer generations"
                )
            found.append(cost_of(arguments_for(options.command, file), file, samples))
            tell(found[-1])
            file.unlink()
    return found


def fit(found: Sequence[Cost]) -> tuple[float, float, float]:
    """Return the straight line of CPU time over samples (s fixed, s for each), and the exponent.

    CPU time, because what else the machine does lengthens wall time at random. The exponent is p of the
    least-squares fit of a + b × samples^p, with a and b not negative: 1 if, the fixed part aside, twice the
    samples take twice the time.
    """
    samples = np.array([cost.samples for cost in found], dtype=np.float64)
    seconds = np.array([cost.cpu_seconds for cost in found])
    each, fixed = np.polyfit(samples, seconds, 1)
    start = (seconds.min(), np.ptp(seconds), 1)
    bounds = ((0, 0, 0.1), (np.inf, np.inf, 4))
    (_, _, exponent), _ = curve_fit(
        lambda n, a, b, p: a + b * n**p, samples / samples.max(), seconds, p0=start, bounds=bounds
    )
    return float(fixed), float(each), float(exponent)


def at_least_one(text: str) -> int:
    """Return a whole number of 1 or more; raises ValueError, which argparse reports."""
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Measure what it takes to show large run files.")
    add = parser.add_argument
    add("--most", type=at_least_one, default=1_000_000, help="samples of the largest file (default: 1000000)")
    add("--generations", type=at_least_one, default=20, help="processes a cell, at least (default: 20)")
    add("--command", choices=("report", "show"), default="report", help="what to run (default: report)")
    add("--json", action="store_true", help="print JSON instead of a table")
    return parser.parse_args(arguments)


def tell_row(cost: Cost) -> None:
    """Print one row of the table."""
    times = f"{cost.seconds:6.2f}  {cost.cpu_seconds:6.2f}"
    print(f"{cost.samples:9,}  {cost.file_mb:8.1f}  {times}  {cost.peak_mb:7.0f}", flush=True)


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, and return the exit code."""
    options = parse(arguments)
    if not options.json:
        print("  samples   file MB       s   CPU s  peak MB")
    found = costs(options, (lambda _cost: None) if options.json else tell_row)
    fixed, each, exponent = fit(found)
    kept = found[-1].seconds <= MOST_SECONDS and found[-1].peak_mb <= MOST_MB
    if options.json:
        line = {"fixed_s": fixed, "each_s": each, "exponent": exponent, "kept": kept}
        print(json.dumps({"costs": [asdict(cost) for cost in found], **line}, indent=2))
    else:
        print(f"CPU time: {fixed:.2f} s and {1e6 * each:.2f} µs a sample; exponent: {exponent:.2f}")
        print(f"at most {MOST_SECONDS} s and {MOST_MB} MB: {'kept' if kept else 'BROKEN'}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
