"""By how much one group of figures lies above another, with an interval: the size of a step."""

import math
from collections.abc import Callable
from functools import cache

import numpy as np
import scipy

from concbench.stats.interval import Array
from concbench.stats.scores import biweight, biweight_sums

EXACT = 200_000
"""Up to this many steps the distribution of a rank sum is counted out, beyond that it is normal."""

HALVINGS = 12
"""How often the place of an interval's end is halved: to a four-thousandth of the window."""


def shift(before: Array, after: Array) -> float:
    """Return how far ``after`` lies above ``before``: the median of all differences.

    Hodges and Lehmann, Annals of Mathematical Statistics 34(2), 1963.
    """
    return float(np.median(np.subtract.outer(after, before)))


def shift_interval(before: Array, after: Array, confidence: float) -> tuple[float, float]:
    """Return how far ``after`` lies above ``before``, at least and at most; infinite where they are too few.

    The ends are order statistics of all differences: Moses, in Hollander and Wolfe, Nonparametric
    Statistical Methods (2nd ed.), section 4.3.
    """
    differences = np.sort(np.subtract.outer(after, before), axis=None)
    depth = depth_of(before.size, after.size, (1 - confidence) / 2)
    if depth == 0:
        return -math.inf, math.inf
    return float(differences[depth - 1]), float(differences[-depth])


def near_shift(before: Array, after: Array, window: float) -> float:
    """Return the same where the machine has two speeds: how far like lies above like.

    The differences of figures at the same speed agree, those across speeds lie about that far to either side
    and are fewer. So it is the median of the differences within half a ``window`` of where they are densest.
    """
    differences = np.sort(np.subtract.outer(after, before), axis=None)
    reach = window / 2
    stops = np.searchsorted(differences, differences + reach, side="right")
    start = int(np.argmax(stops - np.arange(differences.size)))
    return float(np.median(differences[start : stops[start]]))


def near_shift_interval(
    before: Array, after: Array, change: float, window: float, confidence: float
) -> tuple[float, float]:
    """Return the interval about ``change``, the :func:`near_shift`; an end that cannot be told is infinite.

    A shift is in the interval if the sides, brought together by it, show no difference: the sum of one side's
    biweight scores (:func:`concbench.stats.scores.scores`) is within its standard errors in random order.
    """
    tail = (1 - confidence) / 2
    if depth_of(before.size, after.size, tail) == 0:
        return -math.inf, math.inf
    most = -float(scipy.special.stdtrit(before.size + after.size - 2, tail))
    sides = _Sides(before, after, window)
    return (
        change - _reach(lambda by: sides.apart(change - by) >= most, window),
        change + _reach(lambda by: sides.apart(change + by) <= -most, window),
    )


class _Sides:
    """Two groups of figures, one of which is shifted against the other again and again."""

    def __init__(self, before: Array, after: Array, window: float) -> None:
        self._across = np.subtract.outer(after, before)
        self._within = [biweight_sums(np.subtract.outer(side, side), window) for side in (before, after)]
        self._window = window
        m, n = after.size, before.size + after.size
        self._portion = m * (n - m) / (n * (n - 1))

    def apart(self, by: float) -> float:
        """Return how far the later figures, less ``by``, lie above the others.

        It is the sum of their biweight scores, in its standard errors in random order.
        """
        across = biweight(self._across - by, self._window)
        before, after = self._within[0] - across.sum(axis=0), self._within[1] + across.sum(axis=1)
        variance = self._portion * float(before @ before + after @ after)
        return float(after.sum()) / math.sqrt(variance) if variance > 0 else 0.0


def _reach(excluded: Callable[[float], bool], window: float) -> float:
    """Return how far from the estimate a shift is first excluded: infinite if none is within half a window.

    Farther away the figures of the sides hardly count against each other, and the test says nothing.
    """
    low, high = 0.0, window / 64
    while not excluded(high):
        low, high = high, 2 * high
        if high > window / 2:
            return math.inf
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if excluded(middle) else (middle, high)
    return high


@cache
def depth_of(m: int, n: int, tail: float) -> int:
    """Return the largest k with P(U ≤ k - 1) ≤ ``tail`` for the Mann-Whitney count of m and n figures."""
    if min(m, n) * m * n > EXACT:
        spread = math.sqrt(m * n * (m + n + 1) / 12)
        return max(0, int(m * n / 2 + 0.5 + spread * float(scipy.special.ndtri(tail))))
    limit, total, depth = tail * math.comb(m + n, m), 0, 0
    for count in counts_of(min(m, n), max(m, n)):
        total += count
        if total > limit:
            break
        depth += 1
    return depth


def counts_of(m: int, n: int) -> list[int]:
    """Return how many of the orders of m and n figures have each count U: a Gaussian binomial coefficient."""
    counts = [1] + [0] * (m * n)
    for i in range(1, m + 1):
        for u in range(m * n, n + i - 1, -1):
            counts[u] -= counts[u - n - i]
        for u in range(i, m * n + 1):
            counts[u] += counts[u - i]
    return counts
