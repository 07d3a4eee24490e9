"""``concbench aa``: the suite judges itself, by what it says of identical sides and of more work."""

import json
import shlex
import sys
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from concbench.commands.consoles import wide_out
from concbench.commands.exits import INTERRUPTED, NOTHING_MEASURED, OK
from concbench.commands.loudness import note
from concbench.commands.measuring import Measuring
from concbench.commands.options import MODELS, WORKLOADS, Assignments, given_options, merged, refuse_beside
from concbench.commands.param_types import Seconds
from concbench.commands.progress import watched
from concbench.commands.reporting import drawing, refuse_foreign, write_page
from concbench.commands.streams import tell
from concbench.runs.arguments import FACTOR, MOST_SEED

if TYPE_CHECKING:
    from concbench.analysis.rates import Rates

EPILOG = """\b
Examples
  concbench aa --pairs 40 --live 2 -m generator,asyncio      some minutes
  concbench aa --output reports/aa                           the whole experiment: more than an hour
  concbench aa --output reports/aa --live 20                 go on where it was interrupted
  concbench aa --replay reports/aa                           compute the rates again, measure nothing
"""

WITH_REPLAY = {"replay", "replays", "seed", "page", "as_json"}
"""What may be said where nothing is measured."""

JUDGES = "--replay measures nothing, and judges what lies in its folder"


@click.command(cls=Measuring, epilog=EPILOG)
@MODELS
@WORKLOADS
@click.option("--param", "-p", "params", multiple=True, type=Assignments(), metavar="NAME=100",
              help="Values of a workload's parameter, in place of its brief ones.")  # fmt: skip
@click.option(
    "--python",
    "python",
    metavar="3.12",
    help='The interpreter of both sides, with options of its own ("3.13t -X gil=1").',
)
@click.option("--pairs", type=click.IntRange(min=0), default=200, show_default=True,
              help="Pairs of identical sides to record of every cell.")  # fmt: skip
@click.option("--more", default="1.02,1.05,1.10", show_default=True, metavar="FACTOR,…",
              help="Record sides whose head does so many times the work too.")  # fmt: skip
@click.option("--pairs-of-more", type=click.IntRange(min=0), default=60, show_default=True,
              help="Pairs to record of those; 0 for none.")  # fmt: skip
@click.option("--live", type=click.IntRange(min=0), default=20, show_default=True,
              help="Whole comparisons of identical sides, as compare would run them.")  # fmt: skip
@click.option("--budget", type=Seconds(), default="3m", show_default=True, metavar="TIME",
              help="How long a live run may take.")  # fmt: skip
@click.option("--replays", type=click.IntRange(min=1), default=1000, show_default=True,
              help="How often recorded pairs are drawn in a new order and judged.")  # fmt: skip
@click.option("--replay", type=click.Path(exists=True, file_okay=False, path_type=Path),
              metavar="FOLDER", help="Measure nothing: judge what lies there.")  # fmt: skip
@click.option("--output", "-o", type=click.Path(path_type=Path), metavar="FOLDER",
              help="Where all goes, and some may lie (default: reports/aa-DATE-MACHINE).")  # fmt: skip
@click.option("--affinity", default="auto", show_default=True, metavar="auto|none|CPUS",
              help="Pin single-threaded models to the last CPU, to none, or to these.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0, MOST_SEED), default=1, show_default=True,
              help="Draws every order.")  # fmt: skip
@click.option("--report", "page", type=click.Path(path_type=Path), metavar="FILE",
              help="Write a page with the rates.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the rates as JSON.")
@click.pass_context
def aa(ctx: click.Context, /, **options: Any) -> None:
    """Say how often a comparison of identical sides raises a false alarm, and how often it finds more work.

    Pairs of identical sides are recorded, and pairs whose head does more work; both are then judged many
    times over in new orders. Live runs are whole comparisons. Everything measured is kept in one folder, and
    what lies there is not measured again.
    """
    from concbench import runs  # noqa: PLC0415  (it imports what only some platforms have)

    page, as_json, only_replay = options.pop("page"), options.pop("as_json"), options.pop("replay")
    asked = {**options, "params": merged(options["params"]), "more": _factors(options["more"])}
    if page is not None:
        refuse_foreign(page, option="--report")
    folder = asked.pop("output")
    if only_replay is None:
        result = watched(runs.aa, **asked, to=folder)
    else:
        refuse_beside(ctx, WITH_REPLAY, JUDGES)
        result = watched(runs.judge, folder=only_replay, replays=asked["replays"], seed=asked["seed"])
    _tell(result.rates, result.path, page, as_json=as_json)
    if not result.complete:
        tell(f"interrupted; go on with: {_spelled_again(ctx, result.path)}", err=True)
    code = OK if result.rates.series or result.rates.live else NOTHING_MEASURED
    sys.exit(code if result.complete else INTERRUPTED)


def _tell(rates: "Rates", folder: Path, page: Path | None, *, as_json: bool) -> None:
    """Print the rates, and write a page of them where one is asked for."""
    from concbench.report.terminal.rates import print_rates  # noqa: PLC0415  (SciPy)

    if as_json:
        click.echo(json.dumps({"folder": str(folder), **asdict(rates)}, indent=2))
    else:
        print_rates(wide_out(), rates)
        note(f"\npairs: {folder}")
    if page is not None:
        write_page(
            page,
            lambda bar: drawing(bar).rates_page_of(rates, folder.name),
            err=as_json,
            option="--report",
        )


def _spelled_again(ctx: click.Context, folder: Path) -> str:
    """Return the command that goes on with the same experiment in a folder, whatever defaults there are."""
    words = ["concbench", "aa"]
    for option in given_options(ctx, in_files=True):
        value = ctx.params[option.name]
        if option.name == "params":
            words += [word for name, values in value for word in ("--param", f"{name}={','.join(values)}")]
        elif isinstance(value, tuple):
            words += [option.opts[0], ",".join(value)]
        elif option.name == "budget":
            words += [option.opts[0], f"{value:.15g}s"]
        elif value is True:
            words.append(option.opts[0])
        elif value is not False and option.name != "output":
            words += [option.opts[0], str(value)]
    return shlex.join([*words, "--output", str(folder)])


def _factors(text: str) -> tuple[Fraction, ...]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    for part in parts:
        if not FACTOR.fullmatch(part):
            raise click.UsageError(f"--more takes factors such as 1.02,1.05; not {text!r}")
        if not 1 < Fraction(part) <= 10:
            raise click.UsageError(f"--more takes factors above 1, up to 10; not {part}")
    return tuple(dict.fromkeys(Fraction(part) for part in parts))
