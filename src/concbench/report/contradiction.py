"""Columns that seem to contradict the ratio beside them, and why both are right.

A column shows the median over all processes or pairs of one side; the ratio is the typical one of what was
measured side by side. Where the machine changed its pace meanwhile, the medians of two columns need not lie
as far apart, or even on the same side.
"""

from collections.abc import Iterable
from math import log
from typing import NamedTuple

MATTERS = 0.05
"""From which difference of logarithms on a reader would notice."""


class Shown(NamedTuple):
    """What stands in a row: two figures and their paired ratio with its interval, ``a`` against ``b``."""

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


def explained(rows: Iterable[Shown]) -> str | None:
    """Return what to say below a table in which figures seem to contradict their ratio, or None."""
    odd = [row for row in rows if contradicts(row)]
    if not odd:
        return None
    worst = max(odd, key=lambda row: abs(log(row.a / row.b / row.middle)))
    columns, ratio = worst.a / worst.b, worst.middle
    return (
        "Columns are medians of each side alone, ratios are of what ran side by side. Where they differ "
        f"(here ×{columns:.3g} beside ×{ratio:.3g}) the machine changed its pace: believe the ratio."
    )
