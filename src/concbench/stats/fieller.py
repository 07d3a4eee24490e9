"""Where a mean that changes linearly is zero: the confidence set that holds exactly.

Fieller, J. R. Stat. Soc. B 16(2), 1954: a place belongs to the set unless a t test there finds the mean
different from zero. At the true place that test is exact, so the set encloses it as often as it promises,
whereas the spread of each process's own zero is ruled by those that are nearly parallel to it.
"""

import math
from itertools import pairwise

import numpy as np

from concbench.stats.interval import Array

Stretch = tuple[float, float]


def zeros(left: Array, right: Array, reach: float, rounding: float) -> list[Stretch]:
    """Return the stretches of [0, 1] where the mean of the processes may be zero, in ascending order.

    ``left`` and ``right``, shape (processes,), are the values at 0 and 1; between them each process changes
    linearly. ``reach``: how many standard errors the mean may be away from zero; ``rounding``: what is zero
    whatever the standard error, in the unit of the values.
    """
    means, spread = (left.mean(), right.mean()), np.cov(left, right) / left.size
    rise = means[1] - means[0]

    def excess(at: float) -> float:
        error = math.sqrt(max(0.0, float(np.array([1 - at, at]) @ spread @ np.array([1 - at, at]))))
        return float(abs(means[0] + at * rise) - reach * error - rounding)

    square = rise**2 - reach**2 * (spread[0, 0] - 2 * spread[0, 1] + spread[1, 1])
    double = 2 * (means[0] * rise - reach**2 * (spread[0, 1] - spread[0, 0]))
    constant = means[0] ** 2 - reach**2 * spread[0, 0]
    places = {0.0, 1.0, *_inside(_roots(square, double, constant))}
    zero = set(_inside([-means[0] / rise])) if rise else set()
    cuts = sorted(places | zero)
    found = [(a, b) for a, b in pairwise(cuts) if excess((a + b) / 2) <= 0]
    found += [(at, at) for at in (0.0, *zero, 1.0) if excess(at) <= 0]
    return joined(found)


def joined(stretches: list[Stretch], apart: float = 0.0) -> list[Stretch]:
    """Return ``stretches`` in ascending order, those that touch, or are up to ``apart`` apart, made one."""
    result: list[Stretch] = []
    for low, high in sorted(stretches):
        if result and low <= result[-1][1] + apart:
            result[-1] = (result[-1][0], max(high, result[-1][1]))
        else:
            result.append((low, high))
    return result


def _roots(square: float, double: float, constant: float) -> list[float]:
    """Return the real roots of square · t² + double · t + constant, without cancellation."""
    inner = double**2 - 4 * square * constant
    if inner < 0:
        return []
    half = -(double + math.copysign(math.sqrt(inner), double)) / 2
    return [top / bottom for top, bottom in ((half, square), (constant, half)) if bottom]


def _inside(places: list[float]) -> list[float]:
    return [float(place) for place in places if 0 < place < 1]
