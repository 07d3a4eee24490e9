"""A client: its worker is started when it is needed, replaced when it is lost, and ended."""

from pathlib import Path
from typing import Any

import pytest

from concbench.drive.host.interpreters import Interpreter
from concbench.drive.plan import Contender
from concbench.drive.workers.client import WorkerClient
from concbench.drive.workers.launch import WorkerLost
from concbench.outcomes import IN_DOUBT

CONTENDER = Contender(
    "asyncio",
    "asyncio",
    "3.13",
    Interpreter(Path("/usr/bin/python")),
    "coroutine",
    (),
    "loop",
    "teaching",
    frozenset(),
)
LOST = WorkerLost("timeout", "no answer within 3 s", "first\nlast line\n")


class Room:
    """Where workers are started: each answers from ``answers``; an error among them is raised."""

    def __init__(self, *answers: Any, unavailable: str | None = None) -> None:
        self.answers, self.log = list(answers), []  # type: list[Any], list[Any]
        self.greeting = {"unavailable": unavailable, "version": "1"}

    def start(self, contender: Contender) -> Any:
        self.log.append(f"start {contender.id}")
        return self

    def request(self, message: dict[str, Any], seconds: float) -> dict[str, Any]:
        self.log.append((message["op"], seconds))
        answer = self.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return dict(answer)

    def close(self) -> dict[str, Any]:
        return {}

    def kill(self) -> None:
        self.log.append("kill")


def test_one_worker_answers_everything_and_is_ended() -> None:
    room = Room({"said": 1}, {"said": 2})
    with WorkerClient(room.start, CONTENDER) as client:
        assert [client.ask({"op": "a"}, 3.0), client.ask({"op": "b"}, 4.0)] == [{"said": 1}, {"said": 2}]
    assert room.log == ["start asyncio", ("a", 3.0), ("b", 4.0), "kill"]


def test_nobody_starts_a_worker_that_is_asked_nothing() -> None:
    room = Room()
    with WorkerClient(room.start, CONTENDER):
        """Ask nothing."""
    assert room.log == []


@pytest.mark.parametrize("outcome", sorted(IN_DOUBT))
def test_a_worker_in_doubt_is_replaced(outcome: str) -> None:
    room = Room({"outcome": outcome, "reason": "why"}, {"said": 2})
    with WorkerClient(room.start, CONTENDER) as client:
        assert client.ask({"op": "a"}, 3.0) == {"outcome": outcome, "reason": "why"}
        assert client.ask({"op": "b"}, 3.0) == {"said": 2}
    assert room.log == ["start asyncio", ("a", 3.0), "kill", "start asyncio", ("b", 3.0), "kill"]


def test_what_cannot_be_expressed_leaves_no_doubt() -> None:
    room = Room({"outcome": "not-expressible", "reason": "why"}, {"said": 2})
    with WorkerClient(room.start, CONTENDER) as client:
        client.ask({"op": "a"}, 3.0)
        client.ask({"op": "b"}, 3.0)
    assert room.log.count("kill") == 1


def test_a_lost_worker_is_an_outcome_with_its_last_words_and_is_replaced() -> None:
    room = Room(LOST, {"said": 2})
    with WorkerClient(room.start, CONTENDER) as client:
        answer = client.ask({"op": "a"}, 3.0)
        assert answer == {"outcome": "timeout", "reason": "no answer within 3 s: last line"}
        assert client.ask({"op": "b"}, 3.0) == {"said": 2}


def test_an_unavailable_model_is_not_asked() -> None:
    room = Room(unavailable="not for this Python")
    with WorkerClient(room.start, CONTENDER) as client:
        assert client.greet()["version"] == "1"
        assert client.ask({"op": "a"}, 3.0) == {"outcome": "unavailable", "reason": "not for this Python"}
    assert room.log == ["start asyncio", "kill"]


def test_a_worker_that_does_not_come_up_is_an_outcome() -> None:
    def start(_contender: Contender) -> Any:
        raise LOST

    with WorkerClient(start, CONTENDER) as client:
        assert client.greet()["outcome"] == "timeout"
        assert client.ask({"op": "a"}, 3.0)["reason"].endswith("last line")


def test_an_error_in_the_block_ends_the_worker_too() -> None:
    room = Room(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt), WorkerClient(room.start, CONTENDER) as client:
        client.ask({"op": "a"}, 3.0)
    assert room.log[-1] == "kill"


@pytest.mark.parametrize(
    ("closed", "said"),
    [
        ({"close_ns": 5, "left": None}, None),
        ({}, None),
        (
            {"close_ns": 5, "left": "process 7 (sleep 600)"},
            "left process 7 (sleep 600) when its model was closed",
        ),
        (LOST, "no answer within 3 s: last line"),
    ],
)
def test_what_goes_wrong_when_a_model_is_closed_is_said(closed: Any, said: str | None) -> None:
    class Closing(Room):
        def close(self) -> dict[str, Any]:
            self.log.append("close")
            if isinstance(closed, BaseException):
                raise closed
            return dict(closed)

    room = Closing({"said": 1})
    with WorkerClient(room.start, CONTENDER) as client:
        assert client.close() is None
        client.ask({"op": "a"}, 3.0)
        assert client.close() == said
    assert room.log == ["start asyncio", ("a", 3.0), "close"]
