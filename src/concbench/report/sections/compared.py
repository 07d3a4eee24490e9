"""The answer of a comparison, cell by cell: what got slower and by how much, and what did not."""

from collections.abc import Iterator, Mapping, Sequence

from concbench.analysis.compared import cells_of, verdict_of_cell, what_words, worse_lines
from concbench.analysis.comparison import Comparison, Counted, Line
from concbench.analysis.wording import params_words
from concbench.metrics import BETTER, METRICS, WORSE
from concbench.report.blocks import Block, Folded, Said, Told
from concbench.report.charts.palette import Look

MOST = 20
"""Answers under a heading; what is more is folded."""

Judged = Line | Counted
Cells = dict[str, list[Judged]]


def told_lines(comparison: Comparison, looks: Mapping[str, Look]) -> Iterator[Block]:
    """Yield what is said of each cell, under a heading for each verdict, the worst first."""
    judged = _by_cell(comparison)
    worse = {one.cell for one in worse_lines(comparison)}
    beside = {one.cell for one in worse_lines(comparison, gated=False)} - worse
    rest = {cell: verdict_of_cell(comparison, cell) for cell in cells_of(comparison) if cell not in worse}
    slower = {cell: _with(judged[cell], WORSE) for cell in judged if cell in worse}
    yield from _told(_word(slower, "slower", "worse"), _figures(slower, looks))
    uncounted = {cell: _with(judged[cell], WORSE) for cell in judged if cell in beside}
    words = f"{_word(uncounted, 'slower', 'worse')}, though it does not count"
    yield from _told(words, _figures(uncounted, looks))
    faster = {cell: _with(judged[cell], BETTER) for cell, verdict in rest.items() if verdict == "faster"}
    yield from _told(_word(faster, "faster", "better"), _figures(faster, looks))
    unsure = {cell: _open(judged[cell]) for cell, verdict in rest.items() if verdict == "unsure"}
    yield from _told("not decided", _figures(unsure, {}))
    same = {cell: judged[cell] for cell, verdict in rest.items() if verdict == "same"}
    yield from _told("the same, within the margin", _names(same))


def _by_cell(comparison: Comparison) -> Cells:
    found: Cells = {}
    every: tuple[Judged, ...] = (*comparison.lines, *comparison.counted)
    for one in every:
        found.setdefault(one.cell, []).append(one)
    return found


def _with(judged: Sequence[Judged], verdicts: frozenset[str]) -> list[Judged]:
    return [one for one in judged if one.verdict in verdicts]


def _open(judged: Sequence[Judged]) -> list[Judged]:
    """Return what is not decided of what counts, or else of all."""
    found = _with(judged, frozenset({"unsure"}))
    return [one for one in found if one.gated] or found


def _word(cells: Cells, of_times: str, of_any: str) -> str:
    """Return the word for what is of times alone, or the one for anything."""
    every = [one for judged in cells.values() for one in judged]
    timed = all(isinstance(one, Line) and METRICS[one.metric].quantity == "ns" for one in every)
    return of_times if timed else of_any


def _title(one: Judged) -> str:
    return f"{one.workload}, {params_words(one.workload, one.params)}" if one.params else one.workload


def _figures(cells: Cells, looks: Mapping[str, Look]) -> dict[str, list[Said]]:
    """Return for each load its models, with how much they differ."""
    told: dict[str, list[Said]] = {}
    for judged in cells.values():
        first, words = judged[0], ", ".join(map(what_words, judged))
        told.setdefault(_title(first), []).append(Said(first.model, words, looks.get(first.model)))
    return told


def _names(cells: Cells) -> dict[str, list[Said]]:
    """Return for each load the names of its models, in one line."""
    models: dict[str, list[str]] = {}
    for judged in cells.values():
        models.setdefault(_title(judged[0]), []).append(judged[0].model)
    return {title: [Said(", ".join(names), "")] for title, names in models.items()}


def _told(heading: str, told: Mapping[str, Sequence[Said]]) -> Iterator[Block]:
    """Yield the lines under a heading, those beyond the ``MOST``-th answer folded."""
    shown, more, count = [], [], 0
    for title, said in told.items():
        room = max(0, MOST - count)
        shown += [(title, tuple(said[:room]))] if room else []
        more += [(title, tuple(said[room:]))] if said[room:] else []
        count += len(said)
    if shown:
        yield Told(heading, tuple(shown))
    if more:
        yield Folded(f"{count - MOST} more: {heading}", [Told("", tuple(more))])
