"""When rounds of a load come in by themselves, whether the model has time for them or not.

``p`` are the parameters of ``service``.
"""

from collections.abc import Sequence
from functools import lru_cache
from random import Random
from typing import Any

from concbench.workloads.latency import quantile

LEAD_S, LEAD_PER_TASK_S = 0.02, 0.0003
"""Before the first round: time for all tasks to be made, threads too."""


def lead(tasks: int) -> float:
    """Return how long (s) after its start a task's first round can come in."""
    return LEAD_S + LEAD_PER_TASK_S * tasks


@lru_cache(maxsize=16)
def arrivals(tasks: int, period: float, window: float, seed: int) -> tuple[tuple[float, ...], ...]:
    """Return when (s after its start) each task's rounds come in within the ``window`` (s) after the lead.

    A task's rounds are one ``period`` (s) apart, from a moment in its first period that is drawn evenly. All
    tasks together are close to a Poisson process where there are many. There is one round at least.
    """
    rng = Random(seed)
    phases = [period * rng.random() for _ in range(tasks)]
    drawn = [[lead(tasks) + at for at in _from(phase, period, window)] for phase in phases]
    if not any(drawn):
        drawn[rng.randrange(tasks)].append(lead(tasks) + window * rng.random())
    return tuple(map(tuple, drawn))


def _from(phase: float, period: float, window: float) -> list[float]:
    return [phase + count * period for count in range(max(0, int((window - phase) // period) + 1))]


FEWEST_TOLD = 6
"""Rounds below which nobody can say whether they came to be done later and later."""


def behind(came: Sequence[tuple[float, float]]) -> float:
    """Return by how much (s for each s) latency grew over rounds that came in at a time and were so late.

    Ascending times are expected. It is told by the medians of the first third and the last, which a pause of
    the machine hardly moves; 0 where rounds are too few.
    """
    if len(came) < FEWEST_TOLD:
        return 0.0
    third = len(came) // 3
    (first, soon), (last, late) = (
        [quantile(sorted(values), 0.5) for values in zip(*part, strict=True)]
        for part in (came[:third], came[-third:])
    )
    return (late - soon) / (last - first) if last > first else 0.0


def times_of(p: Any) -> tuple[tuple[float, ...], ...]:
    """Return when (s after its start) each task's rounds come in, ascending; there is one at least."""
    return arrivals(p.tasks, 60 / p.rate, p.wait + p.window, p.seed)


def steady_from(p: Any) -> float:
    """Return when (s after its start) the first rounds have waited: then as many compute as come in."""
    return lead(p.tasks) + float(p.wait)


def end_of(p: Any) -> float:
    """Return when (s after its start) a task ends."""
    return steady_from(p) + float(p.window)


def rounds(p: Any) -> int:
    """Return how many rounds come in."""
    return sum(map(len, times_of(p)))
