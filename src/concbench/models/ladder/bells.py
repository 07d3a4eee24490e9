"""How tasks wait for other threads, on the rungs whose loop has a selector.

Such a loop sees nothing but sockets. So a session has a pair of these: a thread says which tasks to wake and
sends a byte, and one task, started when somebody first waits in a run, receives that and wakes them. Loops of
libraries do so within.
"""

import os
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from types import coroutine
from typing import Any

from concbench.models.ladder.calls import Place, readable


def usual_threads() -> int:
    """Return how many threads take calls at once where nobody says, as with asyncio."""
    cpus: int = getattr(os, "process_cpu_count", os.cpu_count)() or 1
    return min(32, cpus + 4)


class Bell:
    """What any thread may ring: a context, at whose end no thread may ring any more."""

    def __init__(self) -> None:
        from socket import socketpair  # noqa: PLC0415  (what only lists models need not load it)

        self.inside, self.outside = socketpair()
        self.inside.setblocking(False)
        self.outside.setblocking(False)
        self.woken, self.heard = deque[Place](), False
        self.places = dict[int, Place]()

    def __enter__(self) -> "Bell":
        return self

    def __exit__(self, *_raised: object) -> None:
        self.inside.close()
        self.outside.close()

    def each(self, run: Callable[[Sequence[Any]], list[Any]]) -> Callable[[Sequence[Any]], list[Any]]:
        """Return what runs tasks, and first forgets who heard and who waited: they went with their run."""

        def unheard(factories: Sequence[Any]) -> list[Any]:
            self.heard = False
            while self.places:
                self.places.popitem()[1].clear()
            return run(factories)

        return unheard

    def ring(self, place: Place, *_told: object) -> None:
        """Have those woken who wait in a place. (Where the socket is full, it has yet to be looked at.)"""
        self.woken.append(place)
        with suppress(BlockingIOError):
            self.outside.send(b"\0")

    @coroutine
    def wait(self, place: Place, over: Callable[[], object]) -> Any:
        """Wait in a place until something is so, of which a thread that makes it so tells by a ring."""
        if not self.heard:
            self.heard = True
            yield "start", [self.hear()]
        while not over():
            self.places[id(place)] = place
            yield "park", place

    @coroutine
    def hear(self) -> Any:
        """Wake those for whom it is rung, as long as the run lasts."""
        while True:
            yield from readable(self.inside)
            self.inside.recv(1 << 12)
            while self.woken:
                place = self.woken.popleft()
                self.places.pop(id(place), None)
                yield "wake", place

    @coroutine
    def answered(self, future: Any) -> Any:
        """Wait until a future is done, and return its result, or raise what it raised."""
        place = Place()
        future.add_done_callback(partial(self.ring, place))
        yield from self.wait(place, future.done)
        return future.result()

    def calling(self, submit: Callable[..., Any]) -> Callable[..., Any]:
        """Return what submits a function, waits for its future and returns the result."""
        return lambda function: self.answered(submit(function))
