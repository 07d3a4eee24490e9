"""Reading a history: run files, folders of them, and results of asv, together."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import click

from concbench.commands.progress import Bar
from concbench.report.judged import is_comparison
from concbench.report.run_history import METRICS, history_of_runs
from concbench.results.asv import read_asv
from concbench.results.errors import ResultsError
from concbench.results.histories import History, Series, by_date
from concbench.results.measured import Measured, read_measured

SUFFIXES = (".jsonl", ".jsonl.gz")


def read_history(paths: Sequence[Path], bar: Bar, metrics: Collection[str] = METRICS) -> History:
    """Return the history that all of ``paths`` tell: run files, folders of run files, or results of asv.

    A folder that has run files is one of those, any other one has to be of asv. Comparisons in a folder are
    passed over, since their sides were measured against each other. Raises ResultsError for what cannot be
    read, and for a comparison that is named.
    """
    runs: list[Measured] = []
    read: list[History] = []
    for path in paths:
        bar.at(f"history: reading {path.name}")
        if path.is_dir() and not (found := _run_files(path)):
            read.append(read_asv(path))
        else:
            runs += _runs(path, found if path.is_dir() else [path], bar)
    if runs:
        read.insert(0, history_of_runs(runs, metrics))
    return replace(_together(read), paths=tuple(paths))


def _run_files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.name.endswith(SUFFIXES))
    except OSError as error:
        raise ResultsError(f"cannot be read ({error.strerror}); check its permissions", folder) from error


def _runs(named: Path, files: Sequence[Path], bar: Bar) -> Iterator[Measured]:
    passed = 0
    for path in files:
        bar.at(f"history: reading {path.name}")
        run = read_measured(path)
        if not is_comparison(run):
            yield run
        elif path == named:
            raise ResultsError("is a comparison, and no run of one commit; see concbench show", path)
        else:
            passed += 1
    if passed:
        bar.say(f"{named}: {passed} {'comparison' if passed == 1 else 'comparisons'} passed over")
    if passed == len(files):
        raise ResultsError("holds comparisons alone, and no run of one commit", named)


def _together(read: Sequence[History]) -> History:
    return History(
        paths=tuple(path for one in read for path in one.paths),
        machines=tuple(sorted({machine for one in read for machine in one.machines})),
        commits=tuple(sorted({commit for one in read for commit in one.commits}, key=by_date)),
        series=tuple(series for one in read for series in one.series),
    )


def chosen(
    history: History, *, metrics: Sequence[str], models: Sequence[str], workloads: Sequence[str]
) -> History:
    """Return the series that were asked for; nothing asked is all.

    A metric is asked for by a part of a benchmark's name after its workload. Raises click.UsageError for a
    name that nothing has.
    """
    series: Sequence[Series] = history.series
    series = _having("--workload", series, workloads, lambda name, one: workload_of(one) == name, workload_of)
    series = _having("--model", series, models, lambda name, one: model_of(one) == name, model_of)
    series = _having("--metric", series, metrics, lambda name, one: name in metric_of(one), metric_of)
    return replace(history, series=tuple(series))


def workload_of(series: Series) -> str:
    """Return the workload of a series: the first part of its name."""
    return series.benchmark.partition(".")[0]


def metric_of(series: Series) -> str:
    """Return what a series has figures of: its name after the workload."""
    return series.benchmark.partition(".")[2]


def model_of(series: Series) -> str:
    """Return the model of a series, empty where it has none."""
    return str(dict(series.params).get("model", ""))


def _having(
    option: str,
    series: Sequence[Series],
    names: Sequence[str],
    fits: Callable[[str, Series], bool],
    spelled: Callable[[Series], str],
) -> Sequence[Series]:
    for name in names:
        if not any(fits(name, one) for one in series):
            known = ", ".join(sorted({spelled(one) for one in series} - {""})) or "none"
            raise click.UsageError(f"{option} {name!r} is not in the history; there are {known}")
    return [one for one in series if not names or any(fits(name, one) for name in names)]
