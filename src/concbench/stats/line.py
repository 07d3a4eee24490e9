"""A cost with a fixed and a per-unit part: both with an interval that holds where one of them is small.

The noise multiplies, so the line is fitted to logarithms: log cost = log(fixed + per_unit · x) + noise. A
fit for each process and a t interval of the parts fails where a part is small beside its noise: no fit
finds less than none, so their mean is too large (``studies/coverage.py`` shows it). The intervals invert
a test instead: a value is in the interval unless the processes contradict it. The test is Neyman's C(α)
(in Grenander (ed.), Probability and Statistics, 1959): the other part is fitted beside the value under
test, and the residuals are summed with weights that, in first order, make no difference of how well;
Student's t over processes judges the sums.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from concbench.stats.curve import check_noise, curve, largest
from concbench.stats.interval import Array, Interval, NotDetermined
from concbench.stats.student import critical, rounding

Part: TypeAlias = Literal["fixed", "per_unit"]

STEPS = 12
"""Gauss–Newton steps for the other part; where it tends to 0 its logarithm never settles, and need not."""

SETTLED = 1e-12
"""Steps of the logarithm below which all candidates have come to rest."""

GRID = 64
"""Candidates at a time; three grids within each other find an end to 1e-4 of its value."""


@dataclass(frozen=True, slots=True)
class FittedLine:
    """cost = ``fixed`` + ``per_unit`` · x, both in the unit of the costs, on the machine as noisy as it was.

    ``fixed.low`` is 0 where the fixed part cannot be told from none, and ``per_unit.low`` where the growth
    cannot. ``scatter``: the root mean square of what the line leaves of the mean curve, in natural
    logarithms (0.05 is about 5 %).
    """

    fixed: Interval
    per_unit: Interval
    scatter: float


@dataclass(frozen=True, slots=True)
class Fit:
    """The two parts, not negative, that are closest to a curve of logarithms."""

    fixed: float
    per_unit: float

    def logs(self, x: Array) -> Array:
        """Return the natural logarithm of the line at ``x``."""
        return np.log(self.fixed + self.per_unit * x)


def line(x: ArrayLike, costs: ArrayLike, confidence: float = 0.95) -> FittedLine:
    """Return the line of ``costs``, shape (processes, points), any unit, at ``x``, shape (points,).

    Raises ValueError for misuse (see :func:`~concbench.stats.curve.curve`) or a confidence outside (0, 1),
    NotDetermined for fewer than six processes or three sizes, a cost that is not finite or not positive,
    too much noise (:func:`~concbench.stats.curve.check_noise`), costs that grow faster than x or
    that fall, and where neither part can be told from none.
    """
    data = curve(x, costs)
    logs = data.logs()
    check_noise(data.log_x, logs)
    fit = fit_line(data.x, logs.mean(axis=0))
    reach = critical(len(logs), confidence)
    fixed = _interval(_Test(data.x, logs, fit, "fixed", reach), fit.fixed, confidence)
    per_unit = _interval(_Test(data.x, logs, fit, "per_unit", reach), fit.per_unit, confidence)
    if fixed.low == per_unit.low == 0:
        raise NotDetermined(
            "neither a fixed part nor a part for each unit can be told from none: measure more processes, "
            "or sizes further apart"
        )
    left = logs.mean(axis=0) - fit.logs(data.x)
    return FittedLine(fixed, per_unit, scatter=math.sqrt(float(left @ left) / (left.size - 2)))


def fit_line(x: Array, logs: Array) -> Fit:
    """Return the line closest to ``logs``, natural logarithms of the shape (points,), by least squares.

    Only the ratio of the parts bends the curve, their size moves it; so one number is searched: first on a
    grid, then by Gauss–Newton steps. A part that would be negative is 0.
    """
    grid = np.linspace(np.log(x[0]) - 12, np.log(x[-1]) + 12, 160)
    shapes = np.vstack([np.log(x), np.log(np.exp(grid)[:, None] + x), np.zeros_like(x)])
    squares = np.sum(_centred(logs - shapes) ** 2, axis=1)
    best = int(np.argmin(squares))
    if best <= 1:
        return Fit(0.0, math.exp(float(np.mean(logs - np.log(x)))))
    if best >= len(shapes) - 2:
        return Fit(math.exp(float(np.mean(logs))), 0.0)
    ratio = math.exp(_polished(x, logs, float(grid[best - 1]), step=float(grid[1] - grid[0])))
    per_unit = math.exp(float(np.mean(logs - np.log(ratio + x))))
    return Fit(ratio * per_unit, per_unit)


def _polished(x: Array, logs: Array, start: float, step: float) -> float:
    """Return the logarithm of fixed / per_unit near ``start``, no further than ``step`` away."""
    at = start
    for _ in range(50):
        total = math.exp(at) + x
        along = _centred(math.exp(at) / total)
        change = float(along @ _centred(logs - np.log(total)) / (along @ along))
        at = min(max(at + change, start - step), start + step)
        if abs(change) < 1e-13:
            break
    return at


def _centred(values: Array) -> Array:
    centred: Array = values - values.mean(axis=-1, keepdims=True)
    return centred


@dataclass(frozen=True, slots=True)
class _Test:
    """What the processes, ``logs`` of the shape (processes, points), say to a value of one part."""

    x: Array
    logs: Array
    fit: Fit
    part: Part
    reach: float

    @property
    def largest(self) -> float:
        """The largest value that the part could have at any one point."""
        return float(np.max(np.exp(self.logs.mean(axis=0)) / self._shapes()[0]))

    def too_small(self, values: Array) -> Array:
        """Return a positive number for each value that is contradicted as too small."""
        mean, error = self._excess(values)
        result: Array = mean - self.reach * error
        return result

    def too_large(self, values: Array) -> Array:
        """Return a positive number for each value that is contradicted as too large."""
        mean, error = self._excess(values)
        result: Array = -mean - self.reach * error
        return result

    def _shapes(self) -> tuple[Array, Array]:
        own, other = np.ones_like(self.x), self.x
        return (own, other) if self.part == "fixed" else (other, own)

    def _excess(self, values: Array) -> tuple[Array, Array]:
        """Return the mean of the processes' weighted residuals and its standard error, plus rounding."""
        own, other = self._shapes()
        own_part = values[:, None] * own
        other_part = self._fitted_beside(own_part, other)
        total = own_part + other_part
        share, direction = other_part / total, own / total
        tilt = _dots(direction, share) / _dots(share, share)
        weights = direction - tilt[:, None] * share
        weights /= np.abs(weights).sum(axis=1, keepdims=True)
        sums = self.logs @ weights.T - _dots(weights, np.log(total))
        error = sums.std(axis=0, ddof=1) / math.sqrt(len(sums))
        return sums.mean(axis=0), error + rounding(largest(self.logs))

    def _fitted_beside(self, own_part: Array, other: Array) -> Array:
        """Return the other part, shape (values, points), fitted beside each value of this one."""
        mean = self.logs.mean(axis=0)
        found = self.fit.per_unit if self.part == "fixed" else self.fit.fixed
        start = max(found, 1e-3 * math.exp(float(mean.min())) / float(other.max()))
        log = np.full(len(own_part), math.log(start))
        for _ in range(STEPS):
            part = np.exp(log)[:, None] * other
            total = own_part + part
            share = part / total
            change = _dots(share, mean - np.log(total)) / _dots(share, share)
            log += change.clip(-1, 1)
            if np.abs(change).max() < SETTLED:
                break
        fitted: Array = np.exp(log)[:, None] * other
        return fitted


