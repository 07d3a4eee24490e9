"""The history that asv keeps: every benchmark over the commits that ``asv run`` measured.

``asv run`` rewrites ``benchmarks.json`` each time, so that tells what a benchmark is today: its unit, the
names of its parameters, and its version. A point that was measured with another version is of another
benchmark that had the same name: the two do not compare, and a chart breaks there.
"""

from collections.abc import Iterable, Iterator, Mapping
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
from concbench.results.histories import Commit, History, Point, Series, by_commit, by_date


def read_asv(folder: Path) -> History:
    """Read asv's results folder: ``results_dir`` of ``asv.conf.json``, ``.asv/results`` if that says nothing.

    The folder of one machine in it will do, and so will a repository that has ``.asv/results``. Raises
    ResultsError, naming the file, for a folder without results, and for a file that is damaged or of another
    version of the format. The series of a benchmark stand in the order in which its files list the
    parameters.
    """
    results, paths = result_paths(folder)
    declared = read_benchmarks(results)
    files = [read_results(path) for path in paths]
    commits = _commits(files)
    return History(
        paths=(folder,),
        machines=tuple(sorted({file.machine for file in files})),
        commits=tuple(sorted(set(commits.values()), key=by_date)),
        series=tuple(_all_series(files, declared, commits)),
    )


def _commits(files: Iterable[ResultFile]) -> dict[tuple[str, datetime], Commit]:
    """Return every commit under its hash and date, with when the first of its files was begun."""
    began: dict[tuple[str, datetime], list[datetime]] = {}
    for file in files:
        known = began.setdefault((file.commit, file.date), [])
        known += [row.started for row in file.rows if row.started is not None]
    return {key: Commit(*key, min(starts, default=None)) for key, starts in began.items()}


def _all_series(
    files: Iterable[ResultFile],
    declared: Mapping[str, Declared],
    commits: Mapping[tuple[str, datetime], Commit],
) -> Iterator[Series]:
    points: dict[str, dict[tuple[str, ...], list[Point]]] = {}
    for file in files:
        commit = commits[file.commit, file.date]
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
                points=tuple(sorted(found, key=by_commit)),
            )


def _point(file: ResultFile, commit: Commit, row: Row, value: Value) -> Point:
    return Point(
        commit=commit,
        machine=file.machine,
        env=file.env,
        python=file.python,
        value=value.value,
        samples=value.samples,
        quartiles=value.quartiles,
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
