"""Recorded pairs in the order in which they came: replays draw new ones, and so assume independence."""

import numpy as np

from concbench.analysis.comparison import Margins
from concbench.analysis.rates import Order
from concbench.analysis.resampling import ALARMS, Recording, judged_in_turn
from concbench.stats.discovery import false_discovery
from concbench.stats.interval import NotDetermined
from concbench.stats.serial import Serial, serial_correlation

RATE = 0.01
"""The false-discovery rate at which a series is said to depend on its neighbours."""


def order_of(recording: Recording, margins: Margins) -> Order | None:
    """Return what identical sides say in the recorded order, and how much neighbouring pairs resemble.

    None where not one series has enough pairs that differ.
    """
    values = {key: recording.values[key] for key in recording.plain()}
    found = [one for one in map(_serial, values.values()) if one is not None]
    if not found:
        return None
    judged = judged_in_turn(values, margins)
    correlations = [one.correlation for one in found]
    return Order(
        series=len(found),
        alarms=sum(one.verdict in ALARMS for one in judged.values()),
        lowest=min(correlations),
        highest=max(correlations),
        dependent=int(np.count_nonzero(false_discovery([min(1.0, one.p_value) for one in found], RATE))),
    )


def _serial(values: np.ndarray) -> Serial | None:
    """Return the correlation of a series, None where it cannot be told: all pairs are equal, or too few."""
    try:
        return serial_correlation(values)
    except NotDetermined:
        return None
