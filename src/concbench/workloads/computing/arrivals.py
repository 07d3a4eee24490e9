"""When rounds of a load come in by themselves, whether the model has time for them or not."""

from functools import lru_cache
from random import Random

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
