"""What exercises are held to whose tasks have to do with each other: limits, order, sockets, cancelling.

As in :mod:`concbench.lessons.tasks`, nothing is timed. Standard library only.
"""

from collections.abc import Generator, Sequence
from dataclasses import replace
from functools import partial
from socket import socket, socketpair
from typing import Any

from concbench.lessons.tasks import (
    LONG_S,
    Params,
    checked,
    each,
    expected,
    made,
    of_any,
    sleeping,
    too_busy,
)
from concbench.models.base import Factory
from concbench.words import shown

Work = Generator[Any, Any, Any]

MANY_BYTES = 3_000_000
"""More than the system keeps for a socket that nobody reads from."""

WORDS = b"to be or not"


def limited(rt: Any, p: Params) -> Work:
    """Limit what is quick, what sleeps for long, and what never ends; note whether each was ended."""
    ended: list[str] = []

    def quick() -> Work:
        yield from rt.sleep(p.seconds / 4)
        return 123

    def endless(name: str) -> Work:
        try:
            if name == "sleeping":
                yield from rt.sleep(LONG_S)
            while True:
                yield
        finally:
            ended.append(name)

    began = rt.now()
    told = [(yield from made(rt, "timeout", LONG_S, quick()))]
    for name in ("sleeping", "yielding"):
        told.append((yield from made(rt, "timeout", p.seconds, endless(name))))
    return told, ended, rt.now() - began


def unlimited(result: tuple[list[Any], list[str], float], p: Params) -> str | None:
    """Say that a limit was none."""
    told, ended, seconds = result
    if told != [(123, True), (None, False), (None, False)]:
        return (
            f"timeout returned {told[0]!r} for what is quick, {told[1]!r} for what sleeps long, {told[2]!r}"
            " for what never ends; it has to return (123, True), (None, False) and (None, False)"
        )
    if ended != ["sleeping", "yielding"]:
        return (
            f"what is over its time has to be ended, as close() and throw() do, and of two {len(ended)} were"
        )
    if seconds < 2 * p.seconds or seconds > LONG_S / 2:
        return f"two limits of {p.seconds:g} s took {seconds:.3f} s"
    return None


def sleepers_in_line(rt: Any, p: Params) -> list[Factory]:
    """Tasks with deadlines of their own, which note the order in which they went on."""
    woken: list[int] = []

    def sleeper(index: int, seconds: float) -> Work:
        work = rt.sleep(seconds)
        due = work.send(None)
        yield due
        woken.append(index)
        return due, len(woken)

    shuffled = [7 * index % p.tasks for index in range(p.tasks)]
    return [partial(sleeper, index, p.seconds * (1 + one)) for index, one in enumerate(shuffled)]


def out_of_line(results: Sequence[tuple[float, int]], _p: Params) -> str | None:
    """Say that a task went on before another one whose deadline was earlier."""
    for due, place in results:
        ahead = [other for other, where in results if where < place and other > due]
        if ahead:
            return f"a task went on before one whose deadline was {1e3 * (ahead[0] - due):.0f} ms earlier"
    return None


def inside(rt: Any, p: Params) -> list[Factory]:
    """One is inside and sleeps, and the others wait in line; each returns what its sleep inside was like."""
    door = rt.program.Semaphore(1)

    def visitor() -> Work:
        yield from door.acquire()
        seen = yield from sleeping(rt, p)
        yield from door.release()
        return seen

    return [visitor] * p.tasks


def empty(rt: Any, p: Params) -> list[Factory]:
    """Who gets waits, while who puts sleeps; each returns what that sleep was like."""
    put, get = rt.program.queue(1)

    def producer() -> Work:
        seen = yield from sleeping(rt, p)
        for _ in range(p.tasks - 1):
            yield from put(seen)
        return seen

    return [producer, *[get] * (p.tasks - 1)]


def pair_of() -> tuple[socket, socket]:
    """Return two connected sockets, neither of which ever blocks."""
    pair = socketpair()
    for one in pair:
        one.setblocking(False)
    return pair


def sending(rt: Any, _p: Params) -> Work:
    """Send more than the system takes at once; return how much arrives, and what was raised."""
    ours, theirs = pair_of()
    raised: list[str] = []

    def sender() -> Work:
        with ours:
            try:
                yield from made(rt, "send_all", ours, bytes(MANY_BYTES))
            except BlockingIOError:
                raised.append("BlockingIOError")

    yield "start", [sender()]
    arrived = 0
    with theirs:
        yield from rt.readable(theirs)
        while data := theirs.recv(65536):
            arrived += len(data)
            yield from rt.readable(theirs)
    return arrived, raised


def unsent(result: tuple[int, list[str]], _p: Params) -> str | None:
    """Say that not all arrived, and why."""
    arrived, raised = result
    if raised:
        return f"send_all raised {raised[0]} after {arrived} bytes: it sent more than there was room for"
    return None if arrived == MANY_BYTES else f"{arrived} bytes arrived of {MANY_BYTES}"


