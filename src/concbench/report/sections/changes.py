"""The answer of a history, commit by commit: what changed there, and by how much."""

from collections.abc import Iterator, Sequence
from math import log

from concbench.analysis.history import Change, HistorySeries
from concbench.report.blocks import Block, LinkLine, Said, Told
from concbench.report.charts.palette import look_of
from concbench.report.terminal.history_words import change_words, direction_words, interval_words
from concbench.results.histories import Commit
from concbench.words import several

MOST, MOST_OF_ONE = 20, 6
"""Changes that are told of, in all and of one commit; the table of steps has every one."""

Found = tuple[HistorySeries, Change]


def changes_by_commit(traces: Sequence[HistorySeries]) -> Iterator[Block]:
    """Yield what changed at each commit, the latest first, and how much more there is."""
    found: dict[Commit, list[Found]] = {}
    for trace in traces:
        for change in trace.changes:
            found.setdefault(trace.commits[change.at], []).append((trace, change))
    left = MOST
    for commit in sorted(found, key=lambda one: one.date, reverse=True):
        largest = sorted(found[commit], key=_size, reverse=True)[: min(left, MOST_OF_ONE)]
        left -= len(largest)
        if largest:
            yield _told(commit, [one for one in found[commit] if one in largest], _places(traces))
    more = sum(map(len, found.values())) - (MOST - left)
    if more:
        yield LinkLine(f"{several(more, 'more change')}:", (("every step change", "steps"),))


def _size(one: Found) -> float:
    """Return how far a change reaches, of ratios as of their reciprocals; differences come first."""
    _trace, change = one
    return abs(log(change.middle)) if change.kind == "ratio" else float("inf")


def _places(traces: Sequence[HistorySeries]) -> int:
    return len({(trace.machine, trace.env) for trace in traces})


def _told(commit: Commit, found: Sequence[Found], places: int) -> Told:
    lines: dict[str, list[Said]] = {}
    for trace, change in found:
        where = f"; {trace.machine}, {trace.env}" if places > 1 else ""
        lines.setdefault(trace.name, []).append(_said(trace, change, where))
    heading = f"{commit.short}, {commit.date:%Y-%m-%d}"
    return Told(heading, tuple((name, tuple(said)) for name, said in lines.items()))


def _said(trace: HistorySeries, change: Change, where: str) -> Said:
    after, up_to = trace.commits[change.first - 1], trace.commits[change.last]
    size = change_words(change, trace).replace("× ", "×")
    words = f"{size} [{interval_words(change, trace)}], after {after.short}, up to {up_to.short}{where}"
    direction = direction_words(change, trace)
    look = look_of(trace.place) if trace.model else None
    return Said(trace.model or direction, f"{direction}, {words}" if trace.model else words, look)
