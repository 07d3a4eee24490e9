"""Step changes in a history: where a series of figures, one for each commit, went up or down for good.

Everything is made of ranks, so neither the shape of the noise nor a few wild figures matter. What matters
is that the figures are exchangeable between two steps: a machine that drifts has no steps, and may be
given some.
"""

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special, stats

from concbench.stats.interval import check_confidence, finite

Array = NDArray[np.float64]

FINE = 20_000
"""Random orders that a p-value is counted among: it is 1 / 20 001 at least."""

COARSE = 2_000
"""The same, where only a level of some percent is asked for."""

EXACT = 200_000
"""Up to this many steps the distribution of a rank sum is counted out, beyond that it is normal."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step change before the figure at the place ``at``, counted from 0.

    With the confidence asked for it lies at one of the places ``first`` to ``last``. The figures after it are
    higher than those before by ``low`` to ``high``, ``change`` being the estimate; an end is infinite where
    too few figures stand on one side to tell. ``p_value`` is that of the figures between the neighbouring
    steps.
    """

    at: int
    first: int
    last: int
    change: float
    low: float
    high: float
    p_value: float


def change_p_value(values: ArrayLike) -> float:
    """Return the p-value of the hypothesis that ``values``, in the order of time, have no step.

    The statistic is the largest standardised rank sum over all places to divide the series: Pettitt, Applied
    Statistics 28(2), 1979, with the standard errors of Wilcoxon's rank sums. Its distribution is counted
    among random orders of as many figures, the same ones for every call.

    Raises ValueError for another number of dimensions, NotDetermined for a figure that is not finite.
    """
    return _p_value(_series(values), FINE)


def steps(values: ArrayLike, level: float = 0.01, confidence: float = 0.95) -> list[Step]:
    """Return the step changes of ``values``, in the order of time.

    A series whose :func:`change_p_value` is ``level`` or less is divided where the statistic is largest, and
    the parts likewise (binary segmentation: Vostrikova, Soviet Mathematics Doklady 24, 1981). A step may lie
    wherever neither side of it has a change any more: the test, inverted; ranks tell least near an end, so a
    dozen figures on either side leave a few places open even without noise. Its size is that of Hodges and
    Lehmann (Annals of Mathematical Statistics 34(2), 1963), with the interval of the rank sum, whose ends are
    the outermost over all places where the step may lie.

    Raises ValueError for another number of dimensions, a level or a confidence outside (0, 1), NotDetermined
    for a figure that is not finite.
    """
    check_confidence(confidence)
    check_confidence(level)
    series = _series(values)
    places = _divide(series, 0, series.size, level)
    edges = [0, *(place for place, _ in places), series.size]
    return [
        _step(series, edges[number], place, edges[number + 2], p_value, confidence)
        for number, (place, p_value) in enumerate(places)
    ]


def _series(values: ArrayLike) -> Array:
    series = np.asarray(values, dtype=np.float64)
    if series.ndim != 1:
        raise ValueError(f"expected one figure for each commit, not an array of shape {series.shape}")
    return finite(series) if series.size else series


def _divide(series: Array, start: int, stop: int, level: float) -> list[tuple[int, float]]:
    """Return the places of the steps between ``start`` and ``stop``, each with its p-value."""
    part = series[start:stop]
    p_value = _p_value(part, FINE)
    if p_value > level:
        return []
    at = start + _likeliest(part)
    return [*_divide(series, start, at, level), (at, p_value), *_divide(series, at, stop, level)]


def _standardised(ranks: Array) -> Array:
    """Return the standardised rank sums before each place to divide; ``ranks`` has the shape (…, figures)."""
    n = ranks.shape[-1]
    before = np.arange(1, n)
    spread = np.sqrt(before * (n - before) * (n + 1) / 12)
    sums: Array = np.abs(np.cumsum(ranks[..., :-1], axis=-1) - before * (n + 1) / 2) / spread
    return sums


def _likeliest(part: Array) -> int:
    """Return the place of the largest statistic. (Least absolute deviations find it less often in bursts.)"""
    return 1 + int(np.argmax(_standardised(stats.rankdata(part))))


def _p_value(part: Array, orders: int) -> float:
    if part.size < 2 or np.all(part == part[0]):
        return 1.0
    largest = _standardised(stats.rankdata(part)).max()
    as_large = np.count_nonzero(_null(part.size, orders) >= largest * (1 - 1e-12))
    return float((1 + as_large) / (1 + orders))


@cache
def _null(n: int, orders: int) -> Array:
    """Return the statistic of so many random orders of ``n`` figures that have no step."""
    rng = np.random.default_rng(n)
    largest = np.empty(orders)
    portion = max(1, 1_000_000 // n)
    for start in range(0, orders, portion):
        count = min(portion, orders - start)
        ranks = rng.permuted(np.tile(np.arange(1.0, n + 1), (count, 1)), axis=1)
        largest[start : start + count] = _standardised(ranks).max(axis=1)
    return largest


def _step(series: Array, start: int, at: int, stop: int, p_value: float, confidence: float) -> Step:
    """Return the step at a place between the steps, or ends, at ``start`` and ``stop``."""
    part, error = series[start:stop], 1 - confidence
    open_ = {place for place in range(start + 1, stop) if _may_lie(part, place - start, error)}
    places = sorted({at, *open_})
    intervals = [shift_interval(series[start:place], series[place:stop], confidence) for place in places]
    low, high = min(one[0] for one in intervals), max(one[1] for one in intervals)
    change = float(np.median(np.subtract.outer(series[at:stop], series[start:at])))
    return Step(at, places[0], places[-1], change, low, high, p_value)


def _may_lie(part: Array, place: int, error: float) -> bool:
    """Say whether neither side of a place has a change; each side may err half as often as both together."""
    return min(_p_value(part[:place], COARSE), _p_value(part[place:], COARSE)) > error / 2


def shift_interval(before: Array, after: Array, confidence: float) -> tuple[float, float]:
    """Return how far ``after`` lies above ``before``, at least and at most; infinite where they are too few.

    The ends are order statistics of all differences: Moses, in Hollander and Wolfe, Nonparametric
    Statistical Methods (2nd ed.), section 4.3.
    """
    differences = np.sort(np.subtract.outer(after, before), axis=None)
    depth = _depth(before.size, after.size, (1 - confidence) / 2)
    if depth == 0:
        return -math.inf, math.inf
    return float(differences[depth - 1]), float(differences[-depth])


@cache
def _depth(m: int, n: int, tail: float) -> int:
    """Return the largest k with P(U ≤ k - 1) ≤ ``tail`` for the Mann-Whitney count of m and n figures."""
    if min(m, n) * m * n > EXACT:
        spread = math.sqrt(m * n * (m + n + 1) / 12)
        return max(0, int(m * n / 2 + 0.5 + spread * float(special.ndtri(tail))))
    limit, total, depth = tail * math.comb(m + n, m), 0, 0
    for count in _counts(min(m, n), max(m, n)):
        total += count
        if total > limit:
            break
        depth += 1
    return depth


def _counts(m: int, n: int) -> list[int]:
    """Return how many of the orders of m and n figures have each count U: a Gaussian binomial coefficient."""
    counts = [1] + [0] * (m * n)
    for i in range(1, m + 1):
        for u in range(m * n, n + i - 1, -1):
            counts[u] -= counts[u - n - i]
        for u in range(i, m * n + 1):
            counts[u] += counts[u - i]
    return counts
