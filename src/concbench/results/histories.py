"""Histories: benchmarks over commits, of asv, of github-action-benchmark, or of run files."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from concbench.metrics import Better

UNITS = {"s": "seconds", "B": "bytes"}
"""What our units are called in a history."""

CHANGES = "+changes"
"""What stands after the hash of a commit that was measured with changes to it."""


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit that was measured: its hash as it was written down, and its date in UTC.

    ``+changes`` after the hash says that files were changed since. ``measured`` is when it first was, in UTC,
    where that is known.
    """

    hash: str
    date: datetime
    measured: datetime | None = field(default=None, compare=False)

    @property
    def short(self) -> str:
        """The hash as it is shown."""
        known, changes, _ = self.hash.partition(CHANGES)
        return known[:8] + changes


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPoint:
    """One benchmark with one set of parameters, at one commit, on one machine, in one environment.

    ``value``, ``samples``, ``quartiles`` and ``interval`` are in the unit of the series. ``value`` is what
    was kept: of asv's times the median of the samples, of anything else of asv's its one value. ``samples``
    is None where none were saved (``--record-samples``), and so are the lower and the upper of the
    ``quartiles``. ``interval`` holds the median with at least 99 %; None where there were too few samples for
    one. ``version`` is the benchmark's when it was measured, ``measured`` when that was, in UTC: None in
    files of old versions of asv. ``python`` is what the environment asked for, perhaps a path.
    """

    commit: Commit
    machine: str
    env: str
    python: str
    value: float
    samples: tuple[float, ...] | None = None
    quartiles: tuple[float, float] | None = None
    interval: tuple[float, float] | None = None
    version: str | None
    measured: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkSeries:
    """A benchmark with one set of parameters, and its points by the date of their commits.

    ``params`` has names and values in the benchmark's order: numbers, strings and truth values, or the text
    of whatever else there was. ``kind`` is asv's type (``time``, ``track``, …) and ``unit`` its unit
    (``seconds``, ``bytes``, or what a ``track_`` function says). ``version`` is that of today. Of asv's, the
    three are None, and the names ``param1``, ``param2``, …, for a benchmark that ``benchmarks.json`` does not
    know (any more). ``better``: of a rate, more is.
    """

    benchmark: str
    params: tuple[tuple[str, Any], ...]
    kind: str | None
    unit: str | None
    version: str | None
    points: tuple[HistoryPoint, ...]
    better: Better = "less"

    @property
    def model(self) -> str:
        """Its model, empty where it has none."""
        return str(dict(self.params).get("model", ""))

    def comparable(self, point: HistoryPoint) -> bool:
        """Say whether a point was measured with today's version of the benchmark.

        As asv has it, a point without a version is; so is any where today's version is not known.
        """
        return None in (self.version, point.version) or point.version == self.version


@dataclass(frozen=True, slots=True)
class History:
    """All that was read from ``paths``: machines by name, commits by date, series by benchmark.

    A series without any value (n/a or failed everywhere) is not among them.
    """

    paths: tuple[Path, ...]
    machines: tuple[str, ...]
    commits: tuple[Commit, ...]
    series: tuple[BenchmarkSeries, ...]

    @property
    def name(self) -> str:
        """Where it was read, in a few words."""
        more = len(self.paths) - 1
        return f"{self.paths[0].name} and {more} more" if more else self.paths[0].name

    def since(self, date: datetime) -> "History":
        """Return the part of a commit's date and later; series without a point in it are left out."""
        parts = (
            replace(one, points=tuple(point for point in one.points if point.commit.date >= date))
            for one in self.series
        )
        commits = tuple(commit for commit in self.commits if commit.date >= date)
        return replace(self, commits=commits, series=tuple(part for part in parts if part.points))


def by_date(commit: Commit) -> tuple[datetime, datetime, str]:
    """Return what commits are sorted by: their dates, where these are alike when they were first measured.

    A rebase gives many commits the same date. The hash is what is left.
    """
    return commit.date, commit.measured or datetime.max.replace(tzinfo=UTC), commit.hash


def by_commit(point: HistoryPoint) -> tuple[datetime, datetime, str, str, str]:
    """Return what the points of a series are sorted by: commit, machine, and environment."""
    return *by_date(point.commit), point.machine, point.env
