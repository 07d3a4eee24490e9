"""Knees: the size at which a cost begins to grow faster, or slower."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from concbench.stats.curve import curve, largest, slope_weights
from concbench.stats.fieller import Stretch, joined, zeros
from concbench.stats.interval import Array, Interval, NotDetermined
from concbench.stats.line import fit_line
from concbench.stats.student import critical, rounding, student

KNEE_POINTS = 5
"""Two points for each of two lines, and one that can contradict them."""

REAL = 0.01
"""The p-value up to which a bend is taken for real, over all sizes at which it was looked for."""

MATERIAL = 0.2
"""A change of the exponent below this is no knee: a decade later the cost differs by a factor of 1.6."""

BRIDGED = 0.1
"""Stretches where a knee may be are one if they lie closer than this, in steps between sizes."""


@dataclass(frozen=True, slots=True)
class Knee:
    """The cost grows with the exponent ``before`` below x = ``at``, and with ``after`` above it."""

    at: Interval
    before: Interval
    after: Interval


@dataclass(frozen=True, slots=True)
class _Split:
    """Two lines through the logs, the left one through the first ``points``, one pair for each process."""

    points: int
    starts: tuple[Array, Array]
    slopes: tuple[Array, Array]
    squares: float

    def gaps(self, log_x: float) -> Array:
        """Return how far the right line lies above the left one, shape (processes,)."""
        left, right = (start + slope * log_x for start, slope in zip(self.starts, self.slopes, strict=True))
        gaps: Array = right - left
        return gaps


def knee(x: ArrayLike, costs: ArrayLike, confidence: float = 0.95) -> Knee | None:
    """Return the knee of ``costs``, shape (processes, points), at ``x``, shape (points,), or None.

    A knee is where two power laws meet, with at least two sizes on each side. Neither a single power law
    nor a line may explain the curve (a fixed part bends it too, gently, and that is no knee): the bend that
    each leaves is a contrast for each process, judged by Student's t at every inner size (Bonferroni). It
    is None where one of these laws leaves no bend of 0.2 or more, with confidence.

    ``at`` is Fieller's interval: the places around the estimate where a t test finds no gap between the
    lines on either side, through whichever sizes these are; the estimate is Hudson's (J. Am. Stat. Assoc.
    61, 1966). ``before`` and ``after`` reach as far as the exponents of all the divisions that ``at``
    allows. A change that is just large enough to be found looks larger than it is.

    Raises ValueError for misuse (see :func:`~concbench.stats.curve.curve`) or a confidence outside (0, 1),
    NotDetermined for fewer than six processes or five sizes, a cost that is not finite or not positive,
    or where a knee can neither be shown nor ruled out, or the cost steps instead of bending.
    """
    data = curve(x, costs, points=KNEE_POINTS)
    log_x, logs = data.log_x, data.logs()
    reach = critical(len(logs), confidence)
    bends = [_bends(log_x, logs, *law) for law in _laws(data.x, log_x, logs.mean(axis=0))]
    if any(all(max(-bend.low, bend.high) < MATERIAL for bend, _ in law) for law in bends):
        return None
    if not all(min(p_value for _, p_value in law) * len(law) <= REAL for law in bends):
        raise NotDetermined(
            f"a change of the exponent by {MATERIAL:g} can neither be shown nor ruled out: "
            "measure more processes, or more sizes around the bend"
        )
    return _located(log_x, logs, reach, confidence)


def _laws(x: Array, log_x: Array, mean: Array) -> list[tuple[Array, Array]]:
    """Return the power law and the line of the mean curve: their logs, and how their numbers move these."""
    power = np.stack([np.ones_like(log_x), log_x], axis=1)
    fit = fit_line(x, mean)
    total = fit.fixed + fit.per_unit * x
    free = [slope for part, slope in ((fit.fixed, 1 / total), (fit.per_unit, x / total)) if part > 0]
    return [(power @ np.linalg.pinv(power) @ mean, power), (np.log(total), np.stack(free, axis=1))]


def _bends(log_x: Array, logs: Array, law: Array, moves: Array) -> list[tuple[Interval, float]]:
    """Return the change of exponent that a law leaves at each inner size, and its p-value against none.

    The inner sizes have two others on either side. A change at a size would add a hinge to the curve; its
    weights are what the law cannot imitate of that hinge, by moving any of its numbers.
    """
    hinges = np.maximum(log_x[:, None] - log_x[None, 2:-2], 0)
    own = hinges - moves @ np.linalg.pinv(moves) @ hinges
    weights = own / np.sum(own * hinges, axis=0)
    scale = largest(logs) * np.maximum(1.0, np.abs(weights).sum(axis=0))
    changes = (logs - law) @ weights
    return [student(column, unit, 0.95) for column, unit in zip(changes.T, scale, strict=True)]


def _located(log_x: Array, logs: Array, reach: float, confidence: float) -> Knee:
    splits = [_split(log_x, logs, points) for points in range(2, log_x.size - 1)]
    scale = largest(logs) * log_x.size
    _check_meeting(log_x, splits, rounding(scale))
    middle = _middle(log_x, logs.mean(axis=0), splits)
    low, high = min(
        _possible(log_x, splits, reach, rounding(scale)) or [(middle, middle)],
        key=lambda stretch: max(stretch[0] - middle, middle - stretch[1], 0),
    )
    low, high = min(low, middle), max(high, middle)
    chosen = min(_division(log_x, splits, middle, middle), key=lambda split: split.squares)
    allowed = _division(log_x, splits, low, high)
    before, after = (_exponent(chosen, allowed, side, scale, confidence) for side in (0, 1))
    if abs(after.middle - before.middle) < MATERIAL:
        raise NotDetermined(
            f"the curve bends, but not at one place and by {MATERIAL:g}: measure more sizes around the bend"
        )
    low, middle, high = (float(end) for end in np.exp([low, middle, high]))
    return Knee(Interval(low, middle, high, confidence, len(logs)), before, after)


def _split(log_x: Array, logs: Array, points: int) -> _Split:
    slopes, starts, squares = [], [], 0.0
    for side in (slice(0, points), slice(points, None)):
        slope = logs[:, side] @ slope_weights(log_x[side])
        start = logs[:, side].mean(axis=1) - slope * log_x[side].mean()
        left = logs[:, side].mean(axis=0) - start.mean() - slope.mean() * log_x[side]
        squares += float(left @ left)
        slopes.append(slope)
        starts.append(start)
    return _Split(points, (starts[0], starts[1]), (slopes[0], slopes[1]), squares)


def _check_meeting(log_x: Array, splits: list[_Split], error: float) -> None:
    """Raise NotDetermined where the two lines that are closest to the mean curve leave a step."""
    best = min(splits, key=lambda split: split.squares)
    reach = critical(len(best.slopes[0]), 1 - REAL)
    if not _possible(log_x, [best], reach, error):
        left, right = np.exp(log_x[best.points - 1 : best.points + 1])
        raise NotDetermined(
            f"the cost steps between {left:g} and {right:g}, which is no knee: measure sizes between them"
        )


def _possible(log_x: Array, splits: list[_Split], reach: float, error: float) -> list[Stretch]:
    """Return the stretches of log x where the two lines around may meet.

    A stretch that reaches across a size is judged by other lines there, and so may be interrupted. Without
    ``BRIDGED``, knees at or near a size would be enclosed a little less often than promised.
    """
    found = []
    for split in splits:
        start, end = float(log_x[split.points - 1]), float(log_x[split.points])
        for low, high in zeros(split.gaps(start), split.gaps(end), reach, error):
            found.append((start + low * (end - start), end if high == 1 else start + high * (end - start)))
    return joined(found, apart=BRIDGED * float(np.median(np.diff(log_x))))


def _middle(log_x: Array, mean: Array, splits: list[_Split]) -> float:
    """Return the log x at which two lines that meet are closest to the mean curve.

    They meet between two sizes where the lines of that split do so, or else at a size (Hudson).
    """
    places = []
    for split in splits:
        start, end = float(log_x[split.points - 1]), float(log_x[split.points])
        first, last = float(split.gaps(start).mean()), float(split.gaps(end).mean())
        if first * last < 0:
            places.append((split.squares, start + (end - start) * first / (first - last)))
    for at in log_x[1:-1]:
        hinged = np.stack([np.ones_like(log_x), log_x, np.maximum(log_x - at, 0)], axis=1)
        left = mean - hinged @ np.linalg.pinv(hinged) @ mean
        places.append((float(left @ left), float(at)))
    return min(places)[1]


def _division(log_x: Array, splits: list[_Split], low: float, high: float) -> list[_Split]:
    """Return the splits whose gap between the sides touches [low, high]."""
    return [split for split in splits if log_x[split.points - 1] <= high and low <= log_x[split.points]]


def _exponent(chosen: _Split, allowed: list[_Split], side: int, scale: float, confidence: float) -> Interval:
    """Return the exponent on one side: that of the chosen split, as uncertain as all that are allowed."""
    own, *others = (student(split.slopes[side], scale, confidence)[0] for split in (chosen, *allowed))
    low, high = min(one.low for one in others), max(one.high for one in others)
    return Interval(min(low, own.low), own.middle, max(high, own.high), confidence, own.n)
