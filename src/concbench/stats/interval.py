"""What an interval is, and which values have one."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from concbench.stats.undetermined import NotDetermined

__all__ = [
    "MINIMUM_PROCESSES",
    "Array",
    "Interval",
    "NotDetermined",
    "check_confidence",
    "enough_processes",
    "finite",
]

Array: TypeAlias = NDArray[np.float64]

MINIMUM_PROCESSES = 6
"""The first number of processes whose extremes enclose the median with 95 % confidence (96.9 %); five
reach 93.75 %."""


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate and its confidence interval, in the caller's unit (none for a ratio).

    ``low`` and ``high`` belong to the interval. ``confidence`` is what the method achieves, as a fraction;
    an interval of order statistics often achieves more than was asked for. ``n`` is the number of processes.
    """

    low: float
    middle: float
    high: float
    confidence: float
    n: int

    def excludes(self, value: float) -> bool:
        """Say whether ``value``, in the interval's unit, lies outside the interval."""
        return value < self.low or value > self.high


def check_confidence(confidence: float) -> None:
    """Raise ValueError for a confidence that is not a fraction between 0 and 1, both excluded."""
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is a fraction between 0 and 1 (say 0.95), not {confidence:g}")


def finite(values: ArrayLike) -> Array:
    """Return ``values`` as a one-dimensional array of floats, in the caller's unit.

    Raises ValueError for another number of dimensions, NotDetermined where a value is infinite or not a
    number: leaving it out would be trimming.
    """
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1:
        raise ValueError(f"expected one value for each process or round, not an array of shape {array.shape}")
    known = np.isfinite(array)
    if not known.all():
        strange = np.flatnonzero(~known)
        raise NotDetermined(
            f"value {strange[0]} of {array.size} is {array[strange[0]]}, which cannot be compared: "
            "find the sample it comes from and measure that cell again"
        )
    return array


def enough_processes(values: Array) -> Array:
    """Return ``values``, one for each process; raises NotDetermined for fewer than ``MINIMUM_PROCESSES``."""
    if values.size < MINIMUM_PROCESSES:
        raise NotDetermined(
            f"{values.size} processes are too few for an interval: measure at least {MINIMUM_PROCESSES}"
        )
    return values
