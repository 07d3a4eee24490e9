"""Workers that a library starts by itself: processes leave the CPU of the loop, interpreters stay."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from concbench.models import executors
from concbench.models.executors import ARRIVING, Grown

pytestmark = pytest.mark.measured_side


def at_once(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run calls as a session would, each in this very process."""
    return [call() for call in calls]


@pytest.mark.parametrize(("kind", "times"), [("process", 1), ("interpreter", 0)])
def test_only_processes_leave_the_cpus_that_they_were_given(
    monkeypatch: pytest.MonkeyPatch, kind: str, times: int
) -> None:
    gone: list[str] = []
    monkeypatch.setattr(executors, "go_anywhere", lambda: gone.append(kind))
    monkeypatch.setattr(executors, "importing", lambda: "")  # the package is here, and is not to come again
    monkeypatch.setitem(ARRIVING, "interpreter", ARRIVING["process"])  # before 3.13 there are none
    Grown(at_once).grown(kind, 1, int, lambda: lambda asked: asked())
    assert len(gone) == times
