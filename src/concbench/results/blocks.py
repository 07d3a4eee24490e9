"""What was measured in which block: nothing twice, nothing after it was complete, nothing of another point.

Which cells measured what in a block is forgotten when it is complete, or the run is resumed. That a block is
complete, and what it is of, is kept.
"""

from collections.abc import Sequence
from typing import TypeAlias

from concbench.results.header import HeaderCell
from concbench.results.links import spelled
from concbench.results.processes import Processes
from concbench.results.records import BlockRecord, InBlock, MemoryRecord, Sample, WitnessRecord

Key: TypeAlias = tuple[int, int]
"""Generation and block."""

Point: TypeAlias = tuple[str, str]
"""A workload and its parameters: what a block is of."""

PURPOSES = {"sample": "time", "memory": "memory"}
"""What a process is for that makes a record of a block."""

WEIGHED = -1
"""The round of a memory record."""


class Blocks:
    """The measurements of a file so far; ``cells`` are the header's."""

    def __init__(self, cells: Sequence[HeaderCell], processes: Processes) -> None:
        self._processes = processes
        self._points: dict[str, Point] = {cell.id: (cell.workload, spelled(cell.params)) for cell in cells}
        self._units = {cell.id: cell.unit for cell in cells}
        self._point_of: dict[str, dict[int, Point]] = {kind: {} for kind in PURPOSES}
        self._complete: set[Key] = set()
        self._begun: dict[Key, dict[str, set[int]]] = {}
        self._legs: dict[str, tuple[int, str | None]] = {}

    def complaint_about(self, record: InBlock) -> str | None:
        """Return what is wrong with a sample or memory record of a known cell as the next one."""
        cell, generation = record.cell, record.generation
        return (
            self._processes.complaint(record.process, cell, PURPOSES[record.type], generation)
            or (self._legs_complaint(cell, len(record.legs)) if isinstance(record, Sample) else None)
            or self._place_complaint(record)
        )

    def note(self, record: InBlock) -> None:
        """Note a sample or memory record, about which there is no complaint.

        The process of a memory record did nothing else, and will not.
        """
        cell, key = record.cell, _key(record)
        self._point_of[record.type].setdefault(record.block, self._points[cell])
        self._begun.setdefault(key, {}).setdefault(cell, set()).add(_round(record))
        if isinstance(record, MemoryRecord):
            self._processes.end(record.process)

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
            key = sample.cell, sample.process, len(sample.legs)
            if key not in begun:
                begun[key] = self._rounds_of(*key[:2], generation, block, key[2])
            rounds = begun[key]
            if rounds is not None and sample.round not in rounds:
                rounds.add(sample.round)
                continue
            if (complaint := self.complaint_about(sample)) is not None:
                return place, complaint
            self.note(sample)
            begun.pop(key)
        return None

    def _rounds_of(self, cell: str, process: int, generation: int, block: int, legs: int) -> set[int] | None:
        """Return the rounds that a cell has in a block so far, if all else is sure to be sound."""
        certain = (
            self._point_of["sample"].get(block) == self._points[cell]
            and (worker := self._processes.alive.get(process)) is not None
            and (worker.contender, worker.purpose) == (self._processes.owners[cell], "time")
            and worker.generation == generation
            and self._legs.get(cell) == (legs, None)
            and (generation, block) not in self._complete
        )
        return self._begun.setdefault((generation, block), {}).setdefault(cell, set()) if certain else None

    def witness(self, record: WitnessRecord) -> None:
        """Note what a cell did: its samples have as many legs, and do something that can be divided by."""
        lacks = None
        if not record.legs[0].counts.get("task"):
            lacks = "no task"
        elif record.unit(self._units[record.cell]) is None:
            lacks = "no more in the long leg than the short"
        self._legs[record.cell] = len(record.legs), lacks

    def completion_complaint(self, record: BlockRecord) -> str | None:
        """Return what is wrong with the record of a complete block of known cells as the next one."""
        key, cells = _key(record), record.cells
        if key in self._complete:
            return f"{_spell(key)} is completed a second time"
        if len(set(cells)) < len(cells):
            return "a cell is listed twice"
        measured = self._begun.get(key, {})
        for cell in cells:
            if cell not in measured:
                return f"nothing of cell {cell!r} was measured in it, or not since the run was resumed"
        return None

    def complete(self, record: BlockRecord) -> None:
        """Note that a block is complete."""
        self._complete.add(_key(record))
        self._begun.pop(_key(record), None)

    def resume(self) -> None:
        """Note that the run was interrupted: blocks that are not complete begin anew, with new workers."""
        self._processes.end_all()
        self._begun.clear()

    def _legs_complaint(self, cell: str, legs: int) -> str | None:
        if cell not in self._legs:
            return f"no witness of cell {cell!r} comes before it, so its costs cannot be told"
        witnessed, lacks = self._legs[cell]
        if legs != witnessed:
            return f"it has {legs} legs, and the witness of cell {cell!r} {witnessed}"
        return None if lacks is None else f"the witness of cell {cell!r} counted {lacks}"

    def _place_complaint(self, record: InBlock) -> str | None:
        """Return what is wrong with the block: it is of one point, and of samples or of memory records."""
        cell, key = record.cell, _key(record)
        if key in self._complete:
            return f"{_spell(key)} is complete already"
        for other, points in self._point_of.items():
            point = points.get(key[1])
            if point is not None and (other, point) != (record.type, self._points[cell]):
                return f"block {key[1]} has a {other} of {' '.join(point)}, so none of cell {cell!r}"
        if _round(record) not in self._begun.get(key, {}).get(cell, ()):
            return None
        round_ = f"round {record.round} of " if isinstance(record, Sample) else ""
        return f"cell {cell!r} has one in {round_}{_spell(key)} already"


def _key(record: InBlock | BlockRecord) -> Key:
    return record.generation, record.block


def _round(record: InBlock) -> int:
    return record.round if isinstance(record, Sample) else WEIGHED


def _spell(key: Key) -> str:
    return f"block {key[1]} of generation {key[0]}"
