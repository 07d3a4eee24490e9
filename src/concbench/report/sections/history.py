"""History: how figures went over commits, where they stepped, and by how much."""

from collections.abc import Iterator, Sequence

from concbench.analysis.dataset import Dataset
from concbench.analysis.history import Change, HistorySeries
from concbench.analysis.units import scaled
from concbench.report.blocks import Block, Field, Folded, Picture, Row, Section, Table, Words, text
from concbench.report.charts.history import history_chart
from concbench.report.charts.palette import look_of
from concbench.report.charts.style import spelled_count
from concbench.report.sections.changes import changes_by_commit
from concbench.report.terminal.history_words import (
    alarm_words,
    change_words,
    found_words,
    interval_words,
    left_out_words,
)
from concbench.stats.discoveries import RATE
from concbench.words import several

MOST_CHARTS = 24
"""Charts that are drawn; the tables have every trace."""

CHART_READING = (
    "Each mark is one figure of a commit; of a time, it is what the machine took at its fast speed, as far as"
    " that can be told. The commits stand evenly apart, in the order of their dates. Thick lines are medians"
    " between step changes. A triangle on the upper edge points at a step, and the band of its colour shows"
    " the commits that it may lie at. Lower is better."
)
STEPS_READING = (
    "The change is that of the figures after the step against those before it, with the 95 % interval that"
    " assumes nothing about the noise but that it was alike on either side. The step may lie at any commit"
    " between the two that are named, also at one that was not measured. Steps are tested over all traces"
    f" together, at a false-discovery rate of {100 * RATE:g} %."
)
PROMISE = (
    f"Of what is said to have changed, {100 * RATE:g} % at most did so by chance. Commits of a history were"
    " measured at different times, so a step may be the machine's: before you act on one, let both sides of"
    " it run in turns (concbench compare COMMIT~1 COMMIT)."
)
TRACES_READING = (
    "The spread is how far the middle half of the figures of the last stretch reaches, relative to their"
    " median: a step much smaller than it takes many commits to be found."
)


def history(dataset: Dataset) -> Section | None:
    """Return the part of a page on runs, or None where the page has no history."""
    if not dataset.history:
        return None
    folded = [Folded(f"{part.title}: {part.line}", part.blocks) for part in _parts(dataset.history)]
    blocks = [*_answer(dataset.history), *folded]
    return Section("history", "History over commits", blocks, "when did what change, and by how much")


def history_sections(traces: Sequence[HistorySeries]) -> list[Section]:
    """Return the parts of a page on these traces, of which there is one at least."""
    return [Section("history", "What changed", _answer(traces)), *_parts(traces)]


def _answer(traces: Sequence[HistorySeries]) -> list[Block]:
    """Return what is read first: what changed when and by how much, or that nothing did."""
    blocks: list[Block] = [Words(f"{found_words(traces)} {left_out_words(traces)}".rstrip(), "lead")]
    if alarm := alarm_words(traces):
        blocks.append(Words(alarm, "alarm"))
    told = list(changes_by_commit(traces))
    return [*blocks, *told, *([Words(PROMISE)] if told else [])]


def _parts(traces: Sequence[HistorySeries]) -> list[Section]:
    """Return what the answer stands on, in parts that are folded."""
    charts = "the figures of each benchmark over the commits"
    steps = "each with its interval, and the commits that it lies between"
    every = f"{several(len(traces), 'benchmark')} with first and last figure, and spread"
    found = (
        Section("history-charts", "Charts", list(_pictures(traces)), charts),
        Section("history-steps", "Step changes", list(_steps_table(traces)), steps),
        Section("history-traces", "Every trace", [_traces_table(traces)], every),
    )
    return [part for part in found if part.blocks]


def _steps_table(traces: Sequence[HistorySeries]) -> Iterator[Table]:
    rows = [_step_row(trace, change) for trace in traces for change in trace.changes]
    if rows:
        yield Table(
            name="steps",
            caption="Where, when, and by how much",
            columns=("benchmark", "model", "step at", "between", "change", "interval", "python", "machine"),
            numeric=frozenset({4, 5}),
            heads=2,
            rows=tuple(rows),
            reading=STEPS_READING,
            filters=True,
        )


