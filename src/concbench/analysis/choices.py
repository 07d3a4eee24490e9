"""The chooser: for each kind of load, which model, by how much, and at what price in CPU."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd

from concbench.analysis.choice import Choice, Price, Rival
from concbench.analysis.computing import cores_busy
from concbench.analysis.contenders import RunContender
from concbench.analysis.contrast import versus
from concbench.analysis.dataset import Dataset, ReportedCell, ReportedPoint, can_be_judged
from concbench.analysis.loads import Load, loads_of
from concbench.analysis.memory import step_of
from concbench.analysis.summary import Estimate, mark_real
from concbench.families import TEACHING, VARIANTS
from concbench.metrics import METRICS, Kind

BESIDE_TEACHING = "asyncio"
"""The event loop that those of the teaching families lead to."""


def deployed_of(dataset: Dataset) -> tuple[RunContender, ...]:
    """Return whom services run on; where none of them was measured, all."""
    found = tuple(one for one in dataset.contenders if one.family not in TEACHING)
    usual = tuple(one for one in found if one.model not in VARIANTS)
    return usual or found or dataset.contenders


def taught_of(dataset: Dataset) -> tuple[RunContender, ...]:
    """Return who shows how a loop comes to work, and asyncio beside them; nobody where all are such."""
    taught = [one for one in dataset.contenders if one.family in TEACHING]
    beside = [one for one in dataset.contenders if one.model == BESIDE_TEACHING]
    some = taught and len(taught) < len(dataset.contenders)
    return tuple(one for one in dataset.contenders if one in (*taught, *beside)) if some else ()


def is_all_teaching(dataset: Dataset) -> bool:
    """Say whether nobody was asked for but those that show how a loop comes to work."""
    return all(one.family in TEACHING for one in dataset.contenders)


def choices_of(dataset: Dataset, among: Collection[RunContender] | None = None) -> list[Choice]:
    """Return the answers to all loads that were measured, to be chosen ``among`` these, or whom one deploys.

    What is real is decided for all of them together.
    """
    among = deployed_of(dataset) if among is None else among
    found = [
        choice
        for load in loads_of(dataset.runs)
        if (common := load.point(dataset, among)) is not None
        for run in range(len(dataset.runs))
        if (choice := _at_its_point(dataset, load, common, _of_run(run, among))) is not None
    ]
    shown = [rival.against for choice in found for rival in choice.rivals]
    others = [one for choice in found for one in choice.among]
    real = iter(mark_real([*shown, *others]))
    return [
        replace(choice, rivals=tuple(replace(rival, against=next(real)) for rival in choice.rivals))
        for choice in found
    ]


def _at_its_point(
    dataset: Dataset, load: Load, common: ReportedPoint, mine: Sequence[RunContender]
) -> Choice | None:
    """Return the answer of a run at the point that most runs have, or else at its own."""
    found = _choice(dataset, load, common, mine)
    if found is None and (own := load.point(dataset, mine)) is not None:
        return _choice(dataset, load, own, mine)
    return found


def _of_run(run: int, among: Collection[RunContender]) -> list[RunContender]:
    return [one for one in among if one.run == run]


def _choice(
    dataset: Dataset, load: Load, point: ReportedPoint, mine: Sequence[RunContender]
) -> Choice | None:
    """Return the answer for a load among contenders of one run."""
    cells = _asked(dataset, load, point, mine)
    values = {cell.contender: _judged(dataset, load, cell) for cell in cells if cell.ok}
    kind: Kind = "difference" if load.signed else "ratio"
    judged = {contender: seen for contender, seen in values.items() if can_be_judged(seen, kind)}
    means = {contender: _mean(seen, kind) for contender, seen in in_common(judged).items()}
    if not means:
        return None
    first, *rest = sorted(means, key=means.__getitem__)
    step = max((step_of(cell) for cell in cells if load.weighs and cell.ok), default=0.0)
    busy = {} if load.weighs else _busy(dataset, cells)
    return Choice(
        load=load,
        run=first.run,
        point=point,
        first=first,
        value=means[first],
        medians=_medians(dataset, load, cells),
        of=_of(load, cells[0].summary.unit),
        price=_price(cells, first, busy) if busy else None,
        busy=busy,
        cpu={} if load.weighs else _cpu(cells),
        early=_early(dataset, cells) if load.signed else {},
        rivals=tuple(Rival(one, means[one], versus(values[one], values[first], kind, step)) for one in rest),
        cannot=tuple(cell for cell in cells if cell.contender not in means),
        among=tuple(versus(values[a], values[b], kind, step) for a, b in combinations(rest, 2)),
    )


def _asked(
    dataset: Dataset, load: Load, point: ReportedPoint, mine: Sequence[RunContender]
) -> list[ReportedCell]:
    asked = [one for one in mine if load.pools or one.family != "pool"]
    return [cell for contender in asked if (cell := dataset.at(point, contender))]


def in_common(values: Mapping[RunContender, pd.Series]) -> dict[RunContender, pd.Series]:
    """Return the values of the generations that all have, or all values where there are none such."""
    shared = set.intersection(*(set(seen.index) for seen in values.values())) if values else set()
    return {one: seen[seen.index.isin(shared)] if shared else seen for one, seen in values.items()}


def _busy(dataset: Dataset, cells: Sequence[ReportedCell]) -> dict[RunContender, float]:
    """Return what share of a core each kept busy, of those that were timed."""
    shares = {cell.contender: cores_busy(dataset, cell) for cell in cells if cell.ok}
    return {contender: share for contender, share in shares.items() if share is not None}


def _early(dataset: Dataset, cells: Sequence[ReportedCell]) -> dict[RunContender, float]:
    """Return what share of its tasks went on before their deadline under each."""
    shares = {cell.contender: dataset.values(cell, "early") for cell in cells if cell.ok}
    return {contender: float(share.mean()) for contender, share in shares.items() if len(share)}


def _of(load: Load, unit: str) -> str:
    """Return what a load's figure is of: ``CPU time per request``."""
    metric = METRICS[load.metric]
    each = {"unit": unit, "task": load.each, "run": ""}[metric.per]
    return f"{metric.words} per {each}" if each else metric.words


