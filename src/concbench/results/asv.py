"""The history that asv keeps: every benchmark over the commits that ``asv run`` measured.

``asv run`` rewrites ``benchmarks.json`` each time, so that tells what a benchmark is today: its unit, the
names of its parameters, and its version. A point that was measured with another version is of another
benchmark that had the same name: the two do not compare, and a chart breaks there.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from concbench.results.asv_files import ResultFile, ResultRow, Value, check_machine, results_of
from concbench.results.asv_folders import Declared, machine_of, read_benchmarks, result_paths
from concbench.results.foreign import literal, read_json
from concbench.results.histories import BenchmarkSeries, Commit, History, HistoryPoint, by_commit, by_date
from concbench.results.partly import PassedOver, first_of
from concbench.results.places import refuse_irregular

BEYOND = "figures that nobody can have measured are passed over"


def read_asv(
    folder: Path,
    tell: Callable[[str], None] = lambda _note: None,
    at: Callable[[str, int, int], None] = lambda _name, _done, _of: None,
) -> History:
    """Read asv's results folder: ``results_dir`` of ``asv.conf.json``, ``.asv/results`` if that says nothing.

    The folder of one machine in it will do, and so will a repository that has ``.asv/results``. A file that
    cannot be read, or that is of another machine than its folder, is passed over, and ``tell`` is called with
    its name and the reason. ``at`` is called before each file, with its name, how many are read, and of how
    many. The series of a benchmark stand in the order in which its files list the parameters.

    Raises ResultsError, naming the file, for a folder without results, and where none of them can be read.
    """
    passed = PassedOver()
    results, paths = result_paths(folder, passed)
    declared = passed.attempt(lambda: read_benchmarks(results)) or {}
    files = list(_files(paths, passed, at))
    if not files:
        raise passed.nothing(folder)
    beyond = [f"{file.path}: {told}" for file in files for told in file.beyond]
    for note in (*passed.notes(), *first_of(beyond, BEYOND)):
        tell(note)
    commits = _commits(files)
    return History(
        paths=(folder,),
        machines=tuple(sorted({file.machine for file in files})),
        commits=tuple(sorted(set(commits.values()), key=by_date)),
        series=tuple(_all_series(files, declared, commits)),
    )


def _files(
    paths: Sequence[Path], passed: PassedOver, at: Callable[[str, int, int], None]
) -> Iterator[ResultFile]:
    """Yield the result files that can be read, and are of the machine whose folder they are in."""
    places = dict.fromkeys(path.parent for path in paths)
    machines = {place: passed.attempt(partial(machine_of, place)) for place in places}
    for number, path in enumerate(paths):
        at(path.name, number, len(paths))
        if file := passed.attempt(partial(_read, path, machines[path.parent])):
            yield file


def _read(path: Path, machine: str | None) -> ResultFile:
    refuse_irregular(path)
    return check_machine(results_of(read_json(path), path), machine)


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
) -> Iterator[BenchmarkSeries]:
    points: dict[str, dict[tuple[str, ...], list[HistoryPoint]]] = {}
    for file in files:
        commit = commits[file.commit, file.date]
        for row in file.rows:
            for value in row.values:
                known = points.setdefault(row.name, {}).setdefault(value.params, [])
                known.append(_point(file, commit, row, value))
    for name in sorted(points):
        about = declared.get(name)
        for reprs, found in points[name].items():
            yield BenchmarkSeries(
                benchmark=name,
                params=named(reprs, about),
                kind=about.kind if about else None,
                unit=about.unit if about else None,
                version=about.version if about else None,
                points=tuple(sorted(found, key=by_commit)),
            )


def _point(file: ResultFile, commit: Commit, row: ResultRow, value: Value) -> HistoryPoint:
    return HistoryPoint(
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
