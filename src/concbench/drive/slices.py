"""Slices: the turns that the two workers of a pair take at a cell, and their figures as columns."""

from typing import Any

from concbench.drive.pairing import OWN_SLICES, PairedCell
from concbench.drive.plan import request
from concbench.drive.workers.launch import Link
from concbench.results.records import Slices

Message = dict[str, Any]

FIGURES = tuple(name for name in Slices.__struct_fields__ if name != "extras")
"""What a worker tells of each slice besides the workload's own figures."""

LEG_COUNTS = ("task", "suspension")
"""What the witness counts of every workload."""


def untimed_of(cell: PairedCell, number: int) -> int:
    """Return how many untimed runs go before each slice of ``number`` runs."""
    return 0 if cell.slices == OWN_SLICES else max(1, number // 4)


def runs_of(cell: PairedCell, number: int) -> int:
    """Return how many runs a pair makes at a cell on each side: warming up, and before and in its slices."""
    return number + cell.slices * (untimed_of(cell, number) + number)


class Turns:
    """The turns that the two workers of a pair take at one cell, and what came of them.

    Each side first runs a sample's worth untimed. Then they go A B B A, in slices of the cell's ``number`` of
    runs, each after some untimed ones, since the first runs after a hand-over are slow.
    """

    def __init__(self, cell: PairedCell, number: int, first: int, seconds: float) -> None:
        self.cell, self.number, self.first, self.seconds = cell, number, first, seconds
        rounds = [[first, 1 - first] if turn % 2 == 0 else [1 - first, first] for turn in range(cell.slices)]
        self.order = [first, 1 - first, *(side for turn in rounds for side in turn)]
        self._warm: set[int] = set()
        self._slices: tuple[list[Message], list[Message]] = ([], [])

    def take(self, link: Link, side: int) -> Message:
        """Let ``side`` take its next turn, and return the worker's answer; raises WorkerLost."""
        at_cell = self.cell.workload, self.cell.params_of(side)
        if side not in self._warm:
            self._warm.add(side)
            return link.request(request("warm", *at_cell, number=self.number), self.seconds)
        untimed = untimed_of(self.cell, self.number)
        asked = request("slice", *at_cell, number=self.number, untimed=untimed)
        answer = link.request(asked, self.seconds)
        self._slices[side].append(answer)
        return answer

    def figures(self) -> Message:
        """Return the figures of all slices as columns, by side, for the run file."""
        sides = []
        for slices in self._slices:
            columns: Message = {name: [one[name] for one in slices] for name in FIGURES}
            sides.append({**columns, "records": [_brief(one["records"]) for one in slices]})
        return {"number": self.number, "first": self.first, "sides": sides}


def _brief(records: Message) -> Message:
    """Return a run's own figures, but for lists: those of every slice would be most of the file."""
    return {name: value for name, value in records.items() if not isinstance(value, list)}


def work_of(witnessed: Message, cell: PairedCell) -> str:
    """Return what both sides have to agree in, in words: counts of the leg that is timed, and the version.

    The workload's own units are among them; how often tasks suspend is, where that is promised.
    """
    leg = witnessed["legs"][0]
    counts = [f"{leg[name]} {name}" for name in (("tasks", "suspensions") if cell.exact else ("tasks",))]
    own = [f"{count} of {unit}" for unit, count in leg.get("counts", {}).items() if unit not in LEG_COUNTS]
    return " and ".join([*counts, *own, f"version {witnessed['workload_version']} of {cell.workload}"])
