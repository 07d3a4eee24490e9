"""docs/FORMAT.md says what the code does: its tables, its examples, and its program."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from concbench.results.consistency import Consistency
from concbench.results.jsonline import encode_line
from concbench.results.queries import counted_samples
from concbench.results.reader import read_run
from concbench.results.schema import KEYS, SCHEMA, Record

from .examples import LEG, runs

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
    assert list(SECTIONS) == list(KEYS)


@pytest.mark.parametrize("kind", KEYS)
def test_the_tables_name_the_required_keys_and_no_others(kind: str) -> None:
    leg = set(LEG) if kind == "sample" else set()
    assert documented_keys(SECTIONS[kind]) == set(KEYS[kind]) | leg


def test_the_examples_make_a_valid_file() -> None:
    consistency = Consistency()
    for kind, body in SECTIONS.items():
        (block,) = re.findall(r"```json\n(.*?)\n```", body, flags=re.DOTALL)
        record = json.loads(block)
        assert record["type"] == kind
        assert consistency.complaint_about(record) is None
        consistency.note(record)


@given(records=runs())
def test_the_program_finds_the_samples_that_count(
    tmp_path_factory: pytest.TempPathFactory, records: list[Record]
) -> None:
    path = tmp_path_factory.getbasetemp() / "document.jsonl"
    path.write_bytes(b"".join(map(encode_line, records)))
    plain, ours = re.findall(r"```python\n(.*?)```", DOCUMENT, flags=re.DOTALL)
    names: dict[str, Any] = {}
    exec(plain.replace('"run.jsonl"', repr(str(path))), names)  # noqa: S102  (a program of our own document)
    assert names["counted"] == counted_samples(read_run(path))
    exec(ours.replace('"run.jsonl"', repr(str(path))), names)  # noqa: S102  (a program of our own document)
    assert names["samples"] == names["counted"]
