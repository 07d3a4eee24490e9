"""Summaries as tables in the terminal, one for each workload."""

from collections.abc import Callable, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from concbench.report.summary import Against, Estimate, Summary

WIDEST = 1000
"""Columns that no table needs."""

TIME_UNITS = ((1e9, "s"), (1e6, "ms"), (1e3, "µs"), (1.0, "ns"))
UNITLESS = ((1.0, ""),)
SIZE_UNITS = ((2.0**30, "GiB"), (2.0**20, "MiB"), (2.0**10, "KiB"), (1.0, "B"))


Units = Sequence[tuple[float, str]]


def unit_of(value: float, units: Units) -> tuple[float, str]:
    """Return the largest unit that a value fills, with its size."""
    return next((unit for unit in units if abs(value) >= unit[0]), units[-1])


def scaled(value: float, units: Units) -> str:
    """Return a value with three significant digits in the largest unit that it fills."""
    one, name = unit_of(value, units)
    return f"{_three_digits(value / one)} {name}"


def _three_digits(value: float) -> str:
    if abs(value) >= 100:
        return f"{value:.0f}"
    if abs(value) >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if abs(value) >= 0.1 or value == 0 else f"{value:.3f}"


def duration(nanoseconds: float) -> str:
    """Return a time in ns in words: ``2.17 µs``."""
    return scaled(nanoseconds, TIME_UNITS)


def size(bytes_: float) -> str:
    """Return a size in bytes in words: ``1.40 KiB``."""
    return scaled(bytes_, SIZE_UNITS)


def with_interval(low: float, middle: float, high: float, units: Units) -> str:
    """Return a value and its interval, all in the unit of the middle: ``2.17 [2.10–2.31] µs``."""
    one, name = unit_of(middle, units)
    parts = [_three_digits(value / one) for value in (low, middle, high)]
    dash = " – " if low < 0 else "–"
    return f"{parts[1]} [{parts[0]}{dash}{parts[2]}] {name}".rstrip()


def time_of(value: Estimate | None, *, intervals: bool = True) -> str:
    """Return a time in ns, with its interval if it has one and it is wanted."""
    if value is None:
        return "–"
    if value.interval is None or not intervals:
        return duration(value.middle)
    return with_interval(value.interval.low, value.middle, value.interval.high, TIME_UNITS)


def against(value: Against | None, *, intervals: bool = True) -> Text:
    """Return a ratio or difference, with its interval if it is wanted; bold where it is real."""
    if value is None:
        return Text("–", style="dim")
    if value.comparison is None:
        return Text("not determined", style="dim")
    interval = value.comparison.interval
    bounds = (interval.low, interval.middle, interval.high)
    units = UNITLESS if value.kind == "ratio" else TIME_UNITS
    words = with_interval(*bounds, units) if intervals else scaled(interval.middle, units).rstrip()
    if value.kind == "ratio":
        words = "×" + words
    elif interval.middle > 0:
        words = "+" + words
    return Text(words + (" *" if value.real else "  "), style="bold" if value.real else "")


def shown_params(summaries: Sequence[Summary]) -> list[str]:
    """Return the names of the parameters that differ between the cells of a workload."""
    names = list(summaries[0].params)
    return [name for name in names if len({summary.params[name] for summary in summaries}) > 1]


