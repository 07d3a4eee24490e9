"""``concbench ladder``: what each idea from the tutorial's loop to asyncio does, and was predicted to do."""

import json
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from concbench.analysis.ladder.asked import story_of
from concbench.analysis.ladder.differing import neighbours
from concbench.analysis.ladder.rungs import RUNGS, USUAL
from concbench.analysis.ladder.showing import as_data as data_of_step
from concbench.analysis.ladder.showing import shown_step
from concbench.commands.completion import rungs_like, rungs_or_runs_like
from concbench.commands.consoles import Out, wide_out
from concbench.commands.exits import CELL_FAILED, INTERRUPTED, OK, RUN_FILE, code_of
from concbench.commands.loudness import note
from concbench.commands.measuring import Asking
from concbench.commands.options import PYTHONS, TIMEOUT, WORKLOADS, Assignments, merged, refuse_beside
from concbench.commands.progress import watched
from concbench.commands.run import write_page_of
from concbench.commands.show import chosen_of, notes
from concbench.commands.streams import tell
from concbench.errors import UserError
from concbench.extras import TABLES, refuse_without
from concbench.report.terminal.ladder_diff import print_difference
from concbench.results.measured import Measured, read_measured
from concbench.results.resuming import resume_command_of
from concbench.runs.result import RunResult
from concbench.validators import LARGEST
from concbench.workloads.base import PRESETS

EPILOG = """\b
Examples
  concbench ladder                                     all rungs, the workloads that tell the story
  concbench ladder --to ready-queue -w switch,timers   the first rungs alone
  concbench ladder -w family:between-tasks --preset standard
  concbench ladder reports/FILE.jsonl                  the same from a run file that is there
  concbench ladder --diff timer-heap ready-queue       what one rung has and the one below it has not
  concbench ladder --diff asyncio                      asyncio and the rung below it
  concbench ladder --diff selector --json              the same as data: files, hunks, predictions
"""


@click.command(cls=Asking, epilog=EPILOG)
@click.argument("names", nargs=-1, metavar="[FILE | --diff RUNG [RUNG]]", shell_complete=rungs_or_runs_like)
@click.option("--diff", "differ", is_flag=True,
              help="Show what two neighbouring rungs differ in, or one and that below it; measure nothing."
              )  # fmt: skip
@click.option("--from", "first", type=click.Choice(RUNGS), default=RUNGS[0], show_default=True,
              metavar="RUNG", shell_complete=rungs_like, help="The lowest rung to measure.")  # fmt: skip
@click.option("--to", "last", type=click.Choice(RUNGS), default=RUNGS[-1], show_default=True,
              metavar="RUNG", shell_complete=rungs_like, help="The highest rung to measure.")  # fmt: skip
@WORKLOADS
@click.option("--param", "-p", "params", multiple=True, type=Assignments(), metavar="NAME=1,10,100",
              help="Values of a workload's parameter, in place of the preset's.")  # fmt: skip
@click.option("--preset", type=click.Choice(PRESETS), default="quick", show_default=True,
              help="How much to measure: 6, 10 or 20 fresh processes for each cell.")  # fmt: skip
@click.option("--affinity", default="auto", show_default=True, metavar="auto|none|CPUS",
              help="Pin single-threaded models to the last CPU, to none, or to these (say 0,1).")  # fmt: skip
@click.option("--memory/--no-memory", default=True, help="Weigh cells too, each in a process of its own.")
@PYTHONS
@TIMEOUT
@click.option("--seed", type=click.IntRange(-LARGEST, LARGEST), default=1, show_default=True,
              help="Draws every order; kept in the run file.")  # fmt: skip
@click.option("--output", "-o", type=click.Path(path_type=Path),
              help="The run file (default: reports/DATE-MACHINE.jsonl).")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the steps, or the diff, as JSON.")
@click.option("--report/--no-report", "with_report", default=True,
              help="End by writing the page beside the run file.")  # fmt: skip
