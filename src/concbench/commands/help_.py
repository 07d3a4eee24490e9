"""``concbench help``: what a verb takes, a document, or what all verbs have in common."""

import click

from concbench.commands.completion import topics_like
from concbench.commands.manual import manual_of
from concbench.commands.streams import tell
from concbench.commands.topics import document_named, topics
from concbench.documents import documents
from concbench.words import no_such

EPILOG = """\b
Examples
  concbench help run
  concbench help exit-codes
  concbench help LOADS | less
  concbench help --man > ~/.local/share/man/man1/concbench.1
"""


@click.command(name="help", epilog=EPILOG)
@click.argument("topic", required=False, shell_complete=topics_like)
@click.option("--man", is_flag=True, help="Print the manual page, for man.")
@click.pass_context
def help_(ctx: click.Context, topic: str | None, *, man: bool) -> None:
    """Say what a command takes, what all commands have in common, or print a document.

    TOPIC is a command, such as run, a topic, such as exit-codes, or a document of concbench docs; without
    one, all of them are named.
    """
    root = ctx.find_root()
    verbs = root.command.list_commands(root) if isinstance(root.command, click.Group) else []
    asked = (topic or "").lower()
    if man:
        tell(manual_of(root).removesuffix("\n"))
    elif topic is None:
        tell(f"{root.get_help()}\n\nTopics: {', '.join(topics())}")
        tell(f"Documents: {', '.join(documents())}")
    elif asked in verbs:
        tell(_help_of(root, asked))
    elif asked in topics():
        tell(topics()[asked])
    elif (document := document_named(topic)) is not None:
        tell(document.read_text(encoding="utf-8").removesuffix("\n"))
    else:
        raise click.UsageError(
            no_such("command, topic or document", topic, [*verbs, *topics(), *documents()])
        )


def _help_of(root: click.Context, verb: str) -> str:
    """Return the help of a verb, as its ``--help`` prints it."""
    command = root.command.get_command(root, verb) if isinstance(root.command, click.Group) else None
    if command is None:
        return ""
    with click.Context(command, info_name=verb, parent=root) as ctx:
        return command.get_help(ctx)
