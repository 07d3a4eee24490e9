"""A load of connections where the system allows few files, or that is stopped: told, and nothing is left."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

pytestmark = [
    pytest.mark.nightly,
    pytest.mark.skipif(sys.platform != "linux", reason="finds processes in /proc"),
]

QUICKLY = Path(__file__).with_name("quickly.py")
ECHO = ("run", "-w", "echo", "-m", "asyncio,threads", "-p", "requests=20", "--preset", "quick")
NO_PAGE = ("--no-report", "--no-memory")


def started(folder: Path, *more: str, files: int | None = None) -> subprocess.Popen[str]:
    """Start a run whose processes are known by the folder that they were started in."""
    limit = f"ulimit -n {files}; " if files else ""
    words = [sys.executable, "-P", str(QUICKLY), *ECHO, *NO_PAGE, *more, "-o", str(folder / "run.jsonl")]
    command = ["bash", "-c", f'{limit}exec "$@"', "-", *words]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return subprocess.Popen(command, cwd=folder, **pipes)


def left_in(folder: Path) -> list[str]:
    """Return the command lines of the processes that are at home in a folder."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if (place / "cwd").readlink() == folder:
                found.append((place / "cmdline").read_text().replace("\0", " ")[:80])
        except OSError:
            continue
    return found


def nothing_left(folder: Path) -> None:
    deadline = time.monotonic() + 30
    while left := left_in(folder):
        assert time.monotonic() < deadline, left
        time.sleep(0.1)


def outcomes(file: Path) -> dict[tuple[int, str], str]:
    """Return what became of each cell, by connections and contender."""
    command = [sys.executable, "-m", "concbench", "show", str(file), "--json"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    cells = json.loads(said)["cells"]
    return {(one["params"]["connections"], one["contender"]): one["outcome"]["name"] for one in cells}


def test_a_run_that_may_open_64_files_tells_which_cells_that_is_too_few_for(tmp_path: Path) -> None:
    with started(tmp_path, "-p", "connections=3,100", files=64) as run:
        said, _ = run.communicate(timeout=300)
    assert "ulimit -n" in said
    assert outcomes(tmp_path / "run.jsonl") == {
        **{(3, model): "ok" for model in ("asyncio", "threads")},
        **{(100, model): "exhausted" for model in ("asyncio", "threads")},
    }
    nothing_left(tmp_path)


def test_a_run_that_is_stopped_leaves_no_companion_and_goes_on_when_it_is_resumed(tmp_path: Path) -> None:
    file = tmp_path / "run.jsonl"
    with started(tmp_path, "-p", "connections=3") as run:
        deadline = time.monotonic() + 60
        while not any("-I -S" in one for one in left_in(tmp_path)):  # a companion is at work
            assert time.monotonic() < deadline
            time.sleep(0.01)
        run.send_signal(signal.SIGINT)
        run.communicate(timeout=60)
    nothing_left(tmp_path)
    command = [sys.executable, "-P", str(QUICKLY), "run", "--resume", str(file), "--no-report"]
    subprocess.run(command, check=True, capture_output=True, cwd=tmp_path, timeout=300)
    assert set(outcomes(file).values()) == {"ok"}
    nothing_left(tmp_path)
