"""When a write fails or is interrupted, the file is as it was before, or says what will heal it."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from concbench.results.errors import RunFileError
from concbench.results.reader import read_run
from concbench.results.writer import RunWriter

from .examples import IDENTITY, NOW, made, made_header


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.jsonl"


@pytest.mark.parametrize("call", ["write", "fsync"])
def test_a_failed_write_leaves_the_file_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    whole = os.write
    failures = [OSError(errno.ENOSPC, "No space left on device")]

    def fail(descriptor: int, data: bytes = b"") -> None:
        if data:
            whole(descriptor, data[:5])
        if failures:
            raise failures.pop()

    RunWriter.create(path, made_header()).close()
    writer = RunWriter.resume(path, now=NOW, identity=IDENTITY)
    writer.append(made("noise"))
    before = path.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(os, call, fail)
        with pytest.raises(RunFileError, match=r"No space left.*line before this one is whole.*--resume"):
            writer.append(made("end"))
    assert path.read_bytes() == before
    RunWriter.resume(path, now=NOW, identity=IDENTITY).close()


@pytest.mark.parametrize("again", [False, True])
def test_a_failed_write_to_a_file_of_advise_names_advise(
    path: Path, monkeypatch: pytest.MonkeyPatch, again: bool
) -> None:
    def fail(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    header = made_header()
    writer = RunWriter.create(path, replace(header, settings=header.settings | {"command": "advise"}))
    if again:
        writer.close()
        writer = RunWriter.resume(path, now=NOW, identity=IDENTITY)
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(RunFileError, match="go on with `concbench advise --resume"):
        writer.append(made("noise"))
    with pytest.raises(RunFileError, match="nothing can be appended; go on with `concbench advise --resume"):
        writer.append(made("noise"))


def test_what_cannot_be_undone_is_said_and_healed_by_resuming(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = os.write

    def fail(descriptor: int, data: bytes) -> None:
        whole(descriptor, data[:5])
        raise OSError(errno.EIO, "Input/output error")

    def stuck(descriptor: int, size: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    writer = RunWriter.create(path, made_header())
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", fail)
        patch.setattr(os, "ftruncate", stuck)
        message = r"may be torn .* and will be moved aside\. Put that disk right, then"
        with pytest.raises(RunFileError, match=message):
            writer.append(made("end"))
    RunWriter.resume(path, now=NOW, identity=IDENTITY).close()
    assert path.with_name("run.jsonl.torn").read_bytes() == b'{"typ'
    assert [record.type for record in read_run(path).records] == ["resume"]


def test_an_interrupted_append_leaves_no_trace_and_can_be_repeated(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = os.write

    def interrupted(descriptor: int, data: bytes) -> None:
        whole(descriptor, data[:5])
        raise KeyboardInterrupt

    with RunWriter.create(path, made_header()) as writer:
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", interrupted)
            with pytest.raises(KeyboardInterrupt):
                writer.append(made("process"))
        writer.append(made("process"))
    assert read_run(path).records == (made("process"),)


_FILL = """
import resource, signal, sys
from pathlib import Path
from concbench.results.errors import RunFileError
from concbench.results.writer import RunWriter
from tests.results.examples import made, made_header
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with RunWriter.create(Path(sys.argv[1]), made_header()) as writer:
    limit = Path(sys.argv[1]).stat().st_size + 1000
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    acknowledged = 0
    try:
        while True:
            writer.append(made("warning", seen=f"{acknowledged} MHz"))
            acknowledged += 1
    except RunFileError as error:
        print(acknowledged, error)
"""


def test_a_full_disk_costs_only_the_line_that_did_not_fit(path: Path) -> None:
    child = subprocess.run(
        [sys.executable, "-c", _FILL, str(path)],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        cwd=Path(__file__).parents[2],
    )
    acknowledged, _, message = child.stdout.partition(" ")
    assert int(acknowledged) > 0
    assert "Free space on that disk, then go on with `concbench run --resume" in message
    run = read_run(path)
    assert len(run.records) == int(acknowledged)
    assert run.torn is None
