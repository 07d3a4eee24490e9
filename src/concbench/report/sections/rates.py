"""Rates: how often verdicts are wrong on identical sides, and how often they find more work."""

from concbench.analysis.rates import Power, Rates
from concbench.report.blocks import Block, Field, Picture, Row, Section, Table, Words, text
from concbench.report.charts.palette import looks_of
from concbench.report.charts.power import power_chart
from concbench.report.terminal.rates import alarm_rows, answer_words, order_words, pairs_words, share_words

READING = (
    "Replays draw recorded pairs in new orders and judge them as a comparison does; their intervals hold for"
    " these pairs, not for another day's. Live runs are whole comparisons of identical sides, each measured"
    " anew."
    " Intervals are Clopper and Pearson's, 95 %; series hang together, and have none."
)
POWER_READING = (
    "One cell's head does more work than its base, as the witness counted; all other cells are unchanged. The"
    " lines are 95 % intervals."
)


def rates_section(rates: Rates) -> Section:
    """Return the section."""
    blocks: list[Block] = [Words(answer_words(rates), "lead"), _alarms(rates)]
    if rates.order is not None:
        blocks.append(Words(order_words(rates.order), "alarm" if rates.order.dependent else "plain"))
    if rates.powers:
        looks = looks_of(power.model for power in rates.powers)
        judged = [power for power in rates.powers if power.found.trials]
        if judged:
            chart = power_chart(judged, looks, "power")
            blocks.append(Picture((chart,), "More work, found", POWER_READING))
        rows = tuple(Row(_power(power), models=(power.model,)) for power in rates.powers)
        table = Table(
            name="powers",
            caption="More work in one cell",
            columns=("model", "work", "counted", "cells", "found", "pairs until then (median)"),
            rows=rows,
            numeric=frozenset({1, 2, 3, 4, 5}),
        )
        blocks.append(table)
    return Section("rates", "How far to trust the verdicts", blocks)


def _alarms(rates: Rates) -> Table:
    recorded = f": {rates.cells} cells, {rates.recorded} recorded pairs or more of each"
    return Table(
        name="alarms",
        caption=f"Identical sides{recorded if rates.series else ''}",
        columns=("", "replays", "live"),
        rows=tuple(Row(tuple(text(words) for words in row)) for row in alarm_rows(rates)),
        numeric=frozenset({1, 2}),
        reading=READING,
    )


def _power(power: Power) -> tuple[Field, ...]:
    return (
        text(power.model),
        text(f"×{power.factor:g}", order=power.factor),
        text(f"×{power.counted:.4f}", order=power.counted),
        text(str(power.cells), order=power.cells),
        text(share_words(power.found), order=power.found.share),
        text(pairs_words(power), order=power.pairs),
    )
