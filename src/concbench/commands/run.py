"""``concbench run``: witness every cell, measure them interleaved, and print what came of it."""

import json
import shlex
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from concbench.commands.completion import models_like, runs_like
from concbench.commands.consoles import Out, wide_out
from concbench.commands.exits import CELL_FAILED, INTERRUPTED, OK, RUN_FILE, code_of
from concbench.commands.loudness import note
from concbench.commands.measuring import Measuring
from concbench.commands.options import Assignments, merged, refuse_beside, refuse_nan, selection
from concbench.commands.plan_table import print_plan
from concbench.commands.progress import watched
from concbench.commands.reporting import (
    Sources,
    default_report,
    make_report,
    open_report,
    refuse_foreign,
    write_page,
)
from concbench.commands.show import draw_run, json_of
from concbench.commands.streams import tell
from concbench.drive.presets import RUN_PRESETS
from concbench.errors import UserError
from concbench.extras import PAGE, TABLES, lack_of
from concbench.outcomes import CellOutcome
from concbench.report.terminal.unmeasured import Unmeasured, reasons_of
from concbench.results.measured import Measured
from concbench.results.resuming import resume_command, verb_of
from concbench.runs.result import RunResult
from concbench.validators import LARGEST
from concbench.words import several

if TYPE_CHECKING:
    from concbench.runs.running import Rehearsal

EPILOG = """\b
Examples
  concbench run                                        the quick preset: concbench list --preset quick
  concbench run --preset standard --baseline polling   more processes; ratios against polling
  concbench run --preset million -m asyncio,trio       up to a million live tasks: bytes each, times
  concbench run -w switch -m asyncio,threads --param tasks=2,50
  concbench run -m family:pool,threads -w spawn        a family of models
  concbench run -w family:between-tasks                a family of workloads
  concbench run -m thread-pool:8 -w spawn              a pool of another size
  concbench run -m asyncio --loop uvloop:new_event_loop
  concbench run --python 3.11,3.12,3.13 -m asyncio     one interleaved run of three interpreters
  concbench run --python 3.13,3.13t,"3.13t -X gil=1" -m threads   one of them without a GIL
  concbench run --dry-run                              what would be done, and how long it would take
  concbench run --resume reports/FILE.jsonl            finish a run that was interrupted
"""

WITH_RESUME = {"resume", "as_json", "brief", "with_report", "show_it", "plugins", "loops", "pythons"}
"""What may be said when a run is gone on with; the rest is as it was asked for then."""


@click.command(cls=Measuring, epilog=EPILOG)
@selection
@click.option("--param", "-p", "params", multiple=True, type=Assignments(), metavar="NAME=1,10,100",
              help="Values of a workload's parameter, in place of the preset's.")  # fmt: skip
@click.option("--preset", type=click.Choice(RUN_PRESETS), default="quick", show_default=True,
              help="How much to measure: 6, 10 or 20 fresh processes for each cell; or parked alone, with up"
              " to a million tasks, in 3.")  # fmt: skip
@click.option(
    "--baseline",
    default="",
    metavar="MODEL",
    shell_complete=models_like,
    help="What to compare with (default: asyncio).",
)
@click.option("--affinity", default="auto", show_default=True, metavar="auto|none|CPUS",
              help="Pin single-threaded models to the last CPU, to none, or to these (say 0,1).")  # fmt: skip
@click.option("--memory/--no-memory", default=True, help="Weigh cells too, each in a process of its own.")
@click.option("--most-memory", type=click.FloatRange(min=0.05, max=2**20), metavar="GIB", callback=refuse_nan,
              help="End a worker that holds more GiB, and say how many tasks were alive (million: 20)."
              )  # fmt: skip
@click.option("--seed", type=click.IntRange(-LARGEST, LARGEST), default=1, show_default=True,
              help="Draws every order; kept in the run file.")  # fmt: skip
@click.option("--output", "-o", type=click.Path(path_type=Path),
              help="The run file (default: reports/DATE-MACHINE.jsonl).")  # fmt: skip
@click.option("--resume", type=click.Path(path_type=Path, readable=False), metavar="FILE",
              shell_complete=runs_like,
              help="Go on with an interrupted run as it was; name its plug-ins and loops again.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Only witness the cells, and print the plan and its time.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON instead of tables.")
@click.option("--brief", is_flag=True, help="Print the answer alone, without the tables.")
@click.option("--report/--no-report", "with_report", default=True,
              help="End by writing the page beside the run file (see concbench report).")  # fmt: skip
