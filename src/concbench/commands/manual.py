"""The manual page, in the language of ``man``: from the commands' own help, and docs/CLI.md."""

import re
from collections.abc import Iterator

import click

from concbench import __version__
from concbench.commands.topics import topics

SECTIONS = {"exit-codes": "EXIT STATUS", "environment": "ENVIRONMENT"}
"""Topics whose tables are sections of the page."""


def manual_of(root: click.Context) -> str:
    """Return the manual page of a command line, as ``man`` reads it."""
    return "\n".join(_lines(root)) + "\n"


def _lines(root: click.Context) -> Iterator[str]:
    group = root.command
    yield f'.TH CONCBENCH 1 "" "concbench {__version__}" "User Commands"'
    yield from (".SH NAME", f"concbench \\- {_text(group.help or '')}")
    yield from (".SH SYNOPSIS", ".B concbench", _text(" ".join(group.collect_usage_pieces(root))))
    yield ".SH OPTIONS"
    yield from _options(root)
    yield ".SH COMMANDS"
    for name in group.list_commands(root) if isinstance(group, click.Group) else []:
        command = group.get_command(root, name) if isinstance(group, click.Group) else None
        if command is not None:
            yield from _command(click.Context(command, info_name=name, parent=root))
    for topic, title in SECTIONS.items():
        yield f".SH {title}"
        yield from _table(topics().get(topic, ""))
    yield from (
        ".SH SEE ALSO",
        "concbench help CLI, LOADS, METHODOLOGY and other documents, which concbench docs names.",
    )


def _command(ctx: click.Context) -> Iterator[str]:
    """Yield the part of a command: how it is called, what it does, its options, and its examples."""
    command = ctx.command
    pieces = command.collect_usage_pieces(ctx)
    yield f'.SS "{_text(" ".join([ctx.command_path, *pieces]))}"'
    paragraphs = re.split(r"\n\s*\n", command.help or "")
    for number, paragraph in enumerate(paragraphs):
        yield from ([".PP"] if number else [])
        yield _text(" ".join(paragraph.replace("\b", "").split()))
    yield from _options(ctx)
    yield from (".PP", ".nf")
    yield from map(_text, (command.epilog or "").replace("\b\n", "").strip("\n").split("\n"))
    yield ".fi"


def _options(ctx: click.Context) -> Iterator[str]:
    for param in ctx.command.get_params(ctx):
        record = param.get_help_record(ctx)
        if record is not None:
            yield from (".TP", f".B {_text(record[0])}", _text(" ".join(record[1].split())))


def _table(markdown: str) -> Iterator[str]:
    """Yield the rows of a table, but for its head."""
    for row in markdown.split("\n")[2:]:
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        if len(cells) == 2:
            name, told = (cell.replace("`", "") for cell in cells)
            yield from (".TP", f".B {_text(name)}", _text(told))


def _text(words: str) -> str:
    """Return words of which none is taken for a request: no backslash, no dot that begins a line."""
    plain = words.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq")
    return f"\\&{plain}" if plain.startswith((".", "'")) else plain
