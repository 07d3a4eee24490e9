"""Scores of figures: how far each lies above all others, in several senses at once.

A step makes the scores before a place small and those after it large. They do not depend on the order of the
figures, which is what stats/change.py builds its test on.
"""

from dataclasses import dataclass

import numpy as np

from concbench.stats.interval import Array

DUST = 1e-9
"""Scores that are no larger throughout are left over by rounding."""


@dataclass(frozen=True, slots=True)
class ScoreScales:
    """What besides ranks makes scores, in the unit of the figures: see :func:`scores`."""

    near: tuple[float, ...]
    far: tuple[float, ...]


TIMES = ScoreScales(near=(0.2, 0.4, 0.8, 1.6, 6.4), far=(0.3, 0.45, 0.6, 0.8))
"""For logarithms of times on a machine with two speeds that lie log 1.7 = 0.53 apart. The narrow windows see
steps of 5 to 30 % between figures of the same speed; the wide ones, larger steps where the speed hardly ever
differs; the distances, steps of × 1.3 to 2.3 where it often does."""


def scores(series: Array, scales: ScoreScales | None = None) -> Array:
    """Return the scores of figures, shape (rows, figures), a row for ranks and one for each of the scales.

    - Ranks: how many figures a figure exceeds, less how many exceed it.
    - ``near`` w: the sum of Tukey's biweight of its differences, d (1 - (d / w)²)² for |d| < w, else nothing
      (Beaton and Tukey, Technometrics 16(2), 1974). Figures count in proportion where they are near each
      other; those that the machine's other speed carried beyond the window do not count against each other.
    - ``far`` d: how many figures lie about d below it, less how many lie about d above it.
    """
    ordered = np.sort(series)
    below = np.searchsorted(ordered, series, side="left")
    ranks = below + np.searchsorted(ordered, series, side="right") - series.size
    rows = [ranks.astype(np.float64)]
    if scales is not None:
        differences = np.subtract.outer(series, series)
        rows += [biweight_sums(differences, window) for window in scales.near]
        rows += [_far(differences, distance) for distance in scales.far]
    return np.stack(rows)


def biweight(differences: Array, window: float) -> Array:
    """Return Tukey's biweight of each difference, zero from ``window`` on; its unit is that of both."""
    weights = np.multiply(differences, differences)
    weights *= -1 / window**2
    weights = _squared(weights)
    weights *= differences
    return weights


def biweight_sums(differences: Array, window: float) -> Array:
    """Return the sums of Tukey's biweight over the rows of differences."""
    return np.asarray(biweight(differences, window).sum(axis=1), dtype=np.float64)


def _squared(weights: Array) -> Array:
    """Return (1 + w)² for each of ``weights``, nothing where that is below zero; takes their place."""
    weights += 1
    np.maximum(weights, 0, out=weights)
    weights *= weights
    return weights


def _far(differences: Array, distance: float) -> Array:
    """Return how many differences are like ``distance``, less how many are like its opposite.

    One counts by how much it is like that, 1 to 0: nothing where it is half as far off.
    """
    like = differences - distance
    like *= like
    like *= -4 / distance**2
    like = _squared(like)
    return np.asarray(like.sum(axis=1) - like.sum(axis=0), dtype=np.float64)
