"""A load a line: whom to choose in a sentence, and behind it how each contender does there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal, TypeAlias

from concbench.analysis.choice import Choice, Rival
from concbench.analysis.contenders import RunContender
from concbench.analysis.dataset import LOST, LOST_MEANING, Dataset, ReportedPoint
from concbench.analysis.loads import Load
from concbench.analysis.units import TIME_UNITS, scaled
from concbench.analysis.wording import outcome_words, why
from concbench.families import LOAD_WORDS, SERVICES_FIRST
from concbench.report.answers import answer_to, core_words, spelled
from concbench.report.blocks import (
    Answered,
    AnswerGroup,
    Answers,
    Field,
    Folded,
    LinkLine,
    Row,
    Said,
    Table,
    named,
    text,
)
from concbench.report.charts.palette import look_of
from concbench.report.sections.scaling import growths_of

LOST_HOVER = f"{LOST_MEANING}: measure more rounds (--preset standard) or more work per task"
READING = (
    "Each load is answered at the point that is named with it. “First” is whoever needs least there, in the"
    " mean over processes (geometric, but for lateness); figures are medians of processes. The others show by"
    " how much they are worse: the ratio (or difference) to the first, paired process by process within the"
    " run, with its 95 % interval. No word before it: really worse (false-discovery rate 1 % over all these"
    " loads). “Alike”: the interval reaches over no difference, but not to twice as much, and the two are"
    " within ×1.5 of each other; “undecided”: too little was measured to say either; “probably worse”: the"
    " interval alone says so, which among many is often chance. “Lost in noise”: in some process the cost"
    " came out at zero or below, so it is not judged; it may need less than the first all the same. “Not"
    " expressible”: the load cannot be written for this model. A share of a core is CPU time divided by wall"
    " time of the whole run, floor and all (the two clocks differ by a per cent or so). A name in bold at the"
    " head of a load: of everyone it is decided how they stand; one that is not bold is ahead of somebody."
)
"""How to read the answers, their sentences and their tables."""

Prefix: TypeAlias = Literal["load", "lesson"]
BESIDE: Mapping[Prefix, str] = {"load": "", "lesson": " (what a loop costs)"}
"""What tells the tables of the lesson from those of the answer."""

AGAINST = ("against the first, paired", "95 % interval")
AT_WORK = "share of a core"


def answers_block(
    dataset: Dataset, choices: Sequence[Choice], contenders: Sequence[RunContender], prefix: Prefix
) -> Answers:
    """Return the answers of all loads, family by family; ``prefix`` begins their ids."""
    groups, grown = [], {sweep.workload: name for sweep, name in growths_of(dataset).items()}
    for family in SERVICES_FIRST:
        loads = dict.fromkeys(one.load for one in choices if one.load.family == family)
        answered = tuple(
            _answered([one for one in choices if one.load == load], contenders, prefix, number, grown)
            for number, load in enumerate(dict.fromkeys(one.load for one in choices))
            if load in loads
        )
        if answered:
            groups.append(AnswerGroup(f"{prefix}-in-{family}", family, LOAD_WORDS[family], answered))
    return Answers(tuple(groups))


def picker(answers: Answers) -> list[LinkLine]:
    """Return links to the groups of loads; none where there is but one."""
    links = tuple((f"{one.title} ({len(one.loads)})", one.name) for one in answers.groups)
    return [LinkLine("What is your load about?", links, picks=True)] if len(links) > 1 else []


def _answered(
    mine: Sequence[Choice],
    contenders: Sequence[RunContender],
    prefix: Prefix,
    number: int,
    grown: Mapping[str, str],
) -> Answered:
    """Return the answer to one load, from its choices of one run or several."""
    load, point = mine[0].load, mine[0].point
    names = [name for name, _value in point.params if name != "seed"]
    return Answered(
        name=f"{prefix}-{number}",
        title=load.title,
        goal=load.goal,
        workload=load.workload,
        size=point.spelled([load.axis]),
        said=tuple(_said(one, point) for one in mine),
        about=f"Here: {load.goal}, at {load.workload}: {point.spelled(names)}. {load.price}",
        links=LinkLine("See also:", tuple(_elsewhere(load, grown))),
        table=_table(mine, contenders, prefix, number),
    )


def _elsewhere(load: Load, grown: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what else the page has about a load, and where."""
    if load.workload in grown:
        yield f"how {load.workload} grows", grown[load.workload]
    yield "every figure", "figures"


def _said(choice: Choice, usual: ReportedPoint) -> Said:
    """Return the answer of a run; with its point where that is not the ``usual`` one of the load."""
    answer, axis = answer_to(choice), choice.load.axis
    where = "" if choice.point == usual else f"at {choice.point.spelled([axis])}: "
    look = look_of(choice.first.place) if choice.decided or choice.alone else None
    return Said(answer.who, f"{where}{answer.how}", look, choice.sure)


