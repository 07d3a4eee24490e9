"""The ladder: from the tutorial's loop to asyncio, what each step did, and which predictions were wrong."""

from collections.abc import Sequence

from concbench.analysis.dataset import Dataset
from concbench.analysis.ladder.asked import is_a_ladder
from concbench.analysis.ladder.climbing import Climbed, LadderChange, ladder_of, wrong_of
from concbench.analysis.ladder.steps import EFFECTS, Effect
from concbench.analysis.ladder.telling import (
    SIGNS_SAID,
    change_words,
    sentences,
    tally_words,
    where_of,
    workload_by_workload,
    wrong_words,
)
from concbench.analysis.units import scaled, units_of
from concbench.models.index import family_named
from concbench.report.blocks import (
    Block,
    Field,
    Folded,
    Picture,
    Row,
    Section,
    Table,
    Words,
    named,
    text,
)
from concbench.report.charts.ladder import ladder_chart
from concbench.report.sections.answer import beware

LINE = "from the tutorial’s loop to asyncio, one idea at a time: what each costs and what it buys"
INTRODUCTION = (
    "Each rung is a whole event loop that adds one idea to the rung below it. Before anything was measured it"
    " was predicted what that does to time, CPU, memory and lateness."
)

DRAWN: tuple[Effect, ...] = ("CPU", "memory")
"""Effects that have a chart: time is drawn in none, since a loop that never sleeps wins every clock."""

CHART_READING = (
    "Each rung is a loop of its own, the lowest is the tutorial’s; the line leads from rung to rung. Further"
    " left is cheaper, and the axis is logarithmic. At the right stands what each step did: ✗ where it was"
    " predicted otherwise, ? where that cannot be told."
)
TABLE_READING = (
    "A rung against the one below it, paired by generation, with a 95 % interval. Predicted was a sign,"
    " before anything was measured: about the same is a ratio within 5 % of 1, or less than 20 µs of a run. A"
    " prediction is wrong where the whole interval lies beyond it, and open where a part of it does."
)


def ladder(dataset: Dataset) -> Section | None:
    """Return the section, or None where no two rungs were measured.

    It is folded unless ``concbench ladder`` asked for the runs: then it is what the page is about.
    """
    opens = is_a_ladder(dataset.runs)
    climbed = ladder_of(dataset, asked=opens)
    if not climbed:
        return None
    first: list[Block] = [Words(sentence, "lead") for sentence in sentences(dataset, climbed)]
    first += [Words(_introduction(climbed)), beware(dataset)] if opens else []
    wrong = [Words(wrong_words(one, change)) for one, change in wrong_of(climbed)]
    where: list[Block] = [Folded("where the predictions were wrong", wrong)] if wrong else []
    groups = workload_by_workload(climbed)
    charts = [one for number, steps in enumerate(groups) for one in _charts(dataset, steps, number)]
    picture = Picture(tuple(charts), "What a unit of work costs, rung by rung", CHART_READING)
    tables = [_table(steps, number) for number, steps in enumerate(groups)]
    blocks = [*first, picture, Words(f"{tally_words(climbed)}."), *where]
    every = Folded("every step, beside what was predicted", tables)
    return Section("ladder", "The ladder", [*blocks, every], "" if opens else LINE)


def _introduction(climbed: Sequence[Climbed]) -> str:
    """Return what the rungs are, what each adds, and the command that shows its code."""
    added = {one.step.rung: one.step.adds for one in climbed if one.step}
    what = "; ".join(f"{rung}: {adds}" for rung, adds in added.items())
    ours = next((one for one in added if family_named(one) == "ladder"), None)
    shown = f" concbench ladder --diff {ours} shows one as code." if ours else ""
    return f"{INTRODUCTION}{f' What each adds: {what}.' if added else ''}{shown}"


def _charts(dataset: Dataset, steps: Sequence[Climbed], number: int) -> list[str]:
    """Return the charts of one workload."""
    told = {effect: change.metric for one in steps for effect in DRAWN if (change := one.change(effect))}
    return [
        ladder_chart(
            dataset,
            steps,
            effect,
            f"ladder{number}{effect[0].lower()}",
            f"{metric.words} per {steps[0].unit if metric.per == 'unit' else 'task'}",
        )
        for effect, metric in told.items()
    ]


def _table(steps: Sequence[Climbed], number: int) -> Table:
    rows = (
        _row(one, change) for one in steps for effect in EFFECTS if (change := one.change(effect)) is not None
    )
    return Table(
        name=f"ladder-steps{number or ''}",
        caption=f"{where_of(steps[0])}: what each step did",
        columns=("rung", "of", "below", "here", "by the step", "predicted", "that was", "adds", "because"),
        numeric=frozenset({2, 3, 4}),
        rows=tuple(rows),
        reading=TABLE_READING,
    )


def _row(one: Climbed, change: LadderChange) -> Row:
    units, expects = units_of(change.metric), one.expects
    told = SIGNS_SAID[change.predicted] if change.predicted else "nothing: no neighbours"
    interval = change.against.interval
    fields = (
        named(one.rung.contender),
        text(change.metric.words),
        text(scaled(change.below, units), order=change.below),
        text(scaled(change.here, units), order=change.here),
        Field(
            lines=(change_words(change),),
            order=interval.middle if interval else None,
            strong=change.against.real,
            hover=change.against.reason,
        ),
        text(told),
        Field(
            lines=(change.standing or "–",),
            strong=change.standing == "wrong",
            faint=change.standing in (None, "open"),
        ),
        text(one.step.adds if one.step else "–"),
        text(expects.why if expects else "–"),
    )
    return Row(fields, one.point.workload, (one.rung.contender.model,))
