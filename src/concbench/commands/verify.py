"""``concbench verify``: does every model really do the work of every workload?"""

import json
import secrets
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from concbench.commands.consoles import Out
from concbench.commands.exits import CELL_FAILED, NOTHING_MEASURED, OK
from concbench.commands.measuring import Measuring
from concbench.commands.options import selection
from concbench.commands.progress import watched
from concbench.families import LOAD_FAMILIES
from concbench.outcomes import CANNOT, CellOutcome
from concbench.report.terminal.bare import plain, width_of
from concbench.report.terminal.unmeasured import Unmeasured, reasons_of
from concbench.workloads.index import family_of

if TYPE_CHECKING:
    from concbench.runs.verifying import Finding

FINE = {CellOutcome.OK, *CANNOT}
"""What is no failure: also what a model does not express, or what is not there."""

ROOMY = 100
"""Columns of a terminal from which on the table has padding."""

WHOLE = {
    CellOutcome.NOT_EXPRESSIBLE: "not expressible",
    CellOutcome.UNAVAILABLE: "unavailable",
    "some": "ok ({} of {})",
}
SHORT = {CellOutcome.NOT_EXPRESSIBLE: "cannot", CellOutcome.UNAVAILABLE: "absent", "some": "{} of {}"}
"""What is said in a table of what is no failure; short where a terminal is narrow, with reasons below it."""

EPILOG = """\b
Examples
  concbench verify
  concbench verify --workload parked --model threads
  concbench verify --seed 7 --json
  concbench verify --plugin my_model.py --model my-model
  concbench verify --python 3.11,3.12,3.13
"""


@click.command(cls=Measuring, epilog=EPILOG)
@selection
@click.option("--seed", type=int, help="Draws the random parameters (default: drawn, and printed).")
@click.option("--json", "as_json", is_flag=True, help="Print every finding as JSON.")
def verify(seed: int | None, *, as_json: bool, **options: Any) -> None:
    """Run every cell instrumented, and check that the promised work is done.

    Exit code 0 when all is well, 3 when any cell that can be expressed and is available is not ok. Warnings
    tell whoever wrote a workload what it leaves open; they change no exit code.
    """
    from concbench import runs  # noqa: PLC0415  (it imports what only some platforms have)
    from concbench.runs.verifying import warnings_of  # noqa: PLC0415  (likewise)

    drawn = secrets.randbelow(10**6) if seed is None else seed
    findings = watched(runs.verify, **options, seed=drawn)
    warnings = warnings_of(findings)
    if as_json:
        answer = {"seed": drawn, "findings": list(map(asdict, findings)), "warnings": warnings}
        click.echo(json.dumps(answer, indent=2))
    else:
        _print(findings, warnings, drawn)
    sys.exit(exit_code([finding.outcome for finding in findings]))


def exit_code(outcomes: Iterable[str]) -> int:
    """Return 3 if any cell failed, 4 if none could be verified, else 0."""
    found = set(outcomes)
    if found - FINE:
        return CELL_FAILED
    return OK if CellOutcome.OK in found else NOTHING_MEASURED


def _print(findings: "list[Finding]", warnings: list[str], seed: int) -> None:
    console = Out()
    console.print(Text(f"does the promised work (seed {seed})", style="bold"))
    for family in LOAD_FAMILIES:
        mine = [one for one in findings if (family_of(one.workload) or "own") == family]
        if mine:
            whole = _table(mine, WHOLE, roomy=console.width >= ROOMY)
            fits = width_of(console, whole) <= console.width
            console.print(whole if fits else _table(mine, SHORT, roomy=False))
    unmeasured = (one for one in findings if one.outcome != CellOutcome.OK)
    for words in reasons_of(
        Unmeasured(one.workload, one.contender, one.outcome, one.reason) for one in unmeasured
    ):
        console.print(plain(words))
    for warning in warnings:
        console.print(Text(f"warning: {warning}", style="yellow"))


def _unmeasured(findings: "list[Finding]") -> Iterator[Unmeasured]:
    for one in findings:
        if one.outcome != CellOutcome.OK:
            yield Unmeasured(one.workload, one.contender, one.outcome, one.reason)


def _table(findings: "list[Finding]", words: Mapping[str, str], *, roomy: bool) -> Table:
    """Return a row for each contender, of which there are many, and a column for each workload."""
    workloads = dict.fromkeys(finding.workload for finding in findings)
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.padding = (0, 1) if roomy else 0
    table.add_column("model", no_wrap=True, overflow="fold")
    for workload in workloads:
        table.add_column(Text(workload), overflow="fold")
    for contender in dict.fromkeys(finding.contender for finding in findings):
        row = [Text(contender)]
        for workload in workloads:
            mine = [one for one in findings if (one.workload, one.contender) == (workload, contender)]
            row.append(_in_a_word(mine, words))
        table.add_row(*row)
    return table


def _in_a_word(findings: "list[Finding]", words: Mapping[str, str]) -> Text:
    """Return what to show for one workload and contender, over all parameters tried."""
    outcomes = [finding.outcome for finding in findings]
    bad = [outcome for outcome in outcomes if outcome not in FINE]
    if bad:
        return Text(bad[0], style="bold red")
    good = outcomes.count(CellOutcome.OK)
    if not good:
        return Text(words[outcomes[0]], style="yellow")
    told = words["some"].format(good, len(outcomes)) if good < len(outcomes) else f"ok ({good})"
    return Text(told, style="green")
