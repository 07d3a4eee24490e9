"""``concbench show``: the tables of a run file again."""

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec import to_builtins
from rich.console import Console
from rich.text import Text

from concbench.analysis.compared import as_plain
from concbench.analysis.noise import noise_of
from concbench.analysis.scope import left_out
from concbench.analysis.warnings import Warned
from concbench.commands.completion import models_like, runs_like
from concbench.commands.consoles import wide_out
from concbench.commands.loudness import note
from concbench.commands.measuring import Verb
from concbench.commands.options import WORKLOADS
from concbench.report.terminal.comparison import print_comparison
from concbench.report.terminal.picture import svg_of
from concbench.results import queries
from concbench.results.measured import Measured, read_measured
from concbench.results.resuming import resume_command_of
from concbench.words import no_such
from concbench.workloads.index import family_of
from concbench.workloads.names import FAMILY

if TYPE_CHECKING:
    from concbench.analysis.summary import Summary

EPILOG = """\b
Examples
  concbench show reports/FILE.jsonl
  concbench show reports/FILE.jsonl --workload switch,spawn --baseline generator
  concbench show reports/FILE.jsonl -w family:sockets
  concbench show reports/FILE.jsonl --json | python -m json.tool
  concbench show reports/FILE.jsonl --workload timers --svg timers.svg
"""

OF_SPEED = frozenset({Warned.NOISY_SPEED.label, Warned.BIMODAL_SPEED.label})
"""Warnings that say of a part of the run what the line about its noise says of all of it."""


@click.command(cls=Verb, epilog=EPILOG)
@click.argument("file", type=click.Path(path_type=Path, readable=False), shell_complete=runs_like)
@WORKLOADS
@click.option(
    "--baseline",
    metavar="CONTENDER",
    shell_complete=models_like,
    help="What to compare with (default: as when it was run).",
)
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.option("--brief", is_flag=True, help="Print the answer alone, without the tables.")
@click.option("--svg", type=click.Path(path_type=Path),
              help="Write the tables to this new file as a picture.")  # fmt: skip
def show(
    file: Path,
    workloads: tuple[str, ...],
    baseline: str | None,
    *,
    as_json: bool,
    brief: bool,
    svg: Path | None,
) -> None:
    """Print the tables of a run file again, and which model for which load."""
    if as_json and svg is not None:
        raise click.UsageError("--json and --svg exclude each other; leave one of them out")
    finished = read_measured(file)
    if as_json and brief:
        raise click.UsageError("--json and --brief exclude each other; leave one of them out")
    if queries.is_comparison(finished):
        if brief:
            raise click.UsageError("a comparison is shown whole: leave out --brief")
        show_comparison(finished, workloads, baseline, svg, as_json=as_json)
        return
    chosen = baseline or (finished.header.asked.baseline or None)
    refuse_other_baseline(finished, chosen)
    workloads = chosen_of(finished, workloads)
    draw = partial(draw_run, finished=finished, baseline=chosen, workloads=workloads, brief=brief)
    if as_json:
        click.echo(json_of(finished, chosen, workloads))
    elif svg is not None:
        _write_picture(svg, svg_of(draw, file.name))
    else:
        draw(wide_out())


def chosen_of(run: Measured, asked: tuple[str, ...]) -> tuple[str, ...]:
    """Return the workloads of a run that are asked for, those of a family for it; refuse what it lacks."""
    known = sorted({cell.workload for cell in run.header.cells})
    chosen: list[str] = []
    for name in asked:
        found = [one for one in known if name in (one, f"{FAMILY}{family_of(one)}")]
        if not found:
            raise click.UsageError(f"{run.path}: {no_such('workload', name, known)}")
        chosen += found
    return tuple(chosen)


def refuse_other_baseline(run: Measured, baseline: str | None) -> None:
    """Raise click.UsageError for a baseline that a run does not have."""
    ids = [contender.id for contender in run.header.contenders]
    if baseline and baseline not in ids:
        raise click.UsageError(f"--baseline {baseline!r} is not in {run.path}; there are {', '.join(ids)}")