def _dots(a: Array, b: Array) -> Array:
    """Return the scalar product of each row of one with that of the other."""
    products: Array = np.einsum("ij,ij->i", a, b)
    return products


def _interval(test: _Test, middle: float, confidence: float) -> Interval:
    nothing = np.zeros(1)
    if test.too_large(nothing)[0] > 0:
        raise NotDetermined(
            "the costs grow faster than x, which no fixed part explains: see the power law"
            if test.part == "fixed"
            else "the costs fall as x grows, which no cost for each unit explains: see the power law"
        )
    start = max(middle, 1e-9 * test.largest)
    high = _first(test.too_large, start, 1e4 * test.largest)
    low = _first(test.too_small, start, 1e-9 * start) if test.too_small(nothing)[0] > 0 else 0.0
    return Interval(min(low, middle), middle, max(high, middle), confidence, len(test.logs))


def _first(contradicted: Callable[[Array], Array], start: float, stop: float) -> float:
    """Return the first value on the way from ``start`` to ``stop`` that is contradicted, in even ratios.

    The step at which it happens is searched again, so that the value errs outward by little. Raises
    NotDetermined where no value is contradicted on the way.
    """
    for _ in range(3):
        grid = np.geomspace(start, stop, GRID)
        beyond = np.flatnonzero(contradicted(grid) > 0)
        if not beyond.size:
            raise NotDetermined("too much noise to bound the parts of a line: measure more processes")
        if beyond[0] == 0:
            return start
        start, stop = float(grid[beyond[0] - 1]), float(grid[beyond[0]])
    return stop
