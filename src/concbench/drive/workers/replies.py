"""Replies: the reading end of a worker's pipe, bounded in length and in time, and what its lines mean.

Code under measurement can write into that pipe, by mistake or by design; nothing that it writes may hold up
the driver, fill its memory, or raise anything but what is named here.
"""

import json
import os
import select
from collections.abc import Sequence
from time import monotonic
from typing import Any, NoReturn

from concbench.drive.workers.answers import complaint_about
from concbench.words import shown

Message = dict[str, Any]

MOST_BYTES = 16 << 20
"""No answer is longer: a traced cell of 500 tasks takes a hundredth."""

CHUNK = 1 << 16
MOST_SHOWN = 60


class Silence(Exception):
    """No whole line came in time."""


class Hangup(Exception):
    """The process has ended, or closed its end of the pipe, before a whole line came."""


class NoAnswer(Exception):
    """What came is no answer; says what it is."""


class Lines:
    """Lines from a pipe; ``ends`` are file descriptors that are readable once the writer has ended."""

    def __init__(self, fd: int, ends: Sequence[int] = ()) -> None:
        self._fd, self._buffer = fd, bytearray()
        self._poll = select.poll()
        for watched in (fd, *ends):
            self._poll.register(watched, select.POLLIN)

    def next(self, deadline: float) -> bytes:
        """Return the next line; raises Silence at the deadline (of ``monotonic``), Hangup and NoAnswer."""
        looked_at = 0
        while (end := self._buffer.find(b"\n", looked_at)) < 0:
            looked_at = len(self._buffer)
            if looked_at > MOST_BYTES:
                raise NoAnswer(f"more than {MOST_BYTES >> 20} MiB without an end of line")
            self._read(deadline)
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line

    def _read(self, deadline: float) -> None:
        left = deadline - monotonic()
        events = dict(self._poll.poll(1000 * left)) if left > 0 else {}
        if not events:
            raise Silence
        data = os.read(self._fd, CHUNK) if self._fd in events else b""
        if not data:
            raise Hangup
        self._buffer += data

    def unasked(self) -> bool:
        """Say whether something came that nobody has asked for."""
        events = dict(self._poll.poll(0))
        return bool(self._buffer) or bool(events.get(self._fd, 0) & select.POLLIN)


def message_in(line: bytes, number: int, kind: str, request: Message | None = None) -> Message:
    """Return the message of a kind in a line, without its number; raises NoAnswer.

    ``number`` is the one that the answer to ``request`` has to have.
    """
    message = object_in(line)
    said = message.pop("id", None)
    if type(said) is not int or said != number:
        raise NoAnswer(f"an answer with the number {shown(said, MOST_SHOWN)} instead of {number}")
    return checked(message, kind_of(message, kind), request)


def checked(message: Message, kind: str, request: Message | None) -> Message:
    """Return a message of a kind, the answer to ``request``; raises NoAnswer."""
    complaint = complaint_about(kind, message, request)
    if complaint is not None:
        raise NoAnswer(complaint)
    return message


def kind_of(message: Message, kind: str) -> str:
    """Return which kind a message is that comes on the way to the answer to a request of ``kind``."""
    return "tick" if kind == "step" and "tick" in message else kind


def object_in(line: bytes) -> Message:
    """Return the JSON object in a line; raises NoAnswer."""
    try:
        message = json.loads(line.decode(), parse_constant=_refuse)
    except UnicodeDecodeError as error:
        raise NoAnswer(f"what is not UTF-8 ({shown(line[:MOST_SHOWN], MOST_SHOWN)})") from error
    except ValueError as error:
        raise NoAnswer(f"what is no JSON ({shown(line[:MOST_SHOWN], MOST_SHOWN)})") from error
    except RecursionError as error:
        raise NoAnswer(f"JSON that is nested too deeply ({shown(line[:MOST_SHOWN], MOST_SHOWN)})") from error
    if type(message) is not dict:
        raise NoAnswer(f"JSON that is no object ({shown(line[:MOST_SHOWN], MOST_SHOWN)})")
    return message


def _refuse(name: str) -> NoReturn:
    raise ValueError(name)
