"""What a run would do, in the terminal: who would meet where, how often, and who would not, and why."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import Console

from concbench.commands.cells_table import SizesRow, print_cells, rows_of
from concbench.report.terminal.bare import plain
from concbench.report.terminal.unmeasured import Unmeasured, reasons_of
from concbench.words import several

if TYPE_CHECKING:
    from concbench.runs.running import Rehearsal


def print_plan(console: Console, rehearsal: "Rehearsal") -> None:
    """Print the cells of a run, why others are none, and how long it would take."""
    contenders = [contender.id for contender in rehearsal.plan.contenders]
    print_cells(console, rows_of(_rows(rehearsal)), contenders)
    for words in reasons_of(_unmeasured(rehearsal)):
        console.print(plain(words))
    for name, reason in rehearsal.left_out.items():
        console.print(plain(f"{name}: {reason}"))
    generations, workers = rehearsal.plan.effort.generations, several(len(contenders), "fresh worker")
    cells = sum(len(point["cells"]) for point in rehearsal.points)
    told = f"{several(generations, 'generation')} of {workers}: about {rehearsal.seconds:.0f} s"
    console.print(plain(f"{several(cells, 'cell')}, {told}"))


def _rows(rehearsal: "Rehearsal") -> Iterator[SizesRow]:
    for point in rehearsal.points:
        rounds = point["rounds"] if point["purpose"] == "time" else None
        if point["cells"]:
            yield SizesRow(
                point["purpose"], point["workload"], tuple(point["cells"]), [point["params"]], rounds
            )


def _unmeasured(rehearsal: "Rehearsal") -> Iterator[Unmeasured]:
    for cell in rehearsal.plan.cells():
        if (settled := rehearsal.settled.get(cell.id)) is not None:
            yield Unmeasured(cell.workload, cell.contender, settled.outcome, settled.reason)
