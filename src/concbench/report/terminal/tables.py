"""Summaries as tables in the terminal, one for each workload."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Any, Literal

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from concbench.analysis.contradiction import Shown, explained
from concbench.analysis.summary import Against, Summary
from concbench.analysis.units import SIZE_UNITS, TIME_UNITS, UNITLESS, scaled, units_of, with_interval
from concbench.analysis.wording import below_zero, client_bound, figure, mark_of, outcome_words, reasons
from concbench.metrics import Metric, metrics_for
from concbench.outcomes import CellOutcome
from concbench.report.terminal.bare import bare_table, plain, width_of
from concbench.stats.interval import Interval
from concbench.words import few
from concbench.workloads.spelling import in_words, spell, spelled


def against(value: Against | None, *, interval: bool = True) -> Text:
    """Return a ratio or difference, with its interval if it is wanted; bold where it is real."""
    if value is None:
        return Text("–", style="dim")
    if value.comparison is None:
        return Text("not determined", style="dim")
    words = difference_words(value.kind, value.comparison.interval, interval=interval)
    return Text(words + (" *" if value.real else "  "), style="bold" if value.real else "")


def difference_words(kind: str, found: Interval, *, interval: bool = True) -> str:
    """Return a ratio, or a difference of times with its sign: ``×1.8 [1.7–1.9]``."""
    units = UNITLESS if kind == "ratio" else TIME_UNITS
    sign = "×" if kind == "ratio" else "+" if found.middle > 0 else ""
    if not interval:
        return f"{sign}{scaled(found.middle, units).rstrip()}"
    return f"{sign}{with_interval(found.low, found.middle, found.high, units)}"


def shown_params(summaries: Sequence[Summary]) -> list[str]:
    """Return the names of the parameters that differ between the cells of a workload."""
    names = list(summaries[0].params)
    return [name for name in names if len({summary.params[name] for summary in summaries}) > 1]


Detail = Literal["all intervals", "intervals of times", "no intervals"]
DETAILS: tuple[Detail, ...] = ("all intervals", "intervals of times", "no intervals")


EXPENDABLE = ("late p50", "early", "peak mem.", "memory")
"""Columns that give way where names would be folded else, in this order."""

NARROWEST_NAME = 12
"""Letters of a name that stay in one line."""


def workload_table(
    summaries: Sequence[Summary],
    baseline: str | None,
    detail: Detail = "all intervals",
    without: Collection[str] = (),
) -> Table:
    """Return the table of one workload's cells."""
    first, varying = summaries[0], shown_params(summaries)
    fixed = in_words({name: value for name, value in first.params.items() if name not in varying})
    roomy = detail != "no intervals"
    table = bare_table(plain(f"{first.workload}{f'  ({fixed})' if fixed else ''}"), roomy=roomy)
    columns = columns_of(summaries, baseline, detail)
    columns = {name: spelled for name, spelled in columns.items() if name not in without}
    for name in varying:
        table.add_column(plain(name), justify="right", no_wrap=True)
    table.add_column("model", no_wrap=roomy, overflow="fold")  # a long name gives way, a figure never
    for name in columns:
        table.add_column(plain(name), justify="right", no_wrap=True)

    def place(summary: Summary) -> list[Any]:
        return [summary.params[name] for name in varying]

    for values, alike in groupby(sorted(summaries, key=place), key=place):
        shown = [plain(spell(value)) for value in values]
        for summary in alike:
            table.add_row(*shown, plain(summary.contender), *_figures(summary, columns))
            shown = [Text("") for _ in values]
        table.add_section()
    return table


Column = Callable[[Summary], str | Text]


def _figures(summary: Summary, columns: Mapping[str, Column]) -> list[str | Text]:
    """Return a row's figures, or what became of its cell in the place of the first."""
    if summary.outcome.name == CellOutcome.OK:
        return [spelled(summary) for spelled in columns.values()]
    return [Text(outcome_words(summary), style="yellow")]


