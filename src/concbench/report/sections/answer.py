"""The first section: which model for which load, by how much, at what price; and when not to trust it."""

from collections import Counter
from collections.abc import Sequence

from concbench.analysis.choices import Choice, choices_of, deployed_of, is_all_teaching, taught_of
from concbench.analysis.dataset import Dataset
from concbench.analysis.loads import NOT_IN_THE_SUITE, Load, families_left_out, loads_of
from concbench.analysis.noise import noise_of
from concbench.families import LOAD_FAMILIES, LOAD_WORDS, LoadFamily
from concbench.report.answers import ALL_TEACH, either
from concbench.report.blocks import Block, Section, Words
from concbench.report.sections.loads import answers_block, by_contender
from concbench.results import queries
from concbench.words import few, several

MOST_TOLD = 3
"""Contenders that are counted in the first sentence."""

FEW_PROCESSES = 20
"""Below this many processes a cell, differences of 10 % are mostly not found (docs/STATISTICS.md)."""


def answer(dataset: Dataset) -> Section:
    """Return the section."""
    deployed = deployed_of(dataset)
    choices = choices_of(dataset, deployed)
    blocks: list[Block] = []
    if not any(cell.ok for cell in dataset.cells):
        blocks.append(Words("Nothing was measured: “Every figure” says what became of each cell.", "lead"))
    if sentence := _in_a_sentence(choices):
        blocks.append(Words(sentence, "lead"))
    if taught := [one.label for one in dataset.contenders if one not in deployed]:
        lesson = any(load.point(dataset, taught_of(dataset)) for load in loads_of(dataset.runs))
        where = "; “What a loop costs” has them" if lesson else ""
        blocks.append(Words(f"{few(taught)}: no choice for a service{where}."))
    if is_all_teaching(dataset):
        blocks.append(Words(f"{ALL_TEACH[:1].upper()}{ALL_TEACH[1:]}."))
    if choices:
        blocks += [answers_block(choices, deployed, "load"), by_contender(choices, deployed, "load")]
    blocks.append(Words(_not_measured(dataset, choices, families_left_out(dataset))))
    blocks.append(Words(_distrust(dataset), "alarm"))
    return Section("answer", "Which model?", blocks)


def _in_a_sentence(choices: Sequence[Choice]) -> str | None:
    """Return what is told first: at how many loads who comes first, of those that one can deploy."""
    told = [one for one in choices if one.decided and one.rivals]
    if not told:
        return None
    wins = Counter(tuple(sorted(_good(one))) for one in told).most_common()
    (best, times), others, more = wins[0], wins[1:MOST_TOLD], sum(number for _, number in wins[MOST_TOLD:])
    first = f"Of {_counted(choices)}, {either(best)} is first at {times}"
    then = [f"{either(names)} at {number}" for names, number in others]
    then += [f"others at {more}"] if more else []
    alone = sum(not one.rivals for one in choices)
    unsure = len(choices) - len(told) - alone
    rest = f" At {unsure} nobody was told apart for sure." if unsure else ""
    rest += f" At {alone} there was nobody to compare with." if alone else ""
    return f"{'; '.join([first, *then])}.{rest}"


def _counted(choices: Sequence[Choice]) -> str:
    """Return how many loads were answered, and how often where there are several runs."""
    loads = several(len({one.load for one in choices}), "load")
    runs = {one.run for one in choices}
    return loads if len(runs) == 1 else f"{several(len(choices), 'answer')} to {loads}"


def _good(choice: Choice) -> list[str]:
    return [choice.first.label, *(one.contender.label for one in choice.tied)]


def _not_measured(dataset: Dataset, choices: Sequence[Choice], left_out: Sequence[LoadFamily]) -> str:
    """Return for which loads nobody is chosen, as they were not measured at all, or of nobody one deploys."""
    answered, deployed = {choice.load for choice in choices}, deployed_of(dataset)
    lacking = [one for one in loads_of(dataset.runs) if one not in answered and one.family not in left_out]
    taught = [one for one in lacking if one.point(dataset) and not one.point(dataset, deployed)]
    missing = [one for one in lacking if one not in taught]
    has = "This run has" if len(dataset.runs) == 1 else "These runs have"
    here = f" {has} no figures for: {_titles(missing)}." if missing else ""
    here += f" Only loops that teach have figures for: {_titles(taught)}." if taught else ""
    families = "; ".join(f"{one} ({LOAD_WORDS[one]})" for one in left_out)
    asked = ",".join(f"family:{one}" for one in left_out)
    whole = (
        f"Not measured here, so not to be chosen by: {families}: concbench run -w {asked}."
        if left_out
        else ""
    )
    return f"{whole}{here} No workload of the suite is about {', '.join(NOT_IN_THE_SUITE)}.".strip()


def _titles(loads: Sequence[Load]) -> str:
    return ", ".join(f"“{load.title}”" for load in loads)


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
