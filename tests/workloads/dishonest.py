"""Cheats at one workload: who cheats at which size, and the check that sees it, or why none can."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from concbench.measure.execution import cell_of
from concbench.measure.witness import Testimony, bear_witness
from concbench.models.base import Factory, Model
from concbench.workloads.base import Workload

SECONDS = 20.0
STALL = 0.3
"""More than any of these cells takes, when it is run honestly."""


@dataclass(frozen=True, slots=True)
class Cheat:
    """A dishonest model, or an honest one at a dishonest wording.

    ``check`` is the one that sees it; ``alone``: no other does, so that without it the cheat passes as
    honest. Where no check sees it, ``because`` says why.
    """

    workload: Workload[Any]
    params: Any
    model: Model
    check: str | None = None
    alone: bool = True
    because: str = ""


def witnessed(cheat: Cheat, without: str = "") -> Testimony:
    """Return what the witness says of a cheat, with all checks or without one."""
    with cheat.model.open() as session:
        cell = cell_of(cheat.workload, cheat.params, cheat.model, session)
        seconds = STALL if cheat.check == "completed" else SECONDS
        return bear_witness(cell, seconds=seconds, without=[without])


def assert_as_said(cheat: Cheat) -> None:
    """Hold what is said of a cheat against what the witness says."""
    failures = witnessed(cheat).failures
    if cheat.check is None:
        assert cheat.because
        assert failures == {}
        return
    assert cheat.check in failures
    if cheat.alone:
        assert set(failures) <= {cheat.check, "unwatched"}
        assert witnessed(cheat, without=cheat.check).failures == {}


def worded(workload: Workload[Any], name: str, wording: Callable[[Any, Any], list[Factory]]) -> Workload[Any]:
    """Return the workload with another wording for a dialect, or a model."""
    return replace(workload, versions={**workload.versions, name: wording})
