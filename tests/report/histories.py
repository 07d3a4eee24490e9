"""Histories that were never measured: figures over commits, with steps where a test wants them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from concbench.results.histories import BenchmarkSeries, Commit, History, HistoryPoint

MODELS = ("asyncio", "threads")


def commits(number: int) -> list[Commit]:
    """Commits of successive days, each with a hash of its own."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    return [Commit(f"{0xABC0000 + n:08x}{n:032x}", start + timedelta(days=n)) for n in range(number)]


def figures(seed: int, number: int, level: float = 1e-6, spread: float = 0.05) -> np.ndarray:
    """Figures around a level, in the unit of the series."""
    drawn: np.ndarray = level * np.exp(spread * np.random.default_rng(seed).standard_normal(number))
    return drawn


def stepped(seed: int, number: int, at: int, ratio: float) -> np.ndarray:
    """The same, that rise by ``ratio`` at a place."""
    later: np.ndarray = figures(seed, number) * np.where(np.arange(number) >= at, ratio, 1.0)
    return later


def series(
    values: Sequence[float] | np.ndarray,
    *,
    benchmark: str = "spawn.Time.time_wall_per_task",
    unit: str | None = "seconds",
    version: str = "1.1",
    old: int = 0,
    machine: str = "box",
    env: str = "virtualenv-py3.12",
    **params: Any,
) -> BenchmarkSeries:
    """A series of these values, one a commit; the first ``old`` were measured with another version."""
    return BenchmarkSeries(
        benchmark=benchmark,
        params=tuple(params.items()),
        kind="time",
        unit=unit,
        version=version,
        points=tuple(
            HistoryPoint(
                commit=commit,
                machine=machine,
                env=env,
                python="3.12",
                value=float(value),
                samples=None,
                interval=None,
                version="0" if place < old else version,
                measured=None,
            )
            for place, (commit, value) in enumerate(zip(commits(len(values)), values, strict=True))
        ),
    )


def history_of(*found: BenchmarkSeries) -> History:
    """Return a history of these series."""
    points = [point for one in found for point in one.points]
    return History(
        paths=(Path("results"),),
        machines=tuple(sorted({point.machine for point in points})),
        commits=tuple(dict.fromkeys(point.commit for point in points)),
        series=found,
    )


def suite(number: int = 30, at: int = 18, ratio: float = 1.5) -> History:
    """Return a history of some benchmarks in which asyncio's spawn alone became slower."""
    return history_of(
        *(
            series(
                stepped(seed, number, at, ratio) if model == "asyncio" else figures(seed, number),
                model=model,
                tasks=tasks,
            )
            for seed, (tasks, model) in enumerate((tasks, model) for tasks in (10, 1000) for model in MODELS)
        ),
        *(
            series(
                figures(10 + seed, number),
                benchmark="switch.Time.time_wall_per_suspension",
                model=model,
                tasks=10,
            )
            for seed, model in enumerate(MODELS)
        ),
    )
