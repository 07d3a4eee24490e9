"""At how many pairs a comparison is looked at, and what share of the error rates each look may spend.

A look that decides is a test. Looking again and again, each time at the full level, would err far more often
than that level says; so each look has a weight, and the weights sum to 1: whatever makes the measuring stop,
the chance of an error over all looks is at most the stated one (Bonferroni's inequality over the looks, which
needs no more than that each test holds its own level).
"""

from dataclasses import dataclass
from math import isclose


@dataclass(frozen=True, slots=True)
class Looks:
    """Numbers of ``pairs``, growing, and the ``weights`` of the looks there, which sum to 1.

    Raises ValueError for what is no such plan.
    """

    pairs: tuple[int, ...]
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.pairs) != len(self.weights) or not _grow(self.pairs):
            raise ValueError("a plan of looks has a weight for each of its numbers of pairs, which grow")
        if min(self.weights, default=0) <= 0 or not isclose(sum(self.weights), 1):
            raise ValueError(f"the weights of the looks have to be positive and sum to 1, not {self.weights}")


def _grow(pairs: tuple[int, ...]) -> bool:
    return all(before < after for before, after in zip((0, *pairs), pairs, strict=False))


LOOKS = Looks((16, 24, 36, 54, 81, 120, 180, 270), (0.20, 0.17, 0.16, 0.15, 0.12, 0.12, 0.05, 0.03))
"""The plan of a comparison: 16 is the least number of pairs whose clearest answer (2 ** -16) survives sixty
series at 1 % with this weight, and each is half as far again as the one before. Two thirds of the weight lie
where clear differences are decided, and what is left makes ``same`` of cells with 2 % of noise
(docs/STATISTICS.md)."""
