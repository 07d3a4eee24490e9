"""The columns and their dtypes, and that every text can be written anywhere."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from concbench.results.tidy.schema import DTYPES, Part, frame_of, printable

COLUMNS = [
    "workload", "model", "parameters", "metric", "unit", "value", "process", "commit", "python", "machine",
    "source", "time", "version", "file",
]  # fmt: skip

PART = Part(
    workload="spawn",
    model="asyncio",
    parameters="tasks=10",
    metric="wall",
    unit="s/task",
    values=np.array([1.5, 2.5]),
    process=np.array([3, 4]),
    commit="abc",
    python="3.13.0",
    machine="m1",
    source="concbench",
    time=datetime(2026, 11, 25, 12, 0, 0, 5, tzinfo=UTC),
    version="1",
    file="run.jsonl",
)


def test_the_columns_are_the_documented_ones_with_their_dtypes() -> None:
    table = frame_of([PART])
    assert list(table.columns) == list(DTYPES) == COLUMNS
    assert dict(table.dtypes) == dict(DTYPES)
    assert table.iloc[1].to_dict() == {
        "workload": "spawn",
        "model": "asyncio",
        "parameters": "tasks=10",
        "metric": "wall",
        "unit": "s/task",
        "value": 2.5,
        "process": 4,
        "commit": "abc",
        "python": "3.13.0",
        "machine": "m1",
        "source": "concbench",
        "time": pd.Timestamp("2026-11-25T12:00:00.000005Z"),
        "version": "1",
        "file": "run.jsonl",
    }


def test_a_table_without_rows_has_the_same_columns_and_dtypes() -> None:
    table = frame_of([])
    assert table.empty
    assert dict(table.dtypes) == dict(DTYPES)


def test_what_nobody_told_is_missing_and_nothing_is_empty() -> None:
    part = replace(
        PART, model=None, parameters="", commit=None, unit=None, process=None, time=None, version=None
    )
    table = frame_of([part, PART])
    assert [name for name, missing in table.iloc[0].isna().items() if missing] == [
        "model", "parameters", "unit", "process", "commit", "time", "version",
    ]  # fmt: skip
    assert not (table.select_dtypes("string") == "").any(axis=None)
    assert dict(table.dtypes) == dict(DTYPES)
    assert table["process"].tolist()[2:] == [3, 4]


@given(st.text())
def test_a_text_becomes_one_line_of_printable_unicode(text: str) -> None:
    made = printable(text)
    assert made.isprintable()
    assert made.encode().decode() == made
    if text.isprintable():
        assert made == text


def test_what_is_not_printable_is_escaped() -> None:
    assert printable("a\nb\t\x00\ud800\u202e é") == r"a\nb\t\x00\ud800\u202e é"


@given(st.text(min_size=1))
def test_any_name_is_written_and_read_as_csv(text: str) -> None:
    table = frame_of([replace(PART, workload=text)])
    written = table.to_csv(index=False, lineterminator="\n")
    lines = list(csv.reader(io.StringIO(written)))
    assert [line[0] for line in lines] == ["workload", printable(text), printable(text)]
