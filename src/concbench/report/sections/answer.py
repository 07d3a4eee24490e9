"""The first section: which model for which load, by how much, at what price; and when not to trust it."""

from collections import Counter
from collections.abc import Sequence

from concbench.analysis.choice import Choice
from concbench.analysis.choices import choices_of, deployed_of, is_all_teaching, taught_of
from concbench.analysis.contenders import RunContender
from concbench.analysis.dataset import Dataset
from concbench.analysis.ladder.asked import is_a_ladder
from concbench.analysis.loads import NOT_IN_THE_SUITE, Load, families_left_out, loads_of
from concbench.analysis.noise import noise_of
from concbench.analysis.warnings import Warned
from concbench.families import LOAD_FAMILIES, LOAD_WORDS, TEACHING, LoadFamily
from concbench.report.answers import ALL_TEACH, either
from concbench.report.blocks import Block, LinkLine, Section, Words
from concbench.report.sections.loads import answers_block, by_contender, picker
from concbench.results import queries
from concbench.results.measured import Measured
from concbench.words import few, several

MOST_TOLD = 3
"""Contenders that are counted in the first sentence."""

DISTRUST = "distrust"
"""The id of what says when not to trust the page."""

BESIDE_OTHER_WORK = (
    "other work took CPUs meanwhile, and threads and pools may use all CPUs while the others are kept on one,"
    " so where threads lead by time or lateness, look at their CPU"
)
NOT_INTERLEAVED = (
    "the runs were not interleaved, so between them nothing is paired and drift is not cancelled"
)
NEXT_TO_NOTHING = (
    "the tasks do next to nothing (if yours compute for a millisecond each, most of these differences vanish"
    " beside that), and no socket was open"
)

OF_A_LADDER = "who of the rungs needs least at which load, and when not to trust these figures"

FEW_PROCESSES = 20
"""Below this many processes a cell, differences of 10 % are mostly not found (docs/STATISTICS.md)."""


def answer(dataset: Dataset) -> Section:
    """Return the section, which is folded on the page of a ladder: who climbs one chooses no model."""
    deployed = deployed_of(dataset)
    choices = choices_of(dataset, deployed)
    blocks: list[Block] = []
    if not any(cell.ok for cell in dataset.cells):
        blocks.append(Words("Nothing was measured: “Every figure” says what became of each cell.", "lead"))
    if sentence := _in_a_sentence(choices):
        blocks.append(Words(sentence, "lead"))
    if is_all_teaching(dataset):
        blocks.append(Words(f"{ALL_TEACH[:1].upper()}{ALL_TEACH[1:]}."))
    if choices:
        answers = answers_block(dataset, choices, deployed, "load")
        blocks += [beware(dataset), *picker(answers), answers, by_contender(choices, deployed, "load")]
    blocks += _not_chosen(dataset, deployed)
    blocks.append(Words(_not_measured(dataset, choices, families_left_out(dataset))))
    blocks.append(Words(_distrust(dataset), "alarm", DISTRUST))
    return Section("answer", "Which model?", blocks, OF_A_LADDER if is_a_ladder(dataset.runs) else "")


def _in_a_sentence(choices: Sequence[Choice]) -> str | None:
    """Return what is told first: at how many loads who comes first, of those that one can deploy."""
    told = [one for one in choices if one.sure]
    alone = sum(one.alone for one in choices)
    partly = sum(one.decided and not one.sure for one in choices)
    unsure = len(choices) - len(told) - alone - partly
    if not told and not partly:
        return None
    wins = Counter(tuple(sorted(one.good)) for one in told).most_common()
    more = sum(number for _, number in wins[MOST_TOLD:])
    then = [
        f"{either(names)} {'is first ' if not place else ''}at {number}"
        for place, (names, number) in enumerate(wins[:MOST_TOLD])
    ]
    then += [f"others at {more}"] if more else []
    then += [f"decided in part at {partly}"] if partly else []
    then += [f"undecided at {unsure}"] if unsure else []
    rest = f" At {alone} there was nobody to compare with." if alone else ""
    return f"Of {_counted(choices)}, {'; '.join(then)}.{rest}"


def _counted(choices: Sequence[Choice]) -> str:
    """Return how many loads were answered, and how often where there are several runs."""
    loads = several(len({one.load for one in choices}), "load")
    runs = {one.run for one in choices}
    return loads if len(runs) == 1 else f"{several(len(choices), 'answer')} to {loads}"


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


def _cautions(dataset: Dataset) -> list[tuple[str, str]]:
    """Return when not to trust the report, from its noise, size and nature: in brief, and in words."""
    noises = dict.fromkeys(noise_of(run) for run in dataset.runs)
    noisy = [(f"{one.level.partition(', ')[0]} machine", one.caution) for one in noises if one.caution]
    found = [*noisy, *_of_its_size(dataset)]
    if any(_favours_threads(run) for run in dataset.runs):
        found.append(("other work beside it", BESIDE_OTHER_WORK))
    if not all(queries.is_complete(run) for run in dataset.runs):
        found.append(("incomplete run", "the run is not complete"))
    if len(dataset.runs) > 1:
        found.append(("runs not interleaved", NOT_INTERLEAVED))
    if set(families_left_out(dataset)) >= set(LOAD_FAMILIES) - {"basics", "own"}:
        found.append(("tasks that do next to nothing", NEXT_TO_NOTHING))
    machines = {
        (one.get("machine"), one.get("cpu")) for one in (run.header.about.identity for run in dataset.runs)
    }
    several_of = ("several machines", "it was several machines, between which no figure compares")
    return [*found, several_of if len(machines) > 1 else ("one machine", "it was one machine")]


def _of_its_size(dataset: Dataset) -> list[tuple[str, str]]:
    """Return what follows from how many processes there were of a cell, if they were few."""
    processes = min((cell.summary.processes for cell in dataset.cells if cell.summary.wall), default=0)
    if not 0 < processes < FEW_PROCESSES:
        return []
    some = f"{processes} process{'es' if processes > 1 else ''} a cell"
    words = (
        f"with {some} most differences below 20 % are not found, so “alike” means “not told apart”, not"
        " “equal”"
    )
    return [(some, words)]


def _favours_threads(run: Measured) -> bool:
    """Say whether some were kept on fewer CPUs than others beside other work, which had to share them."""
    places = {len(one.cpus or ()) for one in run.header.contenders}
    return len(places) > 1 and any(
        warning.name == Warned.HIGH_LOAD.label for warning in queries.warnings(run)
    )


def _distrust(dataset: Dataset) -> str:
    return f"When not to trust this: {'; '.join(words for _brief, words in _cautions(dataset))}."


def beware(dataset: Dataset) -> LinkLine:
    """Return in brief when not to trust the report, as a link to where it stands in words."""
    return LinkLine(
        "Before you rely on it:", ((", ".join(brief for brief, _ in _cautions(dataset)), DISTRUST),)
    )


def _not_chosen(dataset: Dataset, deployed: Sequence[RunContender]) -> list[Words]:
    """Return who was measured and is no choice for a service, and why not."""
    rest = [one for one in dataset.contenders if one not in deployed]
    taught = [one.label for one in rest if one.family in TEACHING]
    variants = [one.label for one in rest if one.family not in TEACHING]
    found = []
    if taught:
        lesson = any(load.point(dataset, taught_of(dataset)) for load in loads_of(dataset.runs))
        where = "; “What a loop costs” has them" if lesson else ""
        found.append(Words(f"{few(taught)}: no choice for a service{where}."))
    if variants:
        found.append(Words(f"{few(variants)}: asyncio once more, to be compared with it."))
    return found
