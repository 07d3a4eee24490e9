"""The rank: who is dominated by whom in time, CPU, memory and lateness. No single score.

Only points count that every contender of the run did, so that nobody is ranked by an easier selection; a
contender that did far fewer of them than most, or shares none with the others, is left out. A contender's
score in a dimension is the geometric mean over those points, process by process (slopes that are not
positive have no logarithm and are passed over); two contenders are compared by the ratio of their scores,
paired by generation. Lateness is signed, so there the difference counts, at the common point with most
tasks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import permutations
from statistics import median_low

import numpy as np
import pandas as pd

from concbench.analysis.contenders import RunContender
from concbench.analysis.contrast import Versus, versus
from concbench.analysis.dataset import Dataset, ReportedPoint, can_be_judged
from concbench.analysis.memory import step_of
from concbench.analysis.summary import mark_real
from concbench.metrics import Kind

DIMENSIONS = ("time", "CPU at work", "CPU while waiting", "memory", "lateness")
"""CPU counts twice: an average over both kinds of workload would hide the core that polling burns."""

METRICS: Mapping[str, str] = {
    "time": "wall",
    "CPU at work": "cpu",
    "CPU while waiting": "cpu",
    "memory": "memory",
    "lateness": "lateness_p50",
}
FAR_FEWER = 0.75
"""Who did a smaller share of the points that the median contender did is left out: few would be common."""
ELSEWHERE: Mapping[str, bool] = {"time": True, "CPU at work": True, "CPU while waiting": False}
"""Dimensions that leave out the points with a floor (True), or those without one (False)."""


@dataclass(frozen=True, slots=True)
class Domination:
    """``winner`` is really better in the dimensions ``better``, and nothing says that it is worse in another.

    ``unsure`` are the dimensions in which the two could not be told apart. Without any, the domination is
    certain at the rate of false discoveries.
    """

    winner: RunContender
    better: tuple[str, ...]
    unsure: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rank:
    """One contender: how it does against the ``base`` contender in each dimension, and who dominates it."""

    contender: RunContender
    against: Mapping[str, Versus]
    value: Mapping[str, float]
    dominated_by: tuple[Domination, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The ranks of one run's contenders, the points that all of them did, and who was left out."""

    run: int
    base: RunContender
    ranks: tuple[Rank, ...]
    points: Mapping[str, tuple[ReportedPoint, ...]]
    left_out: tuple[RunContender, ...]


def ranking_of(dataset: Dataset, run: int) -> Ranking | None:
    """Return the ranking of one run, or None where there is nothing that two contenders both did."""
    everybody = dataset.contenders_of_run(run)
    contenders, common = _alike(_usual({contender: _done(dataset, contender) for contender in everybody}))
    points = {name: chosen for name in DIMENSIONS if (chosen := _points(dataset, contenders, common, name))}
    scores = {
        (contender, name): _score(dataset, contender, chosen, name)
        for contender in contenders
        for name, chosen in points.items()
    }
    names = [name for name in points if all(len(scores[contender, name]) for contender in contenders)]
    if not names:
        return None
    base = next((one for one in contenders if one.id == dataset.baselines[run]), contenders[0])
    weighed = [cell for cell in dataset.cells if cell.point in points.get("memory", ()) and cell.ok]
    steps = {"memory": max(map(step_of, weighed), default=0.0)}
    compared = _compared(contenders, names, scores, steps)
    ranks = tuple(
        Rank(
            contender,
            {name: compared[contender, base, name] for name in names if contender != base},
            {name: float(scores[contender, name].median()) for name in names},
            _dominators(contender, contenders, names, compared),
        )
        for contender in contenders
    )
    left_out = tuple(contender for contender in everybody if contender not in contenders)
    return Ranking(run, base, ranks, {name: points[name] for name in names}, left_out)


def _usual(did: Mapping[RunContender, set[ReportedPoint]]) -> dict[RunContender, set[ReportedPoint]]:
    """Return the contenders that did not far fewer points than most."""
    least = FAR_FEWER * median_low(map(len, did.values())) if did else 0.0
    return {contender: points for contender, points in did.items() if len(points) >= least}


