"""The chooser: for each kind of load, which model, by how much, and at what price in CPU."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import pandas as pd

from concbench.analysis.computing import cores_busy
from concbench.analysis.contenders import RunContender
from concbench.analysis.contrast import Versus, versus
from concbench.analysis.dataset import Dataset, ReportedCell, ReportedPoint, can_be_judged
from concbench.analysis.loads import Load, loads_of
from concbench.analysis.memory import step_of
from concbench.analysis.summary import mark_real
from concbench.metrics import Kind

ALIKE = 1.5
"""How many times the first's value a contender may need and still be called as good. Beyond that, an interval
that reaches over "no difference" says that too little was measured, not that the two are equal."""


@dataclass(frozen=True, slots=True)
class Rival:
    """A contender that did not come first: its value (the metric's unit), and how it stands to the first."""

    contender: RunContender
    value: float
    against: Versus


@dataclass(frozen=True, slots=True)
class Price:
    """What a contender's CPU comes to: the share of one core that was busy, and who needs least.

    ``busy`` is CPU time divided by wall time. ``times_least`` is how many times the CPU of ``least`` it
    needs.
    """

    busy: float
    least: RunContender
    times_least: float


@dataclass(frozen=True, slots=True)
class Choice:
    """The answer for one load in one run.

    ``first`` has the best ``value``: the mean over generations that comparisons are about, in the metric's
    unit; ``rivals`` follow, best first. ``tied`` are those that cannot be told from the first. ``busy`` is
    CPU time divided by wall time, for each contender that was timed; ``cannot`` are those without figures
    that can be judged. ``among`` are the comparisons of the rivals with each other: anyone might have come
    first, so they count when it is decided what is real.
    """

    load: Load
    run: int
    point: ReportedPoint
    first: RunContender
    value: float
    price: Price | None
    busy: Mapping[RunContender, float]
    rivals: tuple[Rival, ...]
    cannot: tuple[ReportedCell, ...]
    among: tuple[Versus, ...]

    @property
    def tied(self) -> list[Rival]:
        """The rivals that are as good: no interval says that they are worse, nor are they far behind."""
        return [
            rival
            for rival in self.rivals
            if rival.against.interval and not rival.against.leaning and rival.value <= ALIKE * self.value
        ]

    @property
    def decided(self) -> bool:
        """Whether anyone was told from the first; else it only looked best. Alone, it is the first."""
        return not self.rivals or any(rival.against.side > 0 for rival in self.rivals)


def choices_of(dataset: Dataset) -> list[Choice]:
    """Return the answers to all loads that were measured; what is real is decided for all together."""
    found = [
        choice
        for load in loads_of(dataset.runs)
        if (point := load.point(dataset)) is not None
        for run in range(len(dataset.runs))
        if (choice := _choice(dataset, load, run, point)) is not None
    ]
    shown = [rival.against for choice in found for rival in choice.rivals]
    among = [one for choice in found for one in choice.among]
    real = iter(mark_real([*shown, *among]))
    return [
        replace(choice, rivals=tuple(replace(rival, against=next(real)) for rival in choice.rivals))
        for choice in found
    ]


def _choice(dataset: Dataset, load: Load, run: int, point: ReportedPoint) -> Choice | None:
    cells = [cell for contender in dataset.contenders_of_run(run) if (cell := dataset.at(point, contender))]
    values = {cell.contender: _judged(dataset, load, cell) for cell in cells if cell.ok}
    kind: Kind = "difference" if load.signed else "ratio"
    means = {contender: _mean(seen, kind) for contender, seen in values.items() if can_be_judged(seen, kind)}
    if not means:
        return None
    first, *others = sorted(means, key=lambda contender: means[contender])
    step = max((step_of(cell) for cell in cells if load.weighs and cell.ok), default=0.0)
    rivals = tuple(
        Rival(contender, means[contender], versus(values[contender], values[first], kind, step))
        for contender in others
    )
    among = tuple(versus(values[a], values[b], kind, step) for a, b in combinations(others, 2))
    shares = {cell.contender: cores_busy(dataset, cell) for cell in cells if cell.ok and not load.weighs}
    busy = {contender: share for contender, share in shares.items() if share is not None}
    return Choice(
        load=load,
        run=run,
        point=point,
        first=first,
        value=means[first],
        price=_price([cell for cell in cells if cell.ok], first, busy),
        busy=busy,
        rivals=rivals,
        cannot=tuple(cell for cell in cells if cell.contender not in means),
        among=among,
    )


def _judged(dataset: Dataset, load: Load, cell: ReportedCell) -> pd.Series:
    """Return what is judged, one value for each generation: being early is as bad as being late."""
    values = dataset.values(cell, load.metric)
    return values.abs() if load.signed else values


def _mean(values: pd.Series, kind: Kind) -> float:
    """Return the mean that comparisons are about: geometric for ratios, else arithmetic."""
    numbers = values.to_numpy(dtype=np.float64)
    return float(numbers.mean() if kind == "difference" else np.exp(np.log(numbers).mean()))


def _price(
    cells: Sequence[ReportedCell], first: RunContender, busy: Mapping[RunContender, float]
) -> Price | None:
    """Return what the first one's CPU time comes to; None where no time was measured."""
    cpu = {cell.contender: cell.summary.cpu.middle for cell in cells if cell.summary.cpu}
    if first not in cpu or first not in busy or min(cpu.values()) <= 0:
        return None
    least = min(cpu, key=lambda contender: cpu[contender])
    return Price(busy[first], least, cpu[first] / cpu[least])
