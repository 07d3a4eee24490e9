"""Clocks: how far the one that a model lends its tasks is ahead of ours, and whether it goes as fast."""

from collections.abc import Callable
from math import inf
from time import perf_counter

MAX_DRIFT_S, MAX_DRIFT = 0.001, 0.001
"""How far apart (s, and parts of a run) the clock that a model lends and ours may go during a run."""


def ahead_of(now: Callable[[], float]) -> float:
    """Return how far (s) a clock is ahead of ours, by the closest of a few readings."""
    closest, ahead = inf, 0.0
    for _ in range(5):
        before, theirs, after = perf_counter(), now(), perf_counter()
        if after - before < closest:
            closest, ahead = after - before, theirs - (before + after) / 2
    return ahead


def drifted(ahead: float, now: Callable[[], float], lasted: float) -> float | str:
    """Return how far ahead (s) a clock was and is, or what it did instead of keeping its distance."""
    went = lasted + ahead_of(now) - ahead
    if abs(went - lasted) <= MAX_DRIFT_S + MAX_DRIFT * lasted:
        return ahead
    return f"the clock that the model lends went {went:.6f} s while {lasted:.6f} s passed"
