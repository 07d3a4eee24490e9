"""Print what the page of a wide run costs: ``python studies/wide_page.py RUN --models 15 --workloads 15``.

Of a run file another is made: its first workloads, under as many models as were asked for. Further models
are those of the file under other names; what their processes took is multiplied by factors that are drawn,
so that hardly any value occurs twice. ``python -m concbench report`` then runs by itself, and the system
tells its time and the most memory it had. Exits with 1 where the page has more than 1.5 MB, or making it
takes more than 15 s of CPU time or 1000 MB, else with 0.
"""

import argparse
import random
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from concbench.results.reader import Run, read_run
from report_cost import EXAMPLE, Record, arguments_for, at_least_one, cost_of, written

MOST_PAGE_MB = 1.5
MOST_SECONDS = 15
MOST_MB = 1000
TIMES = ("wall_ns", "cpu_ns", "user_ns", "system_ns")
"""What of each leg of a sample is multiplied."""


def widened(run: Run, models: int, workloads: int) -> Iterator[Record]:
    """Yield the records of a run of so many models and, at most, so many workloads."""
    header = msgspec.to_builtins(run.header)
    kept = [*dict.fromkeys(cell["workload"] for cell in header["cells"])][:workloads]
    cells = {cell["id"]: cell for cell in header["cells"] if cell["workload"] in kept}
    copies = copies_of([one["id"] for one in header["contenders"]], models)
    yield header | _header(header, cells, copies)
    factors = _Factors()
    processes: dict[int, str] = {}
    for record in map(msgspec.to_builtins, run.records):
        if record["type"] == "process":
            processes[record["process"]] = record["contender"]
        yield from _copied(record, cells, copies, processes, factors)


def copies_of(contenders: Sequence[str], number: int) -> Mapping[str, list[str]]:
    """Return the names that each contender's figures have in a run of so many: its own first."""
    names: dict[str, list[str]] = {one: [] for one in contenders}
    for place in range(number):
        again, one = divmod(place, len(contenders))
        own = contenders[one]
        names[own].append(f"{own}-{again + 1}" if again else own)
    return names


class _Factors:
    """A factor for each model and workload, and around it one for each process of them."""

    def __init__(self) -> None:
        self._draw = random.Random(1)
        self._known: dict[tuple[str, str, int], float] = {}

    def of(self, model: str, workload: str, process: int) -> float:
        base = self._one((model, workload, -1), 0.4)
        return base * self._one((model, workload, process), 0.05)

    def _one(self, key: tuple[str, str, int], spread: float) -> float:
        if key not in self._known:
            self._known[key] = self._draw.lognormvariate(0, spread)
        return self._known[key]


def _header(header: Record, cells: Mapping[str, Record], copies: Mapping[str, Sequence[str]]) -> Record:
    return {
        "contenders": [
            one | {"id": name, "model": name} for one in header["contenders"] for name in copies[one["id"]]
        ],
        "cells": [
            cell | {"id": _named(one, name), "contender": name}
            for one, cell in cells.items()
            for name in copies[cell["contender"]]
        ],
        "settings": header["settings"] | {"models": [name for names in copies.values() for name in names]},
        "traces": [
            trace | {"contender": name} for trace in header["traces"] for name in copies[trace["contender"]]
        ],
    }


def _named(cell: str, contender: str) -> str:
    return f"{cell.rpartition('/')[0]}/{contender}"


def _copied(
    record: Record,
    cells: Mapping[str, Record],
    copies: Mapping[str, Sequence[str]],
    processes: Mapping[int, str],
    factors: _Factors,
) -> Iterator[Record]:
    """Yield a record for each model that the figures of its model have."""
    if record["type"] == "block":
        inside = [_named(one, name) for one in record["cells"] if one in cells
                  for name in copies[cells[one]["contender"]]]  # fmt: skip
        if inside:
            yield record | {"cells": inside}
    elif "cell" in record:
        if record["cell"] in cells:
            yield from _of_cell(record, cells[record["cell"]], copies, factors)
    elif record.get("process") is not None:
        own = processes[record["process"]]
        for again, name in enumerate(copies[own]):
            more = {"contender": name} if "contender" in record else {}
            yield record | {"process": _process(record["process"], again)} | more
    else:
        yield record


def _of_cell(
    record: Record, cell: Record, copies: Mapping[str, Sequence[str]], factors: _Factors
) -> Iterator[Record]:
    for again, name in enumerate(copies[cell["contender"]]):
        changes: dict[str, Any] = {"cell": _named(record["cell"], name)}
        if record.get("process") is not None:
            changes["process"] = _process(record["process"], again)
        if record["type"] == "sample":
            factor = factors.of(name, cell["workload"], changes["process"]) if again else 1
            changes["legs"] = [
                leg | {key: round(leg[key] * factor) for key in TIMES} for leg in record["legs"]
            ]
            changes["turn"] = record["turn"] + again * len(copies)
        yield record | changes


def _process(number: int, again: int) -> int:
    """Return the number of a process in the copy of that number."""
    return 100 * number + again


def write(path: Path, run: Run, models: int, workloads: int) -> int:
    """Write the wide run file, and return how many samples it has."""
    return written(path, widened(run, models, workloads))


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Measure what the page of a wide run costs.")
    add = parser.add_argument
    add("run", nargs="?", type=Path, default=EXAMPLE, help="the run file (default: that of the repository)")
    add("--models", type=at_least_one, default=15, help="how many models (default: 15)")
    add("--workloads", type=at_least_one, default=15, help="how many workloads at most (default: 15)")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, and return the exit code."""
    options = parse(arguments)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "wide.jsonl"
        samples = write(file, read_run(options.run), options.models, options.workloads)
        cost = cost_of(arguments_for("report", file), file, samples)
        page = file.with_suffix(".html").stat().st_size / 1e6
    print(f"{samples:,} samples, a run file of {cost.file_mb:.1f} MB: a page of {page:.2f} MB")
    print(f"{cost.seconds:.1f} s, {cost.cpu_seconds:.1f} s of them at work, {cost.peak_mb:.0f} MB of memory")
    kept = page <= MOST_PAGE_MB and cost.cpu_seconds <= MOST_SECONDS and cost.peak_mb <= MOST_MB
    most = f"at most {MOST_PAGE_MB} MB in {MOST_SECONDS} s at work and {MOST_MB} MB of memory"
    print(f"{most}: {'kept' if kept else 'BROKEN'}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
