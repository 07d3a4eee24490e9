"""async/await: tasks are coroutines, ``await`` stands in place of ``yield from``, and the kernel notices nothing.

A coroutine is stepped by ``send`` as a generator is, and what it awaits may yield requests at any depth: the very
kernel of ``task-objects`` runs it. What is new is the language's: a coroutine is no iterator, so it cannot be looped
over by mistake; ``async with`` and ``async for`` wait where plain ones cannot; one that is never awaited is told of.

What it should buy: mistakes that are errors, and the same speed. What it costs: nothing but the words.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from selectors import DefaultSelector
from typing import Any

from concbench.models.base import CoroutineRuntime
from concbench.models.ladder.calls import Event, Semaphore, queue, readable, sleep, start, switch, writable
from concbench.models.ladder.handles import cancel, join
from concbench.models.ladder.task_objects import Kernel, Task
from concbench.models.rungs import Run, rung


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelRuntime(CoroutineRuntime):
    """``coroutine``, and what wordings of the ladder's own use.

    An event with ``await set()`` and ``await wait()``; ``await start(coroutines)``;
    ``await readable(socket)``, ``await writable(socket)``.
    """

    AwaitedEvent: Callable[[], Any] = Event
    start: Callable[[Sequence[Any]], Any] = start
    readable: Callable[[Any], Any] = readable
    writable: Callable[[Any], Any] = writable


@contextmanager
def opened() -> Iterator[Run]:
    """Open the rung: its selector is there for all runs."""
    with DefaultSelector() as selector:
        yield lambda factories: Kernel(selector).run(Task(join(factories)))


MODEL = rung(
    "async-await",
    KernelRuntime(sleep=sleep, switch=switch, join=join, cancel=cancel, Semaphore=Semaphore, queue=queue),
    opened,
    dialect="coroutine",
    summary="coroutines that are awaited, on the same kernel",
    cost="an object and a list per task, and at each step a look at what it is to be told",
)
