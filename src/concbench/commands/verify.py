"""``concbench verify``: does every model really do the work of every workload?

Each cell is run instrumented, in a worker, with small sizes and with parameters drawn from a seed, and
what truly happened is held against what the workload promises.
"""

import json
import secrets
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from concbench.commands.consoles import Err, Out
from concbench.commands.exits import CELL_FAILED, NOTHING_MEASURED, OK
from concbench.commands.measuring import Measuring
from concbench.commands.options import selection
from concbench.commands.progress import Bar
from concbench.commands.request import Request, chosen_workloads, contenders_of, launcher, refuse_too_large
from concbench.commands.uneven import warnings_of
from concbench.measure.bench import Bench
from concbench.measure.described import Described
from concbench.outcomes import CANNOT
from concbench.workloads.base import Workload, params_to_dict

EPILOG = """\b
Examples
  concbench verify
  concbench verify --workload parked --model threads
  concbench verify --seed 7 --json
  concbench verify --plugin my_model.py --model my-model
  concbench verify --python 3.11,3.12,3.13
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """What the witness said of one contender at one workload with one set of parameters.

    ``tasks`` and ``suspensions`` are what it counted, None where it counted nothing; the suspensions are
    promised if ``exact``. ``doubts``: what the workload leaves open.
    """

    workload: str
    contender: str
    params: dict[str, Any]
    outcome: str
    reason: str | None
    checks: dict[str, str | None]
    tasks: int | None = None
    suspensions: int | None = None
    exact: bool = False
    doubts: tuple[str, ...] = ()


@click.command(cls=Measuring, epilog=EPILOG)
@selection
@click.option("--seed", type=int, help="Draws the random parameters (default: drawn, and printed).")
@click.option("--json", "as_json", is_flag=True, help="Print every finding as JSON.")
def verify(seed: int | None, *, as_json: bool, **options: Any) -> None:
    """Run every cell instrumented, and check that the promised work is done.

    Exit code 0 when all is well, 3 when any cell that can be expressed and is available is not ok. Warnings
    tell whoever wrote a workload what it leaves open; they change no exit code.
    """
    drawn = secrets.randbelow(10**6) if seed is None else seed
    request = Request(**options, seed=drawn)
    console = Err()
    with Bar(console) as bar:
        findings = list(find_out(request, bar))
    if as_json:
        said = [{name: getattr(finding, name) for name in Finding.__slots__} for finding in findings]
        answer = {"seed": drawn, "findings": said, "warnings": warnings_of(findings)}
        click.echo(json.dumps(answer, indent=2))
    else:
        _print(findings, drawn)
    sys.exit(exit_code(findings))


def exit_code(findings: list[Finding]) -> int:
    """Return 3 if any cell failed, 4 if none could be verified, else 0."""
    outcomes = {finding.outcome for finding in findings}
    if outcomes - {"ok", *CANNOT}:
        return CELL_FAILED
    return OK if "ok" in outcomes else NOTHING_MEASURED


def find_out(request: Request, bar: Bar) -> Iterator[Finding]:
    """Yield a finding for each contender, workload and set of parameters.

    Raises click.UsageError for what cannot be asked for, before anything is run.
    """
    catalogue = Described(request.plugins, request.loops)
    workloads = chosen_workloads(request, catalogue)
    sizes = {
        workload.name: list(map(params_to_dict, workload.small(Random(f"{request.seed}/{workload.name}"))))
        for workload in workloads
    }
    for workload in workloads:
        for params in sizes[workload.name]:
            refuse_too_large(workload, params, request.timeout)
    start, contenders = launcher(request), contenders_of(request, catalogue)
    for contender in contenders:
        with Bench(start, contender) as bench:
            for workload in workloads:
                for params in sizes[workload.name]:
                    bar.at(f"verify {workload.name}/{contender.id}")
                    yield examine(bench, workload, params, request.timeout)


def examine(bench: Bench, workload: Workload[Any], params: dict[str, Any], seconds: float) -> Finding:
    """Have one cell witnessed, in a worker that is started then; none is for what is impossible anyway."""
    reason = workload.impossible(bench.contender)
    if reason is not None:
        return Finding(workload.name, bench.contender.id, params, "not-expressible", reason, {})
    request = {"op": "verify", "workload": workload.name, "params": params, "seconds": seconds}
    answer = bench.ask(request, 3 * seconds)
    return Finding(
        workload.name,
        bench.contender.id,
        params,
        answer.get("outcome", "ok"),
        answer.get("reason"),
        answer.get("checks", {}),
        answer.get("tasks"),
        answer.get("suspensions"),
        answer.get("exact", False),
        tuple(answer.get("doubts", ())),
    )


def _print(findings: list[Finding], seed: int) -> None:
    console = Out()
    contenders = list(dict.fromkeys(finding.contender for finding in findings))
    table = Table(title=f"does the promised work (seed {seed})", title_justify="left", title_style="bold")
    table.add_column("workload")
    for contender in contenders:
        table.add_column(Text(contender))
    for workload in dict.fromkeys(finding.workload for finding in findings):
        row: list[Text] = [Text(workload)]
        for contender in contenders:
            mine = [one for one in findings if (one.workload, one.contender) == (workload, contender)]
            row.append(_in_a_word(mine))
        table.add_row(*row)
    console.print(table)
    notes = dict.fromkeys(
        f"{finding.workload}/{finding.contender}: {finding.outcome}: {finding.reason}"
        for finding in findings
        if finding.outcome != "ok"
    )
    for note in notes:
        console.print(Text(note))
    for warning in warnings_of(findings):
        console.print(Text(f"warning: {warning}", style="yellow"))


def _in_a_word(findings: list[Finding]) -> Text:
    """Return what to show for one workload and contender, over all parameters tried."""
    outcomes = [finding.outcome for finding in findings]
    bad = [outcome for outcome in outcomes if outcome not in ("ok", *CANNOT)]
    if bad:
        return Text(bad[0], style="bold red")
    if "ok" not in outcomes:
        return Text(outcomes[0], style="yellow")
    good = outcomes.count("ok")
    return Text(f"ok ({good} of {len(outcomes)})" if good < len(outcomes) else f"ok ({good})", style="green")
