"""``concbench convert``: results of any tool as one table, or in the format of another tool."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from concbench.commands.completion import metrics_like
from concbench.commands.exits import NOTHING_MEASURED
from concbench.commands.loudness import note
from concbench.commands.measuring import Verb
from concbench.commands.reporting import refuse_foreign, write_whole
from concbench.extras import refuse_without
from concbench.report.exports import format_named, format_names
from concbench.words import few

if TYPE_CHECKING:
    import pandas as pd

    from concbench.report.exports.cells import LeftOut

EPILOG = """\b
Examples
  concbench convert reports/FILE.jsonl --output table.csv
  concbench convert reports .asv/results .benchmarks --output all.parquet
  concbench convert reports/NEW.jsonl --to pyperf --metric wall --output new.json
  concbench convert reports/FILE.jsonl --to github --metric wall --metric memory
"""


@click.command(cls=Verb, epilog=EPILOG)
@click.argument("files", nargs=-1, required=True, metavar="FILE...",
                type=click.Path(path_type=Path, readable=False))  # fmt: skip
@click.option("--to", "name", type=click.Choice(format_names()),
              help="The format (default: by the output's suffix, .csv or .parquet).")  # fmt: skip
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
              metavar="FILE",
              help="Where to (default or -: standard output); replaces only what convert wrote.")  # fmt: skip
@click.option("--metric", "metrics", multiple=True, metavar="NAME", shell_complete=metrics_like,
              help="Only this metric: wall, memory, … (concbench docs TABLE); may be repeated.")  # fmt: skip
def convert(
    files: tuple[Path, ...], *, name: str | None, output: Path | None, metrics: tuple[str, ...]
) -> None:
    """Write results as a table (CSV, Parquet), for pyperf, or for github-action-benchmark.

    FILE is a run file, a result of asv, pytest-benchmark or pyperf, github-action-benchmark's data.js, or a
    folder of them. What a format cannot hold is named on standard error.
    """
    path = None if output is None or output == Path("-") else output
    chosen = _chosen(name, path)
    refuse_without(f"concbench convert --to {chosen}")
    written = format_named(chosen)
    if path is None and not written.text:
        raise click.UsageError(f"{chosen.capitalize()} is no text; name a file with --output")
    if path is not None:
        refuse_foreign(path, written.mark, "table", written.within)
    content, left_out = written.write(_only(_loaded(files), metrics))
    for line in left_out_lines(left_out):
        note(f"left out: {line}", err=True)
    if not content:
        click.echo("nothing is written: there is no value that the format can hold", err=True)
        sys.exit(NOTHING_MEASURED)
    if path is None:
        click.echo(content, nl=False)
    else:
        write_whole(path, content, "table")
        note(f"written: {path}")


def _chosen(name: str | None, path: Path | None) -> str:
    chosen = name or (path.suffix.lower().removeprefix(".") if path else "")
    if chosen not in format_names():
        raise click.UsageError(f"say with --to which format is wanted: {', '.join(format_names())}")
    return chosen


def _loaded(files: Iterable[Path]) -> "pd.DataFrame":
    """Return the table of some files; says which runs are not complete."""
    from concbench.results.tidy.loading import load_all  # noqa: PLC0415  (takes pandas half a second)

    table, notes = load_all(files)
    for words, _category in notes:
        note(words, err=True)
    return table


def _only(table: "pd.DataFrame", metrics: tuple[str, ...]) -> "pd.DataFrame":
    """Return the rows of the chosen metrics, of all where none is chosen."""
    known = list(table["metric"].unique())
    for metric in metrics:
        if known and metric not in known:
            raise click.UsageError(f"no metric {metric!r} in these files; there are {', '.join(known)}")
    return table[table["metric"].isin(metrics)] if metrics else table


def left_out_lines(left_out: Iterable["LeftOut"]) -> Iterator[str]:
    """Yield a line for each reason why series of a metric are left out."""
    series: dict[tuple[str, str], list[str]] = {}
    for one in left_out:
        series.setdefault((one.metric, one.reason), []).append(one.name)
    for (metric, reason), names in series.items():
        cells = [name.removesuffix(f" {metric}") for name in names]
        told = names[0] if len(names) == 1 else f"{metric} of {len(cells)} cells ({few(cells)})"
        yield f"{told}: {reason}"
