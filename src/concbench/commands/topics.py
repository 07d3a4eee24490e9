"""What can be told in the terminal: documents, and topic by topic what all verbs have in common."""

import re
from pathlib import Path

from concbench.documents import documents

COMMON = "CLI"
"""The document whose sections are topics."""


def topics() -> dict[str, str]:
    """Return the sections by their titles in small letters: ``exit-codes``."""
    path = documents().get(COMMON)
    text = "" if path is None else path.read_text(encoding="utf-8")
    parts = re.split(r"^## (.+)\n", text, flags=re.MULTILINE)[1:]
    titles = (title.lower().replace(" ", "-") for title in parts[::2])
    return {title: words.strip("\n") for title, words in zip(titles, parts[1::2], strict=True)}


def document_named(name: str) -> Path | None:
    """Return the document that is called so, in letters of either case, or as a file; None for none."""
    return documents().get(Path(name).name.removesuffix(".md").upper())