def receiving(rt: Any, p: Params) -> Work:
    """Receive by fours what is sent by threes, and then more than there is."""
    ours, theirs = pair_of()

    def sender() -> Work:
        with ours:
            for start in range(0, len(WORDS), 3):
                ours.send(WORDS[start : start + 3])
                yield from rt.sleep(p.seconds / 10)

    yield "start", [sender()]
    got = []
    with theirs:
        for _ in range(len(WORDS) // 4):
            got.append((yield from made(rt, "receive", theirs, 4)))
        try:
            yield from made(rt, "receive", theirs, 4)
        except EOFError:
            got.append("EOFError")
    return got


def by_fours(_p: Params) -> list[Any]:
    """Return what is to be received."""
    return [*(WORDS[start : start + 4] for start in range(0, len(WORDS), 4)), "EOFError"]


def racing(rt: Any, p: Params, *, name: str) -> Work:
    """Have three of different speed run; note who was done, or had ended, when the first is told."""
    done: list[str] = []
    ended: list[str] = []

    def runner(number: int, times: int) -> Work:
        try:
            for _ in range(times):
                yield
            done.append(f"runner {number}")
            return number
        finally:
            ended.append(f"runner {number}")

    runners = [runner(1, 40 * p.times), runner(2, p.times), runner(3, 20 * p.times)]
    won = yield from made(rt, name, runners)
    now = (list(done), sorted(ended))
    for _ in range(100 * p.times):
        yield
    return won, *now, done


def first_told(result: tuple[Any, list[str], list[str], list[str]], _p: Params) -> str | None:
    """Say that it was not the first that was told, or that the others were kept from going on."""
    _, _, ended, done = result
    if wrong := not_the_first("first", result):
        return wrong
    if ended != ["runner 2"] or sorted(done) != EVERYBODY:
        return (
            f"the others have to go on, and in the end only {', '.join(done)} had come to an end of their own"
        )
    return None


def race_told(result: tuple[Any, list[str], list[str], list[str]], _p: Params) -> str | None:
    """Say that it was not the first that was told, or that the others were not cancelled, or not yet."""
    _, _, ended, done = result
    if wrong := not_the_first("race", result):
        return wrong
    if done != ["runner 2"]:
        return f"the others have to be cancelled, and yet {', '.join(done)} came to an end of their own"
    if ended != EVERYBODY:
        return f"when race returned only {', '.join(ended)} had ended: it has to wait for who cleans up"
    return None


def not_the_first(name: str, result: tuple[Any, list[str], list[str], list[str]]) -> str | None:
    """Say that something else was told than what runner 2 returned, or later than it could be."""
    won, done, _, _ = result
    if won != 2:
        return f"{name} returned {shown(won)}, and the first to end was runner 2, which returned 2"
    if done != ["runner 2"]:
        return f"{name} returned when {', '.join(done)} were done: it has to return when the first is"
    return None


def failing(rt: Any, p: Params) -> Work:
    """Start one that fails and one that does not, and join both."""

    def bad() -> Work:
        yield from rt.sleep(p.seconds / 4)
        raise ValueError("bad")

    def good() -> Work:
        yield from rt.sleep(p.seconds / 2)
        return 123

    tasks = yield "start", [bad(), good()]
    told = []
    for task in tasks:
        try:
            told.append((yield from made(rt, "join", task)))
        except ValueError as error:
            told.append(repr(error))
    return told


EVERYBODY = ["runner 1", "runner 2", "runner 3"]

IN_LINE = checked(
    "order", "sleepers go on in the order of their deadlines", {"delegating": sleepers_in_line},
    lambda _result, _p: None, params=Params(tasks=20, seconds=0.003),
)  # fmt: skip

WORKLOADS = [
    checked("timeout", "tasks have a limit", {"delegating": each(limited)}, unlimited),
    replace(IN_LINE, judge=of_any(out_of_line)),
    checked("inside", "one is inside and sleeps, the others wait in line", {"delegating": inside}, too_busy),
    checked("empty", "who gets waits while who puts sleeps", {"delegating": empty}, too_busy),
    checked("send", "more is sent than the system takes at once", {"delegating": each(sending)},
            unsent, params=Params(tasks=2)),
    checked("receive", "so many bytes are received, and no more", {"delegating": each(receiving)},
            expected("what was received", by_fours)),
    checked("first", "the first of three is told", {"delegating": each(partial(racing, name="first"))},
            first_told),
    checked("failing", "who joins a task that fails gets its error", {"delegating": each(failing)},
            expected("what was joined", lambda _p: ["ValueError('bad')", 123])),
    checked("race", "the first of three is told, and the others are cancelled",
            {"delegating": each(partial(racing, name="race"))}, race_told),
]  # fmt: skip
