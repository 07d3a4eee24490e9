"""Distributions of lateness and of latency in bounded memory: histograms with bins that are fine everywhere.

A bin's width grows with its distance from zero: ``round(200 × log(1 + |ns|))`` with the sign of the
lateness is the number of a bin. So every value up to 200 ns has a bin of its own, and beyond that a value
is told within 0.25 %. A cell's histogram has 17,469 bins (140 KB), however many samples it is made of.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_FINENESS = 200
_LAST = round(_FINENESS * np.log1p(2.0**63))
_BINS = 2 * _LAST + 1


@dataclass(frozen=True, slots=True)
class Lateness:
    """How late the tasks of a cell went on, or its rounds were done, over all its samples that count.

    ``values_ns``, ascending, shape (values,), in ns: negative where a task went on before its deadline. A
    value is exact up to 200 ns, and within 0.25 % beyond. ``share``, shape (values,): the share of tasks that
    were that late or less; the last is 1. Every sample weighs the same, since all samples of a cell have as
    many tasks; of more than 101 tasks a sample lists the percentiles, each of which stands for as many.
    """

    values_ns: NDArray[np.float64]
    share: NDArray[np.float64]

    def within(self, limit_ns: float) -> float:
        """Return the share of all values that are at most ``limit_ns``."""
        below = int(np.searchsorted(self.values_ns, limit_ns, side="right"))
        return float(self.share[below - 1]) if below else 0.0


def bins_of(late_ns: NDArray[np.float64]) -> NDArray[np.int16]:
    """Return the bin of each lateness in ns, any shape; what no clock of 64 bits tells is put at its end."""
    bins = np.rint(np.copysign(_FINENESS * np.log1p(np.abs(late_ns)), late_ns))
    narrow: NDArray[np.int16] = np.clip(bins, -_LAST, _LAST).astype(np.int16)
    return narrow


class Histograms:
    """Collects binned lateness by cell."""

    def __init__(self) -> None:
        self._weights: dict[int, NDArray[np.float64]] = {}

    def add(self, cells: NDArray[np.int32], lengths: NDArray[np.int64], bins: NDArray[np.int16]) -> None:
        """Add samples: the cell of each and how many values it lists, both (samples,); the values of all."""
        weights = np.repeat(1 / lengths, lengths)
        owners = np.repeat(cells, lengths)
        for cell in np.unique(cells):
            mine = owners == cell
            places = bins[mine].astype(np.int64) + _LAST
            if cell not in self._weights:
                self._weights[int(cell)] = np.zeros(_BINS)
            np.add.at(self._weights[int(cell)], places, weights[mine])

    def distributions(self) -> dict[int, Lateness]:
        """Return the distribution of each cell that values were added of."""
        return {cell: _distribution(weights) for cell, weights in sorted(self._weights.items())}


def _distribution(weights: NDArray[np.float64]) -> Lateness:
    there = np.flatnonzero(weights)
    distance = there - _LAST
    magnitudes = np.expm1(np.abs(distance) / _FINENESS)
    magnitudes = np.where(magnitudes < _FINENESS, np.rint(magnitudes), magnitudes)
    share = np.cumsum(weights[there])
    return Lateness(values_ns=np.copysign(magnitudes, distance) + 0.0, share=share / share[-1])
