"""Two sides that were not measured together: how their means differ, and how far that lies from a margin.

Nothing pairs their processes, so whatever changed on the machine between the two is in the difference. What
can be divided by the machine's pace at that moment should be, before it comes here.
"""

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike

from concbench.stats.interval import Interval, check_confidence, enough_processes, finite
from concbench.stats.student import rounding


@dataclass(frozen=True, slots=True)
class Shift:
    """Head − base, with its interval, and the one-sided p-values against a margin.

    ``p_more`` is small where head surely exceeds base by more than the margin, ``p_less`` where it lies
    below it by more than that. ``interval.n`` is the number of processes of the smaller side.
    """

    interval: Interval
    p_more: float
    p_less: float


def mean_shift(base: ArrayLike, head: ArrayLike, margin: float, confidence: float = 0.99) -> Shift:
    """Return how much the mean of ``head`` exceeds that of ``base``, in their unit and the margin's.

    ``base`` (shape (n,)) and ``head`` (shape (m,)) have one value for each process. Welch's t, with the
    freedoms of Satterthwaite: Welch, Biometrika 34(1–2), 1947. For ratios pass logarithms. Without any spread
    the interval is a point and the p-values are 0 or 1.

    Raises ValueError for a confidence outside (0, 1) or a negative margin, NotDetermined for fewer than six
    processes on a side or a value that is not finite.
    """
    check_confidence(confidence)
    if margin < 0:
        raise ValueError(f"a margin is a distance of 0 or more, not {margin:g}")
    left, right = enough_processes(finite(base)), enough_processes(finite(head))
    middle = float(right.mean() - left.mean())
    variances = [float(side.var(ddof=1)) / side.size for side in (left, right)]
    error = sum(variances) ** 0.5
    n = min(left.size, right.size)
    if error <= rounding(max(float(np.abs(left).max()), float(np.abs(right).max()))):
        point = Interval(middle, middle, middle, confidence, n)
        return Shift(point, float(middle <= margin), float(middle >= -margin))
    shares = [variance / error**2 for variance in variances]
    freedoms = 1 / sum(share**2 / (side.size - 1) for share, side in zip(shares, (left, right), strict=True))
    reach = -float(scipy.special.stdtrit(freedoms, (1 - confidence) / 2)) * error
    return Shift(
        Interval(middle - reach, middle, middle + reach, confidence, n),
        float(scipy.special.stdtr(freedoms, -(middle - margin) / error)),
        float(scipy.special.stdtr(freedoms, (middle + margin) / error)),
    )
