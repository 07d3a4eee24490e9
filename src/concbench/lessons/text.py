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


def prose_of(step: int) -> str:
    """Return the words of a step, as Markdown, without what is made of the programs."""
    return re.sub(r"\n{3,}", "\n\n", MADE.sub("", section_of(step)[1])).strip()
