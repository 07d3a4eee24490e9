"""Writing: what is created, appended, locked, moved aside and refused."""

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from concbench.results import queries
from concbench.results import writer as writer_module
from concbench.results.errors import RunFileError
from concbench.results.header import Header
from concbench.results.reader import read_run
from concbench.results.records import ResumeRecord
from concbench.results.writer import RunWriter
from tests.report.paired import header_of

from .examples import (
    HEADER,
    IDENTITY,
    NOW,
    Plain,
    example,
    line_of,
    made,
    made_header,
    runs,
    typed,
    unchecked,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.jsonl"


def written(path: Path, records: list[Plain]) -> None:
    header, *others = map(typed, records)
    assert isinstance(header, Header)
    with RunWriter.create(path, header) as writer:
        for record in others:
            writer.append(record)


def emptied(path: Path) -> Path:
    """Make room: Hypothesis gives all examples of a test the same directory."""
    for file in (path, path.with_name("run.jsonl.torn")):
        file.unlink(missing_ok=True)
    return path


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shared") / "run.jsonl"


@given(records=runs())
def test_any_valid_run_can_be_written_and_read(shared: Path, records: list[Plain]) -> None:
    written(emptied(shared), records)
    run = read_run(shared)
    assert [run.header, *run.records] == list(map(typed, records))


@given(records=runs(min_size=1), data=st.data())
def test_a_file_cut_anywhere_after_its_header_can_be_resumed(
    shared: Path, records: list[Plain], data: st.DataObject
) -> None:
    lines = [line_of(record) for record in records]
    size = data.draw(st.integers(len(lines[0]), sum(map(len, lines))))
    content = b"".join(lines)[:size]
    emptied(shared).write_bytes(content)
    torn = content[content.rindex(b"\n") + 1 :]
    with RunWriter.resume(shared, now=NOW, identity=IDENTITY) as writer:
        writer.append(made("end"))
    kept = records[1 : content.count(b"\n")]
    dropped = None if writer.resumed is None else writer.resumed.torn
    assert (dropped is not None) == bool(torn)
    resume = made("resume", dropped=dropped)
    assert list(read_run(shared).records) == [*map(typed, kept), resume, made("end")]
    aside = shared.with_name("run.jsonl.torn")
    assert (aside.read_bytes() if aside.exists() else b"") == torn


def test_a_torn_last_line_is_moved_aside_each_time(path: Path) -> None:
    written(path, [HEADER])
    for piece in (b'{"type":"sam', b"\xff\x00"):
        with path.open("ab") as stream:
            stream.write(piece)
        RunWriter.resume(path, now=NOW, identity=IDENTITY).close()
    assert path.with_name("run.jsonl.torn").read_bytes() == b'{"type":"sam\xff\x00'
    dropped = [record.dropped for record in queries.of_type(read_run(path), ResumeRecord)]
    assert [str(text).split(" that ")[0] for text in dropped] == [
        "line 2 was never finished: 12 bytes",
        "line 3 was never finished: 2 bytes",
    ]


def test_an_existing_file_is_not_overwritten(path: Path) -> None:
    path.write_text("precious")
    with pytest.raises(RunFileError, match=r"never overwritten.*--resume"):
        RunWriter.create(path, made_header())
    assert path.read_text() == "precious"


def test_where_a_file_is_in_the_way_of_a_comparison_nothing_is_said_of_resuming(path: Path) -> None:
    path.write_text("precious")
    with pytest.raises(RunFileError, match=r"never overwritten; name another file$"):
        RunWriter.create(path, made_header(**header_of([("w[tasks=1]/asyncio", {})])))


def test_a_file_that_was_made_in_vain_is_removed(path: Path) -> None:
    with pytest.raises(RunFileError, match="header: Expected `int`"):
        RunWriter.create(path, replace(made_header(), seed="x"))
    assert not path.exists()


def test_a_missing_directory_is_explained(path: Path) -> None:
    with pytest.raises(RunFileError, match="cannot be created: no such file or directory; check the path"):
        RunWriter.create(path.parent / "none" / "run.jsonl", made_header())


def test_a_missing_file_cannot_be_resumed(path: Path) -> None:
    with pytest.raises(RunFileError, match="cannot be opened to go on: no such file or directory"):
        RunWriter.resume(path, now=NOW, identity=IDENTITY)
    assert not path.exists()


def test_a_compressed_file_is_neither_created_nor_resumed(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl.gz"
    with pytest.raises(RunFileError, match="can only be read"):
        RunWriter.create(path, made_header())
    with pytest.raises(RunFileError, match="can only be read"):
        RunWriter.resume(path, now=NOW, identity=IDENTITY)
    assert not path.exists()


def test_a_file_in_use_is_refused_until_its_writer_is_closed(path: Path) -> None:
    with RunWriter.create(path, made_header()):
        with pytest.raises(RunFileError, match="another run is writing to it"):
            RunWriter.resume(path, now=NOW, identity=IDENTITY)
        assert read_run(path).records == ()
    RunWriter.resume(path, now=NOW, identity=IDENTITY).close()
    assert [record.type for record in read_run(path).records] == ["resume"]


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (unchecked("noise", when="later"), "noise: Invalid enum value 'later'"),
        (unchecked("witness", estimate_ns=float("nan")), "witness: Expected"),
        (unchecked("resume", dropped={1}), "resume: Expected"),
        (unchecked("resume", dropped="\udc80"), "lone surrogate"),
        (unchecked("witness", checks={1: None, "1": None}), "the same key twice"),
        (made("outcome", cell="nowhere"), "cell 'nowhere' is not in the header"),
        (made_header(), "a second header"),
    ],
)
def test_a_record_that_could_not_be_read_back_is_not_written(path: Path, record: Any, reason: str) -> None:
    with RunWriter.create(path, made_header()) as writer:
        with pytest.raises(RunFileError, match=f"record not written: .*{reason}"):
            writer.append(record)
        writer.append(made("end"))
    assert read_run(path).records == (made("end"),)


