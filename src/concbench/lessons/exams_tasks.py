"""What steps 7 and 8 are examined by: races, and tasks that fail, on the stage. Standard library only."""

from collections.abc import Callable, Generator, Sequence
from functools import partial
from typing import Any

from concbench.lessons.blame import Wrong
from concbench.lessons.exam import LOOK_US, LOOKS, Mishap, about, called, exam, left_out, played, rest, same
from concbench.lessons.exams_limits import Observed, cancelled, sleeping, tidying, told_of
from concbench.lessons.stage import StageClock, on_clock
from concbench.words import shown

Work = Generator[Any, Any, Any]

RUNNERS = ("slow", "quick", "middle")
RESULTS = ("won", 0, None)
"""What the winner returns: also what counts as false."""


def runners(program: Any, ended: list[str], naps: Sequence[float], result: Any) -> list[Work]:
    """Return works that sleep for so long; the quickest returns ``result``, the others their names."""
    quickest = min(range(len(naps)), key=lambda index: naps[index])
    return [
        sleeping(program, ended, seconds, result=result if index == quickest else name, name=name)
        for index, (name, seconds) in enumerate(zip(RUNNERS, naps, strict=False))
    ]


def _handed(program: Any, name: str, works: list[Work]) -> Work:
    """Have works handed to a function of the learner's; raises Wrong where it changes the list of them."""
    kept = list(works)
    result = yield from called(program, name, works)
    if works != kept:
        raise Wrong(f"{name} changed the list of works", "it is the caller's, and stays as it was")
    return result


def firsts(program: Any) -> None:
    """Let three of different speed run, of which the first is told; one alone; and one that ends at once."""
    for naps, result in [((3.0, 1.0, 2.0), one) for one in RESULTS] + [((2.0,), "one"), ((1.0, 0.0), "now")]:
        (seen,) = played(program, partial(_firsts, program, naps, result))
        won, seconds, then, ended = seen
        look = "what the first to end returned, whatever it is: also 0 and None"
        same(f"first of works that end after {shown(naps)} s", won, result, look)
        about(f"first of works that end after {shown(naps)} s", seconds, min(naps), "is all waited for?")
        if len(then) > 1:
            raise Wrong(f"first returned when {', '.join(then)} had ended", "the first one is enough")
        if missing := left_out(RUNNERS[: len(naps)], ended):
            raise Wrong(f"first ended, and {missing} never did: the others have to go on", "is one dropped?")
        if len(ended) > len(naps):
            raise Wrong("a work was run twice", "each is started once, and the others go on by themselves")
    _tied(program, "first")


def _tied(program: Any, name: str) -> None:
    """Have two works that end in one turn: it is the first to end that counts."""

    def main() -> Work:
        ended: list[str] = []
        works = [sleeping(program, ended, result=one, name=one) for one in ("earlier", "later")]
        won = yield from called(program, name, works)
        yield from rest(program, 1.0)
        return won, ended

    ((won, ended),) = played(program, lambda _clock: [main()])
    look = (
        "when who waits goes on, more than one may have ended: the first that was noted is the first to end"
    )
    same(f"{name} of two works that end in one turn, one after the other,", won, ended[0], look)
    if len(ended) < 2 and name == "first":
        raise Wrong(
            "first of two works that end at once never ran the second one", "each is started, and goes on"
        )


def _firsts(program: Any, naps: Sequence[float], result: Any, clock: StageClock) -> list[Work]:
    def main() -> Work:
        ended: list[str] = []
        began = clock.now_us
        won = yield from _handed(program, "first", runners(program, ended, naps, result))
        seconds, then = (clock.now_us - began) / 1e6, list(ended)
        yield from rest(program, 5.0)
        return won, seconds, then, ended

    return [main()]


def races(program: Any) -> None:
    """Let three run, of which the first is told and the others are cancelled; one of them cleans up."""
    for result in RESULTS:
        race = partial(_race, program, (3.0, 1.0, 2.0), result)
        _raced(told_of(program, race), result, 1.0, RUNNERS)
    _raced(told_of(program, partial(_race, program, (2.0,), "one")), "one", 2.0, RUNNERS[:1])
    _raced(told_of(program, partial(_cleaning, program)), "quick", 1.5, RUNNERS)
    _tied(program, "race")
    kept = []

    def race_of_slow(ended: list[str]) -> Work:
        kept.extend(runners(program, ended, (60.0, 61.0, 62.0), "won"))
        return _handed(program, "race", kept[-3:])

    cancelled(program, "race", race_of_slow, RUNNERS)


def _race(program: Any, naps: Sequence[float], result: Any, ended: list[str]) -> Work:
    return _handed(program, "race", runners(program, ended, naps, result))


