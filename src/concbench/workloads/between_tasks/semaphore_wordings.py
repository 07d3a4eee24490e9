"""Wordings of ``semaphore`` by semaphores that generators wait for, and by gevent's."""

from functools import partial
from typing import Any

from concbench.models.base import DelegatingRuntime, Factory
from concbench.workloads.base import numbers
from concbench.workloads.between_tasks.book import Book


def delegating(rt: DelegatingRuntime, p: Any) -> list[Factory]:
    """Wait in line for a slot, in the semaphore that is lent."""
    book: Book = []
    slots = rt.Semaphore(p.slots)

    def clerk() -> Any:
        return book
        yield

    def enters(number: int) -> Any:
        note = book.append
        for _ in range(p.rounds):
            note(number)
            yield from slots.acquire()
            note(number)
            yield
            note(number)
            yield from slots.release()
        return number

    return [clerk, *(partial(enters, number) for number in numbers(rt.salt, p.tasks))]


def gevent(rt: Any, p: Any) -> list[Factory]:
    """gevent's own: ``sleep(0)`` is how a greenlet hands over."""
    book: Book = []
    semaphore = rt.Semaphore(p.slots)

    def clerk() -> Book:
        return book

    def enters(number: int) -> int:
        note, sleep = book.append, rt.sleep
        for _ in range(p.rounds):
            note(number)
            with semaphore:
                note(number)
                sleep(0)
                note(number)
        return number

    return [clerk, *(partial(enters, number) for number in numbers(rt.salt, p.tasks))]
