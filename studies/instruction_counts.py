"""Show how far instruction counts can be trusted: ``python studies/instruction_counts.py``.

Every cell is counted with many copies of the suite, each at a path of another length and from an environment
of another size, and each copy is compared with the one before: the same code must be ``same``. Copies with
one per cent more suspensions in ``switch``, a number that the witness confirms, must be ``slower``. It exits
with 1 where one false alarm was raised or one injection missed. docs/INSTRUCTIONS.md says how to read it.
"""

import argparse
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

import concbench
from concbench.drive.cachegrind import Running, TallyRunner
from concbench.drive.instructions import (
    CountedCell,
    choose_number,
    count_instructions,
    valgrind_path,
    verdict_of,
)
from concbench.drive.sides.side import Side
from concbench.drive.workers.launch import launch
from concbench.drive.workers.place import Place
from concbench.workloads.spelling import spelled

INJECTED = CountedCell(model="generator", workload="switch", params={"tasks": 10, "suspensions": 1000})
CELLS = (
    CountedCell(model="generator", workload="spawn", params={"tasks": 100}),
    CountedCell(model="generator", workload="switch", params={"tasks": 10, "suspensions": 100}),
    CountedCell(model="yield-from", workload="chain", params={"tasks": 10, "depth": 10, "suspensions": 20}),
    CountedCell(model="yield-from", workload="parked", params={"tasks": 100}),
    CountedCell(model="polling", workload="spawn", params={"tasks": 100}),
    CountedCell(model="polling", workload="parked", params={"tasks": 100}),
    CountedCell(model="asyncio", workload="spawn", params={"tasks": 100}),
    CountedCell(model="asyncio", workload="switch", params={"tasks": 10, "suspensions": 20}),
    CountedCell(model="asyncio", workload="parked", params={"tasks": 100}),
    CountedCell(model="asyncio", workload="chain", params={"tasks": 10, "depth": 10, "suspensions": 5}),
    INJECTED,
)
MORE = "p.suspensions * 101 // 100"
SECONDS = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The ratios of one cell's comparisons, and the ``millions`` of instructions of its work."""

    cell: CountedCell
    injected: bool
    ratios: tuple[float, ...]
    millions: float

    @property
    def flagged(self) -> int:
        """How many comparisons gave the verdict ``slower`` or ``faster``."""
        return sum(verdict_of(1, ratio) != "same" for ratio in self.ratios)

    @property
    def kept(self) -> bool:
        """Say whether identical sides raised no alarm, or every injection was found."""
        return self.flagged == (len(self.ratios) if self.injected else 0)


def copy_suite(folder: Path, length: int, *, more: bool = False) -> Path:
    """Copy models and workloads to a path whose length is drawn from ``length``, with more work if asked."""
    suite = folder / ("more" if more else "same") / ("x" * (1 + length % 97)) / ("y" * (1 + length))
    for part in ("models", "workloads"):
        source = Path(str(concbench.__file__)).parent / part
        shutil.copytree(source, suite / part, ignore=shutil.ignore_patterns("__pycache__"))
    if more:
        switch = suite / "workloads/basics/switch.py"
        source_text = switch.read_text(encoding="utf-8")
        for place in ("range(p.suspensions)", "Suspends(p.suspensions + first_turn)"):
            if place not in source_text:
                raise ValueError(f"{switch.name} has changed: there is no {place!r} to inject work into")
            source_text = source_text.replace(place, place.replace("p.suspensions", MORE))
        switch.write_text(source_text, encoding="utf-8")
    return suite


def suspensions(side: Side) -> int:
    """Return how many suspensions the witness counts in the cell that work is injected into."""
    link = launch(side.place, INJECTED.model)
    try:
        about = {"workload": INJECTED.workload, "params": dict(INJECTED.params)}
        answer = link.request({"op": "witness", **about, "seconds": SECONDS}, SECONDS)
        return int(answer["legs"][0]["suspensions"])
    finally:
        link.kill()


