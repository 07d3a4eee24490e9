"""What starting any process of ours takes."""

import contextlib
import signal
from pathlib import Path

import pytest

from concbench.drive.workers.place import Place
from concbench.drive.workers.starting import UNWRITTEN_BY, how_it_ended, pipe


@pytest.mark.parametrize(
    ("code", "how"),
    [
        (120, f"ended with exit code 120: what it prints cannot be written{UNWRITTEN_BY}"),
        (0, "ended with exit code 0"),
        (7, "ended with exit code 7"),
        (-signal.SIGSEGV, "was ended by SIGSEGV"),
        (-signal.SIGKILL, "was ended by SIGKILL"),
        (-40, "was ended by signal 40"),
    ],
)
def test_how_a_process_ended_is_told_by_its_return_code(code: int, how: str) -> None:
    assert how_it_ended(code) == how


def test_compiled_files_are_kept_where_they_are_told_to(tmp_path: Path) -> None:
    python = Path("/a/python")
    assert Place(python).command("", "-B")[:4] == ["/a/python", "-B", "-P", "-c"]
    compiled = ["-X", f"pycache_prefix={tmp_path}"]
    assert Place(python, compiled=tmp_path).command("")[:5] == ["/a/python", *compiled, "-P", "-c"]


def test_each_end_of_a_pipe_is_closed_with_its_own_stack() -> None:
    with contextlib.ExitStack() as ours:
        with contextlib.ExitStack() as theirs:
            read, write = pipe(ours, theirs)
            write.write(b"said")
        assert (read.closed, write.closed) == (False, True)
        assert read.read() == b"said"
    assert read.closed
