"""A process that is killed while it appends loses nothing that it was told is on disk."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from concbench.results import queries
from concbench.results.reader import read_run
from concbench.results.records import Sample
from concbench.results.writer import RunWriter

from .examples import IDENTITY, NOW, made_header

_APPEND = """
import os, sys
from pathlib import Path
from concbench.results.writer import RunWriter
from tests.results.examples import IDENTITY, NOW, made
process = 1 + int(sys.argv[2])  # each child begins with a worker of its own
with RunWriter.resume(Path(sys.argv[1]), now=NOW, identity=IDENTITY) as writer:
    number = int(sys.argv[2])
    writer.append(made("process", process=process))
    if number == 0:
        writer.append(made("witness"))
    while True:
        place = {"process": process, "turn": number, "round": number}
        writer.append(made("sample", **place, records={"padding": "x" * 5000}))
        number += 1
        os.write(1, f"{number}\\n".encode())
"""


def killed_after(path: Path, start: int, patience: float) -> int:
    """Let a child append from ``start`` on; kill it ``patience`` s after its first line.

    Returns the last count that it gave: the number of lines it was told are on disk.
    """
    child = subprocess.Popen(
        [sys.executable, "-c", _APPEND, str(path), str(start)],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        cwd=Path(__file__).parents[2],
    )
    assert child.stdout is not None
    with child.stdout:
        first = child.stdout.readline()
        time.sleep(patience)
        child.kill()
        acknowledged = (first + child.stdout.read()).split(b"\n")[:-1]
    assert child.wait() == -signal.SIGKILL
    return int(acknowledged[-1])


def test_nothing_acknowledged_is_lost_by_kill_nine(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    RunWriter.create(path, made_header()).close()
    on_disk = 0
    for patience in (0.0, 0.023, 0.051):
        acknowledged = killed_after(path, on_disk, patience)
        turns = [sample.turn for sample in queries.of_type(read_run(path), Sample)]
        assert turns == list(range(len(turns)))
        assert acknowledged <= len(turns) <= acknowledged + 1
        on_disk = len(turns)
    assert on_disk >= 3


@pytest.mark.parametrize(
    "size", [*(pytest.param(size, marks=pytest.mark.nightly) for size in (1, 2500)), 5000]
)
def test_a_run_killed_within_a_line_goes_on_after_the_last_whole_one(tmp_path: Path, size: int) -> None:
    path = tmp_path / "run.jsonl"
    RunWriter.create(path, made_header()).close()
    on_disk = killed_after(path, 0, 0.01)
    whole = read_run(path)
    with path.open("ab") as stream:
        stream.write(b'{"type":"sample","padding":"' + b"x" * size)
    with RunWriter.resume(path, now=NOW, identity=IDENTITY) as writer:
        assert writer.resumed is not None
        assert writer.resumed.records == whole.records
        assert writer.resumed.torn is not None
    assert len(whole.records) >= on_disk
