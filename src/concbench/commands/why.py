"""``concbench why``: where the price of one cell goes, layer by layer."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from concbench.analysis.layer_words import meaning_of
from concbench.commands.completion import model_like, workload_like
from concbench.commands.consoles import Err, Out
from concbench.commands.exits import CELL_FAILED, NOTHING_MEASURED, OK
from concbench.commands.measuring import Measuring
from concbench.commands.options import Assignments, one_value_each, refuse_nan, workers
from concbench.commands.progress import Bar
from concbench.commands.streams import tell
from concbench.outcomes import FAILURES

if TYPE_CHECKING:
    from concbench.analysis.explained import Explanation, Split

EPILOG = """\b
Examples
  concbench why asyncio switch              what of a switch is the loop's, the handle's, the task's
  concbench why asyncio-py switch           the same in Python: what the C code of asyncio spares
  concbench why yield-from switch -p tasks=100
  concbench why trio spawn --seconds 10     more samples: smaller errors
  concbench why uvloop echo --instructions off
  concbench why asyncio switch --json       every function
"""


@click.command(cls=Measuring, epilog=EPILOG)
@click.argument("model", shell_complete=model_like)
@click.argument("workload", shell_complete=workload_like)
@click.option("--param", "-p", "params", multiple=True, type=Assignments(), metavar="NAME=VALUE",
              help="A value of one of the workload's parameters (default: the size of compare).")  # fmt: skip
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True, max=600), default=3.0,
              show_default=True, callback=refuse_nan,
              help="For how many seconds of CPU time the cell is observed.")  # fmt: skip
@click.option("--instructions", type=click.Choice(["auto", "on", "off"]), default="auto", show_default=True,
              help="Count instructions, function by function; auto: where valgrind is there.")  # fmt: skip
@workers
@click.option("--affinity", default="auto", show_default=True, metavar="auto|none|CPUS",
              help="Pin the worker to the last CPU, to none, or to these (say 0,1).")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the explanation as JSON, with every function.")
def why(
    model: str, workload: str, *, params: Sequence[tuple[str, tuple[str, ...]]], as_json: bool, **options: Any
) -> None:
    """Split the price of a workload under a model into the layers that it goes to.

    The CPU time is split by samples of the running worker, each with the C function and the Python function
    that were at work; the instructions by what valgrind counts of each C function. Each sum is held against
    the whole, which is measured by itself. concbench docs WHY says how to read it.

    Exit code 3 where the cell failed, or a sum is more than 10 % off the whole; 4 where nothing was measured.
    """
    from concbench import runs  # noqa: PLC0415  (it imports what only some platforms have)

    values = one_value_each(params, "one cell is explained at a time")
    with Bar(Err(), lines=False, live=not as_json) as bar:
        found = runs.why(model=model, workload=workload, params=values, watcher=bar, **options)
    _tell(found, as_json=as_json)
    sys.exit(exit_code(found))


def _tell(found: "Explanation", *, as_json: bool) -> None:
    from concbench.report.terminal.why import print_explanation  # noqa: PLC0415  (help does not need it)

    if found.outcome is not None:
        tell(f"{found.workload}/{found.contender}: {found.outcome}: {found.reason}", err=True)
    if as_json:
        click.echo(json.dumps(plain_of(found), indent=2, allow_nan=False))
    elif found.splits:
        print_explanation(Out(), found)
    else:
        for kind, reason in found.without.items():
            tell(f"no split of the {kind}: {reason}", err=True)


def plain_of(found: "Explanation") -> dict[str, Any]:
    """Return an explanation as plain data."""
    return {**asdict(found), "time": _split_of(found.time), "instructions": _split_of(found.instructions)}


def _split_of(split: "Split | None") -> dict[str, Any] | None:
    if split is None:
        return None
    layers = [{**asdict(one), "means": meaning_of(one.layer)} for one in split.layers]
    return {**asdict(split), "layers": layers, "off": split.off, "adds_up": split.adds_up}


def exit_code(found: "Explanation") -> int:
    """Return 3 for a cell that failed or a sum that does not add up, 4 where nothing is split, else 0."""
    if found.outcome in FAILURES or not all(split.adds_up for split in found.splits):
        return CELL_FAILED
    return OK if found.splits else NOTHING_MEASURED
