"""The interval of a median that assumes nothing about the distribution."""

import math
from functools import cache
from itertools import accumulate

import numpy as np
from numpy.typing import ArrayLike

from concbench.stats.interval import Interval, NotDetermined, check_confidence, enough_processes, finite


def median_interval(values: ArrayLike, confidence: float = 0.95) -> Interval:
    """Return the median of ``values``, one for each process, between two order statistics (same unit).

    The k-th smallest and the k-th largest of n values enclose the median with the probability
    1 - 2 P(Binomial(n, 1/2) <= k - 1), whatever the distribution: Conover, Practical Nonparametric
    Statistics (3rd ed.), section 3.2; Hollander and Wolfe, Nonparametric Statistical Methods (2nd ed.),
    section 3.6. The largest k that reaches ``confidence`` is taken, and what it achieves is reported: the
    extremes of six values achieve 96.9 %. Ties only raise it.

    Raises ValueError for a confidence outside (0, 1), NotDetermined for fewer than six processes, a value
    that is not finite, or a confidence that so few processes cannot reach.
    """
    check_confidence(confidence)
    ordered = np.sort(enough_processes(finite(values)))
    n = ordered.size
    achieved = [reached for reached in _enclosing(n) if reached >= confidence]
    depth = len(achieved)
    if depth == 0:
        needed = math.ceil(1 - math.log2(1 - confidence))
        raise NotDetermined(
            f"{n} processes enclose the median with {100 * _enclosing(n)[0]:.1f} % confidence at most, "
            f"not {100 * confidence:g} %: measure at least {needed}"
        )
    return Interval(
        low=float(ordered[depth - 1]),
        middle=float(np.median(ordered)),
        high=float(ordered[n - depth]),
        confidence=achieved[-1],
        n=n,
    )


@cache
def _enclosing(n: int) -> list[float]:
    """Return how likely the k-th smallest and the k-th largest of ``n`` values enclose the median, k from 1.

    Counted in whole numbers: the orders in which k - 1 values or fewer lie on one side of it, of all 2ⁿ.
    """
    outside = accumulate(math.comb(n, fewer) for fewer in range(n // 2))
    return [(2**n - 2 * orders) / 2**n for orders in outside]
