"""Reading a history: run files, folders of them, and results of asv, together."""

import os
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from operator import attrgetter, contains, eq
from pathlib import Path
from typing import Any

from concbench.analysis.run_history import commit_of, history_of_runs, why_unknown
from concbench.errors import RequestError, arg
from concbench.metrics import names_for
from concbench.results.asv import read_asv
from concbench.results.asv_files import is_asv
from concbench.results.asv_folders import NoResults
from concbench.results.errors import ResultsError, RunFileError
from concbench.results.foreign import held, read_json, start_of
from concbench.results.github import DATA, Data, github_data, is_github, read_github, starts_as_github
from concbench.results.github_history import history_of_github
from concbench.results.histories import BenchmarkSeries, History, by_commit, by_date
from concbench.results.measured import Measured, read_measured
from concbench.results.partly import PassedOver, first_of
from concbench.results.places import is_folder, is_regular, refuse_irregular, same_place
from concbench.results.queries import is_comparison
from concbench.results.reader import starts_as_run
from concbench.runs.watching import Watcher
from concbench.words import few

SUFFIXES = (".jsonl", ".jsonl.gz")
JSON = (".json", ".json.gz")

FILE_NS = 2_000_000
"""How long a file of asv's takes to read, or so (ns)."""

COMPARISON, NAMELESS, AGAIN = "comparison", "run without a commit", "run that was read before"
PLURALS = {COMPARISON: "comparisons", NAMELESS: "runs without a commit", AGAIN: "runs that were read before"}
"""What is passed over in a folder, one and several."""


def read_history(paths: Sequence[Path], watcher: Watcher, metrics: Collection[str] = ()) -> History:
    """Return the history that all of ``paths`` tell: run files, folders of run files, or results of asv.

    A folder that has run files is one of those, one that has ``data.js`` of github-action-benchmark is of
    that, and any other one has to be of asv. What has no place in a history is passed over in a folder, and
    counted; what cannot be read is passed over, and named. ``metrics`` are names, or parts of names, of what
    is looked at of run files.

    Raises ResultsError for a file that is named and cannot be read or has no place, and for a folder of which
    that is true of all.
    """
    runs: dict[str, Measured] = {}
    read: list[History] = []
    for path in {same_place(path): path for path in paths}.values():
        watcher.at(f"history: reading {path.name}")
        if is_folder(path):
            read += _in_folder(path, runs, watcher)
            continue
        once = held(path)
        if (data := _github_of(path, once)) is not None:
            read.append(_of_github(data, watcher))
        else:
            _add_runs(runs, path, [path], watcher, once)
    if runs:
        read.insert(0, history_of_runs(tuple(runs.values()), _metrics(metrics)))
    return replace(_together(read), paths=tuple(paths))


def _in_folder(folder: Path, runs: dict[str, Measured], watcher: Watcher) -> list[History]:
    """Add the runs in a folder to ``runs``, and return the histories that are in it besides."""
    passed = PassedOver()
    data = passed.attempt(partial(_data_in, folder))
    read = [] if data is None else [_of_github(data, watcher)]
    if files := _run_files(folder):
        add = partial(_add_runs, runs, folder, files, watcher)
        if data is None:
            add()
        else:
            passed.attempt(add)
        _name_what_is_not_read(folder, watcher)
    elif data is None:
        asv = passed.attempt(partial(_of_asv, folder, watcher))
        if asv is None:
            raise passed.errors[0]
        read.append(asv)
    for note in passed.notes():
        watcher.say(note)
    return read


def _data_in(folder: Path) -> Data | None:
    """Return github-action-benchmark's data in a folder; None where there is none."""
    file = folder / DATA
    if is_folder(file) or not os.path.lexists(file):
        return None
    refuse_irregular(file)
    return read_github(file) if starts_as_github(start_of(file)) else None


def _github_of(path: Path, held: bytes | None) -> Data | None:
    """Return github-action-benchmark's data, if a file that is named has it.

    Raises ResultsError for data that cannot be read, and for a single result of asv.
    """
    if held is None and not is_regular(path):
        return None
    start = start_of(path, held=held)
    if starts_as_github(start):
        return read_github(path, held)
    if path.name.endswith(SUFFIXES) or starts_as_run(start):
        return None
    content = _json_in(path, held)
    if is_asv(content):
        raise ResultsError("one result of asv, and no history; name the folder of asv's results", path)
    return github_data(content, path) if is_github(content) else None


def _json_in(path: Path, held: bytes | None) -> Any:
    """Return what a file holds, None where it is no JSON; raises ResultsError where its name says it is."""
    try:
        return read_json(path, held)
    except ResultsError:
        if path.name.endswith(JSON):
            raise
        return None


def _of_github(data: Data, watcher: Watcher) -> History:
    for told in first_of(list(data.passed), "places in it are passed over"):
        watcher.say(f"{data.path}: {told}")
    return history_of_github(data)


def _of_asv(folder: Path, watcher: Watcher) -> History:
    """Read a folder of asv's; raises ResultsError, naming all that was looked for, where there is none."""
    try:
        return read_asv(folder, watcher.say, watcher.counted("history: reading", FILE_NS))
    except NoResults as error:
        sought = f"no run file ({', '.join(SUFFIXES)}), no {DATA} of github-action-benchmark, and"
        raise ResultsError(f"nothing of a history: {sought} {error.reason}", folder) from error


def _metrics(names: Collection[str]) -> Collection[str]:
    """Return the metrics of run files that are named: a whole name is that one, a part all that have it."""
    known = names_for("table")
    found = {
        metric
        for name in names
        for metric in ([name] if name in known else [one for one in known if name in one])
    }
    return found or names_for("history")


