"""Step changes in a history: where a series of figures, one for each commit, went up or down for good.

Neither the shape of the noise nor a few wild figures matter. What matters is that the figures are
exchangeable between two steps: a machine that drifts has no steps, and may be given some.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from concbench.stats.change import COARSE, FINE, ChangePoint, change_of
from concbench.stats.interval import Array, check_confidence, finite
from concbench.stats.scores import ScoreScales
from concbench.stats.shift import near_shift, near_shift_interval, shift, shift_interval


@dataclass(frozen=True, slots=True)
class StepChange:
    """A step change before the figure at the place ``at``, counted from 0.

    With the confidence asked for it lies at one of the places ``first`` to ``last``. The figures after it are
    higher than those before by ``low`` to ``high``, ``change`` being the estimate; an end is infinite where
    figures are too few or too noisy to tell. ``p_value`` is that of the figures between the neighbouring
    steps. ``clear``: the interval at the place ``at`` alone excludes no change.
    """

    at: int
    first: int
    last: int
    change: float
    low: float
    high: float
    p_value: float
    clear: bool


def likeliest_change(values: ArrayLike, scales: ScoreScales | None = None, most: int = FINE) -> ChangePoint:
    """Return where ``values``, in the order of time, have a step if any, and the p-value of having none.

    It is counted among up to ``most`` random orders, so it is no smaller than 1 / (``most`` + 1); where more
    than ``FINE`` are asked for, what is much rarer than that has a bound instead (stats/tail.py).

    The statistic is the largest standardised sum of scores over all places to divide the series, for ranks
    (Pettitt, Applied Statistics 28(2), 1979) and for each of the ``scales``: stats/scores.py.

    Raises ValueError for another number of dimensions, NotDetermined for a figure that is not finite.
    """
    return change_of(_series(values), scales, most)


def steps(
    values: ArrayLike,
    level: float = 0.01,
    confidence: float = 0.95,
    scales: ScoreScales | None = None,
    most: int = FINE,
    known: ChangePoint | None = None,
) -> list[StepChange]:
    """Return the step changes of ``values``, in the order of time.

    A series whose :func:`likeliest_change` (the ``known`` one, if it is told) has a p-value of ``level`` or
    less among ``most`` orders is divided where the statistic is largest, and the parts likewise (binary
    segmentation: Vostrikova, Soviet Mathematics Doklady 24, 1981). A step may lie wherever neither side of it
    has a change any more: the test, inverted. Its size is that of Hodges and Lehmann with the interval of the
    rank sum, or with ``scales`` that of figures at the same speed of the machine (stats/shift.py), each end
    from the narrowest window that tells it. The ends of the interval are the outermost of three places: the
    likeliest, the first and the last.

    Raises ValueError for another number of dimensions, a level or a confidence outside (0, 1), NotDetermined
    for a figure that is not finite.
    """
    check_confidence(confidence)
    check_confidence(level)
    series = _series(values)
    places = list(_divide(series, 0, series.size, level, scales, most, known))
    edges = [0, *(place for place, _ in places), series.size]
    return [
        _step(series[edges[number] : edges[number + 2]], edges[number], place, p_value, confidence, scales)
        for number, (place, p_value) in enumerate(places)
    ]


def _series(values: ArrayLike) -> Array:
    series = np.asarray(values, dtype=np.float64)
    if series.ndim != 1:
        raise ValueError(f"expected one figure for each commit, not an array of shape {series.shape}")
    return finite(series) if series.size else series


def _divide(
    series: Array,
    start: int,
    stop: int,
    level: float,
    scales: ScoreScales | None,
    most: int,
    known: ChangePoint | None = None,
) -> Iterator[tuple[int, float]]:
    """Yield the places of the steps between ``start`` and ``stop``, each with its p-value."""
    change = known or change_of(series[start:stop], scales, most)
    if change.p_value > level:
        return
    at = start + change.at
    yield from _divide(series, start, at, level, scales, most)
    yield at, change.p_value
    yield from _divide(series, at, stop, level, scales, most)


def _step(
    part: Array, start: int, at: int, p_value: float, confidence: float, scales: ScoreScales | None
) -> StepChange:
    """Return the step before ``at`` in the ``part`` that begins at ``start`` and ends at the next step."""
    place = at - start
    first = _farthest(part, range(place - 1, 0, -1), place, 1 - confidence, scales)
    last = _farthest(part, range(place + 1, part.size), place, 1 - confidence, scales)
    sizes = [_size(part, one, confidence, scales) for one in (place, *{first, last} - {place})]
    low, high = min(size[0] for size in sizes), max(size[2] for size in sizes)
    clear = not sizes[0][0] <= 0 <= sizes[0][2]
    return StepChange(at, start + first, start + last, sizes[0][1], low, high, p_value, clear)


def _farthest(part: Array, places: range, found: int, error: float, scales: ScoreScales | None) -> int:
    """Return the last of ``places``, which lead away from the one ``found``, that the step may lie at."""
    farthest = found
    for place in places:
        if not _may_lie(part, place, error, scales):
            break
        farthest = place
    return farthest


def _may_lie(part: Array, place: int, error: float, scales: ScoreScales | None) -> bool:
    """Say whether neither side of a place has a change; each side may err half as often as both together."""
    return all(change_of(side, scales, COARSE).p_value > error / 2 for side in (part[:place], part[place:]))


def _size(
    part: Array, place: int, confidence: float, scales: ScoreScales | None
) -> tuple[float, float, float]:
    """Return the size of a step at a place: the low end, the estimate, and the high end."""
    before, after = part[:place], part[place:]
    if scales is None:
        low, high = shift_interval(before, after, confidence)
        return low, shift(before, after), high
    change = near_shift(before, after, min(scales.near))
    low, high = -math.inf, math.inf
    for window in sorted(scales.near):
        if not (math.isinf(low) or math.isinf(high)):
            break
        ends = near_shift_interval(before, after, change, window, confidence)
        low, high = (new if math.isinf(old) else old for old, new in zip((low, high), ends, strict=True))
    return low, change, high