def show_comparison(
    finished: Measured, workloads: tuple[str, ...], baseline: str | None, svg: Path | None, *, as_json: bool
) -> None:
    """Print a comparison as its command did; raises click.UsageError for options that mean nothing there."""
    if workloads or baseline:
        raise click.UsageError("a comparison is shown whole: leave out --workload and --baseline")
    from concbench.analysis.verdicts import judged_again  # noqa: PLC0415  (SciPy)

    comparison = judged_again(finished)
    if as_json:
        click.echo(json.dumps(as_plain(comparison), indent=2, allow_nan=False))
    elif svg is not None:
        _write_picture(svg, svg_of(lambda console: print_comparison(console, comparison), finished.path.name))
    else:
        print_comparison(wide_out(), comparison)


def _write_picture(path: Path, picture: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(picture)
    except OSError as error:
        raise click.UsageError(f"--svg {path} cannot be written ({error.strerror}); name another") from error
    note(f"picture: {path}")


def summaries_of(
    finished: Measured, baseline: str | None, workloads: tuple[str, ...] = ()
) -> "list[Summary]":
    """Return the summaries of the chosen workloads."""
    from concbench.analysis.summary import summarise  # noqa: PLC0415  (SciPy)

    made = summarise(finished, baseline)
    return [summary for summary in made if not workloads or summary.workload in workloads]


def json_of(finished: Measured, baseline: str | None, workloads: tuple[str, ...] = ()) -> str:
    """Return the summary of a run as JSON."""
    from concbench.analysis.summary import summary_as_plain  # noqa: PLC0415  (SciPy)

    about = {
        "run": finished.header.run,
        "started": finished.header.started,
        "complete": queries.is_complete(finished),
        "baseline": baseline,
        "left_out": finished.header.left_out,
        "warnings": to_builtins(queries.warnings(finished)),
        "cells": [summary_as_plain(summary) for summary in summaries_of(finished, baseline, workloads)],
    }
    return json.dumps(about, indent=2, allow_nan=False)


def draw_run(
    console: Console,
    finished: Measured,
    baseline: str | None,
    workloads: tuple[str, ...] = (),
    *,
    brief: bool = False,
) -> None:
    """Print a table for each workload, unless it is to be ``brief``; then the answer, and what to doubt."""
    from concbench.analysis.dataset import gather  # noqa: PLC0415  (it takes pandas)
    from concbench.report.terminal.answers import print_answers  # noqa: PLC0415
    from concbench.report.terminal.computing import print_computing  # noqa: PLC0415
    from concbench.report.terminal.tables import print_tables  # noqa: PLC0415

    summaries, dataset = summaries_of(finished, baseline, workloads), gather([finished])
    if not brief:
        print_tables(console, summaries, finished.header.readings, baseline)
        computing = {one.workload for one in summaries if family_of(one.workload) == "computing"}
        print_computing(console, dataset, computing)
        console.print(Text("\n".join([*reading_of(summaries), noise_of(finished).words])), end="\n\n")
    print_answers(console, dataset, workloads)
    for line in notes(finished):
        console.print(Text(line))


def reading_of(summaries: "list[Summary]") -> list[str]:
    """Return how to read the tables."""
    lines = ["median over processes [95 % interval]; *: a real difference in time (false-discovery rate 1 %)"]
    if any(summary.wall and summary.wall.interval is None for summary in summaries):
        lines.append("no interval where fewer than six processes were measured")
    return lines


def notes(finished: Measured) -> list[str]:
    """Return what to doubt of a run: how noisy the machine was, warnings, and what is missing."""
    noise = noise_of(finished)
    lines = [noise.in_a_line]
    lines += [
        f"warning: {warning.seen} {warning.why}"
        for warning in queries.warnings(finished)
        if not (noise.caution and warning.name in OF_SPEED)  # the line before says it of the whole run
    ]
    lines += left_out(finished.header)
    if not queries.is_complete(finished):
        again = resume_command_of(finished.path, finished.header.asked)
        lines.append(f"this run is not complete; go on with: {again}")
    return lines
