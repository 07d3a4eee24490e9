"""Parquet: pandas reads the table back as it was."""

import io

import pandas as pd
from hypothesis import given, settings
from pandas.testing import assert_frame_equal

from concbench.report.exports.as_parquet import MARK, as_parquet
from concbench.results.tidy.schema import DTYPES

from .tables import table, tables


@settings(deadline=None)
@given(tables())
def test_what_is_read_back_is_the_table(drawn: pd.DataFrame) -> None:
    content, left_out = as_parquet(drawn)
    assert left_out == []
    assert MARK in content
    assert_frame_equal(pd.read_parquet(io.BytesIO(content)).astype(dict(DTYPES)), drawn)


def test_an_empty_table_is_no_file() -> None:
    assert as_parquet(table()) == (b"", [])
