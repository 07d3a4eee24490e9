"""Below the tables of a run: which model for which load, a line for each, a dozen at most."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from concbench.analysis.choices import Choice, choices_of, deployed_of, is_all_teaching, taught_of
from concbench.analysis.dataset import Dataset
from concbench.families import SERVICES_FIRST, TEACHING
from concbench.report.answers import ALL_TEACH, answer_to
from concbench.report.terminal.tables import bare_table, plain
from concbench.words import few

MOST = 9
"""Loads that are answered; with title, rest and lesson these are twelve lines."""


def print_answers(console: Console, dataset: Dataset, workloads: Sequence[str] = ()) -> None:
    """Print the answers to the loads of some workloads, or of all; nothing where nobody can be chosen."""
    if len(deployed_of(dataset)) < 2:
        return
    found = [one for one in choices_of(dataset) if not workloads or one.load.workload in workloads]
    if not found:
        return
    told = _told(found)
    console.print(_table(told))
    rest = len(found) - len(told)
    if rest:
        console.print(plain(f"{rest} more load{'s' if rest > 1 else ''} on the page (concbench report FILE)"))
    if taught_of(dataset):
        names = few([one.label for one in dataset.contenders if one.family in TEACHING])
        console.print(plain(f"no choice for a service, but to show what a loop costs: {names}"))
    elif is_all_teaching(dataset):
        console.print(plain(ALL_TEACH))
    console.print()


def _told(found: Sequence[Choice]) -> list[Choice]:
    """Return the loads that are told: the first of each workload, then others, until there are enough."""
    firsts = {one.load.workload: one for one in reversed(found)}
    order = sorted(
        found,
        key=lambda one: (one is not firsts[one.load.workload], SERVICES_FIRST.index(one.load.family)),
    )
    chosen = order[:MOST]
    return [one for one in found if one in chosen]


def _table(told: Sequence[Choice]) -> Table:
    table = bare_table(plain("Which model?"))
    table.show_header = False
    for _ in range(2):
        table.add_column(overflow="fold")
    for choice in told:
        answer = answer_to(choice)
        who = Text(answer.who, style="bold" if choice.decided else "")
        table.add_row(plain(answer.title), Text(": ").join([who, plain(answer.how)]))
    return table
