"""Synthetic pairs with this machine's noise, from slices up, and whole comparisons judged look by look.

A pair is two fresh processes, each with a bias of its own, whose slices go A B B A. The machine has two
speeds, × 1.7 apart, and changes between them after stays of exponential length: most bursts cover whole pairs
of some 70 ms, and a few cut one in two.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from concbench.stats.looks import LOOKS
from concbench.stats.verdicts import Judge, Judged

Values = NDArray[np.float64]
SLICES = 6
SLICE_S = 0.003
"""How long a slice and what goes on around it take."""

BURST = 1.7
CENTRED = 200_000
"""Pairs that the centre of skewed noise is taken from."""

MARGIN = float(np.log(1.01))


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """``bias``: the sd of a process's own bias; ``jitter``: of a slice, with heavy tails (t, 3 freedoms).

    ``stay``: mean seconds at one speed. ``slow``: share of the time that is slow. ``skewed``: the biases of
    the head are exponential, of the same sd. ``spared``: share of the pairs whose head is 5 % faster. What is
    true of pairs that are not symmetric is their ``centre``.
    """

    bias: float = 0.015
    jitter: float = 0.02
    stay: float = 1.0
    slow: float = 0.3
    skewed: bool = False
    spared: float = 0.0
    centre: Literal["pseudo-median", "median"] = "pseudo-median"


def pairs_of(noise: Noise, truth: float, pairs: int, metrics: int, generator: np.random.Generator) -> Values:
    """Return log-ratios of head to base, shape (metrics, pairs), of which ``truth`` is the log of the ratio.

    The metrics of a cell share its processes and its bursts; each has a little jitter of its own.
    """
    ratios = _noise(noise, pairs, metrics, generator) + truth
    return ratios - _centre(noise) if noise.skewed or noise.spared else ratios


def _noise(noise: Noise, pairs: int, metrics: int, generator: np.random.Generator) -> Values:
    bias = generator.standard_normal((2, pairs))
    if noise.skewed:
        bias[1] = generator.exponential(1, pairs)
    slices = noise.jitter / 3**0.5 * generator.standard_t(3, (metrics, 2, SLICES, pairs))
    logs = slices + noise.bias * bias[:, None, :] + np.log(_speeds(noise, pairs, generator))
    ratios: Values = np.median(logs[:, 1] - logs[:, 0], axis=1)
    if noise.spared:
        ratios -= 0.05 * (generator.random(pairs) < noise.spared)
    return ratios


@cache
def _centre(noise: Noise) -> float:
    """Return the pseudo-median, or the median, of very many pairs: of means of two, or of single ones."""
    one, other = _noise(noise, CENTRED, 2, np.random.default_rng(1))
    return float(np.median(one if noise.centre == "median" else (one + np.roll(other, 1)) / 2))


def _speeds(noise: Noise, pairs: int, generator: np.random.Generator) -> Values:
    """Return how much slower the machine is at each slice, shape (2, slices, pairs): base, then head."""
    turns = np.arange(2 * SLICES).reshape(SLICES, 2)
    turns[1::2] = turns[1::2, ::-1]
    times = SLICE_S * turns.T[:, :, None]
    swapped = generator.random(pairs) < 0.5
    times = np.where(swapped, times[::-1], times)
    slow = generator.random(pairs) < noise.slow
    change = generator.exponential(noise.stay, pairs)
    return np.where(slow ^ (times > change), BURST, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Cells that are compared together: the true log-ratio of each, its noise, and metrics of each."""

    truths: tuple[float, ...]
    noise: Noise = field(default_factory=Noise)
    metrics: int = 2
    budget: int = 110
    """Pairs that the time allows every cell."""
    waiting: int = 0
    """The first so many cells begin when the others are decided, or have had their pairs."""


Key = tuple[int, int]


def compared(family: Family, generator: np.random.Generator) -> dict[Key, Judged]:
    """Return the verdicts of one whole comparison: looks until all is decided or the budget is spent."""
    values: dict[Key, Values] = {}
    for cell, truth in enumerate(family.truths):
        drawn = pairs_of(family.noise, truth, family.budget, family.metrics, generator)
        values |= {(cell, metric): drawn[metric] for metric in range(family.metrics)}
    judge: Judge[Key] = Judge(dict.fromkeys(values, MARGIN))
    judged: dict[Key, Judged] = {}
    cells = range(len(family.truths))
    taken = dict.fromkeys(cells, 0)
    for turn in (cells[family.waiting :], cells[: family.waiting]):
        open_cells = set(turn)
        for pairs in _looks(family.budget):
            if not open_cells:
                break
            taken |= dict.fromkeys(open_cells, pairs)
            judged = judge.look({key: series[: taken[key[0]]] for key, series in values.items()})
            open_cells = {key[0] for key, one in judged.items() if one.open and key[0] in turn}
    return judged


def _looks(budget: int) -> Iterator[int]:
    """Yield the numbers of pairs that are looked at: the planned ones, and the last where the budget ends."""
    planned = [pairs for pairs in LOOKS.pairs if pairs <= budget]
    yield from planned
    if budget > 1.1 * planned[-1]:
        yield budget


@dataclass(slots=True)
class Counts:
    """What many comparisons of a family came to; series are cells times metrics."""

    runs: int = 0
    cells: int = 0
    series: int = 0
    false_runs: int = 0
    false_series: int = 0
    called: int = 0
    false_share: float = 0.0
    true_slower: int = 0
    found: int = 0
    same: int = 0
    false_same: int = 0
    covered: int = 0
    pairs: int = 0

    def add(self, judged: Mapping[Key, Judged], family: Family) -> None:
        """Count one comparison: verdicts against the truth, and whether intervals hold it as they stopped."""
        wrong = called = 0
        for (cell, _metric), one in judged.items():
            truth = family.truths[cell]
            beyond = abs(truth) > MARGIN
            is_called = one.verdict in ("slower", "faster")
            right = is_called and (one.verdict == "slower") == (truth > MARGIN) and beyond
            called += is_called
            wrong += is_called and not right
            self.true_slower += truth > MARGIN
            self.found += truth > MARGIN and one.verdict == "slower"
            self.same += one.verdict == "same"
            self.false_same += one.verdict == "same" and beyond
            self.covered += one.low <= truth <= one.high
            self.pairs += one.pairs
        self.runs += 1
        self.cells += len(family.truths)
        self.series += len(judged)
        self.false_runs += wrong > 0
        self.false_series += wrong
        self.called += called
        self.false_share += wrong / max(1, called)


def count(family: Family, trials: int, seed: int, tick: object = None) -> Counts:
    """Return what so many comparisons of a family come to."""
    generator, counts = np.random.default_rng(seed), Counts()
    for _ in range(trials):
        counts.add(compared(family, generator), family)
        if callable(tick):
            tick()
    return counts
