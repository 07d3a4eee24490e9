"""How to read what is on a page, each kind of thing once: what a question mark beside it opens."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from concbench.report.blocks import Answers, Block, Folded, Grid, HeatMap, Picture, Section, Table


class GlossaryEntry(NamedTuple):
    """A text of the glossary: its ``name`` is its id.

    ``caption`` is that of the first thing that it is needed for, ``section`` the part where that stands.
    """

    name: str
    caption: str
    section: str


def glossary_of(sections: Sequence[Section]) -> Mapping[str, GlossaryEntry]:
    """Return how to read the pictures and tables of a page, in their order."""
    texts: dict[str, GlossaryEntry] = {}
    for section in sections:
        for one in all_blocks(section.blocks):
            if isinstance(one, Picture | Table | HeatMap) and one.reading and one.reading not in texts:
                texts[one.reading] = GlossaryEntry(f"how-{len(texts) + 1}", one.caption, section.id)
    return texts


def all_blocks(blocks: Sequence[Block]) -> Iterator[Block]:
    """Yield all blocks, those within others too."""
    for block in blocks:
        yield block
        if isinstance(block, Folded):
            yield from all_blocks(block.blocks)
        elif isinstance(block, Grid):
            yield from all_blocks(block.pictures)
        elif isinstance(block, Picture):
            yield from all_blocks(block.behind)
        elif isinstance(block, Answers):
            yield from (one.table for group in block.groups for one in group.loads)
