"""From the samples of a process to its one value: the process is the unit of every comparison."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from concbench.stats.interval import finite


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
