"""Wordings of ``timeout`` for polled objects, and for libraries whose time limits are their own."""

from functools import cache, partial
from math import inf
from time import perf_counter
from types import coroutine
from typing import Any

from concbench.models.base import Factory, PollingRuntime
from concbench.workloads.base import numbers

LONG = 60.0
"""A limit (s) that does not fire while a turn is taken, whatever the machine does meanwhile."""

OVER = 1e-9
"""A limit (s) that is over when it is looked at. (0 has another meaning where locks are concerned.)"""

EARLY_TOLERANCE = 0.002
"""How early (s) a limit may fire: event loops round deadlines to ticks of 1 ms (see ``timers``)."""


@cache
def limited_class(task: Any) -> Any:
    """Return the class of the polled tasks, the same for every run (see ``spawn``)."""

    class Limited(task):  # type: ignore[misc]
        def __init__(self, number: int, p: Any) -> None:
            super().__init__()
            self.number, self.left, self.waits, self.last = number, p.rounds, p.fires, p.last
            self.seconds = OVER if p.fires else LONG
            self.over, self.fired, self.armed = -inf, -1, inf

        def run(self) -> None:
            now = perf_counter()
            over = now >= self.over
            if self.waits and not over:
                return
            self.fired += over
            if self.left:
                self.left -= 1
                self.over = now + self.seconds
            elif self.armed == inf:
                self.armed, self.over, self.waits = now, now + self.last, True
            else:
                self.result = self.number, self.fired, now - self.armed
                self.ready = True

    return Limited


def polling(rt: PollingRuntime, p: Any) -> list[Factory]:
    """Look at the clock at each poll: one that was never armed lies in the past, and does not count."""
    limited = limited_class(rt.Task)
    return [partial(limited, number, p) for number in numbers(rt.salt, p.tasks)]


def scoped(rt: Any, p: Any) -> list[Factory]:
    """trio's and anyio's: a cancel scope with a deadline, which the block is left by."""

    async def nothing_comes(seconds: float) -> bool:
        with rt.move_on_after(seconds) as scope:
            await rt.Event().wait()
        caught: bool = scope.cancelled_caught
        return caught

    async def limited(number: int) -> tuple[int, int, float]:
        move_on_after, switch, fired = rt.move_on_after, rt.switch, 0
        if p.fires:
            for _ in range(p.rounds):
                fired += await nothing_comes(OVER)
        else:
            for _ in range(p.rounds):
                with move_on_after(LONG) as scope:
                    await switch()
                fired += scope.cancelled_caught
        armed = perf_counter()
        fired += await nothing_comes(p.last)
        return number, fired, perf_counter() - armed

    return [partial(limited, number) for number in numbers(rt.salt, p.tasks)]


def curio(rt: Any, p: Any) -> list[Factory]:
    """curio's: to enter and to leave the block are traps into the kernel."""

    async def nothing_comes(seconds: float) -> bool:
        async with rt.ignore_after(seconds) as limit:
            await rt.AwaitedEvent().wait()
        expired: bool = limit.expired
        return expired

    async def limited(number: int) -> tuple[int, int, float]:
        ignore_after, switch, fired = rt.ignore_after, rt.switch, 0
        if p.fires:
            for _ in range(p.rounds):
                fired += await nothing_comes(OVER)
        else:
            for _ in range(p.rounds):
                async with ignore_after(LONG) as limit:
                    await switch()
                fired += limit.expired
        armed = perf_counter()
        fired += await nothing_comes(p.last)
        return number, fired, perf_counter() - armed

    return [partial(limited, number) for number in numbers(rt.salt, p.tasks)]


def tinyio(rt: Any, p: Any) -> list[Factory]:
    """tinyio's: what is limited is a coroutine of its own.

    When its time is over an exception is thrown in and it cleans up; but the loop does not end before what it
    waited for has come. So it is told, afterwards.
    """

    def turn() -> Any:
        yield

    def nothing_comes(seconds: float) -> Any:
        never = rt.Event()
        _nothing, done = yield from rt.timeout(never.wait(), seconds)
        never.set()
        return not done

    def limited(number: int) -> Any:
        fired = 0
        if p.fires:
            for _ in range(p.rounds):
                fired += yield from nothing_comes(OVER)
        else:
            for _ in range(p.rounds):
                _nothing, done = yield from rt.timeout(turn(), LONG)
                fired += not done
        armed = perf_counter()
        fired += yield from nothing_comes(p.last)
        return number, fired, perf_counter() - armed

    return [partial(limited, number) for number in numbers(rt.salt, p.tasks)]


@coroutine
def limited_by(limit: Any, p: Any, turn: Any, never: Any) -> Any:
    """Limit a task of its own, again and again; return how often that fired, and how long the last took."""
    seconds, body = (OVER, never) if p.fires else (LONG, turn)
    fired = 0
    for _ in range(p.rounds):
        _value, in_time = yield from limit(seconds, body)
        fired += not in_time
    armed = perf_counter()
    _value, in_time = yield from limit(p.last, never)
    return fired + (not in_time), perf_counter() - armed


def of_tasks(rt: Any, p: Any) -> list[Factory]:
    """The ladder's: what is limited is a task of its own, which another cancels when its time is over."""

    def turn() -> Any:
        yield

    def never() -> Any:
        yield from rt.Event().wait()

    def limited(number: int) -> Any:
        fired, took = yield from limited_by(rt.timeout, p, turn, never)
        return number, fired, took

    return [partial(limited, number) for number in numbers(rt.salt, p.tasks)]


def of_coroutines(rt: Any, p: Any) -> list[Factory]:
    """The same in coroutines."""

    async def never() -> None:
        await rt.AwaitedEvent().wait()

    async def limited(number: int) -> Any:
        fired, took = await limited_by(rt.limit, p, rt.switch, never)
        return number, fired, took

    return [partial(limited, number) for number in numbers(rt.salt, p.tasks)]


def gevent(rt: Any, p: Any) -> list[Factory]:
    """gevent's: a timer of the loop in C, which throws itself into the greenlet; False: in silence."""

    def nothing_comes(seconds: float) -> bool:
        taken = rt.Lock()
        taken.acquire()
        with rt.Timeout(seconds, False):
            taken.acquire()
            return False
        return True

    def limited(number: int) -> tuple[int, int, float]:
        timeout, sleep, fired = rt.Timeout, rt.sleep, 0
        if p.fires:
            for _ in range(p.rounds):
                fired += nothing_comes(OVER)
        else:
            for _ in range(p.rounds):
                with timeout(LONG, False):
                    sleep(0)
        armed = perf_counter()
        fired += nothing_comes(p.last)
        return number, fired, perf_counter() - armed

    return [partial(limited, number) for number in numbers(rt.salt, p.tasks)]
