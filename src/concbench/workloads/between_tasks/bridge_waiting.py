"""bridge for tasks that can wait for threads: the ladder's, from its selector on.

A thread puts down an item, and rings for the task that answers. What it is for is told in ``bridge``.
"""

from collections import deque
from functools import partial
from queue import SimpleQueue
from threading import get_native_id
from time import perf_counter
from types import coroutine
from typing import Any

from concbench.models.base import Factory
from concbench.workloads.between_tasks.bridging import AskingThread, Params, Told, ask, numbered


class Inbox:
    """Items from threads: to append to a deque needs no lock."""

    def __init__(self, rt: Any) -> None:
        self.rt, self.items, self.waiting = rt, deque[int](), deque[Any]()

    def put(self, item: int) -> None:
        """Put an item, in any thread."""
        self.items.append(item)
        self.rt.ring(self.waiting)


@coroutine
def send(rt: Any, p: Params, inbox: Inbox, first: int, box: Any) -> Any:
    """Start a thread, and wait until it rings at its end."""
    over, here = list[bool](), deque[Any]()

    def asked() -> Told:
        try:
            return ask(p, first, inbox.put, box.get)
        finally:
            over.append(True)
            rt.ring(here)

    thread = AskingThread(asked)
    thread.start()
    yield from rt.wait(here, over.__len__)
    thread.join()
    return thread.told()


@coroutine
def answer(rt: Any, p: Params, inbox: Inbox, asking: list[tuple[int, Any]]) -> Any:
    """Answer what has come, and wait for more when that is all."""
    got, items = list[float](), list[int]()
    while len(items) < p.total:
        yield from rt.wait(inbox.waiting, inbox.items.__len__)
        items.append(item := inbox.items.popleft())
        got.append(perf_counter())
        asking[(item - rt.salt) // p.items][1].put(item + p.total)
    return get_native_id(), got, items


def delegating(rt: Any, p: Params) -> list[Factory]:
    """A task for each thread, and one that answers."""
    asking, inbox = numbered(rt.salt, p, SimpleQueue), Inbox(rt)
    return [*(partial(send, rt, p, inbox, *one) for one in asking), partial(answer, rt, p, inbox, asking)]


def awaiting(rt: Any, p: Params) -> list[Factory]:
    """The same in coroutines."""
    asking, inbox = numbered(rt.salt, p, SimpleQueue), Inbox(rt)

    async def sender(first: int, box: Any) -> Any:
        return await send(rt, p, inbox, first, box)

    async def answerer() -> Any:
        return await answer(rt, p, inbox, asking)

    return [*(partial(sender, *one) for one in asking), answerer]
