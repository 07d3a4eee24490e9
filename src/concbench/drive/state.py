"""What a run has done so far; a resumed run starts with what its run file says."""

from dataclasses import dataclass, field

from concbench.drive.plan import PlannedCell, PlannedPoint
from concbench.results.records import WitnessRecord


@dataclass(slots=True)
class State:
    """The complete ``blocks``, each a generation and the index of a point, and what is known of cells.

    By their ids, ``settled`` has their outcomes, ``witnessed`` the records of what was seen.
    """

    blocks: set[tuple[int, int]] = field(default_factory=set)
    settled: dict[str, str] = field(default_factory=dict)
    witnessed: dict[str, WitnessRecord] = field(default_factory=dict)
    next_process: int = 0

    def active(self, point: PlannedPoint) -> list[PlannedCell]:
        """Return the cells of a point that are measured: witnessed, and not settled."""
        return [cell for cell in point.cells if cell.id not in self.settled and cell.id in self.witnessed]

    def turns_ns(self, point: PlannedPoint) -> list[int]:
        """Return about how long a turn of each of these cells takes."""
        return [round(self.witnessed[cell.id].estimate_ns) for cell in self.active(point)]
