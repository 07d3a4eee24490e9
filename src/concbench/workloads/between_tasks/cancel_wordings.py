"""What tasks and their keeper put down in ``cancel``, and its wordings by events that are set by waiting."""

from functools import partial
from math import inf
from time import perf_counter
from typing import Any

from concbench.models.base import DelegatingRuntime, Factory
from concbench.workloads.base import numbers


class Notes:
    """What tasks and their keeper put down.

    ``arrived``: how many wait, or are about to. ``cleaned``: the numbers of those that cleaned up, in that
    order; ``too_soon``: how many had when the last arrived. ``went_on``: the numbers of those for whom what
    never comes came.
    """

    __slots__ = ("arrived", "asked", "cleaned", "too_soon", "went_on")

    def __init__(self) -> None:
        self.arrived = self.too_soon = 0
        self.asked = inf
        self.cleaned: list[int] = []
        self.went_on: list[int] = []

    def ask(self) -> None:
        """All are there, and are about to be cancelled."""
        self.too_soon = len(self.cleaned)
        self.asked = perf_counter()

    def quiet(self) -> tuple[list[int], int, list[int], float]:
        """All is quiet, or should be: what was put down so far, and how long (s) it took."""
        seconds = perf_counter() - self.asked
        return self.cleaned.copy(), self.too_soon, self.went_on.copy(), seconds


def waiting(rt: DelegatingRuntime, p: Any) -> list[Factory]:
    """Wait for an event that never comes; the last to arrive tells who cancels through another."""
    notes = Notes()
    all_here = rt.Event()

    def child(number: int) -> Any:
        notes.arrived += 1
        if notes.arrived == p.tasks:
            yield from all_here.set()
        try:
            yield from rt.Event().wait()
            notes.went_on.append(number)
        finally:
            notes.cleaned.append(number)

    def ready() -> Any:
        yield from all_here.wait()
        notes.ask()

    children = [partial(child, number) for number in numbers(rt.salt, p.tasks)]

    def keeper() -> Any:
        yield from rt.cancel(children, ready)
        return notes.quiet()

    return [keeper]


def curio(rt: Any, p: Any) -> list[Factory]:
    """curio's own, and the ladder's: to set an event is awaited."""
    notes = Notes()
    all_here = rt.AwaitedEvent()

    async def child(number: int) -> None:
        notes.arrived += 1
        if notes.arrived == p.tasks:
            await all_here.set()
        try:
            await rt.AwaitedEvent().wait()
            notes.went_on.append(number)
        finally:
            notes.cleaned.append(number)

    async def ready() -> None:
        await all_here.wait()
        notes.ask()

    children = [partial(child, number) for number in numbers(rt.salt, p.tasks)]

    async def keeper() -> Any:
        await rt.cancel(children, ready)
        return notes.quiet()

    return [keeper]
