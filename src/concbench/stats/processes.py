"""From the samples of a process to its one value: the process is the unit of every comparison."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from concbench.stats.interval import NotDetermined, finite


def reduce_by_process(
    values: ArrayLike, processes: ArrayLike
) -> tuple[NDArray[np.int_] | NDArray[np.str_], NDArray[np.float64]]:
    """Return the processes, sorted, and the median of the values of each (in the values' unit).

    ``values`` and ``processes`` have the shape (samples,); ``processes`` labels each sample with a number
    or a name. The two arrays returned have the shape (distinct processes,). Samples of one process share
    its memory layout, hash seed and share of slow bursts, so they count as one observation.

    Raises ValueError for shapes that differ, NotDetermined for a value that is not finite.
    """
    samples, labels = finite(values), np.asarray(processes)
    if labels.shape != samples.shape:
        raise ValueError(f"{samples.size} values, but labels of shape {labels.shape}: label every value")
    names, first, counts = np.unique(np.sort(labels), return_index=True, return_counts=True)
    ordered = samples[np.lexsort((samples, labels))]
    return names, (ordered[first + (counts - 1) // 2] + ordered[first + counts // 2]) / 2


def slope(short: ArrayLike, long: ArrayLike, extra: ArrayLike) -> NDArray[np.float64]:
    """Return the cost of one unit of work, (long - short) / extra, in the legs' unit for each unit of work.

    ``short`` and ``long``, shape (rounds,), are two legs measured next to each other in one process, the
    long one with ``extra`` more units of work: a number, or one for each round, from the witness. What
    both legs share (start-up, spawning) cancels. Noise may make a single slope negative: reduce the
    slopes by process before they are compared as ratios.

    Raises ValueError for shapes that differ, NotDetermined for a leg that is not finite or an ``extra``
    that is not positive.
    """
    before, after = finite(short), finite(long)
    units = np.asarray(extra, dtype=np.float64)
    if before.shape != after.shape or units.shape not in {(), before.shape}:
        raise ValueError(f"legs of shape {before.shape} and {after.shape}, extra work of shape {units.shape}")
    if not np.all(np.isfinite(units) & (units > 0)):
        raise NotDetermined(
            f"the long leg must do more work than the short one, but its extra work is {np.min(units):g}: "
            "check the witnessed counts of both legs"
        )
    return (after - before) / units