def _judged(dataset: Dataset, load: Load, cell: ReportedCell) -> pd.Series:
    """Return what is judged, one value for each generation: being early is as bad as being late."""
    values = dataset.values(cell, load.metric)
    return values.abs() if load.signed else values


def _mean(values: pd.Series, kind: Kind) -> float:
    """Return the mean that comparisons are about: geometric for ratios, else arithmetic."""
    numbers = values.to_numpy(dtype=np.float64)
    return float(numbers.mean() if kind == "difference" else np.exp(np.log(numbers).mean()))


def _medians(dataset: Dataset, load: Load, cells: Sequence[ReportedCell]) -> dict[RunContender, float]:
    """Return the median over the processes of each that has figures, with its sign."""
    values = {cell.contender: dataset.values(cell, load.metric) for cell in cells if cell.ok}
    return {contender: float(seen.median()) for contender, seen in values.items() if len(seen)}


def _cpu(cells: Sequence[ReportedCell]) -> dict[RunContender, float]:
    """Return the CPU time per unit (ns) of each that was timed."""
    return {cell.contender: cell.summary.cpu.middle for cell in cells if cell.ok and cell.summary.cpu}


def _is_positive(found: Estimate) -> bool:
    """Say whether a cost is surely above zero: a ratio to one that noise hid says nothing."""
    return found.middle > 0 and (found.interval is None or found.interval.low > 0)


def _price(
    cells: Sequence[ReportedCell], first: RunContender, busy: Mapping[RunContender, float]
) -> Price | None:
    """Return what the first one's CPU time comes to; None where no time was measured."""
    cpu = _cpu(cells)
    if first not in cpu or first not in busy or cpu[first] <= 0:
        return None
    known = {cell.contender for cell in cells if (found := cell.summary.cpu) and _is_positive(found)}
    cpu = {contender: each for contender, each in cpu.items() if contender in known or contender == first}
    least = min(cpu, key=lambda contender: cpu[contender])
    return Price(cpu[first], busy[first], least, cpu[first] / cpu[least])