def _alike(did: Mapping[RunContender, set[ReportedPoint]]) -> tuple[list[RunContender], set[ReportedPoint]]:
    """Return contenders that have points in common, and these points; nothing where there are no two such.

    Who has points in common with the fewest others is left out first.
    """
    contenders = list(did)
    while len(contenders) > 1:
        if common := set.intersection(*(did[contender] for contender in contenders)):
            return contenders, common
        shared = {
            contender: sum(bool(did[contender] & did[other]) for other in contenders)
            for contender in contenders
        }
        contenders.remove(min(contenders, key=lambda contender: (shared[contender], len(did[contender]))))
    return [], set()


def _done(dataset: Dataset, contender: RunContender) -> set[ReportedPoint]:
    return {cell.point for cell in dataset.cells if cell.contender == contender and cell.ok}


def _points(
    dataset: Dataset, contenders: list[RunContender], common: set[ReportedPoint], name: str
) -> tuple[ReportedPoint, ...]:
    """Return the points of ``common`` that count in a dimension, in the headers' order."""
    chosen = tuple(
        point
        for point in dataset.points()
        if point in common
        and all(
            can_be_judged(_measured(dataset, contender, point, name), _kind(name)) for contender in contenders
        )
    )
    if name == "lateness":
        return tuple(sorted(chosen, key=lambda point: point.number("tasks") or 0)[-1:])
    return chosen


def _kind(name: str) -> Kind:
    return "difference" if name == "lateness" else "ratio"


def _measured(dataset: Dataset, contender: RunContender, point: ReportedPoint, name: str) -> pd.Series:
    """Return a contender's values at a point in one dimension; none where the point says nothing of it.

    Time above a floor is lateness, so it is left to that dimension; where there is a floor there is waiting.
    """
    cell = dataset.at(point, contender)
    if cell is None or (name in ELSEWHERE and ELSEWHERE[name] == bool(cell.summary.floor_ns)):
        return pd.Series(dtype="float64")
    values = dataset.values(cell, METRICS[name])
    return values.abs() if name == "lateness" else values


def _score(
    dataset: Dataset, contender: RunContender, points: tuple[ReportedPoint, ...], name: str
) -> pd.Series:
    """Return a contender's score for each generation: a geometric mean over points; lateness itself (ns)."""
    columns = [_measured(dataset, contender, point, name) for point in points]
    if name == "lateness":
        return columns[0]
    values = pd.concat(columns, axis=1, join="inner")
    logs = np.log(values.to_numpy(dtype=np.float64))
    return pd.Series(np.exp(logs.mean(axis=1)), index=values.index)


def _compared(
    contenders: list[RunContender],
    names: list[str],
    scores: Mapping[tuple[RunContender, str], pd.Series],
    steps: Mapping[str, float],
) -> dict[tuple[RunContender, RunContender, str], Versus]:
    """Compare every contender with every other in every dimension, and decide for all together what is real.

    Both directions of a pair have the same p-value, so counting them twice changes no discovery.
    """
    keys = [(a, b, name) for a, b in permutations(contenders, 2) for name in names]
    found = [
        versus(
            scores[a, name],
            scores[b, name],
            _kind(name),
            steps.get(name, 0.0),
        )
        for a, b, name in keys
    ]
    return dict(zip(keys, mark_real(found), strict=True))


def _dominators(
    contender: RunContender,
    contenders: list[RunContender],
    names: list[str],
    compared: Mapping[tuple[RunContender, RunContender, str], Versus],
) -> tuple[Domination, ...]:
    found = []
    for other in contenders:
        against = {name: compared[other, contender, name] for name in names} if other != contender else {}
        better = tuple(name for name, one in against.items() if one.side < 0)
        if better and not any(one.side > 0 or one.leaning > 0 for one in against.values()):
            unsure = tuple(name for name, one in against.items() if one.side == 0)
            found.append(Domination(other, better, unsure))
    return tuple(found)
