"""The ``concbench`` command: one file for each verb, imported only when that verb is called."""

import errno
import importlib
import io
import os
import sys
import traceback
from difflib import get_close_matches
from typing import Any, NoReturn

import click
from click.shell_completion import CompletionItem

from concbench import __version__
from concbench.commands.config import config_options
from concbench.commands.docstrings import doc_of
from concbench.commands.exits import DEFECT, RUN_FILE
from concbench.commands.loudness import loudness_options
from concbench.commands.measuring import option
from concbench.commands.shells import COMPLETE, complete
from concbench.commands.streams import prepare, silence, tell
from concbench.errors import UserError
from concbench.words import MOST_SHOWN, cut

VERBS = {
    "list": "Name the models, the workloads and their parameters.",
    "verify": "Prove that every model does the work of every workload.",
    "run": "Measure: wall time, CPU, memory and lateness of every cell, interleaved.",
    "advise": "Which model for a load of yours? Run it under each, and say which keeps a deadline.",
    "show": "Print the tables of a run file again.",
    "compare": "Is it slower? Two revisions, interpreters or packages, in interleaved pairs.",
    "aa": "How often is a verdict false, and how often is a slowdown found? Measured here.",
    "history": "When did what change? Steps over the commits of run files, asv's or GitHub's results.",
    "report": "Write a page: which model for which load, how cost grows, and how sure that is.",
    "convert": "Write results, of other tools too, as one table, or for pyperf and GitHub's charts.",
    "seeds": "Replay the tutorial's own examples, and beside them asyncio and threads.",
    "ladder": "Why does a loop cost what it costs? From the tutorial's to asyncio, idea by idea.",
    "lesson": "Build an event loop in eight steps, and have your own one checked.",
    "trace": "Draw who runs when: a few tasks of a workload under some models.",
    "why": "Where does the price go? One cell, split into the layers of its model; it adds up.",
    "doctor": "Describe this machine, its noise, and what stands in the way of measuring.",
    "docs": "Print a document that messages refer to, or name them all.",
    "help": "Say what a command takes, or what all have in common: exit-codes, defaults, completion.",
}
"""The verbs, in the order in which they are of use, and what each is for."""

TOO_LONG = "the name is too long for a file; name a shorter one"
"""Said in one place for all paths: wherever one is first looked at, nothing has been measured."""


def module_of(verb: str) -> str:
    """Return the name of the module and the function of a verb: Python has a ``list`` and ``help``."""
    return f"{verb}_" if verb in ("list", "help") else verb


class Verbs(click.Group):
    """A group that imports a verb when it is called, so that ``--help`` answers at once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params = [*self.params, *loudness_options(), *config_options(hidden=False)]

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the verbs in the order in which they are of use."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import a verb's module and return its command."""
        if cmd_name not in VERBS:
            return None
        name = module_of(cmd_name)
        command: click.Command = getattr(importlib.import_module(f"concbench.commands.{name}"), name)
        if not command.help:
            command.help = doc_of(command.callback)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Call a verb; raises BrokenPipeError without a number, for with one click exits with 1 itself."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise BrokenPipeError from error

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the verbs, or options, that go on as somebody has begun, without importing any of them."""
        verbs = [
            CompletionItem(verb, help=told) for verb, told in VERBS.items() if verb.startswith(incomplete)
        ]
        return verbs + click.Command.shell_complete(self, ctx, incomplete)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the verb that is called; raises click.UsageError for none, with one that looks like it."""
        asked = args[0]
        like = [] if asked in VERBS or ctx.resilient_parsing else get_close_matches(asked, VERBS, n=1)
        if like:
            ctx.fail(f"No such command {asked!r}. Did you mean {like[0]!r}?")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of verbs without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))


EPILOG = """\b
Start with
  concbench run                       the basic loads, one to two minutes on two cores
  concbench run -w family:sockets     another family: between-tasks, computing, sockets
  concbench verify                    do all models really do the same work?
  concbench seeds --scale 0.1         the tutorial that all this grew from
  concbench help run                  what a command takes; concbench help LOADS: a document

\b
Exit codes
  0  all went well                    4    nothing was measured
  1  something got slower (compare)   5    a file or the output cannot be read or written
  2  wrong usage                      6    something is undecided (compare --fail-on unsure)
  3  a cell failed                    70   a defect of concbench itself
                                      130  interrupted; what was measured is kept
                                      141  the reader of the output went away
"""


@click.command(
    cls=Verbs,
    help="The same concurrent work through every model of Python: its whole price, verified.",
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, "-V", "--version", prog_name="concbench")
def cli() -> None:
    """The same concurrent work through every model of Python: its whole price, verified."""


def main() -> None:
    """Run the command line."""
    try:
        prepare()
        if COMPLETE in os.environ:
            complete()
        code = cli.main(prog_name="concbench", complete_var=COMPLETE, standalone_mode=False)
        sys.stdout.flush()
        if code:  # click returns the code of a click.exceptions.Exit, it does not raise it
            sys.exit(code)
    except UserError as error:
        tell(f"Error: {error.spelled(option)}", err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        shown = io.StringIO()
        error.show(file=shown)
        tell(shown.getvalue().rstrip("\n"), err=True)
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        sys.exit(130)
    except BrokenPipeError:
        silence(1)
        sys.exit(141)
    except OSError as error:
        _exit_for_system(error)
    except Exception as error:  # noqa: BLE001  (told in full, with a code that no gate takes for its own)
        _exit_with_defect(error)


def _exit_for_system(error: OSError) -> NoReturn:
    """Tell of a name that is too long, or of output that cannot be written; all else is a defect."""
    if error.errno == errno.ENAMETOOLONG:
        tell(f"Error: {cut(str(error.filename or 'a path'), MOST_SHOWN)}: {TOO_LONG}", err=True)
    elif error.errno not in (errno.ENOSPC, errno.EIO, errno.EBADF) or error.filename is not None:
        _exit_with_defect(error)
    else:
        silence(1)
        tell(f"Error: the output cannot be written: {error.strerror}", err=True)
    sys.exit(RUN_FILE)


def _exit_with_defect(error: Exception) -> NoReturn:
    """Tell an error that nobody foresaw, and exit with the code for it."""
    tell("".join(traceback.format_exception(error)).rstrip(), err=True)
    click.echo(
        "This is a defect of concbench, and says nothing about what was measured. Please report it with the"
        " lines above.",
        err=True,
    )
    sys.exit(DEFECT)