def _cleaning(program: Any, ended: list[str]) -> Work:
    """Make a race whose losers need half a second to clean up when they are cancelled."""
    quick = sleeping(program, ended, 1.0, result="quick", name="quick")
    works = [tidying(program, ended, "slow"), quick, tidying(program, ended, "middle")]
    return called(program, "race", works)


def _raced(told: Observed, result: Any, seconds: float, names: Sequence[str]) -> None:
    same("race", told.result, result, "what the first to end returned, whatever it is: also 0 and None")
    look = "who is cancelled may have to clean up: wait until each has ended, and for nothing else"
    if missing := left_out(names, told.ended):
        raise Wrong(f"race returned, and {missing} had not ended: it has to wait for those it cancels", look)
    about("race", told.seconds, seconds, look)
    if told.left > 0:
        raise Wrong("race left something behind that goes on", "all that it started has to have ended")


JOINED = "a task keeps its error beside its result, and join raises the error, as often as somebody joins"

APART = "what a task raised is kept apart from what it returned: an exception may be a result, too"


def failures(program: Any) -> None:
    """Start what fails and what does not; join it before and after, twice, and not at all; run it alone."""
    try:
        (seen,) = played(program, lambda clock: [_failures(program, clock)])
    except Mishap as error:
        raise Wrong("a task that failed ended the loop: its error came out of run", JOINED) from error
    same("what is joined: one that will fail, and one that does not", seen[:2], ["Mishap('bad')", 0], JOINED)
    same("what is joined after it has failed", seen[2], "Mishap('bad')", JOINED)
    same("what a second task gets that joins it", seen[3], "Mishap('bad')", JOINED)
    same("what other errors come to", seen[4:6], ["KeyError('bad')", "ZeroDivisionError('bad')"], JOINED)
    same("what a task is that nobody joins", seen[6], "went on", "a failure harms no other task")
    about(
        "what goes on beside tasks that fail",
        seen[7],
        4.0,
        "a failure harms no other task: does it keep one from going on?",
    )
    for works in ([_bad], [_fine, _bad]):
        try:
            seen = _run(program, [work(program) for work in works])
        except Mishap:
            continue
        raise Wrong(
            f"run returned {shown(seen)}, though a task that it was given failed",
            "run, too, raises the error of what it runs: otherwise it is lost",
        )
    _returned_errors(program)


def _returned_errors(program: Any) -> None:
    """Join, and run alone, what returns an exception, and raises none."""
    (told,) = played(program, lambda _clock: [_joins_returned(program)])
    if told:
        raise Wrong(f"join of a task that returned ValueError('kept'), and did not raise it, {told}", APART)
    try:
        seen = _run(program, [_returning(error := ValueError("kept"))])
    except ValueError:
        raise Wrong("run raised an exception that its task had returned", APART) from None
    same("what run returned of a task that returned an exception", seen == [error], True, APART)


def _joins_returned(program: Any) -> Work:
    kept = ValueError("kept")
    (task,) = yield "start", [_returning(kept)]
    try:
        result = yield from called(program, "join", task)
    except Exception as error:  # noqa: BLE001  (whatever it is, is what is to be seen)
        return f"raised {error!r}"
    return None if result is kept else f"came to {shown(result)}"


def _returning(result: Any) -> Work:
    return result
    yield


def _run(program: Any, works: list[Work]) -> Any:
    with on_clock(program, StageClock(LOOK_US, LOOKS)):
        return program.run(works)


def _bad(program: Any, kind: Callable[[str], Exception] = Mishap) -> Work:
    yield from rest(program, 1.0)
    raise kind("bad")


def _fine(program: Any) -> Work:
    yield from rest(program, 2.0)
    return 0


def _joined(program: Any, task: Any) -> Work:
    try:
        return (yield from called(program, "join", task))
    except Exception as error:  # noqa: BLE001  (whatever it is, is what is to be seen)
        return repr(error)


def _failures(program: Any, clock: StageClock) -> Work:
    began = clock.now_us
    bad, fine = yield "start", [_bad(program), _fine(program)]
    (second,) = yield "start", [_joined(program, bad)]
    seen = [(yield from _joined(program, bad)), (yield from _joined(program, fine))]
    seen += [(yield from _joined(program, bad)), (yield from _joined(program, second))]
    others = yield "start", [_bad(program, KeyError), _bad(program, ZeroDivisionError)]
    for task in others:
        seen.append((yield from _joined(program, task)))
    yield "start", [_bad(program)]
    yield from rest(program, 1.0)
    seen += ["went on", (clock.now_us - began) / 1e6]
    return seen


EXAMS = [
    exam("first", "first, of works of different speed, on the stage", firsts),
    exam("failing", "tasks that fail, joined and not, on the stage", failures),
    exam("race", "race, of works of different speed, on the stage", races),
]
