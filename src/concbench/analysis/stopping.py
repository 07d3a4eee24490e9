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
from concbench.results.pairs import Key, Pairs
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
    _looked_at: int = 0
    _judge: Judge[Key] = field(init=False)

    def __post_init__(self) -> None:
        scaled = {key: on_scale(self.margins, key[1]) for key in self.pairs.series}
        self._judge = Judge(scaled, rate=RATE, confidence=CONFIDENCE, looks=LOOKS)

    def take(self, record: Record) -> None:
        """Take in a record as it is made, or read again; a look is repeated where it was taken."""
        if isinstance(record, LookRecord):
            self._look()
        elif isinstance(record, OutcomeRecord):
            self.failed.add(record.cell)
        else:
            self.pairs.note(record)

    def open_cells(self) -> set[str]:
        """Return the ids of the cells that more pairs may decide; look first where a look is due."""
        pairs = self._most_pairs()
        if pairs > self._looked_at and pairs in LOOKS.pairs:
            self._look_now()
        return self._open()

    def look_at_the_rest(self) -> None:
        """Look for the last time, where the budget has ended and there is a good deal more to see."""
        if self._most_pairs() > WORTH_A_LOOK * self._looked_at:
            self._look_now()

    def _look_now(self) -> None:
        self._look()
        self.tell(LookRecord(pairs=self._looked_at, open=sorted(self._open())))

    def _most_pairs(self) -> int:
        return max((len(series.values) for series in self.pairs.series.values()), default=0)

    def _look(self) -> None:
        self._looked_at = self._most_pairs()
        self.judged = self._judge.look({key: series.values for key, series in self.pairs.series.items()})

    def _open(self) -> set[str]:
        if not self.judged:
            return {one.id for one in self.pairs.cells}
        series = self.pairs.series
        return {key[0] for key, judged in self.judged.items() if judged.open and series[key].values}


def judge_again(header: Header, records: Iterable[Record], margins: Margins) -> StoppingRule:
    """Return the rule after all records of a comparison; it looks where it was looked at then."""
    rule = StoppingRule(Pairs(header), margins)
    for record in records:
        rule.take(record)
    return rule
