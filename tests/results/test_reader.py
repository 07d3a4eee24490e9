"""Reading: whole lines are kept, a torn one is reported, damage is refused with its place."""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concbench.results.errors import RunFileError
from concbench.results.reader import read_run

from .examples import HEADER, Plain, example, line_of, runs, typed


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs") / "run.jsonl"


def content_of(records: Sequence[Plain]) -> bytes:
    return b"".join(map(line_of, records))


def refusal(path: Path, content: bytes) -> RunFileError:
    path.write_bytes(content)
    with pytest.raises(RunFileError) as caught:
        read_run(path)
    assert str(path) in str(caught.value)
    return caught.value


@given(records=runs())
def test_any_valid_run_is_read_back_as_it_was_written(path: Path, records: list[Plain]) -> None:
    path.write_bytes(content_of(records))
    run = read_run(path)
    assert [run.header, *run.records] == list(map(typed, records))
    assert run.torn is None


@given(records=runs(min_size=1), share=st.floats(0, 1))
def test_a_file_cut_at_any_byte_keeps_its_whole_lines(path: Path, records: list[Plain], share: float) -> None:
    lines = [line_of(record) for record in records]
    content = b"".join(lines)[: round(share * sum(map(len, lines)))]
    whole = content.count(b"\n")
    if whole == 0:
        assert refusal(path, content).reason.startswith("no header")
        return
    path.write_bytes(content)
    run = read_run(path)
    assert [run.header, *run.records] == list(map(typed, records[:whole]))
    assert (run.torn is None) == content.endswith(b"\n")


def test_a_file_cut_at_every_byte_keeps_its_whole_lines(path: Path) -> None:
    records = [example("header"), example("warning"), example("end")]
    content = content_of(records)
    header_size = len(line_of(records[0]))
    for size in range(header_size, len(content) + 1):
        path.write_bytes(content[:size])
        run = read_run(path)
        assert len(run.records) == content[:size].count(b"\n") - 1
        assert (run.torn is None) == content[:size].endswith(b"\n")


_DAMAGE = (b"", b"{", b"\xff", b"{}", b"[]", b'{"type":"smaple"}', b"NaN", b'{"type":"end"}')


@given(records=runs(min_size=1), damage=st.sampled_from(_DAMAGE), data=st.data())
def test_damage_in_any_line_is_refused_with_its_number(
    path: Path, records: list[Plain], damage: bytes, data: st.DataObject
) -> None:
    lines = [line_of(record) for record in records]
    index = data.draw(st.integers(0, len(lines) - 1))
    lines[index] = damage + b"\n"
    error = refusal(path, b"".join(lines))
    assert error.line == index + 1
    assert f"{path}:{index + 1}: " in str(error)


@given(records=runs(min_size=1), data=st.data())
def test_a_line_that_was_cut_short_in_the_middle_is_damage(
    path: Path, records: list[Plain], data: st.DataObject
) -> None:
    lines = [line_of(record) for record in records]
    index = data.draw(st.integers(0, len(lines) - 1))
    kept = data.draw(st.integers(0, len(lines[index]) - 2))
    lines[index] = lines[index][:kept] + b"\n"
    assert refusal(path, b"".join(lines)).line == index + 1


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"type":', "not valid JSON: Expecting value at column 9"),
        pytest.param(b"[" * 100_000, "not valid JSON for us: nested too deeply", id="deep"),
        (b'{"type":"\xff"}', "not UTF-8: byte 0xff at column 10"),
        (b'{"type":"end","finished":NaN}', "NaN is not a JSON value"),
        (b'{"type":"end","finished":1e999}', "1e999 is too large for a 64-bit float"),
        (b'{"type":"end","type":"end"}', "an object has the same key twice"),
        (b'{"type":"end"}', "end: Object missing required field `finished`"),
        (line_of(HEADER).strip(), "a second header; a run file has one, on its first line"),
        (
            line_of(example("outcome", cell="nowhere")).strip(),
            "outcome: cell 'nowhere' is not in the header",
        ),
        (
            line_of(example("block", block=1, cells=["nowhere"])).strip(),
            "block: cell 'nowhere' is not in the header",
        ),
        (
            line_of(example("process", contender="nobody")).strip(),
            "process: contender 'nobody' is not in the header",
        ),
        (
            line_of(example("noise", contender="nobody")).strip(),
            "noise: contender 'nobody' is not in the header",
        ),
        (line_of(example("process")).strip(), "process: process 1 follows 1; numbers only grow"),
        (
            line_of(example("block")).strip(),
            "block: block 0 of generation 0 is completed a second time",
        ),
    ],
)
def test_damage_is_explained(path: Path, line: bytes, reason: str) -> None:
    before = content_of([example("header"), example("process"), example("block", cells=[])])
    error = refusal(path, before + line + b"\n" + content_of([example("end")]))
    advice = "the 3 lines before it are sound: restore the file, or use a copy of those"
    assert error.reason == f"{reason}; {advice}"
    assert error.line == 4