def test_a_line_that_no_reader_would_take_is_not_written(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_module, "LONGEST", len(line_of(HEADER)))
    with RunWriter.create(path, made_header()) as writer:
        with pytest.raises(RunFileError, match="record not written: a line of more than"):
            writer.append(made("resume", dropped="x" * len(line_of(HEADER))))
        writer.append(made("end"))
    assert read_run(path).records == (made("end"),)


def test_a_resumed_writer_knows_what_the_file_holds(path: Path) -> None:
    written(path, [HEADER, example("process"), example("block", cells=[])])
    with RunWriter.resume(path, now=NOW, identity=IDENTITY) as writer:
        with pytest.raises(RunFileError, match="process 1 follows 1"):
            writer.append(made("process"))
        with pytest.raises(RunFileError, match="completed a second time"):
            writer.append(made("block"))
        with pytest.raises(RunFileError, match="process 1 had ended"):
            writer.append(made("closed"))
        writer.append(made("process", process=2))


def test_another_environment_is_refused_and_nothing_is_changed(path: Path) -> None:
    written(path, [HEADER])
    with path.open("ab") as stream:
        stream.write(b"torn")
    before = path.read_bytes()
    with pytest.raises(RunFileError, match=r"run\.jsonl: .*commit: abc123 then, def456 now"):
        RunWriter.resume(path, now=NOW, identity=IDENTITY | {"commit": "def456"})
    assert path.read_bytes() == before
    assert sorted(path.parent.iterdir()) == [path]


def test_a_damaged_file_is_not_resumed_and_not_changed(path: Path) -> None:
    content = line_of(HEADER) + b"damage\n" + b"torn"
    path.write_bytes(content)
    with pytest.raises(RunFileError, match="not valid JSON"):
        RunWriter.resume(path, now=NOW, identity=IDENTITY)
    assert path.read_bytes() == content


def test_a_closed_writer_refuses_and_may_be_closed_again(path: Path) -> None:
    with RunWriter.create(path, made_header()) as writer:
        pass
    writer.close()
    with pytest.raises(RunFileError, match="closed, so nothing can be appended"):
        writer.append(made("end"))


def test_a_line_is_synced_whole_before_append_returns(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced = []
    with RunWriter.create(path, made_header()) as writer:
        monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.fstat(descriptor).st_size))
        writer.append(made("noise"))
        writer.append(made("end"))
    sizes = [len(line_of(record)) for record in (HEADER, example("noise"), example("end"))]
    assert synced == [sum(sizes[:2]), sum(sizes)]


def test_a_short_write_is_continued(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = os.write
    with RunWriter.create(path, made_header()) as writer:
        monkeypatch.setattr(os, "write", lambda descriptor, data: whole(descriptor, data[:7]))
        writer.append(made("end"))
    assert read_run(path).records == (made("end"),)
