"""A history in the terminal: what stepped, when, and by how much."""

from collections.abc import Sequence

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table

from concbench.analysis.history import Change, HistorySeries
from concbench.report.terminal.bare import WIDEST, bare_table, plain
from concbench.report.terminal.history_words import (
    alarm_words,
    change_words,
    found_words,
    interval_words,
    left_out_words,
)
from concbench.stats.discoveries import RATE

READING = (
    f"false-discovery rate {100 * RATE:g} % over all traces. Commits of a history were measured at different"
    " times: before you act on a step, measure both sides of it with concbench compare."
)


def print_history(console: Console, traces: Sequence[HistorySeries]) -> None:
    """Print what was found in traces, of which there is one at least, and a table of the steps."""
    console.print(plain(found_words(traces)), style="bold")
    if words := alarm_words(traces):
        console.print(plain(words), style="yellow")
    steps = [(trace, change) for trace in traces for change in trace.changes]
    if steps:
        roomy, narrow = (_table(steps, traces, roomy=roomy) for roomy in (True, False))
        wide = console.options.update(max_width=WIDEST)
        fits = Measurement.get(console, wide, roomy).minimum <= console.width
        console.print(roomy if fits else narrow)
        console.print(plain(f"change and 95 % interval; {READING}"), style="dim")
    if words := left_out_words(traces):
        console.print(plain(words), style="dim")
    reasons = dict.fromkeys(trace.reason for trace in traces if trace.reason)
    for reason in reasons:
        count = sum(trace.reason == reason for trace in traces)
        console.print(plain(f"not determined ({count} of {len(traces)}): {reason}"), style="dim")


def _table(
    steps: Sequence[tuple[HistorySeries, Change]], traces: Sequence[HistorySeries], *, roomy: bool
) -> Table:
    """Return the table of the steps; one that is not ``roomy`` leaves out what a page has room for."""
    places = roomy and len({(trace.machine, trace.env) for trace in traces}) > 1
    table = bare_table(roomy=roomy)
    table.add_column("benchmark", overflow="fold", min_width=8)
    table.add_column("model", overflow="fold", no_wrap=roomy)
    table.add_column("step at", no_wrap=True)
    if roomy:
        table.add_column("after … up to", no_wrap=True)
    table.add_column("change", justify="right", no_wrap=True)
    table.add_column("interval", justify="right", overflow="fold", no_wrap=roomy)
    if places:
        table.add_column("where", overflow="fold")
    for trace, change in steps:
        at, after, up_to = (trace.commits[place] for place in (change.at, change.first - 1, change.last))
        where = [plain(f"{trace.machine}, {trace.env}")] if places else []
        between = [plain(f"{after.short} … {up_to.short}")] if roomy else []
        table.add_row(
            plain(trace.name),
            plain(trace.model or "–"),
            plain(f"{at.short} {at.date:%Y-%m-%d}" if roomy else at.short),
            *between,
            plain(change_words(change, trace)),
            plain(interval_words(change, trace)),
            *where,
        )
    return table
