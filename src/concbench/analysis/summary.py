"""From a run file to one summary for each cell: medians with intervals, and comparisons with a baseline.

A sample's figures are divided by what the witness counted. The samples of a process are reduced to one
value, since they are not independent, and intervals are over processes. Comparisons pair what was
measured in the same round of the same generation; which of them are real is decided for all cells of the
run together, with the false-discovery rate held at 1 %.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from concbench.metrics import Kind
from concbench.results import queries
from concbench.results.costs import Costs, Weights, columns_of, costs_by_cell, weights_by_cell
from concbench.results.header import HeaderCell
from concbench.results.measured import Measured
from concbench.results.queries import Outcome
from concbench.stats.discovery import false_discovery
from concbench.stats.interval import Interval, NotDetermined
from concbench.stats.median import median_interval
from concbench.stats.paired import PairedEstimate, difference_interval, ratio_interval
from concbench.stats.processes import reduce_by_process

FALSE_DISCOVERY_RATE = 0.01

BOTTLENECK = 0.9
"""Share of a core above which a companion is taken to be what held a cell up: it hardly ever waited."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A median over processes; ``interval`` is None where there are too few of them."""

    middle: float
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class Against:
    """A comparison with the baseline: a ratio, or a difference in ns where there is a floor to be above.

    ``real``: it withstands the control of false discoveries. ``comparison`` is None, with the ``reason``,
    where the data determine none.
    """

    kind: Kind
    comparison: PairedEstimate | None
    reason: str | None = None
    real: bool = False

    def marked(self, *, real: bool) -> Self:
        """Return it as one that is real, or is not."""
        return replace(self, real=real)


Compared = TypeVar("Compared", bound=Against)


def mark_real(compared: Iterable[Compared]) -> list[Compared]:
    """Return comparisons of one table, those marked real that are discoveries at a rate of 1 %."""
    compared = list(compared)
    judged = [one.comparison.p_value for one in compared if one.comparison]
    real = iter(false_discovery(judged, FALSE_DISCOVERY_RATE))
    return [one.marked(real=bool(next(real))) if one.comparison else one for one in compared]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One cell: ``figures`` are those of the table's metrics by their names, in their own units.

    ``memory_kind`` says what memory is: ``per task`` as a keeper task saw it, or the ``peak`` above what
    the process held before. ``early`` is the share of all tasks that went on before their deadline.
    ``floor_ns`` is that of one repetition; ``tasks`` are those that the witness counted in it (in the short
    leg where there are two), 0 where the outcome is not ok.
    """

    cell: str
    workload: str
    workload_version: str
    params: Mapping[str, Any]
    contender: str
    unit: str
    floor_ns: int
    outcome: Outcome
    tasks: int = 0
    samples: int = 0
    processes: int = 0
    figures: Mapping[str, Estimate] = field(default_factory=dict)
    memory_kind: Literal["per task", "peak"] | None = None
    early: float | None = None
    against: Against | None = None

    @property
    def wall(self) -> Estimate | None:
        """The time for a unit of work."""
        return self.figures.get("wall")

    @property
    def cpu(self) -> Estimate | None:
        """The CPU time for a unit of work."""
        return self.figures.get("cpu")

    @property
    def memory(self) -> Estimate | None:
        """What was weighed, of either kind."""
        return self.figures.get("memory", self.figures.get("peak"))

    @property
    def lateness(self) -> Mapping[str, Estimate]:
        """The quantiles that are told of lateness: p50, p90, p99 and max."""
        told = ((name.removeprefix("lateness_"), one) for name, one in self.figures.items())
        return {name: one for name, one in told if f"lateness_{name}" in self.figures}

    @property
    def client_bound(self) -> bool:
        """Whether its companion was the bottleneck: times are as good as that one's, CPU is its own."""
        busy = self.figures.get("companion_busy")
        return busy is not None and busy.middle > BOTTLENECK


def summary_as_plain(summary: Summary) -> dict[str, Any]:
    """Return a summary as plain data, ready for JSON; what most cells have is under keys of its own, too."""
    named = {"wall": summary.wall, "cpu": summary.cpu, "memory": summary.memory}
    late = {name: asdict(one) for name, one in summary.lateness.items()}
    plain = {name: None if one is None else asdict(one) for name, one in named.items()}
    marks = {"client_bound": summary.client_bound}
    return {**asdict(summary), **plain, "lateness": late or None, **marks}


