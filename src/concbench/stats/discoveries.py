"""Which of many series have a step: decided for all together, and looked at closely only where it matters.

A p-value that is counted among N random orders is 1 / (N + 1) at least. The clearer the step has to be to
count among so many series, the more orders it takes; but the more of them have one, the less clear it has to
be (Benjamini and Hochberg). So all are counted among as many orders as they would need if all had a step, and
those that may have one among more, until these are enough for as many as are left.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from concbench.stats.change import ChangePoint
from concbench.stats.discovery import false_discovery
from concbench.stats.scores import ScoreScales
from concbench.stats.steps import likeliest_change

RATE = 0.01
"""The false-discovery rate over all series."""

ALONE = 0.002
"""The largest p-value of a series with a step: so rarely has one that is alone a false step."""

FINENESS = 10
"""How many times finer than the level that they are held to p-values are counted."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a series, the scales that they are compared on, and its name."""

    name: str
    values: NDArray[np.float64]
    scales: ScoreScales | None


@dataclass(frozen=True, slots=True)
class Discoveries:
    """The likeliest change of each series, which are ``real``, and the ``level`` that they are held to."""

    changes: tuple[ChangePoint, ...]
    real: tuple[bool, ...]
    level: float


def discoveries(
    series: Sequence[Figures], tell: Callable[[str, int, int], None] = lambda _name, _done, _of: None
) -> Discoveries:
    """Return which series have a step: their p-value is 0.2 % or less, and a discovery at 1 % over all.

    ``tell`` is called before each is looked at, with its name, how many were, and how many will be: first for
    all, then for those that have to be looked at more closely.
    """
    changes = [ChangePoint(0, 1.0, settled=False)] * len(series)
    orders, real = orders_for(ALONE), [False] * len(series)
    unsettled = list(range(len(series)))
    while unsettled:
        for done, number in enumerate(unsettled):
            tell(series[number].name, done, len(unsettled))
            changes[number] = likeliest_change(series[number].values, series[number].scales, orders)
        real = _real(changes)
        hopeful = sum(one or not change.settled for one, change in zip(real, changes, strict=True))
        needed = orders_for(_level(hopeful, len(series)))
        unsettled = [number for number in unsettled if not changes[number].settled and needed > orders]
        orders = needed
    return Discoveries(tuple(changes), tuple(real), _level(sum(real), len(series)))


def orders_for(level: float) -> int:
    """Return how many random orders tell whether a p-value is of a level or less."""
    return math.ceil(FINENESS / level)


def _level(discovered: int, series: int) -> float:
    """Return the level that a p-value is held to where so many of so many series are discoveries."""
    return min(ALONE, RATE * max(1, discovered) / max(1, series))


def _real(changes: Sequence[ChangePoint]) -> list[bool]:
    p_values = [change.p_value if change.p_value <= ALONE else 1.0 for change in changes]
    return [bool(one) for one in false_discovery(p_values, RATE)]
