"""The suite's own error rates in the terminal."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from concbench.analysis.rates import Order, Power, Rates
from concbench.report.terminal.bare import add_in_sections, bare_table, plain
from concbench.stats.looks import LOOKS
from concbench.stats.proportion import Proportion

FIRST = LOOKS.pairs[0]
"""With fewer pairs than the first look takes, nothing is judged."""

READING = (
    "Replays draw the same pairs again, so their intervals hold for these pairs, not for another day's; live"
    " runs are independent. Intervals are Clopper and Pearson's, 95 %; series hang together, and have none."
)


def print_rates(console: Console, rates: Rates) -> None:
    """Print how often verdicts are wrong, and how often they find more work."""
    console.print(Text(answer_words(rates), style="bold"))
    console.print()
    console.print(_alarms(rates))
    if rates.powers:
        console.print(_powers(rates))
    if rates.order is not None:
        console.print(Text(order_words(rates.order)))
        console.print()
    recorded = f"{rates.cells} cells, {rates.series} series; {rates.recorded} recorded pairs or more of each."
    console.print(Text(f"{recorded} {READING}" if rates.series else READING, style="dim"))


def answer_words(rates: Rates) -> str:
    """Return the sentence that matters: how often identical sides raised an alarm, if they could."""
    told = rates.false_runs if rates.replays else rates.live_runs
    if not told.trials:
        return (
            f"Nothing could be judged, so there is no rate: that takes {FIRST} pairs, and {rates.recorded}"
            " are recorded. Record more with --pairs, or give live runs (--live) more time with --budget."
        )
    how = "replayed" if rates.replays else "live"
    few = f" {rates.recorded} recorded pairs are too few to replay: that takes {FIRST} (--pairs)."
    live = (
        f" Of {rates.live_runs.trials} live ones {rates.live_runs.hits} did: {share_words(rates.live_runs)}."
    )
    more = (live if rates.live_runs.trials else "") if rates.replays else (few if rates.series else "")
    return (
        f"Of {told.trials} {how} comparisons of identical sides {told.hits} raised a false alarm:"
        f" {share_words(told)}.{more}"
    )


def order_words(order: Order) -> str:
    """Return what the recorded order says, which replays cannot: whether pairs are independent."""
    alarms = "no series" if not order.alarms else f"{order.alarms} series"
    told = (
        f"In the order in which they were recorded the pairs raise an alarm in {alarms}. The ranks of"
        f" neighbouring pairs correlate by {order.lowest:z.2f} to {order.highest:z.2f}, in"
        f" {order.dependent} of {order.series} series by more than chance explains."
    )
    if not order.dependent:
        return told
    return f"{told} So pairs are not independent, and the replays promise too much: go by the live runs."


def bare_share(one: Proportion) -> str:
    """Return a rate without an interval, for what is not independent."""
    return f"{_per_cent(one.share)} %" if one.trials else "–"


def share_words(one: Proportion) -> str:
    """Return a rate with its interval: ``0.1 % [0.0025–0.56]``; what is not zero is not spelled so."""
    if not one.trials:
        return "–"
    share, low, high = (_per_cent(value) for value in (one.share, one.low, one.high))
    return f"{share} % [{low}–{high}]"


def pairs_words(power: Power) -> str:
    """Return after how many pairs more work was found, or a dash where it never was."""
    return f"{power.pairs:.0f}" if power.found.hits else "–"


def alarm_rows(rates: Rates) -> list[tuple[str, str, str]]:
    """Return what identical sides gave, replayed and live."""
    return [
        ("comparisons", str(rates.replays), str(rates.live_runs.trials)),
        ("with a false alarm", share_words(rates.false_runs), share_words(rates.live_runs)),
        ("series with one", bare_share(rates.false_series), bare_share(rates.live_series)),
        ("series called the same", bare_share(rates.same), bare_share(rates.live_same)),
    ]


def _per_cent(share: float) -> str:
    value = 100 * share
    return f"{value:.2g}" if 0 < value < 0.1 else f"{value:.2f}".rstrip("0").rstrip(".")


def _table(title: str, *columns: str) -> Table:
    table = bare_table(title)
    for place, column in enumerate(columns):
        table.add_column(column, justify="right" if place else "left", no_wrap=True)
    return table


def _alarms(rates: Rates) -> Table:
    table = _table("identical sides", "", "replays", "live")
    for row in alarm_rows(rates):
        table.add_row(*row)
    pairs = f"{rates.pairs_to_same:.0f}" if rates.replays else "–"
    table.add_row("pairs until then (median)", pairs, "")
    seconds = f"{rates.live_seconds:.0f} s" if rates.live_runs.trials else "–"
    table.add_row("time (median)", "", seconds)
    return table


def _powers(rates: Rates) -> Table:
    title = "more work in one cell: how often it is found, and after how many pairs (median)"
    table = _table(title, "model", "work", "found", "pairs")
    table.columns[0].no_wrap, table.columns[0].overflow = False, "fold"

    def row(one: Power) -> list[str | Text]:
        return [plain(one.model), f"×{one.factor:g}", share_words(one.found), pairs_words(one)]

    add_in_sections(table, rates.powers, row, "model")
    return table
