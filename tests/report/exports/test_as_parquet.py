"""Parquet: pandas reads the table back as it was."""

import io
import sys

import pandas as pd
import pytest
from hypothesis import given, settings
from pandas.testing import assert_frame_equal

from concbench.report.exports.as_parquet import MARK, NoArrow, as_parquet
from concbench.results.tidy.schema import DTYPES

from .tables import part, table, tables


@settings(deadline=None)
@given(tables())
def test_what_is_read_back_is_the_table(drawn: pd.DataFrame) -> None:
    content, left_out = as_parquet(drawn)
    assert left_out == []
    assert MARK in content
    assert_frame_equal(pd.read_parquet(io.BytesIO(content)).astype(dict(DTYPES)), drawn)


def test_an_empty_table_is_no_file() -> None:
    assert as_parquet(table()) == (b"", [])


def test_without_arrow_it_says_which_extra_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(NoArrow, match=r"pip install 'concbench\[parquet\]'"):
        as_parquet(table(part()))
