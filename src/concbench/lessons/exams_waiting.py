"""What step 5 is examined by: semaphores and queues at which tasks wait. Standard library only."""

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

from concbench.lessons.blame import Wrong
from concbench.lessons.exam import AT_S, BEAT_S, about, exam, generator, played, rest, same
from concbench.lessons.stage import StageClock
from concbench.words import several

Work = Generator[Any, Any, Any]

LINE = "a line (a deque) of those who wait, each with an Event of its own: who goes out lets the first one in"


def acquire(door: Any) -> Work:
    """Go in."""
    return generator("acquire", door.acquire())


def release(door: Any) -> Work:
    """Go out."""
    return generator("release", door.release())


def semaphores(program: Any) -> None:
    """Have more visitors than there is room for, two places let go at once, and one who comes again."""
    _limits(program, value=2, visitors=5, seconds=3.0)
    _limits(program, value=1, visitors=3, seconds=3.0)
    _limits(program, value=3, visitors=3, seconds=1.0)
    _lets_two_in(program)
    _keeps_a_place(program)
    _comes_again(program)


@dataclass(slots=True)
class Visits:
    """A semaphore of the learner's, and how many of its visitors were inside at most."""

    program: Any
    value: int
    order: list[int] = field(default_factory=list)
    inside: int = 0
    most: int = 0

    def visits(self, visitors: int, clock: StageClock) -> list[Work]:
        """Return visitors, who are inside for 1 s each, and one who goes in at another semaphore."""
        door, other = self.program.Semaphore(self.value), self.program.Semaphore(1)

        def visitor(number: int) -> Work:
            yield from acquire(door)
            self.order.append(number)
            self.inside += 1
            self.most = max(self.most, self.inside)
            yield from rest(self.program, 1.0)
            self.inside -= 1
            yield from release(door)
            return (clock.now_us - 1e6 * AT_S) / 1e6

        def elsewhere() -> Work:
            yield from acquire(other)
            yield from release(other)
            return (clock.now_us - 1e6 * AT_S) / 1e6

        return [*(visitor(number) for number in range(visitors)), elsewhere()]


def _limits(program: Any, value: int, visitors: int, seconds: float) -> None:
    doors: list[Visits] = []

    def act(clock: StageClock) -> list[Work]:
        doors.append(Visits(program, value))
        return doors[-1].visits(visitors, clock)

    *ended, other = played(program, act)
    what, door = f"Semaphore({value}), at which there are {visitors} visitors,", doors[0]
    if door.most > value:
        raise Wrong(f"{what} lets {door.most} in at once", LINE)
    about(f"{what} with 1 s inside each", max(ended), seconds, LINE)
    look = "who waits longest goes in first"
    same("the order in which visitors go in", door.order, list(range(visitors)), look)
    if other > BEAT_S:
        raise Wrong(
            "who goes in at one Semaphore waits at another one", "do they share a field of the class?"
        )


def _lets_two_in(program: Any) -> None:
    """One goes in twice, and lets both places go in one turn: two that wait may go in."""

    def act(clock: StageClock) -> list[Work]:
        door, began = program.Semaphore(2), clock.now_us

        def host() -> Work:
            yield from acquire(door)
            yield from acquire(door)
            yield from rest(program, 1.0)
            yield from release(door)
            yield from release(door)

        def guest() -> Work:
            yield from rest(program, 0.5)  # an acquire may suspend though there is room
            yield from acquire(door)
            return (clock.now_us - began) / 1e6

        return [host(), guest(), guest()]

    _, *waited = played(program, act)
    for seconds in waited:
        about("a wait for one of two places that are let go at once", seconds, 1.0, LINE)


def _keeps_a_place(program: Any) -> None:
    """What was let go before anybody came is there for who comes."""

    def act(clock: StageClock) -> list[Work]:
        door, began = program.Semaphore(0), clock.now_us

        def host() -> Work:
            yield from release(door)
            yield from release(door)

        def guest(seconds: float) -> Work:
            yield from rest(program, seconds)
            yield from acquire(door)
            return (clock.now_us - began) / 1e6

        return [host(), guest(1.0), guest(2.0)]

    _, first, second = played(program, act)
    look = "a release at which nobody waits makes room for the next one"
    about("to go in at a Semaphore(0) that was released twice, after 1 s,", first, 1.0, look)
    about("to go in at a Semaphore(0) that was released twice, after 2 s,", second, 2.0, look)


