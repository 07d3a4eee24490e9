"""The experiments that the intervals are tried on: samples with a known truth, and a method for each.

All times are multiples of the baseline's time on the fast machine.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from concbench.results.costs import slope
from concbench.stats.interval import Interval
from concbench.stats.median import median_interval
from concbench.stats.paired import PairedEstimate, difference_interval, ratio_interval
from concbench.stats.processes import reduce_by_process
from simulation.synthetic import NOISY, Machine, interleaved

Block: TypeAlias = NDArray[np.float64]
"""The samples of one experiment, shape (generations, rounds, arms)."""

POPULATION = 20_000
"""How many generations stand for the population where the truth has no formula. Their sampling error is
less than 2 % of that of six, far too little to move a coverage."""

FEW_ROUNDS = (3, 1)
"""Rounds of a process where a run is short: at cheap cells, and at cells whose every turn is long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """An interval to try.

    ``levels``, ``rounds``, ``legs`` and ``machine`` are those of :func:`~simulation.synthetic.interleaved`.
    ``method`` makes the interval of one experiment, ``truth`` finds what it should enclose, and
    ``promised`` is the range, both ends included, that its coverage should lie in.
    """

    name: str
    levels: tuple[float, ...]
    method: Callable[[Block], Interval]
    truth: Callable[[np.random.Generator], float]
    rounds: int = 15
    legs: int = 1
    machine: Machine = NOISY
    promised: tuple[float, float] = (0.93, 0.97)


def paired_rounds(block: Block) -> PairedEstimate:
    """Compare the first arm with the second by their ratio, paired round by round."""
    return ratio_interval(block[..., 0].ravel(), block[..., 1].ravel(), generations=_labels(block))


def scenarios() -> tuple[Scenario, ...]:
    """Return every kind of interval, on equal and on different contenders, and a control that must fail."""
    few = (scenario for rounds in FEW_ROUNDS for scenario in _with_few_rounds(rounds))
    return (*_ratios(), *_differences_and_medians(), *few, _control())


def _ratios() -> tuple[Scenario, ...]:
    equal, one = (1.0, 1.0), partial(_exactly, 1.0)
    return (
        Scenario(name="ratio, equal", levels=equal, method=_ratio_of_rounds, truth=one),
        Scenario(
            name="ratio, × 1.5", levels=(1.5, 1.0), method=_ratio_of_rounds, truth=partial(_exactly, 1.5)
        ),
        Scenario(
            name="ratio, equal, heavy-tailed bias",
            levels=equal,
            method=_ratio_of_rounds,
            truth=one,
            machine=Machine(bias_freedom=3.0),
        ),
        Scenario(name="ratio of process medians, equal", levels=equal, method=_ratio_of_medians, truth=one),
        Scenario(
            name="ratio of slopes, × 1.5",
            levels=(1.5, 3.0, 1.0, 2.0),
            method=_ratio_of_slopes,
            truth=partial(_exactly, 1.5),
            legs=2,
        ),
    )


def _differences_and_medians() -> tuple[Scenario, ...]:
    return (
        Scenario(
            name="difference, equal", levels=(1.0, 1.0), method=_difference, truth=partial(_exactly, 0.0)
        ),
        Scenario(name="difference, × 1.5", levels=(1.5, 1.0), method=_difference, truth=_mean_difference),
        Scenario(
            name="median (nominal 96.9 %)",
            levels=(1.0,),
            method=_median,
            truth=_median_time,
            promised=(0.95, 0.985),
        ),
    )


def _with_few_rounds(rounds: int) -> tuple[Scenario, ...]:
    """Return the scenarios in which the truth does not depend on the number of rounds."""
    names = ("ratio, equal", "ratio, × 1.5", "ratio of slopes, × 1.5", "difference, equal")
    tried = {scenario.name: scenario for scenario in (*_ratios(), *_differences_and_medians())}
    return tuple(replace(tried[name], name=f"{name}, 6 × {rounds}", rounds=rounds) for name in names)


def _control() -> Scenario:
    return Scenario(
        name="control: rounds pooled",
        levels=(1.0, 1.0),
        method=_ratio_of_pooled_rounds,
        truth=partial(_exactly, 1.0),
        promised=(0.0, 0.8),
    )


def _labels(block: Block) -> NDArray[np.intp]:
    generations, rounds = block.shape[:2]
    return np.repeat(np.arange(generations), rounds)


def _ratio_of_rounds(block: Block) -> Interval:
    return paired_rounds(block).interval


def _ratio_of_medians(block: Block) -> Interval:
    processes = _labels(block)
    a, b = (reduce_by_process(block[..., arm].ravel(), processes)[1] for arm in (0, 1))
    return ratio_interval(a, b).interval


def _ratio_of_slopes(block: Block) -> Interval:
    legs, processes = block.reshape(-1, 4).T, _labels(block)
    a, b = (reduce_by_process(slope(legs[i], legs[i + 1], 1), processes)[1] for i in (0, 2))
    return ratio_interval(a, b).interval


def _ratio_of_pooled_rounds(block: Block) -> Interval:
    return ratio_interval(block[..., 0].ravel(), block[..., 1].ravel()).interval


def _difference(block: Block) -> Interval:
    a, b = block[..., 0].ravel(), block[..., 1].ravel()
    return difference_interval(a, b, generations=_labels(block)).interval


def _median(block: Block) -> Interval:
    return median_interval(reduce_by_process(block.ravel(), _labels(block))[1])


def _exactly(truth: float, _rng: np.random.Generator) -> float:
    return truth


def _mean_difference(rng: np.random.Generator) -> float:
    samples = interleaved(rng, (1.5, 1.0), experiments=POPULATION, generations=1)
    return float(np.mean(np.median(samples[..., 0] - samples[..., 1], axis=-1)))


def _median_time(rng: np.random.Generator) -> float:
    samples = interleaved(rng, (1.0,), experiments=POPULATION, generations=1)
    return float(np.median(np.median(samples, axis=2)))
