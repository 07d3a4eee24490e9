"""What sums of scores are like in random order: the part of the test for a change that takes the time.

All rows of scores are put into the same orders, so looking at several costs what it must, and no more. The
sums run along the figures, a few thousand orders side by side, in single precision: what that rounds away is
far less than what orders differ by.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from concbench.stats.interval import Array

FEWEST = 3
"""Figures on either side of a place that a step may be found at: two may be wild, and change nothing."""

PORTION = 2_000
"""Random orders that are looked at together."""


def sums_of(rows: Array) -> Array:
    """Return the sums of scores before each place to divide, in standard errors, shape (…, places).

    ``rows`` has the shape (…, figures), and sums to zero over the figures; the places are those with
    ``FEWEST`` figures on either side, of which there has to be one. The standard errors are those of the sum
    over so many of the figures in random order; so no row may be zero throughout.
    """
    n = rows.shape[-1]
    found: Array = np.abs(np.cumsum(in_deviations(rows), axis=-1)[..., FEWEST - 1 : n - FEWEST])
    found *= _weights(n)
    return found


def in_deviations(rows: Array) -> Array:
    """Return rows of scores in standard deviations of each."""
    spread = np.sqrt(np.sum(rows**2, axis=-1, keepdims=True) / (rows.shape[-1] - 1))
    return np.asarray(rows / spread, dtype=np.float64)


def _weights(n: int) -> Array:
    """Return one over the standard errors of the sums before each place, of scores in deviations."""
    before = np.arange(FEWEST, n - FEWEST + 1)
    return np.asarray(np.sqrt(n / (before * (n - before))), dtype=np.float64)


def largest(rows: Array, portion: int = 0, orders: int = PORTION) -> Array:
    """Return the largest of each row's sums in each of ``orders`` random orders, shape (rows, orders).

    The orders are the same in every call; further portions are other ones, all as random, and hardly less
    independent: the figures are shuffled once more, and then put into the orders of the first.
    """
    n = rows.shape[-1]
    table = in_deviations(rows).T.astype(np.float32)
    if portion:
        table = table[np.random.default_rng((n, portion)).permutation(n)]
    table, weights = np.ascontiguousarray(table), _weights(n).astype(np.float32)
    sums, found, step = (np.zeros((orders, len(rows)), np.float32) for _ in range(3))
    for place, figures in enumerate(_orders(n, orders)[: n - FEWEST], start=1 - FEWEST):
        table.take(figures, axis=0, out=step, mode="clip")
        sums += step
        if place >= 0:
            np.abs(sums, out=step)
            step *= weights[place]
            np.maximum(found, step, out=found)
    return found.T.astype(np.float64)


def _orders(n: int, orders: int) -> NDArray[np.uint16]:
    """Return random orders of ``n`` figures, shape (n, orders): kept, the few of more lengths."""
    return _kept(n, orders) if orders < PORTION else _kept_portions(n, orders)


def _random_orders(n: int, orders: int) -> NDArray[np.uint16]:
    ordered = np.repeat(np.arange(n, dtype=np.uint16)[:, None], orders, axis=1)
    return np.random.default_rng((n, orders)).permuted(ordered, axis=0)


_kept = lru_cache(maxsize=400)(_random_orders)
_kept_portions = lru_cache(maxsize=24)(_random_orders)
