"""Run files of many commits as a history: one figure for each cell, metric and commit.

A figure is the median over the processes of all runs of a commit, each the median of its samples; of times,
only of the samples that were taken while the machine was fast, as the calibration beside each tells. Nothing
is divided by a calibration: a host that is slower from some day on makes a step in every trace at once.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from concbench.drive.host.origin import NOWHERE
from concbench.metrics import METRICS, names_for
from concbench.results import queries
from concbench.results.costs import columns_of, costs_by_cell, weights_by_cell
from concbench.results.errors import RunFileError
from concbench.results.header import Repository
from concbench.results.histories import (
    UNITS,
    BenchmarkSeries,
    Commit,
    History,
    HistoryPoint,
    by_commit,
    by_date,
)
from concbench.results.measured import Measured
from concbench.stats.interval import Array
from concbench.stats.processes import reduce_by_process
from concbench.stats.speeds import fast_level, quiet_figure
from concbench.words import plain_text

Place: TypeAlias = tuple[str, str, str]
"""Machine, interpreter's release, and commit: what the runs of a point have in common."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One metric of one cell in one run; ``calibration`` is None where none stands beside the values."""

    name: str
    params: tuple[tuple[str, Any], ...]
    place: Place
    version: str
    unit: str
    values: Array
    process: NDArray[np.int64]
    calibration: Array | None


def history_of_runs(runs: Sequence[Measured], metrics: Collection[str] = ()) -> History:
    """Return the history that run files of one commit or more make, of the ``metrics`` that they have.

    Without any it is of those that histories are made of (docs/TABLE.md).

    Series are named ``workload.metric``; times are in seconds, memory in bytes, and a point's version is that
    of the workload. The date of a commit is the one in the headers, or where a header has none, when the
    first run of each was started. Runs of uncommitted changes have ``+changes`` after it.

    Raises RunFileError for a run that names no commit, and for samples that are not those of their witness.
    """
    metrics = metrics or names_for("history")
    commits = _commits(runs)
    fast = _fast_levels(runs)
    found: defaultdict[str, list[_Part]] = defaultdict(list)
    for run in runs:
        for part in _parts(run, metrics):
            found[repr((part.name, part.params))].append(part)
    series = (_series(parts, commits, fast) for parts in found.values())
    return History(
        paths=tuple(run.path for run in runs),
        machines=tuple(sorted({_machine(run) for run in runs})),
        commits=tuple(sorted(commits.values(), key=by_date)),
        series=tuple(sorted(series, key=lambda one: one.benchmark)),
    )


def commit_of(run: Measured) -> str:
    """Return the commit of a run, and whether there were changes. Raises RunFileError for none."""
    about = run.header.about
    known = about.repository and about.repository.commit
    commit = known or about.identity.get("commit") or "unknown"
    if commit == "unknown":
        raise RunFileError(f"names no commit, so it has no place in a history: {why_unknown(run)}", run.path)
    return plain_text(commit) + about.changes


def why_unknown(run: Measured) -> str:
    """Return why a run names no commit, as it says itself, and what to do before the next one."""
    return run.header.about.commit_unknown or NOWHERE


def _commits(runs: Sequence[Measured]) -> dict[str, Commit]:
    dates: defaultdict[str, list[datetime]] = defaultdict(list)
    began: defaultdict[str, list[datetime]] = defaultdict(list)
    told = [_date(run) for run in runs]
    for run, date in zip(runs, told, strict=True):
        began[commit_of(run)].append(datetime.fromisoformat(run.header.started).astimezone(UTC))
        if date is not None:
            dates[commit_of(run)].append(date)
    when = began if None in told else dates
    return {commit: Commit(commit, min(when[commit]), min(first)) for commit, first in began.items()}


def _date(run: Measured) -> datetime | None:
    spelled = (run.header.about.repository or Repository()).date
    date = None if spelled is None else datetime.fromisoformat(spelled)
    return date.astimezone(UTC) if date is not None and date.tzinfo is not None else None


def _fast_levels(runs: Sequence[Measured]) -> Mapping[tuple[str, str], float]:
    """Return the fast level of the calibration of each machine and interpreter, over all runs, in ns."""
    readings: defaultdict[tuple[str, str], list[Array]] = defaultdict(list)
    for run in runs:
        contenders = queries.contenders_by_id(run)
        releases = [run.header.python_of(contenders[cell.contender]) for cell in run.header.cells]
        for release in dict.fromkeys(releases):
            cells = [place for place, other in enumerate(releases) if other == release]
            mine = np.isin(run.samples.cell, cells) & run.samples.counted
            readings[_machine(run), release].append(run.samples.calibration_ns[mine].astype(np.float64))
    pooled = {place: np.concatenate(found) for place, found in readings.items()}
    return {place: fast_level(found) for place, found in pooled.items() if found.size}


def _parts(run: Measured, metrics: Collection[str]) -> Iterator[_Part]:
    costs, weights = costs_by_cell(run), weights_by_cell(run)
    contenders = queries.contenders_by_id(run)
    for cell in run.header.cells:
        if cell.id in costs:
            contender = contenders[cell.contender]
            for column in columns_of(cell.unit, costs[cell.id], weights.get(cell.id)):
                if column.metric in metrics:
                    _, unit, values, process, _ = column.in_seconds()
                    beside = METRICS[column.metric].source == "leg"
                    yield _Part(
                        name=f"{cell.workload}.{column.metric}",
                        params=(("model", contender.model), *cell.params.items()),
                        place=(_machine(run), run.header.python_of(contender), commit_of(run)),
                        version=cell.workload_version,
                        unit=UNITS.get(unit.partition("/")[0], ""),
                        values=values,
                        process=process,
                        calibration=costs[cell.id].calibration if beside else None,
                    )


def _series(
    parts: Sequence[_Part], commits: Mapping[str, Commit], fast: Mapping[tuple[str, str], float]
) -> BenchmarkSeries:
    """Return the history of one metric: a point for each place, and version of the workload there."""
    alike: defaultdict[tuple[Place, str], list[_Part]] = defaultdict(list)
    for part in parts:
        alike[part.place, part.version].append(part)
    points = [
        HistoryPoint(
            commit=commits[commit],
            machine=machine,
            env=release,
            python=release,
            value=_figure(same, fast.get((machine, release), 0.0)),
            version=version,
        )
        for ((machine, release, commit), version), same in alike.items()
    ]
    points.sort(key=by_commit)
    one = parts[0]
    return BenchmarkSeries(
        benchmark=one.name,
        params=one.params,
        kind="time" if one.unit == "seconds" else "track",
        unit=one.unit,
        version=points[-1].version,
        points=tuple(points),
    )


def _figure(parts: Sequence[_Part], fast: float) -> float:
    """Return the figure of the runs of one commit, in their unit."""
    values = np.concatenate([part.values for part in parts])
    process = _apart(part.process for part in parts)
    calibration = [part.calibration for part in parts if part.calibration is not None]
    if len(calibration) == len(parts):
        return quiet_figure(values, process, np.concatenate(calibration), fast)
    return float(np.median(reduce_by_process(values, process)[1]))


def _apart(processes: Iterable[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Return labels that tell the processes of different runs apart."""
    shifted, next_ = [], 0
    for labels in processes:
        shifted.append(labels + next_)
        next_ += int(labels.max(initial=0)) + 1
    return np.concatenate(shifted)


def _machine(run: Measured) -> str:
    about = run.header.about
    name = about.machine and about.machine.id
    return name or about.identity.get("machine", "unknown")
