"""Print how many steps are found, and how many false ones: ``python studies/step_changes.py``.

The method of ``concbench history`` is tried on synthetic histories with the noise of a machine with two
speeds: flat ones, and ones with a step (10 % unless told otherwise) at a random commit. docs/STATISTICS.md
says how to read the table. Exits with 1 where what is promised is not reached, else with 0.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict

import numpy as np

from interval_coverage import Progress, positive
from simulation.step_changes import Count, count, kinds


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Simulate how many step changes are found, true and false.")
    parser.add_argument("--histories", type=positive, default=200, help="of either sort (default: 200)")
    parser.add_argument("--commits", type=positive, default=40, help="in each history (default: 40)")
    parser.add_argument("--ratio", type=float, default=1.1, help="what a step multiplies by (default: 1.1)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the random numbers (default: 1)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    return parser.parse_args(arguments)


def counts(options: argparse.Namespace) -> Iterator[Count]:
    """Yield a line for each kind of history; each has random numbers of its own."""
    tried = kinds()
    tick = Progress(2 * options.histories * len(tried)).tick
    streams = np.random.SeedSequence(options.seed).spawn(len(tried))
    for kind, stream in zip(tried, streams, strict=True):
        rng = np.random.default_rng(stream)
        yield count(kind, options.histories, rng, ratio=options.ratio, commits=options.commits, tick=tick)


def as_row(line: Count) -> tuple[str, ...]:
    """Return the cells of a table's row."""
    verdict = ("kept" if line.kept else "BROKEN") if line.promised else ""
    place, size = (f"{share / line.found:.0%}" if line.found else "–" for share in (line.placed, line.sized))
    figures = (line.false, line.found, line.others)
    return line.kind, *map(str, figures), place, size, f"{line.width:.3f}", verdict


HEAD = ("what was kept", "false steps", "found", "others", "place", "size", "width", "")


def show(lines: list[Count]) -> None:
    """Print the counts in aligned columns."""
    cells = [HEAD, *map(as_row, lines)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def main(arguments: list[str] | None = None) -> int:
    """Simulate, print, and return the exit code."""
    options = parse(arguments)
    lines = list(counts(options))
    if options.json:
        plain = [asdict(line) | {"kept": line.kept} for line in lines]
        print(json.dumps({"seed": options.seed, "commits": options.commits, "counts": plain}, indent=2))
    else:
        show(lines)
    return 0 if all(line.kept for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
