"""A preset's cells in the terminal: how often it measures, and who meets where."""

from rich.console import Console

from concbench.commands.cells_table import SizesRow, print_cells, rows_of
from concbench.commands.loudness import Loudness, loudness
from concbench.drive.presets import REACHES
from concbench.outcomes import CellOutcome
from concbench.report.terminal.bare import plain
from concbench.report.terminal.unmeasured import Unmeasured, reasons_of
from concbench.runs.preset import PresetCells
from concbench.words import several


def print_preset(console: Console, cells: PresetCells) -> None:
    """Print what a preset measures; to who wants to know more also why a model is not at a workload."""
    effort = cells.effort
    rounds, longest = several(effort.most_rounds, "round"), f"{effort.block_ns / 1e6:g} ms"
    about = f"each in {effort.generations} fresh processes, at a size {rounds} or {longest} of turns at most"
    console.print(plain(f"{cells.preset}: {several(cells.cells, 'cell')}, {about}"))
    rows = rows_of(SizesRow(one.purpose, one.workload, one.models, [one.params]) for one in cells.meetings)
    everyone = dict.fromkeys(name for one in cells.meetings for name in (*one.models, *one.cannot))
    print_cells(console, rows, list(everyone))
    if loudness() is Loudness.VERBOSE:
        for words in reasons_of(_cannot(cells)):
            console.print(plain(words))
    omitted = REACHES[cells.preset].only_named
    only = f"; measured only where they are named (-m): {', '.join(omitted)}" if omitted else ""
    console.print(plain(f"models that are not to be had here are left out{only}"))


def _cannot(cells: PresetCells) -> list[Unmeasured]:
    return [
        Unmeasured(one.workload, name, CellOutcome.NOT_EXPRESSIBLE, reason)
        for one in cells.meetings
        for name, reason in one.cannot.items()
    ]
