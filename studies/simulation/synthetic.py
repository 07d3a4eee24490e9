"""Samples with the noise of the machines that we measure on, to try the statistics on known truths.

Three kinds of noise multiply a sample: the state of the machine, which every process shares at any one
time; a bias of each process (memory layout, hash seed), which no number of rounds averages out; and a
little jitter of the sample itself. Nothing here is measured: the figures are those of docs/STATISTICS.md.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Samples: TypeAlias = NDArray[np.float64]
"""Times of the shape (experiments, generations, rounds, arms)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A machine with a fast and a slow state, after shared virtual machines of two CPUs.

    ``slow``: the factor by which the slow state lengthens every sample. ``dwell``: the shortest and the
    longest mean stay in a state, s; each generation draws the mean of either state between them, evenly in
    logarithms, and every stay is exponential (a telegraph process). ``slot``: from the start of a sample
    to the start of the next, s. ``jitter`` and ``bias``: the standard deviation of the logarithm of a
    sample and of a process. ``bias_freedom``: the degrees of freedom of Student's t for a bias with heavy
    tails (scaled by ``bias``), or None for a normal one.
    """

    slow: float = 1.7
    dwell: tuple[float, float] = (0.1, 4.0)
    slot: float = 0.01
    jitter: float = 0.02
    bias: float = 0.03
    bias_freedom: float | None = None


NOISY = Machine()


def interleaved(
    rng: np.random.Generator,
    levels: ArrayLike,
    *,
    experiments: int,
    generations: int = 6,
    rounds: int = 15,
    legs: int = 1,
    machine: Machine = NOISY,
) -> Samples:
    """Draw samples of arms that take turns, their order reversed every other round.

    ``levels``, shape (arms,), are the true times on the fast machine, in the caller's unit, which is that
    of the samples returned. ``legs`` neighbouring arms run in the same process and share its bias (2 for
    the short and long leg of a slope). A sample keeps the state that it starts in.
    """
    truth = np.asarray(levels, dtype=np.float64)
    shape = (experiments, generations, rounds, truth.size)
    slow = _states(rng, (experiments, generations, rounds * truth.size), machine).reshape(shape)
    slow[:, :, 1::2] = slow[:, :, 1::2, ::-1].copy()
    jitter = machine.jitter * rng.standard_normal(shape)
    drawn = _biases(rng, (experiments, generations, 1, truth.size // legs), machine.bias_freedom)
    bias = machine.bias * np.repeat(drawn, legs, axis=-1)
    times: Samples = truth * np.where(slow, machine.slow, 1.0) * np.exp(jitter + bias)
    return times


def _biases(rng: np.random.Generator, shape: tuple[int, ...], freedom: float | None) -> NDArray[np.float64]:
    return rng.standard_normal(shape) if freedom is None else rng.standard_t(freedom, shape)


def _states(rng: np.random.Generator, shape: tuple[int, int, int], machine: Machine) -> NDArray[np.bool_]:
    """Return whether the machine is slow at the start of each slot, shape (experiments, generations, slots).

    A telegraph process that is looked at every ``slot`` seconds is a Markov chain: with the rates r and s
    of leaving the fast and the slow one, the chance p of being slow follows dp/dt = r (1 - p) - s p, so what
    was known fades as exp(-(r + s) slot) towards r / (r + s), the share of time that is slow.
    """
    experiments, generations, slots = shape
    shortest, longest = np.log(machine.dwell)
    fast_stay, slow_stay = np.exp(rng.uniform(shortest, longest, (2, experiments, generations)))
    share = slow_stay / (fast_stay + slow_stay)
    memory = np.exp(-machine.slot * (1 / fast_stay + 1 / slow_stay))
    draws = rng.random((slots, experiments, generations))
    slow = np.empty(draws.shape, dtype=np.bool_)
    slow[0] = draws[0] < share
    for slot in range(1, slots):
        slow[slot] = draws[slot] < share + (slow[slot - 1] - share) * memory
    return np.moveaxis(slow, 0, -1)
