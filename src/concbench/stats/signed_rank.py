"""Wilcoxon's signed ranks: is the centre of symmetric values above or below a point, and where does it lie?

Exact, whatever the distribution, as long as it is symmetric about its centre. The values of pairs whose two
sides take turns at being first are that where the sides are the same.
"""

from functools import cache, lru_cache

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from concbench.stats.interval import Array, Interval, NotDetermined, check_confidence, finite

EXACT = 400
"""Up to this many values the distribution of the rank sum is counted out, beyond that it is normal."""


def signed_rank(values: ArrayLike, shift: float = 0.0) -> tuple[float, float]:
    """Return the one-sided p-values of "the centre is above ``shift``" and of "it is below".

    ``values``, shape (n,), one for each pair, in the unit of ``shift``. Wilcoxon, Biometrics Bulletin 1(6),
    1945, in Tukey's form: the rank sum is how many of the n(n + 1) / 2 means of two values (of one with
    itself too) lie beyond ``shift``. Means that equal it count for neither side: values with ties
    could be told apart by noise however small, and that would only add to the count, so the p-values hold
    for ties and zeros too. They are those that :func:`hodges_lehmann` inverts. Both are 1 without any value.

    Raises NotDetermined for a value that is not finite.
    """
    distances = np.sort(finite(values) - shift)
    if distances.size == 0:
        return 1.0, 1.0
    tail = tail_of(distances.size)
    return float(tail[_means_above_zero(distances)]), float(tail[_means_above_zero(-distances[::-1])])


def _means_above_zero(ordered: Array) -> int:
    """Return how many of the means of two of these values, which are in order, exceed 0."""
    n = ordered.size
    both_ways = n * n - int(np.searchsorted(ordered, -ordered, side="right").sum())
    with_itself = n - int(np.searchsorted(ordered, 0.0, side="right"))
    return (both_ways + with_itself) // 2


def hodges_lehmann(values: ArrayLike, confidence: float) -> Interval:
    """Return the centre of ``values``, shape (n,), one for each pair, with its interval, in their unit.

    The middle is the median of the means of all pairs of values; the interval holds every centre that
    :func:`signed_rank` does not reject at (1 - ``confidence``) / 2 on either side: Hodges and Lehmann, Annals
    of Mathematical Statistics 34(2), 1963. Its ends are infinite where so few values reject nothing.

    Raises ValueError for a confidence outside (0, 1), NotDetermined without any value, or for one that is not
    finite.
    """
    check_confidence(confidence)
    sample = finite(values)
    n = sample.size
    if n == 0:
        raise NotDetermined("there is no pair, so there is no centre: measure this cell again")
    one, other = _couples(n)
    depth = depth_of(n, (1 - confidence) / 2)
    means = (sample[one] + sample[other]) / 2
    last = means.size - 1
    means.partition(sorted({max(0, depth - 1), last // 2, (last + 1) // 2, last - max(0, depth - 1)}))
    low, high = (means[depth - 1], means[last + 1 - depth]) if depth else (-np.inf, np.inf)
    middle = (means[last // 2] + means[(last + 1) // 2]) / 2
    return Interval(float(low), float(middle), float(high), confidence, n)


@lru_cache(maxsize=16)
def _couples(n: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    return np.triu_indices(n)


@cache
def depth_of(n: int, level: float) -> int:
    """Return the largest k for which a centre below the k-th smallest mean is rejected; 0 for none.

    Such a centre has n(n + 1) / 2 - k + 1 means above it at least.
    """
    return int(np.count_nonzero(tail_of(n) <= level))


@cache
def tail_of(n: int) -> Array:
    """Return P(V ≥ v) for v = 0, 1, …, where V is the sum of those ranks 1 to n whose coin falls head."""
    largest = n * (n + 1) // 2
    if n > EXACT:
        spread = np.sqrt(n * (n + 1) * (2 * n + 1) / 24)
        normal: Array = scipy.special.ndtr((largest / 2 + 0.5 - np.arange(largest + 1)) / spread)
        return normal
    chances = np.zeros(largest + 1)
    chances[0] = 1.0
    for rank in range(1, n + 1):
        chances[rank:] += chances[:-rank].copy()
        chances /= 2
    return np.minimum(np.cumsum(chances[::-1])[::-1], 1.0)
