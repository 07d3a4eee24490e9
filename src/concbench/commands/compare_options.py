"""What ``compare`` prints and writes besides its run file."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

import click

from concbench.analysis.compared import as_plain
from concbench.analysis.comparison import Comparison
from concbench.commands.consoles import wide_out
from concbench.commands.reporting import drawing, write_page
from concbench.commands.streams import tell
from concbench.commands.targets import append
from concbench.errors import UserError
from concbench.report import pull_request
from concbench.report.terminal.comparison import print_comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareOptions:
    """How a comparison is told; the other options of ``compare`` are arguments of :mod:`concbench.runs`."""

    output: Path | None
    as_json: bool
    markdown: Path | None
    annotations: bool | None
    page: Path | None


def annotates(options: CompareOptions) -> bool:
    """Say whether annotations are printed: where they are asked for, else on GitHub."""
    in_github = os.environ.get("GITHUB_ACTIONS") == "true" and not options.as_json
    return in_github if options.annotations is None else options.annotations


def show(comparison: Comparison, options: CompareOptions) -> list[UserError]:
    """Print a comparison, and write what else was asked for; return why what was not written was not."""
    if options.as_json:
        click.echo(json.dumps(as_plain(comparison), indent=2, allow_nan=False))
    else:
        print_comparison(wide_out(), comparison)
    failed: list[UserError] = []
    for write in (_write_summary, _write_page):
        try:
            write(comparison, options)
        except UserError as error:
            failed.append(error)
    return failed


def _write_summary(comparison: Comparison, options: CompareOptions) -> None:
    """Print the annotations, and add the summary to its file; raises RunFileError where that fails."""
    annotate = annotates(options)
    if not annotate and options.markdown is None:
        return
    for line in pull_request.annotations(comparison) if annotate else ():
        tell(line, err=options.as_json)  # GitHub reads commands on either stream
    if options.markdown is not None:
        append(options.markdown, pull_request.as_markdown(comparison))


def _write_page(comparison: Comparison, options: CompareOptions) -> None:
    """Write the page, if it is asked for; raises RunFileError or MissingExtra."""
    if options.page is None:
        return
    source = _source_of(comparison, options)
    write_page(
        options.page,
        lambda bar: drawing(bar).comparison_page_of(comparison, source),
        err=options.as_json,
        option="--report",
    )


def _source_of(comparison: Comparison, options: CompareOptions) -> str:
    """Return what a comparison was read from: a head that cannot be measured leaves no run file behind."""
    if not comparison.paired:
        return "two run files"
    if not any(comparison.about.values()):
        return "no run file: head cannot be measured"
    return options.output.name if options.output else "the run file in reports/"
