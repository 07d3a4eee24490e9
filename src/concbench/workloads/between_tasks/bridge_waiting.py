"""bridge for tasks that can wait for a socket: the ladder's, from its selector on.

A thread puts down an item and rings a bell, which is a pair of sockets. What it is for is told in ``bridge``.
"""

from collections import deque
from contextlib import closing
from functools import partial
from queue import SimpleQueue
from threading import get_native_id
from time import perf_counter
from types import coroutine
from typing import Any

from concbench.models.base import Factory
from concbench.models.ladder.bells import Bell
from concbench.workloads.between_tasks.bridging import AskingThread, Params, Told, ask, numbered


class Inbox:
    """Items from threads: to append to a deque needs no lock."""

    def __init__(self, threads: int) -> None:
        self.items, self.bell, self.threads = deque[int](), Bell(), threads

    def put(self, item: int) -> None:
        """Put an item, in any thread."""
        self.items.append(item)
        self.bell.ring()

    def leave(self) -> None:
        """Say that a thread has ended, and rings no more."""
        self.threads -= 1
        if not self.threads:
            self.bell.close()


@coroutine
def send(p: Params, inbox: Inbox, first: int, box: Any) -> Any:
    """Start a thread, and wait until it rings at its end."""

    def asked() -> Told:
        try:
            return ask(p, first, inbox.put, box.get)
        finally:
            over.ring()

    with closing(Bell()) as over:
        thread = AskingThread(asked)
        thread.start()
        yield from over.rung()
        thread.join()
        inbox.leave()
        return thread.told()


@coroutine
def answer(rt: Any, p: Params, inbox: Inbox, asking: list[tuple[int, Any]]) -> Any:
    """Answer what has come, and wait for the bell when that is all."""
    got, items = list[float](), list[int]()
    while len(items) < p.total:
        while not inbox.items:
            yield from inbox.bell.rung()
        items.append(item := inbox.items.popleft())
        got.append(perf_counter())
        asking[(item - rt.salt) // p.items][1].put(item + p.total)
    return get_native_id(), got, items


def delegating(rt: Any, p: Params) -> list[Factory]:
    """A task for each thread, and one that answers."""
    asking, inbox = numbered(rt.salt, p, SimpleQueue), Inbox(p.threads)
    return [*(partial(send, p, inbox, *one) for one in asking), partial(answer, rt, p, inbox, asking)]


def awaiting(rt: Any, p: Params) -> list[Factory]:
    """The same in coroutines."""
    asking, inbox = numbered(rt.salt, p, SimpleQueue), Inbox(p.threads)

    async def sender(first: int, box: Any) -> Any:
        return await send(p, inbox, first, box)

    async def answerer() -> Any:
        return await answer(rt, p, inbox, asking)

    return [*(partial(sender, *one) for one in asking), answerer]
