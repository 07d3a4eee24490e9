"""Is there a change in a series? A test that any noise may have, also that of a machine with two speeds.

Each figure gets a score: a sum over all figures of how far it lies above them, in some sense. A step makes
the scores before a place small and those after it large. What a score is decides what is found, not whether
the test is valid: scores do not depend on the order of the figures, so without a change every order of them
was as likely as the one that was seen, and the p-value is counted among random orders.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

FEWEST = 3
"""Figures on either side of a place that a step may be found at: two may be wild, and change nothing."""

PORTION = 2_000
"""Random orders that are looked at together."""

FINE = 10 * PORTION
"""Random orders that a p-value is counted among unless more are asked for: it is 1 / 20 001 at least."""

COARSE = PORTION // 4
"""The same, where only a level of some percent is asked for."""

WORTH = 0.05
"""The p-value among the first orders above which no further ones are looked at."""

ENOUGH = 10
"""The orders with as large a statistic after which no more than ``FINE`` are looked at: Besag and Clifford,
Biometrika 78(2), 1991."""

USUAL = 0.99
"""The share of random orders whose statistic is smaller than what the statistics of a row are divided by."""

DUST = 1e-9
"""Scores that are no larger throughout are left over by rounding."""

SAME = 1 - 1e-9
"""Statistics that differ by less, relative to their size, differ by rounding."""


@dataclass(frozen=True, slots=True)
class Scales:
    """What besides ranks makes scores, in the unit of the figures: see :func:`scores`."""

    near: tuple[float, ...]
    far: tuple[float, ...]


TIMES = Scales(near=(0.2, 0.4, 0.8, 1.6, 6.4), far=(0.3, 0.45, 0.6, 0.8))
"""For logarithms of times on a machine with two speeds that lie log 1.7 = 0.53 apart. The narrow windows see
steps of 5 to 30 % between figures of the same speed; the wide ones, larger steps where the speed hardly ever
differs; the distances, steps of × 1.3 to 2.3 where it often does."""


def scores(series: Array, scales: Scales | None = None) -> Array:
    """Return the scores of figures, shape (rows, figures), a row for ranks and one for each of the scales.

    - Ranks: how many figures a figure exceeds, less how many exceed it.
    - ``near`` w: the sum of Tukey's biweight of its differences, d (1 - (d / w)²)² for |d| < w, else nothing
      (Beaton and Tukey, Technometrics 16(2), 1974). Figures count in proportion where they are near each
      other; those that the machine's other speed carried beyond the window do not count against each other.
    - ``far`` d: how many figures lie about d below it, less how many lie about d above it.
    """
    differences = np.subtract.outer(series, series)
    rows = [np.sign(differences)]
    if scales is not None:
        rows += [biweight(differences, window) for window in scales.near]
        rows += [_about(differences, distance) - _about(differences, -distance) for distance in scales.far]
    return np.stack([row.sum(axis=1) for row in rows])


def biweight(differences: Array, window: float) -> Array:
    """Return Tukey's biweight of each difference, zero from ``window`` on; its unit is that of both."""
    inside = np.clip(1 - (differences / window) ** 2, 0.0, None)
    weighed: Array = differences * inside**2
    return weighed


def _about(differences: Array, distance: float) -> Array:
    """Return how much each difference is like ``distance``, 1 to 0: nothing where it is half as far off."""
    return np.clip(1 - ((differences - distance) / (distance / 2)) ** 2, 0.0, None) ** 2


def sums_of(rows: Array) -> Array:
    """Return the sums of scores before each place to divide, in standard errors, shape (…, places).

    ``rows`` has the shape (…, figures), and sums to zero over the figures; the places are those with
    ``FEWEST`` figures on either side, of which there has to be one. The standard errors are those of the sum
    over so many of the figures in random order; so no row may be zero throughout.
    """
    found: Array = np.abs(np.cumsum(rows, axis=-1)[..., FEWEST - 1 : rows.shape[-1] - FEWEST])
    found /= _errors(rows)
    return found


def _errors(rows: Array) -> Array:
    """Return the standard errors of the sums before each place."""
    n = rows.shape[-1]
    before = np.arange(FEWEST, n - FEWEST + 1)
    errors: Array = np.sqrt(np.sum(rows**2, axis=-1, keepdims=True) / (n - 1) * before * (n - before) / n)
    return errors


@dataclass(frozen=True, slots=True)
class Change:
    """The likeliest change of a series: before the figure ``at``, counted from 0; 0 where there is none."""

    at: int
    p_value: float


def change_of(series: Array, scales: Scales | None = None, most: int = FINE) -> Change:
    """Return where the largest statistic of all rows and places is, and how likely it is without a change.

    The statistics of a row are divided by what they seldom exceed, so that all rows have an equal say. The
    p-value is counted among ``most`` random orders, the same for every call, and among fewer where these
    already say that it is no small one. All rows are put into the same order, so looking at several costs
    what it must, and no more.
    """
    rows = scores(series, scales)
    rows = rows[np.abs(rows).max(axis=1, initial=0.0) > DUST]
    if series.size < 2 * FEWEST or not rows.size:
        return Change(0, 1.0)
    ordered = rows[:, np.argsort(series, kind="stable")]
    null = _largest(ordered, 0, most)
    usual = np.quantile(null, USUAL, axis=1, keepdims=True)
    statistics = (sums_of(rows) / usual).max(axis=0)
    largest = statistics.max() * SAME
    as_large = int(np.count_nonzero((null / usual).max(axis=0) >= largest))
    seen = null.shape[1]
    while seen < most and as_large <= (WORTH * seen if seen < FINE else ENOUGH):
        as_large += int(np.count_nonzero((_largest(ordered, seen, most) / usual).max(axis=0) >= largest))
        seen += PORTION
    return Change(FEWEST + int(np.argmax(statistics)), (1 + as_large) / (1 + seen))


def _largest(rows: Array, seen: int, most: int) -> Array:
    """Return the largest statistic of each row in each of the orders that follow those ``seen``."""
    n = rows.shape[-1]
    orders = _orders(n, seen)[:most]
    found = np.empty((len(rows), len(orders)))
    for number, (row, errors) in enumerate(zip(rows, _errors(rows), strict=True)):
        sums = np.cumsum(row[orders], axis=1)[:, FEWEST - 1 : n - FEWEST]
        np.abs(sums, out=sums)
        np.divide(sums, errors, out=sums)
        sums.max(axis=1, out=found[number])
    return found


@lru_cache(maxsize=24)
def _orders(n: int, seen: int) -> NDArray[np.uint16]:
    """Return a portion of random orders of ``n`` figures, shape (orders, n)."""
    ordered = np.tile(np.arange(n, dtype=np.uint16), (PORTION, 1))
    return np.random.default_rng((n, seen)).permuted(ordered, axis=1)
