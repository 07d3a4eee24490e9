"""Passages of the documents as HTML: tables that scroll, no raw HTML, and no link that leads off the page."""

import re
from collections.abc import Mapping, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

from concbench.documents import Passage

LINK = re.compile(r"(?:(?P<document>[A-Z]+)\.md)?(?P<anchor>#[\w-]+)?")
"""A link from one document to another, or within one."""

REGION = '<div class="scroll" role="region" tabindex="0" aria-label="{0}">'
FRAME = f'{REGION}<table class="plain"><caption>{{0}}</caption>'
"""What can be wider than a phone scrolls, and has a name for who does not see it."""


def html_of(passage: Passage, names: Mapping[str, str]) -> Markup:
    """Return a passage as HTML.

    ``names`` are ids of passages on the page, by ``DOCUMENT#anchor``: links to these lead there, and any
    other is words that say where it led.
    """
    reader = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    tokens = reader.parse(passage.text)
    for token in tokens:
        if token.children:
            token.children = _unlinked(token.children, passage.document, names)
    made = reader.renderer.render(_with_heads(tokens), reader.options, {})
    made = made.replace("</table>", "</table></div>").replace("<pre>", '<pre tabindex="0">')
    for number in range(1, made.count("<table>") + 1):
        name = escape(f"{passage.document}: {passage.title}, table {number}")
        made = made.replace("<table>", FRAME.format(name), 1)
    return Markup(made)  # noqa: S704  (made of our own documents, and without their HTML)


def _with_heads(tokens: Sequence[Token]) -> list[Token]:
    """Return tokens in which the first field of a row is its head, and each head says of what."""
    first = False
    for token in tokens:
        if token.type == "th_open":
            token.attrSet("scope", "col")
        elif token.type == "td_open" and first:
            token.tag = "th"
            token.attrSet("scope", "row")
        elif token.type == "td_close" and first:
            token.tag, first = "th", False
        elif token.type == "tr_open":
            first = True
        elif token.type == "thead_close":
            first = False
    return list(tokens)


def _unlinked(tokens: Sequence[Token], document: str, names: Mapping[str, str]) -> list[Token]:
    """Return inline tokens whose links lead to passages of the page; of others the words, or the command."""
    made: list[Token] = []
    led: str | None = None
    for token in tokens:
        if token.type == "link_open":
            led = _led(str(token.attrGet("href")), document)
            token.attrSet("href", f"#{names.get(led or '', '')}")
        if led is None or led in names:
            made.append(token)
        elif token.type == "text":
            made.append(_command(led) if led else token)
        if token.type == "link_close":
            led = None
    return made


def _led(address: str, document: str) -> str:
    """Return where a link leads, as ``DOCUMENT#anchor`` or ``DOCUMENT``; nothing if to no document."""
    found = LINK.fullmatch(address)
    return f"{found['document'] or document}{found['anchor'] or ''}" if found else ""


def _command(led: str) -> Token:
    return Token("code_inline", "code", 0, content=f"concbench docs {led.partition('#')[0]}")
