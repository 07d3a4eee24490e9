"""How noisy the machine was, from the readings of a calibration loop that always does the same work.

The thresholds come from shared virtual machines whose loop takes 4.9 or 8.4 ms (a factor of 1.7), switching
in bursts of 0.1 to 4 s. No single number describes two levels, so both are reported.
"""

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf, isfinite
from typing import Literal, TypeAlias, TypeVar

from concbench.stats.undetermined import NotDetermined

Level: TypeAlias = Literal["quiet", "noisy", "very noisy"]
LEVELS: tuple[Level, ...] = ("quiet", "noisy", "very noisy")
Key = TypeVar("Key", bound=Hashable)

MINIMUM_READINGS = 20
"""Below this, the 5th percentile is hardly more than the smallest reading."""

SLOW = 1.3
"""A reading above this multiple of the fast level is slow: halfway between 1 and 1.7, in logarithms."""


@dataclass(frozen=True, slots=True)
class Noise:
    """The spread of a fixed piece of work.

    ``fast_ns``: the fast level, the 5th percentile of the readings, in ns. ``slow_share``: the fraction of
    readings above 1.3 × the fast level. ``p90_to_p10``: the 90th percentile divided by the 10th.
    ``bimodal``: at least 5 % of the readings lie on each side of 1.3 × the fast level, and between 1.2 × and
    1.4 × there are fewer than a quarter as many as on the less frequent side, so that two levels stand
    apart. ``level``: "quiet" for ``p90_to_p10`` up to 1.1 and ``slow_share`` up to 1 %, "very noisy" for
    ``slow_share`` above 10 %, "noisy" between. ``n``: how many readings.
    """

    fast_ns: float
    slow_share: float
    p90_to_p10: float
    bimodal: bool
    level: Level
    n: int


def noise(calibration_ns: Iterable[float]) -> Noise:
    """Describe the readings of a fixed calibration loop, in ns.

    A run looks at them while it measures, wherever it measures: no library is needed for it.

    A machine that is in its slow state for more than 95 % of the readings looks quiet: nothing in the
    readings can tell. Compare ``fast_ns`` with that of earlier runs.

    Raises NotDetermined for fewer than 20 readings, or a reading that is not finite or not positive.
    """
    readings = _usable(calibration_ns)
    fast, low, high = (_quantile(readings, share) for share in (0.05, 0.10, 0.90))
    relative = [reading / fast for reading in readings]
    share = _share(relative, SLOW, inf)
    return Noise(
        fast_ns=fast,
        slow_share=share,
        p90_to_p10=high / low,
        bimodal=_bimodal(share, valley=_share(relative, 1.2, 1.4)),
        level=_level(share, high / low),
        n=len(readings),
    )


def _usable(calibration_ns: Iterable[float]) -> list[float]:
    """Return the readings in ascending order; raises NotDetermined as :func:`noise` does."""
    readings = list(map(float, calibration_ns))
    if len(readings) < MINIMUM_READINGS:
        raise NotDetermined(
            f"{len(readings)} calibration readings are too few: take at least {MINIMUM_READINGS}"
        )
    for place, reading in enumerate(readings):
        if not isfinite(reading):
            raise NotDetermined(f"reading {place} of {len(readings)} is {reading}, which no clock tells")
    readings.sort()
    if readings[0] <= 0:
        raise NotDetermined(
            f"the calibration loop took {readings[0]:g} ns once, less than the clock resolves: "
            "make the loop longer"
        )
    return readings


def _quantile(ordered: Sequence[float], share: float) -> float:
    """Return the quantile of ascending values, on the line between the two that lie beside it."""
    below, part = divmod(share * (len(ordered) - 1), 1)
    before, after = ordered[int(below)], ordered[min(int(below) + 1, len(ordered) - 1)]
    return before + (after - before) * part


def _share(ordered: Sequence[float], above: float, until: float) -> float:
    """Return the share of ascending values that lie above one limit and do not exceed the other."""
    return (bisect_right(ordered, until) - bisect_right(ordered, above)) / len(ordered)


def worst_noise(groups: Mapping[Key, Sequence[float]]) -> tuple[Key, Noise]:
    """Return the noisiest of several groups of readings (ns), with its key, each judged by itself.

    Readings that differ for a reason other than noise (another interpreter runs the same loop 1.4 times
    slower) belong in groups of their own: pooled, they would look like a machine with two speeds. The
    noisiest has the highest level; of equals, the largest share of slow readings, then ``p90_to_p10``.
    Groups of fewer than 20 readings are left out.

    Raises NotDetermined where no group is left, or where a reading is not finite or not positive.
    """
    seen = {key: noise(group) for key, group in groups.items() if len(group) >= MINIMUM_READINGS}
    if not seen:
        most = max(map(len, groups.values()), default=0)
        raise NotDetermined(
            f"{most} calibration readings of one kind are too few: take at least {MINIMUM_READINGS}"
        )
    return max(seen.items(), key=lambda item: _badness(item[1]))


def _badness(seen: Noise) -> tuple[int, float, float]:
    return LEVELS.index(seen.level), seen.slow_share, seen.p90_to_p10


def _bimodal(share: float, valley: float) -> bool:
    lesser = min(share, 1 - share)
    return lesser >= 0.05 and valley < lesser / 4


def _level(share: float, ratio: float) -> Level:
    if share > 0.10:
        return "very noisy"
    return "quiet" if ratio <= 1.1 and share <= 0.01 else "noisy"
