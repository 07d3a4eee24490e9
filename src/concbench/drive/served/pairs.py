"""The driver of a comparison of benchmarks: as that of cells, but that tests begin and end in each pair."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from concbench.drive.legs import A_TURN
from concbench.drive.losses import losing
from concbench.drive.notices import outcome_record
from concbench.drive.pairing import PairedCell
from concbench.drive.pairs import PairDriver
from concbench.drive.plan import Contender, shuffled
from concbench.drive.served.source import COLLECTING_SECONDS
from concbench.drive.served.trial import Tried
from concbench.drive.served.turns import Pace, ServedTurns
from concbench.drive.workers.launch import Link, ProcessLink
from concbench.interrupts import whole
from concbench.results.lines import as_record

Message = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ServedCell:
    """What both sides told of one benchmark, and how often it is called; None where it is not measured."""

    sides: tuple[Tried, Tried]
    pace: Pace | None

    @property
    def group(self) -> str:
        """The file or module that it is in."""
        return self.sides[0].group or self.sides[1].group

    @property
    def label(self) -> str:
        """What it is called there."""
        name = self.sides[0].name
        rest = name.removeprefix(self.group)
        return f"{self.group.rpartition(':')[2]}{rest}" if rest.startswith("[") else rest.lstrip(":.") or name

    def seconds(self) -> float:
        """Return how long a pair is at it, by what the trial took: set up, called in its turns, torn down."""
        if self.pace is None:
            return 0.0
        turns = self.pace.slices + (1 if self.pace.warm else 0)
        took = 2 * turns * A_TURN
        for side in self.sides:
            calls_ns = self.pace.calls() * side.about["whole_ns"] + turns * side.about["around_ns"]
            took += side.around_s + calls_ns / 1e9
        return took


@dataclass(eq=False)
class ServedPairDriver(PairDriver):
    """Carries out a comparison of benchmarks that were tried on both sides (``served``, by cell).

    ``begin`` starts a process that need not be waited for at once: finding all tests takes long, on both
    sides together about ``start_s`` s.
    """

    served: Mapping[str, ServedCell] = field(default_factory=dict)
    begin: Callable[[Contender], ProcessLink] | None = None
    start_s: float | None = None

    def witness(self) -> None:
        """Write down what the trial showed; who failed on either side is not measured."""
        for model in self.plan.contenders if self.start_s is not None else ():
            self.purse.prices.starts[model].add(self.start_s or 0.0)
        for cell in self.plan.cells:
            served = self.served[cell.id]
            for side, tried in enumerate(served.sides):
                if tried.outcome is not None:
                    self.failed.add(cell.id)
                    self.sink(outcome_record(cell.ids[side], None, None, tried.outcome))
            if served.pace is not None:
                self.numbers[cell.id] = served.pace.number
                self.purse.prices.cells[cell.id].add(served.seconds())
                for side, tried in enumerate(served.sides):
                    self.sink(as_record(_witnessed(cell.ids[side], tried.about, served.pace)))

    def _launch_both(
        self, contenders: Sequence[Contender], order: Sequence[int], cell: PairedCell, links: dict[int, Link]
    ) -> None:
        """Start both processes, and only then wait for either."""
        if self.begin is None:
            super()._launch_both(contenders, order, cell, links)
            return
        begun: dict[int, ProcessLink] = {}
        for side in order:
            with losing(cell, side):
                begun[side] = _begun(self.begin, contenders[side], side, links)
        for side in order:
            with losing(cell, side):
                begun[side].meet(COLLECTING_SECONDS)

    def _in_order(self, pair: int, model: str, cells: Sequence[PairedCell]) -> list[PairedCell]:
        """Return benchmarks in an order that is drawn, those of one file together: they share fixtures."""
        drawn = shuffled(cells, self.plan.seed, "cells", model, pair)
        groups = [self.served[cell.id].group for cell in drawn]
        ordered = sorted(drawn, key=lambda cell: groups.index(self.served[cell.id].group))
        names = [cell.id for cell in ordered]
        self._following = dict(pairwise(names))
        return ordered

    def _turns_at(self, cell: PairedCell, first: int) -> ServedTurns:
        pace = self.served[cell.id].pace
        assert pace is not None  # noqa: S101  (who has none has failed)
        return ServedTurns(cell, pace, first, self.seconds, self._following.get(cell.id))

    def _look_again(
        self, pair: int, model: str, cells: Sequence[PairedCell], links: Mapping[int, Link]
    ) -> None:
        """Look at nothing once more: in every pair each test has asserted what it asserts."""


@whole  # what has begun is ended with the pair
def _begun(
    begin: Callable[[Contender], ProcessLink], contender: Contender, side: int, links: dict[int, Link]
) -> ProcessLink:
    link = links[side] = begin(contender)
    return link


def _witnessed(cell: str, about: Mapping[str, Any], pace: Pace) -> Message:
    return {
        "type": "witness",
        "cell": cell,
        "legs": [{"tasks": about["tasks"], "suspensions": 0, "counts": {}}],
        "number": pace.number,
        "estimate_ns": pace.calls() * about["whole_ns"],
        "checks": {},
        "once_ns": about["once_ns"],
    }
