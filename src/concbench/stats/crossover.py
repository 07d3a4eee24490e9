"""The size at which two contenders change places."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from concbench.stats.curve import Curve, curve
from concbench.stats.fieller import zeros
from concbench.stats.interval import Array, Interval
from concbench.stats.student import critical, rounding, student

REAL = 0.01
"""The p-value up to which a difference on either side of a crossing is taken for real."""


@dataclass(frozen=True, slots=True)
class Crossover:
    """Two contenders cost the same at ``at``, in the unit of x; below it ``cheaper_before`` costs less."""

    at: Interval
    cheaper_before: Literal["a", "b"]


def crossovers(x: ArrayLike, a: ArrayLike, b: ArrayLike, confidence: float = 0.95) -> list[Crossover]:
    """Return where the costs ``a`` and ``b`` cross, ascending; none where no crossing is certain.

    ``a`` and ``b``, shape (processes, points), are paired by row: the processes of one generation. They
    are compared by log-ratios where all costs are positive, else by differences; between neighbouring
    sizes either is interpolated linearly in log x, so sizes closer together find the place more finely. A
    crossing lies between two sizes at which the difference is real (p ≤ 0.01 each), in opposite directions.
    Its interval is Fieller's: all places where a paired t test finds no difference.

    An empty list does not prove that the curves never cross.

    Raises ValueError for misuse (see :func:`~concbench.stats.curve.curve`), shapes that differ or a
    confidence outside (0, 1), NotDetermined for fewer than six generations or two sizes, or a cost that is
    not finite.
    """
    one, other = curve(x, a, points=2), curve(x, b, points=2)
    if one.costs.shape != other.costs.shape:
        raise ValueError(f"costs of shape {one.costs.shape} do not pair with {other.costs.shape}")
    differences, scale = _differences(one, other)
    signs = [_sign(column, scale, min(REAL, 1 - confidence)) for column in differences.T]
    real = [point for point, sign in enumerate(signs) if sign]
    return [
        Crossover(
            _between(one.log_x[i : j + 1], differences[:, i : j + 1], scale, confidence),
            cheaper_before="a" if signs[i] < 0 else "b",
        )
        for i, j in pairwise(real)
        if signs[i] != signs[j]
    ]


def _differences(one: Curve, other: Curve) -> tuple[Array, float]:
    """Return the paired differences, shape (processes, points), and the largest number in them."""
    if min(one.costs.min(), other.costs.min()) > 0:
        a, b = np.log(one.costs), np.log(other.costs)
        return a - b, max(1.0, float(np.abs(a).max()), float(np.abs(b).max()))
    return one.costs - other.costs, max(float(np.abs(one.costs).max()), float(np.abs(other.costs).max()))


def _sign(differences: Array, scale: float, level: float) -> int:
    """Return -1 or 1 for a real difference at one size, else 0."""
    interval, p_value = student(differences, scale, 1 - level)
    return int(np.sign(interval.middle)) if p_value <= level else 0


def _between(log_x: Array, differences: Array, scale: float, confidence: float) -> Interval:
    """Return where the differences change their sign; it is real, and opposite, at the first and last size.

    Where the mean is zero several times between them, the middle one stands for all.
    """
    processes = len(differences)
    reach, error = critical(processes, confidence), rounding(scale)
    means = differences.mean(axis=0)
    found: list[float] = []
    crossings: list[float] = []
    for i, (left, right) in enumerate(pairwise(differences.T)):
        width = log_x[i + 1] - log_x[i]
        found += [log_x[i] + width * end for pair in zeros(left, right, reach, error) for end in pair]
        if (means[i] < 0) != (means[i + 1] < 0):
            crossings.append(log_x[i] + width * means[i] / (means[i] - means[i + 1]))
    middle = crossings[len(crossings) // 2]
    low, centre, high = np.exp([min(*found, middle), middle, max(*found, middle)])
    return Interval(float(low), float(centre), float(high), confidence, processes)
