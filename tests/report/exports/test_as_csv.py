"""CSV: a spreadsheet sees no formula in it, and pandas reads the table back as it was."""

import csv
import io

import pandas as pd
import pytest
from hypothesis import given
from pandas.testing import assert_frame_equal

from concbench.report.exports.as_csv import DANGEROUS, as_csv, harmless
from concbench.results.tidy.schema import DTYPES

from .tables import part, table, tables

TEXTS = [name for name, dtype in DTYPES.items() if isinstance(dtype, pd.StringDtype)]


def read(written: str) -> pd.DataFrame:
    """Read CSV as docs/TABLE.md says."""
    found = pd.read_csv(
        io.StringIO(written),
        dtype={name: dtype for name, dtype in DTYPES.items() if name not in ("time", "value")},
        converters={"value": float},
        keep_default_na=False,
        na_values=[""],
    )
    found["time"] = pd.to_datetime(found["time"], utc=True, format="ISO8601").astype(DTYPES["time"])
    return found.assign(**{name: found[name].str.removeprefix("'") for name in TEXTS})


@given(tables())
def test_what_is_read_back_is_the_table(drawn: pd.DataFrame) -> None:
    written, left_out = as_csv(drawn)
    assert left_out == []
    assert_frame_equal(read(written), drawn)


@given(tables())
def test_no_text_in_it_is_a_formula(drawn: pd.DataFrame) -> None:
    for line in csv.DictReader(io.StringIO(as_csv(drawn)[0])):
        for name in TEXTS:
            assert not line[name].startswith(tuple("=+-@＝＋－＠\t\r\n"))


@pytest.mark.parametrize("start", DANGEROUS)
def test_a_text_that_begins_like_a_formula_gets_an_apostrophe(start: str) -> None:
    plain = pd.DataFrame({"text": [f"{start}1", "1" + start, None], "number": [-1.0, 2.0, 3.0]})
    made = harmless(plain)
    assert made["text"].tolist()[:2] == [f"'{start}1", "1" + start]
    assert made["text"].isna().tolist() == [False, False, True]
    assert made["number"].tolist() == [-1.0, 2.0, 3.0]


def test_numbers_and_times_are_written_whole_and_nothing_for_what_is_missing() -> None:
    made = part(values=[-0.1 - 0.2], process=[7], model=None, workload="=spawn")
    assert as_csv(table(made))[0].splitlines() == [
        "workload,model,parameters,metric,unit,value,process,commit,python,machine,source,time,version,file",
        "'=spawn,,tasks=10,wall,s/task,-0.30000000000000004,7,abc,3.13.0,m1,concbench,"
        "2026-11-25T12:00:00.000000+0000,1,run.jsonl",
    ]


def test_an_empty_table_is_empty_text() -> None:
    assert as_csv(table()) == ("", [])
