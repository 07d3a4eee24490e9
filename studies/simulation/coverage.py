"""Do the intervals keep their word? Simulated experiments with a known truth, judged by the real functions.

``studies/interval_coverage.py`` prints what is computed here. Beside the promises stand controls, methods
that are known to be wrong: were they not caught, the simulation would be too easy.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from concbench.stats.discovery import false_discovery
from concbench.stats.interval import Interval, NotDetermined
from simulation.curves import curves, usual_factor
from simulation.scaling import CurveScenario
from simulation.scenarios import Block, Scenario, paired_rounds
from simulation.synthetic import NOISY, Machine, interleaved

CELLS = 100
RATE = 0.01
CHUNK = 500
"""How many experiments are drawn at a time: a few MB."""

CURVE_CHUNK = 100
"""The same, of curves: each has as many blocks as a curve has sizes."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A share that was counted: ``hits`` of ``trials``.

    ``promised``: the range, both ends included, that the true share should lie in, or None where nothing
    is promised. ``width``: the median width of the intervals, as a multiple of the baseline's time on the
    fast machine (for a ratio or an exponent: its own width; for a place or a part of a line: of the truth),
    or None where no intervals were counted. ``determined``: the share of the experiments that determined
    an answer, or None where all do; intervals are counted among these.
    """

    name: str
    hits: int
    trials: int
    promised: tuple[float, float] | None = None
    width: float | None = None
    determined: float | None = None

    @property
    def share(self) -> float:
        """The fraction of the trials that were hits; raises ZeroDivisionError where there were none."""
        return self.hits / self.trials

    @property
    def kept(self) -> bool:
        """Say whether the share is within three binomial standard errors of the range that was promised.

        A promise about no trial at all is not kept.
        """
        if self.promised is None or not self.trials:
            return self.promised is None
        low, high = self.promised
        slack_low, slack_high = (3 * math.sqrt(end * (1 - end) / self.trials) for end in (low, high))
        return low - slack_low <= self.share <= high + slack_high


def no_tick() -> None:
    """Stand in for a progress display where nobody watches."""


def coverage(
    scenario: Scenario, trials: int, rng: np.random.Generator, tick: Callable[[], None] = no_tick
) -> Figure:
    """Count how many of ``trials`` intervals enclose the truth; ``tick`` is called after each."""
    truth = scenario.truth(rng)
    hits, widths = 0, []
    shape = {"rounds": scenario.rounds, "legs": scenario.legs}
    for block in _blocks(rng, scenario.levels, trials, machine=scenario.machine, **shape):
        interval = scenario.method(block)
        hits += not interval.excludes(truth)
        widths.append(interval.high - interval.low)
        tick()
    return Figure(scenario.name, hits, trials, scenario.promised, float(np.median(widths)))


def curve_figure(
    scenario: CurveScenario, trials: int, rng: np.random.Generator, tick: Callable[[], None] = no_tick
) -> Figure:
    """Count how many of ``trials`` experiments with curves are answered rightly; ``tick`` is called for each.

    A question for an interval is counted where it is determined; one for something to be found, always.
    """
    factor = usual_factor(rng, scenario.rounds) if scenario.absolute else 1.0
    truth, x = scenario.truth * factor, scenario.sizes
    hits = determined = 0
    widths: list[float] = []
    for block in _curves(rng, scenario, trials):
        tick()
        try:
            answer = scenario.method(x, block)
        except NotDetermined:
            continue
        determined += 1
        if isinstance(answer, Interval):
            hits += not answer.excludes(truth)
            widths.append((answer.high - answer.low) / (scenario.unit * factor))
        else:
            hits += answer
    counted = determined if widths or not determined else trials
    width = float(np.median(widths)) if widths else None
    return Figure(scenario.name, hits, counted, scenario.promised, width, determined / trials)


def _curves(rng: np.random.Generator, scenario: CurveScenario, experiments: int) -> Iterator[Block]:
    levels = np.stack(scenario.levels, axis=1)
    for start in range(0, experiments, CURVE_CHUNK):
        yield from curves(
            rng,
            levels,
            experiments=min(CURVE_CHUNK, experiments - start),
            generations=scenario.generations,
            rounds=scenario.rounds,
        )


def false_alarms(
    families: int,
    contenders: int,
    rounds: int,
    rng: np.random.Generator,
    tick: Callable[[], None] = no_tick,
) -> tuple[Figure, Figure]:
    """Count the families of 100 equal cells in which any is announced, at a false-discovery rate of 1 %.

    ``contenders`` cells at a time share the samples of one baseline, six processes of ``rounds`` each;
    ``tick`` is called after each family.
    The second figure is the control: the same p-values, each held to 1 % alone.

    Raises ValueError where 100 is not a multiple of ``contenders``.
    """
    groups, left = divmod(CELLS, contenders)
    if left:
        raise ValueError(f"{CELLS} cells cannot be shared out to {contenders} contenders for each baseline")
    arms = range(1, contenders + 1)
    blocks = _blocks(rng, (1.0,) * (contenders + 1), families * groups, rounds=rounds)
    together = alone = 0
    for _ in range(families):
        group = (next(blocks) for _ in range(groups))
        p_values = [paired_rounds(block[..., [arm, 0]]).p_value for block in group for arm in arms]
        together += bool(false_discovery(p_values, RATE).any())
        alone += min(p_values) <= RATE
        tick()
    name = f"{CELLS} equal cells, {contenders} per baseline, 6 × {rounds}"
    return (
        Figure(f"any false alarm, {name}", together, families, (0.0, RATE)),
        Figure(f"control: each cell alone, {name}", alone, families, (0.3, 1.0)),
    )


def found(
    ratio: float,
    generations: int,
    rounds: int,
    trials: int,
    rng: np.random.Generator,
    tick: Callable[[], None] = no_tick,
) -> Figure:
    """Count how often a cell that differs by ``ratio`` is found, the only one of 100, at a rate of 1 %.

    The only one to differ needs a p-value of 0.01 / 100 at most, the first threshold of Benjamini and
    Hochberg. Nothing is promised: this is what ``generations`` pairs of processes
    of ``rounds`` rounds can see.
    """
    hits = 0
    for block in _blocks(rng, (ratio, 1.0), trials, generations=generations, rounds=rounds):
        hits += paired_rounds(block).p_value <= RATE / CELLS
        tick()
    return Figure(f"found: × {ratio:g}, 1 cell of {CELLS}, {generations} × {rounds}", hits, trials)


def _blocks(
    rng: np.random.Generator,
    levels: tuple[float, ...],
    experiments: int,
    *,
    generations: int = 6,
    rounds: int = 15,
    legs: int = 1,
    machine: Machine = NOISY,
) -> Iterator[Block]:
    for start in range(0, experiments, CHUNK):
        yield from interleaved(
            rng,
            levels,
            experiments=min(CHUNK, experiments - start),
            generations=generations,
            rounds=rounds,
            legs=legs,
            machine=machine,
        )
