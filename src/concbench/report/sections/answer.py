"""The first section: which model for which load, by how much, at what price; and when not to trust it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

from concbench.analysis.choices import Choice, Price, Rival, choices_of
from concbench.analysis.contenders import RunContender
from concbench.analysis.contrast import Versus
from concbench.analysis.dataset import LOST, LOST_MEANING, Dataset
from concbench.analysis.loads import NOT_IN_THE_SUITE, Load, families_left_out, loads_of
from concbench.analysis.noise import noise_of
from concbench.analysis.units import UNITLESS, Units, scaled, three_digits, with_interval
from concbench.analysis.wording import outcome_words, why
from concbench.families import LOAD_FAMILIES, LOAD_WORDS, LoadFamily
from concbench.report.blocks import Block, Field, Row, Section, Table, Words, named, text
from concbench.report.charts.palette import look_of
from concbench.results import queries
from concbench.words import grouped

READING = (
    "Each load is answered at the point that is named with it. “First” is whoever needs least there, in the"
    " mean over processes (geometric, but for lateness); the others show by how much they are worse: the"
    " ratio (or difference) to the first, paired process by process within the run, with its 95 % interval."
    " No word before it: really worse (false-discovery rate 1 % over this whole table). “As good”: the"
    " interval reaches over no difference, and they look alike; “not told apart”: it does, but they do not"
    " look alike; “probably worse”: the interval alone says so. “Of a core” is CPU time divided by wall"
    " time while this load runs (the two clocks differ by a per cent or so)."
)
LOST_HOVER = f"{LOST_MEANING}: measure more rounds (--preset standard) or more work per task"
OF_FAMILIES = (
    "Each family is told by whichever of its members needs least at that load: read it to choose a family,"
    " and the table below to choose a member. How to read a field stands there."
)
MOST_COLUMNS = 8
"""Contenders that stand beside each other in a table; more have a row each, and their families a column."""

Group: TypeAlias = tuple[RunContender, ...]
FEW_PROCESSES = 20
"""Below this many processes a cell, differences of 10 % are mostly not found (docs/STATISTICS.md)."""


def answer(dataset: Dataset) -> Section:
    """Return the section."""
    choices = choices_of(dataset)
    blocks: list[Block] = []
    if not any(cell.ok for cell in dataset.cells):
        blocks.append(Words("Nothing was measured: “Every figure” says what became of each cell.", "lead"))
    if sentence := _in_a_sentence(choices):
        blocks.append(Words(sentence, "lead"))
    if choices:
        blocks += _tables(dataset, choices)
    blocks.append(Words(_not_measured(choices, loads_of(dataset.runs), families_left_out(dataset))))
    blocks.append(Words(_distrust(dataset), "alarm"))
    return Section("answer", "Which model?", blocks)


def _tables(dataset: Dataset, choices: Sequence[Choice]) -> list[Table]:
    """Return the chooser, with a column for each contender; where these are many, a table of theirs.

    Then the chooser has a column for each family, unless there are several runs, whose families differ.
    """
    if len(dataset.contenders) <= MOST_COLUMNS:
        return [_chooser(dataset, choices, [(one,) for one in dataset.contenders], READING)]
    by_family = [
        tuple(one for one in dataset.contenders if one.family == family)
        for family in dict.fromkeys(one.family for one in dataset.contenders)
    ]
    several = len(dataset.runs) == 1 and len(by_family) > 1
    chooser = _chooser(dataset, choices, by_family if several else (), OF_FAMILIES if several else "")
    return [chooser, _by_contender(dataset, choices)]


def _chooser(dataset: Dataset, choices: Sequence[Choice], columns: Sequence[Group], reading: str) -> Table:
    """Return the loads as rows, and groups of contenders as columns, of each whoever needs least."""
    names = (group[0].label if len(group) == 1 else group[0].family for group in columns)
    rows = tuple(
        _row([choice for choice in choices if choice.load == load], load, columns)
        for load in loads_of(dataset.runs)
    )
    return Table(
        name="chooser",
        caption="Which model for which load",
        columns=("load", "choose", *names),
        rows=tuple(row for row in rows if row is not None),
        reading=reading,
    )


def _by_contender(dataset: Dataset, choices: Sequence[Choice]) -> Table:
    """Return the contenders as rows and the loads as columns."""
    answers = {(choice.load, choice.run): choice for choice in choices}
    loads = list(dict.fromkeys(choice.load for choice in choices))
    rows = tuple(
        Row(
            (named(one), *(_place(answers.get((load, one.run)), one) for load in loads)),
            models=(one.model,),
        )
        for one in dataset.contenders
    )
    return Table(
        name="by-model",
        caption="How far behind the first each model is, load by load",
        columns=("model", *(load.title for load in loads)),
        rows=rows,
        reading=READING,
    )


def _row(mine: Sequence[Choice], load: Load, columns: Sequence[Group]) -> Row | None:
    """Return the row of one load from its choices, one for each run that answers it."""
    if not mine:
        return None
    names = [name for name, _value in mine[0].point.params if name not in ("seed", "spread")]
    about = f"{load.workload}: {mine[0].point.spelled(names)}"
    answers = {choice.run: choice for choice in mine}
    fields = [
        Field(lines=(load.title, f"{load.goal}; {about}"), order=load.title, titles=frozenset({0})),
        _chosen(mine, load),
        *(_best_place(answers.get(group[0].run), group) for group in columns),
    ]
    return Row(tuple(fields), load.workload)


def _best_place(choice: Choice | None, group: Group) -> Field:
    """Return how whoever of a group needs least does at a load, with its name where there are several."""
    if len(group) == 1:
        return _place(choice, group[0])
    ranked = [] if choice is None else [choice.first, *(rival.contender for rival in choice.rivals)]
    best = next((contender for contender in ranked if contender in group), None)
    if best is None:
        return _place(choice, group[0])
    field = _place(choice, best)
    return replace(field, lines=(best.label, *field.lines), look=look_of(best.place))


def _chosen(mine: Sequence[Choice], load: Load) -> Field:
    lines: list[str] = []
    titles = set()
    for choice in mine:
        names = " or ".join([choice.first.label, *(rival.contender.label for rival in choice.tied)])
        titles.add(len(lines))
        lines += [names] if choice.decided else ["cannot be told", f"looked best: {names}"]
        lines += _price(choice.price)
    return Field(lines=(*lines, load.price), order=lines[0], titles=frozenset(titles))


def _place(choice: Choice | None, contender: RunContender) -> Field:
    """Return how a contender does at a load: its figure if it is first, else how far it is behind."""
    if choice is None:
        return text("–", faint=True)
    busy = (_busy(choice.busy[contender]),) if contender in choice.busy else ()
    if contender == choice.first:
        lines = ("first", scaled(choice.value, choice.load.units), *busy)
        return Field(lines=lines, look=look_of(contender.place), order=0.0, strong=True)
    for place, rival in enumerate(choice.rivals, 1):
        if rival.contender == contender:
            lines = (*_told(rival, choice), *spelled(rival.against, choice.load.units), *busy)
            return Field(lines=lines, order=float(place), hover=rival.against.reason)
    cell = next((cell for cell in choice.cannot if cell.contender == contender), None)
    if cell is None:
        return text("–", faint=True)
    if not cell.ok:
        return Field(lines=(outcome_words(cell.summary),), hover=why(cell.summary.outcome), faint=True)
    measured = cell.summary.memory if choice.load.weighs else cell.summary.wall
    return Field(lines=(LOST, *busy), hover=LOST_HOVER, faint=True) if measured else text("–", faint=True)


def _told(rival: Rival, choice: Choice) -> tuple[str, ...]:
    if rival in choice.tied:
        return ("as good",)
    if rival.against.interval is None or rival.against.side > 0:
        return ()
    return ("probably worse",) if rival.against.leaning > 0 else ("not told apart",)


def spelled(against: Versus, units: Units) -> tuple[str, ...]:
    """Return a ratio or difference, and its interval: ``×1.8``, ``[1.7–1.9]``; or that there is none."""
    interval = against.interval
    if interval is None:
        return ("not determined",)
    own = UNITLESS if against.kind == "ratio" else units
    middle, _, rest = with_interval(interval.low, interval.middle, interval.high, own).partition(" ")
    unit = rest.rpartition("]")[2]
    sign = "×" if against.kind == "ratio" else "+" if interval.middle > 0 else ""
    return f"{sign}{middle}{unit}", rest


def _price(price: Price | None) -> tuple[str, ...]:
    if price is None:
        return ()
    if price.times_least < 1.005:
        return (f"{_busy(price.busy)} busy, and the least CPU of all",)
    return (f"{_busy(price.busy)} busy, ×{three_digits(price.times_least)} the CPU of {price.least.label}",)


def _busy(share: float) -> str:
    return f"{share:.0%} of a core" if share >= 0.005 else "under 1% of a core"


def _in_a_sentence(choices: Sequence[Choice]) -> str | None:
    """Return what is told first: who is punctual and what it burns, who is cheap and how late it is."""
    told = [choice for choice in choices if choice.run == 0]
    both = ((one, other) for one in told for other in told if one.point == other.point)
    wanted = (pair for pair in both if tuple(one.load.tells for one in pair) == ("punctual", "cheap"))
    punctual, cheap = next(wanted, (None, None))
    if punctual is None or cheap is None or punctual.price is None or cheap.price is None:
        return None
    if not (punctual.rivals and punctual.decided and cheap.decided):
        return None  # the only one is the first in everything, and what is not decided is not announced
    tasks = f"With {_where(punctual)}"
    late = scaled(punctual.value, punctual.load.units)
    if punctual.first == cheap.first:
        return f"{tasks}, {punctual.first.label} is the most punctual ({late} late) and the cheapest in CPU."
    lateness = [rival.value for rival in punctual.rivals if rival.contender == cheap.first]
    later = f" and is {scaled(lateness[0], punctual.load.units)} late" if lateness else ""
    return (
        f"{tasks}, {punctual.first.label} is the most punctual ({late} late, p99{_also(punctual)})"
        f" and keeps {punctual.price.busy:.0%} of a core busy; {cheap.first.label} needs least CPU"
        f" ({cheap.price.busy:.0%} of a core{_also(cheap)}){later}."
    )


def _where(choice: Choice) -> str:
    """Return where on its axis a load is answered."""
    axis, number = choice.load.axis, choice.point.value(choice.load.axis)
    return f"{grouped(number)} tasks asleep" if axis == "tasks" else choice.point.spelled([axis])


def _also(choice: Choice) -> str:
    good = [rival.contender.label for rival in choice.tied]
    unsure = [
        one.contender.label for one in choice.rivals if one.against.side <= 0 and one not in choice.tied
    ]
    told = [f"as good: {', '.join(good)}"] if good else []
    told += [f"not told for sure from {', '.join(unsure)}"] if unsure else []
    return "".join(f"; {words}" for words in told)


def _not_measured(choices: Sequence[Choice], loads: Sequence[Load], left_out: Sequence[LoadFamily]) -> str:
    answered = {choice.load for choice in choices}
    missing = [f"“{load.title}”" for load in loads if load not in answered and load.family not in left_out]
    here = f" This run has no figures for: {', '.join(missing)}." if missing else ""
    families = "; ".join(f"{one} ({LOAD_WORDS[one]})" for one in left_out)
    asked = ",".join(f"family:{one}" for one in left_out)
    whole = (
        f"Not measured here, so not to be chosen by: {families}: concbench run -w {asked}."
        if left_out
        else ""
    )
    return f"{whole}{here} No workload of the suite is about {', '.join(NOT_IN_THE_SUITE)}.".strip()


def _distrust(dataset: Dataset) -> str:
    """Return when not to trust the report: from its noise, its size and its nature."""
    parts = [noise_of(run).caution for run in dataset.runs]
    parts = [part for part in dict.fromkeys(parts) if part]
    processes = min((cell.summary.processes for cell in dataset.cells if cell.summary.wall), default=0)
    if 0 < processes < FEW_PROCESSES:
        parts.append(
            f"with {processes} process{'es' if processes > 1 else ''} a cell most differences below 20 % are"
            " not found, so “as good” means “not told apart”, not “equal”"
        )
    if not all(queries.is_complete(run) for run in dataset.runs):
        parts.append("the run is not complete")
    if len(dataset.runs) > 1:
        parts.append(
            "the runs were not interleaved, so between them nothing is paired and drift is not cancelled"
        )
    if set(families_left_out(dataset)) >= set(LOAD_FAMILIES) - {"basics", "own"}:
        parts.append(
            "the tasks do next to nothing (if yours compute for a millisecond each, most of these differences"
            " vanish beside that), and no socket was open"
        )
    return f"When not to trust this: {'; '.join([*parts, 'it was one machine'])}."
