"""What tables in the terminal are made of, whatever they tell: words of others, bare tables, widths."""

from collections.abc import Callable, Iterable
from itertools import groupby
from operator import attrgetter
from typing import TypeVar

from rich import box
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from concbench.words import plain_text

T = TypeVar("T")

WIDEST = 1000
"""Columns that no table needs."""


def plain(words: object) -> Text:
    """Return words that come from a file or plug-in as text: in a string rich would read markup.

    Control characters are taken away too: the command line's consoles print none
    (``concbench.commands.consoles``), those that draw pictures would.
    """
    return Text(plain_text(words))


def bare_table(title: str | Text | None = None, *, roomy: bool = True) -> Table:
    """Return a table without columns, and with a title above it if there is one."""
    return Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1) if roomy else 0,
    )


def add_in_sections(
    table: Table, items: Iterable[T], row: Callable[[T], Iterable[str | Text]], about: str
) -> None:
    """Add a row for each item; a line parts those whose attribute ``about`` differs."""
    for _about, same in groupby(items, key=attrgetter(about)):
        for item in same:
            table.add_row(*row(item))
        table.add_section()


def width_of(console: Console, table: Table) -> int:
    """Return the columns that a table takes where nothing of it is folded."""
    return Measurement.get(console, console.options.update(max_width=WIDEST), table).maximum
