"""Halves: a timed run in two parts, before and after its keeper task looks, all others being suspended then.

The clock that times a run is read by the keeper, too, in the place of the observer that does nothing. So the
parts are of the very run that is timed, and add up to it; it costs one call of a Python function.
"""

from collections.abc import Iterable, Iterator
from time import perf_counter_ns
from typing import Any

from concbench.measure.execution import WrongTime

WITH_A_LOOK, WITHOUT = 3, 2
"""How often the clock is read in a run: when it begins and ends, and in between by a keeper."""


class Halves:
    """Sums up the parts of runs; ``clock`` tells ns."""

    def __init__(self) -> None:
        self._readings: list[list[int]] = []

    def clock(self) -> int:
        """Tell the time, and keep it."""
        now = perf_counter_ns()
        self._readings[-1].append(now)
        return now

    def each(self, slices: Iterable[tuple[str, int]]) -> Iterator[tuple[str, int]]:
        """Yield slices of one run each, as many as there are runs in ``slices``."""
        for name, number in slices:
            for _ in range(number):
                self._readings.append([])
                yield name, 1

    def records(self) -> dict[str, Any]:
        """Return the means of both parts (ns), nothing where no keeper looked; raises WrongTime."""
        times = {len(one) for one in self._readings}
        if times <= {WITHOUT}:
            return {}
        if times != {WITH_A_LOOK}:
            raise WrongTime("its keeper task did not look once in each run")
        runs = len(self._readings)
        make = sum(seen - began for began, seen, _ended in self._readings)
        wake = sum(ended - seen for _began, seen, ended in self._readings)
        return {"make_ns": make // runs, "wake_ns": wake // runs}
