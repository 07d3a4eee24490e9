"""Two run files against each other: not paired, so told with a warning and judged with a wider margin.

The two were measured at different times, and a machine that changed its pace in between looks like code that
did. What a stored run knows of its machine's pace is used: every sample of a run has the time of a fixed
loop beside it, and times are compared in units of that loop.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp
from typing import Any

import numpy as np
from numpy.typing import NDArray

from concbench.analysis.comparison import Comparison, Failed, Line, Margins
from concbench.analysis.stopping import CONFIDENCE, RATE, on_scale
from concbench.errors import UserError
from concbench.metrics import METRICS, Metric, metrics_for
from concbench.outcomes import NOTHING_AGAINST
from concbench.results import queries
from concbench.results.costs import Costs, Weights, costs_by_cell, weights_by_cell
from concbench.results.header import HeaderCell
from concbench.results.identity import changes
from concbench.results.measured import Measured
from concbench.results.resuming import resume_command_of
from concbench.stats.discovery import false_discovery
from concbench.stats.interval import NotDetermined
from concbench.stats.processes import reduce_by_process
from concbench.stats.unpaired import Shift, mean_shift

SHARE = re.compile(r", [^,]* of [^,]* CPUs, quota [^,]*$")
"""What an identity says of a processor beside its model: how much of it may be used."""

STORED_RATIO = 0.05
"""The default margin of ratios: what the pace of the fixed loop does not tell of a machine is within it."""

WARNING = (
    "these runs were measured one after the other, so their processes cannot be paired: a machine that"
    " changed in between looks like a change of the code. For a verdict to build on compare two revisions:"
    " concbench compare BASE HEAD"
)

NO_MATCH = "the two run files have no cell in common: same workload, parameters and contender"


@dataclass(frozen=True, slots=True)
class _Values:
    """One metric of one cell: a value for each process, a logarithm for ratios, and a typical figure."""

    by_process: NDArray[np.float64]
    typical: float


@dataclass(frozen=True, slots=True)
class _Cell:
    """One cell of a run, and its metrics."""

    header: HeaderCell
    values: Mapping[str, _Values]


@dataclass(frozen=True, slots=True)
class _Open:
    """A line whose verdict depends on all the others; ``shift`` is None where nothing is determined."""

    line: Line
    shift: Shift | None


def stored_comparison(
    base: Measured,
    head: Measured,
    margins: Margins,
    gates: Sequence[str],
    *,
    models: Sequence[str] = (),
    workloads: Sequence[str] = (),
) -> Comparison:
    """Return how the cells that both run files have compare, or those of some models and workloads.

    Raises UserError for a name that neither has, other machines or processors, and no cell in common.
    """
    _refuse_other_machine(base, head)
    chosen = _chosen((base, head), models, workloads)
    lines = [line for cells in _matched(base, head, chosen) for line in _lines(*cells, margins, gates)]
    return Comparison(
        base=base.path.name,
        head=head.path.name,
        lines=tuple(_with_verdicts(lines, margins)),
        failed=(*_failures(base, head, "base", chosen[0]), *_failures(head, base, "head", chosen[1])),
        rate=RATE,
        confidence=CONFIDENCE,
        paired=False,
        gates=tuple(gates),
        complete=queries.is_complete(base) and queries.is_complete(head),
        warnings=(WARNING, *_cautions(base, head)),
        about={"base": _about(base), "head": _about(head)},
    )


def _chosen(
    runs: Sequence[Measured], models: Sequence[str], workloads: Sequence[str]
) -> list[dict[str, HeaderCell]]:
    """Return the cells of each run that are meant, under their ids; no names are those of all.

    Raises UserError for a name that none of the runs has.
    """
    called = [{one.id: {one.id, one.model} for one in run.header.contenders} for run in runs]
    for what, names, known in (
        ("model", models, set().union(*(names for one in called for names in one.values()))),
        ("workload", workloads, {cell.workload for run in runs for cell in run.header.cells}),
    ):
        for name in names:
            if name not in known:
                raise UserError(f"neither run has a {what} {name!r}; there are {', '.join(sorted(known))}")
    return [
        {
            name: cell
            for name, cell in queries.cells_by_id(run).items()
            if (not models or names[cell.contender] & set(models))
            and (not workloads or cell.workload in workloads)
        }
        for run, names in zip(runs, called, strict=True)
    ]


def _refuse_other_machine(base: Measured, head: Measured) -> None:
    """Raise UserError for runs of different machines, or of different processors under one machine's name."""
    identities = [run.header.about.identity for run in (base, head)]
    hint = "compare two revisions on one of them"
    if len({one.get("machine") for one in identities}) > 1:
        raise UserError(f"{base.path} and {head.path} come from different machines; {hint}")
    then, now = (SHARE.sub("", one.get("cpu", "not recorded")) for one in identities)
    if then != now:
        raise UserError(
            f"{base.path} and {head.path} were measured on different processors ({then}; {now}), so what"
            f" differs may be theirs; {hint}"
        )


def _cautions(base: Measured, head: Measured) -> Iterator[str]:
    """Yield which of the two is not complete, and what differs between their environments."""
    for run in (base, head):
        if not queries.is_complete(run):
            resume = resume_command_of(run.path, run.header.asked)
            yield f"{run.path.name} is not complete: it was stopped before its end; go on with: {resume}"
    yield from changes(base.header.about.identity, head.header.about.identity)


def _about(run: Measured) -> dict[str, str | None]:
    return {"started": run.header.started, "concbench": run.header.concbench}


