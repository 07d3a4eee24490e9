"""A run file that is deleted, moved or replaced while it is written to keeps what was measured."""

import os
import tempfile
from pathlib import Path

import pytest

from concbench.results import vanished
from concbench.results.errors import RunFileError
from concbench.results.reader import read_run
from concbench.results.writer import RunWriter
from tests.report.paired import header_of

from .examples import IDENTITY, NOW, made, made_header

WHOLE = (made("noise"), made("end"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "reports" / "run.jsonl"


@pytest.fixture
def writer(path: Path) -> RunWriter:
    path.parent.mkdir()
    writer = RunWriter.create(path, made_header())
    writer.append(made("noise"))
    return writer


def test_a_file_that_is_deleted_is_put_back_and_that_is_said(path: Path, writer: RunWriter) -> None:
    said: list[str] = []
    writer.say = said.append
    path.unlink()
    with writer:
        writer.append(made("end"))
    assert read_run(path).records == WHOLE
    assert said == [f"{path} was deleted, and is put back"]


def test_its_folder_is_put_back_with_it(path: Path, writer: RunWriter) -> None:
    path.unlink()
    path.parent.rmdir()
    with writer:
        writer.append(made("end"))
    assert read_run(path).records == WHOLE


def test_a_file_that_was_put_back_is_locked_again(path: Path, writer: RunWriter) -> None:
    path.unlink()
    with writer:
        writer.append(made("end"))
        with pytest.raises(RunFileError, match="another run is writing to it"):
            RunWriter.resume(path, now=NOW, identity=IDENTITY)


def test_a_file_that_is_resumed_is_put_back_too(path: Path, writer: RunWriter) -> None:
    writer.close()
    with RunWriter.resume(path, now=NOW, identity=IDENTITY) as resumed:
        path.unlink()
        resumed.append(made("end"))
    assert [record.type for record in read_run(path).records] == ["noise", "resume", "end"]


def test_a_file_that_is_moved_ends_the_run_with_what_to_do(path: Path, writer: RunWriter) -> None:
    moved = path.rename(path.with_name("moved.jsonl"))
    with writer, pytest.raises(RunFileError, match=r"was moved or replaced .* --resume FILE`"):
        writer.append(made("end"))
    assert read_run(moved).records == WHOLE[:1]
    RunWriter.resume(moved, now=NOW, identity=IDENTITY).close()


def test_a_file_that_is_replaced_is_kept_beside_the_other(path: Path, writer: RunWriter) -> None:
    other = path.with_name("other")
    other.write_text("not ours")
    other.replace(path)
    with writer, pytest.raises(RunFileError, match=r"was replaced .* --resume \S+\.kept`"):
        writer.append(made("end"))
    assert path.read_text() == "not ours"
    assert read_run(path.with_name("run.jsonl.kept")).records == WHOLE[:1]


def test_a_file_that_is_cut_ends_the_run(path: Path, writer: RunWriter) -> None:
    size = path.stat().st_size
    path.write_bytes(b"")
    with writer, pytest.raises(RunFileError, match=f"was cut to 0 of {size} bytes .* run again$"):
        writer.append(made("end"))
    assert path.read_bytes() == b""


def test_a_file_that_somebody_else_writes_to_ends_the_run_and_its_beginning_can_be_gone_on_with(
    path: Path, writer: RunWriter
) -> None:
    size = path.stat().st_size
    with path.open("ab") as other:
        other.write(b"not ours")
    told = rf"first {size} bytes: copy those \(head -c {size}\), and go on with `concbench run --resume FILE`"
    with writer, pytest.raises(RunFileError, match=told):
        writer.append(made("end"))
    path.write_bytes(path.read_bytes()[:size])
    RunWriter.resume(path, now=NOW, identity=IDENTITY).close()


def test_a_comparison_that_is_moved_is_shown_and_not_resumed(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    with RunWriter.create(path, made_header(**header_of([("w[tasks=1]/asyncio", {})]))) as writer:
        path.rename(tmp_path / "moved.jsonl")
        with pytest.raises(RunFileError, match="`concbench show FILE`"):
            writer.append(made("end"))


def test_a_file_that_cannot_be_put_back_ends_the_run(
    path: Path, writer: RunWriter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    path.unlink()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(vanished, "write_all", full)
    with writer, pytest.raises(RunFileError, match=r"cannot be put back \(No space left on device\); run"):
        writer.append(made("end"))
    assert not os.path.lexists(path)
    assert not list(tmp_path.glob("concbench-*"))


def test_what_cannot_be_put_back_is_kept_where_temporary_files_go(
    path: Path, writer: RunWriter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.unlink()
    path.parent.rmdir()
    path.parent.write_text("no folder")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with writer, pytest.raises(RunFileError, match=r"\(File exists\); what was measured is in .* --resume"):
        writer.append(made("end"))
    (saved,) = tmp_path.glob("concbench-*/run.jsonl")
    assert read_run(saved).records == WHOLE[:1]
    RunWriter.resume(saved, now=NOW, identity=IDENTITY).close()


def test_putting_back_that_is_interrupted_can_be_repeated(
    path: Path, writer: RunWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    path.unlink()
    with writer:
        with monkeypatch.context() as patch:
            patch.setattr(vanished, "write_all", interrupted)
            with pytest.raises(KeyboardInterrupt):
                writer.append(made("end"))
        writer.append(made("end"))
    assert read_run(path).records == WHOLE
