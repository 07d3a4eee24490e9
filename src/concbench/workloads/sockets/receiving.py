"""A whole message, or a line, where a library or the system brings as much as has come: in each dialect.

Who has a call of its library's for that (``readexactly``, ``read_exactly``, ``readline``) calls it instead.
"""

from collections.abc import AsyncIterable, Awaitable, Callable
from typing import Any


async def added_up(receive: Callable[[int], Awaitable[bytes]], size: int) -> bytes:
    """Wait for a whole message, by a call that is awaited; it brings nothing at the end."""
    message = b""
    while len(message) < size:
        came = await receive(size - len(message))
        if not came:
            raise EOFError("the other side closed the connection")
        message += came
    return message


def received(connection: Any, size: int) -> bytes:
    """Wait for a whole message, by plain blocking calls."""
    message = b""
    while len(message) < size:
        came = connection.recv(size - len(message))
        if not came:
            raise EOFError("the other side closed the connection")
        message += came
    return message


def at_hand(connection: Any, size: int) -> bytes:
    """Return what has come on a non-blocking socket, up to ``size`` bytes: nothing where nothing has."""
    try:
        came: bytes = connection.recv(size)
    except BlockingIOError:
        return b""
    if not came:
        raise EOFError("the other side closed the connection")
    return came


async def line_by(receive: Callable[[], Awaitable[bytes]]) -> bytes:
    """Return what is received until a line is full, or nothing more comes."""
    said = b""
    while not said.endswith(b"\n") and (piece := await receive()):
        said += piece
    return said


async def line_of(pieces: AsyncIterable[bytes]) -> bytes:
    """Return what comes in until a line is full, or nothing more comes."""
    said = b""
    async for piece in pieces:
        said += piece
        if said.endswith(b"\n"):
            break
    return said
