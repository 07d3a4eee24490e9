"""Watching ``generator``: a generator is driven with ``send`` by one that stands between it and the model."""

from collections.abc import Callable, Generator
from functools import partial
from types import CoroutineType, GeneratorType
from typing import Any

from concbench.measure.ledger import Ledger
from concbench.measure.watching.base import Watching, place_of
from concbench.models.base import Factory


def frames_of(suspended: Any, file: str) -> int:
    """Return how many frames of ``file`` a suspended generator or coroutine stands on."""
    count = 0
    while suspended is not None:
        code = getattr(suspended, "gi_code", None) or getattr(suspended, "cr_code", None)
        count += code is not None and code.co_filename == file
        suspended = getattr(suspended, "gi_yieldfrom", None) or getattr(suspended, "cr_await", None)
    return count


def drive(
    ledger: Ledger, file: str, index: int, inner: Any, *, closes: bool = False
) -> Generator[Any, Any, Any]:
    """Drive a generator or coroutine to its end, entering every step. ``closes``: to close is to cancel it.

    (A coroutine that is closed was let go of: nothing that it awaits could still be cleaned up.)
    """
    enter, owner = ledger.start, inner
    step: Callable[[], Any] = partial(inner.send, None)
    while True:
        enter(index, owner)
        enter = ledger.resume
        try:
            yielded = step()
        except StopIteration as stop:
            return ledger.finish(index, stop.value)
        except BaseException:
            ledger.cancelled(index)
            raise
        ledger.suspend(index, frames_of(inner, file))
        try:
            step = partial(inner.send, (yield yielded))
        except GeneratorExit:
            if closes:
                _cancel(ledger, index, inner)
            inner.close()
            raise
        except BaseException as error:  # noqa: BLE001  (thrown in by the model: the task's to handle)
            step = partial(inner.throw, error)


def _cancel(ledger: Ledger, index: int, inner: Any) -> None:
    """Close a generator, which goes on to clean up, and enter that it has ended by that."""
    ledger.resume(index, inner)
    inner.close()
    ledger.cancelled(index)


class Generators(Watching):
    """Generators; ``kind`` says what a task is, ``attribute`` names its code."""

    kind = "a generator, as a function with a yield makes it"
    attribute = "gi_code"

    def task(self, ledger: Ledger, file: str, index: int, factory: Factory) -> Any:
        """Make the generator, and return the one that drives it."""
        return self._driven(ledger, file, index, factory)

    @staticmethod
    def _driven(ledger: Ledger, file: str, index: int, factory: Factory) -> Generator[Any, Any, Any]:
        ledger.spawn(index)
        return drive(ledger, file, index, factory(), closes=True)

    def code_of(self, factory: Factory) -> Any:
        """Return the code of the generator; raises TypeError where the factory makes no such thing."""
        task = factory()
        code = getattr(task, self.attribute, None)
        other = code is None and isinstance(task, GeneratorType | CoroutineType)
        if hasattr(task, "close"):
            task.close()
        if other or not hasattr(task, "close"):
            raise TypeError(
                f"a task of a {self.dialect} workload must be {self.kind}; the task "
                f"factory{place_of(factory)} made an object of type {type(task).__name__}"
            )
        return code


WATCHING = Generators("generator")
