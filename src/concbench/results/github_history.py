"""The history in github-action-benchmark's data: a point for each benchmark, suite and commit."""

from collections.abc import Iterable, Mapping, Sequence
from statistics import median

from concbench.metrics import Better
from concbench.results.github import CommitEntry, Data
from concbench.results.histories import (
    UNITS,
    BenchmarkSeries,
    Commit,
    History,
    HistoryPoint,
    by_commit,
    by_date,
)

NOWHERE = "unknown"
"""The machine and the interpreter: the action tells neither."""


def history_of_github(data: Data) -> History:
    """Return the history of a file. Of several entries of one commit in a suite the median counts.

    The suite, which often says where it ran, stands for the environment. Figures of a benchmark in another
    unit, or of another direction, are a series of their own.
    """
    commits = _commits(data.entries)
    found: dict[tuple[str, str, Better], dict[tuple[str, str], list[float]]] = {}
    for entry in data.entries:
        for bench in entry.benches:
            places = found.setdefault((bench.name, bench.amount.unit, bench.better), {})
            places.setdefault((entry.suite, entry.commit), []).append(bench.value)
    return History(
        paths=(data.path,),
        machines=(NOWHERE,) if data.entries else (),
        commits=tuple(sorted(set(commits.values()), key=by_date)),
        series=tuple(_series(*key, found[key], commits) for key in sorted(found, key=lambda one: one[0])),
    )


def _commits(entries: Iterable[CommitEntry]) -> dict[str, Commit]:
    """Return every commit under its hash, with its earliest date and when it was first measured."""
    found: dict[str, list[CommitEntry]] = {}
    for entry in entries:
        found.setdefault(entry.commit, []).append(entry)
    return {
        commit: Commit(commit, min(one.date for one in same), min(one.measured for one in same))
        for commit, same in found.items()
    }


def _series(
    name: str,
    unit: str,
    better: Better,
    places: Mapping[tuple[str, str], Sequence[float]],
    commits: Mapping[str, Commit],
) -> BenchmarkSeries:
    points = [
        HistoryPoint(
            commit=commits[commit],
            machine=NOWHERE,
            env=suite,
            python=NOWHERE,
            value=median(values),
            version=None,
            measured=commits[commit].measured,
        )
        for (suite, commit), values in places.items()
    ]
    return BenchmarkSeries(
        benchmark=name,
        params=(),
        kind="time" if unit == "s" else "track",
        unit=UNITS.get(unit, unit),
        version=None,
        points=tuple(sorted(points, key=by_commit)),
        better=better,
    )
