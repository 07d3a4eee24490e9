"""Cells with their companions, for the tests of loads that have sockets."""

import gc
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from concbench.drive.workers.launch import launch
from concbench.measure.companions import ENDS_WITH_US
from concbench.measure.execution import Cell, cell_of, opening
from concbench.measure.witness import Testimony, bear_witness
from concbench.models.base import Model
from concbench.workloads.base import Workload
from tests.measure.odd import wait_until

LINGERING = "06"
"""A connection's state TIME_WAIT, as /proc has it."""


@contextmanager
def cell_beside(workload: Workload[Any], params: Any, model: Model) -> Iterator[Cell]:
    """Yield a cell in a session of its model, its companion at work."""
    with opening(model) as session, cell_of(workload, params, model, session).surroundings() as cell:
        yield cell


def witnessed(
    workload: Workload[Any], params: Any, model: Model, without: Collection[str] = (), seconds: float = 30
) -> Testimony:
    """Return what the witness says of a cell."""
    with cell_beside(workload, params, model) as cell:
        return bear_witness(cell, seconds=seconds, without=without)


def failed(workload: Workload[Any], params: Any, model: Model, without: Collection[str] = ()) -> set[str]:
    """Return the names of the checks that fail."""
    return set(witnessed(workload, params, model, without).failures)


def open_files() -> int:
    """Return how many files this process has open, when what earlier tests have left behind is closed."""
    gc.collect()
    return len(list(Path("/proc/self/fd").iterdir()))


def lingering(port: int) -> int:
    """Return how many connections with a port on either side linger, closed."""
    rows = [line.split()[1:4] for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    ours = f":{port:04X}"
    return sum(
        state == LINGERING and (local.endswith(ours) or remote.endswith(ours))
        for local, remote, state in rows
    )


MARK = "CONCBENCH_TEST_MARK"


def marked(mark: str, code: str = "") -> int:
    """Return how many processes there are that were started with a mark, and with some code on their line."""
    word, found = f"{MARK}={mark}".encode(), 0
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            ours = word in (place / "environ").read_bytes().split(b"\0")
            found += ours and code.encode() in (place / "cmdline").read_bytes()
    return found


@contextmanager
def nothing_left() -> Iterator[str]:
    """Mark the processes that are started within, and see to it that none is there in the end."""
    mark = uuid4().hex
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(MARK, mark)
        yield mark
    if sys.platform == "linux":
        wait_until(lambda: marked(mark) == 0)


def answer_of(model: str, plugin: Path, workload: str, **params: int) -> dict[str, Any]:
    """Have a worker witness a workload of a plug-in, and say what came of it; its companion is gone then."""
    with nothing_left() as mark:
        worker = launch(Path(sys.executable), model, plugins=[str(plugin)])
        request = {"op": "witness", "workload": workload, "params": params, "seconds": 20.0}
        try:
            said: dict[str, Any] = worker.request(request, 60.0)
            assert marked(mark, ENDS_WITH_US.strip()) == 0
        finally:
            worker.kill()
    return said
