"""Flat histories and histories with a step, and how many of the steps that are found are there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from concbench.stats.discoveries import ALONE, orders_for
from concbench.stats.scores import TIMES, ScoreScales
from concbench.stats.speeds import fast_level, from_quartiles, from_samples, quiet_figure
from concbench.stats.steps import StepChange, steps
from simulation.commits import ASV, QUICK, STANDARD, SUITE, Layout, Samples, measured

Figures: TypeAlias = NDArray[np.float64]
"""A figure for each commit."""

Reduce: TypeAlias = Callable[[Samples, Samples], Figures]
"""From samples and calibration readings to figures."""

NEAR = 2
"""How many commits off a step may be found and still be the one that is there."""

EDGE = 5
"""Commits that stand on either side of a step at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What was kept of a commit, and how it becomes a figure; ``promised``: it has to reach the targets."""

    name: str
    layout: Layout
    reduce: Reduce
    scales: ScoreScales | None = TIMES
    promised: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Of so many flat ``histories``, and as many with a step of ``ratio``.

    ``false`` are steps found in the flat ones. ``found`` are histories whose step was found within two
    commits, ``placed`` and ``sized`` those of them whose places and interval enclose it; ``width`` is the
    median width of the interval, of the logarithm. ``others`` are further steps in the histories with one.
    """

    kind: str
    ratio: float
    histories: int
    false: int
    found: int
    others: int
    placed: int
    sized: int
    width: float
    promised: bool

    @property
    def kept(self) -> bool:
        """Say whether at most 1 in 100 flat histories has a step, and 95 in 100 steps are found."""
        return not self.promised or (
            self.false <= self.histories / 100 and self.found >= 0.95 * self.histories
        )


def kinds() -> tuple[Kind, ...]:
    """Return what is tried: run files, asv's results, and what the same would be without the method."""
    medians = _medians
    return (
        Kind(name="run files, 6 × 3", layout=QUICK, reduce=_from_runs),
        Kind(name="run files, 10 × 7", layout=STANDARD, reduce=_from_runs),
        Kind(name="asv, samples, 2 × 5", layout=ASV, reduce=_from_samples),
        Kind(name="asv, samples, 3 × 5", layout=SUITE, reduce=_from_samples),
        Kind(name="asv, quartiles, 2 × 5", layout=ASV, reduce=_from_quartiles, promised=False),
        Kind(name="asv, quartiles, 3 × 5", layout=SUITE, reduce=_from_quartiles, promised=False),
        Kind(name="control: medians alone, 2 × 5", layout=ASV, reduce=medians, promised=False),
        Kind(name="control: and ranks alone, 2 × 5", layout=ASV, reduce=medians, scales=None, promised=False),
        Kind(name="control: run files, all samples, ranks alone, 6 × 3", layout=QUICK,
             reduce=_medians_of_processes, scales=None, promised=False),
    )  # fmt: skip


def _from_runs(samples: Samples, calibration: Samples) -> Figures:
    commits, processes, number = samples.shape
    labels = np.repeat(np.arange(processes), number)
    fast = fast_level(calibration.ravel())
    figures = [
        quiet_figure(samples[one].ravel(), labels, calibration[one].ravel(), fast) for one in range(commits)
    ]
    return np.array(figures)


def _from_samples(samples: Samples, _calibration: Samples) -> Figures:
    return from_samples(list(samples.reshape(len(samples), -1)))


def _from_quartiles(samples: Samples, _calibration: Samples) -> Figures:
    return from_quartiles(np.quantile(samples.reshape(len(samples), -1), [0.25, 0.5, 0.75], axis=1).T)


def _medians(samples: Samples, _calibration: Samples) -> Figures:
    return np.asarray(np.median(samples.reshape(len(samples), -1), axis=1), dtype=np.float64)


def _medians_of_processes(samples: Samples, _calibration: Samples) -> Figures:
    return np.asarray(np.median(np.median(samples, axis=2), axis=1), dtype=np.float64)


def count(
    kind: Kind,
    histories: int,
    rng: np.random.Generator,
    *,
    ratio: float = 1.1,
    commits: int = 40,
    tick: Callable[[], None] = lambda: None,
) -> Count:
    """Count what is found in so many histories without a step and as many with one, each judged alone.

    A step multiplies all samples from a commit on, which is drawn for each history. ``tick`` is called after
    each. Raises ValueError for too few commits to have ``EDGE`` on either side of a step.
    """
    if commits <= 2 * EDGE:
        raise ValueError(f"{commits} commits have no place with {EDGE} on either side")
    false, others = 0, 0
    there: list[tuple[int, StepChange]] = []
    for _ in range(histories):
        false += len(_found(kind, rng, commits, commits, ratio))
        tick()
        at = int(rng.integers(EDGE, commits - EDGE + 1))
        found = _found(kind, rng, commits, at, ratio)
        near = [step for step in found if abs(step.at - at) <= NEAR]
        there += [(at, step) for step in near[:1]]
        others += len(found) - len(near[:1])
        tick()
    return _counted(kind, ratio, there, histories=histories, false=false, others=others)


def _counted(kind: Kind, ratio: float, there: Sequence[tuple[int, StepChange]], **counts: int) -> Count:
    """Return a count of so many histories, of which in some a step is ``there``: its true place, and it."""
    true = float(np.log(ratio))
    return Count(
        kind=kind.name,
        ratio=ratio,
        found=len(there),
        placed=sum(step.first <= at <= step.last for at, step in there),
        sized=sum(step.low <= true <= step.high for _, step in there),
        width=float(np.median([step.high - step.low for _, step in there])) if there else np.inf,
        promised=kind.promised and ratio == 1.1,
        **counts,
    )


def _found(kind: Kind, rng: np.random.Generator, commits: int, at: int, ratio: float) -> list[StepChange]:
    """Return the steps in a history whose samples are × ``ratio`` from the commit ``at`` on."""
    samples, calibration = measured(rng, commits, kind.layout)
    later = np.where(np.arange(commits) >= at, ratio, 1.0)[:, None, None]
    figures = np.log(kind.reduce(samples * later, calibration))
    return steps(figures, ALONE, scales=kind.scales, most=orders_for(ALONE))
