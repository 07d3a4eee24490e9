"""Watching ``coroutine``: a coroutine is driven as a generator is, from within one of ours."""

import types
from collections.abc import Callable, Coroutine
from typing import Any

from concbench.measure.ledger import Ledger
from concbench.measure.watching.generator import Generators, drive
from concbench.models.base import Factory
from concbench.promised import INSIDE, QUEUED

_drive_awaitable = types.coroutine(drive)


class WatchedSemaphore:
    """A semaphore that reports who is inside: whoever has been let in, and has not begun to leave."""

    def __init__(self, ledger: Ledger, inner: Any) -> None:
        self._ledger, self._inner = ledger, inner

    async def __aenter__(self) -> Any:
        entered = await self._inner.__aenter__()
        self._ledger.event(self._ledger.running(), INSIDE, 1)
        return entered

    async def __aexit__(self, *raised: object) -> Any:
        self._ledger.event(self._ledger.running(), INSIDE, -1)
        return await self._inner.__aexit__(*raised)


def watched_queue(ledger: Ledger, make: Callable[[int], Any], capacity: int) -> tuple[Any, Any]:
    """Return the methods of a queue that report what is in it: an item that was put, and one that was got."""
    inner_put, inner_get = make(capacity)

    async def put(item: Any) -> None:
        await inner_put(item)
        ledger.event(ledger.running(), QUEUED, 1)

    async def get() -> Any:
        item = await inner_get()
        ledger.event(ledger.running(), QUEUED, -1)
        return item

    return put, get


async def _await_driven(ledger: Ledger, file: str, index: int, inner: Any) -> Any:
    return await _drive_awaitable(ledger, file, index, inner)


class Coroutines(Generators):
    """Coroutines."""

    kind = "a coroutine, as an async def makes it"
    attribute = "cr_code"

    def task(self, ledger: Ledger, file: str, index: int, factory: Factory) -> Coroutine[Any, Any, Any]:
        """Make the coroutine, and return the one that drives it."""
        ledger.spawn(index)
        return _await_driven(ledger, file, index, factory())

    def primitives(self, ledger: Ledger, file: str, rt: Any) -> dict[str, Any]:
        """Return what watches children, semaphores and queues."""
        return super().primitives(ledger, file, rt) | {
            "Semaphore": lambda value: WatchedSemaphore(ledger, rt.Semaphore(value)),
            "queue": lambda capacity: watched_queue(ledger, rt.queue, capacity),
        }


WATCHING = Coroutines("coroutine")
