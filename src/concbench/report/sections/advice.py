"""LoadAdvice: which models keep the deadline of the load that was asked about, and at what price."""

from concbench.analysis.advice import LoadAdvice, advice_of
from concbench.analysis.dataset import Dataset
from concbench.analysis.served import SERVICE
from concbench.report.blocks import Block, Field, Row, Section, Table, Words, text
from concbench.report.terminal.advice import COLUMNS, load_words, rows_of, sentences, tasks_words

READING = (
    "A round comes in whether the model has time for it or not, and its latency counts from then. It is"
    " answered yes where the 95 % interval of the share of rounds in time lies at or above what is wanted, no"
    " where it lies below; unsure, too, where rounds were done later and later. Rounds of a process share its"
    " luck, so the interval is over processes (Korn and Graubard). Cores are what the"
    " worker used of all CPUs while rounds came in."
)


def advice(dataset: Dataset) -> Section | None:
    """Return the section, None where no run has the workload ``service``."""
    found = [one for run in dataset.runs if (one := advice_of(run)) is not None]
    if not found:
        return None
    blocks: list[Block] = []
    for number, one in enumerate(found):
        first, *others = sentences(one)
        blocks += [Words(f"{load_words(one)} {first}", "lead"), *map(Words, others)]
        blocks += [_table(one, tasks, f"advice-{number}-{tasks}") for tasks in one.tasks]
    line = "" if is_all_of(dataset) else "which models keep it, with what probability, and at what price"
    return Section("advice", "A load with a deadline", blocks, line)


def is_all_of(dataset: Dataset) -> bool:
    """Say whether nothing but that load was measured, so that its advice is the answer of the page."""
    return set(dataset.workloads()) == {SERVICE}


def _table(one: LoadAdvice, tasks: int, name: str) -> Table:
    rows = tuple(Row(tuple(map(_field, row)), models=(row[0],)) for row in rows_of(one, tasks))
    return Table(
        name=name,
        caption=tasks_words([tasks]),
        columns=COLUMNS,
        rows=rows,
        numeric=frozenset({2, 3, 4, 5}),
        reading=READING,
    )


def _field(words: str) -> Field:
    return text(words)
