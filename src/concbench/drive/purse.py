"""The purse of a comparison: what pairs cost, what is left of the budget, and what is said beforehand."""

import contextlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from math import ceil

from concbench.drive.legs import Foretold, Legs, Prices
from concbench.drive.pairing import PairedCell
from concbench.words import few

MORE = 1.1
"""A budget that is proposed is larger than the estimate by that factor."""

CLEARLY = 1.5
"""An estimate that was so many times too small or too large is corrected."""

FEWER = "fewer cells (--model, --workload)"


class Purse:
    """Knows of ``budget`` s from when it is made, by its ``clock``; ``prepared`` s of it had gone before.

    ``looks`` are the numbers of pairs at which cells may be decided; without any, all cells go on as long as
    there is time, and nothing is foretold. ``counting`` are the cells that something hangs on. ``warn`` is
    told of a budget that does not do, and what else than a larger one would: ``fewer``.
    """

    def __init__(
        self,
        cells: Sequence[PairedCell],
        looks: Sequence[int],
        budget: float,
        clock: Callable[[], float],
        *,
        counting: Collection[str],
        prepared: float,
        fewer: str,
        warn: Callable[[str], None],
    ) -> None:
        self.prices = Prices(cells)
        self._legs = Legs(looks, self.prices, counting) if looks else None
        self._needed = looks[0] if looks else 0
        self._clock, self._end = clock, clock() + budget
        self._whole = prepared + budget
        self._fewer, self._warn = fewer, warn
        self._told: Foretold | None = None
        self._measured = False
        self._spent: dict[str, float] = defaultdict(float)
        self._elsewhere = 0.0

    @property
    def left(self) -> float:
        """The seconds that are left."""
        return self._end - self._clock()

    def suffices(self, model: str, cells: Iterable[PairedCell]) -> bool:
        """Say whether a pair of a model at these cells ends in time, if it takes no longer than any before.

        The very first pair is begun in any case while there is time.
        """
        most = self.prices.most(model, {cell.id for cell in cells}) if self._measured else 0.0
        return self.left >= most

    def going(self, open_cells: set[str], pair: int) -> set[str]:
        """Return who of the open cells is measured next; by what the first pair took it is chosen anew."""
        return self._legs.going(open_cells, self.left, again=pair == 1) if self._legs else open_cells

    @contextlib.contextmanager
    def starting(self, model: str) -> Iterator[None]:
        """Take notice of how long one side's worker takes to start, which says what those of a pair will."""
        with self._timed() as took:
            yield
        self.prices.starts[model].add(took[0])

    @contextlib.contextmanager
    def pair(self, model: str, *, started: bool) -> Iterator[None]:
        """Book what a pair of a model takes: at its cells, and the rest for workers, if any ``started``."""
        with self._timed() as took:
            yield
        if started:
            rest = took[0] - self._elsewhere - sum(self._spent.values())
            self.prices.starts[model].seen.append(rest)
        for cell, seconds in self._spent.items():
            self.prices.cells[cell].seen.append(seconds)
            if self._legs:
                self._legs.pairs[cell] += 1
        self._measured = True
        self._spent.clear()
        self._elsewhere = 0.0

    @contextlib.contextmanager
    def at(self, cell: str) -> Iterator[None]:
        """Take notice of how long a pair is at a cell; one that fails there is not measured again."""
        start = self._clock()
        try:
            yield
        except BaseException:
            self._elsewhere += self._clock() - start
            raise
        self._spent[cell] += self._clock() - start

    @contextlib.contextmanager
    def elsewhere(self) -> Iterator[None]:
        """Take notice of what few pairs have, so that it is not taken for what each one costs."""
        with self._timed() as took:
            yield
        self._elsewhere += took[0]

    @contextlib.contextmanager
    def _timed(self) -> Iterator[list[float]]:
        start, took = self._clock(), list[float]()
        yield took
        took.append(self._clock() - start)

    def foretell(self, failed: Collection[str]) -> None:
        """Warn where the budget seems to end before some cells can be decided, by what was witnessed."""
        if self._legs:
            cells = [cell for cell in self.prices.cells if cell not in failed]
            self._told = self._legs.foretold(cells, self.left)
            self._tell(self._told, "by what running each once took")

    def correct(self, failed: Collection[str]) -> None:
        """Say what follows from the first pair, where that is clearly something else."""
        if self._legs is None or self._told is None:
            return
        told = self._legs.foretold([cell for cell in self._told.cells if cell not in failed], self.left)
        if is_clearly_other(self._told, told):
            self._tell(told, "by what the first pair took")
            if not told.waiting:
                self._warn("the first pair took less than that: the budget does for all")

    def _tell(self, told: Foretold, by: str) -> None:
        proposed = ceil(MORE * (self._whole - self.left + told.whole))
        words = budget_words(told, self._needed, proposed, self._fewer, by)
        if words:
            self._warn(words)


def budget_words(told: Foretold, needed: int, proposed: int, fewer: str, by: str) -> str | None:
    """Return what is to be known of a budget, and the one that would do; None where all fits.

    ``needed`` are the pairs that a verdict takes, ``by`` says what the estimate is made of.
    """
    if not told.waiting:
        return None
    enough = f"--budget {proposed}s does for all, or {fewer}"
    if not told.fitting:
        return (
            f"within this budget nothing may be decided: a verdict takes {needed} pairs, and even of the"
            f" cheapest about {min(told.fits, needed - 1)} fit, {by}; what is measured is shown as far as it"
            f" goes. {enough}"
        )
    return (
        f"within this budget the {needed} pairs that a verdict takes fit for {len(told.fitting)} of"
        f" {len(told.cells)}, {by}; the others wait until these are decided, and may stay"
        f" unsure: {few(told.waiting)}. {enough}"
    )


def is_clearly_other(before: Foretold, after: Foretold) -> bool:
    """Say whether what was foretold has turned out to be wrong in what follows from it."""
    if not before.waiting and not after.waiting:
        return False
    kinds = [(bool(one.fitting), bool(one.waiting)) for one in (before, after)]
    low, high = sorted((before.whole, after.whole))
    return kinds[0] != kinds[1] or high > CLEARLY * low
