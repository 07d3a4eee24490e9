"""The rule of a comparison: takes in every record, and says which cells need more pairs.

It looks at the data only at planned numbers of pairs, and once more where the budget ends; every look is
paid for in the error rates (concbench.stats.verdicts). The looks are records themselves, so a run file is
judged again exactly as it was judged when it was made.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from math import log1p

from concbench.analysis.comparison import Margins
from concbench.metrics import METRICS
from concbench.results.header import Header
from concbench.results.pairs import Key, Paired, Pairs
from concbench.results.records import LookRecord, OutcomeRecord
from concbench.results.values import Record
from concbench.stats.looks import LOOKS
from concbench.stats.verdicts import Judge, Judged

RATE = 0.01
"""The false-discovery rate over all cells and metrics."""

WORTH_A_LOOK = 1.1
"""How many times the pairs of the last look there have to be: another look has its price."""

CONFIDENCE = 0.99
"""That of every interval, over all looks."""


def on_scale(margins: Margins, metric: str) -> float:
    """Return the margin of a metric on the scale of a pair's values: a logarithm for ratios."""
    return log1p(margins[metric]) if METRICS[metric].compare == "ratio" else margins[metric]


@dataclass(slots=True)
class StoppingRule:
    """Judges the cells of one comparison; ``tell`` is handed a record of every look."""

    pairs: Pairs
    margins: Margins
    tell: Callable[[Record], None] = lambda _record: None
    failed: set[str] = field(default_factory=set)
    judged: Mapping[Key, Judged] = field(default_factory=dict)
    _stood_for: dict[str, int] = field(default_factory=dict)
    _had: dict[str, int] = field(default_factory=dict)
    _judge: Judge[Key] = field(init=False)

    def __post_init__(self) -> None:
        scaled = {key: on_scale(self.margins, key[1]) for key in self.pairs.series}
        self._judge = Judge(scaled, rate=RATE, confidence=CONFIDENCE, looks=LOOKS)

    def take(self, record: Record) -> None:
        """Take in a record as it is made, or read again; a look is repeated where it was taken."""
        if isinstance(record, LookRecord):
            self._look(record.pairs)
        elif isinstance(record, OutcomeRecord):
            self.failed.add(record.cell)
        else:
            self.pairs.note(record)

    def open_cells(self) -> set[str]:
        """Return the ids of the cells that more pairs may decide; look first where a look is due."""
        grown = self._grown()
        planned = {has for cell, has in grown.items() if has > self._stood_for.get(cell, 0)}
        if planned := planned.intersection(LOOKS.pairs):
            self._look_now(max(planned))
        return self._open()

    def look_at_the_rest(self) -> None:
        """Look for the last time, where the budget has ended and there is a good deal more to see."""
        grown = self._grown()
        if any(has > WORTH_A_LOOK * self._had.get(cell, 0) for cell, has in grown.items()):
            self._look_now(max(grown.values()))

    def _pairs(self) -> dict[str, int]:
        """Return how many pairs each cell has, by the metric that has most of them."""
        found: dict[str, int] = {}
        for (cell, _metric), series in self.pairs.series.items():
            found[cell] = max(found.get(cell, 0), len(series.values))
        return found

    def _grown(self) -> dict[str, int]:
        """Return how many pairs each cell has that has more of them than when it was looked at last."""
        return {cell: has for cell, has in self._pairs().items() if has > self._had.get(cell, 0)}

    def _look_now(self, pairs: int) -> None:
        self._look(pairs)
        self.tell(LookRecord(pairs=pairs, open=sorted(self._open())))

    def _look(self, pairs: int) -> None:
        """Look at all that there is; for cells that have grown it stands for so many pairs.

        It does so for those that lack a few, too, but not for those that have too few to be looked at.
        """
        for cell, has in self._grown().items():
            self._stood_for[cell] = max(pairs, has) if has >= LOOKS.pairs[0] else 0
        self._had = self._pairs()
        self.judged = self._judge.look({key: series.values for key, series in self.pairs.series.items()})

    def _open(self) -> set[str]:
        if not self.judged:
            return {one.id for one in self.pairs.cells}
        series = self.pairs.series
        looked_at = {key[0] for key, judged in self.judged.items() if judged.open and series[key].values}
        return looked_at | {one.id for one in self.pairs.cells if self._waits(one)}

    def _waits(self, one: Paired) -> bool:
        """Say whether a cell has not had its turn yet."""
        return one.id not in self.pairs.met and not self.failed.intersection(one.cells)


def judge_again(header: Header, records: Iterable[Record], margins: Margins) -> StoppingRule:
    """Return the rule after all records of a comparison; it looks where it was looked at then."""
    rule = StoppingRule(Pairs(header), margins)
    for record in records:
        rule.take(record)
    return rule
