"""Cells with their companions, for the tests of loads that have sockets; standard library only."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from concbench.measure.execution import Cell, cell_of, opening
from concbench.measure.witness import Testimony, bear_witness
from concbench.models.base import Model
from concbench.workloads.base import Workload

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


def lingering(port: int) -> int:
    """Return how many connections with a port on either side linger, closed."""
    rows = [line.split()[1:4] for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    ours = f":{port:04X}"
    return sum(
        state == LINGERING and (local.endswith(ours) or remote.endswith(ours))
        for local, remote, state in rows
    )
