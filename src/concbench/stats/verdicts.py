"""Verdicts for many series of pairs, with error rates that hold although measuring stops early."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, Literal, TypeAlias, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from concbench.stats.discovery import false_discovery
from concbench.stats.interval import Interval, check_confidence, finite
from concbench.stats.looks import LOOKS, Looks
from concbench.stats.signed_rank import hodges_lehmann, signed_rank

Verdict: TypeAlias = Literal["faster", "slower", "same", "unsure"]
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What is known of a series: ``low`` to ``high`` is an interval for its centre, ``middle`` the estimate.

    All three are on the scale of the values. ``confidence`` holds over all looks together. ``p_value`` is
    that against the margin, two-sided, adjusted for the looks. ``reason`` says why it is ``unsure``.
    ``open``: more pairs could decide it.
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
    """What is remembered of a series: the looks it has had, the pairs at the last one, and its p-values."""

    looks: int = 0
    pairs: int = 0
    p_slower: float = 1.0
    p_faster: float = 1.0
    interval: Interval | None = None

    @property
    def p_value(self) -> float:
        return min(1.0, 2 * min(self.p_slower, self.p_faster))


class Judge(Generic[Key]):
    """Judges a family of series again and again while they grow.

    ``margins`` are on the scale of the values, one for each series of the family. A series is ``slower``
    where its centre surely exceeds the margin, ``faster`` where it surely lies below the margin's opposite:
    among those that are called either, at most the fraction ``rate`` is wrong on average. It is ``same``
    where the interval lies within the margin. Raises ValueError for a margin below 0, or a rate or confidence
    outside (0, 1).
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
        if min(margins.values(), default=0.0) < 0:
            raise ValueError("a margin is a distance of 0 or more")
        self.margins, self.rate, self.confidence, self.looks = dict(margins), rate, confidence, looks
        self._states: dict[Key, _State] = {key: _State() for key in margins}

    def next_look(self, pairs: int) -> int | None:
        """Return at how many pairs a series with ``pairs`` is looked at next; None after the last look."""
        return next((planned for planned in self.looks.pairs if planned > pairs), None)

    def look(self, values: Mapping[Key, ArrayLike]) -> dict[Key, Judged]:
        """Look at all pairs so far of every series, and return what is known of each.

        A series that has not grown since its last look is not looked at again, and one whose looks are used
        up never is. Raises ValueError for a series that is not of the family, NotDetermined for a value that
        is not finite.
        """
        for key, series in values.items():
            if key not in self._states:
                raise ValueError(f"{key!r} is not one of the series that are judged")
            self._look_at(self._states[key], finite(series), self.margins[key])
        states = list(self._states.values())
        found = false_discovery([state.p_value for state in states], self.rate) if states else ()
        return {
            key: self._judged(state, self.margins[key], bool(real))
            for (key, state), real in zip(self._states.items(), found, strict=True)
        }

    def _look_at(self, state: _State, series: np.ndarray, margin: float) -> None:
        if (
            series.size <= state.pairs
            or series.size < self.looks.pairs[0]
            or state.looks >= len(self.looks.pairs)
        ):
            return
        weight = self.looks.weights[state.looks]
        state.looks += 1
        state.pairs = series.size
        above, _ = signed_rank(series, margin)
        _, below = signed_rank(series, -margin)
        state.p_slower = min(state.p_slower, above / weight)
        state.p_faster = min(state.p_faster, below / weight)
        state.interval = hodges_lehmann(series, 1 - (1 - self.confidence) * weight)

    def _judged(self, state: _State, margin: float, real: bool) -> Judged:
        interval = state.interval
        low, middle, high = (
            (interval.low, interval.middle, interval.high) if interval else (-np.inf, np.nan, np.inf)
        )
        verdict: Verdict = "unsure"
        reason: str | None = None
        if real:
            verdict = "slower" if state.p_slower < state.p_faster else "faster"
        elif -margin <= low and high <= margin:
            verdict = "same"
        elif interval is None:
            reason = f"too few pairs: {self.looks.pairs[0]} are needed"
        elif low > margin or high < -margin:
            reason = f"it clears the margin, but not among {len(self._states)} comparisons"
        else:
            reason = f"{state.pairs} pairs leave it open"
        return Judged(
            verdict=verdict,
            low=low,
            middle=middle,
            high=high,
            confidence=self.confidence,
            pairs=state.pairs,
            p_value=state.p_value,
            reason=reason,
            open=verdict == "unsure" and state.looks < len(self.looks.pairs),
        )
