"""How many pairs a budget has time for, where benchmarks that are decided leave theirs to the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import fmean

from concbench.analysis.resampling import Recording
from concbench.analysis.verdicts import seconds_of
from concbench.results import queries
from concbench.results.measured import Measured
from concbench.results.records import PairRecord, ProcessRecord


@dataclass(frozen=True, slots=True)
class Prices:
    """What a pair takes, in s: each cell's part, and ``starts``, of the processes that serve a cell.

    ``groups``: which cells share their processes, by the name of these.
    """

    cells: Mapping[str, float]
    starts: Mapping[str, float]
    groups: Mapping[str, str]

    def pair(self, open_cells: Sequence[str]) -> float:
        """Return what a pair takes in which only these cells are measured."""
        needed = {self.groups[cell] for cell in open_cells}
        return sum(self.cells[cell] for cell in open_cells) + sum(self.starts[name] for name in needed)

    def fitting(self, budget: float, taken: Mapping[str, int]) -> int:
        """Return how many pairs a budget has time for, where each cell is measured in ``taken`` of them."""
        spent, pairs, until = 0.0, 0, 0
        for until, _ in groupby(sorted(taken.values())):
            each = self.pair([cell for cell, has in taken.items() if has >= until])
            more = min(until - pairs, int((budget - spent) / each))
            spent, pairs = spent + more * each, pairs + more
            if pairs < until:
                break
        return pairs


def prices_of(files: Sequence[Measured], recording: Recording) -> Prices:
    """Return what pairs took in a recording: all of its time is somebody's.

    The processes of both sides begin at once, so a start takes as long as the later of them. What is left
    of the time, cells have in proportion to their slices.
    """
    ids = {one.cells: one.id for one in recording.cells}
    groups: dict[str, str] = {}
    slices: dict[str, list[float]] = {}
    starts: dict[str, dict[tuple[str, ...], float]] = {}
    for run in files:
        processes = {one.process: one for one in queries.of_type(run, ProcessRecord)}
        for pair in queries.of_type(run, PairRecord):
            both = [processes[number] for number in pair.processes]
            cell, name = ids[pair.cells], both[0].contender.rpartition("@")[0]
            groups[cell] = name
            slices.setdefault(cell, []).append(sum(sum(side.wall_ns) for side in pair.sides) / 1e9)
            which = (run.header.run, *(str(one.process) for one in both))
            starts.setdefault(name, {})[which] = max(map(_start_s, both))
    whole, began = sum(map(seconds_of, files)), sum(sum(each.values()) for each in starts.values())
    scale = max(1.0, (whole - began) / sum(map(sum, slices.values())))
    return Prices(
        {cell: scale * fmean(each) for cell, each in slices.items()},
        {name: fmean(each.values()) for name, each in starts.items()},
        groups,
    )


def _start_s(process: ProcessRecord) -> float:
    return ((process.startup_ns or 0) + (process.open_ns or 0)) / 1e9
