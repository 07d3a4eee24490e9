"""The ladder in the terminal: a table for each workload, a line for each wrong prediction."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from concbench.analysis.dataset import Dataset
from concbench.analysis.ladder.climbing import Climbed, LadderChange, without_figures, wrong_of
from concbench.analysis.ladder.steps import EFFECTS, Effect
from concbench.analysis.ladder.telling import (
    change_words,
    sentences,
    tally_words,
    where_of,
    workload_by_workload,
    wrong_words,
)
from concbench.analysis.units import scaled, units_of
from concbench.analysis.wording import reasons
from concbench.report.terminal.bare import bare_table, plain, width_of
from concbench.report.terminal.ladder_diff import ARROWS

READING = (
    "each figure, and how it compares with the rung below [95 % interval], paired by generation; behind it"
    " what was predicted: ↑ more, ↓ less, = about the same (within 5 %, times of a run within 20 µs); ✗"
    " wrong, ? open; *: a real difference (false-discovery rate 1 %)"
)


NOTHING = "no two rungs have figures at one point, so there is no step to tell of"


def print_ladder(console: Console, dataset: Dataset, climbed: Sequence[Climbed]) -> None:
    """Print what each step did at each workload, what the whole teaches, and where predictions were wrong."""
    for steps in workload_by_workload(climbed):
        console.print(_fitting(console, steps))
        console.print()
    if climbed:
        console.print(Text(READING, style="dim"), end="\n\n")
    for reason in reasons(without_figures(dataset, climbed)):
        console.print(plain(reason))
    for sentence in sentences(dataset, climbed):
        console.print(plain(sentence))
    if not climbed:
        console.print(NOTHING)
        return
    wrong = wrong_of(climbed)
    console.print(Text(f"\n{tally_words(climbed)}{'; where we were wrong:' if wrong else ''}", style="bold"))
    for one, change in wrong:
        console.print(plain(wrong_words(one, change)))


def _fitting(console: Console, steps: Sequence[Climbed]) -> Table:
    """Return the table of a workload, with intervals if they fit."""
    table = _table(steps, intervals=True)
    return table if width_of(console, table) <= console.width else _table(steps, intervals=False)


def _table(steps: Sequence[Climbed], *, intervals: bool) -> Table:
    effects = [effect for effect in EFFECTS if any(one.change(effect) for one in steps)]
    table = bare_table(plain(where_of(steps[0])), roomy=intervals)
    table.add_column("rung", no_wrap=True)
    for effect in effects:
        table.add_column(plain(heading(steps, effect)), no_wrap=True)
    lowest = [steps[0].change(effect) for effect in effects]
    first = [_figure(one, one.below) if one else Text("–", style="dim") for one in lowest]
    table.add_row(plain(steps[0].below.contender.label), *first)
    for one in steps:
        fields = [_field(one.change(effect), intervals=intervals) for effect in effects]
        table.add_row(plain(one.rung.contender.label), *fields)
    return table


def heading(steps: Sequence[Climbed], effect: Effect) -> str:
    """Return the heading of an effect's figures, with what they are of."""
    metric = next(change.metric for one in steps if (change := one.change(effect)))
    each = {"unit": steps[0].unit, "task": "task", "run": "task" if metric.name == "peak" else ""}[metric.per]
    name = {"wall": "time", "peak": "peak mem.", "lateness_p50": "late p50"}.get(metric.name, effect)
    return f"{name} / {each}" if each else name


def _figure(change: LadderChange, value: float) -> Text:
    return Text(scaled(value, units_of(change.metric)))


def _field(change: LadderChange | None, *, intervals: bool) -> Text:
    """Return a figure, what the step did to it, and what was predicted."""
    if change is None:
        return Text("–", style="dim")
    words = change_words(change) if intervals else change_words(change).partition(" [")[0]
    field = _figure(change, change.here) + Text(f" {words}", style="" if change.against.real else "dim")
    field.append("* " if change.against.real else "  ")
    return field + predicted(change)


def predicted(change: LadderChange) -> Text:
    """Return what was predicted, marked where it was wrong or cannot be told."""
    if change.predicted is None:
        return Text("")
    arrow = ARROWS[change.predicted]
    marks = {"right": Text(arrow), "wrong": Text(f"{arrow}✗", "bold red"), "open": Text(f"{arrow}?", "dim")}
    return marks[change.standing or "open"]
