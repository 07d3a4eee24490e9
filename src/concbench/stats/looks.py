"""At how many pairs a comparison is looked at, and what share of the error rates each look may spend.

A look that decides is a test. Looking again and again at a fixed level would call one cell in ten different
after a few looks; so each look has a weight, and the weights sum to 1: whatever makes the measuring stop, the
chance of an error over all looks is at most the stated one (Bonferroni's inequality over the looks, which
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
        if len(self.pairs) != len(self.weights) or list(self.pairs) != sorted(set(self.pairs)):
            raise ValueError("a plan of looks has a weight for each of its numbers of pairs, which grow")
        if min(self.weights, default=0) <= 0 or not isclose(sum(self.weights), 1):
            raise ValueError(f"the weights of the looks have to be positive and sum to 1, not {self.weights}")


LOOKS = Looks((16, 24, 36, 54, 81, 120, 180, 270), (0.10, 0.15, 0.20, 0.20, 0.15, 0.10, 0.06, 0.04))
"""The plan of a comparison: the first look is at the least number of pairs whose clearest answer survives
twenty cells, and each is half as far again as the one before."""