@contextmanager
def environment_of(size: int) -> Iterator[None]:
    """Make the environment of this process larger by ``size`` bytes, half of them where a count gets them."""
    path = os.environ["PATH"]
    os.environ |= {"CONCBENCH_STUDY": "x" * (size // 2), "PATH": f"{path}:/{'x' * (size // 2)}"}
    try:
        yield
    finally:
        os.environ["PATH"] = path
        del os.environ["CONCBENCH_STUDY"]


class Study:
    """Counts cells on one copy of the suite after another."""

    def __init__(self, folder: Path, runner: TallyRunner) -> None:
        self.folder, self.runner = folder, runner
        self.pool = ThreadPoolExecutor(os.cpu_count())

    def side(self, length: int, *, more: bool = False) -> Side:
        """Return a copy of the suite as a side."""
        suite = copy_suite(self.folder, length, more=more)
        return Side(label=str(length), place=Place(Path(sys.executable), suite))

    def numbers(self, side: Side) -> list[int]:
        """Return how many runs of each cell to count."""
        return [choose_number(side, cell, runner=self.runner) for cell in CELLS]

    def count(self, side: Side, cells: Sequence[tuple[CountedCell, int]], size: int) -> list[int]:
        """Return the instructions of the cells' work, several counted at once."""

        def one(cell: tuple[CountedCell, int]) -> int:
            wanted, number = cell
            return count_instructions(side, wanted, number=number, runner=self.runner).work

        with environment_of(size):
            return list(self.pool.map(one, cells))

    def rows(self, runs: int) -> list[Row]:
        """Count ``runs`` comparisons of every cell, and of the injected one."""
        first, more = self.side(0), self.side(0, more=True)
        print(
            f"suspensions that the witness counts: {suspensions(first)}, {suspensions(more)} with more work"
        )
        cells = list(zip(CELLS, self.numbers(first), strict=True))
        counts = [self.count(first, cells, 0)]
        injected: list[int] = []
        for run in range(1, runs + 1):
            print(f"comparison {run} of {runs}", file=sys.stderr, flush=True)
            counts.append(self.count(self.side(7 * run), cells, 211 * run))
            injected += self.count(self.side(5 * run, more=True), cells[-1:], 97 * run)
        rows = [_row(cell, one) for cell, *one in zip(CELLS, *counts, strict=True)]
        before = [count[-1] for count in counts]
        ratios = [head / base for base, head in zip(before, injected, strict=False)]
        return [*rows, Row(cell=INJECTED, injected=True, ratios=tuple(ratios), millions=before[0] / 1e6)]


def _row(cell: CountedCell, counts: Sequence[int]) -> Row:
    ratios = tuple(head / base for base, head in pairwise(counts))
    return Row(cell=cell, injected=False, ratios=ratios, millions=counts[0] / 1e6)


def show(rows: Sequence[Row]) -> None:
    """Print the rows in aligned columns."""
    print(f"{'cell':62} millions  ratios               called slower or faster")
    for row in rows:
        params = spelled(row.cell.params)
        more = ", work × 1.01" if row.injected else ""
        name = f"{row.cell.workload}({params})/{row.cell.model}{more}"
        low, high = min(row.ratios), max(row.ratios)
        said = "" if row.kept else "  NOT KEPT"
        counted = f"{row.flagged} of {len(row.ratios)}"
        print(f"{name:62} {row.millions:8.1f}  {low:.5f} to {high:.5f}  {counted}{said}")


def main(arguments: list[str] | None = None) -> int:
    """Count, print, and return the exit code."""
    parser = argparse.ArgumentParser(description="Count instructions of equal and of unequal sides.")
    parser.add_argument("--runs", type=int, default=20, help="comparisons of each cell (default: 20)")
    options = parser.parse_args(arguments)
    if valgrind_path() is None:
        parser.error("there is no valgrind here: apt install valgrind")
    if options.runs < 1:
        parser.error("--runs must be 1 or more")
    print(f"{date.today()}, CPython {platform.python_version()}, {platform.machine()}, {os.cpu_count()} CPUs")
    running = Running()
    try:
        with tempfile.TemporaryDirectory(prefix="concbench-study-") as folder:
            rows = Study(Path(folder), TallyRunner(SECONDS, running)).rows(options.runs)
    finally:
        running.end_all()
    show(rows)
    return 0 if all(row.kept for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
