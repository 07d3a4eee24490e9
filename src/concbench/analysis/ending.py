"""How a comparison ends, for whoever is to be stopped by it: what it comes to, and why."""

from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from typing import Literal, TypeAlias

from concbench.analysis.comparison import Comparison, Counted, Line
from concbench.metrics import INSTRUCTIONS, WORSE
from concbench.outcomes import FAILURES
from concbench.words import several

FailOn: TypeAlias = Literal["unsure", "slower", "never"]
"""What makes a comparison fail: also what is undecided, what got slower, or neither."""


class Ending(StrEnum):
    """What a comparison comes to; each has an exit code of its own."""

    PASSED = "passed"
    SLOWER = "slower"
    UNDECIDED = "undecided"
    FAILED = "failed"
    NOTHING_MEASURED = "nothing measured"
    INTERRUPTED = "interrupted"


def ending_of(comparison: Comparison) -> tuple[Ending, str]:
    """Return how a comparison ends, and why.

    What is slower outweighs what failed, that what is missing, and all of them what is undecided.
    """
    return next(_endings(comparison))


def _endings(comparison: Comparison) -> Iterator[tuple[Ending, str]]:
    """Yield all that a comparison could be said to come to, what outweighs the rest first."""
    if comparison.paired and not comparison.complete:
        yield Ending.INTERRUPTED, "it was stopped before its end"
    worse = several(len(worse_cells(comparison)), comparison.word) if worse_cells(comparison) else None
    if worse and comparison.fail_on != "never":
        yield Ending.SLOWER, f"{worse} got worse by what counts"
    if comparison.refused:
        yield Ending.FAILED, "head cannot be measured"
    broken = {one.cell for one in comparison.breaking}
    if broken:
        yield Ending.FAILED, f"{several(len(broken), comparison.word)} failed, or head lacks what base has"
    if INSTRUCTIONS in comparison.gates and comparison.uncounted:
        number = several(len(comparison.uncounted), "cell")
        yield Ending.FAILED, f"the instructions of {number} were to count, and could not be counted"
    if comparison.all_new:
        new = len({one.cell for one in comparison.failed})
        yield Ending.PASSED, f"head brings {several(new, comparison.word)}, and base has none to compare with"
    if not comparison.told.intersection(comparison.gates):
        yield Ending.NOTHING_MEASURED, "nothing of what counts was measured"
    if comparison.fail_on == "unsure" and (left := len(undecided(comparison))):
        yield (
            Ending.UNDECIDED,
            f"of what counts {several(left, 'figure')} {'is' if left == 1 else 'are'} unsure",
        )
    passed = f"{worse} got worse, which is no failure here" if worse else "nothing that counts is worse"
    yield Ending.PASSED, passed


def worse_cells(comparison: Comparison) -> list[str]:
    """Return the cells that got worse by what counts."""
    judged: tuple[Line | Counted, ...] = (*comparison.lines, *comparison.counted)
    return list(dict.fromkeys(one.cell for one in judged if one.gated and one.verdict in WORSE))


def undecided(comparison: Comparison) -> list[Line]:
    """Return the figures that count and are undecided."""
    return [line for line in comparison.lines if line.gated and line.verdict == "unsure"]


def with_caution(comparison: Comparison) -> Comparison:
    """Return a comparison with a warning where its exit code says less, or more, than one would think.

    An exit code of 0 says that nothing was found to be slower, and not that nothing is; where nothing was
    measured it is another one.
    """
    cautions = _gone(comparison)
    open_, counting = undecided(comparison), [line for line in comparison.lines if line.gated]
    if open_ and comparison.told.intersection(comparison.gates):
        passes = {
            "unsure": "and fail (--fail-on unsure).",
            "slower": "which fails nothing (--fail-on unsure would).",
            "never": "which fails nothing.",
        }[comparison.fail_on]
        cautions.append(
            f"{len(open_)} of the {len(counting)} figures that count are undecided, {passes} A longer"
            f" --budget (it was {comparison.budget:g} s) or fewer {comparison.word}s may decide them"
        )
    if (worse := worse_cells(comparison)) and comparison.fail_on == "never":
        verb = "passes" if len(worse) == 1 else "pass"
        cautions.append(f"{several(len(worse), comparison.word)} got worse, and {verb}: --fail-on never")
    return replace(comparison, warnings=(*comparison.warnings, *cautions))


def _gone(comparison: Comparison) -> list[str]:
    """Return a warning of what base has and head lacks: it fails, and looks like what is skipped on both."""
    lacked = {one.cell for one in comparison.breaking if one.outcome not in FAILURES}
    if not lacked:
        return []
    other = ending_of(comparison)[0] is not Ending.FAILED
    code = "which fails, too" if other else "which fails (exit code 3)"
    verb = "is" if len(lacked) == 1 else "are"
    return [f"{several(len(lacked), comparison.word)} of base {verb} unavailable at head, {code}"]
