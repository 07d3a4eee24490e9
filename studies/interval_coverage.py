"""Print whether the statistics keep their word: ``python studies/interval_coverage.py``.

Every interval is tried on simulated samples with a known truth and the noise of a shared virtual machine;
docs/STATISTICS.md says how to read the table. Exits with 1 where a promise is broken, else with 0.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field

import numpy as np

from simulation.coverage import Figure, coverage, curve_figure, false_alarms, found
from simulation.scaling import curve_scenarios
from simulation.scenarios import scenarios

RATIOS = (1.1, 1.2, 1.5)
ROUNDS = (15, 3, 1)
DETECTIONS = (*((ratio, 6, rounds) for rounds in ROUNDS for ratio in RATIOS), (1.05, 20, 15), (1.1, 20, 15))
"""Ratio, number of processes and rounds of each, for the sensitivity."""

FAMILIES = ((1, 15), (4, 15), (1, 3), (1, 1))
"""How many cells share a baseline, and rounds of each process, for the false alarms."""


@dataclass(slots=True)
class Progress:
    """A line on standard error every other second, so that a short run stays silent."""

    total: int
    clock: Callable[[], float] = time.monotonic
    done: int = field(default=0, init=False)
    shown: float = field(init=False)

    def __post_init__(self) -> None:
        self.shown = self.clock()

    def tick(self) -> None:
        """Count one trial."""
        self.done += 1
        now = self.clock()
        if now - self.shown >= 2:
            self.shown = now
            print(f"{self.done} of {self.total} trials", file=sys.stderr, flush=True)


def positive(text: str) -> int:
    """Return a whole number of at least 1; raises ValueError, which argparse reports."""
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Simulate whether the intervals cover what they promise.")
    parser.add_argument("--trials", type=positive, default=2000, help="simulations a line (default: 2000)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the random numbers (default: 1)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    return parser.parse_args(arguments)


def figures(trials: int, seed: int) -> Iterator[Figure]:
    """Yield the lines of the table; each has random numbers of its own, so none depends on the others."""
    tried, tried_on_curves = scenarios(), curve_scenarios()
    lines = len(tried) + len(FAMILIES) + len(DETECTIONS) + len(tried_on_curves)
    tick = Progress(trials * lines).tick
    streams = (np.random.default_rng(stream) for stream in np.random.SeedSequence(seed).spawn(lines))
    for scenario in tried:
        yield coverage(scenario, trials, next(streams), tick)
    for contenders, rounds in FAMILIES:
        yield from false_alarms(trials, contenders, rounds, next(streams), tick)
    for ratio, generations, rounds in DETECTIONS:
        yield found(ratio, generations, rounds, trials, next(streams), tick)
    for curve_scenario in tried_on_curves:
        yield curve_figure(curve_scenario, trials, next(streams), tick)


def as_row(figure: Figure) -> tuple[str, ...]:
    """Return the cells of a table's row: name, share, promise, width, share determined, and verdict."""
    share = "none determined"
    if figure.trials:
        error = (figure.share * (1 - figure.share) / figure.trials) ** 0.5
        share = f"{figure.share:.2%} ± {error:.2%}"
    promise = "–" if figure.promised is None else "{:.1%} to {:.1%}".format(*figure.promised)
    width = "–" if figure.width is None else f"{figure.width:.3f}"
    determined = "–" if figure.determined is None else f"{figure.determined:.1%}"
    verdict = "" if figure.promised is None else "kept" if figure.kept else "BROKEN"
    return figure.name, share, promise, width, determined, verdict


def show_table(rows: list[Figure]) -> None:
    """Print the figures in aligned columns."""
    cells = [("what", "share", "promised", "width", "determined", ""), *map(as_row, rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def show_json(rows: list[Figure], options: argparse.Namespace) -> None:
    """Print the figures, the trials and the seed as one JSON object."""
    plain = [asdict(row) | {"share": row.share if row.trials else None, "kept": row.kept} for row in rows]
    print(json.dumps({"trials": options.trials, "seed": options.seed, "figures": plain}, indent=2))


def main(arguments: list[str] | None = None) -> int:
    """Simulate, print, and return the exit code."""
    options = parse(arguments)
    rows = list(figures(options.trials, options.seed))
    if options.json:
        show_json(rows, options)
    else:
        show_table(rows)
    return 0 if all(row.kept for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