@click.pass_context
def ladder(ctx: click.Context, /, **options: Any) -> None:
    """Measure the rungs between the tutorial's loop and asyncio; say what each step did.

    Each rung adds one idea to that below it. What a step does to time, CPU, memory and lateness was predicted
    before anything was measured: the figures stand beside that, and where we were wrong comes last.
    """
    names, differ = options.pop("names"), options.pop("differ")
    if differ:
        refuse_beside(ctx, {"names", "differ", "as_json"}, "--diff measures nothing")
        _show_difference(names, as_json=options["as_json"])
        return
    refuse_without(TABLES)
    as_json, with_report = options.pop("as_json"), options.pop("with_report")
    if names:
        refuse_beside(ctx, {"names", "as_json", "workloads"}, "a run file is shown as it was measured")
        _show(_file(names), options["workloads"], as_json=as_json)
        return
    sys.exit(_tell(_measured(options), as_json=as_json, with_report=with_report))


def _show_difference(names: Sequence[str], *, as_json: bool) -> None:
    if not 0 < len(names) < 3:
        raise click.UsageError(
            "--diff takes two neighbouring rungs, or one, which is compared with that below"
        )
    shown = shown_step(neighbours(names))
    if as_json:
        click.echo(json.dumps(data_of_step(shown), indent=2))
    else:
        print_difference(Out(), shown)


def _file(names: Sequence[str]) -> Measured:
    """Return the run file that is named; raises click.UsageError for several, and for a rung."""
    if len(names) > 1:
        raise click.UsageError("name one run file; --diff compares two rungs")
    if names[0] in RUNGS and not Path(names[0]).exists():
        raise click.UsageError(
            f"{names[0]} is a rung, and no run file: --diff {names[0]}, or --to {names[0]}"
        )
    return read_measured(Path(names[0]))


def _measured(options: dict[str, Any]) -> RunResult:
    """Measure the rungs that are asked for, into a run file like any other."""
    from concbench import runs  # noqa: PLC0415  (it imports what only some platforms have)

    first, last = (RUNGS.index(options.pop(name)) for name in ("first", "last"))
    if first >= last:
        raise click.UsageError(
            f"--from {RUNGS[first]} --to {RUNGS[last]} has no step: --to names a higher rung"
        )
    workloads, to = options.pop("workloads") or USUAL, options.pop("output")
    params = story_of(workloads) | merged(options.pop("params"))
    chosen = {**options, "workloads": workloads, "params": params, "models": RUNGS[first : last + 1]}
    return watched(runs.ladder, **chosen, to=to)


def _tell(result: RunResult, *, as_json: bool, with_report: bool) -> int:
    """Print what was measured, and where it is kept; return the exit code."""
    try:
        _print(result.measured, (), as_json=as_json)
    finally:  # whoever interrupts the tables has the file
        note(f"\nrun file: {result.path}", err=as_json)
    if not result.complete:
        again = resume_command_of(result.path, result.header.asked)
        tell(f"interrupted; go on with: {again} && {_command(result.path)}", err=True)
        return INTERRUPTED
    code = code_of(result.outcomes.values())
    if with_report and code in (OK, CELL_FAILED) and not write_page_of(result.measured, err=as_json):
        return code or RUN_FILE
    return code


def _command(path: Path) -> str:
    """Return the command that shows a run file's steps."""
    return f"concbench ladder {shlex.quote(str(path))}"


def _show(finished: Measured, workloads: tuple[str, ...], *, as_json: bool) -> None:
    """Print the steps of a run; raises UserError where it has none."""
    if not _print(finished, chosen_of(finished, workloads), as_json=as_json, wanted=True):
        raise UserError(
            f"{finished.path} holds no step of the ladder, two rungs with figures at one point:"
            f" concbench show {shlex.quote(str(finished.path))}"
        )


def _print(finished: Measured, workloads: tuple[str, ...], *, as_json: bool, wanted: bool = False) -> bool:
    """Print the steps at some workloads, or at all; return whether there are any, which may be ``wanted``."""
    from concbench.analysis.dataset import gather  # noqa: PLC0415  (it takes pandas)
    from concbench.analysis.ladder.climbing import ladder_of  # noqa: PLC0415
    from concbench.analysis.ladder.telling import as_data  # noqa: PLC0415
    from concbench.report.terminal.ladder import print_ladder  # noqa: PLC0415

    dataset = gather([finished])
    steps = ladder_of(dataset, asked=True)
    climbed = [one for one in steps if not workloads or one.point.workload in workloads]
    if wanted and not climbed:
        return False
    if as_json:
        about = {"run": finished.header.run, "started": finished.header.started}
        click.echo(json.dumps(about | as_data(dataset, climbed), indent=2, allow_nan=False))
        return True
    print_ladder(wide_out(), dataset, climbed)
    for line in notes(finished):
        tell(line)
    return True
