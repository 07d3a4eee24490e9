"""What was measured in which block: nothing twice, nothing after it was complete, nothing of another point.

What is kept of a block is let go of when it is complete, or the run is resumed.
"""

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from concbench.results.fastline import Sample
from concbench.results.links import spelled
from concbench.results.processes import Processes

Record: TypeAlias = dict[str, Any]
Key: TypeAlias = tuple[int, int]
"""Generation and block."""

Point: TypeAlias = tuple[str, str]
"""A workload and its parameters: what a block is of."""

WEIGHED = -1
"""The round of a memory record."""


class Blocks:
    """The measurements of a file so far; ``cells`` are the header's."""

    def __init__(self, cells: Iterable[Record], processes: Processes) -> None:
        self._processes = processes
        self._points: dict[str, Point] = {
            cell["id"]: (cell["workload"], spelled(cell["params"])) for cell in cells
        }
        self._point_of: dict[str, dict[int, Point]] = {"sample": {}, "memory": {}}
        self._complete: set[Key] = set()
        self._begun: dict[Key, dict[str, set[int]]] = {}
        self._legs: dict[str, tuple[int, bool]] = {}

    # Samples

    def sample_complaint(
        self, cell: str, process: int, generation: int, block: int, round_: int, legs: int
    ) -> str | None:
        """Return what is wrong with a sample of a known cell, of so many legs, as the next one."""
        complaint = (
            self._processes.complaint(process, cell, "time", generation)
            or self._legs_complaint(cell, legs)
            or self._place_complaint("sample", cell, generation, block)
        )
        if complaint is None and self._has(cell, generation, block, round_):
            complaint = f"cell {cell!r} has one in round {round_} of {_spell(generation, block)} already"
        return complaint and f"sample: {complaint}"

    def note_sample(
        self, cell: str, _process: int, generation: int, block: int, round_: int, _legs: int
    ) -> None:
        """Note a sample, about which there is no complaint."""
        self._note("sample", cell, generation, block, round_)

    def take(self, samples: Sequence[Sample]) -> tuple[int, str] | None:
        """Note samples of known cells, up to the first that is wrong: return its place and what is wrong.

        There may be a million, so what holds for all samples of a cell and a process in a block is looked at
        once: nothing that it depends on changes between samples.
        """
        generation = block = -1
        begun: dict[tuple[str, int, int], set[int] | None] = {}
        for place, sample in enumerate(samples):
            if sample.block != block or sample.generation != generation:
                generation, block = sample.generation, sample.block
                begun = {}
            cell, process, legs = key = sample.cell, sample.process, len(sample.legs)
            rounds = begun.get(key)
            if rounds is None:
                rounds = begun[key] = self._rounds_of(cell, process, generation, block, legs)
            if rounds is not None and sample.round not in rounds:
                rounds.add(sample.round)
                continue
            about = cell, process, generation, block, sample.round, legs
            if (complaint := self.sample_complaint(*about)) is not None:
                return place, complaint
            self.note_sample(*about)
        return None

    def _rounds_of(self, cell: str, process: int, generation: int, block: int, legs: int) -> set[int] | None:
        """Return the rounds that a cell has in a block so far, if all else is sure to be sound."""
        certain = (
            self._point_of["sample"].get(block) == self._points[cell]
            and self._processes.alive.get(process) == (self._processes.owners[cell], "time", generation)
            and self._legs.get(cell) == (legs, True)
            and (generation, block) not in self._complete
        )
        return self._begun.setdefault((generation, block), {}).setdefault(cell, set()) if certain else None

    def witness(self, record: Record) -> None:
        """Note what a cell did: its samples have as many legs, and do something that can be divided by."""
        legs = record["legs"]
        grows = len(legs) == 1 or legs[1]["suspensions"] > legs[0]["suspensions"]
        self._legs[record["cell"]] = len(legs), grows

    def _legs_complaint(self, cell: str, legs: int) -> str | None:
        if cell not in self._legs:
            return f"no witness of cell {cell!r} comes before it, so its costs cannot be told"
        witnessed, grows = self._legs[cell]
        if legs != witnessed:
            return f"it has {legs} legs, and the witness of cell {cell!r} {witnessed}"
        return (
            None if grows else f"the witness of cell {cell!r} counted no more in the long leg than the short"
        )

    # Memory

    def memory_complaint(self, record: Record) -> str | None:
        """Return what is wrong with a memory record of a known cell as the next one."""
        cell, generation, block = record["cell"], record["generation"], record["block"]
        complaint = self._processes.complaint(
            record["process"], cell, "memory", generation
        ) or self._place_complaint("memory", cell, generation, block)
        if complaint is None and self._has(cell, generation, block, WEIGHED):
            complaint = f"cell {cell!r} has one in {_spell(generation, block)} already"
        return complaint and f"memory: {complaint}"

    def note_memory(self, record: Record) -> None:
        """Note a memory record: its process did nothing else, and will not."""
        self._note("memory", record["cell"], record["generation"], record["block"], WEIGHED)
        self._processes.end(record["process"])

    # Blocks

    def block_complaint(self, record: Record) -> str | None:
        """Return what is wrong with the record of a complete block of known cells as the next one."""
        generation, block, cells = record["generation"], record["block"], record["cells"]
        if (generation, block) in self._complete:
            return f"block: block {block} of generation {generation} is completed a second time"
        if len(set(cells)) < len(cells):
            return "block: a cell is listed twice"
        measured = self._begun.get((generation, block), {})
        for cell in cells:
            if cell not in measured:
                return f"block: nothing of cell {cell!r} was measured in it, or not since the run was resumed"
        return None

    def complete(self, record: Record) -> None:
        """Note that a block is complete."""
        key = record["generation"], record["block"]
        self._complete.add(key)
        self._begun.pop(key, None)

    def resume(self) -> None:
        """Note that the run was interrupted: blocks that are not complete begin anew, with new workers."""
        self._processes.end_all()
        self._begun.clear()

    def _note(self, kind: str, cell: str, generation: int, block: int, round_: int) -> None:
        self._point_of[kind].setdefault(block, self._points[cell])
        self._begun.setdefault((generation, block), {}).setdefault(cell, set()).add(round_)

    def _has(self, cell: str, generation: int, block: int, round_: int) -> bool:
        return round_ in self._begun.get((generation, block), {}).get(cell, ())

    def _place_complaint(self, kind: str, cell: str, generation: int, block: int) -> str | None:
        """Return what is wrong with the block: it is of one point, and of samples or of memory records."""
        if (generation, block) in self._complete:
            return f"{_spell(generation, block)} is complete already"
        for other, points in self._point_of.items():
            point = points.get(block)
            if point is not None and (other, point) != (kind, self._points[cell]):
                return f"block {block} has a {other} of {' '.join(point)}, so none of cell {cell!r}"
        return None


def _spell(generation: int, block: int) -> str:
    return f"block {block} of generation {generation}"
