"""``concbench history``: when did what change, and by how much, over the commits that were measured."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from concbench.commands.consoles import Err, wide_out
from concbench.commands.loudness import note
from concbench.commands.measuring import Asking
from concbench.commands.options import names
from concbench.commands.progress import Bar
from concbench.commands.reporting import (
    Sources,
    make_findings,
    make_report,
    make_traces,
    refuse_foreign,
    write_whole,
)
from concbench.results.histories import History

if TYPE_CHECKING:
    from concbench.analysis.history import HistorySeries

EPILOG = """\b
Examples
  concbench history reports                       the runs in a folder, each of the commit it names
  concbench history .asv/results                  what asv kept
  concbench history dev/bench/data.js             what github-action-benchmark kept
  concbench history reports --workload spawn --model asyncio,threads --metric wall
  concbench history .asv/results --since 2026-06-01 --html history.html
  concbench history reports --json | python -m json.tool
"""


@click.command(cls=Asking, epilog=EPILOG)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...",
                type=click.Path(path_type=Path, readable=False))  # fmt: skip
@names("--model", "-m", "models", help="Only these models.")
@names("--workload", "-w", "workloads", help="Only these workloads.")
@names("--metric", "metrics", help="Only benchmarks with this in their name after the workload (wall, cpu).")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE",
              help="Only commits of this day (2026-06-01, UTC) and later.")  # fmt: skip
@click.option("--html", "page", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.html",
              help="Write a page with the charts as well; replaces an older one.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print every trace and its steps as JSON.")
def history(
    paths: tuple[Path, ...],
    *,
    models: tuple[str, ...],
    workloads: tuple[str, ...],
    metrics: tuple[str, ...],
    since: datetime | None,
    page: Path | None,
    as_json: bool,
) -> None:
    """Find step changes over many commits: where, how large, and how sure.

    PATH is a run file, a folder of them, a folder of asv's results, or github-action-benchmark's data: its
    data.js, the folder it is in, or a file of the JSON alone.
    """
    if page is not None:
        refuse_foreign(page, option="--html")
    with Bar(Err(), lines=False, live=not as_json) as bar:
        found = _chosen(paths, bar, metrics=metrics, models=models, workloads=workloads)
        sources = Sources(history=found if since is None else _since(found, since.replace(tzinfo=UTC)))
        traces = make_traces(sources, bar)
        if page is not None:
            write_whole(page, make_report(sources, bar, traces), option="--html")
    _tell(sources, traces, as_json=as_json)
    if page is not None:
        note(f"page: {page}", err=as_json)


def _tell(sources: Sources, traces: "Sequence[HistorySeries]", *, as_json: bool) -> None:
    """Print the traces and their steps."""
    from concbench.report.terminal.history import print_history  # noqa: PLC0415  (SciPy)

    if as_json:
        click.echo(json.dumps(make_findings(sources, traces), indent=2, allow_nan=False))
    else:
        print_history(wide_out(), traces)


def _chosen(
    paths: tuple[Path, ...], bar: Bar, *, metrics: tuple[str, ...], **names: tuple[str, ...]
) -> History:
    """Return what is asked for of the history that files and folders hold."""
    from concbench.runs.histories import chosen, read_history  # noqa: PLC0415  (SciPy)

    return chosen(read_history(paths, bar, metrics), metrics=metrics, **names)


def _since(found: History, date: datetime) -> History:
    """Return the part of a date and later. Raises click.UsageError where there is none."""
    part = found.since(date)
    if found.series and not part.series:
        last = max(point.commit.date for series in found.series for point in series.points)
        raise click.UsageError(f"--since {date:%Y-%m-%d}: the last commit is of {last:%Y-%m-%d}")
    return part
