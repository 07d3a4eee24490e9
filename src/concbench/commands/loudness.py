"""How much a command says: ``--quiet`` leaves results and errors, ``--verbose`` adds what is done meanwhile.

Both stand before the verb or behind it. What is chatter asks here and nowhere else: lines about files
(:func:`note`), and progress (:mod:`concbench.commands.progress`).
"""

from enum import Enum

import click

from concbench.commands.streams import tell

KEY = "concbench.loudness"
"""Where a command line keeps what was asked for: levels, and whether each stands on the line itself."""


class Loudness(Enum):
    """How much is said; the names are those of the options."""

    QUIET = "quiet"
    USUAL = "usual"
    VERBOSE = "verbose"


def loudness() -> Loudness:
    """Return how much the command that is running says; what its line says outweighs a default."""
    ctx = click.get_current_context(silent=True)
    asked: dict[Loudness, bool] = ctx.meta.get(KEY, {}) if ctx else {}
    return max(asked, key=lambda one: asked[one], default=Loudness.USUAL)


def note(words: str, *, err: bool = False) -> None:
    """Print lines that are no result and no error: where a file is, what could be done next."""
    if loudness() is not Loudness.QUIET:
        tell(words, err=err)


def detail(words: str) -> None:
    """Print, on standard error, lines that only ``--verbose`` asks for."""
    if loudness() is Loudness.VERBOSE:
        tell(words, err=True)


def loudness_options() -> list[click.Parameter]:
    """Return the options by which a command is told how much to say."""
    return [
        click.Option(["-q", "--quiet"], is_flag=True, expose_value=False, callback=_hear,
                     help="Print results and errors, and nothing else."),
        click.Option(["-v", "--verbose"], is_flag=True, expose_value=False, callback=_hear,
                     help="Say more, on standard error: each cell, with what, and why not."),
    ]  # fmt: skip


def _hear(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    """Keep what is asked for; raises click.UsageError where that is both at once."""
    if not value:
        return
    asked: dict[Loudness, bool] = ctx.meta.setdefault(KEY, {})
    level, said = Loudness(param.name), ctx.get_parameter_source(param.name or "")
    asked[level] = asked.get(level, False) or said is click.core.ParameterSource.COMMANDLINE
    if len(asked) > 1 and len(set(asked.values())) == 1:
        raise click.UsageError("--quiet and --verbose exclude each other; leave one of them out", ctx)
