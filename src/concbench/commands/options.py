"""Options that several verbs share."""

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from math import isnan
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from concbench.commands.completion import metrics_like, models_like, workloads_like
from concbench.models.files import wrong_file
from concbench.runs.arguments import loop_named

Command = TypeVar("Command", bound=Callable[..., Any])


class Assignments(click.ParamType[tuple[str, tuple[str, ...]]]):
    """``name=1,10,100``: a parameter and the values it takes in turn."""

    name = "name=values"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, tuple[str, ...]]:
        """Split one assignment."""
        if isinstance(value, tuple):
            return value
        name, equals, values = str(value).partition("=")
        chosen = tuple(part.strip() for part in values.split(",") if part.strip())
        if not (name.strip() and equals and chosen):
            self.fail(f"{value!r} is not of the form name=1,10,100", param, ctx)
        return name.strip(), chosen


class CodeFile(click.Path):
    """The path of a file that can be read as code."""

    def __init__(self, *, resolve_path: bool = False) -> None:
        super().__init__(exists=True, dir_okay=False, resolve_path=resolve_path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Refuse what is no such file, before anything reads it."""
        path = os.fsdecode(super().convert(value, param, ctx))
        if wrong := wrong_file(Path(path)):
            self.fail(f"{path}: {wrong}", param, ctx)
        return path


def split_commas(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Let ``--model a,b`` mean the same as ``--model a --model b``."""
    parts = tuple(part.strip() for value in values for part in value.split(",") if part.strip())
    if values and not parts:
        raise click.BadParameter("names nothing; leave the option out for all")
    return parts


def check_loops(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse what cannot be the name of an event loop's factory, before anything starts.

    A file, which is named by its path, becomes absolute.
    """
    try:
        return tuple(map(loop_named, values))
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


def refuse_nan(_ctx: click.Context, _param: click.Parameter, value: float | None) -> float | None:
    """Refuse what compares with no bound and so passes every range."""
    if value is not None and isnan(value):
        raise click.BadParameter("nan is no number")
    return value


COMPLETED = {"--model": models_like, "--workload": workloads_like, "--metric": metrics_like}
"""What a shell completes of options that take names."""


def names(*spellings: str, help: str) -> Callable[[Command], Command]:  # noqa: A002  (as click calls it)
    """Return an option that takes names, as often as it is given or with commas between."""
    return click.option(
        *spellings,
        multiple=True,
        callback=split_commas,
        metavar="NAME[,NAME]",
        help=help,
        shell_complete=COMPLETED.get(spellings[0]),
    )


MODELS = names("--model", "-m", "models",
               help="Only these models (family:pool: a family; thread-pool:8: eight workers).")  # fmt: skip
WORKLOADS = names(
    "--workload", "-w", "workloads", help="Only these workloads, or those of a family, say family:sockets."
)
PYTHONS = click.option("--python", "pythons", multiple=True, callback=split_commas, metavar="3.12[,3.13]",
                       help="Interpreters of the workers, interleaved: versions or paths, with options of"
                       " theirs (\"3.13t -X gil=1\"; default: this one).")  # fmt: skip
TIMEOUT = click.option("--timeout", type=click.FloatRange(min=0.1, max=86_400), default=60.0,
                       show_default=True, callback=refuse_nan, metavar="SECONDS",
                       help="How long a turn at a cell may take before it counts as hung.")  # fmt: skip
_WORKERS = (
    PYTHONS,
    click.option("--plugin", "plugins", multiple=True,
                 type=CodeFile(resolve_path=True),
                 help="A Python file that defines MODELS or WORKLOADS of your own (concbench docs PLUGINS)."),
    click.option("--loop", "loops", multiple=True, callback=check_loops, metavar="MODULE:FACTORY",
                 help="One more model: asyncio on this event loop (uvloop:new_event_loop, ./mine.py:make)."),
    TIMEOUT,
)  # fmt: skip


def selection(command: Command) -> Command:
    """Add the options that choose models, workloads and interpreters."""
    for option in (MODELS, WORKLOADS, *_WORKERS):
        command = option(command)
    return command


def workers(command: Command) -> Command:
    """Add the options that choose interpreters and the user's code, for a verb that is given the rest."""
    for option in _WORKERS:
        command = option(command)
    return command


def contestants(command: Command) -> Command:
    """Add the options that choose models and interpreters, for a verb whose workload is an argument."""
    for option in (MODELS, *_WORKERS):
        command = option(command)
    return command


def given_options(ctx: click.Context, *, in_files: bool = False) -> list[click.Parameter]:
    """Return the verb's own options that stand on the command line, in the order of the help.

    With ``in_files`` also those whose values are a file's defaults.
    """
    said = {ParameterSource.COMMANDLINE, *([ParameterSource.DEFAULT_MAP] if in_files else [])}
    own = (option for option in ctx.command.params if option.expose_value)
    return [option for option in own if ctx.get_parameter_source(option.name) in said]


def refuse_beside(ctx: click.Context, allowed: Collection[str], reason: str) -> None:
    """Raise a usage error for options beside those ``allowed``, which mean nothing, for a ``reason``."""
    given = [
        "/".join([*option.opts[:1], *option.secondary_opts])
        for option in given_options(ctx)
        if option.name not in allowed
    ]
    if given:
        raise click.UsageError(f"{reason}; leave out {', '.join(given)}")


def one_value_each(
    assignments: Sequence[tuple[str, tuple[str, ...]]], reason: str, asked: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return parameters beside those ``asked`` for; raises click.UsageError for two values of one."""
    found = dict(asked or {})
    for name, values in assignments:
        if len(values) > 1 or name in found:
            raise click.UsageError(f"{name} has two values; {reason}, so leave one out")
        found[name] = values[0]
    return found


def merged(assignments: Sequence[tuple[str, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    """Let ``-p tasks=1 -p tasks=2`` mean the same as ``-p tasks=1,2``."""
    merged: dict[str, tuple[str, ...]] = {}
    for name, values in assignments:
        merged[name] = merged.get(name, ()) + values
    return merged
