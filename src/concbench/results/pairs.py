"""What the pairs of a comparison say: for each cell and metric one value a pair, head against base.

The unit is the pair. Its slices are compared first, each with the one that ran beside it, and their median is
the pair's one value: a burst of a noisy machine that covers a pair slows both its sides, and the few slices
that a burst cuts in two are outliers that the median ignores.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median
from typing import TypeAlias

from msgspec.structs import asdict

from concbench.metrics import METRICS, Metric, metrics_for
from concbench.results.header import Header, HeaderPair
from concbench.results.records import PairRecord, WeighedRecord, bytes_per_task
from concbench.results.values import Record

Key: TypeAlias = tuple[str, str]
"""A paired cell's id, and the name of the metric that was measured of it."""


class Paired(HeaderPair, frozen=True, kw_only=True):
    """A paired cell as the header describes it, and the floor that both of its cells have."""

    floor_ns: int

    @property
    def factor(self) -> float:
        """How many times base's work the head is given: 1, or by the one parameter that differs."""
        differing = [name for name in self.params if self.params[name] != self.head_params[name]]
        if not differing:  # where one does, both are numbers: results/links.py
            return 1.0
        base, head = (params[differing[0]] for params in (self.params, self.head_params))
        return float(head / base)  # type: ignore[operator]

    @property
    def metrics(self) -> tuple[str, ...]:
        """What is compared: where there is a floor to sleep through, the time above it and the lateness."""
        return tuple(one.name for one in metrics_for("pairs") if one.is_paired(self.floor_ns, self.purpose))


@dataclass(slots=True)
class PairValues:
    """One metric of one cell over the pairs.

    ``values`` has one for each pair: log(head / base) for ratios, head − base (ns, or bytes per task) for
    differences. ``base`` and ``head`` have each side's own figure: ns a run, ns, or bytes per task.
    """

    values: list[float] = field(default_factory=list)
    base: list[float] = field(default_factory=list)
    head: list[float] = field(default_factory=list)


class Pairs:
    """Collects the values of pairs, record by record, in the file's order; ``met`` are cells that have any.

    Raises KeyError for the header of another kind of run.
    """

    def __init__(self, header: Header) -> None:
        if header.paired is None:
            raise KeyError("paired")
        floors = {cell.id: cell.floor_ns for cell in header.cells}
        self._paired: dict[tuple[str, str], list[Paired]] = {}  # a cell may be timed and weighed
        for one in header.paired:
            paired = Paired(**asdict(one), floor_ns=floors[one.cells[0]])
            self._paired.setdefault(one.cells, []).append(paired)
        self.cells = [one for group in self._paired.values() for one in group]
        self.met: set[str] = set()
        self.series: dict[Key, PairValues] = {
            (one.id, metric): PairValues() for one in self.cells for metric in one.metrics
        }

    def note(self, record: Record) -> None:
        """Take in a record; those that are neither a pair nor weighed say nothing here.

        Raises KeyError for cells that the header does not pair.
        """
        if not isinstance(record, PairRecord | WeighedRecord):
            return
        purpose = "time" if isinstance(record, PairRecord) else "memory"
        for one in self._paired[record.cells]:
            self.met.add(one.id)
            for name in one.metrics if one.purpose == purpose else ():
                metric = METRICS[name]
                base, head = (_figures(record, side, metric, one) for side in (0, 1))
                self._add(self.series[one.id, name], metric, base, head)

    def _add(self, series: PairValues, metric: Metric, base: list[float], head: list[float]) -> None:
        """Add a pair, from the figures of each side's slices; one that has no figure here is left out."""
        if not base or not head:
            return
        if metric.compare == "ratio":
            if min(*base, *head) <= 0:
                return  # CPU time below the clock's step has no ratio
            value = median(math.log(ours / theirs) for theirs, ours in zip(base, head, strict=True))
        else:
            value = median(ours - theirs for theirs, ours in zip(base, head, strict=True))
        series.values.append(value)
        series.base.append(median(base))
        series.head.append(median(head))


def collected(header: Header, records: Iterable[Record]) -> Pairs:
    """Return all that the records of a comparison say."""
    pairs = Pairs(header)
    for record in records:
        pairs.note(record)
    return pairs


def _figures(record: PairRecord | WeighedRecord, side: int, metric: Metric, one: Paired) -> list[float]:
    """Return a side's figures of a run, one for each slice, or of a task's memory; none where not told."""
    if isinstance(record, WeighedRecord):
        each = bytes_per_task(record.sides[side])
        return [] if each is None else [each]
    slices = record.sides[side]
    if metric.source == "extras":
        extras = [extras.get(metric.key) for extras in slices.extras]
        numbers = [value for value in extras if type(value) in (int, float)]
        return numbers if len(numbers) == len(extras) else []  # type: ignore[return-value]
    floor = one.floor_ns if metric.above_floor else 0
    return [value / record.number - floor for value in getattr(slices, metric.key) or ()]
