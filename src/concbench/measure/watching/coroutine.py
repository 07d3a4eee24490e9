"""Watching ``coroutine``: a coroutine is driven as a generator is, from within one of ours."""

import types
from collections.abc import Coroutine
from typing import Any

from concbench.measure.ledger import Ledger
from concbench.measure.watching.generator import Generators, drive
from concbench.models.base import Factory

_drive_awaitable = types.coroutine(drive)


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


WATCHING = Coroutines("coroutine")
