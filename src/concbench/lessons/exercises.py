"""The exercises: two for each step, what an answer has to define, and by what it is held."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Lend = Callable[[Any], Any]
"""Takes a learner's program, and returns what tasks are lent by it."""


@dataclass(frozen=True, slots=True)
class Exercise:
    """What a learner is asked for.

    ``defines``: the names that an answer has beside those of its step; ``lends``: primitives of the runtime
    that come of them; ``workloads``: by which it is held, beside those of its step.
    """

    asks: str
    workloads: tuple[str, ...]
    defines: tuple[str, ...] = ()
    lends: Mapping[str, Lend] = field(default_factory=dict)


EXERCISES: Mapping[tuple[int, int], Exercise] = {
    (1, 1): Exercise(
        "A class Countdown(times): not ready for so many calls of run(), then ready, its result times.",
        ("lesson-countdown",),
        ("Countdown",),
    ),
    (1, 2): Exercise(
        "A class Join(factories): a task that makes tasks, runs them side by side, and has their results.",
        ("tree",),
        ("Join",),
        {"Join": lambda program: program.Join},
    ),
    (2, 1): Exercise(
        "A generator countdown(times) that suspends so often, and returns times.",
        ("lesson-countdown",),
        ("countdown",),
    ),
    (2, 2): Exercise(
        "A generator join(factories) that makes tasks, steps them side by side, and returns their results.",
        ("tree",),
        ("join",),
        {"join": lambda program: program.join},
    ),
    (3, 1): Exercise(
        "A generator every(period, times) that wakes so often, never drifts, and returns when it did.",
        ("lesson-every",),
        ("every",),
    ),
    (3, 2): Exercise(
        "A generator timeout(seconds, work): (result, True), or (None, False) and the work closed.",
        ("lesson-timeout",),
        ("timeout",),
    ),
    (4, 1): Exercise(
        "A generator nap(seconds) that yields one deadline: the first whole hundredth of a second of the"
        " loop's clock at which it has slept so long.",
        ("lesson-nap",),
        ("nap",),
    ),
    (4, 2): Exercise(
        "A class Loop with a sorted list (bisect.insort) in place of the heap; the check holds it to the"
        " order of deadlines, whatever keeps that.",
        ("lesson-order",),
        ("Loop",),
    ),
    (5, 1): Exercise(
        "A class Semaphore(value) with generators acquire() and release().",
        ("semaphore", "lesson-inside"),
        ("Semaphore",),
        {"Semaphore": lambda program: program.Semaphore},
    ),
    (5, 2): Exercise(
        "A function queue(capacity) that returns two generator functions, put(item) and get().",
        ("queue", "lesson-empty"),
        ("queue",),
        {"queue": lambda program: program.queue},
    ),
    (6, 1): Exercise(
        "A generator send_all(connection, data) that never blocks, however much there is to send.",
        ("lesson-send",),
        ("send_all",),
    ),
    (6, 2): Exercise(
        "A generator receive(connection, number) that returns exactly so many bytes, or raises EOFError.",
        ("lesson-receive",),
        ("receive",),
    ),
    (7, 1): Exercise(
        "A generator first(works): what the first task to end returned; the others go on.",
        ("lesson-first",),
        ("first",),
    ),
    (7, 2): Exercise(
        "A loop in which a task that fails harms no other, and whoever joins it gets its error.",
        ("lesson-failing",),
        ("join",),
    ),
    (8, 1): Exercise(
        "A generator timeout(seconds, work): (result, True), or (None, False) and the work cancelled.",
        ("lesson-timeout",),
        ("timeout",),
    ),
    (8, 2): Exercise(
        "A generator race(works): what the first task to end returned, once all others are cancelled.",
        ("lesson-race",),
        ("race",),
    ),
}
"""By step and number."""
