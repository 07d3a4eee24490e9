"""Clocks: how far the one that a model lends its tasks is ahead of ours, and whether it goes as fast."""

from collections.abc import Callable
from math import inf, isfinite
from time import perf_counter
from typing import Any

from concbench.measure.salting import reported_by
from concbench.words import error_told, shown
from concbench.workloads.base import Workload

MAX_DRIFT_S, MAX_DRIFT = 0.001, 0.001
"""How far apart (s, and parts of a run) the clock that a model lends and ours may go during a run."""

Clock = Callable[[], float]
"""Returns a time in s."""


class NoClock(Exception):
    """Why nobody can tell the time by the clock that a model lends."""


def clock_of(workload: Workload[Any], rt: Any) -> Clock:
    """Return the clock by which the tasks of a workload report times; ours where they report none."""
    if reported_by(workload) is None:
        return perf_counter
    clock: Clock = rt.now
    return clock


def reading(now: Clock) -> float:
    """Return what a clock says outside of a run, in s; raises NoClock."""
    try:
        told = now()
    except Exception as error:
        raise NoClock(
            "the clock that the model lends (now of its runtime) does not work outside of a run: "
            f"{error_told(error)}"
        ) from error
    if type(told) not in (int, float) or not isfinite(told):
        what = shown(told, 40)
        raise NoClock(f"the clock that the model lends (now of its runtime) tells {what}, no time in s")
    return told


def ahead_of(now: Clock) -> float | str:
    """Return how far (s) a clock is ahead of ours, by the closest of some readings, or why it is no clock."""
    closest, ahead = inf, 0.0
    try:
        for _ in range(5):
            before, theirs, after = perf_counter(), reading(now), perf_counter()
            if after - before < closest:
                closest, ahead = after - before, theirs - (before + after) / 2
    except NoClock as error:
        return str(error)
    return ahead


def drifted(ahead: float | str, now: Clock, lasted: float) -> float | str:
    """Return how far ahead (s) a clock was and is, or what it did instead of keeping its distance."""
    later = ahead_of(now)
    if isinstance(ahead, str) or isinstance(later, str):
        return ahead if isinstance(ahead, str) else later
    went = lasted + later - ahead
    if abs(went - lasted) <= MAX_DRIFT_S + MAX_DRIFT * lasted:
        return ahead
    return f"the clock that the model lends went {went:.6f} s while {lasted:.6f} s passed"
