"""Below the tables of a run: which model for which load, in a dozen lines at most."""

from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from concbench.analysis.choice import Choice
from concbench.analysis.choices import choices_of, deployed_of, is_all_teaching, taught_of
from concbench.analysis.dataset import Dataset
from concbench.families import SERVICES_FIRST, TEACHING
from concbench.report.answers import ALL_TEACH, answer_to
from concbench.report.terminal.bare import bare_table, plain
from concbench.words import few

MOST_LINES = 12
"""Lines of all that is printed, the title too, however narrow the terminal is."""

WIDE = 120
"""Columns from which the loads stand beside their answers, and these tell of more than one other model."""


def print_answers(console: Console, dataset: Dataset, workloads: Sequence[str] = ()) -> None:
    """Print the answers to the loads of some workloads, or of all; nothing where nobody can be chosen."""
    if len(deployed_of(dataset)) < 2:
        return
    found = [one for one in choices_of(dataset) if not workloads or one.load.workload in workloads]
    if not found:
        return
    console.print(plain("Which model?"), style="bold")
    notes = [plain(words) for words in _notes(dataset)]
    around = [plain("Which model?"), _more(len(found)), *notes]
    room = MOST_LINES - sum(_lines(console, line) for line in around)
    told = next(
        some
        for some in _fewer_and_fewer(found)
        if len(some) == 1 or _lines(console, _block(console, some)) <= room
    )
    console.print(_block(console, told))
    if len(told) < len(found):
        console.print(_more(len(found) - len(told)))
    for note in notes:
        console.print(note)
    console.print()


def _more(loads: int) -> Text:
    return plain(f"{loads} more load{'s' if loads > 1 else ''} on the page (concbench report FILE)")


def _notes(dataset: Dataset) -> list[str]:
    """Return what is said of those who are no choice."""
    if taught_of(dataset):
        names = few([one.label for one in dataset.contenders if one.family in TEACHING])
        return [f"no choice for a service, but to show what a loop costs: {names}"]
    return [ALL_TEACH] if is_all_teaching(dataset) else []


def _fewer_and_fewer(found: Sequence[Choice]) -> list[list[Choice]]:
    """Return which loads are told, as many as there are lines for: from all of them down to a single one.

    Those of services stay the longest, and of each workload the first.
    """
    firsts = {one.load.workload: one for one in reversed(found)}
    services = sorted(found, key=lambda one: SERVICES_FIRST.index(one.load.family))
    order = sorted(services, key=lambda one: one is not firsts[one.load.workload])
    return [
        [one for one in services if one in order[:count]]
        for count in range(min(len(found), MOST_LINES), 0, -1)
    ]


def _lines(console: Console, block: RenderableType) -> int:
    """Return how many lines something takes on a console, those left out that are empty."""
    lines = console.render_lines(block, pad=False)
    return sum(any(piece.text.strip() for piece in line) for line in lines)


def _block(console: Console, told: Sequence[Choice]) -> RenderableType:
    """Return the answers in two columns, or one below the other where two are too narrow."""
    if console.width < WIDE:
        return Group("", *(Padding(_line(one, narrow=True), (0, 0, 0, 1)) for one in told), "")
    table = bare_table()
    table.show_header = False
    for _ in range(2):
        table.add_column(overflow="fold")
    for choice in told:
        table.add_row(plain(choice.load.title), _line(choice, narrow=False))
    return table


def _line(choice: Choice, *, narrow: bool) -> Text:
    answer = answer_to(choice, most=1) if narrow else answer_to(choice)
    who = Text(answer.who, style="bold" if choice.sure else "")
    told = Text(": ").join([who, plain(answer.how)])
    return Text(". ").join([plain(answer.title), told]) if narrow else told
