"""The documents: where they lie, wherever concbench was installed from, and what stands under a heading."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent
FOLDERS = (PACKAGE / "docs", PACKAGE.parents[1] / "docs")
"""Where they lie: in the package where it was installed, beside its sources in a clone."""

HEADING = re.compile(r"^#{1,4} (.+)\n", re.MULTILINE)
CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Passage:
    """What stands under a heading of a document, as Markdown, up to the next heading of any level."""

    document: str
    anchor: str
    title: str
    text: str


def documents() -> dict[str, Path]:
    """Return the documents under their names."""
    found = (sorted(folder.glob("*.md")) for folder in FOLDERS)
    return {path.stem: path for path in next(filter(None, found), [])}


def folder() -> Path:
    """Return where the documents lie, with all that belongs to them."""
    return next(iter(documents().values())).parent


def passage(document: str, anchor: str) -> Passage | None:
    """Return a passage of a document, or None where there is none."""
    return _passages(document).get(anchor)


def anchor_of(heading: str) -> str:
    """Return the anchor of a heading, as GitHub makes it."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


@cache
def _passages(document: str) -> dict[str, Passage]:
    path = documents().get(document)
    if path is None:
        return {}
    text = path.read_text(encoding="utf-8")
    code = [found.span() for found in CODE.finditer(text)]
    heads = [found for found in HEADING.finditer(text) if not any(a <= found.start() < b for a, b in code)]
    ends = [*(head.start() for head in heads[1:]), len(text)]
    made: dict[str, Passage] = {}
    for head, end in zip(heads, ends, strict=True):
        title = head[1].strip()
        anchor = anchor_of(title)
        made.setdefault(anchor, Passage(document, anchor, title, text[head.end() : end].strip()))
    return made
