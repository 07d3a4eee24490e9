"""Wordings of ``parked`` by events that generators wait for, and by libraries' own."""

from functools import partial
from typing import Any

from concbench.models.base import DelegatingRuntime, Factory
from concbench.workloads.base import numbers

KEEPER = "opened"
"""What the keeper returns; it is the last of the n + 1 tasks."""


def delegating(rt: DelegatingRuntime, p: Any) -> list[Factory]:
    """Wait for an event, which is set by delegating too; the last to arrive tells the keeper."""
    arrived = 0
    all_here, gate = rt.Event(), rt.Event()

    def parked(number: int) -> Any:
        nonlocal arrived
        arrived += 1
        if arrived == p.tasks:
            yield from all_here.set()
        yield from gate.wait()
        return number

    def keeper() -> Any:
        yield from all_here.wait()
        rt.observe()
        yield from gate.set()
        return KEEPER

    return [*(partial(parked, number) for number in numbers(rt.salt, p.tasks)), keeper]


def tinyio(rt: Any, p: Any) -> list[Factory]:
    """tinyio's own: generators that wait for an event, and leave the loop asleep meanwhile."""
    arrived = 0
    all_here, gate = rt.Event(), rt.Event()

    def parked(number: int) -> Any:
        nonlocal arrived
        arrived += 1
        if arrived == p.tasks:
            all_here.set()
        yield from gate.wait()
        return number

    def keeper() -> Any:
        yield from all_here.wait()
        rt.observe()
        gate.set()
        return KEEPER

    return [*(partial(parked, number) for number in numbers(rt.salt, p.tasks)), keeper]


def curio(rt: Any, p: Any) -> list[Factory]:
    """curio's own, and the ladder's: to set an event is awaited."""
    arrived = 0
    all_here, gate = rt.AwaitedEvent(), rt.AwaitedEvent()

    async def parked(number: int) -> int:
        nonlocal arrived
        arrived += 1
        if arrived == p.tasks:
            await all_here.set()
        await gate.wait()
        return number

    async def keeper() -> str:
        await all_here.wait()
        rt.observe()
        await gate.set()
        return KEEPER

    return [*(partial(parked, number) for number in numbers(rt.salt, p.tasks)), keeper]
