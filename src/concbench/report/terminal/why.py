"""An explanation in words: a table for the time, one for the instructions, and whether each adds up."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from concbench.analysis.explained import TOLERANCE, Explanation, LayerShare, Split
from concbench.analysis.layer_words import meaning_of
from concbench.analysis.units import TIME_UNITS, scaled
from concbench.report.terminal.bare import bare_table, plain, width_of
from concbench.words import cut, grouped, several
from concbench.workloads.spelling import in_words

SMALLEST = 0.01
"""Layers of less are told in one row."""

MOST_NAMES = 3
"""Functions that are named of a layer, where there is room for them."""

LEAST_ROOM = 12
"""Columns that names get in the narrowest terminal; what does not fit then is cut by it."""

TWO_QUESTIONS = (
    "Two questions: for whom time was spent; in which C code instructions ran. So a layer that is in both"
    " tables has another share in each, and neither table is the other's check."
)

FEW = 400
"""Samples below which shares are rough."""

TITLES = {
    "time": "CPU time per {}, by whose code is at work",
    "instructions": "instructions per {}, by what the C code does",
}
WHOLE = {
    "time": "while nobody looked",
    "instructions": "counted by cachegrind",
}
IN_IT = "in it"
LACKS = {"time": "no split of the time: ", "instructions": "no split of the instructions: "}


def print_explanation(console: Console, found: Explanation) -> None:
    """Print an explanation that has at least one split."""
    console.print(plain(headline(found)))
    if len(found.splits) > 1:
        console.print(plain(TWO_QUESTIONS))
    told: list[str] = []
    for split in found.splits:
        console.print()
        console.print(table_of(console, split, found.unit))
        console.print(plain(sum_words(split)))
        new = [one.layer for one in large(split) if one.layer not in told]
        _print_meanings(console, new)
        told += new
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


def _print_meanings(console: Console, layers: Sequence[str]) -> None:
    """Print a line for each layer: what it means."""
    if not layers:
        return
    console.print(Text("\nwhat the layers are:", style="bold"))
    widest = max(map(len, layers))
    for one in layers:
        console.print(plain(f"  {one:<{widest}}  {meaning_of(one)}"))


def table_of(console: Console, split: Split, unit: str) -> Table:
    """Return the table of a split, no line of which is folded: of functions it names as many as fit."""
    without_names = _table(split, unit, 0)
    room = console.width - width_of(console, without_names) + len(IN_IT)
    return _table(split, unit, max(LEAST_ROOM, room))


def _table(split: Split, unit: str, room: int) -> Table:
    table = bare_table(TITLES[split.kind].format(unit))
    table.add_column("layer", no_wrap=True)
    table.add_column("share", justify="right", no_wrap=True)
    table.add_column("each", justify="right", no_wrap=True)
    table.add_column(IN_IT, no_wrap=True)
    for row in rows_of(split, room):
        table.add_row(*row)
    table.add_section()
    table.add_row("sum", "100 %", amount(split.total, split.kind), "")
    table.add_row("whole", "", amount(split.whole, split.kind), WHOLE[split.kind][:room])
    return table


def large(split: Split) -> list[LayerShare]:
    """Return the layers that have a row of their own."""
    return [one for one in split.layers if abs(one.share) >= SMALLEST]


def rows_of(split: Split, room: int) -> Iterator[tuple[str | Text, ...]]:
    """Yield a row for each layer, and one for all those that are small; names take ``room`` letters."""
    for one in large(split):
        names = names_of(one, room)
        yield plain(one.layer), share_words(one), amount(one.per_unit, split.kind), plain(names)
    if small := [one for one in split.layers if one not in large(split)]:
        share, per_unit = sum(one.share for one in small), sum(one.per_unit for one in small)
        listed = fitting([one.layer for one in small], room)
        yield f"{len(small)} more", f"{100 * share:.1f} %", amount(per_unit, split.kind), plain(listed)


def share_words(one: LayerShare) -> str:
    """Return a share in per cent, with its error where it has one."""
    return f"{100 * one.share:.1f} %" + ("" if one.error is None else f" ±{100 * one.error:.1f}")


def amount(value: float, kind: str) -> str:
    """Return so many ns, or instructions."""
    return scaled(value, TIME_UNITS) if kind == "time" else grouped(round(value))


def names_of(one: LayerShare, room: int) -> str:
    """Return the largest functions of a layer, each with its share of the whole, as many as fit."""
    largest = [each for each in one.functions[:MOST_NAMES] if each.share >= 0.001] if room else []
    named = [(short_name(each.name), f" {100 * each.share:.1f}") for each in largest]
    for number in range(len(named), 0, -1):
        words = ", ".join(f"{name}{share}" for name, share in named[:number])
        more = len(one.functions) - number
        for whole in (f"{words} and {more} more" if more else words, words):
            if len(whole) <= room:
                return whole
    return f"{cut(named[0][0], max(1, room - len(named[0][1]) - 1))}{named[0][1]}" if named else ""


def fitting(names: Sequence[str], room: int) -> str:
    """Return as many names as fit, the first at least where there is room at all, and dots for the rest."""
    number = len(names) if room else 0
    while number > 1 and len(_listed(names, number)) > room:
        number -= 1
    return _listed(names, number)


def _listed(names: Sequence[str], number: int) -> str:
    return ", ".join([*names[:number], *(["…"] if number < len(names) else [])]) if number else ""


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
