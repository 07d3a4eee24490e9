"""Student's t over processes: the interval of a mean, and how many standard errors it reaches."""

from functools import cache

import numpy as np
import scipy
from numpy.typing import NDArray

from concbench.stats.interval import Interval, check_confidence, enough_processes


@cache
def critical(processes: int, confidence: float) -> float:
    """Return how many standard errors an interval reaches to either side, with ``processes`` - 1 freedoms.

    Raises ValueError for a confidence outside (0, 1).
    """
    check_confidence(confidence)
    return -float(scipy.special.stdtrit(processes - 1, (1 - confidence) / 2))


def rounding(scale: float) -> float:
    """Return the rounding error of a number that was made of numbers up to ``scale``, in their unit."""
    return float(4 * np.finfo(np.float64).eps * scale)


def student(values: NDArray[np.float64], scale: float, confidence: float) -> tuple[Interval, float]:
    """Return the t interval of the mean of ``values``, one for each process, and the p-value against 0.

    Gosset ("Student"), Biometrika 6(1), 1908. ``scale`` is the largest number that went into a value: a
    mean or a spread within the rounding error of such a number is taken for the zero that it stands for.
    Without any spread the interval is a point, and the p-value is 1 at a mean of 0, else 0.

    Raises ValueError for a confidence outside (0, 1), NotDetermined for fewer than six processes.
    """
    n = enough_processes(values).size
    reach = critical(n, confidence)
    mean, spread = float(values.mean()), float(values.std(ddof=1))
    mean = 0.0 if abs(mean) <= rounding(scale) else mean
    if spread <= rounding(scale):
        return Interval(mean, mean, mean, confidence, n), float(mean == 0)
    error = spread / n**0.5
    p_value = 2 * float(scipy.special.stdtr(n - 1, -abs(mean) / error))
    return Interval(mean - reach * error, mean, mean + reach * error, confidence, n), p_value
