"""A fixed piece of pure-Python work, timed: how fast this machine runs right now.

Its readings tell a slow machine from a slow contender: the loop never changes, so whatever its time does,
the machine did. Workers time it beside every sample, so this file needs the standard library only. One
pass makes integers alone, which the garbage collector does not track: no collection can fall into it, and
it brings none forward for the cell that follows.
"""

from collections.abc import Callable
from math import isfinite
from time import perf_counter_ns

LOOPS = 20_000
"""Iterations of one pass: an amount of work, not of time. About 1 ms on a machine of the 2020s, short
beside the bursts in which a shared host slows down (0.1 s and more), long beside a clock's step.
Readings taken with another count cannot be compared."""


def calibrate(clock: Callable[[], int] = perf_counter_ns) -> int:
    """Run the fixed loop once and return how long it took, in the units of ``clock`` (ns)."""
    value = 1
    start = clock()
    for _ in range(LOOPS):
        value = (value * 5 + 1) & 0xFFFF
    return clock() - start


def series(
    *, seconds: float | None = None, count: int | None = None, clock: Callable[[], int] = perf_counter_ns
) -> list[int]:
    """Calibrate again and again, and return every reading in ns, in the order of time.

    Give either ``count`` (how many readings) or ``seconds`` (the last reading begins before they are over,
    and there is at least one). Raises ValueError for both, neither, or one that is not above zero.
    """
    if (seconds is None) == (count is None):
        raise ValueError("a calibration series needs either seconds or count: give exactly one")
    if count is not None:
        if count < 1:
            raise ValueError(f"count must be at least 1, not {count}")
        return [calibrate(clock) for _ in range(count)]
    if seconds is None or not isfinite(seconds) or seconds <= 0:
        raise ValueError(f"seconds must be above 0 and finite, not {seconds}")
    end = clock() + round(seconds * 1e9)
    readings = [calibrate(clock)]
    while clock() < end:
        readings.append(calibrate(clock))
    return readings
