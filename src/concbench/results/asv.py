"""The history that asv keeps: every benchmark over the commits that ``asv run`` measured.

``asv run`` rewrites ``benchmarks.json`` each time, so that tells what a benchmark is today: its unit, the
names of its parameters, and its version. A point that was measured with another version is of another
benchmark that had the same name: the two do not compare, and a chart breaks there.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from concbench.results.asv_files import (
    Declared,
    ResultFile,
    Row,
    Value,
    read_benchmarks,
    read_results,
    result_paths,
)
from concbench.results.foreign import literal


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit that was measured: its hash as asv wrote it, and its date in UTC."""

    hash: str
    date: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One benchmark with one set of parameters, at one commit, on one machine, in one environment.

    ``value``, ``samples`` and ``interval`` are in the unit of the series. ``value`` is asv's: the median of
    the samples of a time, the one value of anything else. ``samples`` is None where asv saved none
    (``--record-samples``). ``interval`` holds the median with at least 99 %; None where there were too few
    samples for one. ``version`` is the benchmark's when it was measured, ``measured`` when that was, in UTC:
    None in files of old versions of asv. ``python`` is what the environment asked for, perhaps a path.
    """

    commit: Commit
    machine: str
    env: str
    python: str
    value: float
    samples: tuple[float, ...] | None
    interval: tuple[float, float] | None
    version: str | None
    measured: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A benchmark with one set of parameters, and its points by the date of their commits.

    ``params`` has names and values in the benchmark's order: numbers, strings and truth values, or the text
    of whatever else asv was given. ``kind`` is asv's type (``time``, ``track``, …) and ``unit`` its unit
    (``seconds``, ``bytes``, or what a ``track_`` function says). ``version`` is that of today. The three are
    None, and the names ``param1``, ``param2``, …, for a benchmark that ``benchmarks.json`` does not know (any
    more).
    """

    benchmark: str
    params: tuple[tuple[str, Any], ...]
    kind: str | None
    unit: str | None
    version: str | None
    points: tuple[Point, ...]

    def comparable(self, point: Point) -> bool:
        """Say whether a point was measured with today's version of the benchmark.

        As asv has it, a point without a version is; so is any where today's version is not known.
        """
        return None in (self.version, point.version) or point.version == self.version


@dataclass(frozen=True, slots=True)
class AsvHistory:
    """All that a results folder holds: machines by name, commits by date, series by benchmark.

    The series of a benchmark stand in the order in which its files list the parameters. One without any value
    (n/a or failed everywhere) is not among them.
    """

    folder: Path
    machines: tuple[str, ...]
    commits: tuple[Commit, ...]
    series: tuple[Series, ...]


def read_asv(folder: Path) -> AsvHistory:
    """Read asv's results folder: ``results_dir`` of ``asv.conf.json``, ``.asv/results`` if that says nothing.

    The folder of one machine in it will do, and so will a repository that has ``.asv/results``. Raises
    ResultsError, naming the file, for a folder without results, and for a file that is damaged or of another
    version of the format.
    """
    results, paths = result_paths(folder)
    declared = read_benchmarks(results)
    files = [read_results(path) for path in paths]
    commits = {Commit(file.commit, file.date) for file in files}
    return AsvHistory(
        folder=folder,
        machines=tuple(sorted({file.machine for file in files})),
        commits=tuple(sorted(commits, key=_by_date)),
        series=tuple(_all_series(files, declared)),
    )


def _by_date(commit: Commit) -> tuple[datetime, str]:
    return commit.date, commit.hash


def _all_series(files: Iterable[ResultFile], declared: Mapping[str, Declared]) -> Iterator[Series]:
    points: dict[str, dict[tuple[str, ...], list[Point]]] = {}
    for file in files:
        commit = Commit(file.commit, file.date)
        for row in file.rows:
            for value in row.values:
                known = points.setdefault(row.name, {}).setdefault(value.params, [])
                known.append(_point(file, commit, row, value))
    for name in sorted(points):
        about = declared.get(name)
        for reprs, found in points[name].items():
            yield Series(
                benchmark=name,
                params=named(reprs, about),
                kind=about.kind if about else None,
                unit=about.unit if about else None,
                version=about.version if about else None,
                points=tuple(sorted(found, key=_by_commit)),
            )


def _by_commit(point: Point) -> tuple[datetime, str, str, str]:
    return *_by_date(point.commit), point.machine, point.env


def _point(file: ResultFile, commit: Commit, row: Row, value: Value) -> Point:
    return Point(
        commit=commit,
        machine=file.machine,
        env=file.env,
        python=file.python,
        value=value.value,
        samples=value.samples,
        interval=value.interval,
        version=row.version,
        measured=row.started,
    )


def named(reprs: tuple[str, ...], about: Declared | None) -> tuple[tuple[str, Any], ...]:
    """Return parameters with their names, and the values that their reprs spell."""
    names = about.param_names if about else ()
    if len(names) != len(reprs):
        names = tuple(f"param{place}" for place, _ in enumerate(reprs, start=1))
    return tuple((name, literal(spelled)) for name, spelled in zip(names, reprs, strict=True))
