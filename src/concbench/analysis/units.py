"""Figures in words: a value in the unit that suits it, with its interval where it has one."""

import math
from collections.abc import Mapping, Sequence

from concbench.metrics import Metric, Quantity

TIME_UNITS = ((1e9, "s"), (1e6, "ms"), (1e3, "µs"), (1.0, "ns"))
UNITLESS = ((1.0, ""),)
SIZE_UNITS = ((2.0**30, "GiB"), (2.0**20, "MiB"), (2.0**10, "KiB"), (1.0, "B"))

Units = Sequence[tuple[float, str]]

OF_QUANTITIES: Mapping[Quantity, Units] = {
    "ns": TIME_UNITS,
    "bytes": SIZE_UNITS,
    "count": UNITLESS,
    "ratio": UNITLESS,
}


def units_of(metric: Metric) -> Units:
    """Return the units that a metric's figures are spelled in."""
    return OF_QUANTITIES[metric.quantity]


def unit_of(value: float, units: Units) -> tuple[float, str]:
    """Return the largest unit that a value fills, with its size."""
    return next((unit for unit in units if abs(value) >= unit[0]), units[-1])


def scaled(value: float, units: Units) -> str:
    """Return a value with three significant digits in the largest unit that it fills."""
    one, name = unit_of(value, units)
    return f"{three_digits(value / one)} {name}"


def three_digits(value: float) -> str:
    """Return a number with three significant digits; below 0.1 with fewer, one at least down to 1e-6.

    What is closer to zero is ``0.00``, without a sign.
    """
    if abs(value) >= 100:
        return f"{value:.0f}"
    if abs(value) >= 10:
        return f"{value:.1f}"
    if abs(value) >= 0.1 or value == 0:
        return f"{abs(value) if value == 0 else value:.2f}"
    places = min(6, max(3, math.ceil(-math.log10(abs(value)))))
    words = f"{value:.{places}f}"
    return words if float(words) else "0.00"


def with_interval(low: float, middle: float, high: float, units: Units) -> str:
    """Return a value and its interval, all in the unit of the middle: ``2.17 [2.10–2.31] µs``.

    Where the interval reaches to or over zero, the middle may be next to nothing: then it is the unit of the
    larger end.
    """
    one, name = unit_of(max(-low, high) if low <= 0 <= high else middle, units)
    parts = [three_digits(value / one) for value in (low, middle, high)]
    dash = " – " if low < 0 else "–"
    return f"{parts[1]} [{parts[0]}{dash}{parts[2]}] {name}".rstrip()