def workload_table(summaries: Sequence[Summary], baseline: str | None, *, intervals: bool = True) -> Table:
    """Return the table of one workload's cells, wide with intervals, or narrow without."""
    first, varying = summaries[0], shown_params(summaries)
    fixed = ", ".join(f"{name} {value:g}" for name, value in first.params.items() if name not in varying)
    table = Table(
        title=f"{first.workload}{f'  ({fixed})' if fixed else ''}",
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1) if intervals else 0,
    )
    columns = columns_of(summaries, baseline, intervals=intervals)
    for name in varying:
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("model", no_wrap=intervals, overflow="fold")  # a long name gives way, a figure never
    for name in columns:
        table.add_column(name, justify="right", no_wrap=True)
    previous: list[Any] | None = None
    for summary in sorted(summaries, key=lambda one: [one.params[name] for name in varying]):
        place = [summary.params[name] for name in varying]
        if previous is not None and place != previous:
            table.add_section()
        shown = [f"{value:g}" if place != previous else "" for value in place]
        ok = summary.outcome.name == "ok"
        figures = [spell(summary) for spell in columns.values()] if ok else [_outcome(summary)]
        table.add_row(*shown, Text(summary.contender), *figures)
        previous = place
    return table


Column = Callable[[Summary], str | Text]


def columns_of(summaries: Sequence[Summary], baseline: str | None, *, intervals: bool) -> dict[str, Column]:
    """Return the columns that these cells have something in: heading, and how to spell a cell."""
    per = f" / {summaries[0].unit}" if intervals else ""
    columns: dict[str, Column] = {
        f"time{per}": lambda one: time_of(one.wall, intervals=intervals),
        f"CPU{per}": lambda one: time_of(one.cpu, intervals=intervals),
    }
    if any(summary.memory for summary in summaries):
        kind = next(summary.memory_kind for summary in summaries if summary.memory)
        per_task = "memory / task" if intervals else "memory"
        columns[per_task if kind == "per task" else "peak mem."] = _memory
    if any(summary.lateness for summary in summaries):
        columns["late p50"] = lambda one: _late(one, "p50")
        columns["late p99"] = lambda one: _late(one, "p99")
    if any(summary.early for summary in summaries):
        columns["early"] = lambda one: "–" if one.early is None else f"{one.early:.3g}"
    if baseline:
        columns[f"{'against' if intervals else 'vs'} {baseline}"] = lambda one: against(
            one.against, intervals=intervals
        )
    if intervals:
        columns["samples"] = lambda one: f"{one.samples} in {one.processes}"
    return columns


def _memory(summary: Summary) -> str:
    return "–" if summary.memory is None else size(summary.memory.middle)


def _late(summary: Summary, name: str) -> str:
    return "–" if summary.lateness is None else duration(summary.lateness[name])


def _outcome(summary: Summary) -> Text:
    return Text(outcome_words(summary), style="yellow")


def outcome_words(summary: Summary) -> str:
    """Return a cell's outcome in a few words: ``exhausted at 21987``."""
    outcome = summary.outcome
    at = "" if outcome.at is None else f" at {outcome.at}"
    return f"{outcome.name}{at}"


def print_tables(
    console: Console, summaries: Sequence[Summary], readings: dict[str, str], baseline: str | None
) -> None:
    """Print a table for each workload, how to read it, and the reasons of all that was not measured.

    Where a table with intervals does not fit the console, it is printed without them.
    """
    for workload in dict.fromkeys(summary.workload for summary in summaries):
        mine = [summary for summary in summaries if summary.workload == workload]
        table = workload_table(mine, baseline)
        wide = console.options.update(max_width=WIDEST)
        if Measurement.get(console, wide, table).maximum > console.width:
            table = workload_table(mine, baseline, intervals=False)
        console.print(table)
        if workload in readings:
            console.print(Text(readings[workload], style="dim"))
        for reason in reasons(mine):
            console.print(Text(reason, style="yellow"))
        console.print()


def reasons(summaries: Sequence[Summary]) -> list[str]:
    """Return one line for each outcome and reason, with the contenders that it is about."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for summary in summaries:
        if summary.outcome.name != "ok":
            key = (summary.outcome.name, summary.outcome.reason or "no block of it was completed")
            grouped.setdefault(key, []).append(summary.contender)
    return [
        f"{', '.join(dict.fromkeys(contenders))}: {outcome}: {reason}"
        for (outcome, reason), contenders in grouped.items()
    ]
