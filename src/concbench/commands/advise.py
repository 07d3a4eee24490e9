"""``concbench advise``: a load of one's own under every model that can carry it, and which to choose."""

import json
import shlex
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from concbench.commands.completion import runs_like
from concbench.commands.consoles import Out
from concbench.commands.exits import CELL_FAILED, INTERRUPTED, OK, RUN_FILE, code_of
from concbench.commands.load_file import said_in
from concbench.commands.loudness import note
from concbench.commands.measuring import Measuring
from concbench.commands.options import contestants, given_options
from concbench.commands.param_types import Duration, SoMany
from concbench.commands.progress import watched
from concbench.commands.run import WITH_RESUME, write_page_of
from concbench.commands.streams import tell
from concbench.errors import UserError
from concbench.results.measured import read_measured
from concbench.results.places import require_rewritable
from concbench.results.resuming import resume_command
from concbench.runs.result import RunResult
from concbench.validators import LARGEST
from concbench.words import shown

if TYPE_CHECKING:
    from concbench.analysis.advice import LoadAdvice

EPILOG = """\b
A file has the same names, times with their units:
  tasks = 2000
  wait = "30ms"
  compute = "200us"
  rounds = 10
  deadline = "100ms"
  at = ["1x", "2x", "5x"]

\b
Examples
  concbench advise --tasks 2000 --wait 30ms --compute 200us --rounds 10 --deadline 100ms
  concbench advise --tasks 2000 --wait 30ms --compute 200us --at 1x,2x,5x --explain
  concbench advise load.toml -m asyncio,uvloop,threads --json
  concbench advise --resume reports/FILE.jsonl         finish one that was interrupted
"""


class Multiples(click.ParamType[tuple[float, ...]]):
    """``1x,2x,5x``: multiples of the number of tasks."""

    name = "multiples"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[float, ...]:
        """Return the multiples, ascending."""
        if isinstance(value, tuple):
            return value
        parts = value if isinstance(value, list) else str(value).split(",")
        try:
            found = tuple(sorted({float(str(part).strip().removesuffix("x")) for part in parts}))
        except ValueError:
            found = ()
        if not found or not all(0 < one <= 1e6 for one in found):
            self.fail(f"{shown(value)} is not of the form 1x,2x,5x", param, ctx)
        return found


@click.command(cls=Measuring, epilog=EPILOG)
@click.argument("file", type=click.Path(path_type=Path, readable=False), required=False)
@click.option("--tasks", type=click.IntRange(1, 10_000_000), default=100, show_default=True,
              help="How many tasks (connections, users) there are at once.")  # fmt: skip
@click.option("--wait", type=Duration(), default=0.0, metavar="30ms",
              help="How long each round waits, say for a database.")  # fmt: skip
@click.option("--compute", type=Duration(), default=0.0, metavar="200us",
              help="How long it then computes, in plain Python on this machine.")  # fmt: skip
@click.option("--rounds", type=click.FloatRange(min=0, min_open=True), default=60.0, show_default=True,
              help="How many rounds a minute each task has.")  # fmt: skip
@click.option("--deadline", type=Duration(), default=0.1, metavar="100ms", show_default="100ms",
              help="Within what time of its coming in a round has to be done.")  # fmt: skip
@click.option("--share", type=SoMany(), default=0.99, metavar="99%", show_default="99%",
              help="What share of the rounds has to be in time (99%: p99 keeps the deadline).")  # fmt: skip
@click.option("--at", type=Multiples(), default=(1.0,), metavar="1x,2x,5x", show_default="1x",
              help="Multiples of the tasks, to see where it breaks as load grows.")  # fmt: skip
@click.option("--explain", is_flag=True,
              help="Also measure what of a round is the model's own: does the choice matter?")  # fmt: skip
@contestants
@click.option("--affinity", default="auto", show_default=True, metavar="auto|none|CPUS",
              help="Pin single-threaded models to the last CPU, to none, or to these (say 0,1).")  # fmt: skip
