"""How often something happens, from how often it was seen: a rate with its exact interval."""

from dataclasses import dataclass

import scipy

from concbench.stats.interval import check_confidence


@dataclass(frozen=True, slots=True)
class Proportion:
    """``hits`` in ``trials``, and the interval of the rate behind them, as fractions."""

    hits: int
    trials: int
    low: float
    high: float
    confidence: float

    @property
    def share(self) -> float:
        """The rate that was seen, as a fraction; 0 of nothing is 0."""
        return self.hits / self.trials if self.trials else 0.0


def proportion(hits: int, trials: int, confidence: float = 0.95) -> Proportion:
    """Return the rate behind ``hits`` in ``trials`` independent trials, with its interval.

    Clopper and Pearson, Biometrika 26(4), 1934: exact, so it covers at least as often as it says, however
    rare the hits are. Of no trials it is anything from 0 to 1.

    Raises ValueError for counts that do not fit, or a confidence outside (0, 1).
    """
    check_confidence(confidence)
    if not 0 <= hits <= trials:
        raise ValueError(f"{hits} hits in {trials} trials cannot be")
    tail = (1 - confidence) / 2
    low = float(scipy.special.betaincinv(hits, trials - hits + 1, tail)) if hits else 0.0
    high = float(scipy.special.betaincinv(hits + 1, trials - hits, 1 - tail)) if hits < trials else 1.0
    return Proportion(hits, trials, low, high, confidence)