def summarise(measured: Measured, baseline: str | None = None) -> list[Summary]:
    """Return a summary for each cell of the run, in the header's order.

    ``baseline`` is the contender that the others are compared with at each point. Raises RunFileError where
    the samples of a cell are not those of its witness.
    """
    outcomes = queries.outcomes(measured)
    costs, weights = costs_by_cell(measured), weights_by_cell(measured)
    summaries = []
    for cell in measured.header.cells:
        summary = _without_figures(cell, outcomes[cell.id])
        if summary.cell in costs:
            summary = _with_figures(summary, costs[summary.cell], weights.get(summary.cell))
        summaries.append(summary)
    return _compare(summaries, costs, baseline) if baseline else summaries


def _without_figures(cell: HeaderCell, outcome: Outcome) -> Summary:
    return Summary(
        cell=cell.id,
        workload=cell.workload,
        workload_version=cell.workload_version,
        params=cell.params,
        contender=cell.contender,
        unit=cell.unit,
        floor_ns=cell.floor_ns,
        outcome=outcome,
    )


def _estimate(values: NDArray[np.float64], processes: NDArray[np.int64]) -> Estimate:
    _, reduced = reduce_by_process(values, processes)
    try:
        interval = median_interval(reduced)
    except NotDetermined:
        return Estimate(float(np.median(reduced)), None)
    return Estimate(interval.middle, interval)


def _with_figures(summary: Summary, costs: Costs, weights: Weights | None) -> Summary:
    columns = list(columns_of(summary.unit, costs, weights))
    return replace(
        summary,
        tasks=costs.tasks,
        samples=costs.process.size,
        processes=np.unique(costs.process).size,
        figures={one.metric: _estimate(one.values, one.process) for one in columns},
        memory_kind=None if weights is None else weights.kind,
        early=next((float(one.values.mean()) for one in columns if one.metric == "early"), None),
    )


def _compare(summaries: Sequence[Summary], costs: Mapping[str, Costs], baseline: str) -> list[Summary]:
    """Compare every cell with the baseline's at the same point, and mark what is real."""
    bases = {_point(summary): summary.cell for summary in summaries if summary.contender == baseline}
    compared = []
    for summary in summaries:
        base = bases.get(_point(summary))
        against = None
        if summary.contender != baseline and base is not None and {base, summary.cell} <= costs.keys():
            kind: Kind = "difference" if summary.floor_ns else "ratio"
            against = _against(kind, costs[summary.cell], costs[base])
        compared.append(replace(summary, against=against))
    marked = iter(mark_real(one.against for one in compared if one.against))
    return [replace(one, against=next(marked)) if one.against else one for one in compared]


def _point(summary: Summary) -> tuple[str, str, str]:
    return summary.workload, summary.workload_version, repr(summary.params)


def _against(kind: Kind, ours: Costs, theirs: Costs) -> Against:
    """Pair by generation and round; where a round's slope is not positive, the medians of generations."""
    mine, base = _common_rounds(ours, theirs)
    left, right, generations = ours.figures["wall"][mine], theirs.figures["wall"][base], ours.generation[mine]
    compare: Callable[..., PairedEstimate] = difference_interval if kind == "difference" else ratio_interval
    try:
        if kind == "ratio" and min(left.min(initial=1.0), right.min(initial=1.0)) <= 0:
            _, left_reduced = reduce_by_process(left, generations)
            _, right_reduced = reduce_by_process(right, generations)
            return Against(kind, compare(left_reduced, right_reduced))
        return Against(kind, compare(left, right, generations=generations))
    except NotDetermined as undetermined:
        return Against(kind, None, undetermined.reason)


def _common_rounds(ours: Costs, theirs: Costs) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the places of the rounds that both have, ours and theirs, in the order of time.

    Where a round was measured twice, the later one holds.
    """
    generations, rounds = (
        np.unique(np.concatenate([getattr(ours, name), getattr(theirs, name)]), return_inverse=True)[1]
        for name in ("generation", "round")
    )
    keys = generations * (rounds.max(initial=0) + 1) + rounds
    mine, base = (_last_of_each(side) for side in np.split(keys, [ours.round.size]))
    _, left, right = np.intersect1d(mine[0], base[0], assume_unique=True, return_indices=True)
    return mine[1][left], base[1][right]


def _last_of_each(keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the distinct keys, ascending, and the last place of each."""
    distinct, from_the_end = np.unique(keys[::-1], return_index=True)
    return distinct, keys.size - 1 - from_the_end
