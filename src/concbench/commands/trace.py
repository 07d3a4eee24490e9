"""``concbench trace``: who runs when, in one picture; and in the terminal at once."""

import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from msgspec import to_builtins

from concbench.analysis.timeline import lines_of, seen
from concbench.commands.completion import workload_like
from concbench.commands.exits import CELL_FAILED, NOTHING_MEASURED, OK
from concbench.commands.loudness import note
from concbench.commands.measuring import Measuring
from concbench.commands.options import Assignments, contestants, one_value_each
from concbench.commands.progress import watched
from concbench.commands.reporting import drawing_module, refuse_foreign, write_whole
from concbench.commands.streams import tell
from concbench.extras import PICTURE, lack_of
from concbench.outcomes import FAILURES
from concbench.results.header import HeaderTrace
from concbench.runs.tracing import TASKS
from concbench.words import in_encoding

EPILOG = """\b
Examples
  concbench trace timers                    who sleeps, and who asks all the time whether it is time
  concbench trace switch --tasks 3          tasks that take turns
  concbench trace timers -m family:event-loop,family:library
  concbench trace chain -m yield-from,asyncio,threads -p depth=5
  concbench trace timers -p delay=0.1 -p spread=0 --output sleepers.svg
  concbench trace switch --json             every stretch, in ns
"""

MOST_TASKS = 20

MARK = "<!-- concbench trace -->"
"""How a picture of ours is known again."""


@click.command(cls=Measuring, epilog=EPILOG)
@click.argument("workload", shell_complete=workload_like)
@click.option("--tasks", type=click.IntRange(1, MOST_TASKS),
              help=f"How many tasks to watch (default: {TASKS}).")  # fmt: skip
@contestants
@click.option("--param", "-p", "params", multiple=True, type=Assignments(), metavar="NAME=VALUE",
              help="A value of one of the workload's parameters, in place of ours.")  # fmt: skip
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.svg",
              help="The picture (default: reports/trace-WORKLOAD.svg; with --json: none).")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the traces as JSON instead of lines.")
def trace(
    workload: str,
    *,
    tasks: int | None,
    params: Sequence[tuple[str, tuple[str, ...]]],
    output: Path | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Draw who runs when: a few tasks of a workload, watched, a panel for each model.

    Without --model that is one of each dialect: polling, generator, yield-from, asyncio, threads.

    Watching takes time, so what is drawn is an order, and never a timing. Results are judged as in a run: a
    model that does not do the work has no lanes. Exit code 3 where one failed, 4 where none has any.
    """
    from concbench import runs  # noqa: PLC0415  (it imports what only some platforms have)

    lack = lack_of(PICTURE)
    path = output or (None if as_json or lack else default_path(workload))
    if path is not None:
        refuse_foreign(path, MARK.encode(), "trace")
    traces = watched(runs.trace, **options, workload=workload, params=asked_for(tasks, params))
    _tell(traces, as_json=as_json)
    if path is not None and seen(traces):
        write_picture(path, traces)
        note(f"\npicture: {path}", err=as_json)
    elif lack and not as_json:
        note(f"\n{lack}")
    sys.exit(exit_code(traces))


def _tell(traces: Sequence[HeaderTrace], *, as_json: bool) -> None:
    """Print the traces, and why there are no lanes where there are none."""
    for one in traces:
        if one.outcome is not None:
            tell(f"{one.contender}: {one.outcome}: {one.reason}", err=True)
    if as_json:
        click.echo(json.dumps({"traces": to_builtins(traces)}, indent=2))
    elif seen(traces):
        for line in lines_of(traces):
            tell(in_encoding(line, sys.stdout.encoding))


def asked_for(tasks: int | None, params: Sequence[tuple[str, tuple[str, ...]]]) -> dict[str, Any]:
    """Return the parameters that were asked for; raises click.UsageError for two values of one."""
    return one_value_each(params, "a trace is of one run", {} if tasks is None else {"tasks": tasks})


def exit_code(traces: Sequence[HeaderTrace]) -> int:
    """Return 4 if there is nothing to see, 3 if a model failed, else 0."""
    if not seen(traces):
        return NOTHING_MEASURED
    return CELL_FAILED if FAILURES & {one.outcome for one in traces} else OK


def default_path(workload: str) -> Path:
    """Return where the picture of a workload goes; its name may be anything that a plug-in chose."""
    return Path("reports") / f"trace-{re.sub(r'[^A-Za-z0-9._-]+', '-', workload)}.svg"


def write_picture(path: Path, traces: Sequence[HeaderTrace]) -> None:
    """Write the picture; raises RunFileError where it cannot be written, MissingExtra and NoCache."""
    lanes = drawing_module("concbench.report.charts.lanes", PICTURE)
    from concbench.report.charts.svg import standalone  # noqa: PLC0415  (matplotlib)

    head, svg = standalone(lanes.lanes_svg(traces)).split("\n", 1)
    write_whole(path, f"{head}\n{MARK}\n{svg}", "picture")