@click.option("--open", "show_it", is_flag=True, help="Open that page in the browser.")
@click.pass_context
def run(ctx: click.Context, /, **options: Any) -> None:
    """Measure wall time, CPU, memory and lateness of every cell, contenders interleaved.

    Every cell is first witnessed at its own size: what does not do the same work is not measured. The run
    file is written as it goes, so nothing that was measured is ever lost.
    """
    from concbench import runs  # noqa: PLC0415  (it imports what only some platforms have)

    resume, output = options.pop("resume"), options.pop("output")
    as_json, brief = options.pop("as_json"), options.pop("brief")
    rehearse, with_report, show_it = (options.pop(name) for name in ("dry_run", "with_report", "show_it"))
    _refuse_contradictions(as_json and brief, show_it and not with_report)
    if resume is not None:
        refuse_beside(ctx, WITH_RESUME, "--resume goes on as the run was asked for")
    options["params"] = merged(options["params"])
    own = {name: options[name] for name in ("plugins", "loops", "pythons")}
    if rehearse:
        _tell_plan(watched(runs.rehearse, **options), as_json=as_json)
        return
    if resume is not None:
        result = watched(runs.resume, path=resume, **own)
    else:
        result = watched(runs.run, **options, to=output)
    lack = None if as_json else lack_of(TABLES, *([PAGE] if with_report else []))
    _tell(result, own, as_json=as_json, brief=brief, lack=lack)
    code = code_of(result.outcomes.values()) if result.complete else INTERRUPTED
    if with_report and lack is None and code in (OK, CELL_FAILED):
        written = write_page_of(result.measured, err=as_json, show_it=show_it)
        code = code if written else code or RUN_FILE
    sys.exit(code)


def _refuse_contradictions(both: bool, unseen: bool) -> None:
    """Raise click.UsageError for two answers at once, and for a page to open that is not made."""
    if both:
        raise click.UsageError("--json and --brief exclude each other; leave one of them out")
    if unseen:
        raise click.UsageError("--open shows the page that --no-report leaves out; leave one of them out")


def _tell(
    result: RunResult, own: Mapping[str, Sequence[str]], *, as_json: bool, brief: bool, lack: str | None
) -> None:
    """Print what a run found, and what to do about one that was interrupted.

    Where tables ``lack`` an extra, that takes their place, and the reasons of what was not measured.
    """
    asked, spelled = result.header.asked, shlex.quote(str(result.path))
    baseline = asked.baseline or None
    if as_json:
        click.echo(json_of(result.measured, baseline))
    elif lack_of(TABLES) is None:
        draw_run(wide_out(), result.measured, baseline, brief=brief)
    else:
        _tell_ends(result)
    note(f"\nrun file: {result.path}", err=as_json)
    if lack is not None:
        tell(f"{lack}, then: concbench report {spelled}, or concbench show {spelled}", err=True)
    if not result.complete:
        verb = verb_of(asked.command)
        tell(f"interrupted; go on with: {resume_command(result.path, verb, **own)}", err=True)
        note(f"or make a page of what there is: concbench report {spelled}", err=True)


def _tell_ends(result: RunResult) -> None:
    """Print what became of the cells, without any figure."""
    ended = result.ended
    measured = sum(outcome.name == CellOutcome.OK for outcome in ended.values())
    tell(f"{measured} of {several(len(ended), 'cell')} measured")
    for words in reasons_of(
        Unmeasured(cell.workload, cell.contender, ended[cell.id].name, ended[cell.id].reason)
        for cell in result.header.cells
        if ended[cell.id].name != CellOutcome.OK
    ):
        tell(words)


def _tell_plan(rehearsal: "Rehearsal", *, as_json: bool) -> None:
    """Print what a run would do and how long it would take."""
    contenders = [contender.id for contender in rehearsal.plan.contenders]
    generations = rehearsal.plan.effort.generations
    if as_json:
        about = {"contenders": contenders, "seconds": round(rehearsal.seconds, 1)}
        click.echo(json.dumps({**about, "generations": generations, "points": rehearsal.points}, indent=2))
        return
    print_plan(Out(), rehearsal)


def write_page_of(finished: Measured, *, err: bool, show_it: bool = False) -> bool:
    """Write the run's report beside its run file; say why if that cannot be, for the run is kept anyhow.

    Return whether it was written, or is not to be expected: nobody has to have what draws it.
    """
    if (lack := lack_of(PAGE)) is not None:
        tell(f"no report: {lack}", err=True)
        return True
    path = default_report(finished)
    spelled = shlex.quote(str(finished.path))
    try:
        refuse_foreign(path)
        write_page(path, partial(make_report, Sources(runs=[finished])), err=err)
    except (UserError, click.UsageError) as error:
        tell(f"no report: {error}\nmake it with: concbench report {spelled} --output FILE.html", err=True)
        return False
    except KeyboardInterrupt:
        tell(f"the run file is complete; make its page with: concbench report {spelled}", err=True)
        raise
    if show_it:
        open_report(path, err=err)
    return True
