"""One figure for each commit, of a machine with two speeds: what it would have been at the fast one.

A shared machine runs 1.7 times slower in bursts of 0.1 to 4 s, and measuring a benchmark takes about as long:
so one commit may have been measured at the fast speed, another at the slow one, a third half and half. What
can be told of the speed depends on what was kept. All of it is done to each commit alike, whatever its place,
so that figures without a step stay exchangeable (stats/steps.py).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from concbench.stats.interval import Array
from concbench.stats.noise import SLOW
from concbench.stats.processes import reduce_by_process

AGREE = 0.05
"""How far apart, in logarithms, the figures of two commits are that agree in part only."""

CONFUSED = 0.25
"""How near, in logarithms, figures are that might be taken for those of one speed."""

FAST = 0.05
"""The quantile of calibration readings that is the fast level, as in stats/noise.py."""


def fast_level(calibration: ArrayLike) -> float:
    """Return the fast level of calibration readings, in their unit: the 5th percentile."""
    return float(np.quantile(np.asarray(calibration, dtype=np.float64), FAST))


def quiet_figure(values: Array, processes: NDArray[np.int64], calibration: Array, fast: float) -> float:
    """Return the median over processes of what each took while the machine was fast, in the values' unit.

    The arrays have the shape (samples,): ``calibration`` has the reading just before each sample, ``fast`` is
    their fast level. A process that was slow all along has no say; where all were, all have.
    """
    quiet = calibration <= SLOW * fast
    if not quiet.any():
        quiet[:] = True
    return float(np.median(reduce_by_process(values[quiet], processes[quiet])[1]))


def from_samples(commits: Sequence[ArrayLike]) -> Array:
    """Return a figure for each commit from its samples, all above zero, in their unit.

    Samples of more than 1.3 times the commit's smallest are slow. They are divided by how many times slower
    they are than the fast ones, in the median over the commits that have both; the figure is the median.
    """
    logs = [np.log(np.asarray(samples, dtype=np.float64)) for samples in commits]
    slow = [samples - samples.min() > np.log(SLOW) for samples in logs]
    gaps = [
        np.median(samples[late]) - np.median(samples[~late])
        for samples, late in zip(logs, slow, strict=True)
        if late.any()
    ]
    gap = float(np.median(gaps)) if gaps else 0.0
    medians = [
        np.median(np.where(late, samples - gap, samples)) for samples, late in zip(logs, slow, strict=True)
    ]
    return np.asarray(np.exp(medians), dtype=np.float64)


def from_quartiles(quartiles: ArrayLike) -> Array:
    """Return a figure for each commit from the quartiles of its samples, shape (commits, 3), all above zero.

    Where the outer quartiles are at different speeds, more than 1.3 times apart, either is a figure once the
    upper one is divided by how far they usually are apart: their mean, or the lower one alone where they are
    otherwise apart. Elsewhere it is the median. Few samples may be such that this does worse than the medians
    alone: whichever agree better, among those that are near each other, are returned.
    """
    low, middle, high = np.log(np.asarray(quartiles, dtype=np.float64)).T
    apart = high - low
    mixed = apart > np.log(SLOW)
    if not mixed.any():
        return np.asarray(np.exp(middle), dtype=np.float64)
    gap = float(np.median(apart[mixed]))
    both = np.abs(apart - gap) < 2 * AGREE
    fast = np.where(mixed, np.where(both, (low + high - gap) / 2, low), middle)
    return np.asarray(np.exp(max((middle, fast), key=_agreement)), dtype=np.float64)


def _agreement(logs: Array) -> float:
    """Return how many pairs of figures agree, of those that are near each other."""
    differences = np.abs(np.subtract.outer(logs, logs))
    return float(np.sum(np.exp(-0.5 * (differences / AGREE) ** 2)) / np.sum(differences < CONFUSED))
