"""What tasks call to wait for other threads, on the rungs whose loop has a selector.

Such a loop sees nothing but sockets. So there is a pair of these for what a thread may say: it sends a byte,
and the task at the other end waits until that can be received. Loops of libraries do so within.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from types import coroutine
from typing import Any

from concbench.models.ladder.calls import readable

THREADS = min(32, (os.cpu_count() or 1) + 4)
"""How many threads take calls at once where nobody says, as with asyncio."""


class Bell:
    """What any thread may ring, and one task of the loop waits for."""

    def __init__(self) -> None:
        from socket import socketpair  # noqa: PLC0415  (what only lists workloads need not load it)

        self.inside, self.outside = socketpair()
        self.inside.setblocking(False)
        self.outside.setblocking(False)

    def ring(self, *_told: object) -> None:
        """Wake the task: at a full socket it has yet to look, at a closed one it never will."""
        with suppress(OSError):
            self.outside.send(b"\0")

    @coroutine
    def rung(self) -> Any:
        """Wait until somebody has rung since this was last waited for."""
        yield from readable(self.inside)
        self.inside.recv(1 << 12)

    @coroutine
    def answered(self, future: Any) -> Any:
        """Wait until a future is done, and return its result, or raise what it raised."""
        future.add_done_callback(self.ring)
        yield from self.rung()
        return future.result()

    def close(self) -> None:
        """Close both ends."""
        self.inside.close()
        self.outside.close()


class Bells:
    """The bells of a session, each for one call at a time: a context, at whose end all are closed."""

    def __init__(self) -> None:
        self.idle: list[Bell] = []

    def __enter__(self) -> "Bells":
        return self

    def __exit__(self, *_raised: object) -> None:
        while self.idle:
            self.idle.pop().close()

    def calling(self, submit: Callable[..., Any]) -> Callable[..., Any]:
        """Return what submits a function, waits for its future and returns the result."""

        @coroutine
        def call(function: Callable[[], Any]) -> Any:
            bell = self.idle.pop() if self.idle else Bell()
            try:
                result = yield from bell.answered(submit(function))
            except BaseException:
                bell.close()  # it may be rung yet
                raise
            self.idle.append(bell)
            return result

        return call
