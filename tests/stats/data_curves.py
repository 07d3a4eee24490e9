"""Curves for the tests of laws: exact ones, and ones with a seeded noise that multiplies."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

DECADES = np.array([1.0, 10.0, 100.0, 1000.0])
HALVES = np.array([1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0])


def exact(costs: ArrayLike, processes: int = 6) -> Array:
    """Return the same costs for each process, shape (processes, points)."""
    return np.tile(np.asarray(costs, dtype=np.float64), (processes, 1))


def noisy(costs: ArrayLike, processes: int = 6, spread: float = 0.03, seed: int = 1) -> Array:
    """Return costs with a noise whose logarithm has the standard deviation ``spread``."""
    table = exact(costs, processes)
    return table * np.exp(spread * np.random.default_rng(seed).standard_normal(table.shape))


def broken(x: Array, at: float, before: float, after: float) -> Array:
    """Return two power laws that meet at ``at``, where the cost is 1."""
    return np.where(x < at, (x / at) ** before, (x / at) ** after)
