"""How often something happens in trials that come in clusters: rounds of one process share its luck."""

import numpy as np
import scipy
from numpy.typing import ArrayLike

from concbench.stats.interval import NotDetermined, check_confidence
from concbench.stats.proportion import Proportion


def clustered_proportion(hits: ArrayLike, trials: ArrayLike, confidence: float = 0.95) -> Proportion:
    """Return the rate behind ``hits`` in ``trials``, one of each for a cluster, with its interval.

    Trials of a cluster need not be independent, clusters are. Korn and Graubard, Survey Methodology 24(2),
    1998: the exact interval of Clopper and Pearson for as many independent trials as would tell as much, by
    the variance between clusters, with the degrees of freedom that so few clusters leave. Where the clusters
    agree better than chance would have it, the trials count as independent ones do.

    Raises ValueError for shapes or counts that do not fit and a confidence outside (0, 1), NotDetermined for
    fewer than two clusters with trials.
    """
    check_confidence(confidence)
    seen, of = np.asarray(hits, dtype=float), np.asarray(trials, dtype=float)
    if seen.shape != of.shape or seen.ndim != 1:
        raise ValueError(f"hits of shape {seen.shape} and trials of shape {of.shape} are no pairs")
    if np.any(seen < 0) or np.any(seen > of):
        raise ValueError("there are more hits than trials, or fewer than none")
    clusters, total = int(np.count_nonzero(of)), float(of.sum())
    if clusters < 2:
        raise NotDetermined(
            f"{clusters} processes with trials tell nothing of how processes differ: at least 2"
        )
    share = float(seen.sum()) / total
    spread = clusters / (clusters - 1) * float(np.sum((seen - share * of) ** 2)) / total**2
    alike = min(total, share * (1 - share) / spread) if spread > 0 else total
    few = _quantile(total - 1, confidence) / _quantile(clusters - 1, confidence)
    low, high = _exact(share, alike * few**2, (1 - confidence) / 2)
    return Proportion(round(float(seen.sum())), round(total), low, high, confidence)


def _quantile(freedom: float, confidence: float) -> float:
    """Return how many standard errors Student's t takes to either side."""
    return float(scipy.special.stdtrit(freedom, (1 + confidence) / 2))


def _exact(share: float, worth: float, tail: float) -> tuple[float, float]:
    """Return Clopper's and Pearson's ends for a share of so many trials, which need not be a whole number."""
    hits, misses = share * worth, (1 - share) * worth
    low = float(scipy.special.betaincinv(hits, misses + 1, tail)) if share > 0 else 0.0
    high = float(scipy.special.betaincinv(hits + 1, misses, 1 - tail)) if share < 1 else 1.0
    return low, high
