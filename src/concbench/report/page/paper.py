"""What a page needs on paper alone: tables wider than a sheet have a line of named figures for each row."""

from collections.abc import Sequence

from markupsafe import Markup

from concbench.report.blocks import Section, Table
from concbench.report.page.glossary import all_blocks

MOST_COLUMNS = 9
"""Columns of a table that fit on a sheet."""


def is_wide(table: Table) -> bool:
    """Say whether a table is wider than a sheet, so that its rows become lines there."""
    return len(table.columns) > MOST_COLUMNS


def labels_css(sections: Sequence[Section]) -> Markup:
    """Return the rules that name the figures of wide tables, whose heads are not printed."""
    tables = [one for section in sections for one in all_blocks(section.blocks) if isinstance(one, Table)]
    rules = [
        f'#{_escaped(table.name)} td:nth-child({number})::before {{ content: "{_escaped(column)}: " }}'
        for table in tables
        if is_wide(table)
        for number, column in enumerate(table.columns, 1)
        if number > table.heads
    ]
    return Markup("@media print {{\n{}\n}}\n").format(Markup("\n".join(rules))) if rules else Markup()  # noqa: S704  (escaped)


def _escaped(words: str) -> str:
    """Return words as they stand in a name or a string of CSS: what is no letter by its number."""
    return "".join(
        one if (one.isascii() and one.isalnum()) or one in "-_" else f"\\{ord(one):x} " for one in words
    )
