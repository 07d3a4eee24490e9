"""The rows of a table as HTML, in no more letters than it takes: pages have tens of thousands of fields.

End tags that HTML lets be left out are left out. What the page's script reads from a field's words it is not
told again: ``data-order`` is given where a column sorted by what is shown would stand in another order than
by what is behind it, ``data-workload`` and ``data-models`` where a row's first and last head do not say so.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate
from math import nan

from markupsafe import Markup, escape

from concbench.report.blocks import Field, Row, Table, text
from concbench.report.page.dress import Dress
from concbench.words import plain_text

NONE = text("–", faint=True)
"""Stands for a figure that there is none of: the page's style draws its dash."""

LONG = 40
"""Letters above which a name in a table is broken."""

WORTH = re.compile(
    r"(?:[a-z_]+ )?[+×]?(-?\d[\d\u202f]*(?:\.\d+)?)%?(?: \[[^\]]*\])?"
    r"(?: (ns|µs|ms|s|B|KiB|MiB|GiB))?(?:,? .*)?",
    re.ASCII,
)
SCALES = {"ns": 1, "µs": 1e3, "ms": 1e6, "s": 1e9, "B": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}

ROUNDING = 0.01
"""The part of a figure by which two that are sorted as they are shown may stand in the wrong order."""


def rows_of(table: Table, dress: Dress) -> Markup:
    """Return the rows of a table, one a line."""
    columns = ([one.fields[place] for one in table.rows] for place in range(len(table.columns)))
    told = {place for place, column in enumerate(columns) if must_be_told(column)}
    by = filters_of(table)
    rows = ("".join(_row(table, row, by, told, dress)) for row in table.rows)
    return Markup("".join(rows))  # noqa: S704  (what comes from files is escaped below)


def filters_of(table: Table) -> str:
    """Return by what a table's rows can be chosen: ``workload`` (of several), ``model``, both or nothing."""
    if not table.filters:
        return ""
    known = {
        "workload": len({row.workload for row in table.rows}) > 1,
        "model": any(row.models for row in table.rows),
    }
    return " ".join(name for name, holds in known.items() if holds)


def _row(table: Table, row: Row, by: str, told: set[int], dress: Dress) -> Iterator[str]:
    # a line's end inside the tag is in no field
    yield f"<tr{''.join(_told(row, table.heads, by))}\n>"
    for place, field in enumerate(row.fields):
        numeric, head = place in table.numeric, place < table.heads
        if numeric and field == NONE:
            yield "<td>"
            continue
        yield f"<{'th scope=row' if head else 'td'}{''.join(_attributes(field, place in told, dress))}>"
        yield "<br>".join(escape(plain_text(line)) for line in field.lines)


def _told(row: Row, number: int, by: str) -> Iterator[str]:
    """Yield what a row is of where the script would take its first and last head for it, and be wrong."""
    heads = [" ".join(field.lines) for field in row.fields[:number]]
    if "workload" in by and row.workload != heads[0]:
        yield _attribute("data-workload", plain_text(row.workload))
    if "model" in by and row.models != (heads[-1],):
        yield _attribute("data-models", "\n".join(map(plain_text, row.models)))


def _attributes(field: Field, told: bool, dress: Dress) -> Iterator[str]:
    classes = " ".join(_classes(field, dress))
    if classes:
        yield f" class={classes}" if " " not in classes else f' class="{classes}"'
    if told and field.order is not None and worth(*field.lines) != field.order:
        order = field.order if isinstance(field.order, str) else f"{field.order:.5g}"
        yield _attribute("data-order", plain_text(order))
    if field.hover:
        yield _attribute("title", plain_text(field.hover))


def _classes(field: Field, dress: Dress) -> Iterator[str]:
    if field.grade is not None:
        yield f"h{field.grade}"
    if field.look:
        yield dress.sign(field.look)
    known = {"strong": field.strong, "faint": field.faint, "long": is_long(*field.lines)}
    yield from (name for name, holds in known.items() if holds)


def _attribute(name: str, value: str) -> str:
    return f" {name}={value}" if re.fullmatch(r"[\w.+-]+", value, re.ASCII) else f' {name}="{escape(value)}"'


def is_long(*lines: str) -> bool:
    """Say whether one of these lines has to be broken, where names and figures are not otherwise."""
    return max(map(len, lines), default=0) > LONG


def must_be_told(column: Sequence[Field]) -> bool:
    """Say whether the fields of a column stand in another order by what they say than by their ``order``."""
    known = [field for field in column if field.order is not None]
    if any(isinstance(field.order, str) for field in known):
        return any(field.order != " ".join(field.lines) for field in known)
    if any(field.order is None and not field.faint and any(field.lines) for field in column):
        return bool(known)
    read = [worth(*one.lines) for one in sorted(known, key=lambda one: float(one.order or 0))]
    most = accumulate(read, max)
    return any(not value >= high - ROUNDING * abs(high) for value, high in zip(read, most, strict=True))


def worth(*lines: str) -> float:
    """Return what a figure is worth, as the page's script reads it: ``1.80 [1.70–1.90] ms`` is 1,800,000.

    NaN stands for what is no figure.
    """
    found = WORTH.fullmatch(plain_text(lines[0])) if len(lines) == 1 else None
    return float(found[1].replace("\u202f", "")) * SCALES.get(found[2], 1) if found else nan
