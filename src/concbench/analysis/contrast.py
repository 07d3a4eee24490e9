"""Two contenders against each other at one point: paired by generation, where they took turns in one run.

Contenders of different runs were not measured together, so nothing is said of them.
"""

from dataclasses import dataclass, replace
from typing import Self

import pandas as pd

from concbench.analysis.generations import side_by_side
from concbench.analysis.summary import Against
from concbench.metrics import Kind
from concbench.stats.interval import Interval, NotDetermined
from concbench.stats.paired import difference_interval, ratio_interval


@dataclass(frozen=True, slots=True)
class Versus(Against):
    """How one contender does against another: a ratio, or a difference in the metric's unit.

    ``coarse``: the two differ by less than a step of what was measured, which cannot tell them apart, so
    nothing is real.
    """

    reason: str = ""
    coarse: bool = False

    def marked(self, *, real: bool) -> Self:
        """Return it as one that is real, or is not."""
        return replace(self, real=real and not self.coarse)

    @property
    def interval(self) -> Interval | None:
        """The interval, if there is one."""
        return self.comparison.interval if self.comparison else None

    @property
    def side(self) -> int:
        """1 where the first contender is really more, -1 where it is less, 0 where that cannot be told."""
        interval = self.interval
        if interval is None or not self.real:
            return 0
        return 1 if interval.middle > (1 if self.kind == "ratio" else 0) else -1

    @property
    def leaning(self) -> int:
        """1 or -1 where the interval, taken alone, lies on one side of no difference; 0 where it does not."""
        interval, none = self.interval, 1 if self.kind == "ratio" else 0
        if interval is None or self.coarse or not interval.excludes(none):
            return 0
        return 1 if interval.middle > none else -1


def versus(a: pd.Series, b: pd.Series, kind: Kind = "ratio", step: float = 0.0) -> Versus:
    """Compare two series of values, one for each generation (their index), generation by generation.

    A ratio of values that are not all positive has no meaning; then it is a difference. ``step`` is the
    resolution of the values, in their unit: means that differ by less are not different.
    """
    _, both = side_by_side([a, b])
    if kind == "ratio" and both.size and both.min() <= 0:
        kind = "difference"
    compare = ratio_interval if kind == "ratio" else difference_interval
    try:
        coarse = both.size > 0 and step > 0 and abs(float(both[:, 0].mean() - both[:, 1].mean())) < step
        return Versus(kind, compare(both[:, 0], both[:, 1]), coarse=coarse)
    except NotDetermined as undetermined:
        return Versus(kind, None, undetermined.reason)
