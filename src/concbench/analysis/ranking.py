"""The rank: who is dominated by whom in time, CPU, memory and lateness. No single score.

Only points count that every arm of the run did, so that nobody is ranked by an easier selection; an arm that
shares no point with the others is left out. An arm's score in a dimension is the geometric mean over those
points, process by process (slopes that are not positive have no logarithm and are passed over); two arms are
compared by the ratio of their scores, paired by generation. Lateness is signed, so there the difference
counts, at the common point with most tasks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import permutations

import numpy as np
import pandas as pd

from concbench.analysis.contenders import Arm
from concbench.analysis.contrast import Versus, mark_real, versus
from concbench.analysis.dataset import Dataset, Point, is_lost
from concbench.analysis.memory import step_of

DIMENSIONS = ("time", "CPU at work", "CPU while waiting", "memory", "lateness")
"""CPU counts twice: an average over both kinds of workload would hide the core that polling burns."""

METRICS: Mapping[str, str] = {
    "time": "wall",
    "CPU at work": "cpu",
    "CPU while waiting": "cpu",
    "memory": "memory",
    "lateness": "lateness_p50",
}
ELSEWHERE: Mapping[str, bool] = {"time": True, "CPU at work": True, "CPU while waiting": False}
"""Dimensions that leave out the points with a floor (True), or those without one (False)."""


@dataclass(frozen=True, slots=True)
class Domination:
    """``winner`` is really better in the dimensions ``better``, and nothing says that it is worse in another.

    ``unsure`` are the dimensions in which the two could not be told apart. Without any, the domination is
    certain at the rate of false discoveries.
    """

    winner: Arm
    better: tuple[str, ...]
    unsure: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rank:
    """One arm: how it does against the ``base`` arm in each dimension, and who dominates it."""

    arm: Arm
    against: Mapping[str, Versus]
    value: Mapping[str, float]
    dominated_by: tuple[Domination, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The ranks of one run's arms, the points that all of them did, and the arms that shared none of them."""

    run: int
    base: Arm
    ranks: tuple[Rank, ...]
    points: Mapping[str, tuple[Point, ...]]
    left_out: tuple[Arm, ...]


def ranking_of(dataset: Dataset, run: int) -> Ranking | None:
    """Return the ranking of one run, or None where there is nothing that two arms both did."""
    everybody = dataset.arms_of_run(run)
    arms, common = _alike({arm: _done(dataset, arm) for arm in everybody})
    points = {name: _points(dataset, arms, common, name) for name in DIMENSIONS}
    scores = {
        (arm, name): _score(dataset, arm, chosen, name)
        for arm in arms
        for name, chosen in points.items()
        if chosen
    }
    names = [name for name in DIMENSIONS if points[name] and all(len(scores[arm, name]) for arm in arms)]
    if not names:
        return None
    base = next((arm for arm in arms if arm.contender == dataset.baselines[run]), arms[0])
    weighed = [cell for cell in dataset.cells if cell.point in points["memory"] and cell.ok]
    steps = {"memory": max(map(step_of, weighed), default=0.0)}
    compared = _compared(arms, names, scores, steps)
    ranks = tuple(
        Rank(
            arm,
            {name: compared[arm, base, name] for name in names if arm != base},
            {name: float(scores[arm, name].median()) for name in names},
            _dominators(arm, arms, names, compared),
        )
        for arm in arms
    )
    left_out = tuple(arm for arm in everybody if arm not in arms)
    return Ranking(run, base, ranks, {name: points[name] for name in names}, left_out)


def _alike(did: Mapping[Arm, set[Point]]) -> tuple[list[Arm], set[Point]]:
    """Return arms that have points in common, and these points; nothing where there are no two such arms.

    Who has points in common with the fewest others is left out first.
    """
    arms = list(did)
    while len(arms) > 1:
        if common := set.intersection(*(did[arm] for arm in arms)):
            return arms, common
        shared = {arm: sum(bool(did[arm] & did[other]) for other in arms) for arm in arms}
        arms.remove(min(arms, key=lambda arm: (shared[arm], len(did[arm]))))
    return [], set()


def _done(dataset: Dataset, arm: Arm) -> set[Point]:
    return {cell.point for cell in dataset.cells if cell.arm == arm and cell.ok}


def _points(dataset: Dataset, arms: list[Arm], common: set[Point], name: str) -> tuple[Point, ...]:
    """Return the points of ``common`` that count in a dimension, in the headers' order."""
    chosen = tuple(
        point
        for point in dataset.points()
        if point in common and all(_counts(_measured(dataset, arm, point, name), name) for arm in arms)
    )
    if name == "lateness":
        return tuple(sorted(chosen, key=lambda point: point.number("tasks") or 0)[-1:])
    return chosen


def _measured(dataset: Dataset, arm: Arm, point: Point, name: str) -> pd.Series:
    """Return an arm's values at a point in one dimension; none where the point says nothing of it.

    Time above a floor is lateness, so it is left to that dimension; where there is a floor there is waiting.
    """
    cell = dataset.at(point, arm)
    if cell is None or (name in ELSEWHERE and ELSEWHERE[name] == bool(cell.summary.floor_ns)):
        return pd.Series(dtype="float64")
    values = dataset.values(cell, METRICS[name])
    return values.abs() if name == "lateness" else values


def _counts(values: pd.Series, name: str) -> bool:
    """Say whether values count: where a cost is not above zero, noise hid it, and the point says nothing."""
    return len(values) > 0 and (name == "lateness" or not is_lost(values))


def _score(dataset: Dataset, arm: Arm, points: tuple[Point, ...], name: str) -> pd.Series:
    """Return an arm's score for each generation: a geometric mean over the points; lateness itself, in ns."""
    columns = [_measured(dataset, arm, point, name) for point in points]
    if name == "lateness":
        return columns[0]
    values = pd.concat(columns, axis=1, join="inner")
    logs = np.log(values.to_numpy(dtype=np.float64))
    return pd.Series(np.exp(logs.mean(axis=1)), index=values.index)


def _compared(
    arms: list[Arm],
    names: list[str],
    scores: Mapping[tuple[Arm, str], pd.Series],
    steps: Mapping[str, float],
) -> dict[tuple[Arm, Arm, str], Versus]:
    """Compare every arm with every other in every dimension, and decide for all together what is real.

    Both directions of a pair have the same p-value, so counting them twice changes no discovery.
    """
    keys = [(a, b, name) for a, b in permutations(arms, 2) for name in names]
    found = [
        versus(
            scores[a, name],
            scores[b, name],
            "difference" if name == "lateness" else "ratio",
            steps.get(name, 0.0),
        )
        for a, b, name in keys
    ]
    return dict(zip(keys, mark_real(found), strict=True))


def _dominators(
    arm: Arm, arms: list[Arm], names: list[str], compared: Mapping[tuple[Arm, Arm, str], Versus]
) -> tuple[Domination, ...]:
    found = []
    for other in arms:
        against = {name: compared[other, arm, name] for name in names} if other != arm else {}
        better = tuple(name for name, one in against.items() if one.side < 0)
        if better and not any(one.side > 0 or one.leaning > 0 for one in against.values()):
            unsure = tuple(name for name, one in against.items() if one.side == 0)
            found.append(Domination(other, better, unsure))
    return tuple(found)
