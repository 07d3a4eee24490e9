"""A comparison in words: the sentence that matters first, and the figures of a line."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from typing import Any

from concbench.analysis.comparison import Comparison, Counted, Line
from concbench.analysis.contradiction import IN_PACES, SIDE_BY_SIDE, Shown, explained
from concbench.analysis.ending import ending_of
from concbench.analysis.units import Units, scaled, three_digits, units_of, with_interval
from concbench.metrics import BETTER, METRICS, WORSE
from concbench.outcomes import FAILURES
from concbench.words import several

MOST_NAMED = 5
"""Cells that a sentence names; the table has them all."""


def units_for(line: Line) -> Units:
    """Return the units that a line's figures are spelled in."""
    return units_of(METRICS[line.metric])


def worse_lines(comparison: Comparison, *, gated: bool = True) -> list[Line | Counted]:
    """Return what got worse, instruction counts too: what counts for the exit code, or the rest."""
    judged: tuple[Line | Counted, ...] = (*comparison.lines, *comparison.counted)
    return [one for one in judged if one.verdict in WORSE and one.gated is gated]


def headline(comparison: Comparison) -> str:
    """Return the answer in a sentence, and how many cells failed."""
    cells = cells_of(comparison)
    behind = _missing(comparison)
    if (refused := comparison.refused) is not None:
        return f"Nothing was compared: {sentence_of(refused.reason)}"
    if comparison.all_new:
        new = several(len({one.cell for one in comparison.failed}), comparison.word)
        return f"Nothing was compared: head brings {new}, and base has none to compare with."
    if not cells:
        return f"Nothing was compared.{behind}"
    if nothing_measured(comparison.lines):
        end = f"within {comparison.budget:g} s" if comparison.complete else "before it was stopped"
        return f"Nothing was measured: of {_several(comparison, cells)} none had a pair {end}.{behind}"
    worse = worse_lines(comparison)
    told = _worse(worse, _several(comparison, cells)) if worse else _not_worse(comparison, cells)
    return f"{told}{behind}"


def _several(comparison: Comparison, cells: Collection[str]) -> str:
    return several(len(cells), comparison.word)


def sentence_of(reason: str) -> str:
    """Return the first line of a reason as the end of a sentence."""
    return f"{reason.partition(chr(10))[0].rstrip(':.')}."


def lead_words(comparison: Comparison) -> str:
    """Return the answer in a sentence, which names no cell: for where these stand below it."""
    worse, cells = worse_lines(comparison), cells_of(comparison)
    if not worse:
        return headline(comparison)
    named = {one.cell for one in worse}
    rest = _counts(comparison, [cell for cell in cells if cell not in named])
    others = f" The others: {rest}." if rest else ""
    return f"{_how_many_worse(worse, _several(comparison, cells))}.{others}{_missing(comparison)}"


def cells_of(comparison: Comparison) -> list[str]:
    """Return the cells that were compared, in their order."""
    return list(dict.fromkeys(line.cell for line in comparison.lines))


def nothing_measured(lines: Iterable[Line]) -> bool:
    """Say whether none of these lines has a figure."""
    return not any(line.pairs for line in lines)


def _missing(comparison: Comparison) -> str:
    """Return how many cells failed, and how many others one side cannot do; each cell is counted once."""
    failed = {one.cell for one in comparison.failed if one.outcome in FAILURES}
    others = {one.cell for one in comparison.failed} - failed
    told = [f" {several(len(failed), comparison.word)} failed."] if failed else []
    return "".join(
        [*told, *([f" {several(len(others), comparison.word)} could not be compared."] if others else [])]
    )


def _worse(worse: Sequence[Line | Counted], cells: str) -> str:
    named = list(dict.fromkeys(one.cell for one in worse))
    more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
    return f"{_how_many_worse(worse, cells)}: {', '.join(named[:MOST_NAMED])}{more}."


def _how_many_worse(worse: Sequence[Line | Counted], cells: str) -> str:
    number = len({one.cell for one in worse})
    words = {_worse_word(one) for one in worse}
    word = words.pop() if len(words) == 1 else "worse"
    return f"{number} of {cells} {'is' if number == 1 else 'are'} {word}"


def _worse_word(one: Line | Counted) -> str:
    if isinstance(one, Counted):
        return "worse by instructions"
    metric = METRICS[one.metric]
    return "slower" if metric.quantity == "ns" else f"worse by {metric.words}"


def _not_worse(comparison: Comparison, cells: Sequence[str]) -> str:
    """Return what is said where nothing that counts got worse; of time it is said only where it was told."""
    if all(verdict_of_cell(comparison, cell) == "unsure" for cell in cells):
        return f"Nothing is decided: {_several(comparison, cells)} unsure."
    slower = any(line.verdict == "slower" for line in comparison.lines)
    answer = "Nothing that counts is worse" if slower else "Nothing is slower"
    return f"{answer}: of {_several(comparison, cells)} {_counts(comparison, cells)}."


