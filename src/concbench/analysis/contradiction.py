"""Columns that seem to contradict the ratio beside them, and why both are right.

A column shows the median over all processes or pairs of one side; the ratio is the typical one of what was
measured side by side, or for stored runs of times in units of a fixed loop. Where the machine changed its
pace, or samples are skewed, the medians of two columns need not lie as far apart, or even on the same side.
"""

from collections.abc import Iterable
from math import log
from typing import NamedTuple

MATTERS = 0.05
"""From which difference of logarithms on a reader would notice."""


SIDE_BY_SIDE = (
    "Columns are medians of each side alone, ratios are of what ran side by side. Where they differ ({here})"
    " the machine may have changed its pace: believe the ratio."
)
IN_PACES = (
    "Columns are medians of the times of each run, ratios are of times in units of a fixed loop that was"
    " timed beside each of them. Where they differ ({here}) that loop took longer in one of the runs, or"
    " times are skewed."
)
"""Why columns and ratios differ, for what ran interleaved and for two stored runs."""


class Shown(NamedTuple):
    """What stands in a row: two figures and their ratio with its interval, ``a`` against ``b``."""

    a: float
    b: float
    low: float
    middle: float
    high: float


def contradicts(row: Shown) -> bool:
    """Say whether the two figures of a row seem to say something else than its ratio."""
    if not (row.a > 0 and row.b > 0 and row.middle > 0):
        return False
    of_columns = row.a / row.b
    if row.low <= of_columns <= row.high:
        return False
    return (of_columns - 1) * (row.middle - 1) < 0 or abs(log(of_columns / row.middle)) > MATTERS


def explained(rows: Iterable[Shown], why: str = SIDE_BY_SIDE) -> str | None:
    """Return what to say below a table in which figures seem to contradict their ratio, or None.

    ``why`` is one of the two sentences above.
    """
    odd = [row for row in rows if contradicts(row)]
    if not odd:
        return None
    worst = max(odd, key=lambda row: abs(log(row.a / row.b / row.middle)))
    return why.format(here=f"here ×{worst.a / worst.b:.3g} beside ×{worst.middle:.3g}")
