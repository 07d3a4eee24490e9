"""``concbench compare``: is head slower than base? A verdict for each cell, measured in interleaved pairs."""

import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import click

from concbench.analysis.comparison import Comparison
from concbench.analysis.ending import Ending, ending_of
from concbench.commands.compare_options import CompareOptions, show
from concbench.commands.completion import gates_like, sides_like
from concbench.commands.exits import CELL_FAILED, INTERRUPTED, NOTHING_MEASURED, OK, SLOWER, UNDECIDED
from concbench.commands.loudness import note
from concbench.commands.measuring import Asking, option
from concbench.commands.options import (
    Assignments,
    CodeFile,
    check_loops,
    merged,
    names,
    refuse_beside,
    refuse_nan,
    split_commas,
)
from concbench.commands.param_types import Bytes, Nanoseconds, Seconds, Share
from concbench.commands.progress import watched
from concbench.commands.streams import tell
from concbench.commands.targets import try_targets
from concbench.platforms import refuse_where_nothing_can_be_measured
from concbench.runs.comparison_request import OF_STORED, drawn_seed, gateable, is_run_file
from concbench.runs.result import ComparisonResult
from concbench.validators import LARGEST

EPILOG = """\b
Examples
  concbench compare main --pytest benchmarks/ -k parse           your own tests with pytest-benchmark
  concbench compare v1 v2 --asv asv_bench/ -k "Join|Sort"        your own asv suite (asv.conf.json's: --asv .)
  concbench compare main --call app.feed:fetch --tasks 1,100     a function of yours, 100 at once
  concbench compare HEAD~1 HEAD                        two revisions of concbench, in a clone of it
  concbench compare v1..v2                             the same, as git spells it
  concbench compare main                               main against the working tree, likewise
  concbench compare --python 3.11 --python 3.13        two interpreters
  concbench compare --python 3.13t --python "3.13t -X gil=1"   one without its GIL, and with it
  concbench compare --loop uvloop:new_event_loop --with uvloop==0.21.0 --with uvloop==0.22.1
  concbench compare main --with-project --plugin benchmarks/load.py --plugin-from head
  concbench compare v1 v2 --repo ../myloop --loop myloop:new_event_loop
  concbench compare before.jsonl after.jsonl           two stored runs: a hint, not a verdict to build on
  concbench compare HEAD~1 HEAD --budget 10m --margin 0.5% --markdown summary.md
  concbench compare main --fail-on unsure --budget 10m           exit code 6 where anything is left open
  concbench compare main --fail-on never --gate wall,memory      tell what got worse, and pass
  concbench compare before.jsonl after.jsonl --fail-on slower    a gate of stored runs, if you must
"""


