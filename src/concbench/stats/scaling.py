"""How a cost grows with the size: the exponent of a power law, and whether a line describes it better."""

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from concbench.stats.curve import WIDEST, check_noise, curve, largest, slope_weights
from concbench.stats.interval import Array, Interval, NotDetermined
from concbench.stats.line import fit_line
from concbench.stats.student import student

Law: TypeAlias = Literal["power law", "line"]

ALIKE = 0.02
"""Two laws that differ by less than this, as a fraction of the cost, say the same."""


@dataclass(frozen=True, slots=True)
class PowerLaw:
    """cost = ``coefficient`` · x ** ``exponent``.

    ``coefficient`` is the cost at x = 1, in the unit of the costs: a geometric mean over processes, on the
    machine as noisy as it was, and extrapolated where 1 was not measured. ``scatter``: the root mean
    square of what the law leaves of the mean curve, in natural logarithms (0.05 is about 5 %).
    """

    exponent: Interval
    coefficient: Interval
    scatter: float


def power_law(x: ArrayLike, costs: ArrayLike, confidence: float = 0.95) -> PowerLaw:
    """Return the power law of ``costs``, shape (processes, points), any unit, at ``x``, shape (points,).

    The logarithms of each process are fitted by a line (ordinary least squares); the interval is Student's
    t over the slopes of the processes. A percentile bootstrap over so few processes promises 95 % and
    keeps 81 % with five (``studies/coverage.py``): it knows neither that a spread of five values is
    uncertain nor that it is too small on average.

    Raises ValueError for misuse (see :func:`~concbench.stats.curve.curve`) or a confidence outside (0, 1),
    NotDetermined for fewer than six processes or three sizes, a cost that is not finite or not positive, or
    too much noise (:func:`~concbench.stats.curve.check_noise`), or processes that contradict each other.
    """
    data = curve(x, costs)
    log_x, logs = data.log_x, data.logs()
    check_noise(log_x, logs)
    weights = slope_weights(log_x)
    slopes = logs @ weights
    starts = logs.mean(axis=1) - slopes * log_x.mean()
    scale = largest(logs) * max(1.0, float(np.abs(weights).sum()) * max(1.0, float(np.abs(log_x).max())))
    exponent, _ = student(slopes, scale, confidence)
    _check_agreement(slopes, scale)
    start, _ = student(starts, scale, confidence)
    left = logs.mean(axis=0) - starts.mean() - slopes.mean() * log_x
    low, middle, high = np.exp([start.low, start.middle, start.high])
    coefficient = Interval(float(low), float(middle), float(high), confidence, start.n)
    return PowerLaw(exponent, coefficient, scatter=math.sqrt(float(left @ left) / (left.size - 2)))


def better_law(x: ArrayLike, costs: ArrayLike, confidence: float = 0.95) -> Law:
    """Say which law of two parameters describes the curve better: "power law", or "line" (fixed + per unit).

    Arguments and errors are those of :func:`power_law`. Both laws are fitted to the mean curve; each
    process then says by its squared residuals which of them it is closer to, and Student's t over processes
    whether they agree (the paired difference of Vuong, Econometrica 57(2), 1989, with processes as units).
    That one is better does not make it good: look at its ``scatter``.

    Raises NotDetermined also where the laws differ by less than 2 % over the measured sizes, or where the
    processes do not agree.
    """
    data = curve(x, costs)
    log_x, logs = data.log_x, data.logs()
    mean = logs.mean(axis=0)
    power = mean.mean() + (mean @ slope_weights(log_x)) * (log_x - log_x.mean())
    apart = fit_line(data.x, mean).logs(data.x) - power
    if math.sqrt(float(np.mean(apart**2))) < ALIKE:
        raise NotDetermined(
            f"a power law and a line differ by less than {100 * ALIKE:g} % here, so both describe the curve: "
            "measure sizes further apart if you need to tell them apart"
        )
    nearer = (logs - power - apart / 2) @ apart
    scale = largest(logs) * max(1.0, float(np.abs(apart).sum()))
    interval, p_value = student(nearer, scale, confidence)
    if p_value > 1 - confidence:
        raise NotDetermined(
            "the processes do not agree whether a power law or a line is closer: "
            "measure more processes, or more sizes"
        )
    return "line" if interval.middle > 0 else "power law"


def _check_agreement(slopes: Array, scale: float) -> None:
    """Raise NotDetermined where each process is straight enough, but their exponents differ."""
    interval, _ = student(slopes, scale, 0.95)
    half = interval.high - interval.middle
    if half > 2 * WIDEST:
        raise NotDetermined(
            f"the processes do not share an exponent: theirs go from {slopes.min():.2f} to "
            f"{slopes.max():.2f}, which leaves it uncertain by ± {half:.2f}: find what differs between them"
        )
