"""The lesson's words, as docs/TUTORIAL.md has them. Standard library only."""

import re

from concbench.documents import documents

HEADING = re.compile(r"^## Step (\d+): (.*)\n", re.MULTILINE)


MADE = re.compile(r"<!-- lesson: .*?<!-- end -->\n?", re.DOTALL)
"""What is made of the programs: what ``concbench lesson`` shows anyway."""


def section_of(step: int) -> tuple[str, str]:
    """Return the heading and the text of what docs/TUTORIAL.md says of a step, as Markdown."""
    text = documents()["TUTORIAL"].read_text(encoding="utf-8")
    begin = next(found for found in HEADING.finditer(text) if int(found[1]) == step)
    return begin[2], text[begin.end() :].partition("\n## ")[0]


def prose_of(step: int) -> tuple[str, str, str, str]:
    """Return the words of a step, as Markdown: before its program, its trace, its exercises, and after these.

    What is made of the programs stands between them. Before a trace stands a question that it answers.
    """
    before, ask, after, last = (one.strip() for one in MADE.split(section_of(step)[1]))
    return before, ask, after, last
