"""Synthetic curves: what each process pays at each size, a known truth with the noise of ``synthetic.py``."""

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from simulation.synthetic import NOISY, Machine, Samples, interleaved

POPULATION = 20_000
"""How many blocks stand for the population of blocks."""


def curves(
    rng: np.random.Generator,
    levels: ArrayLike,
    *,
    experiments: int,
    generations: int,
    rounds: int,
    machine: Machine = NOISY,
) -> Samples:
    """Draw the costs of processes, shape (experiments, generations, points, arms): medians of ``rounds``.

    ``levels``, shape (points, arms), are the true costs on the fast machine. The arms take turns in a block
    for each point; the blocks of a generation lie far apart in time, in shuffled order, so each has bursts of
    its own. A process keeps its bias at all points.
    """
    truth = np.asarray(levels, dtype=np.float64)
    points, arms = truth.shape
    blocks = interleaved(
        rng,
        np.ones(arms),
        experiments=experiments,
        generations=generations * points,
        rounds=rounds,
        machine=replace(machine, bias=0.0),
    )
    noise = np.median(blocks, axis=2).reshape(experiments, generations, points, arms)
    bias = np.exp(machine.bias * rng.standard_normal((experiments, generations, 1, arms)))
    costs: Samples = truth * noise * bias
    return costs


def usual_factor(rng: np.random.Generator, rounds: int, machine: Machine = NOISY) -> float:
    """Return by how much the noise multiplies a cost: the geometric mean over blocks of ``rounds``."""
    drawn = curves(rng, [[1.0]], experiments=POPULATION, generations=1, rounds=rounds, machine=machine)
    return float(np.exp(np.mean(np.log(drawn))))
