"""An explanation in words: a table for the time, one for the instructions, and whether each adds up."""

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from concbench.analysis.explained import TOLERANCE, Explanation, LayerShare, Split
from concbench.analysis.units import TIME_UNITS, scaled
from concbench.report.terminal.bare import bare_table, plain
from concbench.words import grouped, several
from concbench.workloads.spelling import in_words

SMALLEST = 0.01
"""Layers of less are told in one row."""

MOST_NAMES = 3
"""Functions that are named of a layer."""

FEW = 400
"""Samples below which shares are rough."""

TITLES = {
    "time": "CPU time per {}, by whose code is at work",
    "instructions": "instructions per {}, by what the C code does",
}
WHOLE = {
    "time": "an ordinary sample, nobody looking",
    "instructions": "counted by cachegrind, which knows no functions",
}
LACKS = {"time": "no split of the time: ", "instructions": "no split of the instructions: "}


def print_explanation(console: Console, found: Explanation) -> None:
    """Print an explanation that has at least one split."""
    console.print(plain(headline(found)))
    for split in found.splits:
        console.print()
        console.print(table_of(split, found.unit))
        console.print(plain(sum_words(split)))
        if split.kind == "time" and split.seen < FEW:
            console.print(plain(f"These are {split.seen} samples: shares are rough, so give more --seconds."))
    for kind, reason in found.without.items():
        console.print()
        console.print(plain(f"{LACKS[kind]}{reason}"))


def headline(found: Explanation) -> str:
    """Return what is explained: ``switch under asyncio, Python 3.11.7 (tasks 10): 30 suspensions a run``."""
    units = several(found.units, found.unit).replace(str(found.units), grouped(found.units))
    under = f"{found.contender}, Python {found.python}"
    return f"{found.workload} under {under} ({in_words(found.params)}): {units} a run"


def table_of(split: Split, unit: str) -> Table:
    """Return the table of a split."""
    table = bare_table(TITLES[split.kind].format(unit))
    table.add_column("layer", no_wrap=True)
    table.add_column("share", justify="right", no_wrap=True)
    table.add_column("each", justify="right", no_wrap=True)
    table.add_column("in it", overflow="fold")
    for row in rows_of(split):
        table.add_row(*row)
    table.add_section()
    table.add_row("sum", "100 %", amount(split.total, split.kind), "")
    table.add_row("whole", "", amount(split.whole, split.kind), WHOLE[split.kind])
    return table


def rows_of(split: Split) -> Iterator[tuple[str | Text, ...]]:
    """Yield a row for each layer, and one for all those that are small."""
    large = [one for one in split.layers if abs(one.share) >= SMALLEST]
    for one in large:
        yield plain(one.layer), share_words(one), amount(one.per_unit, split.kind), plain(names_of(one))
    if small := [one for one in split.layers if one not in large]:
        share, per_unit = sum(one.share for one in small), sum(one.per_unit for one in small)
        names = ", ".join(one.layer for one in small)
        yield f"{len(small)} more", f"{100 * share:.1f} %", amount(per_unit, split.kind), plain(names)


def share_words(one: LayerShare) -> str:
    """Return a share in per cent, with its error where it has one."""
    return f"{100 * one.share:.1f} %" + ("" if one.error is None else f" ±{100 * one.error:.1f}")


def amount(value: float, kind: str) -> str:
    """Return so many ns, or instructions."""
    return scaled(value, TIME_UNITS) if kind == "time" else grouped(round(value))


def names_of(one: LayerShare) -> str:
    """Return the largest functions of a layer, each with its share of the whole."""
    named = [
        f"{short_name(each.name)} {100 * each.share:.1f}"
        for each in one.functions[:MOST_NAMES]
        if each.share >= 0.001
    ]
    more = len(one.functions) - len(named)
    return ", ".join(named) + (f" and {more} more" if named and more else "")


def short_name(name: str) -> str:
    """Return a function's name without the function that it is defined in: ``steps``, ``Handle._run``."""
    return name.rpartition("<locals>.")[2]


def sum_words(split: Split) -> str:
    """Return whether the layers add up to the whole."""
    of = several(split.seen, "sample" if split.kind == "time" else "run").replace(
        str(split.seen), grouped(split.seen), 1
    )
    side = "more" if split.off > 0 else "less"
    words = f"{of}; the sum is {100 * abs(split.off):.1f} % {side} than the whole"
    if split.adds_up:
        return f"{words}, within {100 * TOLERANCE:.0f} %: it adds up."
    return f"{words}, and more than {100 * TOLERANCE:.0f} %: it does not add up, so trust no share of it."
