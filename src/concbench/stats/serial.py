"""Do neighbouring figures resemble each other? What is judged as independent should not."""

from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from concbench.stats.interval import NotDetermined, finite

FEWEST = 10
"""Figures below which the normal distribution of the statistic is too coarse."""


@dataclass(frozen=True, slots=True)
class Serial:
    """How much figures resemble the next ones: ``correlation`` from -1 to 1, and its two-sided p-value."""

    correlation: float
    p_value: float


def serial_correlation(values: ArrayLike) -> Serial:
    """Return the correlation of the ranks of figures with those of the next ones, shape (figures,).

    Bartels' rank version of von Neumann's ratio, as 1 - RVN / 2 (Journal of the American Statistical
    Association 77(377), 1982): 0 for independent figures of any distribution, with a standard error of about
    1 / √n. A drift shows as well as bursts that outlast a figure.

    Raises ValueError for another number of dimensions, NotDetermined for fewer than ``FEWEST`` figures, for
    figures that are all equal, or one that is not finite.
    """
    series = np.asarray(values, dtype=np.float64)
    if series.ndim != 1:
        raise ValueError(f"expected figures in the order of time, not an array of shape {series.shape}")
    if series.size < FEWEST:
        raise NotDetermined(f"{series.size} figures are too few to tell: {FEWEST} are needed")
    ranks = ranks_of(finite(series))
    squares = float(np.sum((ranks - ranks.mean()) ** 2))
    if not squares:
        raise NotDetermined("all figures are equal")
    correlation = 1 - float(np.sum(np.diff(ranks) ** 2)) / (2 * squares)
    return Serial(correlation, erfc(abs(correlation) * sqrt(series.size) / sqrt(2)))


def ranks_of(series: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the ranks of figures from 1; equal ones share the mean of theirs."""
    _, places, counts = np.unique(series, return_inverse=True, return_counts=True)
    shared: NDArray[np.float64] = np.cumsum(counts) - (counts - 1) / 2
    return shared[places]