def _step_row(trace: HistorySeries, change: Change) -> Row:
    at, after, up_to = (trace.commits[place] for place in (change.at, change.first - 1, change.last))
    fields = (
        text(trace.name),
        _model_field(trace),
        Field(lines=(at.short, _unbroken(f"{at.date:%Y-%m-%d}")), order=at.date.timestamp()),
        text(_unbroken(f"after {after.short}"), _unbroken(f"up to {up_to.short}")),
        Field(lines=(change_words(change, trace),), order=change.middle, strong=True),
        text(interval_words(change, trace), order=change.low),
        text(trace.python),
        text(trace.machine),
    )
    return Row(fields, trace.workload, (trace.model,) if trace.model else ())


def _unbroken(words: str) -> str:
    """Return words that stand on one line."""
    return words.replace(" ", "\N{NO-BREAK SPACE}").replace("-", "\N{NON-BREAKING HYPHEN}")


def _model_field(trace: HistorySeries) -> Field:
    if not trace.model:
        return text("–", faint=True)
    return Field(lines=(trace.model,), order=trace.model, look=look_of(trace.place))


def _pictures(traces: Sequence[HistorySeries]) -> Iterator[Picture]:
    groups: dict[tuple[object, ...], list[HistorySeries]] = {}
    for trace in traces:
        groups.setdefault((trace.benchmark, trace.load, trace.machine, trace.env), []).append(trace)
    chosen = _chosen([group for group in groups.values() if any(len(trace.commits) > 1 for trace in group)])
    if chosen:
        left = len(groups) - len(chosen)
        more = f" ({left} more in the table below)" if left else ""
        svgs = tuple(history_chart(group, f"h{number}") for number, group in enumerate(chosen))
        yield Picture(svgs, f"Figures over commits, by benchmark and load{more}", CHART_READING)


def _chosen(groups: Sequence[list[HistorySeries]]) -> list[list[HistorySeries]]:
    """Return the groups to draw: those with steps first, then the last load of each benchmark."""
    stepped = [group for group in groups if any(trace.changes for trace in group)]
    last = {(group[0].benchmark, group[0].machine, group[0].env): group for group in groups}
    rest = [group for group in last.values() if group not in stepped]
    kept = [*stepped, *rest][:MOST_CHARTS]
    return [group for group in groups if group in kept]


def _traces_table(traces: Sequence[HistorySeries]) -> Table:
    return Table(
        name="traces",
        caption="First and last figures",
        columns=("benchmark", "model", "commits", "first", "last", "spread", "steps", "python", "machine"),
        numeric=frozenset({2, 3, 4, 5, 6}),
        heads=2,
        rows=tuple(_trace_row(trace) for trace in traces),
        reading=TRACES_READING,
        filters=True,
    )


def _trace_row(trace: HistorySeries) -> Row:
    spread = _spread(trace)
    steps = text(str(len(trace.changes)), order=len(trace.changes))
    fields = (
        text(trace.name),
        _model_field(trace),
        text(spelled_count(len(trace.commits)), order=len(trace.commits)),
        text(scaled(trace.values[0], trace.units).strip(), order=trace.values[0]),
        text(scaled(trace.values[-1], trace.units).strip(), order=trace.values[-1]),
        text("–", faint=True) if spread is None else text(f"{100 * spread:.1f} %", order=spread),
        Field(lines=("not determined",), hover=trace.reason, faint=True) if trace.reason else steps,
        text(trace.python),
        text(trace.machine),
    )
    return Row(fields, trace.workload, (trace.model,) if trace.model else ())


def _spread(trace: HistorySeries) -> float | None:
    """Return the interquartile range of the last stretch relative to its median; None for too few figures."""
    start = trace.changes[-1].at if trace.changes else 0
    last = sorted(trace.values[start:])
    middle = trace.changes[-1].level if trace.changes else trace.start
    if len(last) < 4 or middle <= 0:
        return None
    quarter = len(last) // 4
    return (last[-1 - quarter] - last[quarter]) / middle
