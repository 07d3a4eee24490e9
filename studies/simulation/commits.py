"""Commits that are measured one after the other on a machine with two speeds, sample by sample in time.

The machine is that of ``synthetic.py``. What differs is that nothing is interleaved: each commit meets the
machine in a mood of its own, which holds for the seconds to minutes that measuring it takes. Whatever comes
after a sample within the stay of a speed is measured at that speed; the processes of a commit lie far apart.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from simulation.synthetic import NOISY, Machine

Samples: TypeAlias = NDArray[np.float64]
"""Times of the shape (commits, processes, samples), in multiples of the true one on the fast machine."""

BEFORE = 0.0015
"""How long before a sample its calibration is read, s: it takes about 1 ms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a commit is measured: so many processes, and samples in each that begin ``slot`` s apart."""

    processes: int
    samples: int
    slot: float


QUICK = Layout(processes=6, samples=3, slot=0.05)
"""One cell of ``concbench run --preset quick``: five contenders alternate."""

STANDARD = Layout(processes=10, samples=7, slot=0.05)
"""The same of ``--preset standard``."""

ASV = Layout(processes=2, samples=5, slot=0.01)
"""asv's defaults: two rounds, and in each five samples of 10 ms."""

SUITE = Layout(processes=3, samples=5, slot=0.01)
"""The suite in ``benchmarks/``."""


def measured(
    rng: np.random.Generator, commits: int, layout: Layout, machine: Machine = NOISY
) -> tuple[Samples, Samples]:
    """Draw the samples of a cell that never changed, and the calibration reading before each."""
    begins = np.arange(layout.samples) * layout.slot
    slow = _slow(rng, np.sort(np.concatenate([begins, begins + BEFORE])), commits, layout.processes, machine)
    jitter = np.exp(machine.jitter * rng.standard_normal((2, commits, layout.processes, layout.samples)))
    speeds = np.where(slow, machine.slow, 1.0)
    bias = np.exp(machine.bias * rng.standard_normal((commits, layout.processes, 1)))
    return speeds[..., 1::2] * jitter[0] * bias, speeds[..., 0::2] * jitter[1]


def _slow(
    rng: np.random.Generator, times: NDArray[np.float64], commits: int, processes: int, machine: Machine
) -> NDArray[np.bool_]:
    """Return whether the machine is slow at these times of each process, shape (commits, processes, times).

    The chance of being slow follows what is said in ``synthetic.py``; stays are drawn for each commit.
    """
    shortest, longest = np.log(machine.dwell)
    fast_stay, slow_stay = np.exp(rng.uniform(shortest, longest, (2, commits, 1)))
    share = slow_stay / (fast_stay + slow_stay)
    draws = rng.random((times.size, commits, processes))
    slow = np.empty(draws.shape, dtype=np.bool_)
    slow[0] = draws[0] < share
    for number, elapsed in enumerate(np.diff(times), start=1):
        memory = np.exp(-elapsed * (1 / fast_stay + 1 / slow_stay))
        slow[number] = draws[number] < share + (slow[number - 1] - share) * memory
    return np.moveaxis(slow, 0, -1)
