"""Legs: which cells of a comparison go on to their next look, so that the budget brings verdicts.

A verdict takes as many pairs as the first look; fewer pairs decide nothing. So where the budget is too small
for all cells, it is not spread over them: what counts for nothing waits, and then the dearest, until the
others have come to their look. Who waits is decided at looks, and never by what pairs say.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from statistics import fmean

from concbench.drive.pairing import PairedCell
from concbench.drive.slices import runs_of

A_START, A_CELL = 1.0, 0.1
"""Seconds that starting two workers and a pair at a cell are taken to last where nothing is known."""

A_TURN = 0.003
"""Seconds that a turn takes besides what runs in it: a worker is woken, makes tasks and judges results."""

DEAR = 2.0
"""After the first look a cell waits only where it costs that many times the mean of those that go on."""

SLACK = 1.1
"""Prices vary: a look has to fit with that much to spare, or it may not be reached by anybody."""

WORTH_GOING_ON = 1.2
"""How many times its pairs a cell has to come to, where its next look is too far away."""


@dataclass(slots=True)
class Span:
    """Seconds: ``unknown`` at first, then as foretold, and once they were seen, their mean and the most."""

    unknown: float
    foretold: float | None = None
    seen: list[float] = field(default_factory=list)

    def add(self, seconds: float) -> None:
        """Foretell so many seconds, besides what was foretold before."""
        self.foretold = (self.foretold or 0.0) + seconds

    @property
    def mean(self) -> float:
        """What it takes."""
        if self.seen:
            return fmean(self.seen)
        return self.unknown if self.foretold is None else self.foretold

    @property
    def most(self) -> float:
        """What it has taken at most; before it was seen, what was foretold."""
        return max(self.seen, default=self.foretold or 0.0)


class Prices:
    """What a pair costs: starting the workers of a model, once, and being at each of its cells."""

    def __init__(self, cells: Iterable[PairedCell]) -> None:
        self.models: dict[str, str] = {}
        self.starts: dict[str, Span] = {}
        self.cells: dict[str, Span] = {}
        self._weighed: set[str] = set()
        for cell in cells:
            if cell.purpose == "time":  # one that is weighed has workers of its own, which are in its cost
                self.models[cell.id] = cell.model
            else:
                self._weighed.add(cell.id)
            self.starts.setdefault(cell.model, Span(A_START))
            self.cells.setdefault(cell.id, Span(A_CELL))

    def foretell(self, cell: PairedCell, once: float, number: int, at_once: int) -> None:
        """Foretell what a pair costs at a cell, whose run takes both sides ``once`` s together."""
        cost = self.cells[cell.id]
        if cell.id in self.models:
            cost.add(once * runs_of(cell, number) + 2 * (1 + cell.slices) * A_TURN)
        if cell.id in self._weighed:
            cost.add(once + self.starts[cell.model].mean / at_once)

    def of(self, needs: Mapping[str, int]) -> float:
        """Return how long so many pairs of these cells take."""
        starts: dict[str, int] = defaultdict(int)
        for cell, pairs in needs.items():
            if model := self.models.get(cell):
                starts[model] = max(starts[model], pairs)
        started = sum(pairs * self.starts[model].mean for model, pairs in starts.items())
        return started + sum(pairs * self.cells[cell].mean for cell, pairs in needs.items())

    def shares(self, cells: Sequence[str]) -> dict[str, float]:
        """Return what a pair at each of these cells costs, with its share of starting the workers."""
        sharing = Counter(self.models.get(cell) for cell in cells)
        shares = {cell: self.cells[cell].mean for cell in cells}
        for cell in cells:
            if model := self.models.get(cell):
                shares[cell] += self.starts[model].mean / sharing[model]
        return shares

    def most(self, model: str, cells: Collection[str]) -> float:
        """Return how long a pair of a model at these cells may last, by the longest that were seen."""
        start = self.starts[model].most if self.models.keys() & set(cells) else 0.0
        return start + sum(self.cells[cell].most for cell in cells)


@dataclass(frozen=True, slots=True)
class Foretold:
    """What a budget brings: who comes to the first look of ``cells``, and how long it takes for all."""

    cells: tuple[str, ...]
    fitting: frozenset[str]
    whole: float
    fits: int

    @property
    def waiting(self) -> list[str]:
        """Who does not come to a look."""
        return [cell for cell in self.cells if cell not in self.fitting]


class Legs:
    """Chooses who goes on, each time that a look may have been taken; ``looks`` are numbers of pairs.

    ``counting`` are the cells that something hangs on: the others wait first.
    """

    def __init__(self, looks: Sequence[int], prices: Prices, counting: Collection[str] = ()) -> None:
        self.looks, self.prices, self.counting = tuple(looks), prices, frozenset(counting)
        self.pairs: Counter[str] = Counter()
        self._going: set[str] = set()

    def going(self, open_cells: set[str], left: float, *, again: bool = False) -> set[str]:
        """Return who is measured next, with so many seconds ``left``; chosen anew at looks, or ``again``."""
        still = self._going & open_cells
        at_a_look = any(self.pairs[cell] in self.looks for cell in still)
        if again or not still or at_a_look or self._is_late(still, left):
            self._going = self._chosen(open_cells, left)
        return self._going & open_cells

    def foretold(self, cells: Iterable[str], left: float) -> Foretold:
        """Return whose first look fits into so many seconds; of nobody's, how many pairs of the cheapest."""
        first = tuple(cell for cell in cells if self.pairs[cell] < self.looks[0])
        fitting = frozenset(self._fitting(first, left))
        most = max((self.pairs[cell] + int(left / self.prices.of({cell: 1})) for cell in first), default=0)
        return Foretold(first, fitting, self.prices.of(self._needs(first)), max(0, most))

    def _is_late(self, cells: Collection[str], left: float) -> bool:
        """Say whether some of these cells would never come to their first look at this pace."""
        first = [cell for cell in cells if self.pairs[cell] < self.looks[0]]
        return bool(first) and self.prices.of(self._needs(first)) > left

    def _chosen(self, open_cells: set[str], left: float) -> set[str]:
        """Return who comes to the next look in time, those with the fewest looks first.

        Where nobody does, what is left goes to all of whom a pair fits: it shows their figures so far.
        """
        cohorts: dict[int, list[str]] = defaultdict(list)
        for cell in self.prices.cells:
            if cell in open_cells:
                cohorts[bisect_right(self.looks, self.pairs[cell])].append(cell)
        for looks in sorted(cohorts):
            if chosen := self._fitting(cohorts[looks], left):
                return set(chosen)
        return {cell for cell in open_cells if self.prices.of({cell: 1}) <= left} or open_cells

    def _fitting(self, cells: Sequence[str], left: float) -> list[str]:
        """Return who of these comes to the next look in time, if need be without what counts for nothing.

        If that is not enough, the dearest wait, too.
        """
        chosen = list(cells)
        while chosen and SLACK * self.prices.of(self._needs(chosen)) > left:
            shares = self.prices.shares(chosen)
            dearest = max(chosen, key=lambda cell: (cell not in self.counting, shares[cell]))
            others = [cell for cell in chosen if cell != dearest]
            spared = DEAR * fmean(shares[cell] for cell in others or chosen)
            counts = dearest in self.counting or self.counting.isdisjoint(chosen)
            if self.pairs[dearest] >= self.looks[0] and counts and shares[dearest] <= spared:
                return chosen if self.prices.of(self._needs(chosen, WORTH_GOING_ON)) <= left else []
            chosen = others
        return chosen

    def _needs(self, cells: Iterable[str], times: float | None = None) -> dict[str, int]:
        """Return how many pairs each has to its next look, or to so many times those it has."""
        needs = {}
        for cell in cells:
            has = self.pairs[cell]
            place = bisect_right(self.looks, has)
            aim = self.looks[place] if place < len(self.looks) else has
            needs[cell] = (aim if times is None else min(aim, ceil(times * has))) - has
        return needs
