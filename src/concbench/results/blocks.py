"""What was measured in which block: nothing twice, nothing after it was complete, nothing of another point.

Of every sample this is asked, so what was found to fit of a process and a cell is remembered, and a sample
costs two look-ups. What is kept of a block is let go of when it is complete, or the run is resumed.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from concbench.results.fastline import Sample
from concbench.results.links import spelled
from concbench.results.processes import Processes

Record: TypeAlias = dict[str, Any]
Key: TypeAlias = tuple[int, int]
"""Generation and block."""

WEIGHED = -1
"""The round of a memory record."""

_NOTHING: Mapping[str, set[int]] = {}


class Blocks:
    """The measurements of a file so far; ``cells`` are the header's."""

    def __init__(self, cells: Iterable[Record], processes: Processes) -> None:
        self._processes = processes
        self._points = {cell["id"]: (cell["workload"], spelled(cell["params"])) for cell in cells}
        self._point_of: dict[int, tuple[str, str, str]] = {}
        self._complete: set[Key] = set()
        self._begun: dict[Key, dict[str, set[int]]] = {}
        self._legs: dict[str, tuple[int, bool]] = {}
        self._fit: dict[tuple[int, str], Key] = {}

    # Samples

    def sample_complaint(
        self, cell: str, process: int, generation: int, block: int, round_: int, legs: int
    ) -> str | None:
        """Return what is wrong with a sample of a known cell, of so many legs, as the next one."""
        begun = self._begun.get((generation, block))
        rounds = begun.get(cell) if begun is not None else None
        if self._fit.get((process, cell)) != (generation, legs) or rounds is None:
            complaint = (
                self._processes.complaint(process, cell, "time", generation)
                or self._legs_complaint(cell, legs)
                or self._place_complaint("sample", cell, generation, block)
            )
            if complaint is not None:
                return f"sample: {complaint}"
        if rounds is not None and round_ in rounds:
            return f"sample: cell {cell!r} has one in round {round_} of {_spell(generation, block)} already"
        return None

    def take(self, samples: Iterable[Sample]) -> tuple[int, str] | None:
        """Note samples of known cells, up to the first that is wrong: return its place and what is wrong."""
        begun, fit = self._begun, self._fit
        for place, sample in enumerate(samples):
            cell, process, generation = sample.cell, sample.process, sample.generation
            rounds = begun.get((generation, sample.block), _NOTHING).get(cell)
            legs = len(sample.legs)
            if (
                rounds is not None
                and sample.round not in rounds
                and fit.get((process, cell)) == (generation, legs)
            ):
                rounds.add(sample.round)
                continue
            about = cell, process, generation, sample.block, sample.round, legs
            if (complaint := self.sample_complaint(*about)) is not None:
                return place, complaint
            self.note_sample(*about)
        return None

    def note_sample(
        self, cell: str, process: int, generation: int, block: int, round_: int, legs: int
    ) -> None:
        """Note a sample, about which there is no complaint."""
        begun = self._begun.get((generation, block))
        if begun is None or cell not in begun or (process, cell) not in self._fit:
            self._fit[process, cell] = generation, legs
            begun = self._begin("sample", cell, generation, block)
        begun[cell].add(round_)

    def witness(self, record: Record) -> None:
        """Note what a cell did: its samples have as many legs, and do something that can be divided by."""
        legs = record["legs"]
        grows = len(legs) == 1 or legs[1]["suspensions"] > legs[0]["suspensions"]
        self._legs[record["cell"]] = len(legs), grows
        self._fit.clear()

    def _legs_complaint(self, cell: str, legs: int) -> str | None:
        if cell not in self._legs:
            return f"no witness of cell {cell!r} comes before it, so its costs cannot be told"
        witnessed, grows = self._legs[cell]
        if legs != witnessed:
            return f"it has {legs} legs, and the witness of cell {cell!r} {witnessed}"
        return None if grows else f"the witness of cell {cell!r} counted no more in the long leg than the short"

    # Memory

    def memory_complaint(self, record: Record) -> str | None:
        """Return what is wrong with a memory record of a known cell as the next one."""
        cell, generation, block = record["cell"], record["generation"], record["block"]
        complaint = self._processes.complaint(
            record["process"], cell, "memory", generation
        ) or self._place_complaint("memory", cell, generation, block)
        if complaint is None and cell in self._begun.get((generation, block), ()):
            complaint = f"cell {cell!r} has one in {_spell(generation, block)} already"
        return complaint and f"memory: {complaint}"

    def note_memory(self, record: Record) -> None:
        """Note a memory record: its process did nothing else, and will not."""
        begun = self._begin("memory", record["cell"], record["generation"], record["block"])
        begun[record["cell"]].add(WEIGHED)
        self._processes.end(record["process"])

    # Blocks

    def block_complaint(self, record: Record) -> str | None:
        """Return what is wrong with the record of a complete block of known cells as the next one."""
        generation, block, cells = record["generation"], record["block"], record["cells"]
        if (generation, block) in self._complete:
            return f"block: block {block} of generation {generation} is completed a second time"
        begun: Mapping[str, set[int]] = self._begun.get((generation, block), {})
        for place, cell in enumerate(cells):
            if cell in cells[:place]:
                return f"block: cell {cell!r} is listed twice"
            if cell not in begun:
                return f"block: nothing of cell {cell!r} was measured in it, or not since the run was resumed"
        return None

    def complete(self, record: Record) -> None:
        """Note that a block is complete."""
        key = record["generation"], record["block"]
        self._complete.add(key)
        self._begun.pop(key, None)

    def end(self, process: int) -> None:
        """Note that a process has ended."""
        self._processes.end(process)
        self._fit.clear()

    def resume(self) -> None:
        """Note that the run was interrupted: blocks that are not complete begin anew, with new workers."""
        self._processes.end_all()
        self._begun.clear()
        self._fit.clear()

    def _begin(self, kind: str, cell: str, generation: int, block: int) -> dict[str, set[int]]:
        self._point_of.setdefault(block, (kind, *self._points[cell]))
        begun = self._begun.setdefault((generation, block), {})
        begun.setdefault(cell, set())
        return begun

    def _place_complaint(self, kind: str, cell: str, generation: int, block: int) -> str | None:
        if (generation, block) in self._complete:
            return f"{_spell(generation, block)} is complete already"
        mine = (kind, *self._points[cell])
        known = self._point_of.get(block, mine)
        if known != mine:
            return f"block {block} has a {known[0]} of {known[1]} {known[2]}, not one of cell {cell!r}"
        return None


def _spell(generation: int, block: int) -> str:
    return f"block {block} of generation {generation}"
