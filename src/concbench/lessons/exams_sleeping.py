"""What is examined by hand in steps 3 and 4: deadlines, on a clock that only we move.

Standard library only.
"""

from collections.abc import Generator, Iterable
from typing import Any

from concbench.lessons.blame import Wrong
from concbench.lessons.exam import AT_S, about, called, exam, odd, played, same, stepped
from concbench.lessons.stage import StageClock, on_clock
from concbench.words import several, shown

Work = Generator[Any, Any, Any]

CLOSE_S = 1e-6
"""Two times (s) that are computed from the same are not farther apart."""


NEVER_S = 0.9 * AT_S
"""How far (s) from the start no deadline lies that is a time of the loop's clock."""

DURATION = "a time, not a duration: `time.perf_counter()` plus how long"

OTHER_CLOCK = "the loop's clock is `time.perf_counter()`: every other clock may count from another zero"


def deadline(what: str, due: Any) -> float:
    """Return a deadline; raises Wrong for anything else that is yielded, or is a duration."""
    if type(due) in (float, int) and abs(due - AT_S) < NEVER_S:
        return float(due)
    told = f"{what} yields {shown(due)}, and has to yield a deadline, a time of the loop's clock"
    if type(due) in (float, int):
        look = DURATION if due < AT_S else OTHER_CLOCK
        raise Wrong(f"{told}, which says {AT_S:g} at the start", look)
    look = "it is `time.perf_counter()` plus how long: `yield` hands it to the loop"
    if due is None:
        look = "a bare `yield` comes back at once: who sleeps yields until when"
    if isinstance(due, Generator):
        look = "a generator is run by `yield from`, not by `yield`"
    raise Wrong(told, look)


def ticks(program: Any) -> None:
    """Step what ticks, and let it go on late; then have the loop do it."""
    for period, times in ((0.5, 3), (0.25, 5), (1.0, 1), (0.5, 0)):
        clock = StageClock()
        clock.now_us = round(1e6 * AT_S)
        with on_clock(program, clock):
            _ticks(program, clock, period, times)
    (woken,) = played(program, lambda _clock: [called(program, "every", odd(0.5), 4)])
    for tick, at in enumerate(woken, 1):
        about(
            f"tick {tick} of every(0.5, 4), on the loop,",
            at - AT_S,
            0.5 * tick,
            "does it tell the times of the loop's clock?",
        )


MADE_BEFORE_US = 170_000
"""How long (µs) before its first step a generator is made: it may be handed on, and begun later."""

AT_STEP = "what reads the clock belongs into the generator function itself: that runs at the first step"

MISSES = 2.5
"""How many periods late the second tick goes on: the deadlines that it missed come all the same."""

EACH_TICK = "each tick is one `yield` of a deadline, and only that lets the loop sleep: how many are come to?"


def _ticks(program: Any, clock: StageClock, period: float, times: int) -> None:
    what, woken = f"every({period:g}, {times})", []
    clock.now_us -= MADE_BEFORE_US
    work = called(program, "every", period, times)
    clock.now_us += MADE_BEFORE_US
    for tick in range(1, times + 1):
        on, due = stepped(work)
        if not on:
            raise Wrong(f"{what} wakes {several(tick - 1, 'time')}", EACH_TICK)
        _tick(what, tick, period, deadline(what, due) - AT_S)
        late = MISSES if tick == 2 else 0.2 + 0.1 * (tick % 3)
        clock.now_us = max(clock.now_us + 1, round(1e6 * (due + period * late)))
        woken.append(clock.now_us / 1e6)
    on, returned = stepped(work)
    if on:
        raise Wrong(f"{what} goes on after {several(times, 'tick')}", EACH_TICK)
    look = "it returns when it woke: what the clock says after each `yield`, which is later than the deadline"
    if type(returned) is not list or len(returned) != times:
        raise Wrong(f"{what} returned {shown(returned)}, and has to return {several(times, 'time')}", look)
    for tick, (at, right) in enumerate(zip(returned, woken, strict=True), 1):
        if type(at) is not float or abs(at - right) > CLOSE_S:
            raise Wrong(f"time {tick} that {what} returned is {shown(at)}, and it woke at {right:.3f}", look)


def _tick(what: str, tick: int, period: float, after: float) -> None:
    """Raise Wrong where a deadline lies so long (s) after the first step, and has to lie elsewhere."""
    if abs(after - tick * period + MADE_BEFORE_US / 1e6) < CLOSE_S:
        raise Wrong(f"{what} counts from when it was made, and has to count from its first step", AT_STEP)
    if abs(after - tick * period) > CLOSE_S:
        raise Wrong(
            f"deadline {tick} of {what} lies {after:.3f} s after its first step, and has to lie"
            f" {tick * period:.3f} s after it",
            "the first tick is a period from the start; each deadline is the one before plus the period,"
            " however late the task went on",
        )


