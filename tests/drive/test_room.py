"""Room: when a worker has taken too much, what it is told, and what becomes of one that goes on."""

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from concbench.drive.workers import room
from concbench.drive.workers.launch import launch
from concbench.drive.workers.room import (
    COUNT_SECONDS,
    FULL,
    GIB,
    KEPT_BYTES,
    KEPT_THREADS,
    OVERRUN_BYTES,
    Guard,
    Overrun,
    RoomUsed,
)
from concbench.models import index

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody tells the resident set")
PLENTY = 8 * GIB


@dataclass
class FakeChild:
    """A process that hears signals."""

    pid: int = 1
    heard: list[int] = field(default_factory=list)

    def signal(self, number: int) -> None:
        self.heard.append(number)


@pytest.mark.parametrize(
    ("used", "reason"),
    [
        (RoomUsed(2 * GIB, PLENTY, 30_000), None),
        (RoomUsed(None, None, None), None),
        (RoomUsed(2 * GIB + 1, PLENTY, 30_000),
         "the worker held 2 GiB, the most that it may (--most-memory)"),
        (RoomUsed(1 * GIB, KEPT_BYTES - 1, 30_000),
         "all memory of this machine but 1 GiB was taken, 1.0 GiB of it by the worker"),
        (RoomUsed(1 * GIB, PLENTY, KEPT_THREADS - 1),
         "all threads that this system can have but 2000, which others need, were taken"),
    ],
)  # fmt: skip
def test_too_much_is_the_limit_and_what_others_need(used: RoomUsed, reason: str | None) -> None:
    assert used.too_much(2 * GIB) == reason


class Story:
    """What is read of a worker that may hold 2 GiB, look by look, and at which times (s)."""

    def __init__(self, patch: pytest.MonkeyPatch, *held: float) -> None:
        self.held, self.now = list(held), 0.0
        self.child = FakeChild()
        self.guard = Guard(self.child, 2 * GIB)  # type: ignore[arg-type]
        patch.setattr(room.RoomUsed, "by", lambda _pid: RoomUsed(int(self.held.pop(0)), PLENTY, 30_000))
        patch.setattr(room, "monotonic", lambda: self.now)


def test_who_takes_more_than_it_may_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    story = Story(monkeypatch, GIB, 3 * GIB, 2.1 * GIB, 2.2 * GIB)
    for told in ([], [FULL], [FULL], [FULL]):
        story.guard.look()
        assert story.child.heard == told
    assert story.guard.explained({"outcome": "exhausted", "reason": "told", "at": 7}) == {
        "outcome": "exhausted",
        "reason": "the worker held 2 GiB, the most that it may (--most-memory); told",
        "at": 7,
    }


def test_who_goes_on_taking_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    story = Story(monkeypatch, 3 * GIB, 2 * GIB + OVERRUN_BYTES + 1)
    story.guard.look()
    with pytest.raises(Overrun, match=r"held 2 GiB.*ended before it could say how many"):
        story.guard.look()


def test_who_does_not_answer_is_not_waited_for_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    story = Story(monkeypatch, 3 * GIB, 2 * GIB)
    story.guard.look()
    story.now += COUNT_SECONDS + 1
    with pytest.raises(Overrun):
        story.guard.look()


def test_an_answer_that_crosses_the_signal_is_no_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    story = Story(monkeypatch, 3 * GIB)
    answer: dict[str, Any] = {"runs": 1}
    assert story.guard.explained(answer) == answer
    story.guard.look()
    assert story.guard.explained(answer)["outcome"] == "exhausted"


@LINUX
@pytest.mark.measured_side
@pytest.mark.parametrize("model", ["asyncio", "gevent"])
def test_a_worker_says_how_many_tasks_were_alive_when_its_memory_was_used_up(model: str) -> None:
    if (reason := index.get(model).unavailable()) is not None:
        pytest.skip(reason)
    request = {"op": "once", "workload": "parked", "params": {"tasks": 200_000}}
    link = launch(Path(sys.executable), model, most_memory=0.15)
    try:
        answer = link.request(request, 60.0)
    finally:
        link.kill()
    assert answer["outcome"] == "exhausted"
    assert answer["reason"].startswith("the worker held 0.15 GiB")
    assert 10_000 < answer["at"] < 200_000