def test_a_last_line_with_its_newline_is_never_taken_for_torn(path: Path) -> None:
    assert refusal(path, content_of([HEADER]) + b'{"type":"en\n').line == 2


def test_a_whole_record_without_its_newline_is_torn(path: Path) -> None:
    path.write_bytes(content_of([HEADER]) + line_of(example("end")).strip())
    run = read_run(path)
    assert run.records == ()
    assert run.torn is not None
    assert run.torn.startswith("line 2 was never finished: ")


def test_reading_changes_nothing(path: Path) -> None:
    content = content_of([HEADER]) + b'{"type"'
    path.write_bytes(content)
    read_run(path)
    assert path.read_bytes() == content
    assert sorted(path.parent.iterdir()) == [path]


def test_a_newer_schema_is_refused_before_its_keys_are_looked_at(path: Path) -> None:
    error = refusal(path, b'{"type":"header","schema":4}\n')
    told = "it has schema 4, and this concbench reads schema 3 and older; upgrade concbench to read it"
    assert error.reason == told


def test_a_schema_that_never_was_is_refused(path: Path) -> None:
    assert "it has schema 0" in refusal(path, content_of([HEADER | {"schema": 0}])).reason


@pytest.mark.parametrize(("content", "found"), [(b"", "an empty file"), (b'{"ty', "only 4 bytes")])
def test_a_file_without_a_whole_line_is_refused(path: Path, content: bytes, found: str) -> None:
    assert f"no header: {found}" in refusal(path, content).reason


@pytest.mark.parametrize(
    ("content", "ours"),
    [(b"", True), (b'{"ty', True), (b'{"type":"header","schema":1', True), (b'{"lastUpdate": 0}', False)],
)
def test_only_what_may_be_a_run_s_header_is_to_be_deleted(path: Path, content: bytes, ours: bool) -> None:
    assert ("delete the file" in refusal(path, content).reason) is ours


def test_a_file_of_another_sort_is_refused(path: Path) -> None:
    assert "not a header" in refusal(path, content_of([example("end")])).reason


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"contenders": [HEADER["contenders"][0]] * 2}, "contenders has the id 'asyncio' more than once"),
        ({"cells": [HEADER["cells"][0]] * 2}, "cells has the id 'spawn/asyncio/10' more than once"),
        ({"contenders": []}, "names contender 'asyncio', which is not listed"),
    ],
)
def test_a_header_whose_names_are_ambiguous_is_refused(
    path: Path, changes: dict[str, Any], reason: str
) -> None:
    assert reason in refusal(path, content_of([example("header", **changes)])).reason


def test_a_missing_file_and_a_directory_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RunFileError, match="no such file; name one that `concbench run` wrote"):
        read_run(tmp_path / "none.jsonl")
    with pytest.raises(RunFileError, match="this is a directory; name a run file in it"):
        read_run(tmp_path)


def test_a_compressed_run_reads_like_a_plain_one(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl.gz"
    path.write_bytes(gzip.compress(content_of([example("header"), example("end")]) + b'{"type"'))
    run = read_run(path)
    assert (run.header, run.records) == (typed(HEADER), (typed(example("end")),))
    assert run.torn is not None


@pytest.mark.parametrize(
    "spoil", [lambda data: data[:-12], lambda data: b"plain", lambda data: data[:30] + data[60:]]
)
def test_a_spoiled_compressed_run_is_refused(tmp_path: Path, spoil: Any) -> None:
    path = tmp_path / "run.jsonl.gz"
    error = refusal(path, spoil(gzip.compress(content_of([example("header"), example("end")]))))
    assert error.reason.startswith("cannot be decompressed (")


def test_every_line_is_json_to_any_reader(path: Path) -> None:
    path.write_bytes(content_of([HEADER, example("warning")]))
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["type"] for line in lines] == ["header", "warning"]


def test_a_byte_order_mark_before_the_header_is_no_damage(path: Path) -> None:
    records = [example("header")]
    path.write_bytes(b"\xef\xbb\xbf" + content_of(records))
    run = read_run(path)
    assert [run.header, *run.records] == list(map(typed, records))
