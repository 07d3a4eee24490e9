"""How to read what is on a page, each kind of thing once: what a question mark beside it opens."""

from collections.abc import Iterator, Mapping, Sequence

from concbench.report.blocks import Answers, Block, Folded, Picture, Section, Table


def glossary_of(sections: Sequence[Section]) -> Mapping[str, str]:
    """Return how to read the pictures and tables of a page, in their order, each with its id."""
    texts = dict.fromkeys(
        one.reading
        for section in sections
        for one in _all(section.blocks)
        if isinstance(one, Picture | Table) and one.reading
    )
    return {text: f"how-{number}" for number, text in enumerate(texts, 1)}


def _all(blocks: Sequence[Block]) -> Iterator[Block]:
    """Yield all blocks, those within others too."""
    for block in blocks:
        yield block
        if isinstance(block, Folded):
            yield from _all(block.blocks)
        elif isinstance(block, Answers):
            yield from (one.table for group in block.groups for one in group.loads)
