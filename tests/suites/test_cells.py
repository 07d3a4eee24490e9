"""Cells for other front ends: which are there, how often they run, and what a worker says of them."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import cells
from benchmarks.cells import WrongResult
from concbench.drive.workers import launch
from tests.suites import made


@pytest.fixture
def catalogue(monkeypatch: pytest.MonkeyPatch) -> made.Catalogue:
    return made.install(monkeypatch)


def cell_on(session: made.Session, tasks: int = 4) -> cells.Cell:
    return cells.Cell(made.WORKLOAD, made.Catalogue().model("generator"), made.Params(tasks), session)


def test_a_cell_is_open_until_its_context_ends(catalogue: made.Catalogue) -> None:
    with cells.opened("made", "generator", {"tasks": 3}) as cell:
        assert cell.params == made.Params(3)
        assert catalogue.closed == 0
    assert catalogue.closed == 1


def test_what_a_session_lends_is_asked_for_once_before_there_is_a_batch(catalogue: made.Catalogue) -> None:
    looks: list[str] = []

    class Looked(made.Session):
        def __getattribute__(self, name: str) -> Any:
            looks.extend([name] if name in ("rt", "run") else [])
            return super().__getattribute__(name)

    catalogue.session = Looked()
    with cells.opened("made", "generator", {"tasks": 3}) as cell:
        cells.slice_of(cell, 4)
    assert sorted(looks) == ["rt", "run"]


@pytest.mark.parametrize(
    ("model", "tasks", "reason"),
    [
        ("polling", 4, "it has no polls"),
        ("generator", 13, "there is no thirteenth"),
        ("missing", 4, "it is not installed"),
        ("fibres", 4, "this commit has no 'fibres'"),
    ],
)
def test_a_cell_that_cannot_be_is_not_here_with_the_reason(
    catalogue: made.Catalogue, model: str, tasks: int, reason: str
) -> None:
    with pytest.raises(cells.NotHere, match=reason), cells.opened("made", model, {"tasks": tasks}):
        pass


def test_a_commit_whose_workload_is_another_version_has_no_figure(
    catalogue: made.Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(cells.WORKLOADS, "made", "2")
    with (
        pytest.raises(cells.NotHere, match="made is version 1; measured here is 2"),
        cells.opened("made", "generator", {}),
    ):
        pass


@given(seconds=st.floats(1e-6, 0.5), tasks=st.integers(1, 12))
def test_a_settled_slice_is_long_enough_and_hardly_longer(seconds: float, tasks: int) -> None:
    session = made.Session(seconds=seconds)
    number, took = cells.settle(cell_on(session, tasks), 0.02, session.clock)
    assert took >= 0.02
    assert number == 1 or took <= 0.02 * 2.5


def test_settling_judges_what_it_runs() -> None:
    session = made.Session(wrong=True)
    with pytest.raises(WrongResult, match="task 3 returned -1 instead of 3"):
        cells.settle(cell_on(session), 0.02, session.clock)


def test_a_run_that_is_faster_than_its_floor_is_no_run() -> None:
    session = made.Session(seconds=0.001)
    cell = replace(cell_on(session), workload=replace(made.WORKLOAD, floor=lambda _p: 0.5))
    with pytest.raises(WrongResult, match=r"took 0\.004000 s, and cannot take less than 0\.5"):
        cells.settle(cell, 0.02, session.clock)


def test_a_timer_reads_in_seconds_per_operation() -> None:
    clock = made.Clock(10.0)
    timer = cells.PerOperation(clock, "task")
    assert timer() == 10.0
    timer.operations = 4
    before = timer()
    clock.now += 2.0
    assert timer() - before == 0.5


def test_a_count_is_that_of_the_unit() -> None:
    counts = cells.Counts(tasks=3, suspensions=12)
    assert [counts.of("run"), counts.of("task"), counts.of("suspension")] == [1, 3, 12]


class Link:
    """A worker that greets and answers as it was told to."""

    def __init__(self, answer: dict[str, Any], unavailable: str | None = None) -> None:
        self.told, self.greeting, self.ended = answer, {"unavailable": unavailable}, False
        self.asked: list[dict[str, Any]] = []

    def request(self, message: dict[str, Any], _seconds: float) -> dict[str, Any]:
        self.asked.append(message)
        return self.told

    def kill(self) -> None:
        self.ended = True


def asked(monkeypatch: pytest.MonkeyPatch, link: Link) -> Link:
    monkeypatch.setattr(launch, "launch", lambda *_: link)
    return link


def test_the_witness_is_asked_in_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    link = asked(monkeypatch, Link({"tasks": 4, "suspensions": 8, "checks": {}}))
    assert cells.witness(cell_on(made.Session())) == cells.Counts(4, 8)
    assert link.ended
    assert [(one["op"], one["workload"], one["params"]) for one in link.asked] == [
        ("verify", "made", {"tasks": 4})
    ]


@pytest.mark.parametrize("outcome", ["not-expressible", "unavailable"])
def test_what_cannot_be_is_no_failure(monkeypatch: pytest.MonkeyPatch, outcome: str) -> None:
    link = asked(monkeypatch, Link({"outcome": outcome, "reason": "so it is"}))
    with pytest.raises(cells.NotHere, match="so it is"):
        cells.witness(cell_on(made.Session()))
    assert link.ended


def test_a_model_that_the_worker_lacks_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    asked(monkeypatch, Link({}, unavailable="no such library"))
    with pytest.raises(cells.NotHere, match="no such library"):
        cells.witness(cell_on(made.Session()))


@pytest.mark.parametrize("outcome", ["invalid", "crashed", "timeout", "exhausted"])
def test_any_other_outcome_is_a_failure(monkeypatch: pytest.MonkeyPatch, outcome: str) -> None:
    link = asked(monkeypatch, Link({"outcome": outcome, "reason": "two tasks started"}))
    with pytest.raises(cells.Failed, match=f"{outcome}: two tasks started"):
        cells.witness(cell_on(made.Session()))
    assert link.ended
