"""What step 5 is examined by: semaphores at which tasks wait. Standard library only."""

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

from concbench.lessons.blame import Wrong
from concbench.lessons.exam import AT_S, BEAT_S, about, exam, generator, played, rest, same
from concbench.lessons.stage import StageClock

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


EXAMS = [exam("semaphore", "a Semaphore at which many wait, on the stage", semaphores)]
