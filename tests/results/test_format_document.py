"""docs/FORMAT.md says what the code does: its tables, its examples, and its program."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from msgspec.structs import fields

from concbench.results.consistency import Consistency
from concbench.results.header import SCHEMA
from concbench.results.queries import counted_samples
from concbench.results.reader import read_run
from concbench.results.records import TYPES
from tests.results.examples import plain

from .examples import LEG, Plain, line_of, runs, typed

DOCUMENT = (Path(__file__).parents[2] / "docs" / "FORMAT.md").read_text(encoding="utf-8")
SECTIONS: dict[str, str] = dict(
    re.findall(r"^### (\w+)\n(.*?)(?=^##)", DOCUMENT, flags=re.MULTILINE | re.DOTALL)
)


def documented_keys(table_rows: str) -> set[str]:
    firsts = re.findall(r"^\| (`.*?) \|", table_rows, flags=re.MULTILINE)
    return {key for first in firsts for key in re.findall(r"`(\w+)`", first)}


def test_the_document_describes_the_schema_that_is_written() -> None:
    assert f"is number **{SCHEMA}**" in DOCUMENT


def test_every_record_type_has_a_section() -> None:
    assert list(SECTIONS) == list(TYPES)


@pytest.mark.parametrize("kind", TYPES)
def test_the_tables_name_the_required_keys_and_no_others(kind: str) -> None:
    leg = set(LEG) if kind == "sample" else set()
    assert (
        documented_keys(SECTIONS[kind])
        == {field.encode_name for field in fields(TYPES[kind]) if field.required} | leg
    )


def documented(kind: str, **changes: Any) -> Plain:
    """Return the example of a record type in the document, with ``changes``."""
    (block,) = re.findall(r"```json\n(.*?)\n```", SECTIONS[kind], flags=re.DOTALL)
    record: Plain = json.loads(block)
    assert record["type"] == kind
    return record | changes


def compared_header() -> Plain:
    """Return the documented header as that of a comparison of its cell with itself."""
    header = documented("header", sides={name: {"label": name} for name in ("base", "head")})
    header["settings"] = {"budget": 60, "margins": {"wall": 0.01}}
    (contender,), (cell,) = header["contenders"], header["cells"]
    ids = [f"asyncio@{side}" for side in header["sides"]]
    header["contenders"] = [contender | {"id": name} for name in ids]
    header["cells"] = [cell | {"id": f"switch/{name}/100", "contender": name} for name in ids]
    about = {
        "workload": "switch",
        "model": "asyncio",
        "params": cell["params"],
        "head_params": cell["params"],
    }
    cells = [cell["id"] for cell in header["cells"]]
    header["paired"] = [
        {"id": "switch/asyncio/100", "cells": cells, "purpose": purpose, **about}
        for purpose in ("time", "memory")
    ]
    return header


def workers(purpose: str, *numbers: int) -> list[Plain]:
    about = {"generation": 0, "purpose": purpose}
    return [
        documented("process", process=number, contender=f"asyncio@{side}", **about)
        for number, side in zip(numbers, ("base", "head"), strict=True)
    ]


RUN = [
    *map(documented, ("header", "noise", "warning", "process", "witness", "sample", "closed", "block")),
    documented("process", process=2, purpose="memory"),
    *map(documented, ("memory", "outcome", "resume", "end")),
]
COMPARISON = [
    compared_header(),
    *[*workers("time", 1, 2), documented("pair")],
    *[*workers("memory", 3, 4), documented("weighed", processes=[3, 4])],
    documented("look", pairs=1),
    documented("counted"),
]


@pytest.mark.parametrize("records", [RUN, COMPARISON])
def test_the_examples_make_valid_files(records: list[Plain]) -> None:
    consistency = Consistency()
    for record in map(typed, records):
        assert consistency.complaint_about(record) is None
        consistency.note(record)


def test_every_example_is_in_one_of_the_files() -> None:
    assert {record["type"] for record in RUN + COMPARISON} == set(SECTIONS)


@given(records=runs())
def test_the_program_finds_the_samples_that_count(
    tmp_path_factory: pytest.TempPathFactory, records: list[Plain]
) -> None:
    path = tmp_path_factory.getbasetemp() / "document.jsonl"
    path.write_bytes(b"".join(map(line_of, records)))
    by_itself, ours = re.findall(r"```python\n(.*?)```", DOCUMENT, flags=re.DOTALL)
    names: dict[str, Any] = {}
    exec(by_itself.replace('"run.jsonl"', repr(str(path))), names)  # noqa: S102  (a program of our own document)
    assert list(map(typed, names["counted"])) == counted_samples(read_run(path))
    exec(ours.replace('"run.jsonl"', repr(str(path))), names)  # noqa: S102  (a program of our own document)
    assert list(map(plain, names["samples"])) == names["counted"]
