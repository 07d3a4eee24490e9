"""``concbench report``: one page that says which model to choose, what it costs, why, and how sure we are."""

import json
from pathlib import Path
from typing import Any

import click

from concbench.commands.completion import models_like, runs_like
from concbench.commands.consoles import Err
from concbench.commands.measuring import Verb
from concbench.commands.progress import Bar
from concbench.commands.reporting import (
    Sources,
    default_report,
    drawing,
    make_findings,
    make_report,
    refuse_foreign,
    tell_page,
    write_whole,
)
from concbench.commands.show import refuse_other_baseline
from concbench.results.measured import Measured, read_measured
from concbench.results.queries import is_comparison

EPILOG = """\b
Examples
  concbench report reports/FILE.jsonl
  concbench report reports/FILE.jsonl --output /tmp/page.html --open
  concbench report reports/OLD.jsonl reports/NEW.jsonl        two commits or Pythons side by side
  concbench report reports/HERE.jsonl reports/THERE.jsonl --allow-different-machines
  concbench report reports/COMPARISON.jsonl                   what compare measured
  concbench report reports/FILE.jsonl --json                  the laws and crossings, for scripts
  concbench report --history .asv/results                     what asv measured, over commits
  concbench report --history reports                          the runs in a folder, over their commits
  concbench report --history dev/bench/data.js                what github-action-benchmark kept
"""

HISTORY = Path("reports") / "history.html"
"""Where the page of a history alone goes by default."""


@click.command(cls=Verb, epilog=EPILOG)
@click.argument("files", nargs=-1, metavar="RUN...", shell_complete=runs_like,
                type=click.Path(path_type=Path, readable=False))  # fmt: skip
@click.option("--history", "folder", type=click.Path(path_type=Path, readable=False), metavar="PATH",
              help="Run files, asv's results, a data.js: figures over commits, and steps.")  # fmt: skip
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.html",
              help="The page (default: beside the first run file); replaces an older report.")  # fmt: skip
@click.option(
    "--baseline",
    metavar="CONTENDER",
    shell_complete=models_like,
    help="What to compare with (default: as when it was run).",
)
@click.option("--open", "show_it", is_flag=True, help="Open the page in the browser.")
@click.option("--allow-different-machines", "different_machines", is_flag=True,
              help="Put runs of different machines side by side all the same.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True,
              help="Print laws, crossings and choices as JSON; no page without --output.")  # fmt: skip
def report(
    files: tuple[Path, ...],
    *,
    folder: Path | None,
    output: Path | None,
    as_json: bool,
    show_it: bool,
    **chosen: Any,
) -> None:
    """Write one HTML page about one or several run files, readable offline and in print.

    It loads nothing from elsewhere. Several runs stand side by side, by their Python, commit or day; runs of
    different machines are refused. A history may stand beside them, or alone.
    """
    if not files and folder is None:
        raise click.UsageError("name a run file, or what has a history with --history")
    if as_json and show_it and output is None:
        raise click.UsageError("--json writes no page to --open; name one with --output")
    with Bar(Err()) as bar:
        runs = [_read(path, bar) for path in files]
        path = output or (default_report(*runs) if runs else HISTORY)
        sources = _sources(runs, folder, bar, as_json=as_json, **chosen)
        page = None if as_json and output is None else _page(sources, runs, bar)
        if page is not None:
            refuse_foreign(path)
            write_whole(path, page)
    if as_json and sources is not None:
        click.echo(json.dumps(make_findings(sources), indent=2, allow_nan=False))
    if page is not None:
        tell_page(path, err=as_json, show_it=show_it)


def _sources(
    runs: list[Measured], folder: Path | None, bar: Bar, *, as_json: bool, **chosen: Any
) -> Sources | None:
    """Return what the page is made of, None for a comparison's.

    Raises click.UsageError for what cannot stand together, and as ``read_history`` does.
    """
    from concbench.runs.histories import read_history  # noqa: PLC0415  (SciPy)

    if any(map(is_comparison, runs)):
        _refuse_company(runs, folder, chosen["baseline"], as_json=as_json)
        return None
    for run in runs:
        refuse_other_baseline(run, chosen["baseline"])
    return Sources(runs=runs, history=None if folder is None else read_history([folder], bar), **chosen)


def _page(sources: Sources | None, runs: list[Measured], bar: Bar) -> str:
    if sources is not None:
        return make_report(sources, bar)
    from concbench.analysis.verdicts import judged_again  # noqa: PLC0415  (SciPy)

    page: str = drawing(bar).comparison_page_of(judged_again(runs[0]), runs[0].path.name)
    return page


def _refuse_company(
    runs: list[Measured], folder: Path | None, baseline: str | None, *, as_json: bool
) -> None:
    """Raise click.UsageError for what cannot stand beside a comparison on its page."""
    if len(runs) > 1 or folder is not None or baseline:
        raise click.UsageError("a comparison has a page of its own: name one run file, and nothing else")
    if as_json:
        raise click.UsageError(f"the figures of a comparison: concbench show {runs[0].path} --json")


def _read(path: Path, bar: Bar) -> Measured:
    bar.at(f"report: reading {path.name}")
    return read_measured(path)