def _cells(run: Measured, chosen: Mapping[str, HeaderCell]) -> dict[tuple[Any, ...], _Cell]:
    costs, weights = costs_by_cell(run), weights_by_cell(run)
    return {
        (cell.workload, tuple(sorted(cell.params.items())), cell.contender): _Cell(
            cell, _figures(cell, costs.get(name), weights.get(name))
        )
        for name, cell in chosen.items()
    }


def _figures(cell: HeaderCell, costs: Costs | None, weights: Weights | None) -> dict[str, _Values]:
    """Return what is compared of a cell."""
    values: dict[str, _Values] = {}
    for metric in metrics_for("pairs"):
        found = None
        if metric.is_paired(cell.floor_ns, "memory"):
            if weights is not None and weights.kind == metric.key:
                found = _values(weights.values, weights.process)
        elif metric.is_paired(cell.floor_ns, "time") and costs is not None and costs.process.size:
            found = _timed(metric, costs, cell.floors[-1])
        if found is not None:
            values[metric.name] = found
    return values


def _timed(metric: Metric, costs: Costs, floor_ns: int) -> _Values | None:
    """Return a metric of a cell if all samples tell it; ratios of times are in units of the loop beside."""
    told = costs.whole(metric)
    told = told - floor_ns if metric.above_floor else told
    if not np.isfinite(told).all() or (metric.compare == "ratio" and not (told > 0).all()):
        return None
    if metric.compare == "difference":
        return _values(told, costs.process)
    pace = np.log(costs.calibration) if metric.quantity == "ns" else 0.0
    by_process = reduce_by_process(np.log(told) - pace, costs.process)[1]
    return _Values(by_process, float(np.median(told)))


def _values(values: NDArray[np.float64], process: NDArray[np.int64]) -> _Values:
    return _Values(reduce_by_process(values, process)[1], float(np.median(values)))


def _matched(
    base: Measured, head: Measured, chosen: Sequence[Mapping[str, HeaderCell]]
) -> list[tuple[_Cell, _Cell]]:
    """Return the cells that both have; raises UserError where there are none."""
    theirs, ours = map(_cells, (base, head), chosen)
    both = [(theirs[key], ours[key]) for key in theirs if key in ours]
    if not both:
        raise UserError(f"{base.path} and {head.path}: {NO_MATCH}")
    return both


def _lines(base: _Cell, head: _Cell, margins: Margins, gates: Sequence[str]) -> Iterator[_Open]:
    """Yield a line for each metric that both sides tell."""
    return (_line(base, head, name, margins, gates) for name in base.values if name in head.values)


def _line(base: _Cell, head: _Cell, metric: str, margins: Margins, gates: Sequence[str]) -> _Open:
    before, after = base.values[metric], head.values[metric]
    found, reason = None, None
    try:
        found = mean_shift(before.by_process, after.by_process, on_scale(margins, metric), CONFIDENCE)
    except NotDetermined as undetermined:
        reason = undetermined.reason
    ratio = METRICS[metric].compare == "ratio"
    ends = (found.interval.low, found.interval.middle, found.interval.high) if found else (None,) * 3
    low, middle, high = (exp(end) if ratio and end is not None else end for end in ends)
    line = Line(
        cell=base.header.id,
        workload=base.header.workload,
        model=base.header.contender,
        params=base.header.params,
        metric=metric,
        kind=METRICS[metric].compare,
        margin=margins[metric],
        verdict="unsure",
        low=low,
        middle=middle,
        high=high,
        confidence=CONFIDENCE,
        pairs=min(before.by_process.size, after.by_process.size),
        base=before.typical,
        head=after.typical,
        reason=reason,
        gated=metric in gates,
    )
    return _Open(line, found)


def _with_verdicts(opened: Sequence[_Open], margins: Margins) -> list[Line]:
    """Return the lines with their verdicts: false discoveries are controlled over all of them."""
    shifts = [one.shift for one in opened if one.shift is not None]
    p_values = [min(1.0, 2 * min(shift.p_more, shift.p_less)) for shift in shifts]
    real = iter(false_discovery(p_values, RATE)) if p_values else iter(())
    return [
        one.line if one.shift is None else _judged(one.line, one.shift, margins, real=bool(next(real)))
        for one in opened
    ]


def _judged(line: Line, found: Shift, margins: Margins, *, real: bool) -> Line:
    margin, interval = on_scale(margins, line.metric), found.interval
    if real:
        verdict = "slower" if found.p_more < found.p_less else "faster"
        return replace(line, verdict=METRICS[line.metric].verdict(verdict))
    if -margin <= interval.low and interval.high <= margin:
        return replace(line, verdict="same")
    return replace(line, reason=f"{line.pairs} processes a side leave it open")


def _failures(run: Measured, other: Measured, side: str, cells: Mapping[str, HeaderCell]) -> Iterator[Failed]:
    """Yield the cells that failed in one run, or that this one alone has no library for."""
    here, there = queries.outcomes(run), queries.outcomes(other)
    for name, outcome in here.items():
        lacked_by_both = outcome.name == "unavailable" and (name not in there or there[name].name != "ok")
        if name in cells and not lacked_by_both and outcome.name not in NOTHING_AGAINST:
            cell = cells[name]
            yield Failed(
                cell=name,
                workload=cell.workload,
                model=cell.contender,
                side=side,
                outcome=outcome.name,
                reason=outcome.reason,
            )
