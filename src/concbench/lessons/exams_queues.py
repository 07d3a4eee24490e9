"""What step 5 is examined by, too: queues at which tasks wait. Standard library only."""

from collections.abc import Generator
from typing import Any

from concbench.lessons.blame import Wrong
from concbench.lessons.exam import about, exam, generator, played, rest, same
from concbench.lessons.stage import StageClock
from concbench.words import several

Work = Generator[Any, Any, Any]

ITEMS = [0, "x", None, [], 3]


def queues(program: Any) -> None:
    """Have items go through, in order and whatever they are; a full queue, an empty one, and two of them."""
    for capacity in (1, 2, 5):
        _full(program, capacity)
    _empty(program)
    _putters_in_line(program)
    _gets_again(program)
    _puts_again(program)
    _wakes_one(program)


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


HANDED = "an item, or room, belongs to who waits longest, before anybody else comes: hand it over"


def _gets_again(program: Any) -> None:
    """Who puts an item for which somebody waits, and gets at once, waits for the next one."""

    def act(_clock: StageClock) -> list[Work]:
        put, get = put_and_get(program, 2)

        def host() -> Work:
            yield from rest(program, 1.0)
            yield from put("a")
            return (yield from get())

        def late() -> Work:
            yield from rest(program, 2.0)
            yield from put("b")

        return [get(), host(), late()]

    first, host, _ = played(program, act)
    same(
        "what is got by who waits, and by who puts an item and gets at once,",
        [first, host],
        ["a", "b"],
        HANDED,
    )


def _puts_again(program: Any) -> None:
    """Who gets an item from a full queue at which somebody waits, and puts at once, waits for room."""

    def act(_clock: StageClock) -> list[Work]:
        put, get = put_and_get(program, 1)

        def host() -> Work:
            yield from put("a")
            yield from rest(program, 1.0)
            yield from get()
            yield from put("c")

        def guest() -> Work:
            yield from rest(program, 0.5)
            yield from put("b")

        def late() -> Work:
            yield from rest(program, 2.0)
            got = yield from get()
            return [got, (yield from get())]

        return [host(), guest(), late()]

    *_, got = played(program, act)
    same(
        "what is put by who waits for room, and by who gets an item and puts at once,",
        got,
        ["b", "c"],
        HANDED,
    )


WAITERS = 8

MORE_STEPS = 2
"""How many steps more than the first one the last of those who wait may take."""


def _wakes_one(program: Any) -> None:
    """Many wait, and an item comes each second: nobody is woken in vain."""

    def act(_clock: StageClock) -> list[Work]:
        put, get = put_and_get(program, 1)

        def producer() -> Work:
            for item in range(WAITERS):
                yield from rest(program, 1.0)
                yield from put(item)

        return [*(counted(get()) for _ in range(WAITERS)), producer()]

    *steps, _ = played(program, act)
    if steps[-1] > steps[0] + MORE_STEPS:
        raise Wrong(
            f"of {WAITERS} who wait for an item the first takes {several(steps[0], 'step')}, and the last"
            f" {steps[-1]}: it is woken in vain",
            "who puts an item wakes one, the first in line, and not all who wait",
        )


def counted(work: Work) -> Work:
    """Do a work, and return how many steps it took."""
    steps = 1
    try:
        request = work.send(None)
        while True:
            told = yield request
            steps += 1
            request = work.send(told)
    except StopIteration:
        return steps


EXAMS = [exam("queue", "a queue that is full, and one that is empty, on the stage", queues)]