def counts(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> tuple[int, ...]:
    """Return whole numbers from 1 that are separated by commas; raises click.BadParameter."""
    words = [word.strip() for value in values for word in value.split(",")]
    if not all(word.isdigit() and int(word) for word in words):
        raise click.BadParameter("it takes whole numbers from 1, with commas between them: 1,100")
    return tuple(dict.fromkeys(map(int, words)))


WITH_STORED = {*OF_STORED, "as_json", "markdown", "annotations", "page"}
"""What may be said where stored runs are compared."""

CODES = {
    Ending.PASSED: OK,
    Ending.SLOWER: SLOWER,
    Ending.UNDECIDED: UNDECIDED,
    Ending.FAILED: CELL_FAILED,
    Ending.NOTHING_MEASURED: NOTHING_MEASURED,
    Ending.INTERRUPTED: INTERRUPTED,
}
"""The exit code of each ending; the documents of CLI and COMPARING have them in words."""


@click.command(cls=Asking, epilog=EPILOG)
@click.argument("base", required=False, shell_complete=sides_like)
@click.argument("head", required=False, shell_complete=sides_like)
@click.option("--python", "pythons", multiple=True, metavar="3.12",
              help="Interpreter of both sides, with options; twice: base and head.")  # fmt: skip
@click.option("--with", "packages", multiple=True, metavar="'NAME==VERSION …'",
              help="Packages of both sides, kept apart; given twice, of base and head.")  # fmt: skip
@click.option("--with-requirements", "requirements", multiple=True, type=click.Path(dir_okay=False),
              metavar="FILE",
              help="A requirement file for both sides; inside the repository, that of each.")  # fmt: skip
@click.option("--with-project", "project", is_flag=True,
              help="Build each revision, and install it with what it depends on.")  # fmt: skip
@click.option("--with-extras", "extras", multiple=True, callback=split_commas, metavar="NAME[,NAME]",
              help="Extras of the project to install with it (implies --with-project).")  # fmt: skip
@click.option("--repo", type=click.Path(exists=True, file_okay=False, path_type=Path), default=Path(),
              help="The repository whose revisions BASE and HEAD are (default: this folder).")  # fmt: skip
@click.option("--pytest", "pytest", multiple=True, type=click.Path(), metavar="PATH",
              help="Compare the tests in PATH that use benchmark or concurrency_benchmark.")  # fmt: skip
@click.option("--keyword", "-k", default="", metavar="EXPRESSION",
              help="Only these: as pytest's -k has tests, of --asv a regular expression.")  # fmt: skip
@click.option("--pytest-args", default="", metavar="'ARGS …'", help="Further arguments of pytest's.")
@click.option("--asv", "asv", multiple=True, type=click.Path(), metavar="FOLDER",
              help="Compare the time_… of the asv suite in FOLDER, or of its asv.conf.json.")  # fmt: skip
@click.option("--call", "call", multiple=True, metavar="MODULE:FUNCTION",
              help="Compare a function, run as so many --tasks at once (by -m).")  # fmt: skip
@click.option(
    "--tasks", multiple=True, callback=counts, metavar="1,100", help="Tasks at once of --call (1, 100)."
)
@names("--model", "-m", "models", help="Only these models (default: your own, else one of each dialect).")
@names("--workload", "-w", "workloads",
       help="Only these workloads, or those of a family (default: your own, else the basics).")  # fmt: skip
@click.option("--param", "-p", "params", multiple=True, type=Assignments(), metavar="NAME=1,10,100",
              help="Values of a workload's parameter, in place of its brief ones.")  # fmt: skip
@click.option("--plugin", "plugins", multiple=True, type=CodeFile(),
              help="A file with MODELS or WORKLOADS; inside the repository, that of each side.")  # fmt: skip
@click.option("--plugin-from", type=click.Choice(["each", "base", "head"]), default="each",
              show_default=True, help="Whose plug-ins inside the repository both sides have.")  # fmt: skip
@click.option("--loop", "loops", multiple=True, callback=check_loops, metavar="MODULE:FACTORY",
              help="One more model: asyncio on this event loop, say uvloop:new_event_loop.")  # fmt: skip
@click.option("--margin", type=Share(), metavar="1%",
              help="Ratios within this are the same (default: 1%; 5% for stored runs).")  # fmt: skip
@click.option("--time-margin", type=Nanoseconds(), default="100us", show_default=True, metavar="TIME",
              help="The same for lateness and time above a floor.")  # fmt: skip
@click.option("--memory-margin", type=Bytes(), default="32B", show_default=True, metavar="SIZE",
              help="The same for memory, by task.")  # fmt: skip
@click.option("--gate", "gates", multiple=True, callback=split_commas, metavar="METRIC[,METRIC]",
              shell_complete=gates_like,
              help=f"What makes the exit code 1: {', '.join(gateable())} (times).")  # fmt: skip
@click.option("--fail-on", type=click.Choice(["unsure", "slower", "never"]),
              help="What of it fails: slower alone (default; never for stored runs without --gate), "
                   "or what is unsure too (exit code 6).")  # fmt: skip
@click.option("--budget", type=Seconds(), default="3m", show_default=True, metavar="TIME",
              help="How long to measure at most; preparing takes some seconds more.")  # fmt: skip
@click.option("--memory/--no-memory", default=True, help="Weigh cells too, each in a process of its own.")
@click.option("--instructions", type=click.Choice(["auto", "on", "off"]), default="auto", show_default=True,
              help="Count instructions with valgrind too; auto: in CI, where it is there.")  # fmt: skip
@click.option("--affinity", default="auto", show_default=True, metavar="auto|none|CPUS",
              help="Pin single-threaded models to the last CPU, to none, or to these (say 0,1).")  # fmt: skip
@click.option("--timeout", type=click.FloatRange(min=0.1, max=86_400), default=60.0, show_default=True,
              callback=refuse_nan, metavar="SECONDS",
              help="How long a turn may take before it counts as hung.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0, LARGEST), default=drawn_seed, show_default="another each time",
              help="Draws every order; it is kept in the run file.")  # fmt: skip
@click.option("--output", "-o", type=click.Path(path_type=Path),
              help="The run file (default: reports/DATE-MACHINE.jsonl).")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the comparison as JSON instead of a table.")
@click.option("--markdown", type=click.Path(path_type=Path), metavar="FILE",
              help="Write a summary for a pull request to this file.")  # fmt: skip
@click.option("--annotations/--no-annotations", default=None,
              help="Print GitHub's annotations (default: where GITHUB_ACTIONS is set).")  # fmt: skip
@click.option("--report", "page", type=click.Path(path_type=Path), metavar="FILE",
              help="Write a page with the ratios and their intervals.")  # fmt: skip
def compare(base: str | None, head: str | None, **options: Any) -> None:
    """Say for each cell whether HEAD is slower than BASE.

    BASE and HEAD are git revisions, also as BASE..HEAD (a missing HEAD is the working tree), or two run
    files. Workers of both
    sides run interleaved, in many fresh pairs, until every cell is decided or the budget is spent. At most
    1 % of what is called slower or faster is so by chance. The exit code is 1 where something is slower
    (--fail-on).
    """
    base, head = sides_of(base, head)
    shown = CompareOptions(**{one.name: options.pop(one.name) for one in fields(CompareOptions)})
    asked = {**options, "base": base, "head": head, "params": merged(options["params"])}
    stored = is_run_file(base or "") and is_run_file(head or "")
    if not stored:
        refuse_where_nothing_can_be_measured()
    try_targets(shown.page, shown.markdown)
    result = _of_files(asked) if stored else _measured(asked, shown.output)
    unwritten = show(result.comparison, shown)
    for error in unwritten:
        tell(f"Error: {error.spelled(option)}", err=True)
    code = exit_code(result.comparison)
    sys.exit(unwritten[0].exit_code if unwritten and code not in (SLOWER, INTERRUPTED) else code)


def sides_of(base: str | None, head: str | None) -> tuple[str | None, str | None]:
    """Return base and head, of ``A..B`` the two that it names: git's range, of which a missing end is HEAD.

    Raises click.UsageError for a range beside another side, and for one with three dots.
    """
    if base is None or ".." not in base or Path(base).exists():
        return base, head
    before, after = base.split("..", 1)
    if after.startswith("/") or before.endswith("/"):  # a path that leads nowhere: no revision is so spelled
        return base, head
    if head is not None:
        raise click.UsageError(f"{base} names both sides; leave {head} out")
    if after.startswith("."):
        raise click.UsageError(f"{base} is no pair of revisions: concbench compare $(git merge-base A B) B")
    return before or "HEAD", after or "HEAD"


def _of_files(asked: dict[str, Any]) -> ComparisonResult:
    refuse_beside(click.get_current_context(), WITH_STORED, "stored runs were measured already")
    from concbench import runs  # noqa: PLC0415  (SciPy)

    return runs.compare_files(**{name: asked[name] for name in OF_STORED})


def _measured(asked: dict[str, Any], output: Path | None) -> ComparisonResult:
    """Measure both sides, and say where it is kept."""
    from concbench import runs  # noqa: PLC0415  (it imports what only some platforms have)

    result = watched(runs.compare, **asked, to=output)
    if result.path is not None:
        note(f"run file: {result.path}", err=True)
    if not result.complete:
        told = f"interrupted; this is what there is, and concbench show {result.path} prints it again"
        tell(told, err=True)
    return result


def exit_code(comparison: Comparison) -> int:
    """Return the documented exit code of how a comparison ends."""
    return CODES[ending_of(comparison)[0]]
