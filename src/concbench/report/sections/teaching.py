"""What a loop costs: those that show it, beside the event loop that they lead to."""

from collections.abc import Sequence

from concbench.analysis.choice import Choice
from concbench.analysis.choices import BESIDE_TEACHING, choices_of, taught_of
from concbench.analysis.dataset import Dataset
from concbench.analysis.units import scaled
from concbench.report.blocks import Block, Section, Words
from concbench.report.sections.loads import answers_block, by_contender
from concbench.words import grouped

LESSON = (
    "No service runs on these loops: they go round all tasks, asleep or not, and take as much of a core as"
    " they are given. What asyncio costs beside them is what it has and they lack: futures to wait for,"
    " timers in order, and a selector to sleep in. “How it runs” shows how often each resumes a task that"
    " sleeps."
)


def teaching(dataset: Dataset) -> Section | None:
    """Return how those do that show what a loop costs, beside asyncio; None where there are none such."""
    taught = taught_of(dataset)
    choices = choices_of(dataset, taught) if taught else []
    if not choices:
        return None
    first: list[Block] = [Words(sentence, "lead")] if (sentence := _in_a_sentence(choices)) else []
    rest: list[Block] = [
        answers_block(dataset, choices, taught, "lesson"),
        by_contender(choices, taught, "lesson"),
    ]
    blocks = [*first, Words(LESSON), *rest]
    beside = " beside asyncio" if any(one.model == BESIDE_TEACHING for one in taught) else ""
    line = f"the loops of tutorials{beside}: punctual, cheap to switch, and never asleep"
    return Section("teaching", "What a loop costs", blocks, line)


def _in_a_sentence(choices: Sequence[Choice]) -> str | None:
    """Return what is told first: who is punctual and what it burns, who is cheap and how late it is."""
    told = [choice for choice in choices if choice.run == 0]
    both = ((one, other) for one in told for other in told if one.point == other.point)
    wanted = (pair for pair in both if tuple(one.load.tells for one in pair) == ("punctual", "cheap"))
    punctual, cheap = next(wanted, (None, None))
    if punctual is None or cheap is None or punctual.price is None or cheap.price is None:
        return None
    if not (punctual.rivals and cheap.rivals and punctual.decided and cheap.decided):
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
    told = [f"alike: {', '.join(good)}"] if good else []
    told += [f"not told for sure from {', '.join(unsure)}"] if unsure else []
    return "".join(f"; {words}" for words in told)
