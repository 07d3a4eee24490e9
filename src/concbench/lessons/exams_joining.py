"""What is examined by hand in steps 1 and 2: what an answer does at each call.

Standard library only.
"""

from collections.abc import Callable, Generator, Iterable, Sequence
from functools import partial
from typing import Any

from concbench.lessons.blame import Wrong
from concbench.lessons.exam import Mishap, called, exam, same, stepped
from concbench.words import several

Work = Generator[Any, Any, Any]

RESULTS: tuple[Any, ...] = (0, None, "x", [])
"""What children return: also what counts as false."""

LENGTHS = ((2, 1, 3), (1,), (2, 2, 4, 1), ())
"""How often the children of a family have to be asked."""

ASKED_TWICE = (
    "each time the join is asked, or stepped, it does the same to every child once, and returns, or yields"
    ": who runs its children to their end keeps all others waiting"
)


READY = "it is not ready for so many calls, and is at the next one; each object counts for itself"


def countdown_objects(program: Any) -> None:
    """Ask objects that count down, as often as they say and once more."""
    for times in (3, 1, 7, 0):
        one, other = program.Countdown(times), program.Countdown(times + 1)
        for asked in range(times + 1):
            if one.ready and times:
                raise Wrong(
                    f"Countdown({times}) is ready after {several(asked, 'call')} of run(), and has to be"
                    f" after {times + 1}",
                    READY,
                )
            one.run()
        if not one.ready:
            raise Wrong(f"Countdown({times}) is not ready after {several(times + 1, 'call')} of run()", READY)
        same(f"the result of Countdown({times})", one.result, times, "is it the number it was made with?")
        if other.ready:
            raise Wrong(
                "a Countdown that nobody asked is ready", "do two of them share a field of the class?"
            )


ONCE = "a bare `yield` suspends once: how often is it come to?"


def countdown_generators(program: Any) -> None:
    """Step generators that count down."""
    for times in (3, 1, 7, 0):
        work = called(program, "countdown", times)
        suspended = 0
        while (now := stepped(work))[0]:
            suspended += 1
            if suspended > times:
                raise Wrong(f"countdown({times}) suspends more than {several(times, 'time')}", ONCE)
        if suspended < times:
            raise Wrong(
                f"countdown({times}) suspends {several(suspended, 'time')}, and has to suspend"
                f" {several(times, 'time')}",
                ONCE,
            )
        same(f"what countdown({times}) returns", now[1], times, "a generator may `return` a value, too")


ALL = "it ends with the last of its children, neither before nor later; one without children at once"


def _children(lengths: Sequence[int]) -> str:
    return "1 child" if len(lengths) == 1 else f"{len(lengths)} children"


class Children:
    """Children of which it is noted how often each is asked, or stepped; none may be once it has ended."""

    def __init__(self, lengths: Iterable[int]) -> None:
        self.lengths = tuple(lengths)
        self.asked = [0] * len(self.lengths)
        self.made = [0] * len(self.lengths)
        self.results = [RESULTS[index % len(RESULTS)] for index in range(len(self.lengths))]

    def note(self, index: int) -> bool:
        """Note that a child is asked; return whether it has ended now."""
        if self.asked[index] == self.lengths[index]:
            raise Wrong(f"child {index} is asked again, though it has ended", "ask those that are pending")
        self.asked[index] += 1
        return self.asked[index] == self.lengths[index]

    def after(self, rounds: int, ready: bool, how: str) -> None:
        """Raise Wrong where not every child that was pending was asked once in a round."""
        for index, length in enumerate(self.lengths):
            right, is_ = min(length, rounds), self.asked[index]
            if is_ > right:
                raise Wrong(f"in {how} {rounds} child {index} is asked more than once", ASKED_TWICE)
            if is_ < right:
                raise Wrong(f"in {how} {rounds} child {index} is not asked", ASKED_TWICE)
        if ready and (self.asked != list(self.lengths) or min(self.made, default=1) < 1):
            raise Wrong(f"the join is ready after {how} {rounds}, and not all its children are", ALL)
        if not ready and self.asked == list(self.lengths):
            raise Wrong(f"the join is not ready after {how} {rounds}, and all its children are", ALL)

    def ended(self, results: Any) -> None:
        """Raise Wrong where a family's results are others, or a child was made twice."""
        if max(self.made, default=1) > 1:
            raise Wrong("a factory was called twice", "each makes one task, which is kept")
        look = "each child's result at its place, whatever it is: also 0 and None"
        same(f"the result of a join of {_children(self.lengths)}", results, self.results, look)