NAPS = ((0.02, 0.0013), (0.02, 0.0061), (0.005, 0.0093), (0.133, 0.0047), (0.0, 0.0021))
"""How long to nap, and when it is asked for, after a whole hundredth (s)."""


def naps(program: Any) -> None:
    """Step naps that begin anywhere between two hundredths."""
    for seconds, offset in NAPS:
        clock = StageClock()
        clock.now_us = round(1e6 * (AT_S + offset))
        with on_clock(program, clock):
            work = called(program, "nap", seconds)
            on, due = stepped(work)
            _due(f"nap({seconds:g})", on, due, clock.now_us / 1e6 + seconds)
            clock.now_us = round(1e6 * due)
            if stepped(work)[0]:
                raise Wrong(f"nap({seconds:g}) yields more than once", "one deadline is all that it needs")


WHOLE = "round the deadline, in hundredths of a second, up to a whole number"


def _due(what: str, on: bool, due: Any, earliest: float) -> None:
    if not on:
        raise Wrong(f"{what} yields nothing", "`yield` hands the loop the deadline; then it ends")
    late = deadline(what, due) - earliest
    if abs(100 * due - round(100 * due)) > 100 * CLOSE_S:
        raise Wrong(f"{what} yields the deadline {due:.6f} s, which is no whole number of hundredths", WHOLE)
    if late < 0:
        raise Wrong(
            f"{what} yields a deadline {-1e3 * late:.3f} ms too early, and has to sleep so long", WHOLE
        )
    if late > 0.01:
        raise Wrong(f"{what} yields a deadline {1e3 * late:.3f} ms late: a whole one comes before", WHOLE)


DUES = (3.0, 1.0, 2.0, 5.0, 4.0, 2.5, 0.5, 4.5)
"""Deadlines, in an order of which a heap makes no sorted list."""


def sorted_timers(program: Any) -> None:
    """Hand deadlines to a loop, let some of them pass, and hand it more; then have it run sleepers."""
    clock = StageClock()
    clock.now_us = round(1e6 * AT_S)
    with on_clock(program, clock):
        loop, tasks = program.Loop([]), [_work() for _ in DUES]
        for number, (due, task) in enumerate(zip(DUES, tasks, strict=True), 1):
            loop.wake_at(task, AT_S + due)
            _sorted(loop, DUES[:number])
        clock.now_us = round(1e6 * (AT_S + 2.2))
        loop.wait()
        _sorted(loop, [due for due in DUES if due > 2.2])
        loop.wake_at(tasks[0], AT_S + 4.2)
        _sorted(loop, [*(due for due in DUES if due > 2.2), 4.2])
    _wakes_in_order(program)


def _work() -> Work:
    yield


def _sorted(loop: Any, dues: Iterable[float]) -> None:
    look = "Loop(tasks), wake_at(task, due), wait() and timers stay what they are; insort keeps a list sorted"
    there = [entry[0] - AT_S for entry in loop.timers]
    if type(loop.timers) is not list or sorted(round(one, 3) for one in there) != sorted(dues):
        raise Wrong(
            f"after wake_at and wait the timers are {shown(loop.timers)}, and have to be a list of those"
            f" {len(list(dues))} whose deadlines have not come",
            look,
        )
    if there not in (sorted(there), sorted(there, reverse=True)):
        told = ", ".join(f"{one:g}" for one in there)
        raise Wrong(
            f"the timers lie in the order {told}: that is a heap, or nothing, and no sorted list", look
        )


def _wakes_in_order(program: Any) -> None:
    """Have sleepers run, two of them until the same time, beside one that never sleeps."""
    woken: list[float] = []

    def sleeper(clock: StageClock, due: float) -> Work:
        yield AT_S + odd(due)
        woken.append(due)
        return clock.now_us / 1e6 - AT_S

    def awake(clock: StageClock) -> Work:
        while clock.perf_counter() < AT_S + 0.0002:
            yield

    dues = [*DUES, 4.0, 0.0001]
    seen = played(program, lambda clock: [*(sleeper(clock, due) for due in dues), awake(clock)])
    for due, at in zip(dues, seen, strict=False):
        about(f"a sleep until {due:g} s", at, due, "does the loop sleep until the earliest deadline?")
    for run in (woken[: len(dues)], woken[len(dues) :]):
        same("the order in which sleepers went on", run, sorted(dues), "the earliest deadline is first")


EXAMS = [
    exam("every", "every, stepped by hand, and on the loop", ticks),
    exam("nap", "nap, stepped by hand", naps),
    exam("order", "the timers are a sorted list, and who sleeps goes on in time", sorted_timers),
]