def _counts(comparison: Comparison, cells: Sequence[str]) -> str:
    """Return how many cells have which verdict: ``1 faster, 3 same``."""
    counts = Counter(verdict_of_cell(comparison, cell) for cell in cells)
    known = ("slower", "faster", "same", "unsure")
    return ", ".join(f"{counts[verdict]} {verdict}" for verdict in known if counts[verdict])


def verdict_of_cell(comparison: Comparison, cell: str) -> str:
    """Return one verdict for a cell, of what counts there, or else of its times.

    It is slower at any loss, else unsure at any doubt, else faster at any gain.
    """
    mine = [line for line in comparison.lines if line.cell == cell]
    counting = [line for line in mine if line.gated] or [
        line for line in mine if METRICS[line.metric].quantity == "ns"
    ]
    verdicts = {line.verdict for line in counting or mine}
    found = (("slower", WORSE), ("unsure", {"unsure"}), ("faster", BETTER))
    return next((verdict for verdict, which in found if verdicts & which), "same")


def what_words(one: Line | Counted) -> str:
    """Return what was compared, and how much head differs: ``wall time ×1.051 [1.044–1.060]``."""
    if isinstance(one, Counted):
        return f"instructions ×{one.ratio:.4f}"
    return f"{METRICS[one.metric].what} {change_words(one)}"


def change_words(line: Line) -> str:
    """Return how much head differs from base: ``×1.051 [1.044–1.060]`` or ``+3.1 [2.0–4.2] µs``."""
    if line.low is None or line.middle is None or line.high is None:
        return _so_far(line)
    if line.kind == "ratio":
        return f"×{_fine(line.middle)} [{_fine(line.low)}–{_fine(line.high)}]"
    words = with_interval(line.low, line.middle, line.high, units_for(line))
    return f"+{words}" if line.middle > 0 else words


def columns_words(lines: Iterable[Line], *, paired: bool) -> str | None:
    """Return why figures of base and head seem to contradict the change beside them, or None."""
    rows = []
    for line in lines:
        if line.kind == "ratio" and not (line.low is None or line.middle is None or line.high is None):
            rows.append(Shown(line.head, line.base, line.low, line.middle, line.high))
    return explained(rows, SIDE_BY_SIDE if paired else IN_PACES)


def _so_far(line: Line) -> str:
    """Return what the pairs so far say, where they are too few for an interval."""
    if line.seen is None:
        return "not determined"
    if line.kind == "ratio":
        return f"×{_fine(line.seen)} so far"
    words = scaled(line.seen, units_for(line)).strip()
    return f"{'+' if line.seen > 0 else ''}{words} so far"


def _fine(ratio: float) -> str:
    """Return a ratio to a thousandth where it is near 1, for margins are of hundredths."""
    return f"{ratio:.3f}" if 0.1 <= ratio < 10 else three_digits(ratio)


def figure_words(line: Line) -> tuple[str, str]:
    """Return the figures of base and head, dashes where nothing was measured."""
    if not line.pairs:
        return "–", "–"
    base, head = (scaled(value, units_for(line)).strip() for value in (line.base, line.head))
    return base, head


def margin_words(line: Line) -> str:
    """Return a margin: ``±1%`` or ``±100 µs``."""
    spelled = f"{100 * line.margin:g}%" if line.kind == "ratio" else scaled(line.margin, units_for(line))
    return f"±{spelled.strip()}"


def rates_words(comparison: Comparison) -> str:
    """Return what the verdicts promise."""
    told = sum(line.middle is not None for line in comparison.lines)
    if not told:
        few = "pairs" if comparison.paired else "processes"
        return f"No verdict is given: none of the figures has enough {few} for an interval."
    if not comparison.paired:
        return _hint_words(comparison)
    return (
        f"At most {comparison.rate:.0%} of what is called slower or faster is so by chance, over all"
        f" {several(told, 'comparison')}; intervals are of {comparison.confidence:.0%}, however early"
        " measuring stopped."
    )


def _hint_words(comparison: Comparison) -> str:
    """Return what a comparison of stored runs is worth, and whether anything hangs on it."""
    if comparison.fail_on == "never":
        gate = "so nothing here fails: --gate METRIC or --fail-on slower makes it a gate"
    else:
        gate = "though a gate was asked for"
    return (
        "A hint and no verdict to build on: nothing is paired, since both were measured at other times, so"
        " what the machine did in between looks like a change too, and no rate of false alarms is promised;"
        f" {gate}. Compare the revisions for a verdict."
    )


def as_plain(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison as plain data, ready for JSON; ends that are open are None."""
    ending, why = ending_of(comparison)
    return {"answer": headline(comparison), "ending": ending.value, "why": why, **asdict(comparison)}