@click.option("--seed", type=click.IntRange(-LARGEST, LARGEST), default=1, show_default=True,
              help="Draws every order, and when rounds come in; kept in the run file.")  # fmt: skip
@click.option("--output", "-o", type=click.Path(path_type=Path),
              help="The run file (default: reports/DATE-MACHINE.jsonl).")  # fmt: skip
@click.option("--resume", type=click.Path(path_type=Path, readable=False), metavar="RUN",
              shell_complete=runs_like,
              help="Go on with an interrupted run as it was; name its plug-ins and loops again.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the advice as JSON.")
@click.option("--report/--no-report", "with_report", default=True,
              help="End by writing the page beside the run file.")  # fmt: skip
@click.pass_context
def advise(ctx: click.Context, /, **options: Any) -> None:
    """Run a load of yours under every model that services run on, or those of -m; say which to choose.

    Tasks are there all the while; rounds come in by themselves, whether there is time for them or not. Each
    waits, computes, and has a deadline, which counts from when it came in. Every model is first witnessed at
    the load itself.
    """
    from concbench import runs  # noqa: PLC0415  (it imports what only some platforms have)

    file, resume, output = (options.pop(name) for name in ("file", "resume", "output"))
    as_json, with_report = options.pop("as_json"), options.pop("with_report")
    own = {name: options[name] for name in ("plugins", "loops", "pythons")}
    if resume is not None:
        _refuse_beside_resume(ctx)
        _refuse_other_run(resume)
        result = watched(runs.resume, path=resume, **own)
    else:
        options |= said_in(file, ctx) if file is not None else {}
        result = watched(runs.advise, **options, to=output)
    sys.exit(_tell(result, own, as_json=as_json, with_report=with_report))


def _tell(result: RunResult, own: Mapping[str, Any], *, as_json: bool, with_report: bool) -> int:
    """Print the advice, and where it is kept; return the exit code."""
    from concbench.analysis.advice import advice_of  # noqa: PLC0415  (SciPy)
    from concbench.report.terminal.advice import print_advice  # noqa: PLC0415  (likewise)

    found = advice_of(result.measured)
    if found is None:
        raise _no_advice(result.path)
    if as_json:
        click.echo(json.dumps(plain_of(found), indent=2, allow_nan=False))
    else:
        print_advice(Out(), found)
    note(f"\nrun file: {result.path}", err=as_json)
    if not result.complete:
        tell(f"interrupted; go on with: {resume_command(result.path, 'advise', **own)}", err=True)
        return INTERRUPTED
    code = code_of(result.outcomes.values())
    if with_report and code in (OK, CELL_FAILED) and not write_page_of(result.measured, err=as_json):
        return code or RUN_FILE
    return code


def plain_of(advice: "LoadAdvice") -> dict[str, Any]:
    """Return the advice as plain data."""
    share, cheapest = advice.load.share, advice.cheapest
    return {
        "load": {**asdict(advice.load), "tasks": list(advice.tasks)},
        "candidates": [{**asdict(one), "keeps": one.keeps(share)} for one in advice.candidates],
        "cheapest": cheapest.contender if cheapest else None,
        "own": [asdict(one) for one in advice.own],
        "not_measured": advice.failed | dict.fromkeys(advice.unasked, "not asked for"),
    }


def _refuse_other_run(path: Path) -> None:
    """Raise UserError, before anything is measured, for the file of a run of other workloads."""
    from concbench.analysis.served import holds_load  # noqa: PLC0415  (NumPy)

    require_rewritable(path)
    if not holds_load(read_measured(path)):
        raise _no_advice(path)


def _no_advice(path: Path) -> UserError:
    return UserError(f"{path} holds no advice: concbench show {shlex.quote(str(path))}")


def _refuse_beside_resume(ctx: click.Context) -> None:
    strange = [option.opts[0] for option in given_options(ctx) if option.name not in WITH_RESUME]
    if strange or ctx.params["file"]:
        raise click.UsageError(
            f"--resume goes on as the run was asked for: leave out {', '.join(strange) or 'the file'}"
        )
