"""Many cells at once: how many of the differences that we announce may be false."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def false_discovery(p_values: ArrayLike, rate: float = 0.01) -> NDArray[np.bool_]:
    """Return, for each p-value of the shape (cells,), whether it is a discovery at this false-discovery rate.

    Among the discoveries at most the fraction ``rate`` is false on average; where nothing differs at all,
    ``rate`` is the chance of a single false alarm anywhere. Benjamini and Hochberg, J. R. Stat. Soc. B
    57(1), 1995, section 3.1: for independent cells. It also holds for cells with positive dependence
    (Benjamini and Yekutieli, Annals of Statistics 29(4), 2001, Theorem 1.2). Cells that share a baseline
    depend on each other positively, but for two-sided p-values that is no proof; therefore
    ``studies/coverage.py`` simulates it.

    Pass all the cells that were looked at: leaving out the dull ones breaks the promise. Cells that are
    not determined have no p-value and are left out.

    Raises ValueError for another number of dimensions, a p-value outside [0, 1] or a rate outside (0, 1).
    """
    p = np.asarray(p_values, dtype=np.float64)
    if p.ndim != 1:
        raise ValueError(f"expected one p-value for each cell, not an array of shape {p.shape}")
    if not np.all((p >= 0) & (p <= 1)):
        raise ValueError("a p-value lies between 0 and 1: leave out the cells that are not determined")
    if not 0 < rate < 1:
        raise ValueError(f"the rate is a fraction between 0 and 1 (say 0.01), not {rate:g}")
    order = np.argsort(p)
    below = np.flatnonzero(p[order] * (p.size / np.arange(1, p.size + 1)) <= rate)
    discoveries = np.zeros(p.size, dtype=np.bool_)
    if below.size:
        discoveries[order[: below[-1] + 1]] = True
    return discoveries
