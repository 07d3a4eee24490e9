"""The answer for one load: who is first, how the others stand to it, and what that costs in CPU."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Literal, TypeAlias

from concbench.analysis.contenders import RunContender
from concbench.analysis.contrast import Versus
from concbench.analysis.dataset import ReportedCell, ReportedPoint
from concbench.analysis.loads import Load

ALIKE = 1.5
"""How many times the first's value a contender may need and still be called alike. Beyond that, an interval
that reaches over "no difference" says that too little was measured, not that the two are equal."""

AT_MOST = 2.0
"""How many times the first's value the end of its interval may be: a wider one says that little is known."""

Standing: TypeAlias = Literal["alike", "worse", "probably worse", "undecided"]
"""How a rival stands to the first: really worse, worse by its interval alone, or not to be told from it,
where it looks ``alike`` and cannot be far off, or where too little is known."""


@dataclass(frozen=True, slots=True)
class Rival:
    """A contender that did not come first: its value (the metric's unit), and how it stands to the first."""

    contender: RunContender
    value: float
    against: Versus


@dataclass(frozen=True, slots=True)
class Price:
    """What a contender's CPU comes to.

    ``each`` is ns of CPU per unit, ``busy`` the share of one core that was busy, CPU time divided by wall
    time. ``times_least`` is how many times the CPU of ``least`` it needs, who needs least.
    """

    each: float
    busy: float
    least: RunContender
    times_least: float


@dataclass(frozen=True, slots=True)
class Choice:
    """The answer for one load in one run.

    ``first`` has the best ``value``: the mean over generations that comparisons are about, in the metric's
    unit. ``medians`` are the figures that all tables have, medians of processes, of those too whose cost was
    lost in noise; they are ``of`` CPU time per task, say, and ``cpu`` is CPU time per unit (ns). ``rivals``
    follow, best first. ``busy`` is CPU time divided by wall time, for each contender that was timed,
    ``early`` the share of tasks that went on before their deadline, where there is one; ``cannot`` are those
    without figures that can be judged. ``among`` are the comparisons of the rivals with each other: anyone
    might have come first, so they count when it is decided what is real.
    """

    load: Load
    run: int
    point: ReportedPoint
    first: RunContender
    value: float
    medians: Mapping[RunContender, float]
    of: str
    price: Price | None
    busy: Mapping[RunContender, float]
    cpu: Mapping[RunContender, float]
    early: Mapping[RunContender, float]
    rivals: tuple[Rival, ...]
    cannot: tuple[ReportedCell, ...]
    among: tuple[Versus, ...]

    @property
    def good(self) -> list[str]:
        """Who may be chosen: the first, and those that look alike."""
        return [self.first.label, *(one.contender.label for one in self.tied)]

    @property
    def tied(self) -> list[Rival]:
        """The rivals that are alike."""
        return self.standing("alike")

    @property
    def unjudged(self) -> list[RunContender]:
        """Those whose cost was lost in noise, and whose median is not far above the first's, if at all."""
        most = ALIKE * self.medians[self.first]
        return [one for one in self.lost if self.medians[one] < most]

    @property
    def lost(self) -> list[RunContender]:
        """Those that were measured, and whose cost was lost in noise."""
        return [cell.contender for cell in self.cannot if cell.contender in self.medians]

    @property
    def alone(self) -> bool:
        """Whether there is nobody to compare the first with."""
        return not self.rivals and not self.lost

    @property
    def decided(self) -> bool:
        """Whether anyone was told from the first, and none passes it unjudged."""
        return bool(self.standing("worse")) and not self.unjudged

    @property
    def sure(self) -> bool:
        """Whether it is decided, and decided of everyone."""
        return self.decided and not self.standing("undecided", "probably worse")

    @property
    def probable(self) -> bool:
        """Whether most rivals look worse, and of none it is open: rarely by chance, unlike a few of many."""
        behind = self.standing("worse", "probably worse")
        return not self.standing("undecided") and not self.unjudged and 2 * len(behind) > len(self.rivals)

    def standing(self, *how: Standing) -> list[Rival]:
        """Return the rivals that stand so to the first."""
        return [rival for rival in self.rivals if self.stands(rival) in how]

    def stands(self, rival: Rival) -> Standing:
        """Return how a rival stands to the first."""
        against, interval = rival.against, rival.against.interval
        if against.side > 0:
            return "worse"
        if against.leaning > 0:
            return "probably worse"
        if interval is None or against.leaning < 0 or rival.value > ALIKE * self.value:
            return "undecided"
        first = self.value or inf
        farthest = interval.high if against.kind == "ratio" else 1 + interval.high / first
        return "alike" if farthest <= AT_MOST else "undecided"
