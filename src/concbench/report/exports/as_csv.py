"""The tidy table as CSV that no spreadsheet takes for a program.

A spreadsheet evaluates what looks like a formula, and a name in a file of results can be any text. So a text
that begins like one gets an apostrophe in front of it, as OWASP recommends ("CSV Injection"): ``=``, ``+``,
``-``, ``@``, their full-width forms, and what a spreadsheet may skip before them. A text that begins with an
apostrophe gets one too: take one away from each text that begins with it, and the table is as it was.
"""

import pandas as pd

from concbench.report.exports import Format
from concbench.report.exports.cells import LeftOut

ISO = "%Y-%m-%dT%H:%M:%S.%f%z"
"""A time as ISO 8601 has it, in microseconds, with its offset."""

DANGEROUS = tuple("=+-@＝＋－＠\t\r\n\0'")


def as_csv(table: pd.DataFrame) -> tuple[str, list[LeftOut]]:
    """Return a table as CSV: the names, then a line for each row, numbers whole, nothing for missing."""
    written = harmless(table).to_csv(index=False, lineterminator="\n", date_format=ISO)
    return "" if table.empty else written, []


def harmless(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose texts are no formulas; numbers and times are as they were."""
    texts = [str(name) for name in table.select_dtypes(include=["object", "string"])]
    return table.assign(**{name: table[name].map(_guarded, na_action="ignore") for name in texts})


def _guarded(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(DANGEROUS) else value


FORMAT = Format(write=as_csv, mark=b"workload,model,parameters,metric,unit,value,process,", within=60)
