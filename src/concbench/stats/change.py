"""Is there a change in a series? A test that any noise may have, also that of a machine with two speeds.

Each figure gets scores (stats/scores.py), and the statistic is the largest of their sums before any place to
divide the series. What a score is decides what is found, not whether the test is valid: scores do not depend
on the order of the figures, so without a change every order of them was as likely as the one that was seen,
and the p-value is counted among random orders (stats/orders.py).
"""

from dataclasses import dataclass

import numpy as np

from concbench.stats.interval import Array
from concbench.stats.orders import FEWEST, PORTION, largest, sums_of
from concbench.stats.scores import DUST, ScoreScales, scores
from concbench.stats.tail import tail_bound

FEW = 250
"""Random orders that show of most series without a change that they have none."""

FINE = 10 * PORTION
"""Random orders that a p-value is counted among unless more are asked for: it is 1 / 20 001 at least."""

COARSE = 2 * FEW
"""The same, where only a level of some percent is asked for."""

HOPELESS = 0.1
"""The p-value among the first few orders above which no further ones are looked at."""

ENOUGH = 20
"""The orders with as large a statistic after which no further ones are looked at: Besag and Clifford,
Biometrika 78(2), 1991."""

USUAL = 0.99
"""The share of random orders whose statistic is smaller than what the statistics of a row are divided by."""

KNOWN = 3 * PORTION
"""Random orders that tell what is seldom exceeded."""

SAME = 1 - 1e-5
"""Statistics that differ by less, relative to their size, differ by rounding."""

BEYOND = 10
"""How many times less likely a change has to be than what orders can show, so that they need not be asked."""


@dataclass(frozen=True, slots=True)
class ChangePoint:
    """The likeliest change of a series: before the figure ``at``, counted from 0; 0 where there is none.

    ``settled``: further orders would hardly make the ``p_value`` smaller.
    """

    at: int
    p_value: float
    settled: bool = True


def change_of(series: Array, scales: ScoreScales | None = None, most: int = FINE) -> ChangePoint:
    """Return where the largest statistic of all rows and places is, and how likely it is without a change.

    The statistics of a row are divided by what they seldom exceed, so that all rows have an equal say. The
    p-value is counted among ``most`` random orders, the same for every call, and among fewer where these
    already say that it is no small one. Where more than ``FINE`` are asked for and the change is so clear
    that even those would hardly have one like it, the p-value is a bound on it (stats/tail.py) instead.
    """
    if series.size < 2 * FEWEST:
        return ChangePoint(0, 1.0)
    rows = scores(series, scales)
    rows = rows[np.abs(rows).max(axis=1) > DUST]
    if not rows.size:
        return ChangePoint(0, 1.0)
    return _judged(sums_of(rows), rows[:, np.argsort(series, kind="stable")], most)


def _judged(sums: Array, ordered: Array, most: int) -> ChangePoint:
    """Return the change that ``sums`` have, whose rows of scores stand ``ordered`` by their figures."""
    null = largest(ordered, orders=FEW)
    at, limits = _likeliest(sums, null)
    as_large = _reaching(null, limits)
    if as_large > HOPELESS * FEW:
        return ChangePoint(at, (1 + as_large) / (1 + FEW))
    null = largest(ordered, orders=min(PORTION, most))
    while True:
        at, limits = _likeliest(sums, null)
        as_large, seen = _reaching(null, limits), null.shape[1]
        if as_large >= ENOUGH or seen >= min(KNOWN, most):
            break
        null = np.column_stack([null, largest(ordered, seen // PORTION)])
    if most > FINE and not as_large and (bound := tail_bound(ordered, limits)) * BEYOND * most <= 1:
        return ChangePoint(at, bound)
    while seen < most and as_large < ENOUGH:
        as_large += _reaching(largest(ordered, seen // PORTION), limits)
        seen += PORTION
    return ChangePoint(at, (1 + as_large) / (1 + seen), settled=as_large >= ENOUGH)


def _likeliest(sums: Array, null: Array) -> tuple[int, Array]:
    """Return the place with the largest of ``sums``, and what those of each row need to be as large."""
    usual = np.quantile(np.column_stack([null, sums.max(axis=1)]), USUAL, axis=1)
    statistics = (sums / usual[:, None]).max(axis=0)
    return FEWEST + int(np.argmax(statistics)), statistics.max() * SAME * usual


def _reaching(null: Array, limits: Array) -> int:
    """Return how many orders have a row whose largest sum reaches its limit."""
    return int(np.count_nonzero((null >= limits[:, None]).any(axis=0)))