def _table(mine: Sequence[Choice], contenders: Sequence[RunContender], prefix: Prefix, number: int) -> Table:
    """Return a row for each contender, whoever needs least first."""
    answers = {one.run: one for one in mine}
    costs = () if mine[0].load.weighs else ("CPU", AT_WORK) if mine[0].load.metric != "cpu" else (AT_WORK,)
    rows = [
        (
            place,
            Row(
                (named(one), _figure(answers[one.run], one), *against, *_costs(answers[one.run], one, costs)),
                models=(one.model,),
            ),
        )
        for one in contenders
        if one.run in answers
        for place, against in [placed(answers[one.run], one)]
    ]
    rows.sort(key=lambda each: each[0])
    return Table(
        name=f"{prefix}-{number}-all",
        caption=f"{mine[0].load.title}{BESIDE[prefix]}: {mine[0].load.goal}",
        columns=("model", mine[0].of, *AGAINST, *costs),
        rows=tuple(row for _place, row in rows),
        numeric=frozenset((1, 3, 4, 5)),
        reading=READING,
    )


def _figure(choice: Choice, contender: RunContender) -> Field:
    """Return the median of a contender's processes, faint where noise hid the cost in some of them."""
    value = choice.medians.get(contender)
    if value is None:
        return text("–", faint=True)
    lost = contender != choice.first and all(one.contender != contender for one in choice.rivals)
    about = "about " if lost else ""
    field = text(f"{about}{scaled(value, choice.load.units).strip()}", order=value, faint=lost)
    return replace(field, strong=contender == choice.first)


def _costs(choice: Choice, contender: RunContender, costs: Sequence[str]) -> list[Field]:
    """Return what CPU a contender needs for a unit, and what share of a core, as far as it is asked."""
    cpu, busy = choice.cpu.get(contender), choice.busy.get(contender)
    each = text("–", faint=True) if cpu is None else text(scaled(cpu, TIME_UNITS), order=cpu)
    share = text("–", faint=True) if busy is None else text(f"{busy:.0%}", order=busy)
    return [each, share][2 - len(costs) :]


def placed(choice: Choice, contender: RunContender) -> tuple[float, tuple[Field, Field]]:
    """Return the place of a contender at a load, and its fields: how it stands to the first, the interval."""
    none = text("–", faint=True)
    if contender == choice.first:
        words = "least of those judged" if choice.unjudged else "first"
        return 0.0, (Field(lines=(words,), order=0.0, strong=True), none)
    for place, rival in enumerate(choice.rivals, 1):
        if rival.contender == contender:
            middle, *interval = spelled(rival.against, choice.load.units)
            told = " ".join([*_told(rival, choice), middle])
            field = Field(lines=(told,), order=float(place), hover=rival.against.reason)
            return float(place), (field, text(*interval) if interval else none)
    return float(len(choice.rivals) + 1), (_lost(choice, contender), none)


def _lost(choice: Choice, contender: RunContender) -> Field:
    """Return why a contender has no figure that can be judged."""
    cell = next((cell for cell in choice.cannot if cell.contender == contender), None)
    if cell is None:
        return text("–", faint=True)
    if not cell.ok:
        return Field(lines=(outcome_words(cell.summary),), hover=why(cell.summary.outcome), faint=True)
    measured = cell.summary.memory if choice.load.weighs else cell.summary.wall
    return Field(lines=(LOST,), hover=LOST_HOVER, faint=True) if measured else text("–", faint=True)


def _told(rival: Rival, choice: Choice) -> tuple[str, ...]:
    stands = choice.stands(rival)
    return () if stands == "worse" or rival.against.interval is None else (f"{stands},",)


def by_contender(choices: Sequence[Choice], contenders: Sequence[RunContender], prefix: Prefix) -> Folded:
    """Return the contenders as rows and the loads as columns; ``prefix`` begins the id."""
    answers = {(choice.load, choice.run): choice for choice in choices}
    loads = list(dict.fromkeys(choice.load for choice in choices))
    rows = tuple(
        Row((named(one), *(_place(answers.get((load, one.run)), one) for load in loads)), models=(one.model,))
        for one in contenders
    )
    table = Table(
        name=f"{prefix}-models",
        caption=f"How far behind the first each model is{BESIDE[prefix]}, load by load",
        columns=("model", *(load.title for load in loads)),
        rows=rows,
        reading=READING,
    )
    return Folded(
        f"Every model at every load: a table of {len(rows)}\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}{len(loads)}",
        [table],
    )


def _place(choice: Choice | None, contender: RunContender) -> Field:
    """Return how a contender does at a load, on up to three lines."""
    if choice is None:
        return text("–", faint=True)
    place, (field, interval) = placed(choice, contender)
    if contender == choice.first:
        field = replace(field, lines=(f"{field.lines[0]}: {_figure(choice, contender).lines[0]}",))
    busy = choice.busy.get(contender)
    lines = [
        *field.lines,
        *([] if interval.faint else interval.lines),
        *([core_words(busy)] if busy is not None and not field.faint else []),
    ]
    return replace(field, lines=tuple(lines), order=None if field.faint else place)
