"""Cells that are to be measured, in the terminal: a row for all sizes at which the same models meet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from rich.console import Console
from rich.text import Text

from concbench.report.terminal.bare import bare_table, plain
from concbench.words import several
from concbench.workloads.spelling import in_words, spell

FEW = 4
"""Models that a row names, and those that are not in it: where both are more, the fewer."""


@dataclass(frozen=True, slots=True)
class SizesRow:
    """A workload with sets of parameters, and who is timed there, or weighed; ``rounds`` in each process."""

    purpose: str
    workload: str
    models: tuple[str, ...]
    sets: Sequence[Mapping[str, Any]]
    rounds: int | None = None


def rows_of(points: Iterable[SizesRow]) -> list[SizesRow]:
    """Return rows of the same models, and as many rounds, at a workload as one; a workload's together."""
    found: dict[tuple[object, ...], SizesRow] = {}
    for one in points:
        key = (one.purpose, one.workload, one.models, one.rounds)
        before = found.get(key)
        sets = one.sets if before is None else [*before.sets, *one.sets]
        found[key] = SizesRow(one.purpose, one.workload, one.models, sets, one.rounds)
    order = {row.workload: place for place, row in reversed([*enumerate(found.values())])}
    return sorted(found.values(), key=lambda row: order[row.workload])


def print_cells(console: Console, rows: Sequence[SizesRow], everyone: Sequence[str]) -> None:
    """Print who meets where, after the names of all."""
    console.print(plain(f"{several(len(everyone), 'model')}: {', '.join(everyone)}"))
    rounds = any(row.rounds is not None for row in rows)
    table = bare_table()
    table.add_column("workload", no_wrap=True)
    for column in ("sizes", "models", *(["rounds"] if rounds else [])):
        table.add_column(column, justify="right" if column == "rounds" else "left")
    shown = None
    for row in rows:
        name = "" if row.workload == shown else row.workload
        shown = row.workload
        weighed = "weighed at " if row.purpose == "memory" else ""
        cells = [plain(name), plain(f"{weighed}{sizes_of(row.sets)}"), plain(company(row.models, everyone))]
        table.add_row(*cells, *([Text("" if row.rounds is None else str(row.rounds))] if rounds else []))
    console.print(table)


def company(models: Sequence[str], everyone: Sequence[str]) -> str:
    """Return who meets, in as few names as say it: ``all 20``, ``18: all but process-pool``."""
    absent = [name for name in everyone if name not in models]
    if not absent:
        return "all" if len(models) == 1 else f"all {len(models)}"
    if len(models) <= min(FEW, len(absent)) or len(absent) > len(models):
        return f"{len(models)}: {', '.join(models)}"
    return f"{len(models)}: all but {', '.join(absent)}"


def sizes_of(sets: Sequence[Mapping[str, Any]]) -> str:
    """Return sets of parameters in words, what they have in common last: ``tasks 10, 1000 (delay 0.02)``.

    Where they are all combinations of some values, these are told; else one set, and how others differ.
    """
    values = {name: list(dict.fromkeys(one[name] for one in sets)) for name in sets[0]}
    varying = [name for name in values if len(values[name]) > 1] or list(values)[:1]
    if prod(len(values[name]) for name in varying) > len(sets):
        return _differing(sets)
    own = " × ".join(f"{name} {', '.join(map(spell, values[name]))}" for name in varying)
    fixed = in_words({name: sets[0][name] for name in values if name not in varying})
    return f"{own} ({fixed})" if fixed else own


def _differing(sets: Sequence[Mapping[str, Any]]) -> str:
    """Return the set that most others are like, and in what each of them is not."""

    def other(one: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
        return {name: one[name] for name in one if one[name] != base[name]}

    base = min(sets, key=lambda one: sum(len(other(another, one)) for another in sets))
    others = [in_words(other(one, base)) for one in sets if one != base]
    return "; or ".join([in_words(base), *others])
