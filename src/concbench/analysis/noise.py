"""How steady the machine was during a run, in words: from the readings of the calibration loop."""

from dataclasses import dataclass

from concbench.analysis.calibration import readings_of
from concbench.results.measured import Measured
from concbench.stats.noise import MINIMUM_READINGS, SLOW, worst_noise
from concbench.stats.undetermined import NotDetermined

MEANING = (
    "ratios within the run suffer less, since everybody met much the same bursts, but a single time may be"
    " off by tens of per cent"
)
"""What follows from a machine that was not steady."""

BRIEFLY = "ratios suffer less from that, a single time may be off by tens of per cent"
"""The same in a line."""


@dataclass(frozen=True, slots=True)
class Steadiness:
    """``level`` in a word or two; ``words`` describe the readings.

    ``caution`` is a clause for where neither stands; it may be empty. ``brief`` is the level with its figure,
    ``in_a_line`` what a reader of the answers has to know.
    """

    level: str
    words: str
    caution: str
    brief: str
    in_a_line: str


def noise_of(measured: Measured) -> Steadiness:
    """Return how noisy the machine was, from the calibration loop before, during and after the run.

    Of several groups of readings (by interpreter, and back to back or before samples) it is the noisiest.
    """
    groups = readings_of(measured)
    try:
        (python, kind), seen = worst_noise(groups)
    except NotDetermined as undetermined:
        level, words = "not determined", f"noise: not determined ({undetermined.reason})"
        return Steadiness(level, words, "how noisy the machine was is not known", level, words)
    two = ", two speeds" if seen.bimodal else ""
    judged = sum(len(group) >= MINIMUM_READINGS for group in groups.values())
    which = f"; the noisiest of {judged} groups: {python}, {kind}" if judged > 1 else ""
    words = (
        f"noise: {seen.level}{two}; {seen.slow_share:.0%} of {seen.n} readings of a fixed loop took "
        f"over {SLOW} × its fast time ({seen.fast_ns / 1e6:.2f} ms){which}"
    )
    brief = f"{seen.level}{two} ({seen.slow_share:.0%} of readings slow)"
    if seen.level == "quiet":
        return Steadiness(seen.level, words, "", brief, f"noise: {brief}")
    what = "switched between two speeds" if seen.bimodal else "was not steady"
    caution = f"the machine {what} ({seen.level}): {MEANING}"
    return Steadiness(f"{seen.level}{two}", words, caution, brief, f"noise: {brief}; {BRIEFLY}")
