"""The experiments that step changes are tried on: a figure for each commit, each in a mood of its own."""

from collections.abc import Callable
from functools import partial

import numpy as np

from concbench.stats.interval import Interval, NotDetermined
from concbench.stats.steps import Step, steps
from simulation.scaling import Block, CurveScenario, Sizes

LEVEL = 0.01
NEAR = 6
"""How many commits off a step may be found and still be the one that is there."""


def history_scenarios() -> tuple[CurveScenario, ...]:
    """Return every question to histories; "30, × 1.2 at 20" is a step before the 21st of 30 commits."""
    tried = ((30, 20, 1.5), (30, 24, 2.0), (60, 30, 1.2), (100, 80, 1.2))
    return (
        *(_scenario(f"false step, {n} commits", n, partial(_any), 0.0, (0.0, LEVEL)) for n in (15, 30, 100)),
        *(scenario for case in tried for scenario in _questions(*case)),
    )


def _questions(commits: int, at: int, ratio: float) -> tuple[CurveScenario, ...]:
    name = f"step, {commits} commits, × {ratio:g} at {at}"
    about = at, ratio
    return (
        _scenario(f"place of a {name}", commits, partial(_place, *about), float(at), (0.95, 1.0)),
        _scenario(f"size of a {name}", commits, partial(_size, *about), ratio, (0.95, 1.0)),
        _scenario(f"found: {name}", commits, partial(_found, *about), 0.0, None),
    )


def _scenario(
    name: str,
    commits: int,
    method: Callable[[Sizes, Block], Interval | bool],
    truth: float,
    promised: tuple[float, float] | None,
) -> CurveScenario:
    return CurveScenario(
        name=name,
        x=(1.0,),
        levels=(np.ones(1),),
        method=method,
        truth=truth,
        generations=commits,
        promised=promised,
    )


def _any(_sizes: Sizes, block: Block) -> bool:
    return bool(steps(np.log(block[:, 0, 0]), LEVEL))


def _found(at: int, ratio: float, _sizes: Sizes, block: Block) -> bool:
    return bool(_near(at, ratio, block))


def _place(at: int, ratio: float, _sizes: Sizes, block: Block) -> Interval:
    step = _the_step(at, ratio, block)
    return Interval(step.first, step.at, step.last, 0.95, len(block))


def _size(at: int, ratio: float, _sizes: Sizes, block: Block) -> Interval:
    step = _the_step(at, ratio, block)
    low, change, high = np.exp([step.low, step.change, step.high])
    return Interval(float(low), float(change), float(high), 0.95, len(block))


def _the_step(at: int, ratio: float, block: Block) -> Step:
    """Return the step that is there; raises NotDetermined where it is not found."""
    found = _near(at, ratio, block)
    if not found:
        raise NotDetermined("the step is not found")
    return min(found, key=lambda step: abs(step.at - at))


def _near(at: int, ratio: float, block: Block) -> list[Step]:
    """Return the steps that are found near the place ``at``, from which on all figures are × ``ratio``."""
    later = np.arange(len(block)) >= at
    figures = np.log(block[:, 0, 0]) + np.log(ratio) * later
    return [step for step in steps(figures, LEVEL) if abs(step.at - at) <= NEAR]