def join_objects(program: Any) -> None:
    """Ask a Join until it is ready; its children are of all lengths, and one fails."""
    for lengths in LENGTHS:
        family = Children(lengths)
        factories = [_child(program, family, index) for index in range(len(lengths))]
        kept = list(factories)
        join = program.Join(factories)
        for rounds in range(1, max(lengths, default=1) + 1):
            join.run()
            family.after(rounds, bool(join.ready), "call")
            if join.ready:
                break
        family.ended(join.result)
        same("the list of factories", factories, kept, "it is the caller's, and stays as it was")
    _hands_on_errors(lambda: program.Join([_bad_child(program)]).run())
    _late_objects(program)


def _child(program: Any, family: Children, index: int) -> Any:
    class _Child(program.Task):  # type: ignore[misc]
        def __init__(self) -> None:
            family.made[index] += 1

        def run(self) -> None:
            self.ready = family.note(index)
            self.result = family.results[index] if self.ready else "not ready"

    return _Child


def _bad_child(program: Any) -> Any:
    class _BadChild(program.Task):  # type: ignore[misc]
        def run(self) -> None:
            raise Mishap

    return _BadChild


def _hands_on_errors(fail: Any, what: str = "a child failed, and its error is lost") -> None:
    try:
        fail()
    except Mishap:
        return
    raise Wrong(
        what, "what a child raises has to come out of the join, whichever it is, and whenever it fails"
    )


LAST_CALL = 4
"""At which call such a child ends that does not fail."""

FAILS_AT = ((0, 1), (2, 0), (0, 3))
"""At which call each of two children fails; 0: at none."""


def _late_objects(program: Any) -> None:
    """Ask a Join of which a child fails that is not the first, or at a later call."""

    def child(fails_at: int) -> Any:
        class _Failing(program.Task):  # type: ignore[misc]
            def __init__(self) -> None:
                self.calls = 0

            def run(self) -> None:
                self.calls += 1
                if self.calls == fails_at:
                    raise Mishap
                self.ready, self.result = self.calls == LAST_CALL, None

        return _Failing

    for ats in FAILS_AT:
        _one_fails(program.Join(list(map(child, ats))).run, ats)


def _late_generators(program: Any) -> None:
    """Step a join of which a child fails that is not the first, or at a later step."""

    def child(fails_at: int) -> Work:
        for call in range(1, LAST_CALL + 1):
            if call == fails_at:
                raise Mishap
            if call < LAST_CALL:
                yield

    for ats in FAILS_AT:
        join = called(program, "join", [partial(child, at) for at in ats])
        _one_fails(partial(stepped, join), ats)


def _one_fails(ask: Callable[[], Any], ats: tuple[int, int]) -> None:
    index = 0 if ats[0] else 1
    what = f"child {index} of 2 failed when it was asked for time {ats[index]}, and its error is lost"
    _hands_on_errors(lambda: [ask() for _ in range(LAST_CALL)], what)


def join_generators(program: Any) -> None:
    """Step a join until it ends; its children are of all lengths, and one fails."""
    for lengths in LENGTHS:
        family = Children(lengths)
        factories = [_stepped_child(family, index) for index in range(len(lengths))]
        kept = list(factories)
        join, result = called(program, "join", factories), None
        for rounds in range(1, max(lengths, default=1) + 1):
            on, result = stepped(join)
            family.after(rounds, not on, "step")
            if not on:
                break
        family.ended(result)
        same("the list of factories", factories, kept, "it is the caller's, and stays as it was")
    _hands_on_errors(lambda: stepped(called(program, "join", [_bad_work])))
    _late_generators(program)


def _bad_work() -> Work:
    raise Mishap
    yield


def _stepped_child(family: Children, index: int) -> Any:
    def child() -> Work:
        family.made[index] += 1
        while not family.note(index):
            yield
        return family.results[index]

    return child


EXAMS = [
    exam("countdown-objects", "Countdown, asked call by call", countdown_objects),
    exam("countdown-generators", "countdown, stepped by hand", countdown_generators),
    exam("join-objects", "Join, asked call by call: each child once in each", join_objects),
    exam("join-generators", "join, stepped by hand: each child once in each step", join_generators),
]
