"""``concbench docs``: the documents that messages refer to, wherever concbench was installed from."""

from pathlib import Path

import click

from concbench.commands.measuring import Verb
from concbench.documents import documents

EPILOG = """\b
Examples
  concbench docs
  concbench docs PLUGINS | less
"""


@click.command(cls=Verb, epilog=EPILOG)
@click.argument("name", required=False)
def docs(name: str | None) -> None:
    """Print a document, or name them all."""
    there = documents()
    if name is None:
        for one, path in there.items():
            click.echo(f"{one:14} {_title(path)}")
        return
    asked = Path(name).name.removesuffix(".md").upper()
    if asked not in there:
        raise click.UsageError(f"there is no document {name!r}; there are {', '.join(there) or 'none here'}")
    click.echo(there[asked].read_text(encoding="utf-8"), nl=False)


def _title(path: Path) -> str:
    with path.open(encoding="utf-8") as file:
        return file.readline().lstrip("# ").strip()
