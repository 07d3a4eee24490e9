"""What click's completion does not know of the shells, where words hold ``:``, ``=`` or commas.

Bash cuts words at ``:`` and ``=`` before it asks, and wants the last piece of one back. Zsh and fish want the
whole word back, where click has forgotten ``--model=``; and click's script for fish ends a word at a comma.
"""

import os
from typing import Any

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ZshComplete,
    add_completion_class,
    split_arg_string,
)

from concbench.words import no_such

COMPLETE = "_CONCBENCH_COMPLETE"
"""The variable by which a shell asks what may follow (click's protocol)."""

BREAKS = frozenset(":=")
"""What bash cuts words at, of COMP_WORDBREAKS; quotes and brackets are in no name of ours."""


class Bash(BashComplete):
    """Completes words with ``:`` and ``=`` in them, such as ``family:sockets`` and ``--model=uvloop``."""

    _before = ""

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words before the one that is to be completed, and that one, put together again."""
        words = split_arg_string(os.environ["COMP_WORDS"])
        place = int(os.environ["COMP_CWORD"])
        last = words[place] if place < len(words) else ""
        *args, whole = together([*words[1:place], last])
        piece = "" if BREAKS.issuperset(last) else last
        value = whole.removeprefix(option_of(whole))
        self._before = value[: len(value) - len(piece)]
        return args, whole

    def format_completion(self, item: CompletionItem) -> str:
        """Return an item as the script reads it, without what bash leaves in its place."""
        value = str(item.value).removeprefix(self._before).replace(" ", "\\ ")
        return f"{item.type},{value}"


class Zsh(ZshComplete):
    """Completes ``--model=uv`` as a whole."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
        """Return what the word may become."""
        return whole_words(super().get_completions(args, incomplete), incomplete)


class Fish(FishComplete):
    """Completes ``--model=uv`` as a whole, and words with commas."""

    source_template = FishComplete.source_template.replace('string split ","', 'string split --max 1 ","')

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
        """Return what the word may become."""
        return whole_words(super().get_completions(args, incomplete), incomplete)


def option_of(word: str) -> str:
    """Return ``--model=`` of ``--model=uv``, and nothing of other words."""
    name, equals, _ = word.partition("=")
    return f"{name}{equals}" if equals and word.startswith("-") else ""


def whole_words(items: list[CompletionItem], word: str) -> list[CompletionItem]:
    """Return items with the option in front that the word begins with, if it does."""
    option = option_of(word)
    for item in items:
        item.value = f"{option}{str(item.value).removeprefix(option)}"
    return items


def together(pieces: list[str]) -> list[str]:
    """Return words that bash has cut; white space around a ``:`` of its own is in no command of ours."""
    words: list[str] = []
    glued = False
    for piece in pieces:
        cut = bool(piece) and BREAKS.issuperset(piece)
        if words and (cut or glued):
            words[-1] += piece
        else:
            words.append(piece)
        glued = cut
    return words


def complete() -> None:
    """Have completion done by the classes of this module; raises click.UsageError for what no shell asks."""
    shells: tuple[Any, ...] = (Bash, Zsh, Fish)
    for shell in shells:
        add_completion_class(shell)
    asked = os.environ[COMPLETE]
    known = [f"{shell.name}_{what}" for shell in shells for what in ("source", "complete")]
    if asked and asked not in known:
        raise click.UsageError(f"{COMPLETE}: {no_such('question', asked, known)}")
    if asked.endswith("_complete") and not _says_where(asked):
        raise click.UsageError(
            f"{COMPLETE}={asked} is what a shell asks, with the line in COMP_WORDS and the place in"
            " COMP_CWORD; they are missing, or no such. How a shell is told to ask: concbench help completion"
        )


def _says_where(asked: str) -> bool:
    """Say whether the line and the place in it are there; fish names the word that has been begun."""
    line, place = os.environ.get("COMP_WORDS", ""), os.environ.get("COMP_CWORD", "")
    if asked == "fish_complete":
        return "COMP_WORDS" in os.environ and not place.isspace()
    return bool(split_arg_string(line)) and place.isascii() and place.isdecimal() and int(place) > 0
