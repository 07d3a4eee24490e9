"""Lines from a pipe are bounded in length and in time, and what is no answer is named."""

import contextlib
import json
import os
import threading
from collections.abc import Iterator
from time import monotonic

import pytest

from concbench.drive.workers import replies
from concbench.drive.workers.replies import Hangup, Lines, NoAnswer, Silence, message_in


class Pipe:
    def __init__(self) -> None:
        self.read, self.write = os.pipe()
        self.lines = Lines(self.read)

    def say(self, data: bytes) -> None:
        os.write(self.write, data)

    def hang_up(self) -> None:
        os.close(self.write)


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    made = Pipe()
    yield made
    os.close(made.read)


def soon() -> float:
    return monotonic() + 0.05


def later() -> float:
    return monotonic() + 60


def test_lines_come_one_by_one(pipe: Pipe) -> None:
    pipe.say(b"one\ntw")
    assert pipe.lines.next(later()) == b"one"
    pipe.say(b"o\n")
    assert pipe.lines.next(later()) == b"two"


def test_silence_ends_at_the_deadline(pipe: Pipe) -> None:
    pipe.say(b"half a line")
    with pytest.raises(Silence):
        pipe.lines.next(soon())


def test_bytes_that_dribble_for_ever_do_not_put_the_deadline_off(pipe: Pipe) -> None:
    over = threading.Event()

    def dribble() -> None:
        while not over.is_set():
            pipe.say(b".")

    dribbling = threading.Thread(target=dribble)
    dribbling.start()
    with pytest.raises(Silence):
        pipe.lines.next(soon())
    over.set()
    os.set_blocking(pipe.read, False)
    while dribbling.is_alive():
        with contextlib.suppress(BlockingIOError):
            os.read(pipe.read, 1 << 16)
    dribbling.join()


def test_a_line_without_an_end_is_bounded(pipe: Pipe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replies, "MOST_BYTES", 1 << 15)
    pipe.say(b"x" * (1 << 15) + b"x")
    with pytest.raises(NoAnswer, match="without an end of line"):
        pipe.lines.next(later())


def test_an_end_before_the_end_of_the_line_is_told(pipe: Pipe) -> None:
    pipe.say(b"half a line")
    pipe.hang_up()
    with pytest.raises(Hangup):
        pipe.lines.next(later())


def test_what_nobody_asked_for_is_seen(pipe: Pipe) -> None:
    assert not pipe.lines.unasked()
    pipe.say(b"one\ntwo\n")
    assert pipe.lines.unasked()
    pipe.lines.next(later())
    assert pipe.lines.unasked()  # it has been read already
    pipe.lines.next(later())
    assert not pipe.lines.unasked()


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"", "what is no JSON (b'')"),
        (b"\xff{}", "what is not UTF-8 (b'\\xff{}')"),
        (b"{", "what is no JSON (b'{')"),
        (b"3", "JSON that is no object (b'3')"),
        (b"null", "JSON that is no object (b'null')"),
        (b"[]", "JSON that is no object (b'[]')"),
        (b'{"close_ns": NaN}', "what is no JSON"),
        (b'{"close_ns": Infinity}', "what is no JSON"),
        (b"1" * 10_000, "what is no JSON"),
        (b"{}", "an answer with the number None instead of 4"),
        (b'{"id": 3}', "an answer with the number 3 instead of 4"),
        (b'{"id": true}', "an answer with the number True instead of 4"),
        (b'{"id": 4}', "a wrong close: close.close_ns is missing"),
        (b'{"id": 4, "close_ns": -1}', "a wrong close: close.close_ns is -1, not"),
        (b'{"id": 4, "close_ns": 1e999}', "a wrong close: close.close_ns is inf, not"),
        (b'{"id": 4, "tick": 1}', "a wrong close: close has 'tick', which is none"),
        (b"\x1b[2J", "what is no JSON (b'\\x1b[2J')"),
    ],
)
def test_what_is_no_answer_is_named(line: bytes, why: str) -> None:
    with pytest.raises(NoAnswer) as caught:
        message_in(line, 4, "close")
    assert str(caught.value).startswith(why)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 300


def test_what_is_nested_too_deeply_is_named() -> None:
    with pytest.raises(NoAnswer, match=r"nested too deeply|no JSON"):
        message_in(b'{"a":' * 200_000, 4, "close")


def test_an_answer_comes_without_its_number() -> None:
    assert message_in(b'{"id": 4, "close_ns": 1}', 4, "close") == {"close_ns": 1}


def test_ticks_come_on_the_way_of_stepping_alone() -> None:
    tick = json.dumps({"id": 4, "tick": 0.5}).encode()
    assert message_in(tick, 4, "step") == {"tick": 0.5}
    with pytest.raises(NoAnswer):
        message_in(tick, 4, "turn", {"number": 1})