def _run_files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.name.endswith(SUFFIXES))
    except OSError as error:
        raise ResultsError(f"cannot be read ({error.strerror}); check its permissions", folder) from error


def _name_what_is_not_read(folder: Path, watcher: Watcher) -> None:
    """Name the JSON beside run files, which may be anything: of such a folder, only these are read."""
    beside = sorted(one for one in folder.iterdir() if one.name.endswith(JSON))
    why = "no run file by its name, and in a folder of run files only these are read"
    for note in first_of([f"passed over: {one}: {why}" for one in beside], "files are passed over"):
        watcher.say(note)


def _add_runs(
    runs: dict[str, Measured], named: Path, files: Sequence[Path], watcher: Watcher, held: bytes | None = None
) -> None:
    """Add the runs that have a place in a history, under what names them; say how many have none."""
    passed: Counter[str] = Counter()
    damaged = PassedOver()
    nameless: dict[str, list[str]] = {}
    for path in files:
        watcher.at(f"history: reading {path.name}")
        in_folder = path != named
        run = damaged.attempt(partial(_run_in_folder, path)) if in_folder else read_measured(path, held)
        if run is None:
            continue
        if run.torn is not None:
            watcher.say(f"{path}: its end is missing; what stands before that is used")
        if reason := _unfit(run, runs, alone=path == named):
            passed[reason] += 1
            if reason == NAMELESS:
                nameless.setdefault(why_unknown(run), []).append(path.name)
        else:
            runs[run.header.run] = run
    _say_what_is_passed_over(named, passed, nameless, watcher)
    if len(damaged.errors) == len(files):
        raise damaged.nothing(named)
    for note in damaged.notes():
        watcher.say(note)
    if passed.total() == len(files) - len(damaged.errors) and AGAIN not in passed:
        kinds = " and ".join(PLURALS[reason] for reason in passed)
        raise ResultsError(f"holds {kinds} alone, so nothing has a place in a history", named)


def _run_in_folder(path: Path) -> Measured:
    refuse_irregular(path)
    return read_measured(path)


def _say_what_is_passed_over(
    named: Path, passed: Mapping[str, int], nameless: Mapping[str, Sequence[str]], watcher: Watcher
) -> None:
    """Say how many runs of each kind have no place in a history, and of those without a commit why."""
    for reason, count in passed.items():
        watcher.say(f"{named}: {count} {reason if count == 1 else PLURALS[reason]} passed over")
    for why, names in nameless.items():
        watcher.say(f"  {few(names)}: {why}")


def _unfit(run: Measured, known: Mapping[str, Measured], *, alone: bool) -> str | None:
    """Return what is passed over, in words, or None for a run that has a place in a history.

    Raises ResultsError where that would leave nothing of a file that is named.
    """
    if is_comparison(run):
        if alone:
            raise ResultsError("is a comparison, and no run of one commit; see concbench show", run.path)
        return COMPARISON
    if run.header.run in known:
        return AGAIN
    try:
        commit_of(run)
    except RunFileError:
        if alone:
            raise
        return NAMELESS
    return None


def _together(read: Sequence[History]) -> History:
    return History(
        paths=tuple(path for one in read for path in one.paths),
        machines=tuple(sorted({machine for one in read for machine in one.machines})),
        commits=tuple(sorted({commit for one in read for commit in one.commits}, key=by_date)),
        series=tuple(_merged([series for one in read for series in one.series])),
    )


def _merged(read: Sequence[BenchmarkSeries]) -> Iterator[BenchmarkSeries]:
    """Yield series, those of the same benchmark, parameters and unit as one: a point is one only once."""
    alike: dict[str, list[BenchmarkSeries]] = {}
    for one in read:
        alike.setdefault(repr((one.benchmark, one.params, one.kind, one.unit, one.better)), []).append(one)
    for same in alike.values():
        points = dict.fromkeys(point for one in same for point in one.points)
        latest = max(same, key=lambda one: by_commit(one.points[-1]))
        yield replace(latest, points=tuple(sorted(points, key=by_commit)))


def chosen(
    history: History, *, metrics: Sequence[str], models: Sequence[str], workloads: Sequence[str]
) -> History:
    """Return the series that were asked for; nothing asked is all.

    A metric is asked for by a part of a benchmark's name after its workload. Raises RequestError for a
    name that nothing has.
    """
    series: Sequence[BenchmarkSeries] = history.series
    series = _having("workloads", series, workloads, workload_of, eq)
    series = _having("models", series, models, attrgetter("model"), eq)
    series = _having("metrics", series, metrics, metric_of, contains)
    return replace(history, series=tuple(series))


def workload_of(series: BenchmarkSeries) -> str:
    """Return the workload of a series: the first part of its name."""
    return series.benchmark.partition(".")[0]


def metric_of(series: BenchmarkSeries) -> str:
    """Return what a series has figures of: its name after the workload."""
    return series.benchmark.partition(".")[2]


def _having(
    argument: str,
    series: Sequence[BenchmarkSeries],
    names: Sequence[str],
    spelled: Callable[[BenchmarkSeries], str],
    fits: Callable[[str, str], bool],
) -> Sequence[BenchmarkSeries]:
    for name in names:
        there = set(map(spelled, series))
        if not any(fits(one, name) for one in there):
            known = ", ".join(sorted(there - {""})) or "none"
            raise RequestError(f"{arg(argument, repr(name))} is not in the history; there are {known}")
    return [one for one in series if not names or any(fits(spelled(one), name) for name in names)]
