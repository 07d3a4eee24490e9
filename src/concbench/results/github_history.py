"""The history in github-action-benchmark's data: a point for each benchmark, suite and commit."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from concbench.results.github import Bench, CommitEntry, Data
from concbench.results.histories import (
    UNITS,
    BenchmarkSeries,
    Better,
    Commit,
    History,
    HistoryPoint,
    by_commit,
    by_date,
)

NOWHERE = "unknown"
"""The machine and the interpreter: the action tells neither."""


@dataclass(frozen=True, slots=True)
class _Key:
    name: str
    unit: str
    better: Better


def history_of_github(data: Data) -> History:
    """Return the history of a file. Of several entries of one commit in a suite the median counts.

    The suite, which often says where it ran, stands for the environment. Figures of a benchmark in another
    unit, or of another direction, are a series of their own.
    """
    commits = _commits(data.entries)
    found: dict[_Key, dict[tuple[str, str], list[Bench]]] = {}
    for entry in data.entries:
        for bench in entry.benches:
            places = found.setdefault(_Key(bench.name, bench.amount.unit, bench.better), {})
            places.setdefault((entry.suite, entry.commit), []).append(bench)
    return History(
        paths=(data.path,),
        machines=(NOWHERE,) if data.entries else (),
        commits=tuple(sorted(set(commits.values()), key=by_date)),
        series=tuple(
            _series(key, list(_points(places, commits)))
            for key, places in sorted(found.items(), key=lambda one: one[0].name)
        ),
    )


def _commits(entries: tuple[CommitEntry, ...]) -> dict[str, Commit]:
    """Return every commit under its hash, with its earliest date and when it was first measured."""
    dates: dict[str, list[datetime]] = {}
    measured: dict[str, list[datetime]] = {}
    for entry in entries:
        dates.setdefault(entry.commit, []).append(entry.date)
        measured.setdefault(entry.commit, []).append(entry.measured)
    return {commit: Commit(commit, min(dates[commit]), min(measured[commit])) for commit in dates}


def _points(places: dict[tuple[str, str], list[Bench]], commits: dict[str, Commit]) -> Iterator[HistoryPoint]:
    for (suite, commit), benches in places.items():
        yield HistoryPoint(
            commit=commits[commit],
            machine=NOWHERE,
            env=suite,
            python=NOWHERE,
            value=median(bench.value for bench in benches),
            version=None,
            measured=commits[commit].measured,
        )


def _series(key: _Key, points: list[HistoryPoint]) -> BenchmarkSeries:
    unit = UNITS.get(key.unit, key.unit)
    return BenchmarkSeries(
        benchmark=key.name,
        params=(),
        kind="time" if unit == "seconds" else "track",
        unit=unit,
        version=None,
        points=tuple(sorted(points, key=by_commit)),
        better=key.better,
    )