def _comes_again(program: Any) -> None:
    """Who goes out and wants in again goes behind those who wait."""

    def act(_clock: StageClock) -> list[Work]:
        door, order = program.Semaphore(1), list[str]()

        def host() -> Work:
            for _ in range(2):
                yield from acquire(door)
                order.append("host")
                yield from rest(program, 1.0)
                yield from release(door)
            return order

        def guest() -> Work:
            yield from rest(program, 0.5)
            yield from acquire(door)
            order.append("guest")
            yield from release(door)

        return [host(), guest()]

    order, _ = played(program, act)
    look = "a place that is let go belongs to who waits longest, before anybody else comes: hand it over"
    same(
        "the order at a Semaphore(1) to which the first one comes back",
        order,
        ["host", "guest", "host"],
        look,
    )


ITEMS = [0, "x", None, [], 3]


def queues(program: Any) -> None:
    """Have items go through, in order and whatever they are; a full queue, an empty one, and two of them."""
    for capacity in (1, 2, 5):
        _full(program, capacity)
    _empty(program)
    _putters_in_line(program)


def put_and_get(program: Any, capacity: int) -> tuple[Any, Any]:
    """Return the two functions that make generators, whatever it is that the learner's function returns."""
    made = program.queue(capacity)
    if not isinstance(made, tuple | list) or len(made) != 2 or not all(map(callable, made)):
        raise Wrong("queue(…) does not return two functions", "it ends with: return put, get")
    put, get = made
    return (lambda item: generator("put", put(item))), (lambda: generator("get", get()))


NEXT = "who waits goes on as soon as it can: an Event of its own, and not a short sleep"


def _full(program: Any, capacity: int) -> None:
    """Nobody gets anything for a while; then all is got."""

    def act(clock: StageClock) -> list[Work]:
        (put, get), through = put_and_get(program, capacity), list[Any]()

        def producer() -> Work:
            for item in ITEMS:
                yield from put(item)
                through.append(item)

        def consumer() -> Work:
            yield from rest(program, 1.0)
            there, got, began = len(through), [], clock.now_us
            for _ in ITEMS:
                got.append((yield from get()))
            return there, got, (clock.now_us - began) / 1e6

        return [consumer(), producer()]

    (there, got, seconds), _ = played(program, act)
    what = f"queue({capacity})"
    if there != capacity:
        raise Wrong(
            f"{what} let {several(there, 'put')} through while nobody got anything",
            "put waits while there are as many items as the capacity, and no longer",
        )
    about(f"to get all from {what}, at which somebody waits to put,", seconds, 0.0, NEXT)
    same(f"what came out of {what}", got, ITEMS, "the first in is the first out, whatever it is: also None")


def _empty(program: Any) -> None:
    """Three wait for items; there is another queue, which has one."""

    def act(clock: StageClock) -> list[Work]:
        (put, get), (put_other, get_other) = put_and_get(program, 3), put_and_get(program, 3)
        began = clock.now_us

        def consumer() -> Work:
            item = yield from get()
            return item, (clock.now_us - began) / 1e6

        def producer() -> Work:
            yield from put_other("other")
            yield from rest(program, 1.0)
            for item in "abc":
                yield from put(item)
            return (yield from get_other())

        return [consumer(), consumer(), consumer(), producer()]

    *got, other = played(program, act)
    look = "who gets waits until there is an item, and who waits longest gets the first one"
    same("what three who wait get", [item for item, _ in got], ["a", "b", "c"], look)
    for _, seconds in got:
        about("a wait at an empty queue", seconds, 1.0, look)
    same("what came out of another queue", other, "other", "each call of queue makes one of its own")


def _putters_in_line(program: Any) -> None:
    """Three wait for room."""

    def act(_clock: StageClock) -> list[Work]:
        put, get = put_and_get(program, 1)

        def consumer() -> Work:
            yield from rest(program, 1.0)
            got = []
            for _ in "abc":
                got.append((yield from get()))
                yield from rest(program, 1.0)
            return got

        return [put("a"), put("b"), put("c"), consumer()]

    *_, got = played(program, act)
    same("what three put who wait for room", got, ["a", "b", "c"], "who waits longest puts first")


EXAMS = [
    exam("semaphore", "a Semaphore at which many wait, on the stage", semaphores),
    exam("queue", "a queue that is full, and one that is empty, on the stage", queues),
]
