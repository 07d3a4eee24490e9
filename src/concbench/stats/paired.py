"""Paired comparisons: two contenders, measured interleaved, one pair of processes for each generation.

A generation is one fresh process for each contender, alive at the same time and taking turns. Both sides
of a pair meet the same bursts of a noisy machine, so their ratio or difference is far steadier than
either of them. Where there are several rounds in a generation, the rounds are paired first and their
median is the generation's one value: a burst that covers a round slows both of its samples, and the few
rounds that a burst cuts in two become outliers that the median ignores.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from concbench.stats.interval import Interval, NotDetermined, finite
from concbench.stats.processes import reduce_by_process
from concbench.stats.student import student


@dataclass(frozen=True, slots=True)
class PairedEstimate:
    """A paired comparison: the interval, and the two-sided p-value against "no difference".

    No difference is a ratio of 1 or a difference of 0.
    """

    interval: Interval
    p_value: float


def ratio_interval(
    a: ArrayLike, b: ArrayLike, confidence: float = 0.95, *, generations: ArrayLike | None = None
) -> PairedEstimate:
    """Return the ratio of a to b: Student's t interval of the paired log-ratios, and its p-value.

    ``a[i]`` and ``b[i]``, shape (n,), are a pair in the same unit: one for each generation, or, if
    ``generations`` (shape (n,)) labels them, one for each round, which are reduced to a median log-ratio
    for each generation. The middle is the geometric mean over generations: log-ratios make a/b and b/a
    each other's reciprocal (Fleming and Wallace, CACM 29(3), 1986). Without any spread the interval is a
    point, and the p-value is 1 at a ratio of 1, else 0.

    Raises ValueError for shapes that differ or a confidence outside (0, 1), NotDetermined for fewer than six
    generations, or a value that is not finite or not positive.
    """
    above, below = _pairs(a, b)
    lowest = min(above.min(initial=np.inf), below.min(initial=np.inf))
    if lowest <= 0:
        raise NotDetermined(
            f"{lowest:g} has no logarithm, so there is no ratio: compare signed values "
            "(lateness, time above a floor) by their difference, and reduce slopes by process first"
        )
    top, bottom = np.log(above), np.log(below)
    scale = max(1.0, np.abs(top).max(initial=0), np.abs(bottom).max(initial=0))
    logs, p_value = student(_by_generation(top - bottom, generations), scale, confidence)
    low, middle, high = np.exp((logs.low, logs.middle, logs.high)).tolist()
    return PairedEstimate(Interval(low, middle, high, confidence, logs.n), p_value)


def difference_interval(
    a: ArrayLike, b: ArrayLike, confidence: float = 0.95, *, generations: ArrayLike | None = None
) -> PairedEstimate:
    """Return the difference a - b in the unit of both: Student's t interval of the paired differences.

    For signed quantities: lateness, time above the floor. Shapes, ``generations`` and the case without
    spread are those of :func:`ratio_interval`; the middle is the arithmetic mean over generations.

    Raises ValueError for shapes that differ or a confidence outside (0, 1), NotDetermined for fewer than six
    generations or a value that is not finite.
    """
    left, right = _pairs(a, b)
    scale = max(np.abs(left).max(initial=0), np.abs(right).max(initial=0))
    interval, p_value = student(_by_generation(left - right, generations), scale, confidence)
    return PairedEstimate(interval, p_value)


def _pairs(a: ArrayLike, b: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    left, right = finite(a), finite(b)
    if left.shape != right.shape:
        raise ValueError(f"{left.size} values cannot be paired with {right.size}: pass complete pairs only")
    return left, right


def _by_generation(values: NDArray[np.float64], generations: ArrayLike | None) -> NDArray[np.float64]:
    return values if generations is None else reduce_by_process(values, generations)[1]
