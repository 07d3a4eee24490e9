"""Wilcoxon's signed ranks: is the centre of symmetric values above or below a point, and where does it lie?

Exact, whatever the distribution, as long as it is symmetric about its centre. Pairs whose two sides take
turns at being first are that where the sides are the same.
"""

from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from concbench.stats.interval import Interval, NotDetermined, check_confidence, finite


def signed_rank(values: ArrayLike, shift: float = 0.0) -> tuple[float, float]:
    """Return the one-sided p-values of "the centre is above ``shift``" and of "it is below".

    ``values``, shape (n,), one for each pair, in the unit of ``shift``. Wilcoxon, Biometrics Bulletin 1(6),
    1945; the null distribution is enumerated exactly, given the ranks: values that equal ``shift`` say
    nothing and are left out, and equal distances share their mean rank. Both are 1 where nothing is left.

    Raises NotDetermined for a value that is not finite.
    """
    distances = finite(values) - shift
    distances = distances[distances != 0]
    if distances.size == 0:
        return 1.0, 1.0
    ranks = _doubled_ranks(np.abs(distances))
    tail = _upper_tail(tuple(np.sort(ranks).tolist())) if _tied(ranks) else _untied_tail(distances.size)
    above = int(ranks[distances > 0].sum())
    total = int(ranks.sum())
    return float(tail[above]), float(tail[total - above])


def _doubled_ranks(sizes: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return twice the mean ranks: whole numbers."""
    ordered = np.sort(sizes)
    first = np.searchsorted(ordered, sizes, side="left")
    last = np.searchsorted(ordered, sizes, side="right")
    return first + last + 1


def _tied(ranks: NDArray[np.int64]) -> bool:
    return bool(np.unique(ranks).size < ranks.size)


@cache
def _untied_tail(n: int) -> NDArray[np.float64]:
    return _upper_tail(tuple(range(2, 2 * n + 1, 2)))


def _upper_tail(doubled_ranks: tuple[int, ...]) -> NDArray[np.float64]:
    """Return P(W ≥ w) for w = 0, 1, …, where W is the sum of those ranks for which a fair coin falls head."""
    chances = np.zeros(sum(doubled_ranks) + 1)
    chances[0] = 1.0
    for rank in doubled_ranks:
        shifted = chances[: chances.size - rank].copy()
        chances[rank:] += shifted
        chances /= 2
    return np.cumsum(chances[::-1])[::-1]


def hodges_lehmann(values: ArrayLike, confidence: float) -> Interval:
    """Return the centre of ``values``, shape (n,), one for each pair, with its interval, in their unit.

    The middle is the median of the means of all pairs of values; the interval holds every centre that
    ``signed_rank`` does not reject, at (1 - confidence) / 2 on either side: Hodges and Lehmann, Annals of
    Mathematical Statistics 34(2), 1963. Its ends are infinite where so few values reject nothing.

    Raises ValueError for a confidence outside (0, 1), NotDetermined without any value, or for one that is not
    finite.
    """
    check_confidence(confidence)
    sample = finite(values)
    n = sample.size
    if n == 0:
        raise NotDetermined("there is no pair: nothing was measured")
    means = np.sort(((sample[:, None] + sample[None, :]) / 2)[np.triu_indices(n)])
    depth = _depth(n, (1 - confidence) / 2)
    low, high = (means[depth - 1], means[means.size - depth]) if depth else (-np.inf, np.inf)
    return Interval(float(low), float(np.median(means)), float(high), confidence, n)


@cache
def _depth(n: int, level: float) -> int:
    """Return the largest k for which k of the n(n+1)/2 means on either side are rejected; 0 for none.

    A centre below the k-th smallest mean has a rank sum of n(n+1)/2 - k + 1 at least above it.
    """
    tail = _untied_tail(n)[::2]  # P(V ≥ v) for whole rank sums v
    return int(np.count_nonzero(tail <= level))
