"""async/await: tasks are coroutines, ``await`` is ``yield from``, and the kernel notices nothing.

A coroutine is stepped by ``send`` as a generator is, and what it awaits may yield requests at any depth: the
very kernel of ``cancellation`` runs it. What is new is the language's: a coroutine is no iterator, so it
cannot be looped over by mistake; ``async with`` and ``async for`` wait where plain ones cannot; one that is
never awaited is told of.

What it should buy: mistakes that are errors. What it costs: a coroutine cannot ``yield``, so even to let
others have their turn is a call.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from concbench.models.base import CoroutineRuntime
from concbench.models.ladder.calls import Event, Semaphore, queue, readable, sleep, start, switch, writable
from concbench.models.ladder.cancellation import Kernel, Task
from concbench.models.ladder.handles import cancel, cancelling_join, timeout
from concbench.models.rungs import on_a_selector, rung


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelRuntime(CoroutineRuntime):
    """``coroutine``, and what wordings of the ladder's own use.

    An event with ``await set()`` and ``await wait()``; ``await start(coroutines)``;
    ``await readable(socket)``, ``await writable(socket)``; ``await wait(place, over)`` until ``over()`` is
    true, of which a thread tells by ``ring(place)``.
    """

    AwaitedEvent: Callable[[], Any] = Event
    limit: Callable[..., Any] = timeout
    start: Callable[[Sequence[Any]], Any] = start
    readable: Callable[[Any], Any] = readable
    writable: Callable[[Any], Any] = writable
    ring: Callable[..., None] | None = None
    wait: Callable[..., Any] | None = None


MODEL = rung(
    "async-await",
    KernelRuntime(
        sleep=sleep, switch=switch, join=cancelling_join, cancel=cancel, Semaphore=Semaphore, queue=queue
    ),
    lambda: on_a_selector(lambda selector, factories: Kernel(selector).run(Task(cancelling_join(factories)))),
    dialect="coroutine",
    summary="coroutines that are awaited, on the same kernel",
    cost="an object, a list and a bound method per task; a note at each wait of where that is",
)
