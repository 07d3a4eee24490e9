"""The exercises: two for each step, what an answer has to define, and by what it is held."""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from typing import Any

Lend = Callable[[Any], Any]
"""Takes a learner's program, and returns what tasks are lent by it."""


@dataclass(frozen=True, slots=True)
class Exercise:
    """What a learner is asked for.

    ``sample``: a call and what has to come of it, and whatever else is examined; ``exam``: the workload that
    examines it; ``defines``: the names that an answer has beside those of its step, or, ``either``, one
    of them at least; ``workloads``: by which
    it is held, too, beside those of its step; ``lends``: what the runtime has of what it defines.
    """

    asks: str
    sample: str
    exam: str
    defines: tuple[str, ...]
    workloads: tuple[str, ...] = ()
    lends: Mapping[str, Lend] = field(default_factory=dict)
    either: bool = False

    def answered(self, new: Container[str]) -> bool:
        """Whether these names are what it asks for."""
        return (any if self.either else all)(name in new for name in self.defines)

    def names(self) -> str:
        """Return what an answer defines, in words."""
        return (" or " if self.either else ", ").join(self.defines)


EXERCISES: Mapping[tuple[int, int], Exercise] = {
    (1, 1): Exercise(
        "A class `Countdown(times)`: not ready for so many calls of `run()`, then ready, its result `times`.",
        "`Countdown(2)`: `ready` is false after the first and the second call of `run()`, and true after the"
        " third; `result` is 2.",
        "lesson-countdown-objects",
        ("Countdown",),
        ("lesson-countdown",),
    ),
    (1, 2): Exercise(
        "A class `Join(factories)`: a task that makes tasks, runs them side by side, and has their results.",
        "`Join([f, g])`: each `run()` asks every child that is not ready once; it is ready as soon as both"
        " are, and `result` is `[that of f(), that of g()]`. `Join([])` is ready at its first `run()`, with"
        " `[]`. An error of a child comes out of `run()`.",
        "lesson-join-objects",
        ("Join",),
        ("tree",),
        {"Join": lambda program: program.Join},
    ),
    (2, 1): Exercise(
        "A generator `countdown(times)` that suspends so often, and returns `times`.",
        "`countdown(2)` yields twice; its third step ends it with the result 2.",
        "lesson-countdown-generators",
        ("countdown",),
        ("lesson-countdown",),
    ),
    (2, 2): Exercise(
        "A generator `join(factories)` that makes tasks, steps them side by side, and returns their results.",
        "`join([f, g])`: each step of it is one step of every child that has not ended, and that in which the"
        " last one ends returns `[that of f(), that of g()]`; `join([])` returns `[]` at once. An error of a"
        " child comes out.",
        "lesson-join-generators",
        ("join",),
        ("tree",),
        {"join": lambda program: program.join},
    ),
    (3, 1): Exercise(
        "A generator `every(period, times)` that wakes so often, never drifts, and returns when it woke.",
        "`every(0.5, 3)`, begun at 10.0: it yields the deadlines 10.5, 11.0 and 11.5, however late it goes"
        " on; where that is at 10.6, 11.1 and 11.7 it returns `[10.6, 11.1, 11.7]`.",
        "lesson-every",
        ("every",),
    ),
    (3, 2): Exercise(
        "A generator `timeout(seconds, work)`: `(result, True)`, or `(None, False)` and the work closed.",
        '`timeout(2, work)`: `("x", True)` after 1 s for a work that returns "x" then, `(None, False)` after'
        " 2 s for one that sleeps for 60 s, and for one that yields all the time. An error of the work comes"
        " out.",
        "lesson-timeout",
        ("timeout",),
    ),
    (4, 1): Exercise(
        "A generator `nap(seconds)` that yields one deadline: the first whole hundredth of a second of the"
        " loop's clock at which it has slept so long.",
        "`nap(0.02)`, begun at 5.0013: it yields 5.03, and its second step ends it.",
        "lesson-nap",
        ("nap",),
    ),
    (4, 2): Exercise(
        "A class `Loop` that keeps `timers` as a sorted list (`bisect.insort`) in place of a heap.",
        "After `wake_at` for 3 s, 1 s and 2 s the deadlines in `loop.timers` are 1, 2, 3; in a heap they are"
        " 1, 3, 2. `Loop(tasks)`, `wake_at(task, due)`, `wait()` and `ready` stay what they are.",
        "lesson-order",
        ("Loop",),
    ),
    (5, 1): Exercise(
        "A class `Semaphore(value)` with generators `acquire()` and `release()`.",
        "`Semaphore(1)`: `acquire()` returns for the first one, and for the second as soon as the first one"
        " has called `release()`. Who waits takes no steps, and who waits longest goes in first, before"
        " whoever comes later. A `release()` for which nobody waits makes room for one more.",
        "lesson-semaphore",
        ("Semaphore",),
        ("semaphore", "lesson-inside"),
        {"Semaphore": lambda program: program.Semaphore},
    ),
    (5, 2): Exercise(
        "A function `queue(capacity)` that returns two generator functions, `put(item)` and `get()`.",
        "`put, get = queue(1)`: one `put` returns at once, the second as soon as something was got; `get()`"
        " waits while there is nothing. First in, first out, whatever an item is. Who waits takes no steps,"
        " and who waits longest is next, before whoever comes later.",
        "lesson-queue",
        ("queue",),
        ("queue", "lesson-empty"),
        {"queue": lambda program: program.queue},
    ),
    (6, 1): Exercise(
        "A generator `send_all(connection, data)` that never blocks, however much there is to send.",
        "The connection is one that blocks, as sockets do; `send` with the flag `MSG_DONTWAIT` (of the module"
        " `socket`) does not, and returns how many bytes it took."
        ' `send_all(connection, b"…")` returns when the system has taken all of it, and leaves the connection'
        " open; while there is no room it takes no steps. An error of the connection comes out.",
        "lesson-send",
        ("send_all",),
    ),
    (6, 2): Exercise(
        "A generator `receive(connection, number)` that returns exactly so many bytes, or raises EOFError.",
        '`receive(connection, 4)`, when `b"to "` comes and then `b"be"`: `b"to b"`, and the `b"e"` is for the'
        ' next call. `receive(connection, 0)` is `b""` at once. EOFError, too, where the end comes after'
        " fewer bytes.",
        "lesson-receive",
        ("receive",),
    ),
    (7, 1): Exercise(
        "A generator `first(works)`: what the first task to end returned; the others go on.",
        "`first([a, b])`, where a takes 3 s and b 1 s: what b returned, after 1 s, and a is not ended. It"
        " takes no steps while it waits. There is at least one work, and none fails.",
        "lesson-first",
        ("first",),
    ),
    (7, 2): Exercise(
        "A loop in which a task that fails harms no other, and whoever joins it gets its error.",
        '`join(task)` raises `ValueError("bad")` for a task that raised it, before or after it did, and for'
        " each who joins it; so does `run` for a task that it was given. One that nobody joins fails"
        " unheard.",
        "lesson-failing",
        ("join", "Task", "Loop"),
        either=True,
    ),
    (8, 1): Exercise(
        "A generator `timeout(seconds, work)`: `(result, True)`, or `(None, False)` and the work cancelled.",
        '`timeout(2, work)`: `("x", True)` after 1 s for a work that returns "x" then; for one that sleeps'
        " for 60 s `(None, False)`, as soon as it has ended, which may take longer where it cleans up. An"
        " error of the work comes out, and no task is left behind. Where the task that has called it is"
        " cancelled from outside, so is the work, and Cancelled comes out.",
        "lesson-timeout-task",
        ("timeout",),
    ),
    (8, 2): Exercise(
        "A generator `race(works)`: what the first task to end returned, once all others are cancelled.",
        "`race([a, b])`, where a takes 3 s and b 1 s: what b returned, as soon as a has ended, which was"
        " cancelled after 1 s, and may clean up. There is at least one work, and none fails. Where the task"
        " that has called it is cancelled from outside, so are all works, and Cancelled comes out.",
        "lesson-race",
        ("race",),
    ),
}
"""By step and number."""
