"""The tidy table as Parquet, by Arrow, which concbench does not need for anything else."""

import io

import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]
from pyarrow import parquet

from concbench.report.exports import Format
from concbench.report.exports.cells import LeftOut

MARK = b"concbench.table"
"""A key of the file's own metadata, by which a table of ours is known again."""


def as_parquet(table: pd.DataFrame) -> tuple[bytes, list[LeftOut]]:
    """Return a table as a Parquet file."""
    arrow = pa.Table.from_pandas(table, preserve_index=False)
    sink = io.BytesIO()
    parquet.write_table(arrow.replace_schema_metadata({**(arrow.schema.metadata or {}), MARK: b"1"}), sink)
    return b"" if table.empty else sink.getvalue(), []


FORMAT = Format(write=as_parquet, mark=MARK, text=False)