def columns_of(summaries: Sequence[Summary], baseline: str | None, detail: Detail) -> dict[str, Column]:
    """Return the columns that these cells have something in: heading, and how to spell a cell."""
    roomy, full = detail != "no intervals", detail == "all intervals"
    per = f" / {summaries[0].unit}" if roomy else ""
    columns: dict[str, Column] = {
        f"time{per}": lambda one: figure(one.wall, TIME_UNITS, interval=roomy),
        f"CPU{per}": lambda one: figure(one.cpu, TIME_UNITS, interval=roomy),
    }
    kinds = [summary.memory_kind for summary in summaries if summary.memory]
    if kinds:
        heading = "peak mem." if kinds[0] == "peak" else "memory / task" if roomy else "memory"
        columns[heading] = lambda one: figure(one.memory, SIZE_UNITS, interval=full)
    if any(summary.lateness for summary in summaries):
        columns["late p50"] = lambda one: figure(one.lateness.get("p50"), TIME_UNITS, interval=full)
        columns["late p99"] = lambda one: figure(one.lateness.get("p99"), TIME_UNITS, interval=full)
    if any(summary.early for summary in summaries):
        columns["early"] = lambda one: "–" if one.early is None else f"{one.early:.1%}"
    known = {"wall", "cpu", "memory", "lateness_p50"}
    for metric in (one for one in metrics_for("table") if one.heading and one.name not in known):
        if any(metric.name in summary.figures for summary in summaries):
            columns[metric.heading or ""] = partial(_figure_of, metric, interval=full)
    if baseline:
        heading = f"{'against' if roomy else 'vs'} {baseline}"
        columns[heading] = lambda one: against(one.against, interval=roomy)
    if roomy:
        columns["samples"] = lambda one: f"{one.samples} in {one.processes}"
    return columns


def _figure_of(metric: Metric, summary: Summary, *, interval: bool) -> str:
    told = figure(summary.figures.get(metric.name), units_of(metric), interval=interval)
    return told + mark_of(summary, metric.name)


def print_tables(
    console: Console, summaries: Sequence[Summary], readings: dict[str, str], baseline: str | None
) -> None:
    """Print a table for each workload, how to read it, and the reasons of all that was not measured.

    A table is printed in as much detail as fits the console.
    """
    for workload in dict.fromkeys(summary.workload for summary in summaries):
        mine = [summary for summary in summaries if summary.workload == workload]
        table, without = _fitting(console, mine, baseline)
        console.print(table)
        if without:
            console.print(
                Text(f"(too narrow for {few(without, len(without))}: widen the window, or pipe)", "dim")
            )
        if workload in readings:
            console.print(Text(readings[workload], style="dim"))
        if (odd := _columns_words(mine, baseline)) is not None:
            console.print(Text(odd, style="dim"))
        for reason in reasons(mine) + below_zero(mine) + client_bound(mine):
            console.print(plain(reason))
        console.print()


def _fitting(
    console: Console, summaries: Sequence[Summary], baseline: str | None
) -> tuple[Table, Sequence[str]]:
    """Return a table in as much detail as fits, and what it had to leave out."""
    *wide, narrow = DETAILS
    for table in (workload_table(summaries, baseline, detail) for detail in wide):
        if width_of(console, table) <= console.width:
            return table, ()
    longest = max(cell_len(plain(one.contender).plain) for one in summaries)
    spare = max(0, longest - NARROWEST_NAME)
    known, without = columns_of(summaries, baseline, narrow), list[str]()
    table = workload_table(summaries, baseline, narrow)
    for name in (one for one in EXPENDABLE if one in known):
        if width_of(console, table) - spare <= console.width:
            break
        without.append(name)
        table = workload_table(summaries, baseline, narrow, without)
    return table, ["intervals", "sample counts", *without]


def _columns_words(summaries: Sequence[Summary], baseline: str | None) -> str | None:
    """Return why times seem to contradict their ratios to those of the baseline, or None."""
    base = {spelled(one.params): one.wall for one in summaries if one.contender == baseline}
    rows = []
    for one in summaries:
        against, below = one.against, base.get(spelled(one.params))
        if against is None or against.comparison is None or against.kind != "ratio":
            continue
        if one.wall is not None and below is not None:
            found = against.comparison.interval
            rows.append(Shown(one.wall.middle, below.middle, found.low, found.middle, found.high))
    return explained(rows)
