"""A preset's cells in the terminal: a line for each workload and all sizes at which the same models meet."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from concbench.drive.presets import REACHES
from concbench.report.terminal.tables import bare_table, plain
from concbench.runs.preset import PresetCells, alike
from concbench.words import several
from concbench.workloads.spelling import in_words, spell

VERBS = {"time": "timed", "memory": "weighed"}


def print_preset(console: Console, cells: PresetCells) -> None:
    """Print what a preset measures."""
    effort = cells.effort
    rounds, longest = several(effort.most_rounds, "round"), f"{effort.block_ns / 1e6:g} ms"
    about = f"each in {effort.generations} fresh processes, at a size {rounds} or {longest} of turns at most"
    console.print(Text(f"{cells.preset}: {several(cells.cells, 'cell')}, {about}"))
    console.print(_table(cells))
    omitted = REACHES[cells.preset].omitted
    only = f"; measured only where they are named (-m): {', '.join(omitted)}" if omitted else ""
    console.print(Text(f"models that are not to be had here are left out{only}"))


def _table(cells: PresetCells) -> Table:
    table = bare_table()
    for column in ("workload", "sizes", "", "models"):
        table.add_column(column)
    workload = None
    for meeting, sets in alike(cells.meetings):
        if workload not in (None, meeting.workload):
            table.add_section()
        workload = meeting.workload
        sizes, verb = _sizes(sets), VERBS[meeting.purpose]
        models = f"{len(meeting.models)}: {', '.join(meeting.models)}"
        table.add_row(plain(workload), plain(sizes), verb, plain(models))
    return table


def _sizes(sets: Sequence[Mapping[str, Any]]) -> str:
    """Return sets of parameters in words, what they have in common last: ``tasks 10, 1000 (delay 0.02)``."""
    names = list(sets[0])
    varying = [name for name in names if len({one[name] for one in sets}) > 1] or names[:1]
    fixed = in_words({name: sets[0][name] for name in names if name not in varying})
    if len(varying) == 1:
        own = f"{varying[0]} {', '.join(spell(one[varying[0]]) for one in sets)}"
    else:
        own = "; ".join(in_words({name: one[name] for name in varying}) for one in sets)
    return f"{own} ({fixed})" if fixed else own
