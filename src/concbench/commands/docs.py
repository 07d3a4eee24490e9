"""``concbench docs``: the documents that messages refer to, wherever concbench was installed from."""

from pathlib import Path

import click

from concbench.commands.completion import topics_like
from concbench.commands.topics import document_named
from concbench.documents import documents

EPILOG = """\b
Examples
  concbench docs
  concbench docs PLUGINS | less
"""


@click.command(epilog=EPILOG)
@click.argument("name", required=False, shell_complete=topics_like)
def docs(name: str | None) -> None:
    """Print a document, or name them all."""
    there = documents()
    if name is None:
        for one, path in there.items():
            click.echo(f"{one:14} {_title(path)}")
        return
    document = document_named(name)
    if document is None:
        raise click.UsageError(f"there is no document {name!r}; there are {', '.join(there) or 'none here'}")
    click.echo(document.read_text(encoding="utf-8"), nl=False)


def _title(path: Path) -> str:
    with path.open(encoding="utf-8") as file:
        return file.readline().lstrip("# ").strip()
