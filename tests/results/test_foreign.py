"""Other tools' JSON: what is read, what is refused, and that nothing in it is run."""

import gzip
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concbench.results import foreign
from concbench.results.errors import ResultsError
from concbench.results.foreign import LONGEST_LITERAL, literal, read_json, start_of


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file.json"


def test_json_is_read_with_the_numbers_that_only_python_writes(path: Path) -> None:
    path.write_text('{"a": [NaN, -Infinity, 1]}')
    nan, low, one = read_json(path)["a"]
    assert math.isnan(nan)
    assert (low, one) == (-math.inf, 1)


def test_a_compressed_file_is_read_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "file.json.gz"
    path.write_bytes(gzip.compress(b'{"a": 1}'))
    assert read_json(path) == {"a": 1}
    assert start_of(path, 4) == b'{"a"'


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not JSON: Expecting value at line 1, column 1"),
        (b"{", "not JSON"),
        (b"<html>", "not JSON: Expecting value at line 1, column 1"),
        (b'{"a": 1}\n{"b": 2}', "not JSON: Extra data at line 2, column 1"),
        (b'"\xff"', "not JSON: byte 1 is no text"),
        (b"[" * 200_000, "nested too deeply"),
        (b"9" * 5000, "not JSON for us: Exceeds the limit"),
    ],
)
def test_what_is_no_json_is_refused_with_file_and_reason(path: Path, content: bytes, reason: str) -> None:
    path.write_bytes(content)
    with pytest.raises(ResultsError) as error:
        read_json(path)
    assert str(error.value).startswith(f"{path}: ")
    assert reason in str(error.value)


def test_a_file_that_is_too_large_to_hold_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foreign, "LARGEST", 10)
    path.write_text('"0123456789"')
    with pytest.raises(ResultsError, match="too much to read at once"):
        read_json(path)


def test_a_file_that_is_not_there_or_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match="no such file"):
        read_json(tmp_path / "nowhere.json")
    with pytest.raises(ResultsError, match="cannot be read"):
        read_json(tmp_path)


@pytest.mark.parametrize("content", [b"no gzip", gzip.compress(b"{}" * 100, mtime=0)[:-12]])
def test_a_file_that_cannot_be_decompressed_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file.json.gz"
    path.write_bytes(content)
    with pytest.raises(ResultsError, match="cannot be decompressed"):
        read_json(path)


@given(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
def test_the_repr_of_a_plain_value_is_read_back(value: Any) -> None:
    spelled = repr(value)
    if len(spelled) <= LONGEST_LITERAL and not (isinstance(value, str) and value[:1] in list("([{")):
        assert literal(spelled) == value


def test_a_string_that_looks_like_something_else_is_not_taken_for_it() -> None:
    assert literal("(1, 2)") == "(1, 2)"
    assert literal("'(1, 2)'") == "'(1, 2)'"


@given(st.text(max_size=80))
def test_any_other_text_is_plain_data_or_stays_what_it_is(text: str) -> None:
    value = literal(text)
    assert value == text or value is None or isinstance(value, bool | int | float | str)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').getcwd()",
        "<function f>",
        "(1, 2)",
        "[1]",
        "{'a': 1}",
        "1j",
        "nan",
        "1e999",
        "-1e999",
        "(" * 150,
        "-" * 190 + "1",
        "'" + "x" * 300 + "'",
        "9" * 5000,
        "\0",
    ],
)
def test_what_is_no_plain_value_is_not_evaluated(text: str) -> None:
    assert literal(text) == text or set(text) == {"-", "1"}
