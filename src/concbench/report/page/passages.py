"""What a page refers to: passages of the documents, carried at its end, and which part refers to which.

A page is read where concbench is not installed, so it carries the passages themselves, and no more of the
documents than these. Of the rest it names the command that prints it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from markupsafe import Markup

from concbench.documents import Passage, passage
from concbench.report.blocks import Answers, Section
from concbench.report.page.glossary import all_blocks
from concbench.report.page.markdown import html_of

SEE: Mapping[str, Sequence[str]] = {
    "answer": ("REPORT#which-model",),
    "advice": ("ADVISE#how-it-is-measured", "ADVISE#what-it-does-not-tell"),
    "teaching": ("TUTORIAL#what-was-corrected-and-why",),
    "ladder": ("LADDER#how-to-read-it",),
    "scaling": ("REPORT#laws", "STATISTICS#laws-of-growth"),
    "memory": ("METHODOLOGY#memory", "REPORT#a-million-tasks"),
    "depth": ("REPORT#laws",),
    "rank": ("REPORT#rank",),
    "history": ("HISTORY#what-a-step-says", "HISTORY#what-it-cannot-say", "STATISTICS#step-changes"),
    "lanes": ("VERIFYING#seeing-it",),
    "figures": ("METHODOLOGY#from-samples-to-a-table", "TABLE#metrics"),
    "method": ("METHODOLOGY#the-same-work", "METHODOLOGY#order-and-processes", "METHODOLOGY#noise",
               "STATISTICS#the-process-is-the-unit", "STATISTICS#limits", "BIAS#bias"),
    "comparison": ("COMPARING#what-a-verdict-means", "COMPARING#what-happens",
                   "STATISTICS#verdicts-of-a-comparison"),
    "sides": ("COMPARING#what-differs-between-sides-besides-what-you-compare",),
    "rates": ("STATISTICS#verdicts-of-a-comparison", "COMPARING#what-a-verdict-means"),
}  # fmt: skip
"""What each part refers to, by its id: ``DOCUMENT#anchor``."""

OPENING = frozenset({"LOADS"})
"""Documents of which a page carries what a passage opens with: what comes before its first table or list."""

BREAKS = ("|", "- ", "```")


@dataclass(frozen=True, slots=True)
class CarriedPassage:
    """A passage on the page: its ``name`` is its id there, ``asked`` are the parts that refer to it."""

    name: str
    title: str
    document: str
    html: Markup
    asked: Mapping[str, str]


def carried_by(sections: Sequence[Section]) -> dict[str, CarriedPassage]:
    """Return the passages that these parts refer to, in their order, by their keys: ``DOCUMENT#anchor``."""
    asked: dict[str, dict[str, str]] = {}
    for section in sections:
        for key in (*SEE.get(section.id, ()), *_of_loads(section)):
            asked.setdefault(key, {})[section.id] = section.title
    found = {key: one for key in asked if (one := _passage(key)) is not None}
    names = {key: f"doc-{key.replace('#', '-').lower()}" for key in found}
    return {
        key: CarriedPassage(names[key], one.title, one.document, html_of(_shown(one), names), asked[key])
        for key, one in found.items()
    }


def _passage(key: str) -> Passage | None:
    document, _, anchor = key.partition("#")
    return passage(document, anchor)


def seen_from(section: str, carried: Mapping[str, CarriedPassage]) -> list[CarriedPassage]:
    """Return the passages that a part refers to as a whole."""
    return [carried[key] for key in SEE.get(section, ()) if key in carried]


def _of_loads(section: Section) -> list[str]:
    """Return the keys of the loads that answers of a part are about."""
    blocks = [one for one in all_blocks(section.blocks) if isinstance(one, Answers)]
    return [f"LOADS#{one.workload}" for block in blocks for group in block.groups for one in group.loads]


def _shown(one: Passage) -> Passage:
    if one.document not in OPENING:
        return one
    words = one.text.split("\n\n")
    return replace(one, text="\n\n".join(takewhile(lambda part: not part.startswith(BREAKS), words)))
