"""Verdicts for many series of pairs, with error rates that hold although measuring stops early.

Every look at a series spends a share of its error rate (concbench.stats.looks), so it may stop after any of
them. What has been decided stays decided: p-values only fall and intervals only shrink.
"""

from bisect import bisect_left
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from math import inf, isfinite, nan
from typing import Generic, Literal, TypeAlias, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from concbench.stats.discovery import false_discovery
from concbench.stats.interval import Interval, check_confidence, finite
from concbench.stats.looks import LOOKS, Looks
from concbench.stats.signed_rank import hodges_lehmann, signed_rank

Verdict: TypeAlias = Literal["faster", "slower", "same", "unsure"]
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What is known of a series: its centre lies from ``low`` to ``high``, ``middle`` being the estimate.

    All three are on the scale of the values (logarithms, or differences); before the first look the ends are
    infinite and the middle is not a number. ``confidence`` is that of the interval over all looks together.
    ``pairs`` is how many there were at the last look. ``p_value`` is two-sided, against "within the margin",
    adjusted for the looks but not for the number of series. ``reason`` says why it is ``unsure``, else it is
    None. ``open``: more pairs could decide it.
    """

    verdict: Verdict
    low: float
    middle: float
    high: float
    confidence: float
    pairs: int
    p_value: float
    reason: str | None
    open: bool


@dataclass(slots=True)
class _State:
    """What is remembered of a series; ``spent`` counts the looks of the plan that are gone."""

    margin: float
    spent: int = 0
    pairs: int = 0
    p_slower: float = 1.0
    p_faster: float = 1.0
    low: float = -inf
    middle: float = nan
    high: float = inf

    @property
    def p_value(self) -> float:
        return min(1.0, 2 * min(self.p_slower, self.p_faster))

    def take(self, series: NDArray[np.float64], weight: float, confidence: float) -> None:
        """Look at all pairs so far, for this share of the error rates."""
        self.pairs = series.size
        self.p_slower = min(self.p_slower, signed_rank(series, self.margin)[0] / weight)
        self.p_faster = min(self.p_faster, signed_rank(series, -self.margin)[1] / weight)
        self._narrow(hodges_lehmann(series, 1 - (1 - confidence) * weight))

    def _narrow(self, interval: Interval) -> None:
        """Keep what this interval and those before have in common; one that has nothing changes nothing."""
        low, high = max(self.low, interval.low), min(self.high, interval.high)
        if low <= high:
            self.low, self.middle, self.high = low, min(max(low, interval.middle), high), high

    def verdict(self, share: float, rate: float) -> Verdict:
        """Return the verdict where ``share`` of the family are discoveries at the false-discovery ``rate``.

        The p-value of its own direction has to make the series one: the other says nothing for it.
        """
        if -self.margin <= self.low and self.high <= self.margin:
            return "same"
        if self.low > self.margin and 2 * self.p_slower <= rate * share:
            return "slower"
        return "faster" if self.high < -self.margin and 2 * self.p_faster <= rate * share else "unsure"

    @property
    def contradicts_itself(self) -> bool:
        """Whether the interval lies on one side of the margin, and the p-value speaks for the other one."""
        slower, faster = self.low > self.margin, self.high < -self.margin
        return (slower and self.p_faster < self.p_slower) or (faster and self.p_slower < self.p_faster)


class Judge(Generic[Key]):
    """Judges a family of series (cells × metrics) again and again while they grow.

    ``margins`` are on the scale of the values, one for each series of the family: pass all that are measured.
    A series is ``slower`` where its interval lies above the margin, ``faster`` where it lies below the
    margin's opposite, if it is a discovery among all of them too: at most the fraction ``rate`` of these is
    false on average. It is ``same`` where the interval lies within the margin. However early or late
    measuring stops, all intervals of a series hold at once with ``confidence``.

    Raises ValueError for a margin below 0 or not finite, or a rate or confidence outside (0, 1).
    """

    def __init__(
        self,
        margins: Mapping[Key, float],
        *,
        rate: float = 0.01,
        confidence: float = 0.99,
        looks: Looks = LOOKS,
    ) -> None:
        check_confidence(confidence)
        check_confidence(rate)
        for key, margin in margins.items():
            if not (isfinite(margin) and margin >= 0):
                raise ValueError(f"a margin is a finite distance of 0 or more, not {margin:g} ({key!r})")
        self.rate, self.confidence, self.looks = rate, confidence, looks
        self._states = {key: _State(margin) for key, margin in margins.items()}

    def look(self, values: Mapping[Key, ArrayLike]) -> dict[Key, Judged]:
        """Look at all pairs so far of every series, and return what is known of each of the family.

        A look at a number of pairs that is not planned takes the share of the next planned one. A series that
        has not grown since its last look, or has fewer pairs than the first look, spends nothing, and one
        whose looks are used up is not looked at again. A series may be left out: it is as it was.

        Raises ValueError for a series that is not of the family, NotDetermined for a value that is not
        finite; then no series has been looked at.
        """
        strangers = [key for key in values if key not in self._states]
        if strangers:
            raise ValueError(f"{strangers[0]!r} is not one of the series that are judged: give it a margin")
        for key, series in [(key, finite(series)) for key, series in values.items()]:
            self._take(self._states[key], series)
        found = false_discovery([state.p_value for state in self._states.values()], self.rate)
        share = float(np.mean(found)) if found.size else 0.0
        return {key: self._judged(state, share) for key, state in self._states.items()}

    def _take(self, state: _State, series: NDArray[np.float64]) -> None:
        planned = len(self.looks.pairs)
        if series.size <= state.pairs or series.size < self.looks.pairs[0] or state.spent == planned:
            return
        at = min(max(state.spent, bisect_left(self.looks.pairs, series.size)), planned - 1)
        state.spent = at + 1
        state.take(series, self.looks.weights[at], self.confidence)

    def _judged(self, state: _State, share: float) -> Judged:
        verdict = state.verdict(share, self.rate)
        return Judged(
            verdict=verdict,
            low=state.low,
            middle=state.middle,
            high=state.high,
            confidence=self.confidence,
            pairs=state.pairs,
            p_value=state.p_value,
            reason=self._reason(state) if verdict == "unsure" else None,
            open=verdict == "unsure" and state.spent < len(self.looks.pairs),
        )

    def _reason(self, state: _State) -> str:
        if not state.spent:
            return f"too few pairs: {self.looks.pairs[0]} are needed"
        if state.contradicts_itself:
            return (
                "the first pairs and later ones say the opposite: the machine or the code changed in between"
            )
        if state.low > state.margin or state.high < -state.margin:
            number = len(self._states)
            return f"the interval clears the margin, but not at {self.rate:.0%} over all {number} series"
        return f"still undecided at its last look, after {state.pairs} pairs"
