"""A history in the terminal: what stepped, when, and by how much."""

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table

from concbench.report.history import RATE, Change, Trace
from concbench.report.history_words import (
    alarm_words,
    change_words,
    found_words,
    interval_words,
    left_out_words,
)
from concbench.report.tables import plain

READING = (
    f"false-discovery rate {100 * RATE:g} % over all traces. Commits of a history were measured at different"
    " times: before you act on a step, measure both sides of it with concbench compare."
)


def print_history(console: Console, traces: Sequence[Trace]) -> None:
    """Print what was found in traces, of which there is one at least, and a table of the steps."""
    console.print(plain(found_words(traces)), style="bold")
    if words := alarm_words(traces):
        console.print(plain(words), style="yellow")
    steps = [(trace, change) for trace in traces for change in trace.changes]
    if steps:
        console.print(_table(steps, traces))
        console.print(plain(f"change and 95 % interval; {READING}"), style="dim")
    if words := left_out_words(traces):
        console.print(plain(words), style="dim")
    reasons = dict.fromkeys(trace.reason for trace in traces if trace.reason)
    for reason in reasons:
        count = sum(trace.reason == reason for trace in traces)
        console.print(plain(f"not determined ({count} of {len(traces)}): {reason}"), style="dim")


def _table(steps: Sequence[tuple[Trace, Change]], traces: Sequence[Trace]) -> Table:
    places = len({(trace.machine, trace.env) for trace in traces}) > 1
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("benchmark", overflow="fold")
    table.add_column("model", no_wrap=True)
    table.add_column("step at", no_wrap=True)
    table.add_column("after … up to", no_wrap=True)
    table.add_column("change", justify="right", no_wrap=True)
    table.add_column("interval", justify="right")
    if places:
        table.add_column("where", overflow="fold")
    for trace, change in steps:
        at, after, up_to = (trace.commits[place] for place in (change.at, change.first - 1, change.last))
        where = [plain(f"{trace.machine}, {trace.env}")] if places else []
        table.add_row(
            plain(trace.name),
            plain(trace.model or "–"),
            plain(f"{at.short} {at.date:%Y-%m-%d}"),
            plain(f"{after.short} … {up_to.short}"),
            plain(change_words(change, trace)),
            plain(interval_words(change, trace)),
            *where,
        )
    return table
