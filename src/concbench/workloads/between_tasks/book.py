"""A book in which tasks write who asked for a slot, was inside and left; and what it tells afterwards.

It is one list for all tasks of a run. A task appends its number when it asks, when it is inside and when it
is about to leave, in this order, so which of the three an entry is follows from how often the number stood
there before. Threads may append at the same time: lists see to that, in a free-threaded build too.
"""

from collections.abc import Collection
from typing import Any

Book = list[int]

ASKS, INSIDE, LEAVES = range(3)
STEPS = 3


class Slots:
    """What polled tasks and generators look at, which have no semaphore: how many slots are free."""

    __slots__ = ("free",)

    def __init__(self, free: int) -> None:
        self.free = free


def wrong_with_book(book: Any, tasks: Collection[int], slots: int, rounds: int) -> str | None:
    """Return what is wrong where at most ``slots`` may be inside, and each task enters ``rounds`` times."""
    if type(book) is not list:
        return f"the clerk returned {book!r} instead of the book"
    written, inside = dict.fromkeys(tasks, 0), 0
    for number in book:
        if type(number) is not int or number not in written:
            return f"{number!r} is in the book, which is no task's number"
        step = written[number] % STEPS
        written[number] += 1
        inside += (step == INSIDE) - (step == LEAVES)
        if inside > slots:
            return f"{inside} tasks were inside at once, where {slots} may be"
    wrong = next((count for count in written.values() if count != STEPS * rounds), None)
    return None if wrong is None else f"a task is {wrong} times in the book instead of {STEPS * rounds}"


def most_overtakes(book: Book) -> int:
    """Return how many tasks that had asked later were let in before one, of whom these were most.

    It is how far anyone was served behind the place in which it had asked. Where that is farthest, all who
    had asked before have been served before, so whoever else has been served was one that asked later.
    """
    asked = served = most = 0
    written, places = dict[int, int](), dict[int, int]()
    for number in book:
        step = written.get(number, ASKS)
        written[number] = (step + 1) % STEPS
        if step == ASKS:
            places[number] = asked
            asked += 1
        elif step == INSIDE:
            most = max(most, served - places[number])
            served += 1
    return most
