"""A curve: what each process paid at each size, checked before a law is fitted to it.

In a generation one process of a contender serves every size once. So the rows of a curve are independent,
the values of a row are not: every fit here is a contrast, a weighted sum over a row, which gives one
number for each process; Student's t then sees processes, whatever the noise of a single point looks like.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from concbench.stats.interval import Array, NotDetermined, enough_processes
from concbench.stats.student import critical

MINIMUM_POINTS = 3
"""Two points lie on any law of two parameters: a third is the first that can contradict it."""

WIDEST = 0.25
"""An exponent that is known less well than to this, to either side, tells no law from its neighbour:
n log n grows like n^1.14 between 100 and 10 000."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Costs at sizes: ``x`` ascending, shape (points,); ``costs``, shape (processes, points)."""

    x: Array
    costs: Array

    @property
    def log_x(self) -> Array:
        """The natural logarithms of the sizes."""
        return np.log(self.x)

    def logs(self) -> Array:
        """Return the natural logarithms of the costs; raises NotDetermined for one that is not positive."""
        process, point = np.unravel_index(np.argmin(self.costs), self.costs.shape)
        lowest = self.costs[process, point]
        if lowest <= 0:
            raise NotDetermined(
                f"process {process} paid {lowest:g} at {self.x[point]:g}, which has no logarithm: "
                "take the whole cost, floor included, or leave that size out"
            )
        return np.log(self.costs)


def curve(x: ArrayLike, costs: ArrayLike, points: int = MINIMUM_POINTS) -> Curve:
    """Return the checked curve of ``costs``, shape (processes, points), at ``x``, shape (points,).

    Rows are not dropped here: leave a process that lost a point out of all points, on both sides of a pair.

    Raises ValueError for shapes that do not belong together, or sizes that are not positive and distinct,
    NotDetermined for fewer than six processes, fewer than ``points`` sizes, or a cost that is not finite.
    """
    sizes, table = np.asarray(x, dtype=np.float64), np.asarray(costs, dtype=np.float64)
    if sizes.ndim != 1 or table.ndim != 2 or table.shape[1] != sizes.size:
        raise ValueError(f"sizes of shape {sizes.shape} need costs (processes, sizes), not {table.shape}")
    if not np.all(np.isfinite(sizes) & (sizes > 0)) or np.unique(sizes).size < sizes.size:
        raise ValueError("the sizes of a curve are positive numbers, each of them once")
    if sizes.size < points:
        raise NotDetermined(f"{sizes.size} sizes are too few: measure at least {points}, far apart")
    enough_processes(table[:, 0])
    strange = np.argwhere(~np.isfinite(table))
    if strange.size:
        process, point = strange[0]
        raise NotDetermined(
            f"process {process} has no cost at {sizes[point]:g}: leave it out of the whole curve, "
            "or measure again"
        )
    order = np.argsort(sizes)
    return Curve(sizes[order], table[:, order])


def largest(logs: Array) -> float:
    """Return the largest number that logarithms were made of, for the rounding error of their sums."""
    return max(1.0, float(np.abs(logs).max()))


def slope_weights(log_x: Array) -> Array:
    """Return the weights, shape (points,), whose sum over a row of logs is its least-squares slope."""
    centred = log_x - log_x.mean()
    weights: Array = centred / (centred @ centred)
    return weights


def check_noise(log_x: Array, logs: Array) -> None:
    """Raise NotDetermined where the noise of the points leaves an exponent less certain than ``WIDEST``.

    The noise is what remains of the rows, shape (processes, points), without their mean curve and without
    their own lines, and says how wide an exponent's 95 % interval is to be expected. An interval must
    not be refused for its own width: those that are left would be the ones that are narrow by luck, and
    cover less than they promise. What remains beside the lines is independent of their slopes.
    """
    processes, points = logs.shape
    lines = np.stack([np.ones(points), log_x], axis=1)
    own = logs - logs.mean(axis=0)
    left = own - own @ lines @ np.linalg.pinv(lines)
    noise = math.sqrt(float(np.sum(left**2)) / ((processes - 1) * (points - 2)))
    weights = slope_weights(log_x)
    expected = critical(processes, 0.95) * noise * math.sqrt(weights @ weights / processes)
    if expected > WIDEST:
        needed = math.ceil(processes * (expected / WIDEST) ** 2)
        raise NotDetermined(
            f"too much noise: the points scatter by {100 * math.expm1(noise):.0f} % about the curves of "
            f"their processes, which leaves an exponent uncertain by ± {expected:.2f}: measure some {needed} "
            "processes, or sizes further apart"
        )
