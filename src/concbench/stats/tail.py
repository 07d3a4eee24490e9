"""How unlikely a very clear change is: a bound on its p-value, where counting orders would take too long.

Three inequalities, each of which holds whatever the scores are, so the bound is never too small:

- The sum before a place is that of figures drawn without replacement: of figures that are each in with the
  same chance, given how many are. With multipliers a and b, the chance that such a sum reaches t is at most
  E exp(a (S - t) + b (N - k)) / P(N = k), for any a of 0 or more: Chernoff's bound, conditioned on N.
- The sum before a place, divided by the number of figures after it, is a martingale, so one bound holds for
  neighbouring places together (Doob's maximal inequality; Serfling, Annals of Statistics 2(1), 1974).
- The chances of all rows, groups of places and signs are added up (Bonferroni).
"""

import math
from itertools import pairwise

import numpy as np
import scipy
from numpy.typing import NDArray

from concbench.stats.interval import Array
from concbench.stats.orders import FEWEST, in_deviations

GROUP = 1.08
"""By how much the odds of the share before a place differ within a group of places, at most."""

STEPS = 8
"""Newton steps towards the best multipliers: any multipliers give a bound."""

LONGEST = 3.0
"""The farthest that a Newton step carries the score of any figure."""


def tail_bound(rows: Array, limits: Array) -> float:
    """Return at least the chance that, in random order, the sums of any row reach its limit.

    ``rows`` have the shape (rows, figures) and sum to zero; ``limits`` are in standard errors, as
    :func:`concbench.stats.orders.sums_of` has them.
    """
    n = rows.shape[-1]
    scores = in_deviations(rows)
    groups = [(first, last - 1) for first, last in pairwise(edges_of(n))]
    first, last = np.array(groups).T
    needed = limits[:, None] * (n - last) * np.sqrt(first / (n * (n - first)))
    both = (np.concatenate([scores, -scores]), np.concatenate([needed, needed]))
    bounds = [_bounds(row, last, sums) for row, sums in zip(*both, strict=True)]
    both_halves = 2 * float(np.sum(np.exp(np.minimum(bounds, 0))))
    return min(1.0, both_halves)


def edges_of(n: int) -> list[int]:
    """Return the first place of each group of places up to the middle, and what follows the last."""
    edges = [FEWEST]
    while edges[-1] <= n // 2:
        odds = GROUP * edges[-1] / (n - edges[-1])
        edges.append(max(edges[-1], min(math.floor(n * odds / (1 + odds)), n // 2)) + 1)
    return edges


def _bounds(row: Array, before: NDArray[np.int64], sums: Array) -> Array:
    """Return the logarithms of bounds on the chances that so many figures have such sums."""
    n = row.size
    share = before / n
    a, b = np.zeros(before.size), np.zeros(before.size)
    by_a, by_b = a, b
    found = np.full(before.size, np.inf)
    for _ in range(STEPS):
        new_a, new_b = np.maximum(a + by_a, 0), b + by_b
        tilted = np.multiply.outer(new_a, row) + (new_b + scipy.special.logit(share))[:, None]
        exponent = np.logaddexp(0, tilted).sum(axis=1) + n * np.log1p(-share) - new_a * sums - new_b * before
        nearer = exponent <= found
        a, b, found = (np.where(nearer, *both) for both in ((new_a, a), (new_b, b), (exponent, found)))
        newton = _newton(row, scipy.special.expit(tilted), sums, before)
        by_a, by_b = (np.where(nearer, new, old / 2) for new, old in zip(newton, (by_a, by_b), strict=True))
    return np.asarray(found - log_chance(before, n, share), dtype=np.float64)


def log_chance(before: NDArray[np.int64], n: int, share: Array) -> Array:
    """Return the logarithm of the chance that, of ``n`` figures, so many are in."""
    ways = scipy.special.gammaln(n + 1) - (
        scipy.special.gammaln(before + 1) + scipy.special.gammaln(n - before + 1)
    )
    chance: Array = ways + scipy.special.xlogy(before, share) + scipy.special.xlog1py(n - before, -share)
    return chance


def _newton(row: Array, share: Array, sums: Array, before: NDArray[np.int64]) -> tuple[Array, Array]:
    """Return a step towards the multipliers with which figures are in so that so many have such sums.

    ``share`` is the chance that each is in now, shape (places, figures).
    """
    spread = share * (1 - share)
    to_a, to_b = sums - share @ row, before - share.sum(axis=1)
    aa, ab, bb = spread @ row**2, spread @ row, spread.sum(axis=1)
    det = np.maximum(aa * bb - ab**2, np.finfo(float).tiny)
    by_a, by_b = (bb * to_a - ab * to_b) / det, (aa * to_b - ab * to_a) / det
    far = np.abs(by_a) * np.abs(row).max() + np.abs(by_b)
    scale = LONGEST / np.maximum(far, LONGEST)
    return scale * by_a, scale * by_b
