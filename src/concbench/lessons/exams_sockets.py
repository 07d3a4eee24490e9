"""What step 6 is examined by: sockets whose other end takes its time, on the stage. Standard library only."""

from collections.abc import Generator
from socket import MSG_DONTWAIT, socket
from typing import Any

from concbench.lessons.blame import Wrong
from concbench.lessons.exam import about, called, exam, played, rest, same
from concbench.lessons.sockets import Pair, pairs
from concbench.lessons.stage import FOR_EVER, StageClock, TooManyLooks
from concbench.words import shown

Work = Generator[Any, Any, Any]

MANY = b"".join(number.to_bytes(4, "big") for number in range(250_000))
"""More than the system keeps for a socket that nobody reads from, no part of which is like another."""

MANY_LOOKS = 3000
"""For what is sent in many parts."""

TAKEN = "send says how many bytes it took, which may be fewer: the rest waits until there is room again"


def _sends(program: Any, pair: Pair) -> None:
    """Send much, little and nothing, to who reads late; and to who has gone."""
    try:
        seen = played(program, lambda clock: _sent(program, pair, clock), looks=MANY_LOOKS)
    except RuntimeError as error:
        if str(error) != FOR_EVER:
            raise
        raise Wrong(
            "send_all waits for ever, though there is room",
            "does it wait to read, and wants to write? ready(connection, EVENT_WRITE)",
        ) from error
    left_open, (arrived, began, late) = seen
    if not left_open:
        raise Wrong("send_all closed the connection", "it is the caller's, who may send more")
    right = MANY + b"more"
    if arrived != right:
        place = next((at for at, (a, b) in enumerate(zip(arrived, right, strict=False)) if a != b), None)
        told = f"byte {place} is another one" if place is not None else f"{len(arrived)} of {len(right)} came"
        raise Wrong(f"what arrives is not what was sent: {told}", TAKEN)
    about("to send the first bytes", began, 0.0, "there is room at first: nothing is to be waited for")
    about("to send the rest to who reads all the time", late, 0.0, "wait until there is room, and no longer")
    (raised,) = played(program, lambda _clock: [_to_nobody(program, pair)])
    if not raised:
        raise Wrong(
            "send_all returned as if all were sent, though the other end was closed",
            "an error of the connection (BrokenPipeError) is the caller's to know of",
        )
    _spoken_to(program, pair)


def _spoken_to(program: Any, pair: Pair) -> None:
    """Send much to who has sent a byte, too: a connection may be full, and ready to be read."""
    (timeout, there), _ = played(program, lambda _clock: _speaking(program, pair), looks=MANY_LOOKS)
    if timeout:
        raise Wrong(
            f"send_all gave the connection a timeout of {timeout:g} s: so long all tasks wait",
            "`ready(connection, EVENT_WRITE)` waits, and lets others run",
        )
    if there != b"?":
        look = "it is the caller's, who may want to read it"
        raise Wrong("send_all took what the other end had sent", look)


def _speaking(program: Any, pair: Pair) -> list[Work]:
    ours, theirs = pair()
    theirs.send(b"?")

    def sender() -> Work:
        with ours:
            try:
                yield from called(program, "send_all", ours, MANY)
            except BlockingIOError:
                look = "is it woken by what can be read, too? ready(connection, EVENT_WRITE)"
                raise Wrong("send_all sends though there is no room", look) from None
            return ours.gettimeout(), _there(ours)

    def reader() -> Work:
        yield from rest(program, 1.0)
        left = len(MANY)
        while left > 0:
            yield from program.ready(theirs)
            left -= len(theirs.recv(65536)) or left

    return [sender(), reader()]


def _there(connection: socket) -> bytes:
    try:
        return connection.recv(2, MSG_DONTWAIT)
    except BlockingIOError:
        return b""


def _sent(program: Any, pair: Pair, clock: StageClock) -> list[Work]:
    ours, theirs = pair()

    def sender() -> Work:
        with ours:
            for data in (b"", MANY, b"more"):
                if ours.fileno() >= 0:
                    yield from called(program, "send_all", ours, data)
            return ours.fileno() >= 0

    def reader() -> Work:
        parts, began = [], clock.now_us
        with theirs:
            yield from program.ready(theirs)
            began = clock.now_us - began
            yield from rest(program, 60.0)
            late = clock.now_us
            while data := theirs.recv(65536):
                parts.append(data)
                yield from program.ready(theirs)
        return b"".join(parts), began / 1e6, (clock.now_us - late) / 1e6

    return [sender(), reader()]


def _to_nobody(program: Any, pair: Pair) -> Work:
    ours, theirs = pair()
    theirs.close()
    with ours:
        try:
            yield from called(program, "send_all", ours, MANY)
        except OSError:
            return True
    return False


PARTS = [b"to ", b"be ", b"or", b" not", b" to be"]
"""What is sent, a part each second."""

RECEIVED = [(4, b"to b"), (2, b"e "), (0, b""), (2, b"or"), (9, b" not to b"), (5, EOFError), (1, EOFError)]
"""How many bytes are asked for, one after another, and what has to come of that."""


END = "`recv` returns b'' at the end, again and again: nothing more will ever come"


def _receives(program: Any, pair: Pair) -> None:
    """Receive, in parts of all sizes, what comes in parts of other sizes, and more than comes."""
    answered: list[Any] = []
    try:
        ((got, waited, first), _) = played(program, lambda clock: _received(program, pair, clock, answered))
    except TooManyLooks:
        if RECEIVED[len(answered) % len(RECEIVED)][1] is not EOFError:
            raise
        raise Wrong("receive asks on and on when the end has come", END) from None
    for (number, right), what in zip(RECEIVED, got, strict=True):
        told = f"receive(connection, {number}) of {shown(b''.join(PARTS))}, after what came before,"
        if right is EOFError and what is not EOFError:
            raise Wrong(f"{told} came to {shown(what)}, and has to raise EOFError", END)
        if right is not EOFError and what is EOFError:
            raise Wrong(
                f"{told} raises EOFError, and has to come to {right!r}", "is more taken than asked for?"
            )
        look = "it goes on until there are so many bytes, and never takes more: recv(what is still missing)"
        same(told, what, right, look)
    about("receive(connection, 0)", waited, 0.0, "there is nothing to wait for")
    about(
        "until the first 4 bytes, of which 3 came after 1 s,",
        first,
        2.0,
        "wait for the socket, and no longer",
    )


def _received(program: Any, pair: Pair, clock: StageClock, answered: list[Any]) -> list[Work]:
    ours, theirs = pair()

    def sender() -> Work:
        with ours:
            for part in PARTS:
                yield from rest(program, 1.0)
                ours.send(part)
            yield from rest(program, 1.0)

    def receiver() -> Work:
        got, waited, first = list[Any](), 0.0, 0.0
        with theirs:
            for number, _ in RECEIVED:
                began = clock.now_us
                try:
                    got.append((yield from called(program, "receive", theirs, number)))
                except EOFError:
                    got.append(EOFError)
                answered.append(number)
                waited += 0 if number else (clock.now_us - began) / 1e6
                first = first or (clock.now_us - began) / 1e6
        return got, waited, first

    return [receiver(), sender()]


def sends(program: Any) -> None:
    """Examine send_all; no socket is left open, whatever comes of it."""
    with pairs() as pair:
        _sends(program, pair)


def receives(program: Any) -> None:
    """Examine receive; no socket is left open either."""
    with pairs() as pair:
        _receives(program, pair)


EXAMS = [
    exam("send", "send_all, to who reads late, on the stage", sends),
    exam("receive", "receive, of what comes in parts of other sizes, on the stage", receives),
]
