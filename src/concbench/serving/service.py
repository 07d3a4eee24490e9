"""Service: what is done with a case at a driver's request, from the first call to the end of its test."""

from collections.abc import Callable, Mapping
from pathlib import Path
from time import perf_counter_ns

from concbench.measure.execution import settle
from concbench.serving.calls import Case, Figures
from concbench.serving.channel import Channel, Message

AIM_NS = 2_000_000
"""As long as a slice of a comparison."""

SEVERAL_CPUS, READING_NS = 1.2, 50_000
"""More CPU time than so many times the wall time, and than reading the counters costs, is that of several
threads, or of other processes."""

SHORT_NS, AGAIN = 50_000_000, 2
"""What takes less is tried so many times more: a burst of other work is as long as that, not as several."""


WHOLE = "whole_ns"
"""What an attempt took with all that is done around its calls."""


class LetGo(BaseException):
    """The driver has closed the pipe in the middle of a test, which is left at once."""


def serve(
    channel: Channel,
    case: Case,
    request: Message,
    failed: Callable[[BaseException], None],
) -> None:
    """Answer what is asked of a case until its test may go on; ``request`` is what has begun the test.

    What the case raises is told to ``failed``, from which on the answer is owed elsewhere, and raised. Raises
    LetGo where there are no more requests.
    """
    asked: Message | None = request
    while asked is not None and asked["op"] != "end":
        try:
            answer = _carried_out(case, asked)
        except BaseException as error:
            failed(error)
            raise
        channel.answer(answer)
        asked = channel.next()
    if asked is None:
        raise LetGo


def _carried_out(case: Case, asked: Message) -> Message:
    match asked["op"]:
        case "try":
            return tried(case)
        case "begin":
            return {}
        case "warm":
            case.run(asked["number"])
            return {"runs": asked["number"]}
        case "slice":
            case.run(asked["untimed"])
            return {**case.timed(asked["number"]), "records": {}}
        case other:
            raise ValueError(f"no such operation: {other}")


def tried(case: Case, clock: Callable[[], int] = perf_counter_ns) -> Message:
    """Return what a call of a case costs (ns), with (``whole_ns``) and without what is done around it.

    ``around_ns`` is what is done around any number of calls that are timed together. ``most`` is how many
    calls it stands in a process, None for any number; ``sample``: how many, or a multiple, are made at once.
    ``alone``: it does not use more than one CPU, so it may be pinned to one. ``tried_ns`` is what finding out
    has taken, which no pair has.
    """
    start = clock()
    attempts = _attempts(case, clock)
    number = attempts[-1][0]
    alike = [one for calls, one in attempts if calls == number]
    figures = min(alike, key=lambda one: one["wall_ns"])
    whole_ns = figures["wall_ns"] if case.prepared else min(one[WHOLE] for one in alike)
    around_ns = min(one[WHOLE] - one["wall_ns"] for one in alike) if case.prepared else 0
    return {
        "once_ns": max(1, figures["wall_ns"] // number),
        "whole_ns": max(1, whole_ns // number),
        "around_ns": max(0, around_ns),
        "most": case.most,
        "sample": case.sample,
        "surrounded": case.surrounded,
        "tasks": case.tasks,
        "alone": case.alone and not _several(figures),
        "tried_ns": clock() - start,
    }


def _attempts(case: Case, clock: Callable[[], int]) -> list[tuple[int, Figures]]:
    """Time a case some times, after a call that is not timed, where it stands more than one."""
    left = case.most
    if not case.prepared and (left is None or left > case.sample):
        case.run(case.sample)
        left = None if left is None else left - case.sample

    def taking(number: int) -> Figures:
        start = clock()
        figures = case.timed(number)
        return {**figures, WHOLE: clock() - start}

    if left is None and not case.surrounded:
        return _settled(taking)
    return _few(taking, case.sample, left)


def _few(taking: Callable[[int], Figures], sample: int, most: int | None) -> list[tuple[int, Figures]]:
    """Time a sample, and again where that is short, but no more calls than ``most``."""
    attempts = [(sample, taking(sample))]
    while attempts[-1][1][WHOLE] < SHORT_NS and len(attempts) <= AGAIN:
        if most is not None and (len(attempts) + 1) * sample > most:
            break
        attempts.append((sample, taking(sample)))
    return attempts


def _settled(taking: Callable[[int], Figures]) -> list[tuple[int, Figures]]:
    """Find how many calls take long enough, and time as many again where that is short.

    A slice in which something else had the CPU would make a call look many times as long, and all slices of
    the comparison too short to say anything.
    """
    attempts = [(number, dict(figures)) for number, figures in settle(taking, AIM_NS)]
    number, figures = attempts[-1]
    again = AGAIN if figures["wall_ns"] < SHORT_NS else 0
    return attempts + [(number, taking(number)) for _ in range(again)]


def _several(figures: Mapping[str, int]) -> bool:
    """Say whether more than one CPU was at work, or another process may have been."""
    return figures["cpu_ns"] - READING_NS > SEVERAL_CPUS * figures["wall_ns"] or bool(_children())


def _children() -> str:
    try:
        return Path("/proc/thread-self/children").read_text(encoding="ascii").strip()
    except OSError:
        return ""
