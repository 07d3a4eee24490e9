"""Executors of sessions: who is killed leaves no process behind."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from concbench.models import index

pytestmark = [pytest.mark.measured_side, pytest.mark.nightly]

PROGRAM = """
import sys, time
from concbench.models import index
from concbench.workloads.computing.handing import here
if __name__ == "__main__":
    with index.get(sys.argv[1]).open() as session:
        session.rt.executor("process", 2, here)
        print(*session.processes(), flush=True)
        time.sleep(600)
"""
SECONDS = 20.0


def at_work(pid: str) -> bool:
    """Say whether a process is there, and no zombie that nobody waits for."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the system does not tell who is there")
@pytest.mark.parametrize("name", ["asyncio", "threads", "anyio-asyncio", "anyio-trio", "curio"])
def test_processes_end_with_who_started_them_however_that_one_ends(name: str, tmp_path: Path) -> None:
    if (reason := index.get(name).unavailable()) is not None:
        pytest.skip(reason)
    (tmp_path / "program.py").write_text(PROGRAM, encoding="utf-8")
    command = [sys.executable, str(tmp_path / "program.py"), name]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        pids = process.stdout.readline().split()
        assert len(pids) == 2
        assert all(map(at_work, pids))
        process.kill()
    end = time.monotonic() + SECONDS
    while any(map(at_work, pids)) and time.monotonic() < end:
        time.sleep(0.05)
    assert not any(map(at_work, pids))
